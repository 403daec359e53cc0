"""The patient block of a case, from the record as it is on a day."""

import datetime as dt
from decimal import Decimal
from typing import Any

from mesoplan.clinic.patients.models import Condition, EarlierTreatment, Patient

DYSMORPHIC = "body-dysmorphic-disorder"
OTHERS_NOT_ASKED = "other conditions: not asked"
ELSEWHERE_NOT_ASKED = "treatments elsewhere: not asked"
"""Stand in a list that holds what is known without asking: a list alone would say that somebody
asked for the rest. No name explains them, so that the screening reports them as not checked."""


def case_patient(patient: Patient, day: dt.date) -> dict[str, Any]:
    """What a case file would state of a patient: an absent key is *not asked*.

    Parameters
    ----------
    patient : Patient
        The record.
    day : date
        The day of the session: later weights and treatments do not count.

    Returns
    -------
    dict
        The ``[patient]`` table. History holds what was given elsewhere and what the clinic
        itself gave, from its signed deliveries.
    """
    block: dict[str, Any] = {
        "name": str(patient),
        "record_number": patient.record_number,
        "birth_date": patient.birth_date,
        "sex": patient.sex or None,
        "weight_kg": _weight_kg(patient, day),
        "phototype": patient.phototype,
        "pregnant": patient.pregnant,
        "breastfeeding": patient.breastfeeding,
        "allergies": _said(patient.allergies, asked=patient.allergies_asked_on),
        "conditions": _conditions(patient),
        "medicines": _said(patient.medicines, asked=patient.medicines_asked_on),
        "history": _history(patient, day),
    }
    return {key: value for key, value in block.items() if value is not None}


def _weight_kg(patient: Patient, day: dt.date) -> float | None:
    weights = patient.weights.filter(struck_at=None, measured_on__lte=day)
    last = weights.order_by("-measured_on", "-pk").first()
    return None if last is None else float(last.weight_kg)


def _said(rows: Any, *, asked: dt.date | None) -> list[str] | None:
    """What stands, by matched id or as written; ``None`` where nobody asked and nothing stands."""
    found = [row.matched or row.written for row in rows.filter(struck_at=None).order_by("pk")]
    return found if found or asked is not None else None


def _conditions(patient: Patient) -> list[Any] | None:
    def entry(row: Condition) -> Any:
        name = row.matched or row.written
        return {"id": name, "area": row.site} if row.site else name

    rows = list(patient.conditions.filter(struck_at=None).order_by("pk"))
    asked = bool(rows) or patient.conditions_asked_on is not None
    found = [entry(row) for row in rows]
    screened = patient.intakes.exclude(reviewed_at=None).order_by("-signed_at", "-pk").first()
    names = [row.matched for row in rows]
    if screened is not None and screened.dysmorphic_screen and DYSMORPHIC not in names:
        found.append(DYSMORPHIC)
        if not asked:
            found.append(OTHERS_NOT_ASKED)
    return found if found or asked else None


def _history(patient: Patient, day: dt.date) -> list[dict[str, Any]] | None:
    def elsewhere(row: EarlierTreatment) -> dict[str, Any]:
        known = {"amount": row.amount} if row.amount else {}
        return {"substance": row.substance, "date": row.given_on, **known}

    earlier = patient.earlier.filter(struck_at=None, given_on__lte=day).order_by("given_on", "pk")
    found = [elsewhere(row) for row in earlier]
    asked = patient.history_asked_on is not None or bool(found)
    given = patient.deliveries.filter(state="signed", given_on__lte=day)
    own = [
        # What was injected: creams and blocks of that day stand in the recheck alone.
        {"substance": total["substance"], "amount": _text(injected), "date": delivery.given_on}
        for delivery in given.order_by("given_on", "signed_at")
        for total in delivery.totals
        if (injected := total["injected"])["value"] > 0
    ]
    if own and not asked:
        own.append({"substance": ELSEWHERE_NOT_ASKED, "date": own[-1]["date"]})
    return found + own if found or own or asked else None


def _text(quantity: dict[str, Any]) -> str:
    """A quantity as a case file writes it: all figures, no exponent."""
    return f"{Decimal(repr(quantity['value'])):f} {quantity['unit']}"
