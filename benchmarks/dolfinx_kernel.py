"""One kernel by DOLFINx: C at 24 times and the AUC, axisymmetric. JSON in, JSON out."""

import json
import sys
import time

import numpy as np
import ufl
from dolfinx_common import Discrete, direct, march, packed


def gaussian(discrete: Discrete, sigma: float, depth: float):
    r, z = discrete.coordinate[0], discrete.coordinate[1]
    below, above = (ufl.exp(-((z - sign * depth) ** 2) / (2 * sigma**2)) for sign in (1, -1))
    return ufl.exp(-(r**2) / (2 * sigma**2)) * (below + above)


def solve(job: dict) -> tuple:
    def discrete(axes: list) -> tuple:
        made = Discrete(axes, job["degree"], job["layers"])
        density = gaussian(made, job["sigma"], job["depth"])
        return made, made.load(density, job["load_degree"])

    def factor(matrix):
        return direct(matrix, job["package"])

    start = time.perf_counter()
    fine, load = discrete(job["auc_axes"])
    auc = load.duplicate()
    factor(fine.A).solve(load, auc)
    coarse, load = discrete(job["axes"])
    states, spent = march(coarse, load, job["schedule"], job["scheme"], factor)
    return time.perf_counter() - start, fine, auc, coarse, states, spent


def main() -> None:
    job = json.load(sys.stdin)
    solve(job)
    runs = [solve(job) for _ in range(job["repeats"])]
    _, fine, auc, coarse, states, spent = runs[-1]
    points = np.array(job["points"])
    answer = {
        "seconds": float(np.median([run[0] for run in runs])),
        "unknowns": [system.space.dofmap.index_map.size_global for system in (coarse, fine)],
        "solves": spent[1],
        "concentration": packed(coarse.values(points, states)),
        "auc": packed(fine.values(points, [auc])),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
