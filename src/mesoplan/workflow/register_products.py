"""Products of public registers that a case file names by their id, such as ``bdpm:63617367``."""

from collections.abc import Iterator
from typing import Any

from mesoplan.catalogue import Catalogue
from mesoplan.catalogue.registers import (
    find_register_product,
    is_register_id,
    with_register_products,
)
from mesoplan.core.errors import Fault, InputError


def with_registers(catalogue: Catalogue, values: dict[str, Any]) -> tuple[Catalogue, list[Fault]]:
    """The catalogue with every register product that a case names, and faults with their keys."""
    faults: list[Fault] = []
    for key, name in _named(values):
        try:
            catalogue = with_register_products(catalogue, [find_register_product(name)])
        except InputError as error:
            faults += [Fault(key, fault.wrong, fault.right) for fault in error.faults]
    return catalogue, faults


def _named(values: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """(key, register id) of every product that is named by one."""
    syringes = values.get("syringes")
    for i, syringe in enumerate(syringes if isinstance(syringes, list) else ()):
        contents = syringe.get("contents") if isinstance(syringe, dict) else None
        for j, entry in enumerate(contents if isinstance(contents, list) else ()):
            name = entry.get("product") if isinstance(entry, dict) else None
            if isinstance(name, str) and is_register_id(name.strip()):
                yield f"syringes[{i}].contents[{j}].product", name.strip().lower()
