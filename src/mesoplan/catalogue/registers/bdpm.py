"""Reads the French public medicines file: CIS_bdpm.txt and, where present, CIS_COMPO_bdpm.txt."""

import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mesoplan.catalogue.registers.draft import Draft, product
from mesoplan.catalogue.registers.faults import FaultList, quoted, refuse
from mesoplan.catalogue.registers.kinds import MOST_INGREDIENTS, REGISTERS
from mesoplan.catalogue.registers.route_codes import route_ids
from mesoplan.catalogue.registers.source import Source, Tally, file_source, usable_folder
from mesoplan.catalogue.registers.strengths import french_quantity
from mesoplan.catalogue.registers.text import rows, spaced

PRODUCTS = "CIS_bdpm.txt"
COMPOSITION = "CIS_COMPO_bdpm.txt"
_CODE = re.compile(r"[0-9]{8}")
_ROLES = {"SA": "active", "FT": "moiety"}
_FEWEST_PRODUCT_COLUMNS = 4
_FEWEST_COMPOSITION_COLUMNS = 4

Composition = dict[str, list[dict[str, Any]]]


def bdpm_sources(folder: Path) -> list[Source]:
    """The files of the register in a folder, the products first.

    Raises
    ------
    InputError
        If the folder or the products are missing.
    """
    usable_folder(folder)
    limits = {
        "most": REGISTERS["bdpm"].largest_file,
        "longest": REGISTERS["bdpm"].longest_line,
    }
    try:
        names = {entry.name.casefold(): entry for entry in sorted(folder.iterdir())}
    except OSError as error:
        raise refuse(str(folder), None, "cannot be listed", "give a readable folder") from error
    if PRODUCTS.casefold() not in names:
        raise refuse(str(folder), None, f"holds no {PRODUCTS}", "give the folder that holds it")
    wanted = (PRODUCTS, COMPOSITION)
    return [
        file_source(names[name.casefold()], **limits) for name in wanted if name.casefold() in names
    ]


def read_bdpm(sources: list[Source], tally: Tally, faults: FaultList) -> Iterator[Draft]:
    """Every product with its composition."""
    composition: Composition = {}
    for source in sources[1:]:
        composition = _composition(source, tally, faults)
    for line, fields in rows(sources[0], tally):
        if len(fields) < _FEWEST_PRODUCT_COLUMNS:
            wrong = f"{len(fields)} columns"
            right = f"at least {_FEWEST_PRODUCT_COLUMNS}: code, name, form, routes"
            faults.add(sources[0].name, line, wrong, right)
            continue
        code, name = fields[0], spaced(fields[1])
        if not _code(code, sources[0].name, line, faults):
            continue
        if not name:
            faults.add(sources[0].name, line, f"{code} has no name", "the second column names it")
            continue
        made = _product(fields, composition.get(code, []), sources[0].name, line, faults)
        if made is not None:
            yield made


def _code(code: str, file: str, line: int, faults: FaultList) -> bool:
    if _CODE.fullmatch(code):
        return True
    faults.add(file, line, f"{quoted(code)} is no product code", "8 digits, such as 60002283")
    return False


def _product(
    fields: list[str],
    ingredients: list[dict[str, Any]],
    file: str,
    line: int,
    faults: FaultList,
) -> Draft | None:
    fields = [*fields, *[""] * (12 - len(fields))]
    written = tuple(spaced(route) for route in fields[3].split(";") if route.strip())
    made = product(
        {
            "id": f"bdpm:{fields[0]}",
            "kind": "bdpm",
            "code": fields[0],
            "name": spaced(fields[1]),
            "dosage_form": spaced(fields[2]) or None,
            "routes": route_ids(written),
            "routes_written": written,
            "status": spaced(fields[4]) or None,
            "marketing": spaced(fields[6]) or None,
            "holder": "; ".join(p for p in map(spaced, fields[10].split(";")) if p) or None,
            "ingredients": tuple(ingredients),
            "dated": fields[7] or None,
        },
        faults,
        file,
        line,
    )
    return None if made is None else Draft(made, file, line)


def _composition(source: Source, tally: Tally, faults: FaultList) -> Composition:
    found: Composition = defaultdict(list)
    for line, fields in rows(source, tally):
        if len(fields) < _FEWEST_COMPOSITION_COLUMNS:
            wrong = f"{len(fields)} columns"
            right = f"at least {_FEWEST_COMPOSITION_COLUMNS}: code, part, substance code, substance"
            faults.add(source.name, line, wrong, right)
            continue
        fields = [spaced(field) for field in (*fields, *[""] * (8 - len(fields)))]
        if not _code(fields[0], source.name, line, faults):
            continue
        if not fields[3]:
            faults.add(source.name, line, "no substance", "the fourth column names it")
            continue
        role = _ROLES.get(fields[6].upper() or "SA")
        if role is None:
            faults.add(source.name, line, f"nature {quoted(fields[6])}", "SA or FT")
            continue
        if len(found[fields[0]]) >= MOST_INGREDIENTS:
            wrong = f"more than {MOST_INGREDIENTS} ingredients of one product"
            raise refuse(source.name, line, wrong, "give the register's own file")
        found[fields[0]].append(
            {
                "name": fields[3],
                "role": role,
                "code": fields[2] or None,
                "code_system": "bdpm" if fields[2] else None,
                "strength": fields[4] or None,
                "per": fields[5] or None,
                "quantity": french_quantity(fields[4], fields[5], fields[1]),
                "part": fields[1] or None,
                "link": fields[7] or None,
            }
        )
    return found
