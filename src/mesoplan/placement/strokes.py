"""Strokes instead of points: threads laid along the needle's track, and film rows."""

import math
from dataclasses import dataclass

import numpy as np

from mesoplan.anatomy.surface import Surface
from mesoplan.placement.pattern import axis, row_name

_LOOK_MM = 0.25


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

    A thread counts where its whole length lies inside the outline.
    """
    left, bottom = surface.origin_mm
    width, height = surface.size_mm
    room = width - 2 * margin_mm
    per_row = math.floor(room / length_mm + 1e-9)
    start = left + (width - per_row * length_mm) / 2
    found: list[Stroke] = []
    letter = 0
    for up in axis(height, spacing_mm, margin_mm):
        kept, y = [], bottom + up
        for i in range(per_row):
            x = start + i * length_mm
            along = np.linspace(x, x + length_mm, _samples(length_mm))
            if surface.inside(along, np.full_like(along, y), margin_mm).all():
                kept.append(Stroke(x, y, row_name(letter), (length_mm, 0.0)))
        found += kept
        letter += bool(kept)
    return tuple(found)


def film_rows(surface: Surface, spacing_mm: float, margin_mm: float = 0.0) -> tuple[Stroke, ...]:
    """Rows of a film across the area, a spacing apart; each runs from edge to edge.

    Where an outline interrupts a row, each part inside is a stroke of its own.
    """
    left, bottom = surface.origin_mm
    width, height = surface.size_mm
    found: list[Stroke] = []
    letter = 0
    samples = np.linspace(left, left + width, _samples(width))
    for up in axis(height, spacing_mm, margin_mm):
        y = bottom + up
        inside = surface.inside(samples, np.full_like(samples, y), margin_mm)
        border = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(int)))
        runs = [(a, b - 1) for a, b in zip(border[::2], border[1::2], strict=True) if b - a > 1]
        for first, last in runs:
            x0, x1 = float(samples[first]), float(samples[last])
            found.append(Stroke(x0, y, row_name(letter), (x1 - x0, 0.0)))
        letter += bool(runs)
    return tuple(found)


def _samples(length_mm: float) -> int:
    """Places to look at along a stroke: none further apart than a quarter of a millimetre."""
    return max(2, math.ceil(length_mm / _LOOK_MM) + 1)
