"""Along the skin: how fast the series converges, how far its wall is felt, sign, totals."""

import itertools

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.special import j0
from verify_helpers import Slab, column

from mesoplan.dose import Bolus, Layer, Medium
from mesoplan.dose.propagator import DepthProblem
from mesoplan.dose.radial import cylinder_modes, plane_modes, top_wave_number

D, SIGMA, TIME = 0.5, 0.4, 0.3
SPREAD = np.sqrt(SIGMA**2 + 2 * D * TIME)
COLUMN = column([Slab(1.0, D, 0.8, 0.7), Slab(0.4, D, 0.8, 0.7, 1.0), Slab(4.6, D, 0.8, 0.7)], 0.1)
SKIN = [Layer(0.1, 0.05, 0.0, 0.5), Layer(1.7, 1.0, 1.5, 0.8), Layer(8.2, 0.6, 0.8, 0.4)]


def lateral_error(wall: float, top: float, radii: list[float]) -> tuple[float, np.ndarray]:
    """Error of a series relative to the peak, and its wave numbers.

    In one layer the field is what mode 0 says of depth times a Gaussian along the skin:
    compared so, no error of the depth cells is left.
    """
    r = np.array(radii)
    problem = DepthProblem(COLUMN["size"], COLUMN["D"], COLUMN["k"], COLUMN["K"])
    kappa, weight = cylinder_modes(wall, top)
    soft = np.exp(-((kappa * SIGMA) ** 2) / 2)
    modes = problem.fields(COLUMN["amount"][:, None] * soft, kappa, np.array([TIME]))[0]
    depth = problem.fields(COLUMN["amount"][:, None], np.zeros(1), np.array([TIME]))[0]
    found = modes @ (weight[:, None] * j0(np.outer(kappa, r)))
    exact = depth * np.exp(-(r**2) / (2 * SPREAD**2)) / (2 * np.pi * SPREAD**2)
    return float(np.abs(found - exact).max() / exact.max()), kappa


def test_spectral_in_the_number_of_modes() -> None:
    """Truth: what lies above the last wave number, exp(-(kappa s)^2 / 2), s the spread by then.

    Faster than any power of N: the local power keeps rising, by theory like (kappa s)^2.
    """
    wall, errors, count = 16.0, [], []
    for reach in (3.0, 3.6, 4.2, 4.8, 5.4, 6.0):
        error, kappa = lateral_error(wall * SPREAD, reach / SPREAD, [0.0, 0.3, 1.0, 2.0])
        errors.append(error)
        count.append(kappa.size)
    modes = np.array(count)
    # zeros of J0 lie pi apart: N modes speak for all wave numbers up to N pi / R
    unheard = np.exp(-((modes * np.pi / wall) ** 2) / 2)
    assert np.all((errors < unheard) & (errors > 0.6 * unheard)), errors / unheard
    power = -np.diff(np.log(errors)) / np.diff(np.log(modes))
    middle = (modes[1:] + modes[:-1]) / 2 * np.pi / wall
    np.testing.assert_allclose(power, middle**2, rtol=0.05)
    assert power[0] > 10
    assert power[-1] > 30


def test_wall() -> None:
    """Truth: an absorbing wall at R = q s takes 2 sqrt(2 pi) q exp(-2 q^2) from the peak.

    From K0 / I0 of the cylinder's Laplace transform for large arguments, inverted.
    """
    q = np.array([2.0, 2.5, 3.0, 3.5])
    errors = np.array([lateral_error(x * SPREAD, 8.5 / SPREAD, [0.0])[0] for x in q])
    share = errors / (2 * np.sqrt(2 * np.pi) * q * np.exp(-2 * q**2))
    assert np.all(np.abs(share - 1) < 0.05), share
    assert np.all(np.diff(np.abs(share - 1)) < 0), share


@pytest.mark.parametrize("tolerance", [1e-2, 1e-4])
def test_twice_the_wall_changes_nothing(tolerance: float) -> None:
    """Truth: the same series on a cylinder of twice the radius, with twice the modes."""
    times, radii = np.array([0.02, 0.5, 5.0]), np.array([0.0, 1.0, 4.0])
    for bolus in (Bolus.gaussian(1.5, 0.5), Bolus.injected(0.03, 0.9, 1.7, plane_top_mm=0.1)):
        kernel = Medium(SKIN, cell_mm=0.1).kernel(bolus, times, radii, tolerance=tolerance)
        cells = kernel.layer_index
        D, k, K = (
            np.array([getattr(layer, name) for layer in SKIN])[cells]
            for name in ("diffusivity_mm2_h", "clearance_per_h", "capacity")
        )
        kappa, weight = cylinder_modes(2 * kernel.wall_mm, 12.0 / bolus.sigma_mm)
        modes = DepthProblem(kernel.cell_mm, D, k, K).fields(
            bolus.amounts(kernel.edge_mm, kappa), kappa, times
        )
        twice = np.einsum("rm,tzm->trz", j0(np.outer(radii, kappa)) * weight, modes)
        error = np.abs(kernel.concentration - twice).max(axis=(1, 2)) / twice.max(axis=(1, 2))
        assert np.all(error < 0.01 * tolerance), error


@pytest.mark.parametrize("length", [0.1, 1.0, 1000.0])
def test_exposure_integral(length: float) -> None:
    """Truth: int e^(-k t) Gaussian(r, s^2 + 2 D t) dt by scipy's quad, panel by panel in log t."""
    loss, radii = D / length**2, np.array([0.0, 2.0, 7.0])
    kappa, weight = plane_modes(top_wave_number(SIGMA, 1e-8), 1 / length, radii.max())
    spectrum = np.exp(-((kappa * SIGMA) ** 2) / 2) / (D * kappa**2 + loss)
    found = (j0(np.outer(radii, kappa)) * weight) @ spectrum

    def exposure(r: float) -> float:
        def integrand(log_t: float) -> float:
            t = np.exp(log_t)
            variance = SIGMA**2 + 2 * D * t
            return t * np.exp(-(r**2) / (2 * variance) - loss * t) / (2 * np.pi * variance)

        panels = np.linspace(-25.0, np.log(60.0 / loss), 50)
        return sum(
            quad(integrand, a, b, epsabs=0, epsrel=1e-11)[0] for a, b in itertools.pairwise(panels)
        )

    exact = np.array([exposure(r) for r in radii])
    assert np.all(np.abs(found - exact) < 5e-9 * exact[0])


SHAPES = {
    "gaussian": Bolus.gaussian(0.6, 0.3),
    "sphere": Bolus.injected(0.002, 0.9, 1.7, plane_top_mm=0.1),
    "disc": Bolus.injected(0.05, 0.9, 1.7, plane_top_mm=0.1),
    "hard disc": Bolus.injected(0.05, 0.9, 1.7, plane_top_mm=0.1, edge_sigma_mm=0.05),
}


@pytest.mark.parametrize("tolerance", [1e-2, 1e-4])
@pytest.mark.parametrize("shape", SHAPES)
def test_negative_share(shape: str, tolerance: float) -> None:
    """Truth: a concentration is not negative; the ringing stays below 1 % of the tolerance."""
    bolus = SHAPES[shape]
    assert bolus.shape == shape.split()[-1]
    radii = np.linspace(0.0, 9.0, 73)
    kernel = Medium(SKIN, cell_mm=0.1).kernel(
        bolus, [0.0, 0.02, 0.3, 3.0, 24.0], radii, tolerance=tolerance
    )
    peak = kernel.concentration.max(axis=(1, 2))
    assert np.all(kernel.concentration.min(axis=(1, 2)) >= -0.01 * tolerance * peak)
    assert kernel.auc.min() >= -0.01 * tolerance * kernel.auc.max()


def test_systemic_input_over_a_grid_in_space() -> None:
    """Truth: k C summed over a Cartesian grid, layer by layer, against radial mode 0 alone.

    Sums of a smooth field over equal steps in x and y carry no error of their own.
    """
    step, half = 0.4, 35
    i, j = np.meshgrid(np.arange(-half, half + 1), np.arange(-half, half + 1))
    square, points = np.unique(i**2 + j**2, return_counts=True)
    node, weight = np.polynomial.legendre.leggauss(6)
    start, end = 0.2, 1.0
    times = [start, *(start + (end - start) * (1 + node) / 2), end, 300.0]
    bolus = Bolus.gaussian(1.6, 0.8)
    kernel = Medium(SKIN, cell_mm=0.1).kernel(bolus, times, step * np.sqrt(square), tolerance=1e-5)
    loss = np.array([layer.clearance_per_h for layer in SKIN])[kernel.layer_index]
    volume = step**2 * kernel.cell_mm * loss
    first = np.searchsorted(kernel.layer_index, [0, 1, 2])
    rate = np.add.reduceat(
        np.einsum("trz,r,z->tz", kernel.concentration, points, volume), first, axis=1
    )
    summed = weight @ rate[1:7] * (end - start) / 2
    taken = kernel.cleared_by_layer
    np.testing.assert_allclose(summed, taken[7] - taken[0], rtol=1e-6)
    total = np.add.reduceat(points @ kernel.auc * volume, first)
    np.testing.assert_allclose(total, taken[8], rtol=1e-6)
    assert total.sum() == pytest.approx(1.0, rel=1e-6)
