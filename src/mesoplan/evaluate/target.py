"""Values of the target layer: which cells count, quantiles by volume, exposure histogram."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mesoplan.model.exposure import AreaExposure

Array = NDArray[np.float64]

_CM_PER_MM = 0.1


def dermal_cells(area: AreaExposure) -> Array:
    """Height of each depth cell that lies within the dermis, mm."""
    top, bottom = area.layer_bottom_mm[0], area.layer_bottom_mm[1]
    upper = area.depth_mm - 0.5 * area.cell_mm
    lower = area.depth_mm + 0.5 * area.cell_mm
    within: Array = np.clip(np.minimum(lower, bottom) - np.maximum(upper, top), 0.0, None)
    return within


def dermal_exposure(area: AreaExposure) -> Array:
    """AUC summed through the dermis, amount·h/cm², shape (ny, nx)."""
    summed: Array = np.asarray(area.auc @ dermal_cells(area)) * _CM_PER_MM
    return summed


def most_exposed(areas: Sequence[AreaExposure]) -> AreaExposure:
    """The area that holds the highest dermal exposure."""
    return max(areas, key=lambda area: float(dermal_exposure(area)[area.inside].max()))


def target_cells(area: AreaExposure, plane: str) -> NDArray[np.bool_]:
    """Which depth cells belong to a plane."""
    epidermis, skin, _ = area.layer_bottom_mm
    depth = area.depth_mm
    if plane == "epidermis":
        return depth < epidermis
    return depth > skin if plane == "subcutis" else (depth > epidermis) & (depth < skin)


def target_values(area: AreaExposure, values: Array, plane: str) -> tuple[Array, Array]:
    """Values of an area's target layer with the weight (volume, mm³) of each cell.

    Parameters
    ----------
    area : AreaExposure
        The area.
    values : ndarray, shape (ny, nx, nz)
        Values on the area's grid.
    plane : str
        Target layer.
    """
    cells = target_cells(area, plane)
    picked = values[area.inside][:, cells]
    weight = np.broadcast_to(area.place_mm2 * area.cell_mm[cells], picked.shape)
    return picked.ravel(), weight.ravel()


def weighted_quantile(values: Array, weight: Array, share: float) -> float:
    """The level that a share of the volume stays at or below."""
    order = np.argsort(values)
    rising = np.cumsum(weight[order])
    place = np.searchsorted(rising, share * rising[-1], side="left")
    return float(values[order][min(place, values.size - 1)])


def share_at_least(values: Array, weight: Array, levels: Array) -> Array:
    """Share of the weight whose values reach each level."""
    order = np.argsort(values)
    below = np.concatenate([[0.0], np.cumsum(weight[order])])
    place = np.searchsorted(values[order], levels, side="left")
    return np.asarray(1.0 - below[place] / below[-1])


def exposure_histogram(area: AreaExposure, plane: str, bins: int = 60) -> tuple[Array, Array]:
    """Cumulative exposure–volume histogram of an area's target layer.

    Returns
    -------
    level : ndarray, shape (bins,)
        AUC levels from 0 to the hottest, amount·h/mL.
    share : ndarray, shape (bins,)
        Share of the layer's volume with at least the level.
    """
    values, weight = target_values(area, area.auc, plane)
    level = np.linspace(0.0, float(values.max()), bins)
    return level, share_at_least(values, weight, level)
