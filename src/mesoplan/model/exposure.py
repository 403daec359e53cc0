"""Computed exposure of a plan: arrays, never part of the JSON form."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True)
class AreaExposure:
    """Exposure of one substance under one area.

    Attributes
    ----------
    area : int
        Index of the area.
    substance : str
        Substance id.
    unit : str
        Unit of amount (``mg`` or ``U``).
    x_mm, y_mm : ndarray, shape (nx,) and (ny,)
        Grid axes in the area frame.
    depth_mm : ndarray, shape (nz,)
        Cell centres; ``cell_mm`` their heights.
    inside : ndarray of bool, shape (ny, nx)
        Grid nodes within the area's outline.
    auc : ndarray, shape (ny, nx, nz)
        Total tissue concentration integrated over all time, amount·h/mL.
    times_h : ndarray, shape (nt,)
    concentration : ndarray, shape (nt, ny, nx, nz)
        Total tissue concentration at set times, amount/mL.
    free_share : ndarray, shape (nz,)
        1/capacity: free aqueous over total concentration by depth.
    layer_bottom_mm : tuple of float
        Lower borders of epidermis, dermis and subcutis.
    assumptions : tuple of str
        Message ids of what had to be assumed.
    """

    area: int
    substance: str
    unit: str
    x_mm: Array
    y_mm: Array
    depth_mm: Array
    cell_mm: Array
    inside: NDArray[np.bool_]
    auc: Array
    times_h: Array
    concentration: Array
    free_share: Array
    layer_bottom_mm: tuple[float, float, float]
    assumptions: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlasmaCurve:
    """Plasma concentration of one substance over time (amount/L)."""

    substance: str
    unit: str
    times_h: Array
    concentration: Array
    absorbed: Array


@dataclass(frozen=True)
class Exposure:
    """All computed fields of a plan."""

    areas: tuple[AreaExposure, ...]
    plasma: tuple[PlasmaCurve, ...]
    not_computed: tuple[tuple[str, str], ...] = ()
