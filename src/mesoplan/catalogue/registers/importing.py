"""Imports a register into the store, opens the store, finds one product."""

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from mesoplan.catalogue.registers.bdpm import bdpm_sources, read_bdpm
from mesoplan.catalogue.registers.draft import Draft
from mesoplan.catalogue.registers.faults import FaultList
from mesoplan.catalogue.registers.ndc import ndc_sources, read_ndc
from mesoplan.catalogue.registers.place import default_store_path
from mesoplan.catalogue.registers.source import Progress, Source, Tally
from mesoplan.catalogue.registers.spl import read_spl, spl_sources
from mesoplan.catalogue.registers.staging import stage, staging_file
from mesoplan.catalogue.registers.store import PATIENCE_S, Store, replace_register
from mesoplan.core.errors import Fault, InputError
from mesoplan.model.register import Provenance, RegisterKind, RegisterProduct

_Find = Callable[[Path], list[Source]]
_Read = Callable[[list[Source], Tally, FaultList], Iterator[Draft]]
_MOST_NAMED_FILES = 20


def import_register(
    kind: RegisterKind,
    path: Path,
    store_path: Path,
    imported_at: datetime,
    progress: Progress | None = None,
    *,
    patience_s: float = PATIENCE_S,
) -> Provenance:
    """Read a register and put it in the place of what the store held of it, all or none.

    Parameters
    ----------
    kind : {"bdpm", "ndc", "spl"}
        The register.
    path : Path
        Folder or file of the register.
    store_path : Path
        The store; made if it is not there.
    imported_at : datetime
        The moment to record, with its zone.
    progress : callable, optional
        Called with bytes read and bytes to read.
    patience_s : float
        How long to wait for another import that is writing.

    Raises
    ------
    InputError
        With every fault of the files, each with file and line; the store is then unchanged.
    """
    if imported_at.tzinfo is None:
        raise InputError([Fault("imported_at", "a moment without zone", "give it a time zone")])
    find, read = _readers(kind)
    sources = find(path)
    tally = Tally(sum(source.size for source in sources), progress)
    faults = FaultList()
    with staging_file() as staged:
        records, passed_over = stage(read(sources, tally, faults), kind, staged, faults)
        if not records:
            name = sources[0].name
            raise InputError([Fault(name, "holds no product", "give the register's own file")])
        names = tuple(source.name for source in sources)
        provenance = Provenance(
            kind=kind,
            files=names if len(names) <= _MOST_NAMED_FILES else (f"{len(names)} files",),
            sha256=tally.finish(),
            records=records,
            passed_over=passed_over,
            imported_at=imported_at.isoformat(timespec="seconds"),
        )
        replace_register(store_path, staged, provenance, patience_s=patience_s)
    return provenance


def _readers(kind: RegisterKind) -> tuple[_Find, _Read]:
    if kind == "bdpm":
        return bdpm_sources, read_bdpm
    if kind == "ndc":
        return ndc_sources, read_ndc
    if kind == "spl":
        return spl_sources, read_spl
    raise InputError([Fault("KIND", f'"{kind}" is no register', "bdpm, ndc or spl")])


def open_store(path: Path | None = None) -> Store:
    """The store for reading; by default the one in the user's data folder.

    Raises
    ------
    InputError
        If nothing is imported yet, or the file is damaged or of another version.
    """
    return Store(path or default_store_path())


def find_register_product(product_id: str, path: Path | None = None) -> RegisterProduct:
    """The product of an id such as ``bdpm:60002283``.

    Raises
    ------
    InputError
        If there is no store, or it does not hold the id.
    """
    with open_store(path) as store:
        found = store.get(product_id)
        if found is None:
            held = ", ".join(row.kind for row in store.provenance())
            wrong = f'"{product_id}" is not in the imported registers ({held})'
            right = "an id such as bdpm:60002283; see mesoplan pharmacopoeia search"
            raise InputError([Fault("ID", wrong, right)])
        return found
