"""The store of imported registers: one SQLite file with a full-text index.

Written only by ``replace_register``, in one transaction; read through ``Store``. Readers see the
products before or after an import, never between.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from mesoplan.catalogue.names import folded
from mesoplan.catalogue.registers.faults import refuse
from mesoplan.catalogue.registers.staging import TABLES
from mesoplan.core.errors import Fault, InputError
from mesoplan.model.register import Provenance, RegisterProduct

LAYOUT = 1
APPLICATION = 0x6D65736F
PATIENCE_S = 5.0
MOST_FOUND = 50

_MORE_TABLES = """
CREATE TABLE register (kind TEXT PRIMARY KEY, document TEXT NOT NULL);
CREATE VIRTUAL TABLE product_text USING fts5(
    name, substances, content='product', content_rowid='number',
    tokenize="unicode61 remove_diacritics 2", prefix='2 3 4'
);
CREATE INDEX product_register ON product (register, number);
"""


def replace_register(
    store: Path, staged: Path, provenance: Provenance, *, patience_s: float = PATIENCE_S
) -> None:
    """Put the staged products of a register in the place of its old ones, all or none.

    Raises
    ------
    InputError
        If another import is writing, the file is no store, or the disk is full.
    """
    with _faults(store):
        store.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(store, timeout=patience_s, isolation_level=None)) as base:
            _check_layout(base, store, new_allowed=True)
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("ATTACH ? AS staged", (str(staged),))
            base.execute("BEGIN IMMEDIATE")
            try:
                _swap(base, provenance)
                base.execute("COMMIT")
            finally:
                if base.in_transaction:
                    base.execute("ROLLBACK")
            base.execute("DETACH staged")
            base.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _swap(base: sqlite3.Connection, provenance: Provenance) -> None:
    if base.execute("PRAGMA main.user_version").fetchone()[0] == 0:
        for statement in (TABLES + _MORE_TABLES).split(";\n"):
            if statement.strip():
                base.execute(statement)
        base.execute(f"PRAGMA main.user_version = {LAYOUT}")
        base.execute(f"PRAGMA main.application_id = {APPLICATION}")
    kind = provenance.kind
    # The index keeps no text of its own: it must be told what it forgets and what it learns.
    base.execute(
        "INSERT INTO product_text (product_text, rowid, name, substances)"
        " SELECT 'delete', number, name, substances FROM main.product WHERE register = ?",
        (kind,),
    )
    base.execute(
        "DELETE FROM main.product_route WHERE id IN"
        " (SELECT id FROM main.product WHERE register = ?)",
        (kind,),
    )
    base.execute("DELETE FROM main.product WHERE register = ?", (kind,))
    base.execute(
        "INSERT INTO main.product (id, register, name, substances, injectable, line, document)"
        " SELECT id, register, name, substances, injectable, line, document"
        " FROM staged.product ORDER BY number"
    )
    base.execute("INSERT INTO main.product_route SELECT route, id FROM staged.product_route")
    base.execute(
        "INSERT INTO product_text (rowid, name, substances)"
        " SELECT number, name, substances FROM main.product WHERE register = ?",
        (kind,),
    )
    base.execute(
        "INSERT OR REPLACE INTO register VALUES (?, ?)", (kind, provenance.model_dump_json())
    )


class Store:
    """The imported registers, for reading. Use it in a ``with`` statement."""

    def __init__(self, path: Path) -> None:
        self.path = path
        if not path.is_file():
            raise _empty(path)
        with _faults(path):
            self._base = sqlite3.connect(
                f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=PATIENCE_S
            )
            try:
                _check_layout(self._base, path, new_allowed=False)
            except (sqlite3.Error, InputError):
                self._base.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._base.close()

    def provenance(self) -> tuple[Provenance, ...]:
        """The imported registers: files, hash, counts and moment of import."""
        with _faults(self.path):
            rows = self._base.execute("SELECT document FROM register ORDER BY kind").fetchall()
            return tuple(Provenance.model_validate_json(row[0]) for row in rows)

    def get(self, product_id: str) -> RegisterProduct | None:
        """The product of an id, in any case, or ``None``."""
        text = product_id.strip()
        kind, colon, code = text.partition(":")
        wanted = (text, f"{kind.casefold()}{colon}{code.upper()}")
        with _faults(self.path):
            row = self._base.execute(
                "SELECT document FROM product WHERE id IN (?, ?)", wanted
            ).fetchone()
            return None if row is None else RegisterProduct.model_validate_json(row[0])

    def search(
        self, text: str, others: Iterable[str] = (), most: int = MOST_FOUND
    ) -> tuple[RegisterProduct, ...]:
        """Products whose name or substances hold all words of a text, or of one of ``others``.

        Case and accents do not count, and a word may be cut short.

        Raises
        ------
        InputError
            If the text holds no letter or digit.
        """
        queries = [query for query in map(_query, (text, *others)) if query]
        if not _query(text):
            raise InputError([Fault("TEXT", f'"{text}" holds no word', "a name or a substance")])
        with _faults(self.path):
            rows = self._base.execute(
                "SELECT document FROM product WHERE number IN"
                " (SELECT rowid FROM product_text WHERE product_text MATCH ? LIMIT 10000)"
                " ORDER BY injectable DESC, name, id LIMIT ?",
                (" OR ".join(f"({query})" for query in queries), most),
            ).fetchall()
            return tuple(RegisterProduct.model_validate_json(row[0]) for row in rows)

    def by_route(self, route: str) -> tuple[RegisterProduct, ...]:
        """Every product whose register lists a route, whatever its market status, by id."""
        return self._products(
            "SELECT document FROM product JOIN product_route USING (id)"
            " WHERE route = ? ORDER BY id",
            (route,),
        )

    def routes(self) -> tuple[tuple[str, int], ...]:
        """Every route of the store with its number of products."""
        with _faults(self.path):
            return tuple(
                self._base.execute(
                    "SELECT route, count(*) FROM product_route GROUP BY route ORDER BY route"
                ).fetchall()
            )

    def injectables(self) -> Iterator[RegisterProduct]:
        """Every injectable product, by id."""
        with _faults(self.path):
            for row in self._base.execute(
                "SELECT document FROM product WHERE injectable ORDER BY id"
            ):
                yield RegisterProduct.model_validate_json(row[0])

    def _products(self, sql: str, values: tuple[str, ...]) -> tuple[RegisterProduct, ...]:
        with _faults(self.path):
            rows = self._base.execute(sql, values).fetchall()
            return tuple(RegisterProduct.model_validate_json(row[0]) for row in rows)


def _query(text: str) -> str:
    """A full-text query of the words of a text, each also as the start of a longer one."""
    plain = "".join(letter if letter.isalnum() else " " for letter in folded(text))
    return " ".join(f'"{word}"*' for word in plain.split()[:20])


def _empty(path: Path) -> InputError:
    right = "import one first: mesoplan pharmacopoeia import bdpm FOLDER"
    return InputError([Fault("pharmacopoeia", f"no register is imported in {path}", right)])


def _check_layout(base: sqlite3.Connection, path: Path, *, new_allowed: bool) -> None:
    layout = base.execute("PRAGMA user_version").fetchone()[0]
    application = base.execute("PRAGMA application_id").fetchone()[0]
    tables = base.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if (layout, application, tables) == (0, 0, 0):
        if new_allowed:
            return
        raise _empty(path)
    if (layout, application) != (LAYOUT, APPLICATION):
        wrong = "was written by another program or version"
        raise refuse(str(path), None, wrong, "move it away and import the registers again")


@contextmanager
def _faults(path: Path) -> Iterator[None]:
    """Faults of the store as errors that say what to do."""
    try:
        yield
    except (sqlite3.Error, ValidationError, OSError) as error:
        text = str(error).splitlines()[0]
        if "locked" in text or "busy" in text:
            wrong, right = "another import is writing the store", "wait until it is done, try again"
        elif "full" in text:
            wrong, right = "the disk is full", "make room and import again"
        elif isinstance(error, OSError) or "unable to open" in text or "readonly" in text:
            wrong, right = f"cannot be opened or written ({text})", "check the rights of its folder"
        else:
            wrong, right = f"is damaged ({text})", "move it away and import the registers again"
        raise refuse(str(path), None, wrong, right) from error
