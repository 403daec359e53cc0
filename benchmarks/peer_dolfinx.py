"""DOLFINx as a subprocess of the system's Python: the call, and the kernel's attempts with it.

Start of the process and compilation of the forms are not counted.
"""

import base64
import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from element_settings import PROBE_EDGE_MM, PROBE_RADII_MM, settings
from skin import (
    BOLUS,
    SKIN,
    Attempt,
    at_radii,
    error_of,
    graded_depths,
    graded_radii,
    reference,
)

from mesoplan.dose import Layer

HERE = Path(__file__).resolve().parent
PYTHON = "/usr/bin/python3"
REPEATS = 5


def available() -> bool:
    """Whether the system's Python can load DOLFINx."""
    if not Path(PYTHON).exists():
        return False
    done = subprocess.run([PYTHON, "-c", "import dolfinx"], capture_output=True, check=False)
    return done.returncode == 0


def call(script: str, job: dict) -> dict:
    """Send the job as JSON on one core; arrays come back packed."""
    # The paths of this Python's packages must not reach the other one.
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [PYTHON, script],
        cwd=HERE,
        input=json.dumps(job),
        capture_output=True,
        text=True,
        env={**clean, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        check=False,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{script} failed: {done.stderr.strip().splitlines()[-1:]}")
    answer = json.loads(done.stdout.splitlines()[-1])
    for key, value in answer.items():
        if isinstance(value, dict):
            data = np.frombuffer(base64.b64decode(value["data"]))
            answer[key] = data.reshape(value["shape"])
    return answer


def described(layers: tuple[Layer, ...]) -> list[dict[str, float]]:
    return [
        {
            "thickness": layer.thickness_mm,
            "diffusivity": layer.diffusivity_mm2_h,
            "clearance": layer.clearance_per_h,
            "capacity": layer.capacity,
        }
        for layer in layers
    ]


def attempts() -> Iterator[Attempt]:
    depths = 0.5 * (PROBE_EDGE_MM[1:] + PROBE_EDGE_MM[:-1])
    exact, exact_auc = reference(PROBE_EDGE_MM, at_radii(PROBE_RADII_MM), middles=True)
    r, z = np.meshgrid(PROBE_RADII_MM, depths, indexing="ij")
    for chosen in settings():
        job = {
            "degree": chosen.degree,
            "load_degree": 10,
            "layers": described(SKIN),
            "sigma": BOLUS.sigma_mm,
            "depth": BOLUS.depth_mm,
            "axes": [
                graded_radii(*chosen.radial).tolist(),
                graded_depths(*chosen.depth).tolist(),
            ],
            "auc_axes": [
                graded_radii(*chosen.auc_radial).tolist(),
                graded_depths(*chosen.auc_depth).tolist(),
            ],
            "schedule": chosen.schedule,
            "scheme": chosen.scheme,
            "package": "umfpack",
            "repeats": REPEATS,
            "points": np.column_stack([r.ravel(), z.ravel()]).tolist(),
        }
        answer = call("dolfinx_kernel.py", job)
        yield Attempt(
            f"{chosen.text}, {answer['unknowns'][0]} unknowns, {answer['solves']} solves",
            answer["seconds"],
            error_of(answer["concentration"].reshape(exact.shape), exact),
            error_of(answer["auc"].reshape(exact_auc.shape), exact_auc),
        )
