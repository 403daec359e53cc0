"""The parts of a case file about the patient: who, what was asked, what else that day."""

import datetime as dt
from typing import Any

from mesoplan.catalogue import Catalogue
from mesoplan.core.units import Dimension
from mesoplan.model.case import (
    Anaesthetic,
    Earlier,
    Named,
    Patient,
    PatientCondition,
    Today,
)
from mesoplan.workflow.case_names import site
from mesoplan.workflow.table import Table

_AMOUNT: tuple[Dimension, ...] = ("mass", "units")
_ALLERGEN_KINDS = ("substance", "class", "medicine", "atc")
_MEDICINE_KINDS = ("medicine", "substance", "class", "atc")


def _named(
    table: Table, name: str, value: Any, catalogue: Catalogue, kinds: tuple[str, ...]
) -> Named | None:
    if not isinstance(value, str) or not value.strip():
        table.fault(name, f"{value!r} is no name", "write an id or a name in quotes")
        return None
    return catalogue.name_of(value.strip(), kinds)


def _names(
    table: Table, name: str, catalogue: Catalogue, kinds: tuple[str, ...]
) -> tuple[Named, ...] | None:
    rows = table.items(name)
    if rows is None:
        return None
    found = [_named(table, f"{name}[{i}]", row, catalogue, kinds) for i, row in enumerate(rows)]
    return tuple(row for row in found if row is not None)


def patient(table: Table, catalogue: Catalogue, day: dt.date | None) -> Patient | None:
    """The patient, or ``None`` where the age cannot be read."""
    phototype = table.number("phototype", 1, 6, open_low=False, whole=True)
    birth_date = table.date("birth_date")
    age = _age(table, birth_date, day)
    patient = dict(
        name=table.text("name"),
        record_number=table.text("record_number"),
        birth_date=birth_date,
        sex=table.choice("sex", ("female", "male", "other")),
        weight_kg=table.number("weight_kg", 2, 400, open_low=False),
        phototype=None if phototype is None else int(phototype),
        pregnant=table.boolean("pregnant"),
        breastfeeding=table.boolean("breastfeeding"),
        allergies=_names(table, "allergies", catalogue, _ALLERGEN_KINDS),
        conditions=_conditions(table, catalogue),
        medicines=_names(table, "medicines", catalogue, _MEDICINE_KINDS),
        history=_history(table, catalogue, day),
    )
    table.close()
    return None if age is None else Patient.model_validate(patient | {"age_years": age})


def _age(table: Table, birth: dt.date | None, day: dt.date | None) -> float | None:
    stated = table.number("age_years", 0, 120, open_low=False)
    if birth is None:
        if stated is None and not {"age_years", "birth_date"} & table.values.keys():
            table.fault("age_years", "is missing", "give age_years or birth_date")
        return stated
    if day is None:
        if stated is None and "age_years" not in table.values:
            table.fault(
                "birth_date", "gives no age without a date", "give treatment.date or age_years"
            )
        return stated
    if birth > day:
        table.fault("birth_date", f"{birth} lies after the session", f"give a date up to {day}")
        return None
    age = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    if age > 120:
        table.fault("birth_date", f"{birth} makes an age of {age}", "give the date of birth")
        return None
    if stated is not None and int(stated) != age:
        wrong = f"{stated:g} does not agree with birth_date, which makes {age}"
        table.fault("age_years", wrong, "give one of the two, or both the same")
    return float(age)


def _conditions(table: Table, catalogue: Catalogue) -> tuple[PatientCondition, ...] | None:
    rows = table.items("conditions")
    if rows is None:
        return None
    found: list[PatientCondition] = []
    for i, row in enumerate(rows):
        area = None
        value = row
        if isinstance(row, dict):
            entry = Table(row, f"{table.path('conditions')}[{i}]", table.faults)
            value = entry.text("id")
            area = site(entry, "area", catalogue)
            entry.need("id", "the condition's id")
            entry.close()
            if value is None:
                continue
        name = _named(table, f"conditions[{i}]", value, catalogue, ("condition",))
        if name is not None:
            found.append(PatientCondition(name=name, area=area))
    return tuple(found)


def _history(table: Table, catalogue: Catalogue, day: dt.date | None) -> tuple[Earlier, ...] | None:
    rows = table.tables("history")
    if rows is None:
        return None
    found: list[Earlier] = []
    for row in rows:
        row.need("substance", "the substance given")
        row.need("date", "the day it was given")
        text = row.text("substance")
        amount = row.quantity("amount", _AMOUNT, "64 U")
        when = row.date("date")
        if when is not None and day is not None and when > day:
            row.fault("date", f"{when} lies after the session", f"give a date up to {day}")
        row.close()
        if text is not None and when is not None:
            name = catalogue.name_of(text, ("substance", "class"))
            given = catalogue.substances.get(name.id or "")
            if given is not None and amount is not None and not given.takes(amount.unit):
                wrong = f"{text} is not stated in {amount.unit}"
                row.fault("amount", wrong, "give the unit its label uses")
            found.append(Earlier(substance=name, amount=amount, date=when))
    return tuple(found)


def today(table: Table | None, catalogue: Catalogue) -> Today | None:
    """What else was or will be given that day."""
    if table is None:
        return None
    rows = table.tables("anaesthetics")
    found: list[Anaesthetic] = []
    for row in rows or ():
        for key in ("substance", "amount", "form"):
            row.need(key, {"amount": 'such as "50 mg"'}.get(key, f"the {key}"))
        text = row.text("substance")
        amount = row.quantity("amount", ("mass",), "50 mg")
        form = row.choice("form", ("cream", "block", "infiltration"))
        row.close()
        if text is not None and amount is not None and form is not None:
            name = catalogue.name_of(text, ("substance", "class"))
            found.append(
                Anaesthetic.model_validate({"substance": name, "amount": amount, "form": form})
            )
    caffeine = table.number("caffeine_mg", 0, 10000, open_low=False)
    table.close()
    return Today(anaesthetics=None if rows is None else tuple(found), caffeine_mg=caffeine)
