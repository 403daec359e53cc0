"""All benchmarks in one run, each in its own process, and a table against the goals.

`run.py kernel plan` runs two of them; `--without fipy dolfinx` leaves peers out; `--json FILE`
keeps the numbers. What a machine does not have is reported as not available.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = ("kernel", "plan", "growth", "superposition", "face", "recall", "cli")
PEERS = ("fipy", "pypde", "skfem", "dolfinx")
GOALS = {
    "kernel_s": ("one kernel, one core", "s", 0.1, "at most"),
    "kernel_error": ("its error, share of peak", "", 0.005, "at most"),
    "kernel_loosest_s": ("one kernel, at 0.5 % of peak", "s", None, ""),
    "fipy_ratio": ("FiPy's time over the kernel's", "x", 200.0, "at least"),
    "dolfinx_ratio": ("DOLFINx, tuned, over the kernel", "x", 20.0, "at least"),
    "dolfinx_customary_ratio": ("DOLFINx, customary, over the kernel", "x", None, ""),
    "skfem_ratio": ("scikit-fem, tuned, over the kernel", "x", None, ""),
    "skfem_customary_ratio": ("scikit-fem, customary, over it", "x", None, ""),
    "pypde_ratio": ("py-pde, no AUC, over the kernel", "x", None, ""),
    "plan_small_s": ("16-point plan, small substance", "s", None, ""),
    "plan_small_error": ("its error, share of peak", "", 0.02, "at most"),
    "dolfinx_plan_small_ratio": ("DOLFINx in 3-D over it", "x", 1000.0, "at least"),
    "plan_slow_s": ("16-point plan, slow substance", "s", None, ""),
    "plan_slow_error": ("its error, share of peak", "", 0.02, "at most"),
    "dolfinx_plan_slow_ratio": ("DOLFINx in 3-D over it", "x", 1000.0, "at least"),
    "superposition_float32_s": ("superposition, single", "s", 0.05, "at most"),
    "superposition_float64_s": ("superposition, double", "s", 0.05, "at most"),
    "superposition_float32_over_memory": ("single, over filling memory", "x", None, ""),
    "superposition_float64_over_memory": ("double, over filling memory", "x", None, ""),
    "one_point_s": ("field of one moved point", "s", 0.02, "at most"),
    "screening_s": ("screening of a plan", "s", 0.01, "at most"),
    "face_points_s": ("points on a new face", "s", 0.3, "at most"),
    "face_points_again_s": ("points on a face known", "s", None, ""),
    "recall_s": ("recall of a lot, 100 000 sessions", "s", 1.0, "at most"),
    "recall_often_s": ("recall of a lot in 2000 of them", "s", 1.0, "at most"),
    "plan_warm_s": ("mesoplan plan, new process, warm", "s", 3.0, "at most"),
}


def run(module: str, arguments: list[str]) -> dict[str, float] | None:
    """The module's numbers; what it prints appears at once; None if it fails."""
    with tempfile.TemporaryDirectory() as folder:
        kept = Path(folder) / "results.json"
        program = (
            f"import json, pathlib, bench_{module} as b; "
            f"pathlib.Path({str(kept)!r}).write_text(json.dumps(b.main()))"
        )
        done = subprocess.run(
            [sys.executable, "-u", "-c", program, *arguments],
            cwd=HERE,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            print(f"{module}: failed\n{done.stderr}")
            return None
        return json.loads(kept.read_text())


def print_table(results: dict[str, float], chosen: list[str]) -> None:
    print(f"\n{'work':<36}{'measured':>13}{'goal':>20}")
    for key, (title, unit, goal, sense) in GOALS.items():
        wanted = "" if goal is None else f"{sense} {goal:g} {unit}".strip()
        if key not in results:
            if chosen == list(MODULES):
                print(f"{title:<36}{'not available':>13}{wanted:>20}")
            continue
        verdict = ""
        if goal is not None:
            met = results[key] <= goal if sense == "at most" else results[key] >= goal
            verdict = "met" if met else "MISSED"
        print(f"{title:<36}{results[key]:>13.4g}{wanted:>20}  {verdict}".rstrip())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="module", help=", ".join(MODULES))
    parser.add_argument("--without", nargs="+", default=[], choices=PEERS, metavar="peer",
                        help=f"leave peers out: {', '.join(PEERS)}")  # fmt: skip
    parser.add_argument("--json", type=Path, help="write all numbers to this file")
    arguments = parser.parse_args()
    unknown = set(arguments.modules) - set(MODULES)
    if unknown:
        parser.error(f"no such module: {', '.join(sorted(unknown))}; choose {', '.join(MODULES)}")
    chosen = [m for m in MODULES if m in arguments.modules] or list(MODULES)
    passed = ["--without", *arguments.without] if arguments.without else []
    results: dict[str, float] = {}
    failed = False
    for module in chosen:
        print(f"== {module}", flush=True)
        found = run(module, passed)
        failed |= found is None
        results |= found or {}
    print_table(results, chosen)
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
