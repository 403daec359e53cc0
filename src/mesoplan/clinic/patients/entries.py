"""What is noted of a patient and struck out again: allergies, conditions, medicines, weights."""

import datetime as dt
from decimal import Decimal
from typing import Any

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.patients.models import (
    Allergy,
    Condition,
    EarlierTreatment,
    Entry,
    Medicine,
    Patient,
    Weight,
)
from mesoplan.clinic.people.models import User
from mesoplan.clinic.written import refuse_too_long
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.units import parse_quantity

MATCHES: dict[str, tuple[str, ...]] = {
    "allergies": ("substance", "class", "medicine", "atc"),
    "conditions": ("condition",),
    "medicines": ("medicine", "substance", "class", "atc"),
}
"""Kinds of names of the catalogue among which each list is matched, as in a case file."""
MODELS: dict[str, Any] = {
    "allergies": Allergy,
    "conditions": Condition,
    "medicines": Medicine,
    "earlier": EarlierTreatment,
    "weights": Weight,
}
ASKED = ("allergies", "conditions", "medicines", "history")
_STEP = Decimal("0.2")
"""Share by which a weight may differ from the last one without being confirmed."""


def match(kind: str, written: str) -> str:
    """The catalogue's id for what was written; empty: nobody knows, the rules will not run."""
    return clinic_catalogue().name_of(written.strip(), MATCHES[kind]).id or ""


def note(
    patient: Patient, kind: str, values: dict[str, Any], *, by: User, now: dt.datetime
) -> Entry:
    """Note an entry; whatever it is, the record's revision rises.

    Parameters
    ----------
    kind : str
        allergies, conditions, medicines, earlier, weights.
    values : dict
        ``written`` and what else the entry has; of earlier treatments ``amount`` with its unit.

    Raises
    ------
    InputError
        For an empty text, a quantity without unit, a day in the future, or a weight that
        departs from the last one and was not confirmed.
    """
    values = dict(values)
    day = now.date()
    if kind in MATCHES:
        values["written"] = " ".join(str(values.get("written", "")).split())
        if not values["written"]:
            raise InputError([Fault("written", "is empty", "write a name")])
        values["matched"] = match(kind, values["written"])
    elif kind == "earlier":
        values = _earlier(values, day)
    elif kind == "weights":
        values = _weight(patient, values, day)
    else:
        raise InputError([Fault("kind", f"{kind!r} is no list", f"one of {', '.join(MODELS)}")])
    with audited(by, f"{kind}.noted", now=now, patient=patient) as details:
        made: Entry = MODELS[kind](noted_at=now, noted_by=by, **values, patient=patient)
        made.save(force_insert=True)
        asked = "history" if kind == "earlier" else kind
        if asked in ASKED:
            setattr(patient, f"{asked}_asked_on", day)
        _revise(patient)
        details |= {"entry": made.pk, "matched": bool(values.get("matched", True))}
    return made


def strike(entry: Entry, kind: str, reason: str, *, by: User, now: dt.datetime) -> None:
    """Strike an entry out, with a reason. It stays to be read.

    Raises
    ------
    InputError
        Without a reason, or if it was struck out already.
    """
    if len(reason.strip()) < 3:
        raise InputError([Fault("reason", "says nothing", "write why")])
    refuse_too_long("reason", reason, 200)
    if entry.struck_at is not None:
        raise InputError([Fault("entry", "is struck out already", "load the page anew")])
    patient = entry.patient
    with audited(by, f"{kind}.struck", now=now, patient=patient, details={"entry": entry.pk}):
        entry.struck_at, entry.struck_by = now, by
        entry.struck_reason = reason.strip()
        entry.save()
        _revise(patient)


def asked_none(patient: Patient, kind: str, *, by: User, now: dt.datetime) -> None:
    """Somebody asked, and there is nothing; while something stands it cannot be nothing.

    Raises
    ------
    InputError
        If an entry stands.
    """
    if kind not in ASKED:
        raise InputError([Fault("kind", f"{kind!r} is not asked", f"one of {', '.join(ASKED)}")])
    rows = patient.earlier if kind == "history" else getattr(patient, kind)
    if rows.filter(struck_at=None).exists():
        raise InputError([Fault(kind, "something stands there", "strike it out first, with why")])
    with audited(by, f"{kind}.asked-none", now=now, patient=patient):
        setattr(patient, f"{kind}_asked_on", now.date())
        _revise(patient)


def set_facts(patient: Patient, values: dict[str, Any], *, by: User, now: dt.datetime) -> None:
    """Sex, phototype, pregnancy and breastfeeding, with the day of asking."""
    with audited(by, "patient.facts", now=now, patient=patient, details={"keys": sorted(values)}):
        for key, value in values.items():
            setattr(patient, key, value)
        patient.pregnancy_asked_on = now.date() if patient.pregnant is not None else None
        _revise(patient)


def _revise(patient: Patient) -> None:
    patient.revision += 1
    patient.save()


def _earlier(values: dict[str, Any], day: dt.date) -> dict[str, Any]:
    substance = " ".join(str(values.get("substance", "")).split())
    faults = []
    if not substance:
        faults.append(Fault("substance", "is empty", "write what was given"))
    if values["given_on"] > day:
        faults.append(Fault("given_on", "lies in the future", "give the day it was given"))
    if faults:
        raise InputError(faults)
    amount = str(values.get("amount") or "").strip()
    if amount:
        parse_quantity(amount, "amount", ("mass", "units"), "64 U")
    return {"substance": substance, "amount": amount, "given_on": values["given_on"]}


def _weight(patient: Patient, values: dict[str, Any], day: dt.date) -> dict[str, Any]:
    kg, measured = Decimal(values["weight_kg"]), values["measured_on"]
    faults = []
    if not 2 <= kg <= 400:
        faults.append(Fault("weight_kg", f"{kg} kg is no weight", "give it in kilograms"))
    if measured > day:
        faults.append(Fault("measured_on", "lies in the future", "give the day of weighing"))
    last = patient.weights.filter(struck_at=None).order_by("-measured_on", "-pk").first()
    if last is not None and not values.get("confirmed"):
        change = abs(kg - last.weight_kg) / last.weight_kg
        if change > _STEP:
            wrong = f"{kg} kg departs by {change:.0%} from {last.weight_kg} kg"
            faults.append(Fault("weight_kg", wrong, "weigh again, then confirm it"))
    if faults:
        raise InputError(faults)
    return {"weight_kg": kg, "measured_on": measured}
