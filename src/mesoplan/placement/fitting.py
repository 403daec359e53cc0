"""Grids laid into an irregular outline so that they fit it best."""

import math

import numpy as np
import shapely
from numpy.typing import NDArray

from mesoplan.anatomy.surface import FlatPatch
from mesoplan.model.protocol import Pattern
from mesoplan.placement.pattern import Place, row_name

Array = NDArray[np.float64]

_PHASES = 6
"""Shifts of the grid tried along each axis, a sixth of the pitch apart."""


def fitted_places(
    patch: FlatPatch,
    pattern: Pattern,
    spacing_mm: float,
    margin_mm: float = 0.0,
    row_spacing_mm: float | None = None,
) -> tuple[Place, ...]:
    """Places of a grid whose pitch is exact and whose position suits the outline.

    Of all shifts of the grid the one is taken whose points reach furthest into the area: each
    point counts by its distance from the outline, up to half a spacing. So points neither crowd
    on an edge nor leave half of a narrow area empty, and the same area gets the same points.

    Parameters
    ----------
    patch : FlatPatch
        The area.
    pattern : Pattern
        square, hexagonal or rows.
    spacing_mm : float
        Pitch along a row; for hexagonal the distance of all neighbours.
    margin_mm : float
        Least distance from the outline.
    row_spacing_mm : float, optional
        Distance of rows for ``rows``; the pitch where not given.
    """
    hexagonal = pattern == "hexagonal"
    rise = spacing_mm
    if hexagonal:
        rise = spacing_mm * math.sqrt(3.0) / 2.0
    elif pattern == "rows":
        rise = row_spacing_mm or spacing_mm
    best: tuple[float, Array, NDArray[np.int64]] | None = None
    border = patch.polygon.boundary
    shapely.prepare(border)
    for across in range(_PHASES):
        for up in range(_PHASES):
            shift = (across / _PHASES, up / _PHASES)
            x, y, row = _grid(patch, spacing_mm, rise, shift, hexagonal=hexagonal)
            inside = patch.inside(x, y, margin_mm)
            if not inside.any():
                continue
            away = shapely.distance(border, shapely.points(x[inside], y[inside]))
            score = float(np.minimum(away, 0.5 * spacing_mm).sum())
            if best is None or score > best[0] + 1e-9:
                best = (score, np.column_stack([x[inside], y[inside]]), row[inside])
    if best is None:
        return ()
    _, found, rows = best
    names = {number: row_name(i) for i, number in enumerate(np.unique(rows).tolist())}
    return tuple(
        Place(float(x), float(y), names[int(row)]) for (x, y), row in zip(found, rows, strict=True)
    )


def _grid(
    patch: FlatPatch, pitch: float, rise: float, shares: tuple[float, float], *, hexagonal: bool
) -> tuple[Array, Array, NDArray[np.int64]]:
    """A grid over the bounding box, row by row from below, shifted by shares of the pitch."""
    width, height = patch.size_mm
    left, bottom = patch.origin_mm
    columns = np.arange(-1, math.ceil(width / pitch) + 1)
    levels = np.arange(math.ceil(height / rise) + 1)
    shift = 0.5 * (levels % 2) if hexagonal else np.zeros(len(levels))
    x = left + pitch * (columns[None, :] + shares[0] + shift[:, None])
    y = bottom + rise * (levels + shares[1])
    return (
        x.ravel(),
        np.repeat(y, len(columns)),
        np.repeat(levels, len(columns)),
    )
