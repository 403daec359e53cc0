"""Reduces computed exposure to what a chart shows: maps, profiles, courses."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mesoplan.evaluate.target import dermal_cells, dermal_exposure
from mesoplan.model.exposure import AreaExposure, Exposure, PlasmaCurve

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Profile:
    """Exposure over depth: mean over the area, and below its most exposed place."""

    depth_mm: Array
    mean: Array
    hottest: Array
    layer_bottom_mm: tuple[float, float, float]


def substances(exposure: Exposure) -> tuple[str, ...]:
    """Substances with a computed exposure, in the order of the plan."""
    return tuple(dict.fromkeys(area.substance for area in exposure.areas))


def of_substance(exposure: Exposure, substance: str) -> tuple[AreaExposure, ...]:
    """The areas of one substance."""
    return tuple(area for area in exposure.areas if area.substance == substance)


def until_gone(curve: PlasmaCurve) -> int:
    """How many times of a plasma curve are worth drawing: until 3 % of its peak is left."""
    loud = np.flatnonzero(curve.concentration > 0.03 * curve.concentration.max())
    return min(int(loud.max(initial=0)) + 2, curve.times_h.size)


def profile(area: AreaExposure) -> Profile:
    """Depth profile of one area."""
    place = np.unravel_index(
        int(np.argmax(np.where(area.inside, dermal_exposure(area), -np.inf))), area.inside.shape
    )
    return Profile(
        depth_mm=area.depth_mm,
        mean=area.auc[area.inside].mean(axis=0),
        hottest=area.auc[place[0], place[1]],
        layer_bottom_mm=area.layer_bottom_mm,
    )


def dermal_course(area: AreaExposure) -> Array:
    """Mean concentration in the area's dermis at each time, amount/mL, shape (nt,)."""
    cells = dermal_cells(area)
    through: Array = area.concentration @ (cells / cells.sum())
    course: Array = through[:, area.inside].mean(axis=1)
    return course
