"""A 16-point plan on 40 x 40 x 12 mm, all depths, 8 h: mesoplan, and DOLFINx in three dimensions.

Both on one core and within 2 % of the peak at every time, against kernels of 1e-8 tolerance summed
at their exact radii. mesoplan computes the kernel, tabulates it and sums it on a 0.5 mm grid, with
kernel and table coarsened for 2 %. DOLFINx gets lines graded in all three directions along the
tissue borders, biquadratic elements, growing damped steps and conjugate gradients; Jacobi's
preconditioner is the fastest here, BoomerAMG took eight times as long. The cheapest of its
settings that reaches the error counts, timed once, without evaluating it on the grid. The points
lie freely, so no symmetry is used; with two mirror planes a quarter of the box would do.
"""

import argparse
import tracemalloc

import numpy as np
from peer_dolfinx import available, call, described
from plan import (
    BOLUS,
    DEPTH_EDGE_MM,
    DEPTH_MM,
    GOAL_ERROR,
    GRID_MM,
    HALF_MM,
    PROBE_MM,
    SUBSTANCES,
    TIMES_H,
    error_of,
    points,
    reference,
    start_profile,
)
from skin import BORDERS_MM, median_seconds
from steps import schedule

from mesoplan.dose import Layer, Medium, PatchGrid, Sources, superpose, tabulate

# What is cut off counts against the peak of all times, and the small molecule fades by 1e-5.
TABLE = {
    "small": dict(relative_cut=3e-6, step_mm=0.125, tolerance=1e-2),
    "slow": dict(relative_cut=1e-4, step_mm=0.15, tolerance=2e-2),
}
# Lines along the skin (spacing at the points), depth cells, schedule, scheme.
DOLFINX = {
    "small": (
        (1.05, (1, 1, 0.8, 2.0), (2, 2, 3.0, 0.5), "sdirk4"),
        (0.95, (1, 2, 0.7, 2.0), (2, 2, 3.0, 0.5), "sdirk4"),
    ),
    "slow": (
        (0.62, (1, 3, 0.5, 3.0), (2, 2, 3.0, 1.0), "sdirk3"),
        (0.54, (1, 3, 0.5, 3.0), (2, 2, 3.0, 1.0), "sdirk3"),
    ),
}


def lines(spacing: float, flat: float = 12.4, growth: float = 1.6) -> list:
    """Lines from one side to the other: even where there are boli, then growing to the sides."""
    inner = np.linspace(0.0, flat, round(flat / spacing) + 1)
    outer = [0.0]
    while outer[-1] < HALF_MM - flat:
        outer.append(outer[-1] + spacing * growth ** len(outer))
    scaled = flat + np.array(outer[1:]) * (HALF_MM - flat) / outer[-1]
    half = np.concatenate([inner, scaled])
    return [*(-half[:0:-1]).tolist(), *half.tolist()]


def depths(first: int, second: int, spacing: float, widest: float) -> list:
    """Cells of the two upper layers, then growing ones down to the bottom."""
    upper = [
        np.linspace(0.0, BORDERS_MM[1], first + 1),
        np.linspace(BORDERS_MM[1], BORDERS_MM[2], second + 1)[1:],
    ]
    below = [0.0]
    while below[-1] < BORDERS_MM[3] - BORDERS_MM[2]:
        below.append(below[-1] + min(widest, spacing + 0.3 * below[-1]))
    scaled = np.array(below) * (BORDERS_MM[3] - BORDERS_MM[2]) / below[-1]
    return np.concatenate([*upper, BORDERS_MM[2] + scaled[1:]]).tolist()


def engine(name: str, layers: tuple[Layer, ...], exact: np.ndarray) -> tuple[float, float]:
    """Seconds and error of mesoplan."""
    medium, (x, y) = Medium(layers), points()
    sources, grid = Sources(x, y, np.ones(x.size)), PatchGrid(GRID_MM, GRID_MM)

    def work() -> np.ndarray:
        table = tabulate(medium, [BOLUS], TIMES_H, DEPTH_EDGE_MM, **TABLE[name])
        return superpose(table, sources, grid, threads=1)

    error = error_of(work()[1:, ::2, ::2], exact)
    seconds = median_seconds(work, 15)
    tracemalloc.start()
    work()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    print(
        f"plan, {name} substance: {x.size} points, {GRID_MM.size} x {GRID_MM.size} x "
        f"{DEPTH_MM.size} cells, {TIMES_H.size} times + AUC, kernel included, one core: "
        f"{seconds:.4f} s, error {100 * error:.2f} % of peak (goal 2), {peak / 1e6:.0f} MB"
    )
    return seconds, error


def peer(name: str, layers: tuple[Layer, ...], exact: np.ndarray, level: int) -> tuple[dict, float]:
    """DOLFINx's answer and error with one of its settings."""
    spacing, depth, (levels, repeat, growth, longest), scheme = DOLFINX[name][level]
    x, y = points()
    radius, profile = start_profile()
    probe = np.clip(PROBE_MM, -HALF_MM + 1e-9, HALF_MM - 1e-9)
    job = {
        "axis": lines(spacing),
        "depths": depths(*depth),
        "degree": 2,
        "load_degree": 6,
        "schedule": schedule(
            TIMES_H, levels, repeat, growth, np.minimum(np.diff(TIMES_H), longest)
        ),
        "scheme": scheme,
        "preconditioner": "jacobi",
        "rtol": 1e-3,
        "layers": described(layers),
        "points": np.column_stack([x, y]).tolist(),
        "profile_r": radius.tolist(),
        "profile": profile.tolist(),
        "top": BORDERS_MM[1],
        "bottom": BORDERS_MM[2],
        "out_axis": probe.tolist(),
        "out_depths": DEPTH_MM.tolist(),
    }
    answer = call("dolfinx_plan.py", job)
    return answer, error_of(answer["concentration"].transpose(0, 2, 1, 3), exact)


def main() -> dict[str, float]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without", nargs="*", default=[], help="dolfinx: leave it out")
    arguments, _ = parser.parse_known_args()
    wanted = "dolfinx" not in arguments.without
    ready = wanted and available()
    results: dict[str, float] = {}
    for name, layers in SUBSTANCES.items():
        means, middles = reference(layers)
        seconds, error = engine(name, layers, means)
        results |= {f"plan_{name}_s": seconds, f"plan_{name}_error": error}
        if not ready:
            why = "not available (Debian: python3-dolfinx-real)" if wanted else "left out"
            print(f"DOLFINx in 3-D: {why}")
            continue
        for level in range(len(DOLFINX[name])):
            answer, peer_error = peer(name, layers, middles, level)
            met, ratio = peer_error <= GOAL_ERROR, answer["seconds"] / seconds
            print(
                f"DOLFINx in 3-D, {name} substance: {answer['unknowns']} unknowns, "
                f"{answer['solves']} solves, {answer['iterations']} iterations: "
                f"{answer['seconds']:.1f} s, error {100 * peer_error:.2f} % of peak, "
                f"{answer['peak_mb']:.0f} MB, ratio {ratio:.0f}"
                f"{'' if met else ' (error too large to count)'}"
            )
            if met:
                results[f"dolfinx_plan_{name}_ratio"] = ratio
                break
    return results


if __name__ == "__main__":
    main()
