"""The problem that every solver of the kernel benchmark gets, its reference, and its meshes.

Three layers whose capacities jump, one narrow Gaussian bolus, 24 times. The reference has depth
cells of at most a third of the solver's own and 1e-8 lateral tolerance.
"""

import os
import statistics
import time
from collections.abc import Callable

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")

import numpy as np  # noqa: E402  (the libraries read the number of threads when they load)
from scipy.special import j0, j1  # noqa: E402

from mesoplan.dose import Bolus, Layer  # noqa: E402
from mesoplan.dose.propagator import DepthProblem  # noqa: E402
from mesoplan.dose.radial import cylinder_modes  # noqa: E402

SKIN = (
    Layer(thickness_mm=0.08, diffusivity_mm2_h=0.05, clearance_per_h=0.0, capacity=0.5),
    Layer(thickness_mm=1.72, diffusivity_mm2_h=1.0, clearance_per_h=1.5, capacity=0.8),
    Layer(thickness_mm=10.2, diffusivity_mm2_h=0.6, clearance_per_h=0.8, capacity=0.4),
)
BORDERS_MM = np.concatenate([[0.0], np.cumsum([layer.thickness_mm for layer in SKIN])])
BOLUS = Bolus.gaussian(depth_mm=1.4, sigma_mm=0.08)
TIMES_H = np.linspace(0.25, 9.0, 24)
WALL_MM = 14.0
GOAL_ERROR = 5e-3


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


def problem(edge: np.ndarray) -> DepthProblem:
    index = layer_index(0.5 * (edge[1:] + edge[:-1]))
    return DepthProblem(
        size_mm=np.diff(edge),
        diffusivity_mm2_h=np.array([a.diffusivity_mm2_h for a in SKIN])[index],
        clearance_per_h=np.array([a.clearance_per_h for a in SKIN])[index],
        capacity=np.array([a.capacity for a in SKIN])[index],
    )


def _transformed(edge: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """kappa, weight, C (times, cells, parts, modes) on parts of the cells, sizes of the parts."""
    parts = 3 + 2 * int(np.ceil(80 / edge.size))
    count = parts * (edge.size - 1) + 1
    fine = np.interp(np.arange(count) / parts, np.arange(edge.size), edge)
    kappa, weight = cylinder_modes(32.0, 8.0 / BOLUS.sigma_mm)
    field = problem(fine).fields(BOLUS.amounts(fine, kappa), kappa, TIMES_H)
    size = np.diff(fine).reshape(-1, parts)
    return kappa, weight, field.reshape(TIMES_H.size, -1, parts, kappa.size), size


def reference_means(edge: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """C (times, radii, depths): at the radii, mean over each depth cell."""
    kappa, weight, field, size = _transformed(edge)
    field = np.einsum("tzsk,zs->tzk", field, size / size.sum(axis=1, keepdims=True))
    return (j0(np.outer(radii, kappa)) * weight) @ field.transpose(0, 2, 1)


def reference_rings(edge: np.ndarray, r_edge: np.ndarray) -> np.ndarray:
    """C (times, rings, depths): mean over each ring-shaped cell, what finite volumes hold."""
    kappa, weight, field, size = _transformed(edge)
    field = np.einsum("tzsk,zs->tzk", field, size / size.sum(axis=1, keepdims=True))
    inner = r_edge[:, None] * j1(np.outer(r_edge, kappa)) / kappa
    rings = 2.0 * np.diff(inner, axis=0) / np.diff(r_edge**2)[:, None]
    return (rings * weight) @ field.transpose(0, 2, 1)


def reference_points(edge: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """C (times, radii, depths) at the radii and at the middle of each depth cell."""
    kappa, weight, field, size = _transformed(edge)
    middle = field[:, :, size.shape[1] // 2, :]
    return (j0(np.outer(radii, kappa)) * weight) @ middle.transpose(0, 2, 1)


def error_of(found: np.ndarray, exact: np.ndarray) -> float:
    """Largest difference at any time, relative to the peak of that time."""
    return float((np.abs(found - exact).max(axis=(1, 2)) / exact.max(axis=(1, 2))).max())


def graded_radii(first_mm: float, growth: float = 1.0) -> np.ndarray:
    """Borders from the axis to the wall: cells of first_mm (1 + growth r)."""
    radius = [0.0]
    while radius[-1] < WALL_MM:
        radius.append(radius[-1] + first_mm * (1.0 + growth * radius[-1]))
    return np.array(radius) * WALL_MM / radius[-1]


def graded_depths(core_mm: float, border_mm: float, growth: float) -> np.ndarray:
    """Borders of depth cells: core_mm at the bolus, border_mm at tissue borders, growing away."""
    parts = [np.zeros(1)]
    for top, bottom in zip(BORDERS_MM[:-1], BORDERS_MM[1:], strict=True):
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
