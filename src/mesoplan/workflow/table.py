"""Reads values out of a TOML table and gathers every fault instead of stopping at the first."""

import datetime as dt
import difflib
import math
import re
from collections.abc import Iterable
from typing import Any

from mesoplan.core.errors import Fault, InputError
from mesoplan.core.units import Dimension, Quantity, parse_quantity

_GIVE = "write {right}"
_LARGEST = 10**15
_YEARS = (1880, 2999)


class Table:
    """One table of the file, with the dotted key it stands under.

    Every getter returns ``None`` for a key that is absent, and for a faulty one after noting
    the fault; ``close`` notes the keys that nobody asked for.
    """

    def __init__(self, values: dict[str, Any], key: str, faults: list[Fault]) -> None:
        self.values = values
        self.key = key
        self.faults = faults
        self.known: list[str] = []

    def path(self, name: str) -> str:
        """The dotted key of an entry."""
        return f"{self.key}.{name}" if self.key else name

    def fault(self, name: str, wrong: str, right: str) -> None:
        """Note a fault of one entry."""
        self.faults.append(Fault(self.path(name), wrong, right))

    def has(self, name: str) -> bool:
        """Whether the entry is there at all."""
        self.known.append(name)
        return name in self.values

    def need(self, name: str, right: str) -> None:
        """Note that an entry is missing, where it is."""
        if not self.has(name):
            self.fault(name, "is missing", f"give {right}")

    def text(self, name: str, right: str = "a text in quotes") -> str | None:
        """A text that is not empty."""
        if not self.has(name):
            return None
        value = self.values[name]
        if not isinstance(value, str):
            self.fault(name, f"{value!r} is no text", _GIVE.format(right=right))
            return None
        if not value.strip():
            self.fault(name, "is empty", _GIVE.format(right=right))
            return None
        return value.strip()

    def choice(self, name: str, options: Iterable[str]) -> str | None:
        """One of a few words, in any letter case."""
        words = list(options)
        right = "one of " + ", ".join(words)
        value = self.text(name, right)
        if value is None:
            return None
        for word in words:
            if word.casefold() == value.casefold():
                return word
        self.fault(name, f'"{value}" is unknown', right)
        return None

    def boolean(self, name: str) -> bool | None:
        """True or false; nothing else counts as either."""
        if not self.has(name):
            return None
        value = self.values[name]
        if isinstance(value, bool):
            return value
        self.fault(name, f"{value!r} is neither true nor false", "write true or false")
        return None

    def number(
        self, name: str, low: float, high: float, *, open_low: bool = True, whole: bool = False
    ) -> float | None:
        """A number within bounds; ``open_low`` excludes the lower one."""
        if not self.has(name):
            return None
        return self.number_of(self.values[name], name, low, high, open_low=open_low, whole=whole)

    def number_of(
        self,
        value: Any,
        name: str,
        low: float,
        high: float,
        *,
        open_low: bool = True,
        whole: bool = False,
    ) -> float | None:
        """As ``number``, for a value already at hand."""
        kind = "a whole number" if whole else "a number"
        right = f"write {kind} {'above' if open_low else 'from'} {low:g} and up to {high:g}"
        if isinstance(value, bool) or not isinstance(value, int | float):
            wrong = f"{value!r} is no number"
            if isinstance(value, str) and re.search(r"\d,\d", value):
                wrong = f'"{value}" has a decimal comma'
            self.fault(name, wrong, right)
            return None
        if whole and not isinstance(value, int):
            self.fault(name, f"{value} is no whole number", right)
            return None
        if isinstance(value, int) and abs(value) > _LARGEST:
            self.fault(name, "the number is out of range", right)
            return None
        if not math.isfinite(value) or value > high or value < low or (open_low and value == low):
            self.fault(name, f"{value} is out of range", right)
            return None
        return float(value)

    def quantity(
        self, name: str, dimensions: tuple[Dimension, ...], example: str
    ) -> Quantity | None:
        """A quantity with its unit."""
        if not self.has(name):
            return None
        try:
            return parse_quantity(self.values[name], self.path(name), dimensions, example)
        except InputError as error:
            self.faults.extend(error.faults)
            return None

    def date(self, name: str) -> dt.date | None:
        """A calendar date, as TOML writes it or as ISO text."""
        if not self.has(name):
            return None
        value = self.values[name]
        right = "write a date such as 2026-11-22"
        found: dt.date | None = None
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            found = value
        elif isinstance(value, str):
            try:
                found = dt.date.fromisoformat(value)
            except ValueError:
                found = None
        if found is None:
            self.fault(name, f'"{value}" is no calendar date', right)
        elif not _YEARS[0] <= found.year <= _YEARS[1]:
            self.fault(name, f'"{value}" lies in no year of a treatment', right)
            return None
        return found

    def pair(self, name: str, high: float) -> tuple[float, float] | None:
        """Two lengths above zero."""
        if not self.has(name):
            return None
        value = self.values[name]
        if not isinstance(value, list) or len(value) != 2:
            self.fault(name, f"{value!r} is no pair", "write two lengths in mm such as [60, 50]")
            return None
        first, second = (self.number_of(part, name, 0, high) for part in value)
        return None if first is None or second is None else (first, second)

    def items(self, name: str) -> list[Any] | None:
        """A list of anything."""
        if not self.has(name):
            return None
        value = self.values[name]
        if isinstance(value, list):
            return value
        self.fault(name, f"{value!r} is no list", "write a list in square brackets; [] for none")
        return None

    def table(self, name: str) -> "Table | None":
        """A table below this one."""
        if not self.has(name):
            return None
        value = self.values[name]
        if isinstance(value, dict):
            return Table(value, self.path(name), self.faults)
        self.fault(name, f"{value!r} is no table", f"write it as a table [{self.path(name)}]")
        return None

    def tables(self, name: str) -> "list[Table] | None":
        """A list of tables below this one."""
        rows = self.items(name)
        if rows is None:
            return None
        tables = []
        for number, row in enumerate(rows):
            if isinstance(row, dict):
                tables.append(Table(row, f"{self.path(name)}[{number}]", self.faults))
            else:
                self.fault(f"{name}[{number}]", f"{row!r} is no table", "write a table { … }")
        return tables

    def close(self) -> None:
        """Note every key that is unknown here, with the nearest known one."""
        for name in self.values:
            if name in self.known:
                continue
            close = difflib.get_close_matches(name, self.known, n=1, cutoff=0.0)
            right = f'did you mean "{close[0]}"?' if close else "remove it"
            self.fault(name, "unknown key", right)
