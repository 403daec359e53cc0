"""Finds what a written name stands for: id, name, brand, synonym or ATC code, in any case."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

ATC = re.compile(r"(?:ATC:)?\s*([A-Z](?:\d{2}(?:[A-Z](?:[A-Z](?:\d{2})?)?)?)?)", re.IGNORECASE)


def folded(text: str) -> str:
    """Text without case, accents, hyphens and doubled spaces, for comparing names."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[-_/]", " ", plain.casefold()).split())


@dataclass(frozen=True)
class NameIndex:
    """Every way to write a record's name, folded, to its id."""

    ids: Mapping[str, str]

    def find(self, text: str) -> str | None:
        """The id a text stands for, or ``None``."""
        return self.ids.get(folded(text))

    def nearest(self, text: str) -> str | None:
        """The id whose name comes nearest, for an error message."""
        close = difflib.get_close_matches(folded(text), list(self.ids), n=1, cutoff=0.5)
        return self.ids[close[0]] if close else None


def index(records: Iterable[Any]) -> NameIndex:
    """Index of records by id, name, brands and synonyms; an id always wins over a synonym."""
    rows = list(records)
    ids: dict[str, str] = {}
    for fields in (("id",), ("name",), ("synonyms", "brands")):
        for record in rows:
            for field in fields:
                value = getattr(record, field, ())
                for text in (value,) if isinstance(value, str) else value:
                    ids.setdefault(folded(text), record.id)
    return NameIndex(ids)


def atc_code(text: str) -> str | None:
    """The ATC code a text states (``ATC:N06AB08``), or ``None``.

    A bare code counts only from the third level on, because ``N`` or ``C`` alone is no statement.
    """
    match = ATC.fullmatch(text.strip())
    if match is None:
        return None
    code = match.group(1).upper()
    prefixed = text.strip().upper().startswith("ATC:")
    return code if prefixed or len(code) >= 4 else None
