"""Restricting a record to named colleagues."""

import datetime as dt

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.people.models import User


def restrict(
    patient: Patient,
    restricted: bool,  # noqa: FBT001
    open_to: list[User],
    *,
    by: User,
    now: dt.datetime,
) -> None:
    """Restrict a record, always with who does it among those named, or open it again."""
    named = list(dict.fromkeys([by, *open_to]))
    details = {"restricted": restricted, "open_to": [str(user.public_id) for user in named]}
    with audited(by, "patient.restricted", now=now, patient=patient, details=details):
        patient.restricted = restricted
        patient.save(update_fields=["restricted"])
        patient.open_to.set(named if restricted else [])
