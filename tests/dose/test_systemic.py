"""Plasma curves against closed forms."""

import numpy as np
import pytest
from scipy.linalg import expm

from mesoplan.core.errors import InputError
from mesoplan.dose import PlasmaModel

TIMES = np.concatenate([[0.0], np.geomspace(1e-3, 30, 3000)])


def test_bateman() -> None:
    # one compartment, first-order input ka: C = D ka/(V (ka - ke)) (exp(-ke t) - exp(-ka t))
    ka, ke, dose, volume = 1.7, 0.3, 20.0, 40.0
    curve = PlasmaModel(volume, np.log(2) / ke).curve(TIMES, dose * (1 - np.exp(-ka * TIMES)))
    exact = dose * ka / (volume * (ka - ke)) * (np.exp(-ke * TIMES) - np.exp(-ka * TIMES))
    np.testing.assert_allclose(curve.concentration_per_l, exact, atol=1e-5 * exact.max())
    assert curve.tmax_h == pytest.approx(np.log(ka / ke) / (ka - ke), rel=0.01)
    assert curve.cmax == pytest.approx(exact.max(), rel=1e-5)
    assert curve.auc == pytest.approx(dose / (volume * ke), rel=1e-9)
    assert curve.auc_to_last == pytest.approx(np.trapezoid(exact, TIMES), rel=1e-4)


def test_constant_input_is_exact_whatever_the_step() -> None:
    ke, volume = 0.5, 10.0
    curve = PlasmaModel(volume, np.log(2) / ke).curve([0, 3.0, 7.0], [0, 6.0, 14.0])  # 2 per hour
    exact = 2 / (ke * volume) * -np.expm1(-ke * np.array([0, 3.0, 7.0]))
    np.testing.assert_allclose(curve.concentration_per_l, exact, rtol=1e-12)


def test_two_compartments_against_the_matrix_exponential() -> None:
    k10, k12, k21, volume = 0.6, 1.1, 0.4, 12.0
    model = PlasmaModel.two(volume, k10, k12, k21)
    curve = model.curve([0, 1.0, 2.5, 9.0], [0, 4.0, 4.0, 10.5])
    A = np.array([[-(k10 + k12), k21, 1.0], [k12, -k21, 0.0], [0.0, 0.0, 0.0]])
    state = np.zeros(3)
    expected, area = [0.0], 0.0
    for step, gain in ((1.0, 4.0), (1.5, 0.0), (6.5, 6.5)):
        state[2] = gain / step
        fine = [expm(A * t) @ state for t in np.linspace(0, step, 4001)]
        area += np.trapezoid([s[0] for s in fine], dx=step / 4000)
        state = fine[-1]
        expected.append(state[0] / volume)
    np.testing.assert_allclose(curve.concentration_per_l, expected, rtol=1e-10)
    assert curve.auc_to_last == pytest.approx(area / volume, rel=1e-6)
    assert curve.auc == pytest.approx(10.5 / (k10 * volume), rel=1e-12)


def test_each_parameter_counts() -> None:
    taken = 1 - np.exp(-TIMES)
    base = PlasmaModel.two(10.0, 0.5, 0.4, 0.3).curve(TIMES, taken).concentration_per_l
    for changed in (
        PlasmaModel.two(11.0, 0.5, 0.4, 0.3),
        PlasmaModel.two(10.0, 0.6, 0.4, 0.3),
        PlasmaModel.two(10.0, 0.5, 0.5, 0.3),
        PlasmaModel.two(10.0, 0.5, 0.4, 0.4),
    ):
        assert np.abs(changed.curve(TIMES, taken).concentration_per_l - base).max() > 1e-4


@pytest.mark.parametrize(
    ("times", "taken", "key"),
    [
        ([0.0], [0.0], "times_h"),
        ([1.0, 2.0], [0.0, 1.0], "times_h"),
        ([0.0, 2.0, 1.0], [0.0, 1.0, 2.0], "times_h"),
        ([0.0, 1.0], [0.0, -1.0], "taken_up"),
        ([0.0, 1.0], [0.5, 1.0], "taken_up"),
        ([0.0, 1.0], [0.0, 1.0, 2.0], "taken_up"),
        ([0.0, 1.0, 2.0], [0.0, 2.0, 1.0], "taken_up"),
    ],
)
def test_uptakes_that_cannot_be_are_refused(
    times: list[float], taken: list[float], key: str
) -> None:
    with pytest.raises(InputError) as caught:
        PlasmaModel(10.0, 1.0).curve(times, taken)
    assert [fault.key for fault in caught.value.faults] == [key]


def test_models_that_cannot_be_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        PlasmaModel(0.0, -1.0)
    assert [fault.key for fault in caught.value.faults] == ["volume_l", "half_life_h"]
    with pytest.raises(InputError, match="k12"):
        PlasmaModel.two(10.0, 1.0, 0.0, 1.0)
    with pytest.raises(InputError, match="from_peripheral_per_h"):
        PlasmaModel(10.0, 1.0, 0.5, 0.0)
