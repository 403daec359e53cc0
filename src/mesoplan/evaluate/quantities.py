"""Quantities of a summed field: peak, hours above a level, values of the free part.

All of them are taken after summing over the points: the peak of a sum is not the sum of peaks.
"""

import numpy as np
from numpy.typing import NDArray

from mesoplan.model.exposure import AreaExposure

Array = NDArray[np.float64]


def peak(area: AreaExposure, *, free: bool = False) -> Array:
    """Greatest concentration at any of the times, amount/mL, shape (ny, nx, nz)."""
    highest: Array = area.concentration.max(axis=0)
    return highest * area.free_share if free else highest


def hours_above(area: AreaExposure, level: float, *, free: bool = True) -> Array:
    """Hours during which the concentration is at least a level, shape (ny, nx, nz).

    Between two times the concentration is taken as falling or rising exponentially, or linearly
    where one end is 0. After the last time nothing is counted, so it is a lower bound for what
    is still above the level then.

    Parameters
    ----------
    area : AreaExposure
        The field.
    level : float
        Amount/mL, above 0.
    free : bool
        Whether the free or the total concentration counts.
    """
    field = area.concentration * area.free_share if free else area.concentration
    total = np.zeros(field.shape[1:])
    for start in range(field.shape[0] - 1):
        before, after = field[start], field[start + 1]
        step = float(area.times_h[start + 1] - area.times_h[start])
        total += step * _share_above(before, after, level)
    return total


def _share_above(before: Array, after: Array, level: float) -> Array:
    """Share of a stretch of time above a level, with a straight line in the logarithm."""
    high, low = np.maximum(before, after), np.minimum(before, after)
    share = np.where(low >= level, 1.0, 0.0)
    crosses = (high >= level) & (low < level)
    if np.any(crosses):
        top, bottom = high[crosses], low[crosses]
        positive = bottom > 0.0
        safe = np.where(positive, bottom, 0.5 * level)
        by_log = np.log(top / level) / np.log(top / safe)
        by_line = (top - level) / (top - bottom)
        share[crosses] = np.where(positive, by_log, by_line)
    return share
