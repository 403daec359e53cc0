"""Reads a case file into a Case: every name resolved, every fault reported together."""

import datetime as dt
import re
from pathlib import Path
from typing import Any, get_args

from mesoplan.catalogue import Catalogue
from mesoplan.core.countries import COUNTRIES
from mesoplan.core.errors import Fault
from mesoplan.core.units import Dimension
from mesoplan.model.case import (
    Anaesthetic,
    Area,
    Case,
    CaseIngredient,
    CaseSyringe,
    Earlier,
    Named,
    Patient,
    PatientCondition,
    Reconstitute,
    Skin,
    TechniqueChoice,
    Today,
    Treatment,
)
from mesoplan.model.protocol import Intent, Pattern
from mesoplan.workflow.case_text import read_table
from mesoplan.workflow.table import Table

FORMAT = "mesoplan/case"
VERSION = 1
_LONGEST_MM = 2000.0
_AMOUNT: tuple[Dimension, ...] = ("mass", "units")
_STRENGTH: tuple[Dimension, ...] = ("mass concentration", "unit concentration", "percent w/v")
_SIDES = ("left", "right", "midline")
_ALLERGEN_KINDS = ("substance", "class", "medicine", "atc")
_MEDICINE_KINDS = ("medicine", "substance", "class", "atc")


def read_case_draft(path: Path, catalogue: Catalogue) -> tuple[Case | None, list[Fault]]:
    """The case of a file with all its faults; ``None`` where too little could be read.

    The caller goes on to look for faults of placement in what could be read, so that all
    faults of a file come together.

    Raises
    ------
    InputError
        If the file itself cannot be read as a case file.
    """
    values = read_table(path)
    return parse_case(values, path.stem, catalogue)


def parse_case(
    values: dict[str, Any], name: str, catalogue: Catalogue
) -> tuple[Case | None, list[Fault]]:
    """As ``read_case_draft``, from a table already read."""
    faults: list[Fault] = []
    top = Table(values, "", faults)
    _check_format(top)
    treatment_table = _section(top, "treatment")
    day = treatment_table.date("date")
    patient = _patient(_section(top, "patient"), catalogue, day)
    treatment = _treatment(treatment_table, catalogue, day)
    today = _today(top.table("today"), catalogue)
    areas = _areas(top, catalogue)
    technique = _technique(top.table("technique"), catalogue)
    syringes = _syringes(top, catalogue, len(top.values.get("areas", ())))
    top.close()
    if treatment is None or not areas:
        return None, faults
    if patient is None:
        # Stands in only while faults of the placement are looked for; a faulty case is refused.
        patient = Patient(age_years=0)
    case = Case(
        name=name,
        patient=patient,
        treatment=treatment,
        today=today,
        areas=areas,
        technique=technique,
        syringes=syringes,
    )
    return case, faults


def _check_format(top: Table) -> None:
    right = f'a case file starts with format = "{FORMAT}" and version = {VERSION}'
    top.known += ["format", "version"]
    if top.values.get("format") != FORMAT:
        found = top.values.get("format")
        wrong = "is missing" if found is None else f"{found!r} is no case file"
        top.fault("format", wrong, right)
    version = top.values.get("version")
    if version != VERSION or isinstance(version, bool):
        if isinstance(version, int) and not isinstance(version, bool) and version > VERSION:
            wrong = f"{version} was written for a newer mesoplan"
        else:
            wrong = "is missing" if version is None else f"{version!r} is unknown"
        top.fault("version", wrong, right)


def _section(top: Table, name: str) -> Table:
    top.need(name, f"a table [{name}]")
    return top.table(name) or Table({}, name, [])


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


def _patient(table: Table, catalogue: Catalogue, day: dt.date | None) -> Patient | None:
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
            area = _site(entry, "area", catalogue)
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
            found.append(Earlier(substance=name, amount=amount, date=when))
    return tuple(found)


def _record(table: Table, name: str, kind: str, catalogue: Catalogue) -> str | None:
    """An id of the catalogue, in any letter case or by name; unknown ones are refused."""
    text = table.text(name)
    if text is None:
        return None
    found = catalogue.find(kind, text)
    if found is None:
        near = catalogue.names[kind].nearest(text)
        right = f'did you mean "{near}"?' if near else f"see mesoplan catalogue list {kind}"
        table.fault(name, f'"{text}" is unknown', right)
    return found


def _site(table: Table, name: str, catalogue: Catalogue) -> str | None:
    return _record(table, name, "site", catalogue)


def _treatment(table: Table, catalogue: Catalogue, day: dt.date | None) -> Treatment | None:
    table.need("indication", "what is treated, such as facial-rejuvenation")
    country = table.text("country", "an ISO 3166 code such as FR")
    if country is not None:
        country = country.upper()
        if country not in COUNTRIES:
            table.fault("country", f'"{country}" is no country', "write an ISO 3166 code, as FR")
            country = None
    sessions = table.number("sessions", 1, 100, open_low=False, whole=True)
    indication = _record(table, "indication", "indication", catalogue)
    intent = table.choice("intent", get_args(Intent))
    treatment = dict(
        indication=indication,
        # Not asked is planned as treatment, and a finding says so.
        intent=intent or "treat",
        intent_assumed="intent" not in table.values,
        protocol=_record(table, "protocol", "protocol", catalogue),
        date=day,
        country=country,
        sessions=None if sessions is None else int(sessions),
        interval_days=table.number("interval_days", 0, 3660),
        target_depth_mm=table.number("target_depth_mm", 0, 50),
        reason=table.text("reason"),
    )
    table.known.append("date")
    table.close()
    if indication is None:
        return None
    return Treatment.model_validate(treatment)


def _today(table: Table | None, catalogue: Catalogue) -> Today | None:
    if table is None:
        return None
    rows = table.tables("anaesthetics")
    found: list[Anaesthetic] = []
    for row in rows or ():
        for key in ("substance", "amount", "form"):
            row.need(key, {"amount": 'such as "50 mg"'}.get(key, f"the {key}"))
        text = row.text("substance")
        amount = row.quantity("amount", _AMOUNT, "50 mg")
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


def _areas(top: Table, catalogue: Catalogue) -> tuple[Area, ...]:
    top.need("areas", "at least one [[areas]]")
    tables = top.tables("areas")
    if tables is not None and not tables:
        top.fault("areas", "is empty", "give at least one [[areas]]")
    areas = [_area(table, catalogue) for table in tables or ()]
    return tuple(area for area in areas if area is not None)


def _area(table: Table, catalogue: Catalogue) -> Area | None:
    table.need("site", "a site of the catalogue")
    site = _site(table, "site", catalogue)
    for later in ("photo", "landmarks", "region"):
        if table.has(later):
            wrong = "areas on a photograph are not part of this version"
            table.fault(later, wrong, "give rectangle_mm, ellipse_mm or outline_mm")
    shapes = [n for n in ("rectangle_mm", "ellipse_mm", "outline_mm") if n in table.values]
    area = dict(
        site=site,
        side=table.choice("side", _SIDES),
        position=table.choice("position", ("medial", "lateral")),
        rectangle_mm=table.pair("rectangle_mm", _LONGEST_MM),
        ellipse_mm=table.pair("ellipse_mm", _LONGEST_MM),
        outline_mm=_outline(table),
        skin=_skin(table.table("skin")),
    )
    table.close()
    if len(shapes) != 1:
        wrong = "has no shape" if not shapes else f"has {len(shapes)} shapes"
        table.faults.append(
            Fault(table.key, wrong, "give one of rectangle_mm, ellipse_mm or outline_mm")
        )
        return None
    if site is None or area[shapes[0]] is None:
        return None
    return Area.model_validate(area)


def _outline(table: Table) -> tuple[tuple[float, float], ...] | None:
    rows = table.items("outline_mm")
    if rows is None:
        return None
    right = "write at least three corners such as [[0, 0], [60, 0], [30, 40]]"
    points: list[tuple[float, float]] = []
    for i, row in enumerate(rows):
        name = f"outline_mm[{i}]"
        if not isinstance(row, list) or len(row) != 2:
            table.fault(name, f"{row!r} is no corner", "write a corner as [x, y] in mm")
            return None
        x, y = (table.number_of(v, name, -_LONGEST_MM, _LONGEST_MM, open_low=False) for v in row)
        if x is None or y is None:
            return None
        points.append((x, y))
    if len(points) < 3:
        table.fault("outline_mm", f"{len(points)} corners make no area", right)
        return None
    return tuple(points)


def _skin(table: Table | None) -> Skin | None:
    if table is None:
        return None
    skin = Skin(
        epidermis_mm=table.number("epidermis_mm", 0, 2),
        dermis_mm=table.number("dermis_mm", 0, 10),
    )
    table.close()
    return skin


def _technique(table: Table | None, catalogue: Catalogue) -> TechniqueChoice:
    if table is None:
        return TechniqueChoice()
    if "volume_per_point" in table.values and "volume_per_area" in table.values:
        table.fault("volume_per_area", "stands beside volume_per_point", "give one of the two")
    choice = dict(
        id=_record(table, "id", "technique", catalogue),
        needle=_needle(table),
        angle_deg=table.number("angle_deg", 0, 90),
        inserted_mm=table.number("inserted_mm", 0, 50),
        spacing_mm=table.number("spacing_mm", 0, 200),
        row_spacing_mm=table.number("row_spacing_mm", 0, 200),
        margin_mm=table.number("margin_mm", 0, 200, open_low=False),
        pattern=table.choice("pattern", get_args(Pattern)),
        volume_per_point=table.quantity("volume_per_point", ("volume",), "0.02 mL"),
        volume_per_area=table.quantity("volume_per_area", ("volume",), "1.0 mL"),
    )
    table.close()
    return TechniqueChoice.model_validate(choice)


def _needle(table: Table) -> str | None:
    text = table.text("needle", 'gauge and length, such as "30G 4 mm"')
    if text is None:
        return None
    match = re.fullmatch(r"(\d{2})\s?G\s+(\d+(?:\.\d+)?)\s?mm", text, re.IGNORECASE)
    if match is None:
        table.fault("needle", f'"{text}" is no needle', 'write gauge and length, as "30G 4 mm"')
        return None
    gauge, length = int(match.group(1)), float(match.group(2))
    if not (18 <= gauge <= 36 and 0.3 <= length <= 100):
        table.fault("needle", f'"{text}" is no needle for the skin', "18G to 36G, 0.3 to 100 mm")
        return None
    return f"{gauge}G {length:g} mm"


def _syringes(top: Table, catalogue: Catalogue, area_count: int) -> tuple[CaseSyringe, ...] | None:
    tables = top.tables("syringes")
    if tables is None:
        return None
    if not tables:
        top.fault("syringes", "is empty", "give at least one [[syringes]], or leave it out")
    return tuple(_syringe(table, catalogue, area_count) for table in tables)


def _syringe(table: Table, catalogue: Catalogue, area_count: int) -> CaseSyringe:
    prepared_by = table.choice("prepared_by", ("pharmacy", "practitioner"))
    areas: list[int] | None = None
    rows = table.items("areas")
    if rows is not None:
        areas = []
        for i, row in enumerate(rows):
            if isinstance(row, bool) or not isinstance(row, int) or not 0 <= row < area_count:
                right = f"write numbers from 0 to {max(area_count - 1, 0)}"
                table.fault(f"areas[{i}]", f"{row!r} is no area of this case", right)
            elif row in areas:
                table.fault(f"areas[{i}]", f"{row} stands twice", "name each area once")
            else:
                areas.append(row)
        if not rows:
            table.fault("areas", "is empty", "name the areas, or leave it out for all")
    table.need("contents", "what is in the syringe")
    entries = table.tables("contents")
    if entries is not None and not entries:
        table.fault("contents", "is empty", "say what is in the syringe")
    contents = [_ingredient(entry, catalogue) for entry in entries or ()]
    table.close()
    return CaseSyringe.model_validate(
        {
            "prepared_by": prepared_by,
            "areas": areas,
            "contents": [entry for entry in contents if entry is not None],
        }
    )


def _ingredient(table: Table, catalogue: Catalogue) -> CaseIngredient | None:
    product = _record(table, "product", "product", catalogue)
    substance = _record(table, "substance", "substance", catalogue)
    strength = table.quantity("strength", _STRENGTH, "50 mg/mL")
    table.need("volume", 'the volume taken, such as "1 mL"')
    volume = table.quantity("volume", ("volume",), "1 mL")
    reconstitute = _reconstitute(table, catalogue)
    table.close()
    named = [key for key in ("product", "substance") if key in table.values]
    if len(named) != 1:
        wrong = "names nothing" if not named else "names both a product and a substance"
        table.faults.append(Fault(table.key, wrong, "give a product, or a substance with strength"))
        return None
    written = str(table.values[named[0]])
    if named == ["product"] and "strength" in table.values:
        table.fault("strength", "a product has its own strength", "remove it, or name a substance")
    if named == ["substance"]:
        if "strength" not in table.values:
            table.fault("strength", "is missing", 'give the strength, such as "50 mg/mL"')
        if "reconstitute" in table.values:
            table.fault("reconstitute", "belongs to a powder product", "name the product")
    if product is not None:
        _check_powder(table, catalogue, product)
    if volume is None or (product is None and (substance is None or strength is None)):
        return None
    return CaseIngredient(
        product=product,
        substance=substance,
        strength=strength,
        volume=volume,
        reconstitute=reconstitute,
        written=written,
    )


def _check_powder(table: Table, catalogue: Catalogue, product: str) -> None:
    powder = catalogue.products[product].form == "powder"
    if powder and "reconstitute" not in table.values:
        right = 'give reconstitute = { with = "sodium-chloride-0.9", volume = "2.5 mL" }'
        table.fault("reconstitute", f"{product} is a powder and needs a diluent", right)
    if not powder and "reconstitute" in table.values:
        table.fault("reconstitute", f"{product} is no powder", "remove it")


def _reconstitute(table: Table, catalogue: Catalogue) -> Reconstitute | None:
    entry = table.table("reconstitute")
    if entry is None:
        return None
    entry.need("with", "the diluent")
    entry.need("volume", 'the volume, such as "2.5 mL"')
    diluent = _record(entry, "with", "product", catalogue)
    volume = entry.quantity("volume", ("volume",), "2.5 mL")
    entry.close()
    if diluent is not None and catalogue.products[diluent].form == "powder":
        entry.fault("with", f"{diluent} is a powder", "name a liquid")
        return None
    if diluent is None or volume is None:
        return None
    return Reconstitute(diluent=diluent, volume=volume)
