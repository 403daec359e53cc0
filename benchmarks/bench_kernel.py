"""One kernel on one core, and the same axisymmetric problem by FiPy, py-pde, scikit-fem, DOLFINx.

Everyone is held against one reference and must stay within 0.5 % of the peak at every time, and
of the peak of the AUC; the cheapest setting of a peer that does so counts. The engine chooses its
own cells and modes; the peers' were tuned by hand. For the ratios it too is taken to the limit of
the error, with the loosest tolerance that keeps it. Times exclude starting, importing and
compiling, and for the peers also evaluating the result at the places asked for. The engine is
timed anew beside each peer, because other work on the machine moves both.
"""

import argparse
import importlib
import statistics
from collections.abc import Callable
from functools import partial

from element_settings import PROBE_RADII_MM
from skin import (
    BOLUS,
    GOAL_ERROR,
    SKIN,
    TIMES_H,
    at_radii,
    error_of,
    median_seconds,
    reference,
)

from mesoplan.dose import Kernel, Medium

PEERS = {
    "fipy": ("FiPy", "peer_fipy", "fipy"),
    "pypde": ("py-pde", "peer_pypde", "pde"),
    "skfem": ("scikit-fem", "peer_skfem", "skfem"),
    "dolfinx": ("DOLFINx", "peer_dolfinx", None),
}


TOLERANCES = (5e-2, 4e-2, 3e-2, 2e-2, 1.5e-2, 1.2e-2, 1e-2, 7e-3)


def checked(medium: Medium, **tolerance: float) -> tuple[Kernel, float, float]:
    """The kernel, the error of C at its worst time, and that of the AUC."""
    kernel = medium.kernel(BOLUS, TIMES_H, PROBE_RADII_MM, **tolerance)
    exact, exact_auc = reference(kernel.edge_mm, at_radii(PROBE_RADII_MM))
    return kernel, error_of(kernel.concentration, exact), error_of(kernel.auc, exact_auc)


def peer_results(key: str, engine: Callable[[], float]) -> dict[str, float]:
    """The ratio of the first setting that meets the error, and of a customary one."""
    title, module, needs = PEERS[key]
    if needs is not None:
        try:
            importlib.import_module(needs)
        except ImportError:
            print(f"{title}: not available")
            return {}
    peer = importlib.import_module(module)
    if needs is None and not peer.available():
        print(f"{title}: not available (Debian: python3-dolfinx-real)")
        return {}
    results: dict[str, float] = {}
    for attempt in peer.attempts():
        beside = engine()
        ratio = attempt.seconds / beside
        auc = "" if attempt.auc_error is None else f", AUC {100 * attempt.auc_error:.2f} %"
        print(
            f"{title}: {attempt.text}: {attempt.seconds:.3f} s, error "
            f"{100 * attempt.error:.2f} % of peak{auc}; kernel beside it {beside:.4f} s, "
            f"ratio {ratio:.1f}{'' if attempt.counts else ' (error too large to count)'}"
        )
        if not attempt.counts:
            continue
        if attempt.text.startswith("customary"):
            results[f"{key}_customary_ratio"] = ratio
            continue
        results[f"{key}_ratio"] = ratio
        break
    return results


def main() -> dict[str, float]:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without", nargs="*", default=[], choices=PEERS, help="leave peers out")
    arguments, _ = parser.parse_known_args()
    medium = Medium(SKIN)

    def engine(**tolerance: float) -> float:
        work = partial(medium.kernel, BOLUS, TIMES_H, PROBE_RADII_MM, **tolerance)
        return median_seconds(work, 25)

    kernel, error, auc_error = checked(medium)
    seconds = statistics.median(engine() for _ in range(3))
    print(
        f"kernel: {len(SKIN)} layers, {kernel.depth_mm.size} depths, {kernel.modes} radial modes, "
        f"{TIMES_H.size} times + AUC, {PROBE_RADII_MM.size} radii, one core: {seconds:.4f} s "
        f"(goal 0.1), error {100 * error:.3f} % of peak, AUC {100 * auc_error:.3f} % (goal 0.5)"
    )
    results = {"kernel_s": seconds, "kernel_error": max(error, auc_error)}
    loosest: dict[str, float] = {}
    for tolerance in TOLERANCES:
        kernel, error, auc_error = checked(medium, tolerance=tolerance)
        if max(error, auc_error) <= GOAL_ERROR:
            loosest = {"tolerance": tolerance}
            break
    results["kernel_loosest_s"] = engine(**loosest)
    print(
        f"kernel at the limit of the error, {loosest or 'as by default'}: {kernel.depth_mm.size} "
        f"depths, {kernel.modes} radial modes: {results['kernel_loosest_s']:.4f} s, error "
        f"{100 * error:.3f} %, AUC {100 * auc_error:.3f} %"
    )
    for key in PEERS:
        if key not in arguments.without:
            results |= peer_results(key, partial(engine, **loosest))
    return results


if __name__ == "__main__":
    main()
