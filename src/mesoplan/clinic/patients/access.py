"""Reaching a patient's record: the one gate for restricted records, written to the log."""

import datetime as dt
import uuid

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404

from mesoplan.clinic.audit.record import audited, note
from mesoplan.clinic.patients.models import BreakGlass, Patient
from mesoplan.clinic.people.models import User

BREAK_GLASS_FOR = dt.timedelta(hours=1)


class RestrictedRecordError(PermissionDenied):
    """The record is restricted; a reason opens it for an hour."""

    def __init__(self, patient: Patient) -> None:
        super().__init__("restricted")
        self.patient = patient


def open_record(user: User, patient_id: uuid.UUID, action: str, now: dt.datetime) -> Patient:
    """The patient of an id, after the gate; the reading is written to the log.

    Raises
    ------
    Http404
        If there is no such patient.
    RestrictedRecordError
        If the record is restricted and the user has no way to it.
    """
    patient = Patient.objects.filter(pk=patient_id).first()
    if patient is None:
        raise Http404
    if not has_way(user, patient, now):
        note(user, "patient.refused", now=now, patient=patient)
        raise RestrictedRecordError(patient)
    note(user, action, now=now, patient=patient)
    return patient


def has_way(user: User, patient: Patient, now: dt.datetime) -> bool:
    """Whether the record is open to the user at this time."""
    if not patient.restricted or patient.open_to.filter(pk=user.pk).exists():
        return True
    return BreakGlass.objects.filter(user=user, patient=patient, until__gt=now).exists()


def break_glass(user: User, patient: Patient, reason: str, now: dt.datetime) -> BreakGlass:
    """Open a restricted record for an hour."""
    with audited(user, "patient.break-glass", now=now, patient=patient) as details:
        opened = BreakGlass.objects.create(
            patient=patient, user=user, reason=reason, at=now, until=now + BREAK_GLASS_FOR
        )
        details["break_glass"] = opened.pk
    return opened


def visible_patients(user: User, now: dt.datetime) -> QuerySet[Patient]:
    """Patients whose records the user may open; a merged record is found by the one it joined."""
    opened = BreakGlass.objects.filter(user=user, until__gt=now).values("patient")
    found = Patient.objects.filter(merged_into=None)
    return found.filter(restricted=False) | found.filter(open_to=user) | found.filter(pk__in=opened)
