"""Strokes instead of points: threads laid along the needle's track, and film rows."""

import math
from dataclasses import dataclass

import numpy as np

from mesoplan.anatomy.surface import Surface
from mesoplan.placement.pattern import axis, row_name


@dataclass(frozen=True)
class Stroke:
    """A stroke from a place along ``path_mm`` (dx, dy)."""

    x_mm: float
    y_mm: float
    row: str
    path_mm: tuple[float, float]


def threads(
    surface: Surface, length_mm: float, spacing_mm: float, margin_mm: float = 0.0
) -> tuple[Stroke, ...]:
    """Parallel threads along x, end to end in each row, rows a spacing apart.

    A thread counts where both ends and its middle lie inside the outline.
    """
    width, height = surface.size_mm
    room = width - 2 * margin_mm
    per_row = math.floor(room / length_mm + 1e-9)
    start = (width - per_row * length_mm) / 2
    found: list[Stroke] = []
    letter = 0
    for y in axis(height, spacing_mm, margin_mm):
        kept = []
        for i in range(per_row):
            x = start + i * length_mm
            along = np.array([x, x + length_mm / 2, x + length_mm])
            if surface.inside(along, np.full(3, y), margin_mm).all():
                kept.append(Stroke(x, y, row_name(letter), (length_mm, 0.0)))
        found += kept
        letter += bool(kept)
    return tuple(found)


def film_rows(surface: Surface, spacing_mm: float, margin_mm: float = 0.0) -> tuple[Stroke, ...]:
    """Rows of a film across the area, a spacing apart; each runs from edge to edge.

    A row that an outline interrupts runs from its first to its last place inside.
    """
    width, height = surface.size_mm
    found: list[Stroke] = []
    samples = np.linspace(0.0, width, max(2, math.ceil(width / 0.25) + 1))
    for y in axis(height, spacing_mm, margin_mm):
        inside = surface.inside(samples, np.full_like(samples, y), margin_mm)
        where = np.flatnonzero(inside)
        if where.size >= 2:
            x0, x1 = float(samples[where[0]]), float(samples[where[-1]])
            found.append(Stroke(x0, y, row_name(len(found)), (x1 - x0, 0.0)))
    return tuple(found)
