"""What the exposure of whole plans must obey, whatever the constants are."""

import numpy as np
import pytest

import evaluate.exposed
from safety.cases import PAPULE, bare, catalogue

LEFT = {"site": "cheek", "side": "left", "rectangle_mm": [20, 20]}
RIGHT = {"site": "cheek", "side": "right", "rectangle_mm": [30, 10]}


def planned(strength: float, *, name="lidocaine", areas=(LEFT,), patient=None, **technique):
    return evaluate.exposed.planned(
        bare(name, f"{strength:g} mg/mL"),
        areas=list(areas),
        technique={**PAPULE, **technique},
        patient=patient or {},
    )


def indicator(plan, name: str) -> float:
    (found,) = [i for i in plan.indicators if i.id == name and i.substance and i.area is None]
    assert found.value is not None
    return found.value


def test_more_spacing_covers_less():
    # The same volume at each point; 25, 16 and 4 points on 20 x 20 mm.
    level = [
        indicator(planned(0.5, name="tranexamic-acid", spacing_mm=s), "coverage")
        for s in (4.0, 5.0, 10.0)
    ]
    assert level[0] >= level[1] > level[2]
    relative = [
        indicator(planned(10, name="caffeine", spacing_mm=s), "coverage") for s in (5.0, 10.0)
    ]
    assert relative[0] > relative[1]


def test_more_spacing_is_less_even():
    spread = [indicator(planned(10, spacing_mm=s), "homogeneity") for s in (5.0, 10.0)]
    assert spread[0] < spread[1]


def test_twice_the_amount_is_twice_the_exposure():
    once, twice = planned(5), planned(10)
    for one, two in zip(once.exposure.areas, twice.exposure.areas, strict=True):
        assert one.auc.max() > 0
        np.testing.assert_allclose(two.auc, 2 * one.auc, rtol=1e-5)
        np.testing.assert_allclose(two.concentration, 2 * one.concentration, rtol=1e-5)
    (one,), (two,) = once.systemic, twice.systemic
    assert two.cmax.value == pytest.approx(2 * one.cmax.value, rel=1e-6)
    assert two.auc.value == pytest.approx(2 * one.auc.value, rel=1e-6)
    assert two.tmax == one.tmax


@pytest.mark.parametrize("name", ["lidocaine", "caffeine", "tranexamic-acid"])
@pytest.mark.parametrize("weight", [45.0, 90.0])
def test_the_plasma_peak_is_not_above_dose_over_volume(name, weight):
    plan = planned(10, name=name, patient={"weight_kg": weight})
    constants = catalogue().substances[name].pharmacokinetics
    (found,) = plan.systemic
    if constants.volume_l_per_kg is None or constants.half_life_h is None:
        assert found.cmax is None
        return
    # 4 points of 0.02 mL of 10 mg/mL: 0.8 mg.
    (row,) = plan.totals
    assert row.injected.value == pytest.approx(0.8)
    bound = 0.8 / (constants.volume_l_per_kg.central * weight)
    assert 0 < found.cmax.value <= bound * (1 + 1e-6)
    assert found.cmax.unit == "mg/L"
    assert found.tmax.value > 0


def test_a_heavier_patient_has_a_lower_peak():
    peaks = [
        planned(10, patient={"weight_kg": weight}).systemic[0].cmax.value for weight in (45.0, 90.0)
    ]
    assert peaks[0] == pytest.approx(2 * peaks[1], rel=1e-6)


def test_left_and_right_of_different_size_stay_apart():
    both = planned(10, areas=(LEFT, RIGHT))
    assert [a.area for a in both.exposure.areas] == [0, 1]
    left, right = both.exposure.areas
    # Cell centres half a pitch from the edges: the axes end short of 20, and of 30 and 10 mm.
    for axis, length in (
        (left.x_mm, 20), (left.y_mm, 20), (right.x_mm, 30), (right.y_mm, 10)
    ):  # fmt: skip
        pitch = axis[1] - axis[0]
        assert axis[0] == pytest.approx(pitch / 2)
        assert axis[-1] == pytest.approx(length - pitch / 2)
    # 4 points here, 3 there, numbered through, each within its own area.
    assert [p.area for p in both.points] == [0, 0, 0, 0, 1, 1, 1]
    assert [p.id for p in both.points] == list(range(1, 8))
    assert max(p.y_mm for p in both.points if p.area == 1) < 10
    # What is done on the right changes nothing on the left.
    alone = planned(10, areas=(LEFT,)).exposure.areas[0]
    np.testing.assert_allclose(left.auc, alone.auc, rtol=1e-6)


def test_the_plasma_sees_all_areas():
    one, two = planned(10, areas=(LEFT,)), planned(10, areas=(LEFT, dict(LEFT, side="right")))
    assert two.systemic[0].auc.value == pytest.approx(2 * one.systemic[0].auc.value, rel=1e-6)
