"""Which database a clinic uses: its own SQLite file, or PostgreSQL by one setting."""

from typing import Any
from urllib.parse import unquote, urlsplit

from mesoplan.clinic.folder import ClinicFolder
from mesoplan.core.errors import Fault, InputError

_WAIT_S = 20
_RIGHT = "write postgresql://user@host:5432/name, or leave it out for the embedded database"


def database(folder: ClinicFolder, url: str | None) -> dict[str, Any]:
    """Django's entry for the database.

    SQLite writes ahead (WAL) and flushes at every commit, so that what was acknowledged
    survives a loss of power; a transaction takes the write lock when it begins, so that it
    waits at its start and never fails in its middle.

    Raises
    ------
    InputError
        If ``url`` names anything else than PostgreSQL.
    """
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(folder.database),
            "OPTIONS": {
                "timeout": _WAIT_S,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise InputError([Fault("database_url", "names no PostgreSQL database", _RIGHT)])
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
    }
