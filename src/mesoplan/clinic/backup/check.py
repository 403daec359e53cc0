"""Run on a restored folder in a process of its own: migrate, then verify everything."""

import json
import os
import sys
from typing import Any


def check(manifest: dict[str, Any]) -> dict[str, Any]:
    """Bring the tables up to date and verify database, log and files; raises what is wrong."""
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from mesoplan.clinic.audit.chain import Head
    from mesoplan.clinic.audit.models import AuditEvent
    from mesoplan.clinic.audit.record import log_break
    from mesoplan.clinic.patients.models import StoredFile
    from mesoplan.clinic.patients.storage import content_of
    from mesoplan.core.errors import Fault, InputError

    known = _known_migrations()
    later = [name for name in manifest["migrations"] if name not in known]
    if later:
        wrong = f"was made by a later mesoplan {manifest['mesoplan']}: {', '.join(later[:3])}"
        raise InputError([Fault("backup", wrong, "update mesoplan first")])
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            (answer,) = cursor.fetchone()
        if answer != "ok":
            raise InputError([Fault("database", answer, "use another backup")])
    head = Head(manifest["audit"]["sequence"], manifest["audit"]["mac"])
    broken = log_break((head,))
    if broken is not None:
        raise InputError([Fault("audit", broken, "use another backup")])
    count = 0
    for stored in StoredFile.objects.iterator():
        content_of(stored)
        count += 1
    return {
        "folder": str(settings.CLINIC_FOLDER.root),
        "audit_rows": AuditEvent.objects.count(),
        "files": count,
        "made_at": manifest["made_at"],
        "mesoplan": manifest["mesoplan"],
    }


def _known_migrations() -> set[str]:
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    return {f"{app}.{name}" for app, name in loader.disk_migrations}


if __name__ == "__main__":
    import django

    from mesoplan.core.errors import MesoplanError

    os.environ["DJANGO_SETTINGS_MODULE"] = "mesoplan.clinic.settings"
    django.setup()
    try:
        print(json.dumps(check(json.load(sys.stdin))))  # noqa: T201  its answer
    except MesoplanError as error:
        print(error, file=sys.stderr)  # noqa: T201
        raise SystemExit(2) from None
