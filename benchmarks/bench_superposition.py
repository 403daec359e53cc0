"""A plan's field: 300 points on 201 x 201 cells, 40 depths, AUC and 12 times.

The limit of the memory is taken side by side: the time to fill an array of the same size.
"""

import statistics
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np

from mesoplan.dose import Bolus, Drug, PatchGrid, Sources, skin_medium, superpose, tabulate

THREADS = 2


def filled(shape: tuple[int, ...], dtype: type) -> np.ndarray:
    out = np.empty(shape, dtype=dtype)
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda part: part.fill(0), np.array_split(out, THREADS)))
    return out


def median_seconds(work, repeats: int = 9) -> float:
    work()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        kept = work()
        taken.append(time.perf_counter() - start)
        del kept
    return statistics.median(taken)


def main() -> dict[str, float]:
    lidocaine = Drug(234.34, "base", logp=2.44, pka=7.9, fraction_unbound=0.3)
    medium = skin_medium(lidocaine, 0.08, 1.72, 10.2)
    bolus = Bolus.injected(0.01, 1.0, 1.72, plane_top_mm=0.08)
    times_h = np.linspace(0.05, 2.0, 12)
    start = time.perf_counter()
    table = tabulate(medium, [bolus], times_h, np.linspace(0, 4, 41))
    print(f"table: {time.perf_counter() - start:.3f} s, {table.values.shape}")
    random = np.random.default_rng(7)
    axis = np.arange(201) * 0.5
    grid = PatchGrid(axis, axis)
    points = Sources(random.uniform(0, 100, 300), random.uniform(0, 100, 300), np.ones(300))
    results = {}
    for dtype in (np.float32, np.float64):
        field = superpose(table, points, grid, dtype=dtype, threads=THREADS)
        seconds = median_seconds(
            lambda dtype=dtype: superpose(table, points, grid, dtype=dtype, threads=THREADS)
        )
        limit = median_seconds(lambda dtype=dtype: filled((201, 201, 520), dtype))
        name = np.dtype(dtype).name
        print(
            f"superposition, {name}, {THREADS} threads, cut-off {table.cutoff_mm[0]:.2f} mm, "
            f"{field.nbytes / 1e6:.0f} MB: {seconds:.4f} s (goal 0.05); filling the same memory "
            f"{limit:.4f} s, distance {seconds / limit:.1f}x; "
            f"interpolation {100 * table.interpolation_error:.3f} % of peak"
        )
        results[f"superposition_{name}_s"] = seconds
        results[f"superposition_{name}_over_memory"] = seconds / limit
    one = PatchGrid(np.arange(24) * 0.5, np.arange(24) * 0.5)
    moved = median_seconds(
        lambda: superpose(table, Sources([5.1], [5.2], [1.0]), one, dtype=np.float64, threads=1)
    )
    print(f"one point on its own window: {1e3 * moved:.2f} ms (moving one point: goal 20 in all)")
    results["one_point_s"] = moved
    return results


if __name__ == "__main__":
    main()
