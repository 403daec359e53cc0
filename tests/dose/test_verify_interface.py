"""One border with a jump of D and K: the erf solution, and the flux into a slab that clears."""

import numpy as np
import pytest
from scipy.special import erfc
from verify_helpers import Slab, coarse, column, rates

from mesoplan.dose.propagator import DepthProblem

UPPER = {"D": 0.25, "k": 0.8, "K": 0.8}
LOWER = {"D": 1.0, "k": 0.8, "K": 0.2}
EFFUSIVITY = tuple(side["K"] * np.sqrt(side["D"]) for side in (UPPER, LOWER))
TIMES = np.array([0.1, 0.3, 0.8])


def ierfc(x: np.ndarray) -> np.ndarray:
    """Integral of erfc from x to infinity."""
    return np.exp(-(x**2)) / np.sqrt(np.pi) - x * erfc(x)


def erf_solution(border: float, edge: np.ndarray, time: float) -> np.ndarray:
    """Cell means of C; at time 0 C = 1 above the border and 0 below (both sides unbounded)."""
    e1, e2 = EFFUSIVITY
    spread1, spread2 = (2 * np.sqrt(side["D"] * time) for side in (UPPER, LOWER))
    x1, x2 = (border - edge[edge <= border]) / spread1, (edge[edge >= border] - border) / spread2
    above = 1 - e2 / (e1 + e2) * np.diff(ierfc(x1)) / -np.diff(x1)
    below = LOWER["K"] / UPPER["K"] * e1 / (e1 + e2) * -np.diff(ierfc(x2)) / np.diff(x2)
    return np.concatenate([above, below]) * np.exp(-UPPER["k"] * time)


def test_erf_solution_across_a_jump() -> None:
    """Truth: Carslaw & Jaeger 2.16, two half-spaces of unlike effusivity K sqrt(D)."""
    stack = [Slab(5.0, **UPPER, amount=5.0), Slab(10.0, **LOWER)]
    edge = np.linspace(0.0, 15.0, 301)
    exact = np.array([erf_solution(5.0, edge, time) for time in TIMES])
    by_modes, by_vectors = [], []
    for cell in (0.05, 0.025, 0.0125):
        c = column(stack, cell)
        problem = DepthProblem(c["size"], c["D"], c["k"], c["K"])
        field = problem.fields(c["amount"][:, None], np.zeros(1), TIMES)[:, :, 0]
        by_modes.append(coarse(field, 300))
        by_vectors.append(coarse(problem.whole(c["amount"], TIMES)[0] / cell, 300))
    for fields in (by_modes, by_vectors):
        errors = np.array([np.abs(field - exact).max(axis=1) for field in fields])
        assert errors[-1].max() < 2e-4
        for i, time in enumerate(TIMES):
            observed = rates(list(errors[:, i]))
            assert np.all((observed > 1.8) & (observed < 2.2)), (time, observed)
    # C jumps by the ratio of the capacities, u does not
    top, bottom = by_modes[-1][:, 99], by_modes[-1][:, 100]
    slope_top = by_modes[-1][:, 99] - by_modes[-1][:, 98]
    slope_bottom = by_modes[-1][:, 101] - by_modes[-1][:, 100]
    ratio = (bottom - slope_bottom / 2) / (top + slope_top / 2)
    np.testing.assert_allclose(ratio, LOWER["K"] / UPPER["K"], rtol=2e-3)


def test_amount_that_crosses_the_border() -> None:
    """Truth: 2 e1 e2 / (e1 + e2) sqrt(t / pi) per unit u, the time integral of the erf flux."""
    stack = [Slab(5.0, **{**UPPER, "k": 0.0}, amount=5.0), Slab(10.0, **{**LOWER, "k": 0.0})]
    e1, e2 = EFFUSIVITY
    exact = 2 * e1 * e2 / (e1 + e2) * np.sqrt(TIMES / np.pi) / UPPER["K"]
    errors = []
    for cell in (0.05, 0.025, 0.0125):
        c = column(stack, cell)
        remaining, _ = DepthProblem(c["size"], c["D"], c["k"], c["K"]).whole(c["amount"], TIMES)
        crossed = remaining[:, round(5.0 / cell) :].sum(axis=1)
        errors.append(np.abs(crossed / exact - 1).max())
    assert errors[-1] < 4e-4
    assert np.all((rates(errors) > 1.8) & (rates(errors) < 2.2)), errors


@pytest.mark.parametrize("kappa", [0.0, 1.2])
@pytest.mark.parametrize("height", [0.3, 1.0, 4.0])
def test_steady_flux_into_a_slab_with_a_closed_bottom(height: float, kappa: float) -> None:
    """Truth: flux per C at its top sqrt(k D) tanh(h sqrt(k / D)); k + D kappa^2 for a mode.

    The exposure of any source above is a steady state; what enters the slab is what it loses.
    """
    D, k = 0.4, 1.7
    stack = [Slab(0.4, 1.0, 0.5, 0.9, amount=1.0), Slab(height, D, k, 0.3)]
    loss = k + D * kappa**2
    exact = np.sqrt(loss * D) * np.tanh(height * np.sqrt(loss / D))
    errors = []
    for cell in (0.1, 0.05, 0.025, 0.0125):
        c = column(stack, cell)
        problem = DepthProblem(c["size"], c["D"], c["k"], c["K"])
        first = round(0.4 / cell)
        slab = problem.exposure(c["amount"][:, None], np.array([kappa]))[first:, 0]
        flux = loss * cell * slab.sum()
        top = slab[0] + flux * cell / 2 / D  # from the centre of the first cell to its face
        errors.append(abs(flux / top / exact - 1))
    assert errors[-1] < 3e-4
    observed = rates(errors)
    assert np.all((observed > 1.8) & (observed < 2.2)), observed
