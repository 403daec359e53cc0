"""The command line in new processes, cold and warm, and the screening of a plan.

Cold means an empty cache of compiled kernels and of Python byte code. What the installed version
does not offer yet is reported as not available.
"""

import importlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SOURCE = Path(__file__).resolve().parents[1] / "src"


def plan_seconds(case: Path, environment: dict[str, str]) -> float | None:
    with tempfile.TemporaryDirectory() as folder:
        program = "import sys; from mesoplan.cli.app import main; sys.exit(main())"
        command = [sys.executable, "-c", program, "plan", str(case), "--out", folder]
        start = time.perf_counter()
        done = subprocess.run(command, env=environment, capture_output=True, check=False)
        seconds = time.perf_counter() - start
        written = (Path(folder) / "sheet.pdf").exists()
    return seconds if done.returncode in (0, 3) and written else None


def screening_seconds(case: Path) -> float | None:
    try:
        mesoplan = importlib.import_module("mesoplan")
    except ImportError:
        return None
    if not (hasattr(mesoplan, "check") and hasattr(mesoplan, "read_case")):
        return None
    read = mesoplan.read_case(str(case))
    mesoplan.check(read)
    taken = []
    for _ in range(15):
        start = time.perf_counter()
        mesoplan.check(read)
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def main() -> dict[str, float]:
    cases = sorted(EXAMPLES.glob("**/*.toml"))
    if not cases:
        print("mesoplan plan: not available (no examples)")
        return {}
    case, results = cases[0], {}
    with tempfile.TemporaryDirectory() as cache:
        environment = {
            **os.environ,
            "NUMBA_CACHE_DIR": str(Path(cache) / "numba"),
            "PYTHONPYCACHEPREFIX": str(Path(cache) / "python"),
            "PYTHONPATH": os.pathsep.join(
                [str(SOURCE), *filter(None, [os.environ.get("PYTHONPATH")])]
            ),
        }
        cold = plan_seconds(case, environment)
        warm = [plan_seconds(case, environment) for _ in range(3)] if cold is not None else []
    if cold is None or None in warm:
        print(f"mesoplan plan {case.name}: not available")
    else:
        results |= {"plan_cold_s": cold, "plan_warm_s": statistics.median(warm)}
        print(
            f"mesoplan plan {case.name}: cold {cold:.2f} s, "
            f"warm {results['plan_warm_s']:.2f} s (goal 3)"
        )
    screening = screening_seconds(case)
    if screening is None:
        print("screening: not available")
    else:
        results["screening_s"] = screening
        print(f"screening, mesoplan.check: {1e3 * screening:.2f} ms (goal 10)")
    return results


if __name__ == "__main__":
    main()
