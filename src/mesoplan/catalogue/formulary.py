"""The clinic's own formulary: its products, mixtures and protocols beside the catalogue's.

Everything in it is marked own and unreviewed, and passes the same rules.
"""

import dataclasses
import tomllib
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Union, get_args, get_origin

from pydantic import ValidationError

from mesoplan.catalogue.names import index
from mesoplan.catalogue.store import Catalogue
from mesoplan.catalogue.verify import product_faults, protocol_faults
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.hashing import content_hash
from mesoplan.model.base import Record
from mesoplan.model.figure import Sourced
from mesoplan.model.product import Product
from mesoplan.model.protocol import OwnMixture, Protocol
from mesoplan.model.vocabulary import Source

FORMAT = "mesoplan/formulary"
VERSION = 1
SOURCE = "own-formulary"
_KINDS: dict[str, type[Record]] = {
    "product": Product,
    "mixture": OwnMixture,
    "protocol": Protocol,
}
_HEAD = {"format", "version", "name", "edition"}


def with_formulary(catalogue: Catalogue, folder: Path) -> Catalogue:
    """The catalogue with every formulary file of a folder added to it.

    Parameters
    ----------
    catalogue : Catalogue
        The shipped one.
    folder : Path
        Folder of TOML files of format ``mesoplan/formulary``; may be absent.

    Raises
    ------
    InputError
        Naming file, entry and field of everything wrong: another format, an unknown table, an
        id that the catalogue has already, a reference to nothing, a quantity without unit.
    """
    if not folder.is_dir():
        return catalogue
    faults: list[Fault] = []
    own: dict[str, dict[str, Record]] = {kind: {} for kind in _KINDS}
    for file in sorted(folder.glob("*.toml")):
        for kind, record in _read(file, faults):
            name = str(getattr(record, "id", ""))
            if name in catalogue.records.get(kind, {}) or name in own[kind]:
                right = "choose another id; nothing of the catalogue is replaced"
                faults.append(Fault(f"{file.name}: {kind} {name}", "this id is taken", right))
            own[kind][name] = record
    if faults:
        raise InputError(faults)
    if not any(own.values()):
        return catalogue
    merged = _merged(catalogue, own)
    faults = [Fault("formulary", text, "mend the formulary file") for text in _broken(merged, own)]
    if faults:
        raise InputError(faults)
    return merged


def _merged(catalogue: Catalogue, own: dict[str, dict[str, Record]]) -> Catalogue:
    records = dict(catalogue.records)
    names = dict(catalogue.names)
    note = Source(id=SOURCE, citation="The clinic's own formulary", kind="W", seen="not reviewed")
    records["source"] = {**records["source"], SOURCE: note}
    for kind, rows in own.items():
        records[kind] = {**records.get(kind, {}), **rows}
        names[kind] = index(records[kind].values())
    plain = {k: {n: r.model_dump(mode="json") for n, r in v.items()} for k, v in own.items()}
    version = content_hash([catalogue.version, plain])
    return dataclasses.replace(catalogue, version=version, records=records, names=names)


def _broken(catalogue: Catalogue, own: dict[str, dict[str, Record]]) -> Iterator[str]:
    for product in own["product"].values():
        if isinstance(product, Product):
            yield from product_faults(product, catalogue)
    for protocol in own["protocol"].values():
        if isinstance(protocol, Protocol):
            yield from protocol_faults(protocol, catalogue)
    for mixture in own["mixture"].values():
        if isinstance(mixture, OwnMixture):
            for entry in mixture.contents:
                if entry.product not in catalogue.products:
                    yield f"mixture {mixture.id}: unknown product {entry.product}"


def _read(file: Path, faults: list[Fault]) -> Iterator[tuple[str, Record]]:
    right = f'a formulary starts with format = "{FORMAT}", version = {VERSION}, name, edition'
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        faults.append(Fault(file.name, f"cannot be read as TOML ({error})", right))
        return
    head = (tables.get("format"), tables.get("version"))
    edition = tables.get("edition")
    if head != (FORMAT, VERSION) or not isinstance(edition, str) or not edition.strip():
        faults.append(Fault(file.name, "is no formulary, or lacks its edition", right))
        return
    for kind, rows in tables.items():
        if kind in _HEAD:
            continue
        if kind not in _KINDS or not isinstance(rows, list):
            known = ", ".join(f"[[{name}]]" for name in _KINDS)
            faults.append(Fault(f"{file.name}: {kind}", "unknown table", f"one of {known}"))
            continue
        for row in rows:
            record = _record(file, kind, row, edition, faults)
            if record is not None:
                yield kind, record


def _record(
    file: Path, kind: str, row: dict[str, Any], edition: str, faults: list[Fault]
) -> Record | None:
    model = _KINDS[kind]
    try:
        return model.model_validate({**_marked(model, row), "own": edition})
    except ValidationError as error:
        name = row.get("id", "without id")
        faults += [
            Fault(
                f"{file.name}: {kind} {name}.{'.'.join(str(part) for part in fault['loc'])}",
                fault["msg"],
                "see the documentation of the catalogue files",
            )
            for fault in error.errors()
        ]
    return None


def _marked(model: type[Record], row: Any) -> Any:
    """A row in which every statement without a source cites the formulary, as a proposal."""
    if not isinstance(row, dict):
        return row
    found = dict(row)
    if issubclass(model, Sourced):
        found.setdefault("sources", [SOURCE])
        found.setdefault("trust", "proposal")
    for name, field in model.model_fields.items():
        inner = next(iter(_models(field.annotation)), None)
        if inner is None or name not in found:
            continue
        value = found[name]
        if isinstance(value, list):
            found[name] = [_marked(inner, item) for item in value]
        else:
            found[name] = _marked(inner, value)
    return found


def _models(annotation: Any) -> Iterator[type[Record]]:
    """The record types inside an annotation such as ``tuple[Figure, ...]`` or ``Figure | None``."""
    if isinstance(annotation, type) and issubclass(annotation, Record):
        yield annotation
    elif get_origin(annotation) in (tuple, Union, types.UnionType):
        for part in get_args(annotation):
            yield from _models(part)
