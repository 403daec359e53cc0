"""Half-spaces against grheat: heat conduction is diffusion, loss is a factor e^(-k t)."""

import grheat
import numpy as np
import pytest
from verify_helpers import coarse, rates

from mesoplan.dose import Bolus, Layer, Medium

D, LOSS = 0.7, 1.1
RADII = np.array([0.0, 0.6, 1.5, 3.0])


def heat(boundary: str, depth: float, sigma: float, time: float, edge: np.ndarray) -> np.ndarray:
    """Cell means of a Gaussian, which is a point source that began sigma^2 / 2D earlier."""
    source = grheat.Point(
        0.0, 0.0, depth, tp=-(sigma**2) / (2 * D), diffusivity=D, capacity=1.0, boundary=boundary
    )
    node, weight = np.polynomial.legendre.leggauss(3)
    z = (edge[:-1, None] + 0.5 * np.diff(edge)[:, None] * (1 + node))[None]
    point = source.instantaneous(RADII[:, None, None], 0.0, z, time)
    return (point @ weight) / 2 * np.exp(-LOSS * time)


@pytest.mark.parametrize(
    ("boundary", "depth"), [("adiabatic", 0.4), ("adiabatic", 1.5), ("infinite", 9.0)]
)
def test_gaussian_in_a_half_space(boundary: str, depth: float) -> None:
    """Truth: `grheat.Point` (Carslaw & Jaeger 10.2), started early enough to be the Gaussian."""
    sigma, times = 0.3, [0.0, 0.05, 0.3, 1.2]
    medium = [Layer(18.0, D, LOSS, 0.6)]
    errors = []
    for cell in (0.1, 0.05, 0.025):
        kernel = Medium(medium, cell_mm=cell).kernel(
            Bolus.gaussian(depth, sigma), times, RADII, tolerance=1e-5
        )
        field = coarse(kernel.concentration, 180)
        edge = np.linspace(0.0, 18.0, 181)
        exact = np.array([heat(boundary, depth, sigma, time, edge) for time in times])
        errors.append(np.abs(field - exact).max(axis=(1, 2)) / exact.max(axis=(1, 2)))
    assert errors[-1].max() < 6e-4
    assert errors[-1][0] < 1e-6  # the start itself is integrated over cells, not sampled
    for i in (1, 2, 3):
        observed = rates([error[i] for error in errors])
        assert np.all((observed > 1.8) & (observed < 2.2)), (times[i], observed)


@pytest.mark.parametrize("sigma", [0.2, 0.8])
def test_gaussian_as_it_comes(sigma: float) -> None:
    """Truth: as above; the default cells and tolerance promise 0.5 % of the peak of each time."""
    times, depth = [0.0, 0.02, 0.3, 1.2], 0.9
    kernel = Medium([Layer(18.0, D, LOSS, 0.6)]).kernel(Bolus.gaussian(depth, sigma), times, RADII)
    exact = np.array([heat("adiabatic", depth, sigma, time, kernel.edge_mm) for time in times])
    error = np.abs(kernel.concentration - exact).max(axis=(1, 2)) / exact.max(axis=(1, 2))
    assert error.max() < 5e-3, error


def test_a_layer_that_takes_up_all_is_a_sink_plane() -> None:
    """Truth: grheat's boundary of zero temperature, the image with a minus.

    The engine knows no sink, but a layer of 1e9 times the capacity holds u at 0 at its border.
    """
    sigma, above, times = 0.2, 1.5, [0.5, 1.0, 2.5]
    medium = [Layer(14.0, D, LOSS, 0.6), Layer(2.0, D, LOSS, 0.6e9)]
    errors = []
    for cell in (0.1, 0.05, 0.025):
        kernel = Medium(medium, cell_mm=cell).kernel(
            Bolus.gaussian(14.0 - above, sigma), times, RADII, tolerance=1e-5
        )
        field = coarse(kernel.concentration, 160)[..., :140]
        edge = np.linspace(0.0, 14.0, 141)  # distance from the sink
        exact = np.array([heat("zero", above, sigma, time, edge)[:, ::-1] for time in times])
        errors.append(np.abs(field - exact).max(axis=(1, 2)) / exact.max(axis=(1, 2)))
    assert errors[-1].max() < 3e-4
    for i in range(3):
        observed = rates([error[i] for error in errors])
        assert np.all((observed > 1.8) & (observed < 2.2)), (times[i], observed)
