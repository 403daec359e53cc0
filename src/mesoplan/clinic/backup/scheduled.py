"""Scheduled backups: one a day, proved by restoring it, the old ones thinned out."""

import datetime as dt

from django.conf import settings
from django.db import connection

from mesoplan.clinic.audit.record import note
from mesoplan.clinic.backup.make import make_backup
from mesoplan.clinic.backup.models import BackupRun
from mesoplan.clinic.backup.restore import prove
from mesoplan.clinic.people.models import User

DAYS_KEPT = 14
"""Every backup of these days is kept, then the first of each month."""


def name_of(now: dt.datetime) -> str:
    """The file name of a backup."""
    return f"clinic-{now:%Y%m%d-%H%M%S}.mesoplan"


def back_up(*, by: User | None, now: dt.datetime) -> BackupRun:
    """Make a backup in the clinic's folder and prove it.

    Raises
    ------
    InputError
        If it cannot be written, or cannot be restored.
    """
    folder = settings.CLINIC_FOLDER
    target = folder.backups / name_of(now)
    run = make_backup(target, by=by, now=now)
    if run is None:
        raise AssertionError("the tables are there")
    if connection.vendor == "sqlite":
        prove(target, folder.key("backup"))
        run.verified_at = now
        run.save(update_fields=["verified_at"])
        note(by, "backup.proved", now=now, details={"run": run.pk})
    return run


def thin_out(now: dt.datetime) -> list[str]:
    """Remove old backups but the first of each month; the names that went.

    Only files with the name of a scheduled backup are looked at.
    """
    folder = settings.CLINIC_FOLDER.backups
    gone, months = [], set()
    for path in sorted(folder.glob("clinic-*.mesoplan")):
        stamp = path.name.removeprefix("clinic-")[:15]
        try:
            made = dt.datetime.strptime(stamp, "%Y%m%d-%H%M%S").replace(tzinfo=dt.UTC)
        except ValueError:
            continue  # somebody's own file; it is not ours to remove
        month = (made.year, made.month)
        old = now - made > dt.timedelta(days=DAYS_KEPT)
        if old and month in months:
            path.unlink()
            gone.append(path.name)
        months.add(month)
    return gone


def is_due(now: dt.datetime, hour: int) -> bool:
    """Whether today's backup is still to be made: after its hour, or none in a day."""
    last = BackupRun.objects.order_by("-made_at").first()
    if last is None:
        return True
    today_at = now.replace(hour=hour, minute=0, second=0, microsecond=0)
    if now >= today_at and last.made_at < today_at:
        return True
    return now - last.made_at > dt.timedelta(hours=25)
