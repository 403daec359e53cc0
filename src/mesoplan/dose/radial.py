"""Radial wave numbers and weights: C(r) = sum_n weight_n J0(kappa_n r) F(kappa_n).

Fields at a time use the Fourier-Bessel series on a cylinder wide enough to be felt by nobody;
the exposure (AUC) uses Gauss-Legendre panels of the Hankel integral itself, refined towards
kappa = 0, so that slow clearance needs no wide cylinder.
"""

import math

import numpy as np
from scipy.special import j0, j1

from mesoplan.dose._checks import Floats

_PANEL_ORDER = 16
_PANEL_PHASE = 14.0


def bessel_zeros(count: int) -> Floats:
    """First zeros of J0: McMahon's expansion, polished by Newton steps."""
    b = (np.arange(1, count + 1) - 0.25) * np.pi
    zero = b + 1.0 / (8.0 * b) - 124.0 / (3.0 * (8.0 * b) ** 3)
    for _ in range(3):
        zero = zero + j0(zero) / j1(zero)
    return np.asarray(zero)


def top_wave_number(softness_mm: float, tolerance: float) -> float:
    """Wave number, 1/mm, above which a bolus of this softness has nothing to say.

    The factor exp(-kappa^2 softness^2 / 2) of the bolus cuts the spectrum; the margin of 1.7
    leaves 1.5e-8 of the peak unheard at a tolerance of 1e-4.
    """
    return (math.sqrt(2.0 * math.log(1.0 / tolerance)) + 1.7) / softness_mm


def cylinder_modes(radius_mm: float, top_per_mm: float) -> tuple[Floats, Floats]:
    """Fourier-Bessel nodes and weights on a cylinder, zero at its wall.

    Returns
    -------
    kappa_per_mm, weight_per_mm2 : array, shape (modes,)
        kappa_n = j0n / R and 1 / (pi R^2 J1(j0n)^2).
    """
    count = max(8, math.ceil(top_per_mm * radius_mm / math.pi) + 1)
    zero = bessel_zeros(count)
    return zero / radius_mm, 1.0 / (math.pi * radius_mm**2 * j1(zero) ** 2)


def plane_modes(top_per_mm: float, finest_per_mm: float, reach_mm: float) -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes and weights of the Hankel integral over the unbounded plane.

    Parameters
    ----------
    top_per_mm : float
        Upper end of the integral.
    finest_per_mm : float
        Distance of the nearest singularity of the integrand from kappa = 0, 1 / lambda.
    reach_mm : float
        Fastest oscillation of the integrand: largest radius asked for plus that of the bolus.

    Returns
    -------
    kappa_per_mm, weight_per_mm2 : array, shape (modes,)
        The weight is kappa dkappa / 2 pi.
    """
    widest = min(_PANEL_PHASE / max(reach_mm, 1e-9), top_per_mm)
    edges = [0.0, min(finest_per_mm, widest)]
    while edges[-1] < top_per_mm:
        edges.append(edges[-1] + min(edges[-1], widest))
    edge = np.array(edges)
    node, weight = np.polynomial.legendre.leggauss(_PANEL_ORDER)
    half = 0.5 * np.diff(edge)[:, None]
    kappa = (edge[:-1, None] + half * (1.0 + node)).ravel()
    return kappa, (half * weight).ravel() * kappa / (2.0 * math.pi)
