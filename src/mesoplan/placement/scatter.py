"""Scattered points: no two nearer than the spacing, and no room left for another."""

import math

import numpy as np
from scipy.spatial import cKDTree

from mesoplan.anatomy.surface import Surface
from mesoplan.placement.pattern import Place, row_name

_TRIES_PER_DISC = 60
"""Candidates per disc of the spacing: more hardly place another point."""


def scattered(
    surface: Surface, spacing_mm: float, margin_mm: float = 0.0, seed: int = 1
) -> tuple[Place, ...]:
    """Poisson-disc points by throwing darts, the same for the same seed.

    The spacing is the least distance of two points; about two thirds as many fit as on a
    hexagonal grid of that pitch. With margin 0 half a spacing is kept to the outline, as grids
    keep it to their box. Rows are lettered by height, a spacing each.

    Parameters
    ----------
    surface : Surface
        The area.
    spacing_mm : float
        Least distance of two points.
    margin_mm : float
        Distance kept from the outline.
    seed : int
        Seed of the darts.
    """
    width, height = surface.size_mm
    left, bottom = surface.origin_mm
    kept_mm = margin_mm if margin_mm > 0 else spacing_mm / 2
    discs = math.ceil(width / spacing_mm + 1) * math.ceil(height / spacing_mm + 1)
    generator = np.random.default_rng(seed)
    darts = generator.random((discs * _TRIES_PER_DISC, 2)) * (width, height) + (left, bottom)
    darts = darts[surface.inside(darts[:, 0], darts[:, 1], kept_mm)]
    if len(darts) == 0:
        return ()
    close = cKDTree(darts).query_ball_point(darts, spacing_mm * (1.0 - 1e-12))
    free = np.ones(len(darts), dtype=bool)
    chosen = []
    for number in range(len(darts)):
        if free[number]:
            chosen.append(number)
            free[close[number]] = False
    found = darts[chosen]
    band = ((found[:, 1] - bottom) // spacing_mm).astype(int)
    names = {row: index for index, row in enumerate(np.unique(band).tolist())}
    order = np.lexsort((found[:, 0], band))
    return tuple(
        Place(float(found[i, 0]), float(found[i, 1]), row_name(names[int(band[i])])) for i in order
    )
