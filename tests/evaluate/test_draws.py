"""Draws of the runs: strata, distributions, seeds, and what a rank correlation must find."""

import numpy as np
import pytest
from scipy.stats import norm, spearmanr

from mesoplan.anatomy.layers import SkinLayers, Thickness
from mesoplan.evaluate.draws import Draw, draws, drivers, quantile
from mesoplan.model.uncertainty import VariedInput
from safety.cases import catalogue


def varied(name: str, shape: str, low: float, high: float) -> VariedInput:
    return VariedInput(
        id=name, name=name, shape=shape, low=low, high=high, unit="1",  # type: ignore[arg-type]
        sources=("mesoplan-proposal",), trust="proposal",
    )  # fmt: skip


INPUTS = (
    varied("flat", "uniform", -1.0, 3.0),
    varied("wide", "log-uniform", 0.25, 16.0),
    varied("bell", "normal", 4.0, 12.0),
)
SKIN = SkinLayers(Thickness(0.07, 0.015), Thickness(1.45, 0.175), 10.0, False, False)


@pytest.mark.parametrize("runs", [1, 7, 64])
@pytest.mark.parametrize("seed", [0, 11])
def test_each_stratum_is_hit_once(runs: int, seed: int) -> None:
    rows = draws(INPUTS, runs, seed)
    # shares of the distributions, by their inverses in closed form
    flat = (np.array([d.get("flat") for d in rows]) + 1.0) / 4.0
    wide = np.log(np.array([d.get("wide") for d in rows]) / 0.25) / np.log(64.0)
    # mean 8, and 4 to 12 are four standard deviations of 2
    bell = norm.cdf(np.array([d.get("bell") for d in rows]), 8.0, 2.0)
    for share in (flat, wide, bell):
        assert sorted(np.floor(share * runs).astype(int)) == list(range(runs))
    assert [d.number for d in rows] == list(range(runs))


def test_inputs_are_drawn_apart() -> None:
    rows = draws(INPUTS, 400, 3)
    columns = np.array([[d.get(one.id) for one in INPUTS] for d in rows])
    found = spearmanr(columns).statistic
    assert np.abs(found - np.eye(3)).max() < 4 / np.sqrt(400)


def test_the_seed_decides() -> None:
    first, again, other = (draws(INPUTS, 16, seed) for seed in (5, 5, 6))
    assert [d.values for d in first] == [d.values for d in again]
    assert [d.values for d in first] != [d.values for d in other]


def test_quantiles_by_hand() -> None:
    share = np.array([0.25, 0.5])
    assert quantile(INPUTS[0], share) == pytest.approx([0.0, 1.0])
    # 0.25 * 64^(1/4) = 0.25 * 2.828427, and the geometric mean
    assert quantile(INPUTS[1], share) == pytest.approx([0.7071068, 2.0])
    # 8 - 2 * 0.6744898, and the middle; mean and two standard deviations end at the range
    assert quantile(INPUTS[2], share) == pytest.approx([6.6510205, 8.0])
    two_sd = norm.cdf([-2.0, 2.0])
    assert quantile(INPUTS[2], two_sd) == pytest.approx([4.0, 12.0])


@pytest.mark.parametrize("change", [{"low": 0.5}, {"high": 20.0}, {"shape": "uniform"}])
def test_each_part_of_a_range_counts(change: dict[str, object]) -> None:
    changed = INPUTS[1].model_copy(update=change)
    before, after = (
        [d.get("wide") for d in draws([one], 8, 1)] for one in (INPUTS[1], changed)
    )  # fmt: skip
    assert all(a != b for a, b in zip(before, after, strict=True))


def test_the_catalogue_names_every_input_that_is_used() -> None:
    inputs = catalogue().varied_inputs
    (draw,) = draws(tuple(inputs.values()), 1, 1)
    assert draw.layers(SKIN)
    assert draw.depth_mm(1.0, 0.2, SKIN)
    used = {"tip-depth", "skin-thickness", "clearance", "papillary-vessels", "binding"}
    used |= {"diffusivity-small", "diffusivity-large", "blood-flow", "blood-flow-closed"}
    used |= {"injected-volume", "backflow", "swelling", "position"}
    used |= {"plasma-volume", "plasma-half-life"}
    assert set(inputs) == used
    for one in inputs.values():
        assert one.low < one.high
        assert one.sources
        if one.shape == "log-uniform":
            assert one.low > 0.0


def one_draw(**values: float) -> Draw:
    return Draw(3, {name.replace("_", "-"): value for name, value in values.items()})


def test_thickness_of_a_run() -> None:
    # 1.45 + 1.5 * 0.175 mm; the epidermis and the fat keep theirs
    found = one_draw(skin_thickness=1.5).layers(SKIN)
    assert found.skin.mean_mm == pytest.approx(1.7125)
    assert (found.epidermis, found.subcutis_mm) == (SKIN.epidermis, SKIN.subcutis_mm)
    assert found.dermis_mm == pytest.approx(1.6425)
    # no thinner than 30 % of the mean
    assert one_draw(skin_thickness=-9.0).layers(SKIN).skin.mean_mm == pytest.approx(0.435)
    # nor than one and a half epidermis
    thick = SkinLayers(Thickness(0.4, 0.1), Thickness(0.9, 0.3), 5.0, True, False)
    found = one_draw(skin_thickness=-9.0).layers(thick)
    assert found.skin.mean_mm == pytest.approx(0.6)
    assert found.dermis_mm > 0.0


def test_depth_of_a_run() -> None:
    assert one_draw(tip_depth=-1.5).depth_mm(1.0, 0.2, SKIN) == pytest.approx(0.7)
    # never above the surface, never below what is computed: 0.999 of 11.45 mm
    assert one_draw(tip_depth=-9.0).depth_mm(1.0, 0.2, SKIN) == 0.02
    assert one_draw(tip_depth=99.0).depth_mm(1.0, 0.2, SKIN) == pytest.approx(0.999 * 11.45)


def test_factors_of_a_run() -> None:
    draw = one_draw(
        clearance=0.5, diffusivity_small=0.6, diffusivity_large=0.7, papillary_vessels=4.0,
        blood_flow=5.0, blood_flow_closed=0.8, binding=0.3,
    )  # fmt: skip
    small = draw.variation(large=False, flow="rest")
    large = draw.variation(large=True, flow="epinephrine")
    # a rise that is asked for is not varied on top
    assert draw.variation(large=False, flow="injection").flow == 1.0
    assert (small.clearance, small.binding, small.vessels_over_reticular) == (0.5, 0.3, 4.0)
    assert (small.diffusivity, small.flow, small.lymph) == (0.6, 5.0, 1.0)
    assert (large.diffusivity, large.flow) == (0.7, 0.8)


def made(**columns: list[float]) -> list[Draw]:
    count = len(next(iter(columns.values())))
    return [Draw(i, {name: column[i] for name, column in columns.items()}) for i in range(count)]


def test_drivers_of_known_relations() -> None:
    rng = np.random.default_rng(2)
    a, b, c = rng.uniform(1, 5, (3, 60))
    rows = made(a=a.tolist(), b=b.tolist(), c=c.tolist(), same=[2.0] * 60)
    names = ["a", "b", "c", "same"]
    # any falling function of b alone
    found = drivers(rows, names, -np.exp(b))
    assert found[0] == ("b", pytest.approx(-1.0))
    assert {name for name, _ in found} == {"a", "b", "c"}
    # strongest first, as another program ranks them
    outcome = a**2 - 0.4 * b
    found = drivers(rows, names, outcome)
    assert found[0][0] == "a"
    strength = [abs(value) for _, value in found]
    assert strength == sorted(strength, reverse=True)
    for name, value in found:
        column = {"a": a, "b": b, "c": c}[name]
        assert value == pytest.approx(spearmanr(column, outcome).statistic)
    # only what was in play
    assert [name for name, _ in drivers(rows, ["c"], outcome)] == ["c"]


def test_ties_share_their_ranks() -> None:
    # ranks 1 2 3 4 5 against 1.5 1.5 3.5 3.5 5: covariance 9/5, variances 2 and 1.8
    rows = made(a=[1.0, 2.0, 3.0, 4.0, 5.0])
    found = drivers(rows, ["a"], np.array([7.0, 7.0, 8.0, 8.0, 9.0]))
    assert found == [("a", pytest.approx(1.8 / np.sqrt(2.0 * 1.8)))]


def test_what_does_not_vary_has_no_driver() -> None:
    rows = made(a=[1.0, 2.0, 3.0])
    assert drivers(rows, ["a"], np.full(3, 4.0)) == []
    assert drivers(rows[:2], ["a"], np.array([1.0, 2.0])) == []
