"""Today's approved sheets as plain PDFs in a folder, for the day on which the server fails."""

import datetime as dt
import os
import re

from django.conf import settings
from django.utils import timezone

from mesoplan.clinic.patients.storage import content_of
from mesoplan.clinic.planning.models import PlanVersion


def write_today(now: dt.datetime) -> list[str]:
    """Write the sheets of today's approved plans, remove those of other days and states.

    Returns
    -------
    list of str
        Names of the files.
    """
    folder = settings.CLINIC_FOLDER.sheets
    today = timezone.localdate(now)
    plans = PlanVersion.objects.filter(session_date=today, state=PlanVersion.State.APPROVED)
    wanted = {}
    for plan in plans.exclude(sheet=None).select_related("patient", "sheet"):
        name = re.sub(r"[^A-Za-z0-9]+", "-", plan.patient.record_number).strip("-")
        wanted[f"{today.isoformat()}-{name}-plan-{plan.number}-{plan.version}.pdf"] = plan.sheet
    for path in folder.glob("*.pdf"):
        if path.name not in wanted:
            path.unlink()
    for name, stored in wanted.items():
        path = folder / name
        if stored is None or path.exists():
            continue
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content_of(stored))
    return sorted(wanted)
