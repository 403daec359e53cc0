"""What the register tests share: fixtures, stores, imports at a fixed moment."""

from datetime import UTC, datetime
from pathlib import Path

from mesoplan.catalogue.registers import Store, import_register, open_store
from mesoplan.core.errors import InputError
from mesoplan.model.register import Provenance, RegisterKind

FIXTURES = Path(__file__).parent / "fixtures"
BDPM = FIXTURES / "bdpm"
NDC_JSON = FIXTURES / "ndc" / "drug-ndc.json"
NDC_TEXT = FIXTURES / "ndc" / "product.txt"
SPL = FIXTURES / "spl"
MOMENT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


def load(kind: RegisterKind, path: Path, store: Path) -> Provenance:
    return import_register(kind, path, store, MOMENT, patience_s=0.1)


def refused_or_none(kind: RegisterKind, path: Path, store: Path) -> list[str] | None:
    """The fault lines of an import; ``None`` where it went through."""
    try:
        load(kind, path, store)
    except InputError as error:
        return [fault.line() for fault in error.faults]
    return None


def refused(kind: RegisterKind, path: Path, store: Path) -> list[str]:
    """The fault lines of an import that must fail."""
    lines = refused_or_none(kind, path, store)
    assert lines is not None, "was imported"
    return lines


def filled(folder: Path) -> Path:
    """A store that holds all fixtures."""
    store = folder / "pharmacopoeia.sqlite"
    load("bdpm", BDPM, store)
    load("ndc", NDC_JSON, store)
    load("spl", SPL, store)
    return store


def opened(store: Path) -> Store:
    return open_store(store)


def bdpm_folder(folder: Path, products: bytes, composition: bytes | None = None) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "CIS_bdpm.txt").write_bytes(products)
    if composition is not None:
        (folder / "CIS_COMPO_bdpm.txt").write_bytes(composition)
    return folder
