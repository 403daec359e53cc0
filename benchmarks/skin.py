"""The problem that every solver of the kernel benchmark gets, its reference, and its meshes.

Three layers whose capacities jump, one narrow Gaussian bolus, C at 24 times and the AUC. The
reference has five or more depth cells in each cell of the solver and 1e-8 lateral tolerance.
"""

import os
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402  (the libraries read the number of threads when they load)
from scipy.special import j0, j1  # noqa: E402

from mesoplan.dose import Bolus, Layer  # noqa: E402
from mesoplan.dose.propagator import DepthProblem  # noqa: E402
from mesoplan.dose.radial import cylinder_modes, plane_modes  # noqa: E402

SKIN = (
    Layer(thickness_mm=0.08, diffusivity_mm2_h=0.05, clearance_per_h=0.0, capacity=0.5),
    Layer(thickness_mm=1.72, diffusivity_mm2_h=1.0, clearance_per_h=1.5, capacity=0.8),
    Layer(thickness_mm=10.2, diffusivity_mm2_h=0.6, clearance_per_h=0.8, capacity=0.4),
)
BORDERS_MM = np.concatenate([[0.0], np.cumsum([layer.thickness_mm for layer in SKIN])])
BOLUS = Bolus.gaussian(depth_mm=1.4, sigma_mm=0.08)
TIMES_H = np.linspace(0.25, 9.0, 24)
REACH_MM = 12.0
WALL_MM = 14.0
GOAL_ERROR = 5e-3

Lateral = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Attempt:
    """One run of a peer: what was set, seconds, and errors relative to the peak."""

    text: str
    seconds: float
    error: float
    auc_error: float | None

    @property
    def counts(self) -> bool:
        return max(self.error, self.auc_error or 0.0) <= GOAL_ERROR


def median_seconds(work: Callable[[], object], repeats: int) -> float:
    work()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        kept = work()
        taken.append(time.perf_counter() - start)
        del kept
    return statistics.median(taken)


def layer_index(depth_mm: np.ndarray) -> np.ndarray:
    return np.searchsorted(BORDERS_MM[1:-1], depth_mm)


def problem(edge: np.ndarray, layers: tuple[Layer, ...] = SKIN) -> DepthProblem:
    """Any layers with the borders of SKIN on the given depth cells."""
    index = layer_index(0.5 * (edge[1:] + edge[:-1]))
    return DepthProblem(
        size_mm=np.diff(edge),
        diffusivity_mm2_h=np.array([a.diffusivity_mm2_h for a in layers])[index],
        clearance_per_h=np.array([a.clearance_per_h for a in layers])[index],
        capacity=np.array([a.capacity for a in layers])[index],
    )


def at_radii(radii: np.ndarray) -> Lateral:
    return lambda kappa: j0(np.outer(radii, kappa))


def over_rings(r_edge: np.ndarray) -> Lateral:
    """Mean over each ring-shaped cell: what finite volumes hold."""

    def means(kappa: np.ndarray) -> np.ndarray:
        inner = r_edge[:, None] * j1(np.outer(r_edge, kappa)) / kappa
        return 2.0 * np.diff(inner, axis=0) / np.diff(r_edge**2)[:, None]

    return means


def reference(
    edge: np.ndarray, lateral: Lateral, *, middles: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """C (times, places, depths) and AUC (places, depths): means of the depth cells, or middles."""
    parts = 3 + 2 * int(np.ceil(80 / edge.size))
    count = parts * (edge.size - 1) + 1
    fine = np.interp(np.arange(count) / parts, np.arange(edge.size), edge)
    cells, top = problem(fine), 8.0 / BOLUS.sigma_mm

    def joined(field: np.ndarray) -> np.ndarray:
        field = field.reshape(*field.shape[:-2], -1, parts, field.shape[-1])
        return field[..., parts // 2, :] if middles else field.mean(axis=-2)

    kappa, weight = cylinder_modes(32.0, top)
    field = joined(cells.fields(BOLUS.amounts(fine, kappa), kappa, TIMES_H))
    concentration = (lateral(kappa) * weight) @ field.transpose(0, 2, 1)
    kappa, weight = plane_modes(top, float(np.sqrt(cells.lateral_rate())), WALL_MM)
    field = joined(cells.exposure(BOLUS.amounts(fine, kappa), kappa))
    return concentration, (lateral(kappa) * weight) @ field.T


def error_of(found: np.ndarray, exact: np.ndarray) -> float:
    """Largest difference, at every time relative to the peak of that time."""
    wide = tuple(range(-2, 0))
    return float((np.abs(found - exact).max(axis=wide) / exact.max(axis=wide)).max())


def bolus_means(edge: np.ndarray, r_edge: np.ndarray) -> np.ndarray:
    """C at time 0, mean over each cell, for finite volumes: (depths, rings)."""
    amount = BOLUS.amounts(edge, np.zeros(1))[:, 0] / np.diff(edge)
    inside = 1.0 - np.exp(-(r_edge**2) / (2 * BOLUS.sigma_mm**2))
    return np.outer(amount, np.diff(inside) / (np.pi * np.diff(r_edge**2)))


def graded_radii(first_mm: float, growth: float) -> np.ndarray:
    """Borders from the axis to the wall: cells of first_mm (1 + growth r)."""
    radius = [0.0]
    while radius[-1] < WALL_MM:
        radius.append(radius[-1] + first_mm * (1.0 + growth * radius[-1]))
    return np.array(radius) * WALL_MM / radius[-1]


def graded_depths(core_mm: float, border_mm: float, growth: float) -> np.ndarray:
    """Borders of depth cells: core_mm at the bolus, border_mm at tissue borders, growing away."""
    parts = [np.zeros(1)]
    for top, bottom in pairwise(BORDERS_MM):
        z = np.linspace(top, bottom, 4001)
        away = np.maximum(np.abs(z - BOLUS.depth_mm) - 2.0 * BOLUS.sigma_mm, 0.0)
        size = core_mm + growth * away
        for border in BORDERS_MM[1:-1]:
            size = np.minimum(size, border_mm + growth * np.abs(z - border))
        steps = 0.5 * (1.0 / size[1:] + 1.0 / size[:-1]) * np.diff(z)
        passed = np.concatenate([[0.0], np.cumsum(steps)])
        cells = int(np.ceil(passed[-1]))
        parts.append(np.interp(np.arange(1, cells + 1) / cells, passed / passed[-1], z))
    return np.concatenate(parts)
