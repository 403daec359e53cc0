"""The plan that mesoplan and DOLFINx both compute: 16 points of 0.02 mL on 40 x 40 x 12 mm.

Four by four points, 6 mm apart, in the layers of the kernel benchmark; each is a disc that fills
the dermis, its rim softened by 0.25 mm. The outer points keep 11 mm to the sides, where the field
stays below 0.2 % of the peak, so a box without flux and the unbounded skin have one answer.
"""

import numpy as np
from scipy.special import j0
from skin import SKIN, problem

from mesoplan.dose import Bolus
from mesoplan.dose.radial import cylinder_modes

HALF_MM = 20.0
POINT_MM = np.array([-9.0, -3.0, 3.0, 9.0])
BOLUS = Bolus.injected(
    0.02, 1.0, SKIN[1].thickness_mm, plane_top_mm=SKIN[0].thickness_mm, edge_sigma_mm=0.25
)
TIMES_H = np.array([0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
GRID_MM = np.linspace(-HALF_MM, HALF_MM, 81)
DEPTH_EDGE_MM = np.linspace(0.0, 12.0, 49)
GOAL_ERROR = 2e-2


def points() -> tuple[np.ndarray, np.ndarray]:
    x, y = np.meshgrid(POINT_MM, POINT_MM)
    return x.ravel(), y.ravel()


def reference(axis_mm: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means over the depth bins, and values at their middles: (times, y, x, bins) each.

    Depth cells of 0.01 mm, 1e-8 lateral tolerance, every kernel at its exact radii.
    """
    parts = 25
    edge = np.interp(
        np.arange(parts * (DEPTH_EDGE_MM.size - 1) + 1) / parts,
        np.arange(DEPTH_EDGE_MM.size),
        DEPTH_EDGE_MM,
    )
    kappa, weight = cylinder_modes(45.0, 8.0 / BOLUS.sigma_mm)
    field = problem(edge).fields(BOLUS.amounts(edge, kappa), kappa, TIMES_H)
    field = field.reshape(TIMES_H.size, -1, parts, kappa.size)
    means, middles = field.mean(axis=2), field[:, :, parts // 2]
    px, py = points()
    gx, gy = np.meshgrid(axis_mm, axis_mm)
    distance = np.hypot(gx[..., None] - px, gy[..., None] - py)
    radius, place = np.unique(np.round(distance, 9), return_inverse=True)
    place = place.reshape(distance.shape)
    bessel = j0(np.outer(radius, kappa)) * weight
    answers = []
    for values in (means, middles):
        kernel = np.einsum("rk,tzk->trz", bessel, values, optimize=True)
        answers.append(sum(kernel[:, place[..., i]] for i in range(px.size)))
    return answers[0], answers[1]


def errors(found: np.ndarray, exact: np.ndarray) -> np.ndarray:
    """Largest difference at each time, relative to the peak of that time."""
    return np.abs(found - exact).max(axis=(1, 2, 3)) / exact.max(axis=(1, 2, 3))

