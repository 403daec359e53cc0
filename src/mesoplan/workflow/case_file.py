"""Reads a case file into a Case: every name resolved, every fault reported together."""

import datetime as dt
from typing import Any, get_args

from mesoplan.catalogue import Catalogue
from mesoplan.core.countries import COUNTRIES
from mesoplan.core.errors import Fault
from mesoplan.model.case import (
    Area,
    Case,
    Engine,
    Patient,
    Skin,
    Treatment,
)
from mesoplan.model.protocol import Intent
from mesoplan.workflow.case_names import record
from mesoplan.workflow.case_names import site as read_site
from mesoplan.workflow.case_patient import patient as read_patient
from mesoplan.workflow.case_patient import today as read_today
from mesoplan.workflow.case_syringes import syringes as read_syringes
from mesoplan.workflow.case_syringes import technique as read_technique
from mesoplan.workflow.table import Table

FORMAT = "mesoplan/case"
VERSION = 1
_LONGEST_MM = 2000.0
_MOST_RUNS = 1024
THINNEST_MM = 0.01
"""No layer of skin is thinner: less is a slip of the unit."""
_SHAPES = ("rectangle_mm", "ellipse_mm", "outline_mm", "lesion_mm")
_SIDES = ("left", "right", "midline")


def parse_case(
    values: dict[str, Any], name: str, catalogue: Catalogue
) -> tuple[Case | None, list[Fault]]:
    """The case of a file's table with all its faults; ``None`` where too little could be read.

    The caller goes on to look for faults of placement in what could be read, so that all
    faults of a file come together.
    """
    faults: list[Fault] = []
    top = Table(values, "", faults)
    _check_format(top)
    treatment_table = _section(top, "treatment")
    day = treatment_table.date("date")
    patient = read_patient(_section(top, "patient"), catalogue, day)
    treatment = _treatment(treatment_table, catalogue, day)
    today = read_today(top.table("today"), catalogue)
    areas = _areas(top, catalogue)
    technique = read_technique(top.table("technique"), catalogue)
    syringes = read_syringes(top, catalogue, _count(top.values.get("areas")))
    engine = _engine(top.table("engine"))
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
        engine=engine,
    )
    return case, faults


def _count(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


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


def _treatment(table: Table, catalogue: Catalogue, day: dt.date | None) -> Treatment | None:
    table.need("indication", "what is treated, such as facial-rejuvenation")
    country = table.text("country", "an ISO 3166 code such as FR")
    if country is not None:
        country = country.upper()
        if country not in COUNTRIES:
            table.fault("country", f'"{country}" is no country', "write an ISO 3166 code, as FR")
            country = None
    sessions = table.number("sessions", 1, 100, open_low=False, whole=True)
    indication = record(table, "indication", "indication", catalogue)
    intent = table.choice("intent", get_args(Intent))
    treatment = dict(
        indication=indication,
        # Not asked is planned as treatment, and a finding says so.
        intent=intent or "treat",
        intent_assumed="intent" not in table.values,
        protocol=record(table, "protocol", "protocol", catalogue),
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


def _engine(table: Table | None) -> Engine:
    if table is None:
        return Engine()
    options = {
        name: table.choice(name, get_args(Engine.model_fields[name].annotation))
        for name in ("parameters", "flow")
    }
    runs = table.number("runs", 0, _MOST_RUNS, open_low=False, whole=True)
    seed = table.number("seed", 0, 2**31, open_low=False, whole=True)
    table.close()
    given: dict[str, str | int] = {n: value for n, value in options.items() if value is not None}
    numbers = {"runs": runs, "seed": seed}
    given |= {name: int(value) for name, value in numbers.items() if value is not None}
    return Engine.model_validate(given)


def _areas(top: Table, catalogue: Catalogue) -> tuple[Area, ...]:
    top.need("areas", "at least one [[areas]]")
    tables = top.tables("areas")
    if tables is not None and not tables and not top.values["areas"]:
        top.fault("areas", "is empty", "give at least one [[areas]]")
    areas = [_area(table, catalogue) for table in tables or ()]
    return tuple(area for area in areas if area is not None)


def _area(table: Table, catalogue: Catalogue) -> Area | None:
    table.need("site", "a site of the catalogue")
    site = read_site(table, "site", catalogue)
    for later in ("photo", "landmarks", "region"):
        if table.has(later):
            wrong = "areas on a photograph are not part of this version"
            table.fault(later, wrong, "give rectangle_mm, ellipse_mm or outline_mm")
    shapes = [n for n in _SHAPES if n in table.values]
    area = dict(
        site=site,
        side=table.choice("side", _SIDES),
        position=table.choice("position", ("medial", "lateral")),
        rectangle_mm=table.pair("rectangle_mm", _LONGEST_MM),
        ellipse_mm=table.pair("ellipse_mm", _LONGEST_MM),
        outline_mm=_outline(table),
        lesion_mm=_lesion(table),
        skin=_skin(table.table("skin")),
    )
    table.close()
    if len(shapes) != 1:
        wrong = "has no shape" if not shapes else f"has {len(shapes)} shapes"
        table.faults.append(
            Fault(table.key, wrong, "give one of rectangle_mm, ellipse_mm, outline_mm or lesion_mm")
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


def _lesion(table: Table) -> tuple[float, float, float] | None:
    if not table.has("lesion_mm"):
        return None
    value = table.values["lesion_mm"]
    if not isinstance(value, list) or len(value) != 3:
        right = "write length, width and height in mm such as [20, 8, 3]"
        table.fault("lesion_mm", f"{value!r} is no lesion", right)
        return None
    limits = (_LONGEST_MM, _LONGEST_MM, 100.0)
    sizes = [
        table.number_of(part, "lesion_mm", 0, high)
        for part, high in zip(value, limits, strict=True)
    ]
    length, width, height = sizes
    return None if length is None or width is None or height is None else (length, width, height)


def _skin(table: Table | None) -> Skin | None:
    if table is None:
        return None
    skin = Skin(
        epidermis_mm=table.number("epidermis_mm", THINNEST_MM, 2, open_low=False),
        dermis_mm=table.number("dermis_mm", THINNEST_MM, 10, open_low=False),
    )
    table.close()
    return skin
