"""Joining two records of one person: everything moves, nothing is lost, a trace stays."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.consent.models import Consent
from mesoplan.clinic.delivery.models import Delivery, VialOpening
from mesoplan.clinic.patients.models import (
    Allergy,
    BreakGlass,
    Condition,
    Course,
    EarlierTreatment,
    Intake,
    IntakeLink,
    Medicine,
    Patient,
    StoredFile,
    Weight,
)
from mesoplan.clinic.people.models import User
from mesoplan.clinic.planning.models import PlanVersion
from mesoplan.core.errors import Fault, InputError

MOVED: tuple[Any, ...] = (
    Allergy, Condition, Medicine, EarlierTreatment, Weight, Course, Intake, IntakeLink, BreakGlass,
    PlanVersion, Delivery, Consent, VialOpening, StoredFile,
)  # fmt: skip
"""Every table that names a patient; a test holds the list against the tables."""
_FILLED = ("sex", "phototype", "phone", "email", "general_practitioner")
"""Taken from the record that goes where the one that stays says nothing."""
_ASKED = ("allergies", "conditions", "medicines", "history")
_SHOWN = ("family_name", "given_names", "birth_date", *_FILLED, "pregnant", "breastfeeding")


@dataclass(frozen=True)
class Comparison:
    """Two records beside each other, before they are joined."""

    differs: tuple[tuple[str, Any, Any], ...]
    """Field, what the record that goes says, what the one that stays says."""
    moved: dict[str, int]
    """Rows of the record that goes, by table."""


def compare(gone: Patient, stays: Patient) -> Comparison:
    """What would be joined.

    Raises
    ------
    InputError
        If the two cannot be joined.
    """
    _refuse(gone, stays)
    said = [(key, getattr(gone, key), getattr(stays, key)) for key in _SHOWN]
    return Comparison(
        differs=tuple(row for row in said if row[1] != row[2]),
        moved={m.__name__: m.objects.filter(patient=gone).count() for m in MOVED},
    )


def merge(gone: Patient, stays: Patient, *, by: User, now: dt.datetime) -> Patient:
    """Join two records of one person: all of ``gone`` moves to ``stays``.

    ``gone`` keeps what it said of itself and points to ``stays``. Its files stay sealed as they
    are: a file opens for the patient it was sealed for and for the one who was joined to it, so
    that no file has to be written anew, which could not be undone with the transaction.

    Raises
    ------
    InputError
        If they are one record, or one of them was joined already.
    """
    with audited(by, "patient.merged", now=now, patient=stays, subject=f"patient:{gone.pk}") as log:
        rows = Patient.objects.select_for_update().filter(pk__in=(gone.pk, stays.pk))
        held = {row.pk: row for row in rows.order_by("pk")}
        from_row, to_row = held[gone.pk], held[stays.pk]
        _refuse(from_row, to_row)
        _narrow(from_row, to_row, by=by, now=now)
        _renumber(from_row, to_row)
        for model in MOVED:
            moved = model.objects.filter(patient=from_row).update(patient=to_row)
            log[model.__name__] = moved
        _facts(from_row, to_row)
        from_row.merged_into = to_row
        from_row.save(update_fields=["merged_into"])
        to_row.revision += 1
        to_row.save()
    gone.refresh_from_db()
    stays.refresh_from_db()
    return stays


def _refuse(gone: Patient, stays: Patient) -> None:
    if gone.pk == stays.pk or gone.merged_into_id or stays.merged_into_id:
        right = "choose two records that stand"
        raise InputError([Fault("patient", "these records cannot be joined", right)])


def _facts(gone: Patient, stays: Patient) -> None:
    """What only one record knew stays known; of pregnancy what was asked last, or yes."""
    for key in _FILLED:
        if getattr(stays, key) in (None, ""):
            setattr(stays, key, getattr(gone, key))
    for name in _ASKED:
        days = [d for p in (gone, stays) if (d := getattr(p, f"{name}_asked_on")) is not None]
        setattr(stays, f"{name}_asked_on", max(days, default=None))
    ours, theirs = stays.pregnancy_asked_on, gone.pregnancy_asked_on
    if theirs is None:
        return
    if ours is None or theirs > ours:
        stays.pregnant, stays.breastfeeding = gone.pregnant, gone.breastfeeding
        stays.pregnancy_asked_on = theirs
    elif theirs == ours:
        stays.pregnant = _either(gone.pregnant, stays.pregnant)
        stays.breastfeeding = _either(gone.breastfeeding, stays.breastfeeding)


def _either(one: bool | None, other: bool | None) -> bool | None:  # noqa: FBT001
    said = [answer for answer in (one, other) if answer is not None]
    return any(said) if said else None


def _narrow(gone: Patient, stays: Patient, *, by: User, now: dt.datetime) -> None:
    """Nobody gains sight of what was closed to them: both restrictions hold, open glass ends."""
    for patient in (gone, stays):
        BreakGlass.objects.filter(patient=patient, until__gt=now).update(until=now)
    lists = [set(p.open_to.all()) for p in (gone, stays) if p.restricted]
    if not lists:
        return
    stays.restricted = True
    stays.open_to.set({by, *set.intersection(*lists)})


def _renumber(gone: Patient, stays: Patient) -> None:
    """Plans are numbered within a patient: those that come get the next numbers."""
    last = max(stays.plans.values_list("number", flat=True), default=0)
    for number in sorted(set(gone.plans.values_list("number", flat=True)), reverse=True):
        gone.plans.filter(number=number).update(number=last + number)
