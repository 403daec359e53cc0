"""The parts of a case file about technique and syringes."""

import re
from typing import get_args

from mesoplan.catalogue import Catalogue
from mesoplan.core.errors import Fault
from mesoplan.core.units import Dimension, Quantity
from mesoplan.model.case import (
    CaseIngredient,
    CaseSyringe,
    Reconstitute,
    TechniqueChoice,
)
from mesoplan.model.protocol import Pattern
from mesoplan.model.substance import Substance
from mesoplan.workflow.case_names import record
from mesoplan.workflow.mixing import from_protocol
from mesoplan.workflow.table import Table

_VOLUMES = ("volume_per_point", "volume_per_area", "volume_per_cm3")
_STRENGTH: tuple[Dimension, ...] = ("mass concentration", "unit concentration", "percent w/v")


def technique(table: Table | None, catalogue: Catalogue) -> TechniqueChoice:
    """What the case overrides of the protocol's technique."""
    if table is None:
        return TechniqueChoice()
    stated = [key for key in _VOLUMES if key in table.values]
    for key in stated[1:]:
        table.fault(key, f"stands beside {stated[0]}", "give one of the two")
    choice = dict(
        id=record(table, "id", "technique", catalogue),
        needle=_needle(table),
        angle_deg=table.number("angle_deg", 0, 90),
        inserted_mm=table.number("inserted_mm", 0, 50),
        spacing_mm=table.number("spacing_mm", 0, 200),
        row_spacing_mm=table.number("row_spacing_mm", 0, 200),
        margin_mm=table.number("margin_mm", 0, 200, open_low=False),
        pattern=table.choice("pattern", get_args(Pattern)),
        volume_per_point=table.quantity("volume_per_point", ("volume",), "0.02 mL"),
        volume_per_area=table.quantity("volume_per_area", ("volume",), "1.0 mL"),
        volume_per_cm3=table.quantity("volume_per_cm3", ("volume",), "0.5 mL"),
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


def syringes(top: Table, catalogue: Catalogue, area_count: int) -> tuple[CaseSyringe, ...] | None:
    """The case's own mixtures; ``None`` where the protocol's apply."""
    tables = top.tables("syringes")
    if tables is None:
        return None
    if not top.values["syringes"]:
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
    mixture, ready = _mixture(table, catalogue)
    if "mixture" not in table.values:
        table.need("contents", "what is in the syringe")
    entries = table.tables("contents")
    if entries is not None and not table.values["contents"]:
        table.fault("contents", "is empty", "say what is in the syringe")
    contents = [_ingredient(entry, catalogue) for entry in entries or ()]
    table.close()
    return CaseSyringe.model_validate(
        {
            "prepared_by": prepared_by,
            "areas": areas,
            "mixture": mixture,
            "contents": ready or [entry for entry in contents if entry is not None],
        }
    )


def _mixture(table: Table, catalogue: Catalogue) -> tuple[str | None, tuple[CaseIngredient, ...]]:
    """Id and contents of one of the clinic's own mixtures, named in place of contents."""
    if not table.has("mixture"):
        return None, ()
    if "contents" in table.values:
        table.fault("mixture", "stands beside contents", "give one of the two")
    if not catalogue.mixtures:
        right = "give contents, or add the mixture to the formulary"
        table.fault("mixture", "there is no own formulary with mixtures", right)
        return None, ()
    name = record(table, "mixture", "mixture", catalogue)
    return name, from_protocol(catalogue.mixtures[name]).contents if name else ()


def _ingredient(table: Table, catalogue: Catalogue) -> CaseIngredient | None:
    product = record(table, "product", "product", catalogue)
    substance = record(table, "substance", "substance", catalogue)
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
    if substance is not None and strength is not None:
        _check_unit(table, "strength", catalogue.substances[substance], strength)
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


def _check_unit(table: Table, name: str, substance: Substance, amount: Quantity) -> None:
    """Potency units and mass never convert, so the wrong kind would escape every limit."""
    if not substance.takes(amount.unit):
        kind = "U/mL" if substance.measured_in == "units" else "mg/mL"
        table.fault(name, f"{substance.id} is not stated in {amount.unit}", f"give {kind}")


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
    diluent = record(entry, "with", "product", catalogue)
    volume = entry.quantity("volume", ("volume",), "2.5 mL")
    entry.close()
    if diluent is not None and catalogue.products[diluent].form == "powder":
        entry.fault("with", f"{diluent} is a powder", "name a liquid")
        return None
    if diluent is None or volume is None:
        return None
    return Reconstitute(diluent=diluent, volume=volume)
