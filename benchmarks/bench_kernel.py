"""One kernel: its time on one core, and the same axisymmetric problem solved by FiPy.

Both are held against a reference with depth cells three times finer and 1e-8 lateral tolerance,
and both must stay within 0.5 % of the peak at every time. FiPy gets the engine's own graded depth
cells, graded radii, damped Crank-Nicolson steps that grow, and its direct solver; the coarsest of
its settings that reaches the error counts. FiPy gives no AUC here, the kernel does.
"""

import argparse
import os
import statistics
import time

for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np  # noqa: E402  (the libraries read the number of threads when they load)
from scipy.special import j0  # noqa: E402

from mesoplan.dose import Bolus, Layer, Medium  # noqa: E402
from mesoplan.dose.propagator import DepthProblem  # noqa: E402
from mesoplan.dose.radial import cylinder_modes  # noqa: E402

SKIN = (
    Layer(thickness_mm=0.08, diffusivity_mm2_h=0.05, clearance_per_h=0.0, capacity=0.5),
    Layer(thickness_mm=1.72, diffusivity_mm2_h=1.0, clearance_per_h=1.5, capacity=0.8),
    Layer(thickness_mm=10.2, diffusivity_mm2_h=0.6, clearance_per_h=0.8, capacity=0.4),
)
BOLUS = Bolus.gaussian(depth_mm=1.4, sigma_mm=0.08)
TIMES_H = np.linspace(0.25, 9.0, 24)
GOAL_ERROR = 5e-3


def median_seconds(work, repeats: int) -> float:
    work()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def problem(edge: np.ndarray) -> DepthProblem:
    borders = np.cumsum([layer.thickness_mm for layer in SKIN])[:-1]
    index = np.searchsorted(borders, 0.5 * (edge[1:] + edge[:-1]))
    return DepthProblem(
        size_mm=np.diff(edge),
        diffusivity_mm2_h=np.array([a.diffusivity_mm2_h for a in SKIN])[index],
        clearance_per_h=np.array([a.clearance_per_h for a in SKIN])[index],
        capacity=np.array([a.capacity for a in SKIN])[index],
    )


def reference(edge: np.ndarray, radii: np.ndarray) -> np.ndarray:
    """C (times, radii, depths) on thirds of the cells, averaged back over the cells."""
    thirds = np.interp(np.arange(3 * edge.size - 2) / 3, np.arange(edge.size), edge)
    kappa, weight = cylinder_modes(32.0, 8.0 / BOLUS.sigma_mm)
    field = problem(thirds).fields(BOLUS.amounts(thirds, kappa), kappa, TIMES_H)
    size = np.diff(thirds).reshape(-1, 3)
    field = field.reshape(TIMES_H.size, -1, 3, kappa.size)
    field = np.einsum("tzsk,zs->tzk", field, size / size.sum(axis=1, keepdims=True))
    return (j0(np.outer(radii, kappa)) * weight) @ field.transpose(0, 2, 1)


def error_of(found: np.ndarray, exact: np.ndarray) -> float:
    return float((np.abs(found - exact).max(axis=(1, 2)) / exact.max(axis=(1, 2))).max())


def fipy_solution(
    edge: np.ndarray, first_mm: float, steps_per_time: int
) -> tuple[np.ndarray, np.ndarray, float]:
    """Radii, C (times, radii, depths) and the seconds that FiPy takes, meshing included."""
    import fipy

    radius = [0.0]
    while radius[-1] < 12.0:
        radius.append(radius[-1] + first_mm * (1.0 + 1.0 * radius[-1]))
    r_edge = np.array(radius)
    start = time.perf_counter()
    mesh = fipy.CylindricalGrid2D(dr=np.diff(r_edge), dz=np.diff(edge))
    # Grid cells run over the radius first, then over depth.
    shape = (edge.size - 1, r_edge.size - 1)
    cells = problem(edge)

    def over(values: np.ndarray) -> "fipy.CellVariable":
        spread = np.repeat(values, shape[1])
        return fipy.CellVariable(mesh=mesh, value=spread)

    K, k = over(cells.capacity), over(cells.clearance_per_h)
    KD = over(cells.capacity * cells.diffusivity_mm2_h).harmonicFaceValue
    s = BOLUS.sigma_mm
    amount = BOLUS.amounts(edge, np.zeros(1))[:, 0] / np.diff(edge)
    inside = 1.0 - np.exp(-(r_edge**2) / (2 * s**2))
    lateral = np.diff(inside) / (np.pi * np.diff(r_edge**2))
    C0 = (amount[:, None] * lateral).ravel()
    u = fipy.CellVariable(mesh=mesh, value=C0 / K.value, hasOld=True)
    half_loss = 0.5 * K * k
    crank = fipy.TransientTerm(coeff=K) == (
        fipy.DiffusionTerm(coeff=0.5 * KD)
        + fipy.ExplicitDiffusionTerm(coeff=0.5 * KD)
        - fipy.ImplicitSourceTerm(coeff=half_loss)
        - half_loss * u.old
    )
    euler = fipy.TransientTerm(coeff=K) == (
        fipy.DiffusionTerm(coeff=KD) - fipy.ImplicitSourceTerm(coeff=K * k)
    )
    solver = fipy.LinearLUSolver()
    out, now = [], 0.0
    for i, due in enumerate(TIMES_H):
        # The first span starts from the narrow bolus: growing steps, the first four damped.
        count = 4 * steps_per_time if i == 0 else steps_per_time
        share = np.linspace(0, 1, count + 1) ** (2.5 if i == 0 else 1.0)
        for j, step in enumerate(np.diff(share) * (due - now)):
            u.updateOld()
            # Crank-Nicolson rings in the finest cells unless some steps damp it (Rannacher).
            damped = j < 4 if i == 0 else j == 0 and i % 6 == 1
            for _ in range(4 if damped else 1):
                (euler if damped else crank).solve(
                    var=u, dt=float(step) / (4 if damped else 1), solver=solver
                )
                u.updateOld()
        now = due
        out.append((u.value * K.value).reshape(shape).T)
    seconds = time.perf_counter() - start
    return 0.5 * (r_edge[1:] + r_edge[:-1]), np.array(out), seconds


def main() -> dict[str, float]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--no-fipy", action="store_true", help="time the engine only")
    arguments, _ = parser.parse_known_args()
    medium, radii = Medium(SKIN), np.linspace(0, 12, 40)
    kernel = medium.kernel(BOLUS, TIMES_H, radii)
    seconds = median_seconds(lambda: medium.kernel(BOLUS, TIMES_H, radii), 25)
    error = error_of(kernel.concentration, reference(kernel.edge_mm, radii))
    print(
        f"kernel: {len(SKIN)} layers, {kernel.depth_mm.size} depths, {kernel.modes} radial modes, "
        f"{TIMES_H.size} times + AUC, {radii.size} radii, one core: {seconds:.4f} s (goal 0.1), "
        f"error {100 * error:.3f} % of peak (goal 0.5)"
    )
    results = {"kernel_s": seconds, "kernel_error": error}
    if arguments.no_fipy:
        return results
    try:
        import fipy  # noqa: F401
    except ImportError:
        print("FiPy: not available")
        return results
    for first_mm, steps in ((0.1, 3), (0.1, 4), (0.08, 4), (0.08, 6), (0.06, 8), (0.04, 12)):
        r, found, taken = fipy_solution(kernel.edge_mm, first_mm, steps)
        fipy_error = error_of(found, reference(kernel.edge_mm, r))
        met = fipy_error <= GOAL_ERROR
        print(
            f"FiPy: {found.shape[1]} x {found.shape[2]} cells, {27 * steps} steps: "
            f"{taken:.2f} s, error {100 * fipy_error:.2f} % of peak, "
            f"ratio {taken / seconds:.0f}{'' if met else ' (error too large to count)'}"
        )
        if met:
            results["fipy_ratio"] = taken / seconds
            break
    return results


if __name__ == "__main__":
    main()
