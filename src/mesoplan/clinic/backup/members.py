"""Names of what a backup holds; without Django, so that a restore can read them first."""

MANIFEST = "manifest.json"
SQLITE, POSTGRESQL = "database.sqlite3", "database.pgdump"
