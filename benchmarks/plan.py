"""The plan that mesoplan and DOLFINx both compute: 16 points of 0.02 mL on 40 x 40 x 12 mm.

Four by four points 6 mm apart, each up to 0.8 mm off its place as by hand, so nothing is symmetric.
Each bolus is a disc that fills the dermis, its rim softened by 0.25 mm. The points keep 10 mm or
more to the sides, where the field stays below 0.5 % of the peak: a box without flux and the
unbounded skin have one answer. Two substances: the small molecule of the kernel benchmark, nearly
gone after 8 h, and one as slow as insulin, for which 8 h matter.
"""

import numpy as np
from scipy.special import j0
from skin import SKIN, problem

from mesoplan.dose import Bolus, Layer
from mesoplan.dose.radial import cylinder_modes, plane_modes

SLOW = (
    Layer(thickness_mm=0.08, diffusivity_mm2_h=0.01, clearance_per_h=0.0, capacity=0.5),
    Layer(thickness_mm=1.72, diffusivity_mm2_h=0.086, clearance_per_h=0.43, capacity=0.8),
    Layer(thickness_mm=10.2, diffusivity_mm2_h=0.06, clearance_per_h=0.7, capacity=0.4),
)
SUBSTANCES = {"small": SKIN, "slow": SLOW}
HALF_MM = 20.0
BOLUS = Bolus.injected(
    0.02, 1.0, SKIN[1].thickness_mm, plane_top_mm=SKIN[0].thickness_mm, edge_sigma_mm=0.25
)
TIMES_H = np.array([0.25, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0])
GRID_MM = np.linspace(-HALF_MM, HALF_MM, 81)
PROBE_MM = GRID_MM[::2]
DEPTH_EDGE_MM = np.concatenate([[0.0], np.linspace(0.08, 1.8, 10), np.linspace(1.8, 12.0, 21)[1:]])
DEPTH_MM = 0.5 * (DEPTH_EDGE_MM[1:] + DEPTH_EDGE_MM[:-1])
GOAL_ERROR = 2e-2


def points() -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(5)
    x, y = np.meshgrid([-9.0, -3.0, 3.0, 9.0], [-9.0, -3.0, 3.0, 9.0])
    return (
        x.ravel() + random.uniform(-0.8, 0.8, x.size),
        y.ravel() + random.uniform(-0.8, 0.8, x.size),
    )


def start_profile() -> tuple[np.ndarray, np.ndarray]:
    """Radii, and the amount per mm2 of skin under one bolus at time 0."""
    radius = np.linspace(0.0, 6.0, 601)
    kappa, weight = plane_modes(8.0 / BOLUS.sigma_mm, 1.0, 8.0)
    lateral = BOLUS.amounts(np.array([0.0, 0.08, 1.8, 12.0]), kappa)[1]
    return radius, (j0(np.outer(radius, kappa)) * weight) @ lateral


def reference(layers: tuple[Layer, ...]) -> tuple[np.ndarray, np.ndarray]:
    """Means over the depth bins, and values at their middles: (times, y, x, bins) on PROBE_MM.

    Depth cells of at most 0.02 mm, 1e-8 lateral tolerance, every kernel at its exact radii.
    """
    parts = 25
    count = parts * (DEPTH_EDGE_MM.size - 1) + 1
    edge = np.interp(np.arange(count) / parts, np.arange(DEPTH_EDGE_MM.size), DEPTH_EDGE_MM)
    kappa, weight = cylinder_modes(45.0, 8.0 / BOLUS.sigma_mm)
    field = problem(edge, layers).fields(BOLUS.amounts(edge, kappa), kappa, TIMES_H)
    field = field.reshape(TIMES_H.size, -1, parts, kappa.size)
    both = np.stack([field.mean(axis=2), field[:, :, parts // 2]])
    both = (both * weight).reshape(-1, kappa.size).T
    shape = (PROBE_MM.size, PROBE_MM.size)
    gx, gy = np.meshgrid(PROBE_MM, PROBE_MM)
    total = np.zeros((gx.size, both.shape[1]))
    for x, y in zip(*points(), strict=True):
        total += j0(np.outer(np.hypot(gx - x, gy - y).ravel(), kappa)) @ both
    means, middles = total.reshape(*shape, 2, TIMES_H.size, -1).transpose(2, 3, 0, 1, 4)
    return means, middles


def error_of(found: np.ndarray, exact: np.ndarray) -> float:
    """Largest difference at any time, relative to the peak of that time."""
    return float((np.abs(found - exact).max(axis=(1, 2, 3)) / exact.max(axis=(1, 2, 3))).max())
