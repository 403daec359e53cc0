"""Finding, making and joining patients: search, duplicates, merge with trace."""

import datetime as dt
import re
import unicodedata
from typing import Any

from django.db.models import Q, QuerySet

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
    Medicine,
    Patient,
    StoredFile,
    Weight,
)
from mesoplan.clinic.people.models import User
from mesoplan.clinic.planning.models import PlanVersion
from mesoplan.core.errors import Fault, InputError

_DAY = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})|(\d{4})-(\d{2})-(\d{2})")
_MOVED = (
    Allergy, Condition, Medicine, EarlierTreatment, Weight, Course, Intake, BreakGlass,
    PlanVersion, Delivery, Consent, VialOpening,
)  # fmt: skip


def plain(text: str) -> str:
    """Text without accents, case and doubled spaces, for comparing names."""
    split = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(c for c in split if not unicodedata.combining(c)).split())


def search(found: QuerySet[Patient], text: str) -> QuerySet[Patient]:
    """Patients by parts of their name in any order, birth date or record number.

    A date is read day first, or as year-month-day.
    """
    for word in text.split():
        day = _day(word)
        if day is not None:
            found = found.filter(birth_date=day)
        else:
            bare = plain(word)
            found = found.filter(Q(search_name__contains=bare) | Q(record_number__iexact=word))
    return found


def _day(word: str) -> dt.date | None:
    match = _DAY.fullmatch(word)
    if match is None:
        return None
    d, m, y, iso_y, iso_m, iso_d = match.groups()
    try:
        return dt.date(int(iso_y or y), int(iso_m or m), int(iso_d or d))
    except ValueError:
        return None


def likely_same(family_name: str, given_names: str, birth_date: dt.date) -> list[Patient]:
    """Patients who may be the same person.

    The same name with the same day or a slip in it (day and month swapped, one digit off), or
    the same day with one of the names.
    """
    family, given = plain(family_name), plain(given_names)
    standing = Patient.objects.filter(merged_into=None)
    by_name = standing.filter(search_name=f"{family} {given}")
    same_name = [p for p in by_name if _slip(p.birth_date, birth_date)]
    same_day = [
        p
        for p in standing.filter(birth_date=birth_date)
        if plain(p.family_name) == family or plain(p.given_names) == given
    ]
    return list(dict.fromkeys([*same_name, *same_day]))


def _slip(one: dt.date, other: dt.date) -> bool:
    if (one.day, one.month, one.year) == (other.month, other.day, other.year):
        return True
    return sum(a != b for a, b in zip(str(one), str(other), strict=True)) <= 1


def register(
    values: dict[str, Any], *, by: User, now: dt.datetime, confirmed: bool = False
) -> Patient:
    """A new patient.

    Raises
    ------
    InputError
        If somebody may be the same person and nobody confirmed that it is another.
    """
    same = likely_same(values["family_name"], values["given_names"], values["birth_date"])
    if same and not confirmed:
        named = "; ".join(f"{p}, born {p.birth_date}, record {p.record_number}" for p in same)
        right = "open that record, or confirm that this is another person"
        raise InputError([Fault("duplicate", f"may be the same as {named}", right)])
    with audited(by, "patient.registered", now=now) as note:
        number = values.get("record_number") or next_number(now)
        if Patient.objects.filter(record_number=number).exists():
            raise InputError([Fault("record_number", f"{number} is taken", "leave it empty")])
        made = Patient(**{**values, "record_number": number}, created_at=now)
        made.search_name = plain(f"{made.family_name} {made.given_names}")
        made.save()
        note |= {"patient": str(made.pk), "despite": [str(p.pk) for p in same]}
    return made


def next_number(now: dt.datetime) -> str:
    """The next record number of the year."""
    start = f"{now:%y}-"
    last = Patient.objects.filter(record_number__regex=rf"^{start}[0-9]{{5}}$")
    number = last.order_by("-record_number").values_list("record_number", flat=True).first()
    return f"{start}{1 + (int(number[3:]) if number else 0):05d}"


def rename(patient: Patient, values: dict[str, Any], *, by: User, now: dt.datetime) -> Patient:
    """Change identity and contact."""
    changed = sorted(key for key, value in values.items() if getattr(patient, key) != value)
    with audited(by, "patient.identity", now=now, patient=patient, details={"changed": changed}):
        for key, value in values.items():
            setattr(patient, key, value)
        patient.search_name = plain(f"{patient.family_name} {patient.given_names}")
        patient.revision += 1
        patient.save()
    return patient


def merge(gone: Patient, stays: Patient, *, by: User, now: dt.datetime) -> Patient:
    """Join two records of one person: all of ``gone`` moves to ``stays``, which leaves a trace.

    Raises
    ------
    InputError
        If they are one record, or one of them was joined already.
    """
    if gone.pk == stays.pk or gone.merged_into_id or stays.merged_into_id:
        right = "choose two records that stand"
        raise InputError([Fault("patient", "these records cannot be joined", right)])
    counts: dict[str, int] = {}
    with audited(by, "patient.merged", now=now, patient=stays, subject=f"patient:{gone.pk}") as n:
        _renumber(gone, stays)
        for model in _MOVED:
            moved = model.objects.filter(patient=gone).update(patient=stays)
            counts[model.__name__] = moved
        counts["StoredFile"] = StoredFile.objects.filter(patient=gone).update(patient=stays)
        gone.merged_into = stays
        gone.save(update_fields=["merged_into"])
        stays.restricted = stays.restricted or gone.restricted
        stays.revision += 1
        stays.save()
        n |= counts
    return stays


def _renumber(gone: Patient, stays: Patient) -> None:
    """Plans are numbered within a patient: those that come get the next numbers."""
    last = max(stays.plans.values_list("number", flat=True), default=0)
    for number in sorted(set(gone.plans.values_list("number", flat=True)), reverse=True):
        gone.plans.filter(number=number).update(number=last + number)
