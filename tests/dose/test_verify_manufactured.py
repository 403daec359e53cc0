"""A manufactured solution in a medium whose D, k and K all change smoothly with depth.

u = J0(kappa r) cos(pi z / H) e^(-a t) solves K du/dt = div(K D grad u) - K k u + s with

    s = J0(kappa r) e^(-a t) [K (k + D kappa^2 - a) c - (K D c')'],   c = cos(pi z / H).

The discrete problem is linear, so the source is met exactly: (A - a) y = s is a steady
problem with the loss k - a, and the rest of the start decays freely. Only dz is left.
"""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.integrate import quad
from verify_helpers import rates

from mesoplan.dose.propagator import DepthProblem

H, A = 3.0, 0.35
WAVE = np.pi / H


def D(z: np.ndarray) -> np.ndarray:
    return 0.6 + 0.4 * np.sin(1.3 * z + 0.4)


def k(z: np.ndarray) -> np.ndarray:
    return 1.2 + 0.7 * np.cos(2.1 * z)


def K(z: np.ndarray) -> np.ndarray:
    return np.exp(-0.8 * z) + 0.2


def even(n: int) -> np.ndarray:
    return np.linspace(0.0, H, n + 1)


def graded(n: int) -> np.ndarray:
    x = np.linspace(0.0, 1.0, n + 1)
    return H * (x + 0.11 * np.sin(2 * np.pi * x))


def over_cells(f: Callable[[np.ndarray], np.ndarray], edge: np.ndarray) -> np.ndarray:
    """Integral over each cell, by Gauss-Legendre of order 12."""
    node, weight = np.polynomial.legendre.leggauss(6)
    half = 0.5 * np.diff(edge)
    return (f(edge[:-1, None] + half[:, None] * (1 + node)) @ weight) * half


def source(edge: np.ndarray, kappa: float) -> np.ndarray:
    """Integral of s over each cell at time 0, without J0."""
    flux = K(edge) * D(edge) * WAVE * np.sin(WAVE * edge)  # -K D c', zero at both ends
    reaction = over_cells(
        lambda z: K(z) * (k(z) + D(z) * kappa**2 - A) * np.cos(WAVE * z),
        edge,
    )
    return reaction + np.diff(flux)


@pytest.mark.parametrize("edges", [even, graded])
@pytest.mark.parametrize("kappa", [0.0, 0.8, 2.5])
def test_order_two(edges: Callable[[int], np.ndarray], kappa: float) -> None:
    """Truth: the chosen u itself."""
    times = np.array([0.05, 0.5, 3.0])
    errors = []
    for n in (40, 80, 160, 320):
        edge = edges(n)
        size, z = np.diff(edge), 0.5 * (edge[1:] + edge[:-1])
        start = over_cells(lambda z: K(z) * np.cos(WAVE * z), edge)
        wave = np.array([kappa])
        driven = DepthProblem(size, D(z), k(z) - A, K(z)).exposure(
            source(edge, kappa)[:, None], wave
        )
        free = DepthProblem(size, D(z), k(z), K(z)).fields(
            start[:, None] - driven * size[:, None], wave, times
        )
        decay = np.exp(-A * times)[:, None]
        found = free[:, :, 0] + driven[:, 0] * decay
        exact = start / size * decay
        errors.append(np.abs(found - exact).max(axis=1) / np.abs(exact).max(axis=1))
    assert np.all(errors[-1] < 2e-5), errors
    for i, time in enumerate(times):
        observed = rates([error[i] for error in errors])
        assert np.all((observed > 1.8) & (observed < 2.2)), (time, observed)


def test_the_source_term_itself() -> None:
    """Truth: the weak form int K D c' v' + K (k + D kappa^2 - a) c v with v = z^2, by quad."""
    kappa = 0.8

    def weak(z: float) -> float:
        slope = -K(z) * D(z) * WAVE * np.sin(WAVE * z) * 2 * z
        return slope + K(z) * (k(z) + D(z) * kappa**2 - A) * np.cos(WAVE * z) * z**2

    edge = even(2000)
    z = 0.5 * (edge[1:] + edge[:-1])
    assert source(edge, kappa) @ z**2 == pytest.approx(quad(weak, 0.0, H)[0], rel=1e-5)
