"""Registering patients and changing who they are; who may be the same person is asked first."""

import datetime as dt
import uuid
from collections.abc import Collection
from difflib import SequenceMatcher
from typing import Any

from django.db import connection
from django.utils import timezone

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.patients.names import plain, search_name
from mesoplan.clinic.patients.revise import revised
from mesoplan.clinic.people.models import User
from mesoplan.core.errors import Fault, InputError

OLDEST_YEARS = 120
"""As a case file allows."""
_LOCK = 0x70617469
"""Advisory lock of registering in PostgreSQL; SQLite has one writer anyway."""
_ALIKE = 0.8
"""Share of letters in common from which two names are alike: Maier and Meyer, Ana and Anna."""
_NEAR = dt.timedelta(days=7)
_SEARCH_LETTERS = 260


def likely_same(
    family_name: str, given_names: str, birth_date: dt.date, *, beside: Patient | None = None
) -> list[Patient]:
    """Patients who may be the same person.

    The same day with a similar name, in any order of its parts; or the same name with a day that
    is near or a slip of the pen away.

    Parameters
    ----------
    beside : Patient, optional
        Not this one.
    """
    family, given = plain(family_name), plain(given_names)
    standing = Patient.objects.filter(merged_into=None)
    if beside is not None:
        standing = standing.exclude(pk=beside.pk)
    same_name = standing.filter(search_name__in=(f"{family} {given}", f"{given} {family}"))
    found = [p for p in same_name if _is_near(p.birth_date, birth_date)]
    found += [p for p in standing.filter(birth_date=birth_date) if _similar(p, family, given)]
    return list(dict.fromkeys(found))


def _similar(patient: Patient, family: str, given: str) -> bool:
    """Names alike as a whole, or family names alike and a given name in common, or turned round."""
    own_family, own_given = plain(patient.family_name), plain(patient.given_names)
    if {*own_family.split(), *own_given.split()} & set(family.split()):
        return True
    if _alike(f"{own_family} {own_given}", f"{family} {given}"):
        return True
    common = set(own_given.split()) & set(given.split())
    return bool(common) or _alike(own_family, family)


def _alike(one: str, other: str) -> bool:
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


def _is_near(one: dt.date, other: dt.date) -> bool:
    """A week apart, day and month swapped, another year, or a digit or two neighbours off."""
    if abs(one - other) <= _NEAR or (one.month, one.day) == (other.month, other.day):
        return True
    if (one.year, one.month, one.day) == (other.year, other.day, other.month):
        return True
    pairs = zip(f"{one:%Y%m%d}", f"{other:%Y%m%d}", strict=True)
    off = [(i, a, b) for i, (a, b) in enumerate(pairs) if a != b]
    if len(off) == 2:
        (i, a, b), (j, c, d) = off
        return j == i + 1 and (a, b) == (d, c)
    return len(off) <= 1


def register(
    values: dict[str, Any],
    *,
    by: User,
    now: dt.datetime,
    others: Collection[uuid.UUID] = (),
) -> Patient:
    """A new patient.

    Parameters
    ----------
    values : dict
        Names, birth date, contact; ``record_number`` where the clinic has its own.
    others : collection of UUID
        Patients with whom this one was compared: they are other people.

    Raises
    ------
    InputError
        If somebody may be the same person who was not compared, a number is taken, or a birth
        date is impossible.
    """
    _refuse_impossible(values, now)
    with audited(by, "patient.registered", now=now) as note:
        _one_at_a_time()
        same = likely_same(values["family_name"], values["given_names"], values["birth_date"])
        _refuse_same(same, others)
        number = (values.get("record_number") or "").strip() or next_number(now)
        if Patient.objects.filter(record_number__iexact=number).exists():
            raise InputError([Fault("record_number", f"{number} is taken", "leave it empty")])
        made = Patient(**{**values, "record_number": number}, created_at=now)
        made.save(force_insert=True)
        note |= {"patient": str(made.pk), "despite": [str(p.pk) for p in same]}
    return made


def rename(
    patient: Patient,
    values: dict[str, Any],
    *,
    by: User,
    now: dt.datetime,
    others: Collection[uuid.UUID] = (),
) -> Patient:
    """Change identity and contact.

    Raises
    ------
    InputError
        As ``register``, where name or birth date change.
    """
    _refuse_impossible(values, now)
    with revised(patient, "patient.identity", by=by, now=now) as change:
        row = change.patient
        changed = sorted(key for key, value in values.items() if getattr(row, key) != value)
        change.details["changed"] = changed
        if {"family_name", "given_names", "birth_date"} & set(changed):
            same = likely_same(
                values["family_name"], values["given_names"], values["birth_date"], beside=row
            )
            _refuse_same(same, others)
            change.details["despite"] = [str(p.pk) for p in same]
        for key, value in values.items():
            setattr(row, key, value)
    return patient


def next_number(now: dt.datetime) -> str:
    """The next record number of the year: two digits of it, then five or more that count."""
    start = f"{timezone.localdate(now):%y}-"
    numbers = Patient.objects.filter(record_number__startswith=start)
    counted = [
        int(tail)
        for number in numbers.values_list("record_number", flat=True)
        if (tail := number.removeprefix(start)).isdecimal() and len(tail) >= 5
    ]
    return f"{start}{1 + max(counted, default=0):05d}"


def _refuse_impossible(values: dict[str, Any], now: dt.datetime) -> None:
    born, today = values["birth_date"], timezone.localdate(now)
    faults = []
    if born > today:
        faults.append(Fault("birth_date", f"{born} lies in the future", "give the date of birth"))
    if today.year - born.year > OLDEST_YEARS:
        wrong = f"{born} makes an age above {OLDEST_YEARS}"
        faults.append(Fault("birth_date", wrong, "give the date of birth"))
    faults += [
        Fault(key, "holds no letters", "write it with letters")
        for key in ("family_name", "given_names")
        if not plain(values[key])
    ]
    if len(search_name(values["family_name"], values["given_names"])) > _SEARCH_LETTERS:
        faults.append(Fault("family_name", "is too long", "write it shorter"))
    if faults:
        raise InputError(faults)


def _refuse_same(same: list[Patient], others: Collection[uuid.UUID]) -> None:
    if any(p.pk not in others for p in same):
        named = "; ".join(f"{p}, born {p.birth_date}, record {p.record_number}" for p in same)
        right = "open that record, or say that this is another person"
        raise InputError([Fault("duplicate", f"may be the same as {named}", right)])


def _one_at_a_time() -> None:
    """Two who register at once: the second sees the first, and gets the next number."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
