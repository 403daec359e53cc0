"""How time and peak memory grow: points, area, softness (radial modes), tolerance, times.

Between the first and the last row the seconds grow as the size to the power shown. Memory is the
most that the call holds at once, its result included.
"""

import tracemalloc
from collections.abc import Callable, Sequence

import numpy as np
from skin import BOLUS, SKIN, TIMES_H, median_seconds

from mesoplan.dose import Bolus, Kernel, Medium, PatchGrid, Sources, superpose, tabulate

RADII_MM = np.linspace(0.0, 12.0, 40)
DEPTH_EDGE_MM = np.linspace(0.0, 4.0, 41)
BASE_POINTS, BASE_SIDE_MM = 300, 100.0


def peak_megabytes(work: Callable[[], object]) -> float:
    tracemalloc.start()
    try:
        kept = work()
        peak = tracemalloc.get_traced_memory()[1]
        del kept
    finally:
        tracemalloc.stop()
    return peak / 1e6


def rows(
    title: str,
    sizes: Sequence[float],
    made: Callable[[float], Callable[[], object]],
    told: Callable[[object], str],
) -> float:
    """Print a row per size; the power with which the seconds grow over all of them."""
    taken = []
    for size in sizes:
        work = made(size)
        note = told(work())
        taken.append(median_seconds(work, 7))
        memory = peak_megabytes(work)
        print(f"{title:<34}{size:>10g}{1e3 * taken[-1]:>12.2f}{memory:>12.1f}   {note}")
    power = float(np.log(taken[-1] / taken[0]) / np.log(sizes[-1] / sizes[0]))
    print(f"{'':<34}{'power':>10}{power:>12.2f}")
    return power


def kernel_note(kernel: Kernel) -> str:
    return f"{kernel.modes} modes, {kernel.depth_mm.size} depths, wall {kernel.wall_mm:.1f} mm"


def field_note(field: np.ndarray) -> str:
    return f"{field.nbytes / 1e6:.0f} MB result"


def main() -> dict[str, float]:
    print(f"{'what grows':<34}{'size':>10}{'ms':>12}{'peak MB':>12}")
    medium, results = Medium(SKIN), {}
    soft = Bolus.injected(0.01, 1.0, 1.72, plane_top_mm=0.08)
    table = tabulate(medium, [soft], np.linspace(0.05, 2.0, 12), DEPTH_EDGE_MM)

    def field(points: int, side_mm: float) -> Callable[[], np.ndarray]:
        random = np.random.default_rng(7)
        x, y = random.uniform(0.0, side_mm, (2, points))
        axis = np.arange(round(side_mm / 0.5) + 1) * 0.5
        sources, grid = Sources(x, y, np.ones(points)), PatchGrid(axis, axis)
        return lambda: superpose(table, sources, grid, dtype=np.float32, threads=1)

    results["growth_points"] = rows(
        "points on 100 x 100 mm",
        (30, 100, 300, 1000, 3000),
        lambda n: field(int(n), BASE_SIDE_MM),
        field_note,
    )
    density = BASE_POINTS / BASE_SIDE_MM**2
    results["growth_area"] = rows(
        "area, mm2, 3 points per cm2",
        (625.0, 2500.0, 10000.0, 40000.0),
        lambda area: field(round(density * area), float(np.sqrt(area))),
        field_note,
    )
    results["growth_softness"] = rows(
        "kernel: softness, mm",
        (0.4, 0.2, 0.1, 0.05, 0.025),
        lambda s: lambda: medium.kernel(Bolus.gaussian(1.4, s), TIMES_H, RADII_MM),
        kernel_note,
    )
    results["growth_tolerance"] = rows(
        "kernel: tolerance",
        (2e-2, 1e-2, 5e-3, 2e-3, 1e-3, 5e-4),
        lambda t: lambda: medium.kernel(BOLUS, TIMES_H, RADII_MM, tolerance=t),
        kernel_note,
    )
    results["growth_first_time"] = rows(
        "kernel: first time, h",
        (1.0, 0.1, 0.01, 0.001),
        lambda t: lambda: medium.kernel(BOLUS, np.geomspace(t, 9.0, 24), RADII_MM),
        kernel_note,
    )
    results["growth_times"] = rows(
        "kernel: times",
        (6, 12, 24, 48, 96),
        lambda n: lambda: medium.kernel(BOLUS, np.linspace(0.25, 9.0, int(n)), RADII_MM),
        kernel_note,
    )
    return results


if __name__ == "__main__":
    main()
