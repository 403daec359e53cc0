"""The database itself refuses to change or remove a row of the audit log."""

from django.db import migrations

_SQLITE = """
CREATE TRIGGER clinic_audit_no_{verb} BEFORE {VERB} ON clinic_auditevent
BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
"""
_POSTGRESQL = """
CREATE FUNCTION clinic_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;
CREATE TRIGGER clinic_audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON clinic_auditevent
FOR EACH STATEMENT EXECUTE FUNCTION clinic_audit_refuse();
"""


def protect(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute(_POSTGRESQL)
        return
    for verb in ("update", "delete"):
        editor.execute(_SQLITE.format(verb=verb, VERB=verb.upper()))


def release(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER clinic_audit_append_only ON clinic_auditevent")
        editor.execute("DROP FUNCTION clinic_audit_refuse()")
        return
    for verb in ("update", "delete"):
        editor.execute(f"DROP TRIGGER clinic_audit_no_{verb}")


class Migration(migrations.Migration):
    dependencies = [("clinic", "0001_initial")]
    operations = [migrations.RunPython(protect, release)]
