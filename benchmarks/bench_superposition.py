"""A plan's field: 300 points on 201 x 201 cells, 40 depths, AUC and 12 times; and its roofline.

Side by side with what the machine can do at most on as many threads: fill memory, STREAM's triad,
the same sum of two table rows over and over without looking for points, and multiply-adds in
registers. The result is written once, so the memory's limit is the time to write it; as each result
lives in memory just asked for, the time to write such memory is the nearer limit.
"""

import statistics
import time

import numpy as np
import roofline

from mesoplan.dose import Bolus, Layer, Medium, PatchGrid, Sources, superpose, tabulate

THREADS = 2
# Lidocaine by the engine's own formulas for tissue.
LIDOCAINE = (
    Layer(thickness_mm=0.08, diffusivity_mm2_h=0.408, clearance_per_h=0.0, capacity=1.088),
    Layer(thickness_mm=1.72, diffusivity_mm2_h=0.408, clearance_per_h=5.279, capacity=1.088),
    Layer(thickness_mm=10.2, diffusivity_mm2_h=0.546, clearance_per_h=5.001, capacity=0.2646),
)


def median_seconds(work, repeats: int = 15) -> float:
    work()
    taken = []
    for _ in range(repeats):
        start = time.perf_counter()
        kept = work()
        taken.append(time.perf_counter() - start)
        del kept
    return statistics.median(taken)


def contributions(sources: Sources, axis: np.ndarray, cutoff_mm: float) -> int:
    """How many times a point reaches a cell."""
    dx = (axis[:, None] - sources.x_mm) ** 2
    dy = (axis[:, None] - sources.y_mm) ** 2
    return int(sum((dx + row < cutoff_mm**2).sum() for row in dy))


def main() -> dict[str, float]:
    medium = Medium(LIDOCAINE)
    bolus = Bolus.injected(0.01, 1.0, 1.72, plane_top_mm=0.08)
    times_h = np.linspace(0.05, 2.0, 12)
    start = time.perf_counter()
    table = tabulate(medium, [bolus], times_h, np.linspace(0, 4, 41))
    print(f"table: {time.perf_counter() - start:.3f} s, {table.values.shape}")
    random = np.random.default_rng(7)
    axis = np.arange(201) * 0.5
    grid = PatchGrid(axis, axis)
    points = Sources(random.uniform(0, 100, 300), random.uniform(0, 100, 300), np.ones(300))
    reached = contributions(points, axis, float(table.cutoff_mm[0]))
    rows, length = table.values.shape[1], table.values.shape[2] * table.values.shape[3]
    flops = 4.0 * reached * length
    results = {}
    for dtype in (np.float32, np.float64):
        name = np.dtype(dtype).name
        field = superpose(table, points, grid, dtype=dtype, threads=THREADS)
        seconds = median_seconds(
            lambda dtype=dtype: superpose(table, points, grid, dtype=dtype, threads=THREADS)
        )
        fill = roofline.fill_bytes_per_s(dtype, THREADS)
        fresh = roofline.fresh_bytes_per_s(dtype, THREADS)
        triad = roofline.triad_bytes_per_s(dtype, THREADS)
        gather = roofline.gather_flops(dtype, THREADS, rows, length)
        peak = roofline.peak_flops(dtype, THREADS)
        memory, pages = field.nbytes / fill, field.nbytes / fresh
        cache, compute = flops / gather, flops / peak
        print(
            f"superposition, {name}, {THREADS} threads, cut-off {table.cutoff_mm[0]:.2f} mm: "
            f"{seconds:.4f} s (goal 0.05); interpolation "
            f"{100 * table.interpolation_error:.3f} % of peak\n"
            f"  work: {field.nbytes / 1e6:.0f} MB written, {reached} contributions of {length} "
            f"values, {flops / 1e9:.2f} Gflop, {flops / field.nbytes:.0f} flop per byte\n"
            f"  reached: {field.nbytes / seconds / 1e9:.2f} GB/s, {flops / seconds / 1e9:.1f} "
            f"Gflop/s\n"
            f"  machine: fill {fill / 1e9:.1f} GB/s ({fresh / 1e9:.1f} into memory just asked "
            f"for), triad {triad / 1e9:.1f} GB/s, table rows from cache {gather / 1e9:.1f} "
            f"Gflop/s, multiply-add peak {peak / 1e9:.0f} Gflop/s\n"
            f"  limits: memory {1e3 * memory:.1f} ms ({seconds / memory:.1f}x away), fresh memory "
            f"{1e3 * pages:.1f} ms ({seconds / pages:.1f}x), table rows {1e3 * cache:.1f} ms "
            f"({seconds / cache:.1f}x), multiply-add {1e3 * compute:.1f} ms "
            f"({seconds / compute:.1f}x): bound by "
            f"{'memory' if pages > cache else 'the table rows in the cache'}"
        )
        results |= {
            f"superposition_{name}_s": seconds,
            f"superposition_{name}_over_memory": seconds / memory,
            f"superposition_{name}_over_fresh_memory": seconds / pages,
            f"superposition_{name}_over_cache": seconds / cache,
            f"superposition_{name}_over_peak": seconds / compute,
        }
    one = PatchGrid(np.arange(24) * 0.5, np.arange(24) * 0.5)
    moved = median_seconds(
        lambda: superpose(table, Sources([5.1], [5.2], [1.0]), one, dtype=np.float64, threads=1)
    )
    print(f"one point on its own window: {1e3 * moved:.2f} ms (moving one point: goal 20 in all)")
    results["one_point_s"] = moved
    return results


if __name__ == "__main__":
    main()
