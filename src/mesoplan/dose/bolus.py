"""The fluid just injected: where it lies at time 0, as amounts per depth cell and radial mode."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from scipy.special import erf, j1

from mesoplan.dose._checks import Floats, number, refuse

Shape = Literal["gaussian", "sphere", "oblate", "disc"]

EDGE_SIGMA_MM = 0.25
"""Softness of the edge of a wheal, mm: a sharp edge rings in a truncated Bessel series."""

_SLICES_PER_SOFTNESS = 5.0
"""Slices of a sphere per radius-to-softness ratio: they must overlap to leave no ripple."""


@dataclass(frozen=True)
class Bolus:
    """Distribution of the total tissue concentration C at time 0, total amount 1.

    Build it with `gaussian` or `injected`.

    Parameters
    ----------
    shape : {"gaussian", "sphere", "oblate", "disc"}
        Form of the support.
    depth_mm : float
        Depth of the centre below the skin surface.
    sigma_mm : float
        Standard deviation of the Gaussian, or of the soft edge of the other forms.
    radius_mm : float
        Radius of the support along the skin; 0 for a Gaussian.
    half_height_mm : float
        Half the height of the support; 0 for a Gaussian.
    deposited_share : float
        Share of the injected amount that stays in the tissue, 1 - backflow. The kernel is per
        unit amount *in the tissue*; who multiplies by an amount multiplies by this share too.
    """

    shape: Shape
    depth_mm: float
    sigma_mm: float
    radius_mm: float = 0.0
    half_height_mm: float = 0.0
    deposited_share: float = 1.0

    def __post_init__(self) -> None:
        refuse(
            [
                *number("depth_mm", self.depth_mm, at_least=0.0),
                *number("sigma_mm", self.sigma_mm, above=0.0),
                *number("radius_mm", self.radius_mm, at_least=0.0),
                *number("half_height_mm", self.half_height_mm, at_least=0.0),
                *number("deposited_share", self.deposited_share, above=0.0, at_most=1.0),
            ]
        )

    @classmethod
    def gaussian(cls, depth_mm: float, sigma_mm: float) -> "Bolus":
        """Gaussian bolus, mirrored at the skin surface.

        C is proportional to exp(-(r^2 + (z - depth)^2) / 2 sigma^2) plus its image at -depth,
        cut at the bottom of the medium and scaled to an amount of 1.

        Parameters
        ----------
        depth_mm : float
            Depth of the centre, mm, at least 0.
        sigma_mm : float
            Standard deviation, mm, above 0.

        Raises
        ------
        InputError
            Naming the argument that is negative or not finite.
        """
        return cls(shape="gaussian", depth_mm=depth_mm, sigma_mm=sigma_mm)

    @classmethod
    def injected(
        cls,
        volume_ml: float,
        depth_mm: float,
        available_thickness_mm: float,
        *,
        plane_top_mm: float = 0.0,
        swelling: float = 1.0,
        backflow: float = 0.0,
        edge_sigma_mm: float | None = None,
        lens: bool = False,
    ) -> "Bolus":
        """Bolus of a volume pressed into a plane of tissue (the dermis, the subcutis).

        The unswollen tissue that takes up the fluid has V_ref = V (1 - backflow) / swelling.
        It is a sphere where that fits into the plane, else a disc as thick as the plane,
        R = sqrt(V_ref / (pi h)). With swelling 1 a disc of 0.1 mL in 1.8 mm of dermis is 8.4 mm
        wide; the CDC's Mantoux instructions ask for a wheal of 6 to 10 mm.

        Parameters
        ----------
        volume_ml : float
            Injected volume, mL.
        depth_mm : float
            Depth of the needle tip, mm; must lie in the plane.
        available_thickness_mm : float
            Thickness h of the plane, mm.
        plane_top_mm : float
            Depth of the plane's upper border, mm.
        swelling : float
            Volume of fluid taken up per volume of tissue, usually 0.6 to 1.6.
        backflow : float
            Share of the volume that runs back out, 0 to below 1.
        edge_sigma_mm : float, optional
            Softness of the edge. By default 0.25 mm, or a third of the radius if that is less.
        lens : bool
            Where no sphere fits take an oblate spheroid as high as the plane, and no disc:
            R = sqrt(3 V_ref / (2 pi h)), 1.22 times as wide.

        Raises
        ------
        InputError
            Naming every argument that cannot be used.
        """
        bottom_mm = plane_top_mm + available_thickness_mm
        faults = [
            *number("volume_ml", volume_ml, above=0.0),
            *number("available_thickness_mm", available_thickness_mm, above=0.0),
            *number("plane_top_mm", plane_top_mm, at_least=0.0),
            *number("swelling", swelling, above=0.0),
            *number("backflow", backflow, at_least=0.0, at_most=0.99),
        ]
        if edge_sigma_mm is not None:
            faults += number("edge_sigma_mm", edge_sigma_mm, above=0.0)
        if not faults:
            faults += number("depth_mm", depth_mm, at_least=plane_top_mm, at_most=bottom_mm)
        refuse(faults)
        reference_mm3 = 1000.0 * volume_ml * (1.0 - backflow) / swelling
        sphere_mm = (3.0 * reference_mm3 / (4.0 * math.pi)) ** (1.0 / 3.0)
        shape: Shape
        if 2.0 * sphere_mm < available_thickness_mm:
            shape = "sphere"
            radius_mm = half_height_mm = sphere_mm
            centre_mm = min(max(depth_mm, plane_top_mm + sphere_mm), bottom_mm - sphere_mm)
        else:
            shape = "oblate" if lens else "disc"
            swollen = 1.5 if lens else 1.0
            radius_mm = math.sqrt(swollen * reference_mm3 / (math.pi * available_thickness_mm))
            half_height_mm = available_thickness_mm / 2.0
            centre_mm = plane_top_mm + half_height_mm
        edge = min(EDGE_SIGMA_MM, radius_mm / 3.0) if edge_sigma_mm is None else edge_sigma_mm
        return cls(
            shape=shape,
            depth_mm=centre_mm,
            sigma_mm=edge,
            radius_mm=radius_mm,
            half_height_mm=half_height_mm,
            deposited_share=1.0 - backflow,
        )

    @property
    def volume_mm3(self) -> float:
        """Volume of the support, mm3; of a Gaussian that of a ball of the same peak."""
        if self.shape in ("sphere", "oblate"):
            return 4.0 / 3.0 * math.pi * self.radius_mm**2 * self.half_height_mm
        if self.shape == "gaussian":
            return float((2.0 * math.pi) ** 1.5 * self.sigma_mm**3)
        return 2.0 * math.pi * self.radius_mm**2 * self.half_height_mm

    def amounts(self, edge_mm: Floats, kappa_per_mm: Floats) -> Floats:
        """Lateral Hankel transform of the amount in each depth cell at time 0.

        Parameters
        ----------
        edge_mm : array, shape (depths + 1,)
            Borders of the cells from 0 to the bottom of the medium.
        kappa_per_mm : array, shape (modes,)
            Radial wave numbers; at 0 the transform is the amount itself.

        Returns
        -------
        array, shape (depths, modes)
            Dimensionless; the column of kappa = 0 sums to 1.
        """
        soft = np.exp(-0.5 * (kappa_per_mm * self.sigma_mm) ** 2)
        if self.shape == "gaussian":
            cells = _gaussian_cells(edge_mm, np.array([self.depth_mm]), self.sigma_mm)[:, 0]
            return np.outer(cells / cells.sum(), soft)
        if self.shape == "disc":
            # Sharp above and below: the plane's borders are tissue borders, the fluid stays inside.
            top, bottom = self.depth_mm - self.half_height_mm, self.depth_mm + self.half_height_mm
            inside = np.diff(np.clip(edge_mm, top, bottom))
            lateral = soft * _disc(kappa_per_mm * self.radius_mm)
            return np.outer(inside / inside.sum(), lateral)
        slices = 8 + math.ceil(_SLICES_PER_SOFTNESS * self.half_height_mm / self.sigma_mm)
        node, weight = np.polynomial.legendre.leggauss(slices)
        offset = node * self.half_height_mm
        slice_mm = self.radius_mm * np.sqrt(1.0 - node**2)
        share = weight * slice_mm**2
        cells = _gaussian_cells(edge_mm, self.depth_mm + offset, self.sigma_mm) * share
        lateral = _disc(np.outer(slice_mm, kappa_per_mm)) * soft
        return np.asarray((cells / cells.sum()) @ lateral)


def _disc(argument: Floats) -> Floats:
    """Hankel transform 2 J1(x) / x of a disc of area 1, with x = kappa R."""
    safe = np.where(argument > 0.0, argument, 1.0)
    return np.asarray(np.where(argument > 0.0, 2.0 * j1(safe) / safe, 1.0))


def _gaussian_cells(edge_mm: Floats, centre_mm: Floats, sigma_mm: float) -> Floats:
    """Gaussian and its image at the surface, integrated over cells: shape (depths, centres)."""
    scale = math.sqrt(2.0) * sigma_mm
    direct = erf((edge_mm[:, None] - centre_mm) / scale)
    image = erf((edge_mm[:, None] + centre_mm) / scale)
    return np.asarray(np.diff(direct + image, axis=0))


def wheal_diameter_mm(
    volume_ml: float, dermis_thickness_mm: float, *, swelling: float = 1.0
) -> float:
    """Diameter of the wheal that fills the dermis, sqrt(4 V / (pi h swelling)).

    Parameters
    ----------
    volume_ml : float
        Volume in the dermis, mL.
    dermis_thickness_mm : float
        Thickness h of the dermis, mm.
    swelling : float
        Volume of fluid taken up per volume of tissue.

    Returns
    -------
    float
        Diameter, mm: 8.4 for 0.1 mL and 11.9 for 0.2 mL in 1.8 mm. Where a sphere of this volume
        fits into the dermis the wheal is that sphere, see `Bolus.injected`.

    Raises
    ------
    InputError
        Naming every argument that is not above 0.
    """
    refuse(
        [
            *number("volume_ml", volume_ml, above=0.0),
            *number("dermis_thickness_mm", dermis_thickness_mm, above=0.0),
            *number("swelling", swelling, above=0.0),
        ]
    )
    return math.sqrt(4.0 * 1000.0 * volume_ml / (math.pi * dermis_thickness_mm * swelling))
