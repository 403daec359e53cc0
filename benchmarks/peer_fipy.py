"""One kernel by FiPy: cylindrical cells graded in both directions, damped Crank-Nicolson steps.

Steps grow from the bolus on; the first ones, and some where the step jumps, are cut into four
implicit Euler steps, because Crank-Nicolson rings in the finest cells (Rannacher). FiPy's direct
solver is the fastest of its solvers here. The AUC is one steady problem on a finer mesh.
"""

import time
import warnings
from collections.abc import Iterator

import fipy
import numpy as np
from skin import (
    TIMES_H,
    Attempt,
    bolus_means,
    error_of,
    graded_depths,
    graded_radii,
    over_rings,
    problem,
    reference,
)

AUC_MESHES = (((0.02, 2.0), (0.02, 0.03, 0.12)), ((0.012, 2.0), (0.012, 0.02, 0.1)))
MESHES = (((0.1, 0.3), (0.05, 0.02, 0.08)), ((0.08, 0.3), (0.05, 0.02, 0.08)))


class Discrete:
    def __init__(self, r_edge: np.ndarray, edge: np.ndarray) -> None:
        self.mesh = fipy.CylindricalGrid2D(dr=np.diff(r_edge), dz=np.diff(edge))
        self.shape = (edge.size - 1, r_edge.size - 1)  # the radius runs first
        cells = problem(edge)
        self.K = self.over(cells.capacity)
        self.loss = self.over(cells.capacity * cells.clearance_per_h)
        self.KD = self.over(cells.capacity * cells.diffusivity_mm2_h).harmonicFaceValue
        self.start = bolus_means(edge, r_edge).ravel()

    def over(self, values: np.ndarray) -> fipy.CellVariable:
        return fipy.CellVariable(mesh=self.mesh, value=np.repeat(values, self.shape[1]))

    def total(self, u: fipy.CellVariable) -> np.ndarray:
        return (u.value * self.K.value).reshape(self.shape).T


def exposure(r_edge: np.ndarray, edge: np.ndarray) -> np.ndarray:
    d = Discrete(r_edge, edge)
    u = fipy.CellVariable(mesh=d.mesh, value=0.0)
    source = fipy.CellVariable(mesh=d.mesh, value=d.start)
    steady = fipy.DiffusionTerm(coeff=d.KD) - fipy.ImplicitSourceTerm(coeff=d.loss) + source == 0
    steady.solve(var=u, solver=fipy.LinearLUSolver())
    return d.total(u)


def steps_in(interval: int) -> int:
    if interval == 0:
        return 20
    return 8 if interval < 2 else 5 if interval < 6 else 4


def concentration(r_edge: np.ndarray, edge: np.ndarray) -> tuple[np.ndarray, int]:
    d = Discrete(r_edge, edge)
    u = fipy.CellVariable(mesh=d.mesh, value=d.start / d.K.value, hasOld=True)
    half = 0.5 * d.loss
    crank = fipy.TransientTerm(coeff=d.K) == (
        fipy.DiffusionTerm(coeff=0.5 * d.KD)
        + fipy.ExplicitDiffusionTerm(coeff=0.5 * d.KD)
        - fipy.ImplicitSourceTerm(coeff=half)
        - half * u.old
    )
    euler = fipy.TransientTerm(coeff=d.K) == (
        fipy.DiffusionTerm(coeff=d.KD) - fipy.ImplicitSourceTerm(coeff=d.loss)
    )
    solver, out, now, solves = fipy.LinearLUSolver(), [], 0.0, 0
    for i, due in enumerate(TIMES_H):
        share = np.linspace(0, 1, steps_in(i) + 1) ** (2.3 if i == 0 else 1.0)
        for j, step in enumerate(np.diff(share) * (due - now)):
            damped = j < 4 if i == 0 else j == 0 and i % 6 == 1
            for _ in range(4 if damped else 1):
                u.updateOld()
                (euler if damped else crank).solve(
                    var=u, dt=float(step) / (4 if damped else 1), solver=solver
                )
                solves += 1
        now = due
        out.append(d.total(u))
    return np.array(out), solves


def attempts() -> Iterator[Attempt]:
    warnings.simplefilter("ignore")
    for (radial, depth), (auc_radial, auc_depth) in zip(MESHES, AUC_MESHES, strict=True):
        start = time.perf_counter()
        auc_r, auc_edge = graded_radii(*auc_radial), graded_depths(*auc_depth)
        auc = exposure(auc_r, auc_edge)
        r_edge, edge = graded_radii(*radial), graded_depths(*depth)
        found, solves = concentration(r_edge, edge)
        seconds = time.perf_counter() - start
        yield Attempt(
            f"{found.shape[1]} x {found.shape[2]} cells, {solves} steps",
            seconds,
            error_of(found, reference(edge, over_rings(r_edge))[0]),
            error_of(auc, reference(auc_edge, over_rings(auc_r))[1]),
        )
