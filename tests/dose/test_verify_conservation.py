"""What holds for every medium: amount, symmetry, sign, and the exponential itself."""

from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import expm
from verify_helpers import Slab

from mesoplan.dose import Bolus, Layer, Medium
from mesoplan.dose.propagator import DepthProblem

TIMES = np.array([0.0, 1e-4, 0.01, 0.3, 4.0, 100.0])
EPSILON = np.finfo(float).eps


def between(low: float, high: float) -> st.SearchStrategy[float]:
    """Even in the logarithm."""
    return st.floats(np.log(low), np.log(high)).map(lambda x: float(np.exp(x)))


slabs = st.builds(
    Slab,
    height=between(0.05, 6.0),
    D=between(1e-3, 3.0),
    k=st.one_of(st.just(0.0), between(0.01, 20.0)),
    K=between(0.05, 20.0),
)
stacks = st.lists(st.tuples(slabs, st.integers(2, 30)), min_size=1, max_size=4)


@dataclass
class Cells:
    """Cell by cell properties of a stack, each slab in cells of its own."""

    size: np.ndarray
    D: np.ndarray
    k: np.ndarray
    K: np.ndarray

    @classmethod
    def of(cls, stack: list[tuple[Slab, int]]) -> "Cells":
        counts = [n for _, n in stack]
        size = np.repeat([slab.height / n for slab, n in stack], counts)
        rest = (np.repeat([getattr(slab, x) for slab, _ in stack], counts) for x in "DkK")
        return cls(size, *rest)

    def problem(self) -> DepthProblem:
        return DepthProblem(self.size, self.D, self.k, self.K)

    def norm(self) -> float:
        """Bound of the fastest rate of the operator."""
        return float((4 * self.D / self.size**2 + self.k).max())


@settings(max_examples=60, deadline=None)
@given(stacks, st.integers(0, 2**31))
def test_mass_balance(stack: list[tuple[Slab, int]], seed: int) -> None:
    """Truth: what is left and what was removed is what was given, to 1e-12.

    Each rate of the eigenproblem is rounded to epsilon times the fastest; a long time shows it.
    """
    cells = Cells.of(stack)
    start = np.random.default_rng(seed).dirichlet(np.full(cells.size.size, 0.3))
    remaining, removed = cells.problem().whole(start, TIMES)
    gap = np.abs(remaining.sum(axis=1) + removed.sum(axis=1) - 1.0)
    assert np.all(gap <= 1e-12 + 4 * EPSILON * cells.norm() * TIMES), gap
    assert np.all(removed[:, cells.k == 0.0] == 0.0)
    assert np.all(remaining > -1e-11)


@settings(max_examples=12, deadline=None)
@given(stacks, st.floats(0.0, 1.0), between(0.15, 1.0))
def test_mass_balance_of_kernels(stack: list[tuple[Slab, int]], place: float, sigma: float) -> None:
    """Truth: as `test_mass_balance`, through the public door, to 1e-12 where cells are 0.02 mm."""
    layers = [Layer(slab.height, slab.D, slab.k, slab.K) for slab, _ in stack]
    medium = Medium(layers, cell_mm=max(0.02, sum(a.thickness_mm for a in layers) / 200))
    bolus = Bolus.gaussian(place * medium.thickness_mm, sigma)
    kernel = medium.kernel(bolus, [0.0, 1e-3, 0.05], [0.0], tolerance=1e-2)
    np.testing.assert_allclose(kernel.remaining + kernel.cleared, 1.0, rtol=0, atol=1e-12)


@settings(max_examples=60, deadline=None)
@given(stacks, st.integers(0, 2**31), between(0.02, 5.0), between(1e-3, 20.0))
def test_reciprocity_and_sign(
    stack: list[tuple[Slab, int]], seed: int, kappa: float, time: float
) -> None:
    """Truth: G(z1, z2) / K(z1) = G(z2, z1) / K(z2) >= 0 for the concentration G.

    Both are the same number by different sweeps. Errors are seen against the slowest decay
    that the medium allows.
    """
    cells = Cells.of(stack)
    i, j = np.random.default_rng(seed).integers(0, cells.size.size, 2)
    start = np.zeros((cells.size.size, 1))
    wave = np.array([kappa])
    found = []
    for source in (i, j):
        start[:] = 0.0
        start[source] = 1.0
        field = cells.problem().fields(start, wave, np.array([time]))[0, :, 0] / cells.K
        exposure = cells.problem().exposure(start, wave)[:, 0] / cells.K
        found.append((field, exposure))
    (there, auc_there), (back, auc_back) = found
    mass = cells.size * cells.K
    slowest = np.exp(-(cells.k.min() + cells.D.min() * kappa**2) * time)
    assert abs(there[j] - back[i]) <= 1e-9 * slowest / np.sqrt(mass[i] * mass[j])
    assert auc_there[j] == pytest.approx(auc_back[i], rel=1e-9, abs=1e-300)
    assert np.all(there >= -1e-9 * slowest / np.sqrt(mass * mass[i]))
    assert np.all(auc_there >= 0.0)


def test_exponential_of_the_operator() -> None:
    """Truth: scipy's expm of the same volumes, assembled from scratch in u, cell by cell."""
    cells = Cells.of(
        [
            (Slab(0.1, 0.02, 0.0, 0.5), 8),
            (Slab(1.5, 0.9, 3.0, 1.4), 40),
            (Slab(4.0, 0.3, 0.6, 0.2), 30),
        ]
    )
    n = cells.size.size
    start = np.zeros((n, 1))
    start[20:26] = 1 / 6
    times = np.array([0.0, 1e-4, 2e-3, 0.07, 0.9, 8.0, 40.0])
    whole = np.zeros(0)
    for kappa in (0.0, 0.6, 2.0):
        rate = -np.diag(cells.k + cells.D * kappa**2)
        for a in range(n - 1):
            b = a + 1
            resistance = cells.size[a] / (cells.K[a] * cells.D[a])
            resistance += cells.size[b] / (cells.K[b] * cells.D[b])
            for here, other in ((a, b), (b, a)):
                flow = 2 / resistance / (cells.size[here] * cells.K[here])
                rate[here, here] -= flow
                rate[here, other] += flow
        free = start[:, 0] / (cells.size * cells.K)
        exact = np.array([cells.K * (expm(rate * time) @ free) for time in times])
        if kappa == 0.0:
            whole = exact.max(axis=1)
            left = cells.problem().whole(start[:, 0], times)[0] / cells.size
            assert np.all(np.abs(left - exact).max(axis=1) < 1e-9 * whole)
        found = cells.problem().fields(start, np.array([kappa]), times)[:, :, 0]
        assert np.all(np.abs(found - exact).max(axis=1) < 1e-9 * whole), kappa
