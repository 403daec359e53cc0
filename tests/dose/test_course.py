"""Windows of other losses and slow releases against quadrature over prompt kernels, and balance."""

import numpy as np
import pytest
from scipy.linalg import expm

from mesoplan.core.errors import InputError
from mesoplan.dose import Bolus, Layer, Medium, Release, Window
from mesoplan.dose.course import Course
from mesoplan.dose.propagator import DepthProblem

SKIN = (
    Layer(thickness_mm=0.3, diffusivity_mm2_h=0.2, clearance_per_h=0.0, capacity=0.5),
    Layer(thickness_mm=1.5, diffusivity_mm2_h=1.0, clearance_per_h=1.5, capacity=0.8),
    Layer(thickness_mm=4.2, diffusivity_mm2_h=0.6, clearance_per_h=0.4, capacity=0.3),
)
WINDOWS = (Window(0.3, (0.0, 9.0, 2.0)), Window(1.1, (0.0, 0.1, 0.0)))
BOLUS = Bolus.gaussian(depth_mm=1.1, sigma_mm=0.4)
RADII = [0.0, 0.7, 2.0]
RELEASES = {
    "first order, slower than the tissue": Release.first_order(0.05),
    "first order, faster than the tissue": Release.first_order(40.0),
    "first order after a lag": Release.first_order(0.7, lag_h=0.4),
    "steady": Release.steady(1.7),
    "steady after a lag": Release.steady(0.9, lag_h=0.2),
    "at once after a lag": Release.at_once(0.6),
}


def dense(problem: DepthProblem, kappa: float, loss: np.ndarray) -> np.ndarray:
    """Rate matrix of the amounts in the cells of one mode, written out from the fluxes."""
    h, d, k = problem.size_mm, problem.diffusivity_mm2_h, problem.capacity
    rates = np.zeros((h.size, h.size))
    for i in range(h.size - 1):
        flow = 1.0 / (h[i] / (2 * k[i] * d[i]) + h[i + 1] / (2 * k[i + 1] * d[i + 1]))
        for a, b in ((i, i + 1), (i + 1, i)):
            rates[a, a] -= flow / (h[a] * k[a])
            rates[b, a] += flow / (h[a] * k[a])
    return rates - np.diag(loss + d * kappa**2)


def test_windows_against_the_matrix_exponential() -> None:
    index = np.repeat([0, 1, 2], (4, 9, 7))
    size = np.array([0.3 / 4, 1.5 / 9, 4.2 / 7])[index]
    problem = DepthProblem(size, *(np.array(column)[index] for column in (
        [0.2, 1.0, 0.6], [0.0, 1.5, 0.4], [0.5, 0.8, 0.3])))  # fmt: skip
    losses = [np.array(window.clearance_per_h)[index] for window in WINDOWS]
    start = np.random.default_rng(3).uniform(0, 1, (20, 1))
    kappa, times = 1.3, np.array([0.1, 0.3, 0.5, 1.1, 3.0])
    course = Course.of(problem, WINDOWS, Release(), losses)
    found = course.fields(start, np.array([kappa]), times)[:, :, 0] * size
    first, second, last = (dense(problem, kappa, a) for a in (*losses, problem.clearance_per_h))
    after = expm(0.8 * second) @ expm(0.3 * first)
    by_hand = [
        expm(0.1 * first), expm(0.3 * first), expm(0.2 * second) @ expm(0.3 * first),
        after, expm(1.9 * last) @ after,
    ]  # fmt: skip
    expected = np.array([(step @ start)[:, 0] for step in by_hand])
    np.testing.assert_allclose(found, expected, rtol=2e-8)
    exposure = course.exposure(start, np.array([kappa]))[:, 0] * size
    inverse = [np.linalg.inv(-matrix) for matrix in (first, second, last)]
    by_hand_auc = (
        inverse[0] @ (start[:, 0] - expected[1])
        + inverse[1] @ (expected[1] - expected[3])
        + inverse[2] @ expected[3]
    )
    np.testing.assert_allclose(exposure, by_hand_auc, rtol=1e-7)


def test_a_window_with_the_same_losses_changes_nothing() -> None:
    same = Window(0.7, tuple(layer.clearance_per_h for layer in SKIN))
    plain = Medium(SKIN).kernel(BOLUS, [0.5, 0.7, 2.0], RADII)
    cut = Medium(SKIN, windows=[same]).kernel(BOLUS, [0.5, 0.7, 2.0], RADII)
    for field, other in ((plain.concentration, cut.concentration), (plain.auc, cut.auc)):
        assert np.abs(field - other).max() < 1e-8 * field.max()
    np.testing.assert_allclose(plain.cleared, cut.cleared, rtol=1e-10)


def test_losses_in_a_window_change_what_is_left() -> None:
    plain, cut = (Medium(SKIN, windows=w).kernel(BOLUS, [0.3, 2.0], RADII) for w in ((), WINDOWS))
    assert cut.cleared[0] > 1.5 * plain.cleared[0]
    assert cut.auc.max() < 0.7 * plain.auc.max()


@pytest.mark.parametrize("release", RELEASES.values(), ids=RELEASES)
@pytest.mark.parametrize("windows", [(), WINDOWS], ids=["constant", "windows"])
def test_mass_balance(release: Release, windows: tuple[Window, ...]) -> None:
    times = np.array([0.05, 0.2, 0.4, 0.6, 1.0, 1.1, 1.7, 2.5, 30.0])
    k = Medium(SKIN, windows=windows).kernel(BOLUS, times, [0.0], release=release)
    np.testing.assert_allclose(k.remaining + k.cleared + k.held, 1.0, atol=2e-12)
    assert np.all(np.diff(k.cleared) >= 0)
    assert 0 < k.held[0] <= 1


@pytest.mark.parametrize("release", RELEASES.values(), ids=RELEASES)
def test_a_slow_release_is_the_sum_of_prompt_ones(release: Release) -> None:
    """Quadrature over the moments of release, in the share released, of prompt kernels."""
    medium, time = Medium(SKIN), 1.4
    node, weight = np.polynomial.legendre.leggauss(40)
    low = float(release.held(np.array([time]))[0])
    share = low + (1 - low) * 0.5 * (1 + node)  # held shares between now and the start
    if release.rate_per_h != np.inf:
        moment = release.lag_h - np.log(share) / release.rate_per_h
    elif release.duration_h:
        moment = release.lag_h + (1 - share) * release.duration_h
    else:
        moment = np.full(share.size, release.lag_h)
    ages = np.sort(np.unique(np.round(time - moment, 12)))
    fields = medium.kernel(BOLUS, ages, RADII).concentration
    place = np.searchsorted(ages, np.round(time - moment, 12))
    expected = np.einsum("a,ard->rd", (1 - low) * 0.5 * weight, fields[place])
    found = medium.kernel(BOLUS, [0.9, time], RADII, release=release).concentration[1]
    assert np.abs(found - expected).max() < 2e-4 * expected.max()


@pytest.mark.parametrize("release", RELEASES.values(), ids=RELEASES)
def test_exposure_does_not_depend_on_the_release(release: Release) -> None:
    prompt, slow = (Medium(SKIN).kernel(BOLUS, [], RADII, release=r) for r in (Release(), release))
    np.testing.assert_allclose(slow.auc, prompt.auc, rtol=1e-6, atol=1e-8 * prompt.auc.max())


def test_exposure_in_windows_is_the_integral_over_time() -> None:
    medium = Medium(SKIN, windows=WINDOWS)
    release = Release.steady(0.5, lag_h=0.1)
    node, weight = np.polynomial.legendre.leggauss(24)
    total = 0.0
    for start, stop in ((0.1, 0.3), (0.3, 0.6), (0.6, 1.1), (1.1, 3.0), (3.0, 12.0), (12.0, 60.0)):
        times = start + 0.5 * (stop - start) * (1 + node)
        field = medium.kernel(BOLUS, times, RADII, release=release).concentration
        total = total + 0.5 * (stop - start) * np.einsum("t,trd->rd", weight, field)
    auc = medium.kernel(BOLUS, [], RADII, release=release).auc
    assert np.abs(auc - total).max() < 1e-3 * auc.max()


def test_the_field_holds_what_is_free() -> None:
    """What a steady source has put in, less what was lost, from a fine grid of radii."""
    radii = np.linspace(0, 14, 1401)
    k = Medium(SKIN).kernel(BOLUS, [0.8, 2.0], radii, release=Release.steady(1.5))
    rings = 2 * np.pi * np.trapezoid(k.concentration * radii[:, None], radii, axis=1)
    np.testing.assert_allclose(rings @ k.cell_mm, k.remaining, rtol=2e-4)


@pytest.mark.parametrize(
    ("build", "key"),
    [
        (lambda: Window(0.0, (1.0,)), "until_h"),
        (lambda: Window(1.0, (1.0, -0.1)), "clearance_per_h[1]"),
        (lambda: Release.first_order(0.0), "rate_per_h"),
        (lambda: Release.steady(-1.0), "duration_h"),
        (lambda: Release(rate_per_h=1.0, duration_h=2.0), "duration_h"),
        (lambda: Release.at_once(float("nan")), "lag_h"),
        (lambda: Medium(SKIN, windows=[Window(1.0, (1.0,))]), "windows[0]"),
        (lambda: Medium(SKIN, windows=[WINDOWS[1], WINDOWS[0]]), "windows[1]"),
    ],
)
def test_refuses_what_makes_no_sense(build, key: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(InputError) as caught:
        build()
    assert caught.value.faults[0].key == key
