"""Restricting a record to named colleagues."""

import datetime as dt

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.patients.revise import refuse_joined
from mesoplan.clinic.people.models import User
from mesoplan.clinic.rights import may
from mesoplan.core.errors import Fault, InputError


def restrict(
    patient: Patient,
    restricted: bool,  # noqa: FBT001
    open_to: list[User],
    *,
    by: User,
    now: dt.datetime,
) -> None:
    """Restrict a record, always with who does it among those named, or open it again.

    Raises
    ------
    InputError
        For a colleague who may read no record at all, or a record that was joined to another.
    """
    if unfit := [user.full_name for user in open_to if not may(user, "patient.read")]:
        wrong = f"{', '.join(unfit)} may read no records"
        raise InputError([Fault("open_to", wrong, "name colleagues who may")])
    named = list(dict.fromkeys([by, *open_to]))
    details = {"restricted": restricted, "open_to": [str(user.public_id) for user in named]}
    with audited(by, "patient.restricted", now=now, patient=patient, details=details):
        row = Patient.objects.select_for_update().get(pk=patient.pk)
        refuse_joined(row)
        row.restricted = restricted
        row.save(update_fields=["restricted"])
        row.open_to.set(named if restricted else [])
    patient.refresh_from_db()
