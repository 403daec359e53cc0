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
    place_mm2 : float
        Skin that each place of the grid stands for.
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
    place_mm2: float = 1.0


@dataclass(frozen=True)
class PlasmaCurve:
    """Plasma concentration of one substance over time (amount/L).

    ``absorbed`` is what blood and lymph have taken up until each time; ``auc`` runs to infinity.
    """

    substance: str
    unit: str
    times_h: Array
    concentration: Array
    absorbed: Array
    auc: float


@dataclass(frozen=True)
class ValidityNote:
    """Where a result leaves what its parameters were made for: message id and parameters."""

    substance: str
    message: str
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Band:
    """A curve over the runs of uncertainty: 5, 50 and 95 % of the runs lie below.

    Attributes
    ----------
    at : ndarray, shape (n,)
        Times, depths or levels.
    low, middle, high : ndarray, shape (n,)
    """

    at: Array
    low: Array
    middle: Array
    high: Array


@dataclass(frozen=True)
class Spread:
    """The bands of one substance; ``None`` where the curve is not known.

    ``course``: mean concentration in the dermis over time, amount/mL. ``profile``: mean AUC over
    depth, with each layer stretched to its mean thickness, amount·h/mL. ``histogram``: share of
    the target layer over the level of AUC. ``plasma``: amount/L over time; ``plasma_peak`` the
    range of its highest value.
    """

    substance: str
    unit: str
    runs: int
    course: Band
    profile: Band
    histogram: Band
    plasma: Band | None
    plasma_peak: tuple[float, float] | None


@dataclass(frozen=True)
class Exposure:
    """All computed fields of a plan."""

    areas: tuple[AreaExposure, ...]
    plasma: tuple[PlasmaCurve, ...]
    not_computed: tuple[tuple[str, str], ...] = ()
    validity: tuple[ValidityNote, ...] = ()
    spreads: tuple[Spread, ...] = ()
