"""Runs with varied inputs: bands around the plan, wider with wider ranges, and what drives them."""

from dataclasses import replace

import numpy as np
import pytest

import mesoplan
from evaluate.exposed import case_of, planned
from mesoplan.catalogue import Catalogue
from mesoplan.model.uncertainty import VariedInput
from safety.cases import DEEP, PAPULE, bare, catalogue, product

RUNS = 20


def band(plan, name: str):  # type: ignore[no-untyped-def]
    """An indicator of the plan's one substance."""
    (found,) = [i for i in plan.indicators if i.id == name and i.area is None]
    return found


def with_inputs(**changed: VariedInput) -> Catalogue:
    """The catalogue with other ranges."""
    data = catalogue()
    inputs = {**data.varied_inputs, **{one.id: one for one in changed.values()}}
    return replace(data, records={**data.records, "varied-input": inputs})


def scaled(one: VariedInput, scale: float) -> VariedInput:
    """A range as a share of itself about its middle."""
    if one.shape == "log-uniform":
        middle, half = (one.low * one.high) ** 0.5, (one.high / one.low) ** (0.5 * scale)
        return one.model_copy(update={"low": middle / half, "high": middle * half})
    middle, half = 0.5 * (one.low + one.high), 0.5 * scale * (one.high - one.low)
    return one.model_copy(update={"low": middle - half, "high": middle + half})


def with_ranges(scale: float, **own: float) -> Catalogue:
    """The catalogue with all ranges scaled, some by a scale of their own."""
    inputs = catalogue().varied_inputs
    scales = {name: own.get(name.replace("-", "_"), scale) for name in inputs}
    return with_inputs(**{name: scaled(inputs[name], scales[name]) for name in inputs})


@pytest.fixture(scope="module")
def plan():  # type: ignore[no-untyped-def]
    return planned(bare("lidocaine"), engine={"runs": RUNS})


def test_no_runs_give_no_bands() -> None:
    found = planned(bare("lidocaine"))
    assert found.exposure.spreads == ()
    for row in found.indicators:
        assert (row.low, row.high, row.runs, row.met_in, row.drivers) == (None,) * 4 + ((),)


def test_bands_of_every_indicator_of_the_exposure(plan) -> None:
    rows = [row for row in plan.indicators if row.substance]
    assert {row.id for row in rows} >= {"coverage", "exposure-mean", "areal-dose", "peak-free"}
    for row in rows:
        assert row.runs == RUNS, row.id
        assert row.low <= row.high, row.id
        assert len(row.drivers) <= 3
        assert all(abs(driver.correlation) <= 1 for driver in row.drivers)
        strength = [abs(driver.correlation) for driver in row.drivers]
        assert strength == sorted(strength, reverse=True)
    # geometry is not varied
    for row in plan.indicators:
        if not row.substance:
            assert (row.low, row.high, row.runs) == (None, None, None)


def test_the_goal_is_met_in_no_more_runs_than_there_were(plan) -> None:
    coverage = band(plan, "coverage")
    assert 0 <= coverage.met_in <= coverage.runs
    assert band(plan, "exposure-mean").met_in is None
    # Toxin of a product with a level of 2.5 U/cm2: 60 U/mL x 0.04 mL/cm2 is never enough,
    # 200 U/mL x 0.04 mL/cm2 = 8 always.
    many = planned(product("abobotulinumtoxina-500"), engine={"runs": 6})
    assert (band(many, "areal-dose").met_in, band(many, "areal-dose").verdict) == (6, "met")
    few = planned(
        product("abobotulinumtoxina-500"), engine={"runs": 6},
        technique={**PAPULE, "volume_per_point": "0.005 mL"},
    )  # fmt: skip
    assert (band(few, "areal-dose").met_in, band(few, "areal-dose").verdict) == (0, "missed")


def test_the_areal_dose_varies_with_volume_and_backflow_alone(plan) -> None:
    row = band(plan, "areal-dose")
    # 6 points of 0.2 mg on 6 cm2; volume 1 +- 0.1, up to a tenth runs back: mean 0.95
    assert row.value == pytest.approx(0.2)
    assert row.low < 0.19 < row.high
    assert row.low > 0.2 * 0.9 * 0.7
    assert row.high < 0.2 * 1.3
    assert {driver.input for driver in row.drivers} <= {"injected-volume", "backflow"}
    assert row.drivers[0].input == "injected-volume"
    assert row.drivers[0].correlation > 0.8


def test_bands_of_the_curves(plan) -> None:
    (spread,) = plan.exposure.spreads
    assert (spread.substance, spread.unit, spread.runs) == ("lidocaine", "mg", RUNS)
    for one in (spread.course, spread.profile, spread.histogram, spread.plasma):
        assert one.at.shape == one.low.shape == one.middle.shape == one.high.shape
        assert np.all(one.low <= one.middle)
        assert np.all(one.middle <= one.high)
        assert np.all(np.isfinite(one.high))
        assert np.any(one.low < one.high)
    assert spread.histogram.low[0] == spread.histogram.high[0] == 1.0
    assert np.all(np.diff(spread.histogram.middle) <= 1e-12)
    assert spread.course.high[0] > spread.course.high[-1]
    low, high = spread.plasma_peak
    assert 0 < low < high
    (systemic,) = plan.systemic
    assert (systemic.cmax_range.low.value, systemic.cmax_range.high.value) == (low, high)


def test_narrow_ranges_close_on_the_plan() -> None:
    """With hardly any variation the runs are the plan again, with their own coarse kernels."""
    narrow = mesoplan.plan(case_of(bare("caffeine"), engine={"runs": 3}), centred(1e-4))
    for name in ("exposure-mean", "exposure-dermis", "peak-free", "areal-dose"):
        row = band(narrow, name)
        assert row.high - row.low < 0.01 * row.high
        assert row.low == pytest.approx(row.value, rel=0.06), name
    (spread,) = narrow.exposure.spreads
    (systemic,) = narrow.systemic
    assert spread.plasma_peak[0] == pytest.approx(systemic.cmax.value, rel=0.03)


def centred(scale: float) -> Catalogue:
    """Ranges narrow about what the plan itself takes: factors 1, no backflow, no shift."""
    own = {"backflow": 0.0, "position": 0.0, "tip-depth": 0.0, "skin-thickness": 0.0}
    changed = {}
    for one in catalogue().varied_inputs.values():
        middle = own.get(one.id, 3.0 if one.id == "papillary-vessels" else 1.0)
        low, high = (middle * (1 - scale), middle * (1 + scale)) if middle else (0.0, scale)
        changed[one.id] = one.model_copy(update={"low": low, "high": high})
    return with_inputs(**changed)


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("", "exposure-mean"),
        ("clearance", "exposure-mean"),
        ("swelling", "peak-free"),
        ("injected_volume", "areal-dose"),
    ],
)
def test_wider_ranges_widen_the_bands(name: str, outcome: str) -> None:
    case = case_of(bare("lidocaine"), engine={"runs": 8})
    widths = []
    for scale in (0.1, 0.4, 1.0):
        data = with_ranges(0.0, **{name: scale}) if name else with_ranges(scale)
        row = band(mesoplan.plan(case, data), outcome)
        widths.append(row.high / row.low)
    assert 1.0 < widths[0] < widths[1] < widths[2]


MOVES = {
    # input: what it must move, and the way (0: either). The depth of the tip is tested in the fat:
    # 0.02 mL fill the dermis from top to bottom, wherever in it the tip lies.
    "skin-thickness": ("exposure-mean", 0),
    "injected-volume": ("exposure-mean", 1),
    "backflow": ("exposure-mean", -1),
    "swelling": ("peak-free", 1),
    "position": ("homogeneity", 0),
    "clearance": ("exposure-mean", -1),
    "diffusivity-small": ("exposure-subcutis", 1),
    "papillary-vessels": ("exposure-epidermis", -1),
    "blood-flow": ("exposure-mean", -1),
    "binding": ("peak-free", -1),
}


def only(name: str) -> Catalogue:
    """The plan's own values for all inputs but one, which has its whole range."""
    still = centred(1e-9)
    inputs = {**still.varied_inputs, name: catalogue().varied_inputs[name]}
    return replace(still, records={**still.records, "varied-input": inputs})


@pytest.mark.parametrize("name", MOVES)
def test_each_input_alone_moves_the_field(name: str) -> None:
    outcome, way = MOVES[name]
    made = mesoplan.plan(case_of(bare("lidocaine"), engine={"runs": 8}), only(name))
    row = band(made, outcome)
    assert row.high > row.low * 1.002
    if way:
        (driver,) = row.drivers
        assert driver.input == name
        assert driver.correlation == pytest.approx(way, abs=0.1)


@pytest.mark.parametrize("name", ["plasma-volume", "plasma-half-life"])
def test_plasma_inputs_move_the_plasma_alone(name: str) -> None:
    made = mesoplan.plan(case_of(bare("lidocaine"), engine={"runs": 8}), only(name))
    (spread,) = made.exposure.spreads
    last = spread.plasma.high[-1] / spread.plasma.low[-1]
    if name == "plasma-volume":
        # the curve as a whole: all but a tenth of the range of 1.43 / 0.7
        assert spread.plasma_peak[1] / spread.plasma_peak[0] == pytest.approx(last, rel=1e-3)
        assert 1.6 < last < 1.43 / 0.7
    else:
        # who keeps it longer has far more of it late, and hardly more at its peak
        assert spread.plasma_peak[1] < 1.1 * spread.plasma_peak[0]
        assert last > 5.0
    row = band(made, "exposure-mean")
    assert row.high == pytest.approx(row.low, rel=1e-4)


def test_the_only_input_that_varies_drives() -> None:
    # 90 degrees, 3.5 mm: in the fat of a cheek, nearer to the dermis the higher it lies
    case = case_of(
        bare("caffeine"),
        engine={"runs": 16},
        technique={**DEEP, "inserted_mm": 3.5, "needle": "30G 4 mm"},
    )
    row = band(mesoplan.plan(case, with_ranges(0.0, tip_depth=1.0)), "exposure-dermis")
    assert [driver.input for driver in row.drivers] == ["tip-depth"]
    assert row.drivers[0].correlation < -0.95
    assert row.low < 0.9 * row.high


def test_large_molecules_and_closed_vessels_have_their_own_inputs() -> None:
    large = planned(bare("hyaluronic-acid", "5 mg/mL"), engine={"runs": 12})
    closed = planned(bare("caffeine"), engine={"runs": 12, "flow": "epinephrine"})
    small = planned(bare("caffeine"), engine={"runs": 12})
    named = [
        {driver.input for row in made.indicators for driver in row.drivers}
        for made in (large, closed, small)
    ]
    assert "blood-flow" not in named[1]
    assert "diffusivity-large" not in named[1] | named[2]
    assert "blood-flow-closed" not in named[2]
    # nothing binds hyaluronan, and its plasma constants are not known
    assert not named[0] & {"binding", "plasma-volume", "plasma-half-life", "diffusivity-small"}
    assert large.exposure.spreads[0].plasma is None
    assert large.exposure.spreads[0].plasma_peak is None


def test_the_seed_decides_and_the_same_seed_repeats(plan) -> None:
    again = planned(bare("lidocaine"), engine={"runs": RUNS})
    other = planned(bare("lidocaine"), engine={"runs": RUNS, "seed": 2})
    assert again.document() == plan.document()
    before, after = band(plan, "exposure-mean"), band(other, "exposure-mean")
    assert before.value == after.value
    assert (before.low, before.high) != (after.low, after.high)
    # and yet much the same
    assert after.high == pytest.approx(before.high, rel=0.4)


def test_the_plan_itself_does_not_depend_on_its_runs(plan) -> None:
    without = planned(bare("lidocaine"))
    for row, other in zip(plan.indicators, without.indicators, strict=True):
        assert (row.id, row.value, row.verdict) == (other.id, other.value, other.verdict)
    np.testing.assert_array_equal(plan.exposure.areas[0].auc, without.exposure.areas[0].auc)


def test_rows_of_one_area_have_no_band() -> None:
    areas = [{"site": site, "rectangle_mm": [20, 10]} for site in ("cheek", "thigh")]
    found = planned(bare("caffeine"), engine={"runs": 4}, areas=areas)
    own = [row for row in found.indicators if row.area is not None]
    assert len(own) == 2
    assert all(row.low is None for row in own)
    assert band(found, "exposure-mean").runs == 4
