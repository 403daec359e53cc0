"""What is noted of a patient and struck out again: allergies, conditions, medicines, weights."""

import datetime as dt
from typing import Any

from django.utils import timezone

from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.patients.checked import HISTORY_KINDS, checked_earlier, checked_weight
from mesoplan.clinic.patients.models import (
    Allergy,
    Condition,
    EarlierTreatment,
    Entry,
    Medicine,
    Patient,
    Weight,
)
from mesoplan.clinic.patients.revise import revised
from mesoplan.clinic.people.models import User
from mesoplan.clinic.written import refuse_too_long
from mesoplan.core.errors import Fault, InputError

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
SEXES = ("female", "male", "other")
LETTERS = 120
"""Of a name as it is said."""


def asked_name(kind: str) -> str:
    """The list that the patient is asked for, by the kind of its entries; empty: weights."""
    name = "history" if kind == "earlier" else kind
    return name if name in ASKED else ""


def match(kind: str, written: str) -> str:
    """The catalogue's id for what was written; empty: nobody knows, the rules will not run."""
    kinds = HISTORY_KINDS if kind == "earlier" else MATCHES[kind]
    return clinic_catalogue().name_of(written.strip(), kinds).id or ""


def note(
    patient: Patient,
    kind: str,
    values: dict[str, Any],
    *,
    by: User,
    now: dt.datetime,
    asked_on: dt.date | None = None,
) -> Entry:
    """Note an entry; whatever it is, the record's revision rises.

    Parameters
    ----------
    kind : str
        allergies, conditions, medicines, earlier, weights.
    values : dict
        ``written`` and what else the entry has; of earlier treatments ``amount`` with its unit.
    asked_on : date, optional
        When the patient said it; today otherwise.

    Raises
    ------
    InputError
        For an empty text, a quantity without unit, a day in the future, or a weight that
        departs from the last one and was not confirmed.
    """
    if kind not in MODELS:
        raise InputError([Fault("kind", f"{kind!r} is no list", f"one of {', '.join(MODELS)}")])
    today = timezone.localdate(now)
    with revised(patient, f"{kind}.noted", by=by, now=now) as change:
        row = change.patient
        if kind == "earlier":
            checked = checked_earlier(row, values, today)
        elif kind == "weights":
            checked = checked_weight(row, values, today)
        else:
            checked = _written(kind, values)
        made: Entry = MODELS[kind](noted_at=now, noted_by=by, **checked, patient=row)
        made.save(force_insert=True)
        if asked_name(kind):
            _asked(row, asked_name(kind), asked_on or today)
        change.details["entry"] = made.pk
        change.details["matched"] = bool(checked.get("matched", True))
    return made


def strike(entry: Entry, kind: str, reason: str, *, by: User, now: dt.datetime) -> None:
    """Strike an entry out, with a reason. It stays to be read.

    When nothing stands in a list any more, the list is *not asked* again: what was struck out
    says nothing of what else there is.

    Raises
    ------
    InputError
        Without a reason, or if it was struck out already.
    """
    if len(reason.strip()) < 3:
        raise InputError([Fault("reason", "says nothing", "write why")])
    refuse_too_long("reason", reason, 200)
    details = {"entry": entry.pk}
    with revised(entry.patient, f"{kind}.struck", by=by, now=now, details=details) as change:
        row = MODELS[kind].objects.select_for_update().get(pk=entry.pk)
        if row.struck_at is not None:
            raise InputError([Fault("entry", "is struck out already", "load the page anew")])
        row.struck_at, row.struck_by = now, by
        row.struck_reason = reason.strip()
        row.save()
        asked = asked_name(kind)
        if asked and not _standing(change.patient, asked):
            setattr(change.patient, f"{asked}_asked_on", None)
    entry.refresh_from_db()


def asked_none(
    patient: Patient, kind: str, *, by: User, now: dt.datetime, asked_on: dt.date | None = None
) -> None:
    """Somebody asked, and there is nothing; while something stands it cannot be nothing.

    Raises
    ------
    InputError
        If an entry stands.
    """
    if kind not in ASKED:
        raise InputError([Fault("kind", f"{kind!r} is not asked", f"one of {', '.join(ASKED)}")])
    with revised(patient, f"{kind}.asked-none", by=by, now=now) as change:
        if _standing(change.patient, kind):
            right = "strike it out first, with why"
            raise InputError([Fault(kind, "something stands there", right)])
        _asked(change.patient, kind, asked_on or timezone.localdate(now))


def set_facts(
    patient: Patient,
    values: dict[str, Any],
    *,
    by: User,
    now: dt.datetime,
    asked_on: dt.date | None = None,
    asked_again: bool = False,
) -> None:
    """Sex, phototype, pregnancy and breastfeeding.

    Parameters
    ----------
    values : dict
        Those of the four that are set; ``None`` is *not asked*.
    asked_on : date, optional
        When pregnancy and breastfeeding were asked; today otherwise.
    asked_again : bool
        Whether the two were asked again and the answers are the same.

    Raises
    ------
    InputError
        For a value that none of them has.
    """
    _refuse_facts(values)
    with revised(
        patient, "patient.facts", by=by, now=now, details={"keys": sorted(values)}
    ) as change:
        row = change.patient
        said = [k for k in ("pregnant", "breastfeeding") if k in values]
        fresh = asked_again or any(getattr(row, key) != values[key] for key in said)
        for key, value in values.items():
            setattr(row, key, value)
        if row.pregnant is None and row.breastfeeding is None:
            row.pregnancy_asked_on = None
        elif fresh:
            row.pregnancy_asked_on = asked_on or timezone.localdate(now)


def _refuse_facts(values: dict[str, Any]) -> None:
    allowed: dict[str, tuple[Any, ...]] = {
        "sex": ("", *SEXES),
        "phototype": (None, 1, 2, 3, 4, 5, 6),
        "pregnant": (None, True, False),
        "breastfeeding": (None, True, False),
    }
    faults = [
        Fault(key, f"{value!r} is no answer", "choose one of the list")
        for key, value in values.items()
        if value not in allowed.get(key, ())
    ]
    if faults:
        raise InputError(faults)


def _written(kind: str, values: dict[str, Any]) -> dict[str, Any]:
    written = " ".join(str(values.get("written", "")).split())
    if not written:
        raise InputError([Fault("written", "is empty", "write a name")])
    refuse_too_long("written", written, LETTERS)
    others = {key: value for key, value in values.items() if key != "written"}
    return {"written": written, "matched": match(kind, written), **others}


def _standing(patient: Patient, asked: str) -> bool:
    rows = patient.earlier if asked == "history" else getattr(patient, asked)
    return bool(rows.filter(struck_at=None).exists())


def _asked(patient: Patient, asked: str, day: dt.date) -> None:
    """The last day on which the list was asked for; a questionnaire read late sets it not back."""
    before = getattr(patient, f"{asked}_asked_on")
    setattr(patient, f"{asked}_asked_on", day if before is None else max(day, before))
