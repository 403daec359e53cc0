"""One kernel by py-pde: a cylindrical grid and the layered equation as a compiled right-hand side.

Its grids are even, so the thin first layer sets the depth cells everywhere; its expressions take
differences across both sides of a jump, so fluxes between cells are written out here, as its
PDEBase allows. Explicit Euler steps near the limit of stability are its fastest way: adaptive
steps go unstable once the field is small beside their absolute tolerance, and its implicit
solvers iterate without a matrix. Compilation is not counted. It gives no AUC.
"""

from collections.abc import Callable, Iterator

import numba
import numpy as np
import pde
from skin import BORDERS_MM, TIMES_H, Attempt, bolus_means, error_of, over_rings, problem, reference

SETTINGS = ((12.8, 160, 600, 1.0e-4), (13.0, 200, 600, 1.0e-4))


class Skin(pde.PDEBase):
    """du/dt of the free concentration; no flux through any wall."""

    explicit_time_dependence = False

    def evolution_rate(self, state: pde.ScalarField, t: float = 0) -> pde.ScalarField:
        raise NotImplementedError("compiled only")

    def make_evolution_rate(self, state: pde.ScalarField, backend: object) -> Callable:
        (dr, dz), (rings, depths) = state.grid.discretization, state.grid.shape
        cells = problem(np.linspace(0.0, BORDERS_MM[-1], depths + 1))
        D, loss = cells.diffusivity_mm2_h, cells.clearance_per_h
        half = dz / (2 * cells.capacity * D)
        conductance = 1.0 / (half[1:] + half[:-1])
        up, down = np.zeros(depths), np.zeros(depths)
        up[1:] = conductance / (dz * cells.capacity[1:])
        down[:-1] = conductance / (dz * cells.capacity[:-1])
        middle = (np.arange(rings) + 0.5) * dr
        inner = np.arange(rings) / (middle * dr)
        outer = np.arange(1, rings + 1) / (middle * dr)
        outer[-1] = 0.0

        @numba.njit(fastmath=True)
        def rate(u, t=0):
            out = np.empty_like(u)
            for i in range(rings):
                left, right = u[max(i - 1, 0)], u[min(i + 1, rings - 1)]
                for j in range(depths):
                    c = u[i, j]
                    above, below = u[i, max(j - 1, 0)], u[i, min(j + 1, depths - 1)]
                    out[i, j] = (
                        D[j] * (inner[i] * (left[j] - c) + outer[i] * (right[j] - c))
                        + up[j] * (above - c)
                        + down[j] * (below - c)
                        - loss[j] * c
                    )
            return out

        return rate


def attempts() -> Iterator[Attempt]:
    for wall, rings, depths, step in SETTINGS:
        r_edge = np.linspace(0.0, wall, rings + 1)
        edge = np.linspace(0.0, BORDERS_MM[-1], depths + 1)
        K = problem(edge).capacity
        grid = pde.CylindricalSymGrid(wall, (0.0, BORDERS_MM[-1]), (rings, depths))
        start = pde.ScalarField(grid, bolus_means(edge, r_edge).T / K)
        kept, skin = pde.MemoryStorage(), Skin()
        skin.solve(
            start, t_range=TIMES_H[-1], dt=step, solver="euler",
            tracker=[kept.tracker(interrupts=list(TIMES_H))],
        )  # fmt: skip
        seconds = skin.diagnostics["controller"]["profiler"]["solver"]
        found = np.array(kept.data)[-TIMES_H.size :] * K
        yield Attempt(
            f"{rings} x {depths} cells, {round(TIMES_H[-1] / step)} explicit steps, no AUC",
            seconds,
            error_of(found, reference(edge, over_rings(r_edge))[0]),
            None,
        )
