"""Reads a case file into a Case: every name resolved, every fault reported together."""

import datetime as dt
from pathlib import Path
from typing import Any, get_args

from mesoplan.catalogue import Catalogue
from mesoplan.core.countries import COUNTRIES
from mesoplan.core.errors import Fault
from mesoplan.model.case import (
    Area,
    Case,
    Engine,
    Patient,
    Photograph,
    Skin,
    Treatment,
)
from mesoplan.model.protocol import Intent
from mesoplan.workflow.case_names import record
from mesoplan.workflow.case_names import site as read_site
from mesoplan.workflow.case_patient import patient as read_patient
from mesoplan.workflow.case_patient import today as read_today
from mesoplan.workflow.case_photo import Photographs, erased_px, limb, outline_px, scale
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
_ON_PHOTO = ("region", "outline_px")
_ONE_SHAPE = "give one of rectangle_mm, ellipse_mm, outline_mm, lesion_mm, or photo with a region"
_SIDES = ("left", "right", "midline")


def parse_case(
    values: dict[str, Any], name: str, catalogue: Catalogue, folder: Path | None = None
) -> tuple[Case | None, list[Fault]]:
    """The case of a file's table with all its faults; ``None`` where too little could be read.

    The caller goes on to look for faults of placement in what could be read, so that all
    faults of a file come together. Photographs are looked for in ``folder``.
    """
    faults: list[Fault] = []
    top = Table(values, "", faults)
    _check_format(top)
    treatment_table = _section(top, "treatment")
    day = treatment_table.date("date")
    patient = read_patient(_section(top, "patient"), catalogue, day)
    treatment = _treatment(treatment_table, catalogue, day)
    today = read_today(top.table("today"), catalogue)
    photographs = Photographs(folder)
    areas = _areas(top, catalogue, photographs)
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
        photographs=tuple(photographs.found.values()),
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


def _areas(top: Table, catalogue: Catalogue, photographs: Photographs) -> tuple[Area, ...]:
    top.need("areas", "at least one [[areas]]")
    tables = top.tables("areas")
    if tables is not None and not tables and not top.values["areas"]:
        top.fault("areas", "is empty", "give at least one [[areas]]")
    areas = [_area(table, catalogue, photographs) for table in tables or ()]
    return tuple(area for area in areas if area is not None)


def _area(table: Table, catalogue: Catalogue, photographs: Photographs) -> Area | None:
    region = record(table, "region", "face-region", catalogue)
    if region is None:
        table.need("site", "a site of the catalogue")
    site = read_site(table, "site", catalogue)
    photo = photographs.named(table)
    shapes = [n for n in (*_SHAPES, *_ON_PHOTO) if n in table.values]
    area = dict(
        site=site,
        side=table.choice("side", _SIDES),
        position=table.choice("position", ("medial", "lateral")),
        rectangle_mm=table.pair("rectangle_mm", _LONGEST_MM),
        ellipse_mm=table.pair("ellipse_mm", _LONGEST_MM),
        outline_mm=_outline(table),
        lesion_mm=_lesion(table),
        photo=None if photo is None else photo.file,
        region=region,
        outline_px=outline_px(table),
        scale=scale(table.table("scale")),
        limb=limb(table.table("limb")),
        erased_px=erased_px(table),
        skin=_skin(table.table("skin")),
    )
    table.close()
    if len(shapes) != 1:
        wrong = "has no shape" if not shapes else f"has {len(shapes)} shapes"
        table.faults.append(Fault(table.key, wrong, _ONE_SHAPE))
        return None
    if shapes[0] in _ON_PHOTO:
        area["site"] = _on_photo(table, area, photo, catalogue)
    elif _stray(table):
        return None
    if area["site"] is None or area[shapes[0]] is None:
        return None
    return Area.model_validate(area)


def _stray(table: Table) -> bool:
    """Keys of a photograph beside a shape in millimetres."""
    given = [n for n in ("photo", "landmarks", "scale", "limb", "erased_px") if n in table.values]
    for name in given:
        table.fault(name, "has no region or outline_px on a photograph", _ONE_SHAPE)
    return bool(given)


def _on_photo(
    table: Table, area: dict[str, Any], photo: Photograph | None, catalogue: Catalogue
) -> str | None:
    """The site of an area on a photograph, or ``None`` with what is missing or does not fit."""
    if "photo" not in table.values:
        table.fault("photo", "is missing", "name the photograph")
    if photo is None:
        return None
    site: str | None = area["site"]
    if area["region"] is not None:
        region = catalogue.face_regions[area["region"]]
        if photo.landmarks is None:
            right = f"make them with mesoplan landmarks {photo.file} and name the file"
            table.fault("landmarks", "is missing", right)
            return None
        for name in ("scale", "limb"):
            if name in table.values:
                right = "leave it out; the scale of a face stands in its landmarks"
                table.fault(name, "belongs to an outline", right)
        if region.sided and area["side"] not in ("left", "right"):
            right = 'write side = "left" or side = "right", the patient\'s own'
            table.fault("side", f"is needed: {region.id} lies once on either side", right)
            return None
        if site is not None and site != region.site:
            right = f'write site = "{region.site}" or leave it out'
            table.fault("site", f"the region {region.id} does not lie there", right)
            return None
        return region.site
    if photo.landmarks is None and area["scale"] is None and area["limb"] is None:
        wrong = "the photograph has no scale"
        right = "mark a known length as scale, or give the limb's circumference"
        if not {"scale", "limb"} & set(table.values):
            table.fault("scale", wrong, right)
        return None
    return site


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
