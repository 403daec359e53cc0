"""All benchmarks in one run, each in its own process, and a table against the goals."""

import json
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODULES = ("bench_kernel", "bench_superposition", "bench_cli")
GOALS = {
    "kernel_s": ("one kernel, one core", "s", 0.1, "at most"),
    "kernel_error": ("its error, share of peak", "", 0.005, "at most"),
    "fipy_ratio": ("FiPy's time over the kernel's", "x", 200.0, "at least"),
    "superposition_float32_s": ("superposition, single", "s", 0.05, "at most"),
    "superposition_float64_s": ("superposition, double", "s", 0.05, "at most"),
    "screening_s": ("screening of a plan", "s", 0.01, "at most"),
    "plan_warm_s": ("mesoplan plan, new process, warm", "s", 3.0, "at most"),
}


def main() -> None:
    results: dict[str, float] = {}
    for module in MODULES:
        program = f"import json, {module}; print(json.dumps({module}.main()))"
        done = subprocess.run(
            [sys.executable, "-c", program, *sys.argv[1:]],
            cwd=HERE,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            print(f"{module}: failed\n{done.stderr}")
            continue
        *lines, last = done.stdout.splitlines()
        print("\n".join(lines))
        results |= json.loads(last)
    print(f"\n{'work':<36}{'measured':>12}{'goal':>20}")
    for key, (title, unit, goal, sense) in GOALS.items():
        wanted = f"{sense} {goal:g} {unit}".strip()
        if key not in results:
            print(f"{title:<36}{'not available':>12}{wanted:>19}")
            continue
        met = results[key] <= goal if sense == "at most" else results[key] >= goal
        verdict = "met" if met else "MISSED"
        print(f"{title:<36}{results[key]:>12.4g}{wanted:>20}  {verdict}")


if __name__ == "__main__":
    main()
