"""What differs between two versions of a plan."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

COMPARED = ("case", "syringes", "placements", "totals", "schedule", "findings")
_POINTS = "points"


@dataclass(frozen=True)
class Difference:
    """One place where two documents differ; ``None`` stands for absent."""

    where: str
    before: Any
    after: Any


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[Difference]:
    """Differences of two plan documents, part by part; points only by their number."""
    found: list[Difference] = []
    for part in COMPARED:
        found += _walk(part, before.get(part), after.get(part))
    counts = (len(before[_POINTS]), len(after[_POINTS]))
    if counts[0] != counts[1]:
        found.append(Difference(_POINTS, *counts))
    return found


def _walk(where: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, dict) and isinstance(after, dict):
        if {"value", "unit"} <= before.keys() and {"value", "unit"} <= after.keys():
            yield Difference(where, _quantity(before), _quantity(after))
            return
        for key in dict.fromkeys((*before, *after)):
            yield from _walk(f"{where}.{key}", before.get(key), after.get(key))
        return
    if isinstance(before, list) and isinstance(after, list):
        if where == "findings":
            yield from _said(where, before, after)
            return
        for index in range(max(len(before), len(after))):
            yield from _walk(
                f"{where}[{index + 1}]",
                before[index] if index < len(before) else None,
                after[index] if index < len(after) else None,
            )
        return
    yield Difference(where, before, after)


def _said(where: str, before: list[Any], after: list[Any]) -> Iterator[Difference]:
    """Findings are compared by what they say, not by their place."""
    old, new = ([row["message"] for row in rows] for rows in (before, after))
    for message in old:
        if message not in new:
            yield Difference(where, message, None)
    for message in new:
        if message not in old:
            yield Difference(where, None, message)


def _quantity(value: dict[str, Any]) -> str:
    return f"{value['value']:g} {value['unit']}"
