"""Two layers with different D, k and K against the Laplace transform, inverted by mpmath."""

import itertools

import mpmath
import numpy as np
import pytest
from scipy.special import j0, j1
from verify_helpers import Slab, coarse, column, in_time, laplace, rates

from mesoplan.dose import Bolus, Layer, Medium
from mesoplan.dose.propagator import DepthProblem

UPPER = {"D": 0.3, "k": 2.0, "K": 0.9}
LOWER = {"D": 1.1, "k": 0.4, "K": 0.25}
KAPPA = (0.0, 0.5, 1.5, 2.5)
STACKS = {
    "source in the upper layer": [
        Slab(0.4, **UPPER),
        Slab(0.4, **UPPER, amount=1.0),
        Slab(0.4, **UPPER),
        Slab(1.6, **LOWER),
    ],
    "source in the lower layer": [
        Slab(1.2, **UPPER),
        Slab(0.4, **LOWER, amount=1.0),
        Slab(1.2, **LOWER),
    ],
}
CELLS = [(0.2 * i, 0.2 * (i + 1)) for i in range(14)]


def richardson(fields: list[np.ndarray]) -> np.ndarray:
    """The last three fields without their terms in dz^2 and dz^4: what is left is no grid's."""
    once = [(4 * b - a) / 3 for a, b in itertools.pairwise(fields[-3:])]
    return (16 * once[1] - once[0]) / 15


@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
@pytest.mark.parametrize("time", [0.1, 1.0, 5.0])
def test_modes_in_time(stack: list[Slab], time: float) -> None:
    """Truth: closed form in z and s (see `verify_helpers.laplace`), inverted by Talbot's rule."""
    transform = laplace(stack, CELLS)
    exact = np.array([in_time(transform, kappa, time) for kappa in KAPPA])
    peak = exact.max(axis=1, keepdims=True)
    fields = []
    for cell in (0.1, 0.05, 0.025, 0.0125):
        c = column(stack, cell)
        problem = DepthProblem(c["size"], c["D"], c["k"], c["K"])
        start = np.repeat(c["amount"][:, None], len(KAPPA), axis=1)
        found = problem.fields(start, np.array(KAPPA), np.array([0.4 * time, time]))[1]
        fields.append(coarse(found, len(CELLS), axis=0).T)
    for i in range(len(KAPPA)):
        observed = rates([np.abs(field - exact)[i].max() for field in fields])
        assert np.all((observed[1:] > 1.8) & (observed[1:] < 2.2)), (KAPPA[i], observed)
    assert (np.abs(fields[-1] - exact) / peak).max() < 4e-4
    assert (np.abs(richardson(fields) - exact) / peak).max() < 1e-7


@pytest.mark.parametrize("stack", STACKS.values(), ids=STACKS)
def test_exposure_of_modes(stack: list[Slab]) -> None:
    """Truth: the transform at s = 0 is the exposure, closed form without any inversion."""
    transform = laplace(stack, CELLS)
    exact = np.array([[float(v) for v in transform(mpmath.mpf(0), kappa)] for kappa in KAPPA])
    peak = exact.max(axis=1, keepdims=True)
    fields = []
    for cell in (0.1, 0.05, 0.025, 0.0125):
        c = column(stack, cell)
        problem = DepthProblem(c["size"], c["D"], c["k"], c["K"])
        start = np.repeat(c["amount"][:, None], len(KAPPA), axis=1)
        found = problem.exposure(start, np.array(KAPPA))
        fields.append(coarse(found, len(CELLS), axis=0).T)
    for i in range(len(KAPPA)):
        observed = rates([np.abs(field - exact)[i].max() for field in fields])
        assert np.all((observed > 1.8) & (observed < 2.2)), (KAPPA[i], observed)
    assert (np.abs(richardson(fields) - exact) / peak).max() < 4e-8


def test_the_inversion_itself() -> None:
    """Truth: the method of de Hoog, which shares no node with Talbot's."""
    transform = laplace(STACKS["source in the upper layer"], CELLS[2:8:3])
    talbot = in_time(transform, 0.5, 0.2)
    np.testing.assert_allclose(in_time(transform, 0.5, 0.2, "dehoog"), talbot, rtol=1e-10)


DISC = Bolus.injected(0.02, 0.6, 1.2)  # fills the upper 1.2 mm, R = sqrt(20 / 1.2 pi) = 2.30 mm
RADII = np.array([0.0, 1.5, 2.5, 4.0])


def hankel(cells: list[tuple[float, float]], time: float | None) -> np.ndarray:
    """Field of the disc at RADII over the cells at a time, or its exposure for no time."""
    stack = [Slab(1.2, **UPPER, amount=1.0), Slab(6.0, **LOWER)]
    transform = laplace(stack, cells)
    R, sigma = np.sqrt(20.0 / (1.2 * np.pi)), 0.25
    top = 7.0 / np.sqrt(sigma**2 + 2 * 0.3 * (time or 0.0))
    node, weight = np.polynomial.legendre.leggauss(48 if time else 100)
    kappa, weight = top * (node + 1) / 2, top * weight / 2
    lateral = 2 * j1(kappa * R) / (kappa * R) * np.exp(-((kappa * sigma) ** 2) / 2)
    if time is None:
        modes = np.array([[float(v) for v in transform(mpmath.mpf(0), k)] for k in kappa])
    else:
        modes = np.array([in_time(transform, k, time) for k in kappa])
    return (j0(np.outer(RADII, kappa)) * (kappa * weight * lateral / (2 * np.pi))) @ modes


@pytest.mark.parametrize("time", [0.3, None], ids=["in time", "exposure"])
def test_kernel(time: float | None) -> None:
    """Truth: Hankel integral by Gauss-Legendre of the same closed form, at four radii."""
    layers = [Layer(1.2, UPPER["D"], UPPER["k"], UPPER["K"])]
    layers += [Layer(6.0, LOWER["D"], LOWER["k"], LOWER["K"])]
    cells = [(0.0, 0.1), (0.6, 0.7), (1.1, 1.2), (1.2, 1.3), (2.0, 2.1)]
    exact = hankel(cells, time)
    errors = []
    for cell in (0.1, 0.05, 0.025):
        kernel = Medium(layers, cell_mm=cell).kernel(DISC, [time or 1.0], RADII, tolerance=1e-5)
        field = kernel.auc if time is None else kernel.concentration[0]
        field = coarse(field, 72)[:, [0, 6, 11, 12, 20]]
        errors.append(np.abs(field - exact).max() / exact.max())
    observed = rates(errors)
    assert np.all((observed > 1.8) & (observed < 2.2)), (errors, observed)
    assert errors[-1] < 6e-4


@pytest.mark.parametrize("time", [0.3, None], ids=["in time", "exposure"])
def test_kernel_as_it_comes(time: float | None) -> None:
    """Truth: as `test_kernel`; the default cells and tolerance promise 0.5 % of the peak."""
    layers = [Layer(1.2, UPPER["D"], UPPER["k"], UPPER["K"])]
    layers += [Layer(6.0, LOWER["D"], LOWER["k"], LOWER["K"])]
    kernel = Medium(layers).kernel(DISC, [time or 1.0], RADII)
    border = int(np.searchsorted(kernel.layer_index, 1))
    middle, deep = np.searchsorted(kernel.edge_mm, [0.6, 2.0]) - 1
    at = np.array([0, middle, border - 1, border, deep])
    edge = [float(v) for v in kernel.edge_mm]
    exact = hankel([(edge[i], edge[i + 1]) for i in at], time)
    field = kernel.auc if time is None else kernel.concentration[0]
    assert np.abs(field[:, at] - exact).max() / exact.max() < 5e-3
