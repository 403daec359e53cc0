"""Weights and earlier treatments as people type them, checked before they count."""

import datetime as dt
from decimal import Decimal
from typing import Any

from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.patients.models import Patient, Weight
from mesoplan.clinic.written import refuse_too_long
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.units import parse_quantity

LEAST_KG, MOST_KG = Decimal(2), Decimal(400)
"""As a case file allows: beyond them it is a slip of the unit or of a digit."""
STEP = Decimal("0.2")
"""Share by which a weight may differ from the last one without being confirmed."""
HISTORY_KINDS = ("substance", "class")
"""Kinds of names among which the history of a case is matched."""


def checked_weight(patient: Patient, values: dict[str, Any], today: dt.date) -> dict[str, Any]:
    """A weight with its day.

    Raises
    ------
    InputError
        Beyond any weight, outside the life of the patient until today, or far from the last
        weight and not confirmed (key ``confirmed``).
    """
    kg, measured = Decimal(values["weight_kg"]), values["measured_on"]
    if not LEAST_KG <= kg <= MOST_KG:
        right = f"give it in kilograms, {LEAST_KG} to {MOST_KG}"
        raise InputError([Fault("weight_kg", f"{kg} kg is no weight", right)])
    _in_life(patient, "measured_on", measured, today)
    last = _nearest(patient, measured)
    if last is not None and not values.get("confirmed"):
        change = abs(kg - last.weight_kg) / last.weight_kg
        if change > STEP:
            wrong = (
                f"{kg} kg departs by {change:.0%} from {last.weight_kg} kg"
                f" of {last.measured_on:%Y-%m-%d}"
            )
            raise InputError([Fault("confirmed", wrong, "weigh again, then confirm it")])
    return {"weight_kg": kg, "measured_on": measured}


def _nearest(patient: Patient, day: dt.date) -> Weight | None:
    """The last standing weight until a day, or the first after it."""
    standing = patient.weights.filter(struck_at=None)
    before = standing.filter(measured_on__lte=day).order_by("-measured_on", "-pk").first()
    return before or standing.order_by("measured_on", "pk").first()


def checked_earlier(patient: Patient, values: dict[str, Any], today: dt.date) -> dict[str, Any]:
    """Something given elsewhere; its amount with the unit that a case file takes for it.

    Raises
    ------
    InputError
        Without a name, for a quantity without unit or in the wrong one, or on an impossible day.
    """
    substance = " ".join(str(values.get("substance", "")).split())
    if not substance:
        raise InputError([Fault("substance", "is empty", "write what was given")])
    refuse_too_long("substance", substance, 120)
    _in_life(patient, "given_on", values["given_on"], today)
    amount = " ".join(str(values.get("amount") or "").split())
    if amount:
        refuse_too_long("amount", amount, 40)
        read = parse_quantity(amount, "amount", ("mass", "units"), "64 U")
        catalogue = clinic_catalogue()
        known = catalogue.substances.get(catalogue.name_of(substance, HISTORY_KINDS).id or "")
        if known is not None and not known.takes(read.unit):
            wrong = f"{substance} is not stated in {read.unit}"
            right = "give the unit of its label, or leave the amount empty: not known"
            raise InputError([Fault("amount", wrong, right)])
    return {"substance": substance, "amount": amount, "given_on": values["given_on"]}


def _in_life(patient: Patient, key: str, day: dt.date, today: dt.date) -> None:
    if day > today:
        raise InputError([Fault(key, f"{day} lies in the future", f"give a day up to {today}")])
    if day < patient.birth_date:
        wrong = f"{day} lies before the birth date"
        raise InputError([Fault(key, wrong, "correct the day, or the birth date first")])
