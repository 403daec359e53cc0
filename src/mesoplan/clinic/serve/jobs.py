"""What runs beside the server: today's sheets every few minutes, a proved backup every day."""

import logging
import multiprocessing
import os
import time
from pathlib import Path

from mesoplan.clinic.serve.start import set_up

_EVERY_S = 300
_log = logging.getLogger(__name__)


def start_jobs(folder: Path, backup_hour: int) -> multiprocessing.Process:
    """Start the process; it ends with the one that started it."""
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_run, args=(folder, backup_hour, os.getpid()), daemon=True)
    process.start()
    return process  # type: ignore[return-value]


def _run(folder: Path, backup_hour: int, parent: int) -> None:
    set_up(folder)
    while os.getppid() == parent:
        once(backup_hour)
        for _ in range(_EVERY_S):
            if os.getppid() != parent:
                return
            time.sleep(1)


def once(backup_hour: int) -> None:
    """One round; a fault is written to the server's log and the next round tries again."""
    from django.db import Error, close_old_connections
    from django.utils import timezone

    from mesoplan.clinic.backup.scheduled import back_up, is_due, thin_out
    from mesoplan.clinic.serve.today_sheets import write_today
    from mesoplan.core.errors import MesoplanError

    close_old_connections()
    now = timezone.now()
    try:
        write_today(now)
        if is_due(timezone.localtime(now), backup_hour):
            back_up(by=None, now=now)
            thin_out(now)
    except (MesoplanError, OSError, Error):
        _log.exception("the daily jobs failed")
