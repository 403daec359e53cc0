"""Reads the tab-separated product.txt of the US drug directory."""

import re
from collections.abc import Iterator
from typing import Any

from mesoplan.catalogue.registers.draft import Draft, product
from mesoplan.catalogue.registers.faults import FaultList, quoted, refuse
from mesoplan.catalogue.registers.route_codes import route_ids
from mesoplan.catalogue.registers.source import Source, Tally
from mesoplan.catalogue.registers.strengths import us_quantity
from mesoplan.catalogue.registers.text import rows, spaced

NDC_CODE = re.compile(r"[0-9]{4,6}-[0-9A-Z]{3,4}", re.IGNORECASE)
_NEEDED = ("PRODUCTNDC", "PROPRIETARYNAME", "NONPROPRIETARYNAME", "DOSAGEFORMNAME", "ROUTENAME")


def read_ndc_text(source: Source, tally: Tally, faults: FaultList) -> Iterator[Draft]:
    """Every product of the file.

    Raises
    ------
    InputError
        If the first line does not name the columns.
    """
    header: list[str] = []
    for line, fields in rows(source, tally):
        if not header:
            header = _header(fields, source.name, line)
            continue
        row = dict(zip(header, fields, strict=False))
        code = row.get("PRODUCTNDC", "")
        if not NDC_CODE.fullmatch(code):
            right = "labeler and product, such as 0409-9137"
            faults.add(source.name, line, f"{quoted(code)} is no product code", right)
            continue
        made = _product(row, source.name, line, faults)
        if made is not None:
            yield made


def _header(fields: list[str], file: str, line: int) -> list[str]:
    header = [field.upper() for field in fields]
    missing = [name for name in _NEEDED if name not in header]
    if missing:
        wrong = f"the first line lacks the columns {', '.join(missing)}"
        raise refuse(file, line, wrong, "give product.txt of the directory, with its first line")
    return header


def _product(row: dict[str, str], file: str, line: int, faults: FaultList) -> Draft | None:
    code = row["PRODUCTNDC"].upper()
    brand = spaced(f"{row.get('PROPRIETARYNAME', '')} {row.get('PROPRIETARYNAMESUFFIX', '')}")
    generic = spaced(row.get("NONPROPRIETARYNAME", ""))
    written = tuple(spaced(r) for r in row.get("ROUTENAME", "").split(";") if r.strip())
    ingredients, left_over = _ingredients(row)
    made = product(
        {
            "id": f"ndc:{code}",
            "kind": "ndc",
            "code": code,
            "name": brand or generic or code,
            "generic": generic or None,
            "dosage_form": spaced(row.get("DOSAGEFORMNAME", "")) or None,
            "routes": route_ids(written),
            "routes_written": written,
            "status": spaced(row.get("MARKETINGCATEGORYNAME", "")) or None,
            "marketing": marketing(
                row.get("STARTMARKETINGDATE", ""), row.get("ENDMARKETINGDATE", "")
            ),
            "holder": spaced(row.get("LABELERNAME", "")) or None,
            "ingredients": ingredients,
            "strength_text": left_over,
            "dated": row.get("LISTING_RECORD_CERTIFIED_THROUGH") or None,
        },
        faults,
        file,
        line,
    )
    return None if made is None else Draft(made, file, line, row.get("PRODUCTID") or None)


def marketing(start: str, end: str) -> str | None:
    """When marketing starts and ends, as the register says."""
    parts = [f"from {date(start)}" if start else "", f"to {date(end)}" if end else ""]
    return " ".join(part for part in parts if part) or None


def date(text: str) -> str:
    """A date of eight digits with hyphens; anything else as it is."""
    if re.fullmatch(r"[0-9]{8}", text):
        return f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return spaced(text)


def _ingredients(row: dict[str, str]) -> tuple[tuple[dict[str, Any], ...], str | None]:
    """Substances with strengths, and the strengths as text where the lists differ in length."""
    names = _parts(row.get("SUBSTANCENAME", ""))
    numbers = _parts(row.get("ACTIVE_NUMERATOR_STRENGTH", ""))
    units = _parts(row.get("ACTIVE_INGRED_UNIT", ""))
    if not len(names) == len(numbers) == len(units):
        left_over = spaced(f"{'; '.join(numbers)} {'; '.join(units)}")
        return tuple({"name": name} for name in names), left_over or None
    ingredients = []
    for name, number, unit in zip(names, numbers, units, strict=True):
        strength = spaced(f"{number} {unit}")
        ingredients.append(
            {"name": name, "strength": strength or None, "quantity": us_quantity(strength)}
        )
    return tuple(ingredients), None


def _parts(text: str) -> list[str]:
    return [spaced(part) for part in text.split(";")] if text.strip() else []
