"""The chain of the audit log: what a row's code covers, and what verification finds.

A plain hash could be computed again by whoever edits the database, so each row carries an HMAC
with a key kept outside it. A cut tail is still a valid chain, so the last row is also written
outside the database, and into the manifest of every backup.
"""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from mesoplan.core.hashing import canonical_json

START = "0" * 64
"""``previous`` of the first row."""
CHAINED = ("sequence", "at", "actor", "action", "patient", "subject", "details", "previous")


class Row(Protocol):
    """A row of the log."""

    sequence: int
    mac: str
    previous: str


@dataclass(frozen=True)
class Head:
    """The last row of a log: its sequence number and code; 0 where there is none."""

    sequence: int = 0
    mac: str = START


def mac_of(row: object, key: bytes) -> str:
    """HMAC-SHA-256 over the chained fields of a row, in hexadecimal digits."""
    content = canonical_json({name: getattr(row, name) for name in CHAINED})
    return hmac.new(key, content.encode(), hashlib.sha256).hexdigest()


def first_break(rows: Iterable[Row], key: bytes, heads: Iterable[Head] = ()) -> str | None:
    """The first place where a log is not what was written; ``None`` where it is whole.

    Parameters
    ----------
    rows : iterable of Row
        In order of their sequence.
    key : bytes
        The key of the log.
    heads : iterable of Head
        What was seen as the last row earlier, outside the database.

    Returns
    -------
    str or None
        What is wrong and at which row.
    """
    awaited = {head.sequence: head.mac for head in heads if head.sequence}
    last = Head()
    for row in rows:
        if row.sequence != last.sequence + 1:
            gap = f"row {last.sequence + 1} is missing" if row.sequence > last.sequence else ""
            return gap or f"row {row.sequence} stands twice or out of order"
        if row.previous != last.mac:
            return f"row {row.sequence} does not follow row {last.sequence}"
        if not hmac.compare_digest(row.mac, mac_of(row, key)):
            return f"row {row.sequence} was changed"
        if awaited.get(row.sequence, row.mac) != row.mac:
            return f"row {row.sequence} is not the one that was seen outside the database"
        last = Head(row.sequence, row.mac)
    cut = [sequence for sequence in awaited if sequence > last.sequence]
    if cut:
        return f"rows {last.sequence + 1} to {max(cut)} are missing at the end"
    return None
