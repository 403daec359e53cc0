"""One kernel by scikit-fem: biquadratic elements, sparse direct solver, steps of fourth order.

The settings were tuned by hand against the known answer: the cheapest found that reach the error.
The AUC is one steady problem on a finer mesh.
"""

import time
from collections.abc import Iterator

import numpy as np
import scipy.sparse as sparse
import skfem
from element_settings import PROBE_EDGE_MM, PROBE_RADII_MM, Settings, settings
from scipy.sparse.linalg import SuperLU, splu
from skfem.helpers import dot, grad
from skin import (
    BOLUS,
    SKIN,
    Attempt,
    at_radii,
    error_of,
    graded_depths,
    graded_radii,
    layer_index,
    reference,
)
from steps import TABLEAUS

REPEATS = 5


@skfem.BilinearForm
def mass(u, v, w):
    return w.K * u * v * w.x[0]


@skfem.BilinearForm
def rest(u, v, w):
    return (w.KD * dot(grad(u), grad(v)) + w.loss * u * v) * w.x[0]


@skfem.LinearForm
def bolus(v, w):
    (r, z), s = w.x, BOLUS.sigma_mm
    depth = sum(np.exp(-((z - c) ** 2) / (2 * s**2)) for c in (BOLUS.depth_mm, -BOLUS.depth_mm))
    return v * r * np.exp(-(r**2) / (2 * s**2)) * depth


class Discrete:
    def __init__(self, r_edge: np.ndarray, edge: np.ndarray, degree: int) -> None:
        mesh = skfem.MeshQuad.init_tensor(r_edge, edge)
        element = skfem.ElementQuad2() if degree == 2 else skfem.ElementQuad1()
        self.basis = skfem.Basis(mesh, element, intorder=2 * degree + 1)
        index = layer_index(mesh.p[1][mesh.t].mean(axis=0))
        K, D, k = (
            np.array([getattr(layer, name) for layer in SKIN])[index][:, None]
            for name in ("capacity", "diffusivity_mm2_h", "clearance_per_h")
        )
        everywhere = np.ones((1, self.basis.X.shape[-1]))
        self.M = mass.assemble(self.basis, K=K * everywhere).tocsc()
        self.A = rest.assemble(self.basis, KD=K * D * everywhere, loss=K * k * everywhere).tocsc()
        load = bolus.assemble(skfem.Basis(mesh, element, intorder=10))
        self.load = load / (2 * np.pi * load.sum())

    def values(self, states: np.ndarray, radii: np.ndarray, depths: np.ndarray) -> np.ndarray:
        r, z = np.meshgrid(radii, depths, indexing="ij")
        at = self.basis.probes(np.array([r.ravel(), z.ravel()]))
        K = np.array([layer.capacity for layer in SKIN])[layer_index(depths)]
        return (at @ states.T).T.reshape(-1, radii.size, depths.size) * K


def factor(matrix: sparse.csc_matrix) -> SuperLU:
    return splu(
        matrix,
        permc_spec="MMD_AT_PLUS_A",
        diag_pivot_thresh=0.0,
        options={"SymmetricMode": True},
    )


def march(d: Discrete, chosen: Settings) -> np.ndarray:
    tableau = TABLEAUS[chosen.scheme]
    u, kept, last, solver = factor(d.M).solve(d.load), [], 0.0, None
    for step, count, keep in chosen.schedule:
        if abs(step - last) > 1e-12 * step:
            solver, last = factor((d.M + tableau[0][0] * step * d.A).tocsc()), step
        for _ in range(count):
            rates: list[np.ndarray] = []
            for row in tableau:
                stage = u + step * sum(a * rate for a, rate in zip(row, rates, strict=False))
                rates.append(solver.solve(-(d.A @ stage)))
            u = u + step * sum(a * rate for a, rate in zip(tableau[-1], rates, strict=False))
        if keep:
            kept.append(u)
    return np.array(kept)


def solve(chosen: Settings) -> tuple[Discrete, np.ndarray, Discrete, np.ndarray]:
    fine = Discrete(
        graded_radii(*chosen.auc_radial), graded_depths(*chosen.auc_depth), chosen.degree
    )
    auc = factor(fine.A).solve(fine.load)
    d = Discrete(graded_radii(*chosen.radial), graded_depths(*chosen.depth), chosen.degree)
    return fine, auc, d, march(d, chosen)


def attempts() -> Iterator[Attempt]:
    depths = 0.5 * (PROBE_EDGE_MM[1:] + PROBE_EDGE_MM[:-1])
    exact, exact_auc = reference(PROBE_EDGE_MM, at_radii(PROBE_RADII_MM), middles=True)
    for chosen in settings():
        solve(chosen)
        taken = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            fine, auc, d, states = solve(chosen)
            taken.append(time.perf_counter() - start)
        yield Attempt(
            f"{chosen.text}, {d.M.shape[0]} unknowns",
            float(np.median(taken)),
            error_of(d.values(states, PROBE_RADII_MM, depths), exact),
            error_of(fine.values(auc[None], PROBE_RADII_MM, depths), exact_auc[None]),
        )
