"""A product on its way from a register file into the store, with its place in the file."""

from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from mesoplan.catalogue.registers.faults import FaultList, quoted
from mesoplan.model.register import RegisterProduct


@dataclass(frozen=True)
class Draft:
    """One product and where it stands. ``other_code`` is used where the code is taken."""

    product: RegisterProduct
    file: str
    line: int
    other_code: str | None = None


def product(
    fields: dict[str, Any], faults: FaultList, file: str, line: int
) -> RegisterProduct | None:
    """A record of plain fields; a field that does not fit becomes a fault."""
    try:
        return RegisterProduct.model_validate(fields)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        wrong = f"{where} {quoted(str(first['input']))} does not fit"
        faults.add(file, line, wrong, "give the register's own file")
        return None
