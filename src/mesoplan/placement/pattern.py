"""Patterns of points on a surface: square, hexagonal, rows, line; the pitch is exact."""

import itertools
import math
from dataclasses import dataclass

import numpy as np

from mesoplan.anatomy.surface import Surface
from mesoplan.model.protocol import Pattern

MAX_POINTS = 10_000
_SLACK = 1e-9


@dataclass(frozen=True)
class Place:
    """A place for a puncture in the area frame; ``row`` letters the rows from A."""

    x_mm: float
    y_mm: float
    row: str


def count_bound(size_mm: tuple[float, float], spacing_mm: float, row_spacing_mm: float) -> float:
    """An upper bound of the number of points, to refuse a grid before it is built."""
    return (size_mm[0] / spacing_mm + 1.0) * (size_mm[1] / row_spacing_mm + 1.0)


def places(
    surface: Surface,
    pattern: Pattern,
    spacing_mm: float,
    margin_mm: float = 0.0,
    row_spacing_mm: float | None = None,
) -> tuple[Place, ...]:
    """Places of a pattern, row by row from the lower edge, left to right.

    With margin 0 half a pitch is kept to each side of the bounding box, so that a square grid
    on a rectangle a × b holds ⌊a/s⌋ × ⌊b/s⌋ points. Outlines keep the grid of their bounding
    box where it lies inside.

    Parameters
    ----------
    surface : Surface
        The area.
    pattern : Pattern
        ``rows`` differs from ``square`` in its own distance between rows, ``line`` is one row
        along the middle of the longer side.
    spacing_mm : float
        Pitch along a row; for hexagonal the distance of all neighbours.
    margin_mm : float
        Extra distance kept from the outline.
    row_spacing_mm : float, optional
        Distance between rows for ``rows``; the pitch where not given.
    """
    width, height = surface.size_mm
    if pattern == "line":
        rows = _line(width, height, spacing_mm, margin_mm)
    elif pattern == "hexagonal":
        rows = _hexagonal(width, height, spacing_mm, margin_mm)
    else:
        pitch = row_spacing_mm or spacing_mm if pattern == "rows" else spacing_mm
        columns = axis(width, spacing_mm, margin_mm)
        rows = [(columns, y) for y in axis(height, pitch, margin_mm)]
    return _lettered(surface, rows, margin_mm)


def axis(length: float, pitch: float, margin: float) -> list[float]:
    """Positions of the largest run of a pitch, centred; margin 0 keeps half a pitch free."""
    kept = margin if margin > 0 else pitch / 2
    room = length - 2 * kept
    if room < -_SLACK:
        return []
    count = math.floor(room / pitch + _SLACK) + 1
    start = (length - (count - 1) * pitch) / 2
    return [start + i * pitch for i in range(count)]


def _line(
    width: float, height: float, pitch: float, margin: float
) -> list[tuple[list[float], float]]:
    if width >= height:
        return [(axis(width, pitch, margin), height / 2)]
    return [([width / 2], y) for y in axis(height, pitch, margin)]


def _hexagonal(
    width: float, height: float, pitch: float, margin: float
) -> list[tuple[list[float], float]]:
    kept = margin if margin > 0 else pitch / 2
    rise = pitch * math.sqrt(3) / 2
    room = height - 2 * kept
    if room < -_SLACK:
        return []
    row_count = math.floor(room / rise + _SLACK) + 1
    start = (height - (row_count - 1) * rise) / 2
    long_row = axis(width, pitch, margin)
    short_row = [(a + b) / 2 for a, b in itertools.pairwise(long_row)]
    if width - 2 * kept - (len(long_row) - 1) * pitch >= pitch / 2 - _SLACK and long_row:
        # Both kinds of row hold the same number when the leftover width takes the half shift.
        short_row = [x + pitch / 4 for x in long_row]
        long_row = [x - pitch / 4 for x in long_row]
    if not short_row:
        # A strip too narrow to stagger: one column, which keeps the pitch as its distance.
        return [(long_row, y) for y in axis(height, pitch, margin)]
    return [(short_row if i % 2 else long_row, start + i * rise) for i in range(row_count)]


def _lettered(
    surface: Surface, rows: list[tuple[list[float], float]], margin: float
) -> tuple[Place, ...]:
    found: list[Place] = []
    letter = 0
    left, bottom = surface.origin_mm
    for columns, height in rows:
        if not columns:
            continue
        x, y = left + np.asarray(columns), bottom + height
        inside = surface.inside(x, np.full_like(x, y), margin)
        if inside.any():
            name = row_name(letter)
            found += [Place(float(v), float(y), name) for v in x[inside]]
            letter += 1
    return tuple(found)


def row_name(number: int) -> str:
    """The letter of a row: A, B, … Z, AA, AB, … ."""
    name = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(ord("A") + rest) + name
    return name
