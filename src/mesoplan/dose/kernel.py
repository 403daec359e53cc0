"""The kernel: the field that one unit of a medicine leaves in the tissue over time."""

from dataclasses import dataclass

import numpy as np

from mesoplan.dose._checks import Floats, Whole
from mesoplan.dose.bolus import Bolus


@dataclass(frozen=True)
class Kernel:
    """Field of one injection, per unit amount in the tissue.

    Parameters
    ----------
    bolus : Bolus
        The injection.
    times_h : array, shape (times,)
        Times after injection.
    radius_mm : array, shape (radii,)
        Distances from the axis of the injection, as asked for.
    edge_mm : array, shape (depths + 1,)
        Borders of the depth cells, 0 = skin surface.
    layer_index : array of int, shape (depths,)
        Layer of each cell.
    concentration : array, shape (times, radii, depths)
        Total tissue concentration C, 1/mm3, mean over each cell.
    auc : array, shape (radii, depths)
        Integral of C from 0 to infinity, whatever the times, h/mm3; infinite if nothing clears.
    remaining : array, shape (times,)
        Fraction of the amount free in the tissue, from radial mode 0.
    held : array, shape (times,)
        Fraction not yet released: crystals, a gel, what an infusion still has to give.
    cleared_by_layer : array, shape (times, layers)
        Fraction of the amount removed in each layer up to each time, from radial mode 0.
    modes : int
        Number of radial modes of the concentration.
    wall_mm : float
        Radius of the cylinder of the Fourier-Bessel series.
    """

    bolus: Bolus
    times_h: Floats
    radius_mm: Floats
    edge_mm: Floats
    layer_index: Whole
    concentration: Floats
    auc: Floats
    remaining: Floats
    held: Floats
    cleared_by_layer: Floats
    modes: int
    wall_mm: float

    @property
    def depth_mm(self) -> Floats:
        """Centres of the depth cells, mm, shape (depths,)."""
        return 0.5 * (self.edge_mm[1:] + self.edge_mm[:-1])

    @property
    def cell_mm(self) -> Floats:
        """Heights of the depth cells, mm, shape (depths,)."""
        return np.diff(self.edge_mm)

    @property
    def cleared(self) -> Floats:
        """Fraction of the amount removed up to each time, shape (times,)."""
        return np.asarray(self.cleared_by_layer.sum(axis=1))


@dataclass(frozen=True)
class Planar:
    """Exposure over depth of a unit amount per area, spread evenly along the skin.

    Parameters
    ----------
    edge_mm : array, shape (depths + 1,)
        Borders of the depth cells.
    auc : array, shape (depths,)
        Integral of C from 0 to infinity per amount per mm2, h/mm; infinite if nothing clears.
    """

    edge_mm: Floats
    auc: Floats

    @property
    def depth_mm(self) -> Floats:
        """Centres of the depth cells, mm, shape (depths,)."""
        return 0.5 * (self.edge_mm[1:] + self.edge_mm[:-1])

    @property
    def cell_mm(self) -> Floats:
        """Heights of the depth cells, mm, shape (depths,)."""
        return np.diff(self.edge_mm)
