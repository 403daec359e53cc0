"""Builds the products of one import beside the store, so that a broken file changes nothing."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mesoplan.catalogue.names import folded
from mesoplan.catalogue.registers.draft import Draft
from mesoplan.catalogue.registers.faults import FaultList, refuse
from mesoplan.catalogue.registers.injectable import is_injectable
from mesoplan.model.register import RegisterKind, RegisterProduct

TABLES = """
CREATE TABLE product (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    register TEXT NOT NULL,
    name TEXT NOT NULL,
    substances TEXT NOT NULL,
    injectable INTEGER NOT NULL,
    line INTEGER NOT NULL,
    document TEXT NOT NULL
);
CREATE TABLE product_route (
    route TEXT NOT NULL,
    id TEXT NOT NULL,
    PRIMARY KEY (route, id)
) WITHOUT ROWID;
"""


@contextmanager
def staging_file() -> Iterator[Path]:
    """A database of its own that goes away afterwards.

    Raises
    ------
    InputError
        If the disk is full or the folder for temporary files cannot be written.
    """
    try:
        with TemporaryDirectory(prefix="mesoplan-") as folder:
            yield Path(folder) / "staging.sqlite"
    except OSError as error:
        wrong = f"no room for temporary files ({error.strerror})"
        raise refuse("pharmacopoeia", None, wrong, "make room, or set TMPDIR") from error


def stage(
    drafts: Iterable[Draft], kind: RegisterKind, path: Path, faults: FaultList
) -> tuple[int, int]:
    """Write every draft; returns the products kept and those passed over as repeated.

    Raises
    ------
    InputError
        With every fault of the files, or when a code stands twice for different products.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as base:
            base.execute("PRAGMA journal_mode = OFF")
            base.execute("PRAGMA synchronous = OFF")
            base.executescript(TABLES)
            base.execute("BEGIN")
            passed_over = sum(not _add(base, draft, kind, faults) for draft in drafts)
            faults.check()
            base.execute("COMMIT")
            count = int(base.execute("SELECT count(*) FROM product").fetchone()[0])
    except sqlite3.Error as error:
        wrong = f"temporary files cannot be written ({error})"
        raise refuse("pharmacopoeia", None, wrong, "make room, or set TMPDIR") from error
    return count, passed_over


def _add(base: sqlite3.Connection, draft: Draft, kind: RegisterKind, faults: FaultList) -> bool:
    """Add a draft; false where it repeats one that is there."""
    product = draft.product
    if _insert(base, product, draft.line):
        return True
    line, document = base.execute(
        "SELECT line, document FROM product WHERE id = ?", (product.id,)
    ).fetchone()
    if document == product.model_dump_json(exclude_defaults=True):
        return False
    if kind == "spl":
        # Several labels may describe one product; the newest counts.
        older = RegisterProduct.model_validate_json(document)
        if (product.dated or "") <= (older.dated or ""):
            return False
        base.execute("DELETE FROM product WHERE id = ?", (product.id,))
        base.execute("DELETE FROM product_route WHERE id = ?", (product.id,))
        _insert(base, product, draft.line)
        return False
    if draft.other_code is not None:
        other = product.model_copy(
            update={"id": f"{kind}:{draft.other_code}", "code": draft.other_code}
        )
        if _insert(base, other, draft.line):
            return True
    wrong = f"{product.code} stands for another product in line {line}"
    faults.add(draft.file, draft.line, wrong, "one product for each code")
    return False


def _insert(base: sqlite3.Connection, product: RegisterProduct, line: int) -> bool:
    done = base.execute(
        "INSERT OR IGNORE INTO product (id, register, name, substances, injectable, line, document)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            product.id,
            product.kind,
            folded(" ".join(filter(None, (product.name, product.generic)))),
            folded(" ".join(dict.fromkeys(item.name for item in product.ingredients))),
            is_injectable(product),
            line,
            product.model_dump_json(exclude_defaults=True),
        ),
    ).rowcount
    if done:
        base.executemany(
            "INSERT OR IGNORE INTO product_route VALUES (?, ?)",
            [(route, product.id) for route in product.routes],
        )
    return bool(done)
