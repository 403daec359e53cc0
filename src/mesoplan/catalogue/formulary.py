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
from mesoplan.catalogue.verify import (
    mixture_faults,
    product_faults,
    protocol_faults,
    source_faults,
    walk,
)
from mesoplan.catalogue.verify_figures import figure_faults
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
    files: dict[tuple[str, str], str] = {}
    for file in sorted(folder.glob("*.toml")):
        for kind, record in _read(file, faults):
            name = str(getattr(record, "id", ""))
            if name in catalogue.records.get(kind, {}) or name in own[kind]:
                right = "choose another id; nothing of the catalogue is replaced"
                faults.append(Fault(f"{file.name}: {kind} {name}", "this id is taken", right))
            for text in (getattr(record, "name", ""), *getattr(record, "brands", ())):
                taken = catalogue.find("product", text) or catalogue.find("substance", text)
                if kind == "product" and taken is not None:
                    wrong = f'"{text}" already stands for {taken}'
                    right = "choose another name or brand"
                    faults.append(Fault(f"{file.name}: {kind} {name}", wrong, right))
            own[kind][name] = record
            files[kind, name] = file.name
    if not any(own.values()) and not faults:
        return catalogue
    merged = _merged(catalogue, own)
    if not faults:
        for (kind, name), file_name in files.items():
            where = f"{kind} {name}"
            for text in _broken(merged, own[kind][name], where):
                wrong = text.removeprefix(f"{where}: ")
                right = "mend the formulary file"
                faults.append(Fault(f"{file_name}: {where}", wrong, right))
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


def _broken(catalogue: Catalogue, record: Record, where: str) -> Iterator[str]:
    """What is wrong with an own record beside the catalogue."""
    yield from source_faults(record, where, catalogue)
    yield from figure_faults(record, where)
    for part in walk(record):
        if isinstance(part, Sourced) and part.trust not in ("proposal", "recalled"):
            yield f"{where}: a clinic's own statement cannot be marked {part.trust}"
    if isinstance(record, Product):
        yield from product_faults(record, catalogue)
    elif isinstance(record, Protocol):
        yield from protocol_faults(record, catalogue)
    elif isinstance(record, OwnMixture):
        yield from mixture_faults(record.contents, where, catalogue)


def _read(file: Path, faults: list[Fault]) -> Iterator[tuple[str, Record]]:
    right = f'a formulary starts with format = "{FORMAT}", version = {VERSION}, name, edition'
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        faults.append(Fault(file.name, f"cannot be read as TOML ({error})", right))
        return
    head = (tables.get("format"), tables.get("version"))
    titles = [tables.get(key) for key in ("name", "edition")]
    if head != (FORMAT, VERSION) or not all(isinstance(t, str) and t.strip() for t in titles):
        faults.append(Fault(file.name, "is no formulary, or lacks its name or edition", right))
        return
    edition = str(titles[1])
    for kind, rows in tables.items():
        if kind in _HEAD:
            continue
        if kind not in _KINDS or not isinstance(rows, list):
            known = ", ".join(f"[[{name}]]" for name in _KINDS)
            faults.append(Fault(f"{file.name}: {kind}", "unknown table", f"one of {known}"))
            continue
        for row in rows:
            if not isinstance(row, dict):
                wrong = f"{row!r} is no table"
                faults.append(Fault(f"{file.name}: {kind}", wrong, f"write it as [[{kind}]]"))
                continue
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
    if "sources" in model.model_fields:
        found.setdefault("sources", [SOURCE])
    if issubclass(model, Sourced):
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
