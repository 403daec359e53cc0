"""The 16-point plan by DOLFINx in three dimensions: C at the output times. JSON in, JSON out."""

import json
import resource
import sys
import time

import basix
import numpy as np
import ufl
from dolfinx import fem, mesh
from dolfinx_common import JIT, Discrete, iterative, march, packed


def start_density(discrete: Discrete, job: dict, degree: int) -> fem.Function:
    """The boli at the quadrature points: radial profile along the skin, even over the depth."""
    made = discrete.mesh
    points, _ = basix.make_quadrature(basix.CellType.hexahedron, degree)
    element = ufl.FiniteElement("Quadrature", made.ufl_cell(), degree, quad_scheme="default")
    out = fem.Function(fem.FunctionSpace(made, element))
    number = made.topology.index_map(3).size_local
    cells = np.arange(number, dtype=np.int32)
    places = fem.Expression(discrete.coordinate, points, jit_params=JIT).eval(cells)
    x, y, _ = places.reshape(number, -1, 3).transpose(2, 0, 1)
    density = np.zeros(x.shape)
    for px, py in job["points"]:
        density += np.interp(np.hypot(x - px, y - py), job["profile_r"], job["profile"])
    depth = mesh.compute_midpoints(made, 3, cells)[:, 2]
    inside = (depth > job["top"]) & (depth < job["bottom"])
    out.x.array[:] = (density * inside[:, None]).ravel()
    return out


def main() -> None:
    job = json.load(sys.stdin)
    job_mesh = [job["axis"], job["axis"], job["depths"]]
    tiny = [np.linspace(0, 20, 3).tolist()] * 2 + [[0.0, job["top"], job["bottom"], 12.0]]
    for axes in (tiny, job_mesh):  # the first only compiles the forms
        start = time.perf_counter()
        discrete = Discrete(axes, job["degree"], job["layers"])
        load = discrete.load(start_density(discrete, job, job["load_degree"]), job["load_degree"])
        load.scale(len(job["points"]))
        ready = time.perf_counter() - start
        states, spent = march(
            discrete,
            load,
            job["schedule"] if axes is job_mesh else job["schedule"][:1],
            job["scheme"],
            lambda matrix: iterative(matrix, job["preconditioner"], job["rtol"]),
        )
        seconds = time.perf_counter() - start
    grid = np.array(np.meshgrid(job["out_axis"], job["out_axis"], job["out_depths"], indexing="ij"))
    values = discrete.values(grid.reshape(3, -1).T, states)
    answer = {
        "seconds": seconds,
        "assembly_seconds": ready,
        "unknowns": discrete.space.dofmap.index_map.size_global,
        "matrices": spent[0],
        "solves": spent[1],
        "iterations": spent[2],
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "concentration": packed(values.reshape(len(states), *grid.shape[1:])),
    }
    print(json.dumps(answer))


if __name__ == "__main__":
    main()
