"""Before the server runs: backup, migrations, cache table, the first owner's link."""

import datetime as dt
import os
from pathlib import Path

from mesoplan.clinic.folder import FOLDER_VARIABLE, ClinicFolder


def set_up(folder: Path) -> None:
    """Point Django at a clinic's folder, in this process and those it starts.

    Raises
    ------
    InputError
        If the folder or its settings are wrong.
    """
    import django

    os.environ[FOLDER_VARIABLE] = str(folder.expanduser().resolve())
    os.environ["DJANGO_SETTINGS_MODULE"] = "mesoplan.clinic.settings"
    prepared = ClinicFolder(folder.expanduser().resolve())
    prepared.prepare()
    prepared.settings()
    django.setup()


def bring_up_to_date(now: dt.datetime) -> str | None:
    """Migrate, after a backup where there is something to lose.

    Returns
    -------
    str or None
        The backup that was made before tables changed.
    """
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from mesoplan.clinic.backup.make import make_backup
    from mesoplan.clinic.backup.scheduled import name_of

    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    made = None
    if pending:
        if connection.introspection.table_names():
            target = settings.CLINIC_FOLDER.backups / f"before-update-{name_of(now)}"
            make_backup(target, by=None, now=now)
            made = str(target)
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    return made
