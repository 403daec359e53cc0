"""Reads the catalogue: TOML files to frozen records, each fault with its file and entry."""

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from pydantic import ValidationError

from mesoplan.core.errors import CatalogueError
from mesoplan.model.base import Record
from mesoplan.model.face import DangerZone, FaceRegion, ForbiddenZone
from mesoplan.model.instrument import Needle, Supply, Syringe
from mesoplan.model.product import Product
from mesoplan.model.protocol import Indication, Protocol, Technique
from mesoplan.model.rule import (
    Checklist,
    ConditionRule,
    CountryRule,
    Emergency,
    ExcipientRule,
    MedicineRule,
    PairRule,
)
from mesoplan.model.site import Site
from mesoplan.model.substance import Substance
from mesoplan.model.uncertainty import EngineFigure, VariedInput
from mesoplan.model.vocabulary import Condition, Entry, Medicine, Scale, Source, SubstanceClass

KINDS: dict[str, type[Record]] = {
    "source": Source,
    "class": SubstanceClass,
    "substance": Substance,
    "product": Product,
    "needle": Needle,
    "syringe": Syringe,
    "supply": Supply,
    "site": Site,
    "technique": Technique,
    "indication": Indication,
    "protocol": Protocol,
    "condition": Condition,
    "medicine": Medicine,
    "scale": Scale,
    "entry": Entry,
    "condition-rule": ConditionRule,
    "medicine-rule": MedicineRule,
    "pair": PairRule,
    "excipient-rule": ExcipientRule,
    "country-rule": CountryRule,
    "emergency": Emergency,
    "checklist": Checklist,
    "face-region": FaceRegion,
    "face-forbidden": ForbiddenZone,
    "face-danger": DangerZone,
    "varied-input": VariedInput,
    "engine-figure": EngineFigure,
}
"""Table name in the TOML files to record."""


def data_folder() -> Traversable:
    """The folder of the catalogue's TOML files, inside the installed package."""
    return files("mesoplan.catalogue") / "data"


def toml_files(folder: Traversable) -> Iterator[Traversable]:
    """Every TOML file below a folder, in name order, without the message texts."""
    for entry in sorted(folder.iterdir(), key=lambda item: item.name):
        if entry.is_dir() and entry.name != "messages":
            yield from toml_files(entry)
        elif entry.name.endswith(".toml"):
            yield entry


def read_records(folder: Traversable) -> dict[str, dict[str, Any]]:
    """All records of a folder, by kind and id.

    Raises
    ------
    CatalogueError
        For a file that is no TOML, an unknown table, a record that breaks its model, or an id
        that stands twice. Every fault is listed.
    """
    records: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
    faults: list[str] = []
    for file in toml_files(folder):
        try:
            tables = tomllib.loads(file.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            faults.append(f"{file.name}: {error}")
            continue
        for kind, rows in tables.items():
            if kind not in KINDS or not isinstance(rows, list):
                faults.append(f"{file.name}: unknown table [[{kind}]]")
                continue
            for row in rows:
                faults += _add(records[kind], KINDS[kind], row, file.name)
    if faults:
        raise CatalogueError("\n".join(faults))
    return records


def _add(records: dict[str, Any], model: type[Record], row: dict[str, Any], file: str) -> list[str]:
    name = str(row.get("id", "without id"))
    if name in records:
        return [f"{file}: {name}: this id stands twice"]
    try:
        records[name] = model.model_validate(row)
    except ValidationError as error:
        return [
            f"{file}: {name}.{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}"
            for fault in error.errors()
        ]
    return []
