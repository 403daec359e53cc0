"""Reads a file of format ``mesoplan/validation``: one published measurement, all faults at once."""

import math
from pathlib import Path
from typing import Any, get_args

from mesoplan.catalogue import Catalogue
from mesoplan.core.errors import Fault, InputError
from mesoplan.dose import Release
from mesoplan.dose.flow import FlowName
from mesoplan.model.case import Skin
from mesoplan.workflow.case_names import site as read_site
from mesoplan.workflow.case_text import read_table
from mesoplan.workflow.table import Table
from mesoplan.workflow.validation_records import (
    HUMAN,
    Arm,
    Beyond,
    Disposition,
    Injection,
    Observed,
    ObservedQuantity,
    Phase,
    Route,
    ValidationCase,
)
from mesoplan.workflow.validation_substance import read_substance
from mesoplan.workflow.validation_units import Kind, Measure, parse_measure

FORMAT = "mesoplan/validation"
VERSION = 1
_KIND: dict[str, Kind] = {
    "half_life": "time",
    "residual_fraction": "share",
    "loss_per_hour": "rate",
    "tmax": "time",
    "cmax": "concentration",
    "auc": "exposure",
    "lymph_fraction": "share",
    "concentration": "concentration",
    "wheal_diameter": "length",
}
_NEED_TIME = ("residual_fraction", "concentration")
_DEEPEST_MM = 60.0
_MOST_POINTS = 10_000


def read_validation_case(path: Path, catalogue: Catalogue) -> ValidationCase:
    """Read one file.

    Raises
    ------
    InputError
        With every fault of the file, each with its key.
    """
    return parse_validation_case(read_table(path), catalogue)


def parse_validation_case(values: dict[str, Any], catalogue: Catalogue) -> ValidationCase:
    """The measurement of a file's table.

    Raises
    ------
    InputError
        As ``read_validation_case``.
    """
    faults: list[Fault] = []
    top = Table(values, "", faults)
    _check_format(top)
    for name, right in (
        ("id", "a name such as V13"),
        ("source", "where it was published"),
        ("species", "whose skin it was, such as human"),
        ("tolerance_factor", "how far off a prediction may be, such as 2.0"),
        ("fitted", "the parameters fitted to this measurement; [] for none"),
        ("substance", "a table [substance]"),
        ("injection", "a table [injection]"),
        ("observed", "at least one table [[observed]]"),
    ):
        top.need(name, right)
    case_id, source = top.text("id"), top.text("source")
    species = (top.text("species") or HUMAN).casefold()
    tolerance = top.number("tolerance_factor", 1.0, 1000.0, open_low=False)
    fitted = _texts(top, "fitted")
    grade, note = top.text("grade") or "", top.text("note") or ""
    site = _site(top, species, catalogue)
    skin = _skin(top)
    lymph = _tissue(top)
    substance_table = top.table("substance")
    substance = None
    if substance_table is not None:
        substance = read_substance(substance_table, catalogue)
    injection_table = top.table("injection")
    injection = _injection(injection_table) if injection_table is not None else None
    if injection_table is not None:
        injection_table.close()
    disposition = _disposition(top.table("systemic"))
    arm = None
    if substance is not None and injection is not None:
        arm = Arm(substance, injection, disposition, site, skin, lymph)
    reference = _reference(top, arm, species, catalogue)
    observed = _observed(top)
    top.close()
    if faults or arm is None or case_id is None or source is None or tolerance is None:
        raise InputError(faults)
    return ValidationCase(
        id=case_id,
        source=source,
        species=species,
        tolerance_factor=tolerance,
        fitted=fitted,
        arm=arm,
        reference=reference,
        observed=observed,
        grade=grade,
        note=note,
    )


def _check_format(top: Table) -> None:
    right = f'a validation case starts with format = "{FORMAT}" and version = {VERSION}'
    top.known += ["format", "version"]
    for key, expected in (("format", FORMAT), ("version", VERSION)):
        found = top.values.get(key)
        if found is None:
            top.fault(key, "is missing", right)
        elif found != expected or isinstance(found, bool):
            newer = key == "version" and isinstance(found, int) and found > VERSION
            wrong = "was written for a newer mesoplan" if newer else "is unknown"
            top.fault(key, f"{found!r} {wrong}", right)


def _texts(table: Table, name: str) -> tuple[str, ...]:
    found = []
    for item in table.items(name) or []:
        if isinstance(item, str) and item.strip():
            found.append(item.strip())
        else:
            table.fault(name, f"{item!r} is no text", "write texts in quotes")
    return tuple(found)


def _site(table: Table, species: str, catalogue: Catalogue) -> str | None:
    """The site of people must be known; that of an animal may be any text."""
    if species == HUMAN:
        return read_site(table, "site", catalogue)
    text = table.text("site")
    return catalogue.find("site", text) if text is not None else None


def _skin(table: Table) -> Skin | None:
    found = table.table("skin")
    if found is None:
        return None
    skin = Skin(
        epidermis_mm=found.number("epidermis_mm", 0.0, 2.0),
        dermis_mm=found.number("dermis_mm", 0.0, 10.0),
    )
    found.close()
    return skin


def _tissue(top: Table) -> float | None:
    """Loss of albumin by lymph, 1/h, where it is not that of people at rest."""
    found = top.table("tissue")
    if found is None:
        return None
    lymph = found.number("lymph_per_h", 0.0, 10.0)
    found.close()
    return lymph


def _injection(table: Table, base: Injection | None = None) -> Injection | None:
    """An injection; what it does not say is that of ``base``."""
    if base is None:
        table.need("route", "intradermal or subcutaneous")
        table.need("amount", 'the amount over all points, such as "1 mg"')
        table.need("volume", 'the volume over all points, such as "0.1 mL"')
    route = table.choice("route", get_args(Route)) or (base.route if base else None)
    amount = table.quantity("amount", ("mass", "units"), "1 mg")
    volume = table.quantity("volume", ("volume",), "0.1 mL")
    depth = table.number("depth_mm", 0.0, _DEEPEST_MM)
    points = table.number("points", 1, _MOST_POINTS, open_low=False, whole=True)
    spacing = table.number("spacing_mm", 0.0, 1000.0)
    beyond = tuple(
        word for text in _texts(table, "beyond_model") if (word := _beyond(table, text)) is not None
    )
    flow = table.choice("flow", get_args(FlowName)) or (base.flow if base else "rest")
    release = _release(table) or (base.release if base else Release())
    if base is not None:
        points = base.points if points is None else points
        spacing = base.spacing_mm if spacing is None else spacing
        beyond = beyond if table.has("beyond_model") else base.beyond
        if depth is None and route == base.route:
            depth = base.depth_mm
    if (points or 1) > 1 and spacing is None and "spacing_mm" not in table.values:
        table.fault("spacing_mm", "is missing", "give the distance of the points in mm")
    if route is None or (base is None and (amount is None or volume is None)):
        return None
    return Injection(
        route=route,  # type: ignore[arg-type]  # one of the words of Route
        amount=amount.value if amount else base.amount if base else 0.0,
        amount_unit=amount.unit if amount else base.amount_unit if base else "mg",
        volume_ml=volume.value if volume else base.volume_ml if base else 0.0,
        depth_mm=depth,
        points=int(points or 1),
        spacing_mm=spacing,
        beyond=beyond,
        flow=flow,  # type: ignore[arg-type]  # one of the words of FlowName
        release=release,
    )


def _release(table: Table) -> Release | None:
    """At most one of the ways in which the substance becomes free only later."""
    found = {
        name: _measure(table, name, "time")
        for name in ("infusion", "release_half_life", "held_for")
    }
    given = [name for name in found if name in table.values]
    if len(given) > 1:
        table.fault(given[1], f"stands beside {given[0]}", "give one of " + ", ".join(found))
        return None
    infusion, half_life, lag = found.values()
    if infusion is not None:
        return Release.steady(infusion.base)
    if half_life is not None:
        return Release.first_order(math.log(2.0) / half_life.base)
    return None if lag is None else Release.at_once(lag.base)


def _beyond(table: Table, text: str) -> Beyond | None:
    words: tuple[Beyond, ...] = get_args(Beyond)
    for word in words:
        if word == text.casefold():
            return word
    table.fault("beyond_model", f'"{text}" is unknown', "one of " + ", ".join(words))
    return None


def _disposition(table: Table | None, base: Disposition | None = None) -> Disposition:
    base = base or Disposition()
    if table is None:
        return base
    half_life = _measure(table, "half_life", "time")
    volume = table.quantity("volume", ("volume",), "6 L")
    weight = table.number("weight_kg", 0.0, 1000.0)
    table.close()
    return Disposition(
        half_life_h=half_life.base if half_life else base.half_life_h,
        volume_l=volume.value / 1000.0 if volume else base.volume_l,
        weight_kg=weight or base.weight_kg,
    )


def _reference(top: Table, arm: Arm | None, species: str, catalogue: Catalogue) -> Arm | None:
    """The second arm: the first one with what differs."""
    table = top.table("reference")
    if table is None:
        return None
    site = _site(table, species, catalogue) if table.has("site") else None
    skin = _skin(table)
    injection = _injection(table, arm.injection if arm else _STAND_IN)
    part = table.table("substance")
    substance = read_substance(part, catalogue) if part is not None else None
    disposition = _disposition(table.table("systemic"), arm.disposition if arm else None)
    table.close()
    if arm is None or injection is None:
        return None
    return Arm(
        substance=substance or arm.substance,
        injection=injection,
        disposition=disposition,
        site=site if table.has("site") else arm.site,
        skin=skin or (None if table.has("site") else arm.skin),
        lymph_per_h=arm.lymph_per_h,
    )


_STAND_IN = Injection("intradermal", 1.0, "mg", 0.1)
"""Lets faults of the reference be found where the first arm could not be read."""


def _observed(top: Table) -> tuple[Observed, ...]:
    rows = top.tables("observed")
    if rows is not None and not rows:
        top.fault("observed", "is empty", "write at least one table [[observed]]")
    found = []
    for table in rows or []:
        table.need("quantity", "what was measured, such as half_life")
        table.need("value", "what was found")
        quantity = table.choice("quantity", get_args(ObservedQuantity))
        ratio = table.boolean("ratio_to_reference") or False
        kind = "share" if ratio else _KIND.get(quantity or "")
        table.known += ["value", "spread"]
        value = _measure(table, "value", kind) if kind else None
        spread = _measure(table, "spread", kind, zero=True) if kind else None
        at = _measure(table, "at", "time", zero=True)
        at_mm = table.number("at_mm", 0.0, 1000.0, open_low=False)
        phase = table.choice("phase", get_args(Phase))
        ordinal = table.boolean("ordinal") or False
        if quantity in _NEED_TIME and "at" not in table.values:
            table.fault("at", "is missing", 'give the time after injection, such as "24 h"')
        if ratio and "reference" not in top.values:
            table.fault("ratio_to_reference", "there is no second arm", "add a table [reference]")
        table.close()
        if quantity is None or value is None:
            continue
        row = Observed(
            quantity=quantity,  # type: ignore[arg-type]  # one of the words
            measure=value,
            spread=spread,
            at_h=at.base if at else None,
            at_mm=at_mm,
            phase=phase,  # type: ignore[arg-type]  # one of the words
            ratio=ratio,
            ordinal=ordinal,
        )
        found.append(row)
    return tuple(found)


def _measure(table: Table, name: str, kind: Kind, *, zero: bool = False) -> Measure | None:
    if not table.has(name):
        return None
    try:
        return parse_measure(table.values[name], table.path(name), kind, zero=zero)
    except InputError as error:
        table.faults.extend(error.faults)
        return None
