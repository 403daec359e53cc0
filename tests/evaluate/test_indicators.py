"""Indicators on fields small enough to calculate by hand.

The field has 2 x 2 nodes, one of them outside the area, over two cells of dermis (0.25 and
0.75 mm high) between one of epidermis and one of fat. In the dermis under the three nodes inside
the exposure is 4, 1, 6 in the upper cell (weight 0.25 each) and 2, 3, 8 in the lower one (0.75):
volume 3, mean (0.25 x 11 + 0.75 x 13) / 3 = 4.1667.
"""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesoplan.evaluate.bed import Bed
from mesoplan.evaluate.indicators import indicators
from mesoplan.evaluate.passes import passes_of
from mesoplan.evaluate.target import (
    exposure_histogram,
    target_cells,
    target_values,
    weighted_quantile,
)
from mesoplan.model.exposure import AreaExposure, Exposure
from mesoplan.workflow.layout import lay_out
from mesoplan.workflow.settle import settle
from safety.cases import DEEP, PAPULE, bare, case_of, catalogue, product, syringe

INSIDE = np.array([[True, True], [True, False]])
UPPER = np.array([[4.0, 1.0], [6.0, 900.0]])
LOWER = np.array([[2.0, 3.0], [8.0, 900.0]])
MEAN = 12.5 / 3


def field(substance: str = "caffeine", area: int = 0) -> AreaExposure:
    auc = np.stack([np.full((2, 2), 70.0), UPPER, LOWER, np.full((2, 2), 50.0)], axis=-1)
    return AreaExposure(
        area=area,
        substance=substance,
        unit="mg",
        x_mm=np.array([15.0, 45.0]),
        y_mm=np.array([12.5, 37.5]),
        depth_mm=np.array([0.05, 0.225, 0.725, 2.1]),
        cell_mm=np.array([0.1, 0.25, 0.75, 2.0]),
        inside=INSIDE,
        auc=auc,
        times_h=np.array([0.0, 1.0, 2.0]),
        concentration=np.zeros((3, 2, 2, 4)),
        free_share=np.array([0.5, 0.5, 0.5, 0.25]),
        layer_bottom_mm=(0.1, 1.1, 3.1),
    )


def measure(*fields: AreaExposure, change=lambda placement: placement, **parts):
    """The indicators of a case, by id, on made-up fields in place of computed ones."""
    data = catalogue()
    case = case_of(**parts)
    settled = settle(case, data)
    layout = lay_out(settled, data)
    beds = [Bed(patch, patch.layers, 1.0) for patch in layout.patches]
    placements = [change(placement) for placement in layout.placements]
    passes = passes_of(settled.mixtures, placements, layout.points, beds)
    found = indicators(case, Exposure(tuple(fields), ()), passes, layout.points, data)
    return {i.id: i for i in found}


def holding(*contents, **technique):
    return dict(syringes=[syringe(*contents)], technique={**PAPULE, **technique})


CAFFEINE = holding(bare("caffeine"))


@pytest.mark.parametrize(
    ("plane", "cells"),
    [
        ("epidermis", [True, False, False, False]),
        ("dermis", [False, True, True, False]),
        ("subcutis", [False, False, False, True]),
    ],
)
def test_cells_of_a_layer(plane, cells):
    assert target_cells(field(), plane).tolist() == cells


def test_only_nodes_inside_count_with_the_height_of_their_cells():
    values, weight = target_values(field(), field().auc, "dermis")
    assert sorted(zip(values, weight, strict=True)) == [
        (1.0, 0.25), (2.0, 0.75), (3.0, 0.75), (4.0, 0.25), (6.0, 0.25), (8.0, 0.75)
    ]  # fmt: skip


def test_coverage_without_a_known_level_is_relative_to_the_mean():
    # At least 2.083: 4 and 6 above, 3 and 8 below: (0.5 + 1.5) / 3.
    coverage = measure(field(), **CAFFEINE)["coverage"]
    assert coverage.value == pytest.approx(2 / 3)
    assert coverage.verdict == "none"
    assert coverage.limit is None


def test_exactly_half_the_mean_is_covered():
    flat = replace(field(), auc=np.ones((2, 2, 4)))
    assert measure(flat, **CAFFEINE)["coverage"].value == 1.0
    # 1 and 3 at equal weights: mean 2, half of it 1.
    two = replace(
        field(),
        auc=np.broadcast_to(np.array([[1.0, 3.0], [2.0, 9.0]])[..., None], (2, 2, 4)).copy(),
    )
    assert measure(two, **CAFFEINE)["coverage"].value == 1.0


def test_homogeneity_is_the_spread_over_the_mean():
    # 0.25 x (0.0278 + 10.0278 + 3.3611) + 0.75 x (4.6944 + 1.3611 + 14.6944) = 18.9167;
    # sqrt(18.9167 / 3) / 4.1667 = 0.60266.
    found = measure(field(), **CAFFEINE)
    assert found["homogeneity"].value == pytest.approx(0.60266, abs=1e-5)
    assert found["exposure-mean"].value == pytest.approx(MEAN)
    even = measure(replace(field(), auc=np.ones((2, 2, 4))), **CAFFEINE)
    assert even["homogeneity"].value == pytest.approx(0.0, abs=1e-12)


def test_cold_and_hot_end():
    # 2 % of 3 is 0.06, within the 0.25 of the value 1; 98 % is 2.94, within the last 0.75.
    found = measure(field(), **CAFFEINE)
    assert found["exposure-d98"].value == 1.0
    assert found["exposure-d2"].value == 8.0


def test_several_areas_are_one_target():
    # A second field of 2 everywhere: volume 3, mean of both (12.5 + 6) / 6 = 3.0833.
    other = replace(field(area=1), auc=np.full((2, 2, 4), 2.0))
    areas = [
        {"site": "cheek", "side": side, "rectangle_mm": [60, 50]} for side in ("left", "right")
    ]
    found = measure(field(), other, areas=areas, **CAFFEINE)
    assert found["exposure-mean"].value == pytest.approx(18.5 / 6)


def test_quantiles_by_weight():
    values, weight = np.array([3.0, 1.0, 2.0]), np.array([1.0, 2.0, 1.0])
    # In rising order 1 (half of the volume), 2 (to three quarters), 3.
    for share, level in ((0.0, 1), (0.5, 1), (0.51, 2), (0.75, 2), (0.76, 3), (1.0, 3)):
        assert weighted_quantile(values, weight, share) == level


@given(
    st.lists(st.tuples(st.floats(0, 1e6), st.floats(0.01, 100)), min_size=1, max_size=40),
    st.floats(0, 1),
)
def test_a_quantile_has_its_share_at_or_below(rows, share):
    values, weight = np.array(rows).T
    level = weighted_quantile(values, weight, share)
    total = weight.sum()
    assert level in values
    assert weight[values <= level].sum() >= share * total * (1 - 1e-9)
    assert weight[values < level].sum() <= share * total * (1 + 1e-9)


def test_histogram():
    level, share = exposure_histogram(field(), "dermis", bins=9)
    assert level.tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8]
    # At least 2: all but 0.25; 3: less 0.75; 4: less 0.75; 5: less 0.25; 7: less 0.25.
    expected = [3, 3, 2.75, 2, 1.25, 1, 1, 0.75, 0.75]
    assert share == pytest.approx(np.array(expected) / 3)


def peaks(milligram_per_ml: float) -> AreaExposure:
    """Total concentration in the dermis at one time, so that half of it is free."""
    made = field("tranexamic-acid")
    made.concentration[1, :, :, 1:3] = milligram_per_ml
    return made


def test_coverage_of_a_known_level():
    # 10 mg/L free = 0.01 mg/mL free = 0.02 mg/mL in all at a free share of one half.
    parts = holding(bare("tranexamic-acid"))
    at = measure(peaks(0.02), **parts)["coverage"]
    assert (at.value, at.verdict) == (1.0, "met")
    assert at.limit == pytest.approx(0.9)
    below = measure(peaks(0.0199), **parts)["coverage"]
    assert (below.value, below.verdict) == (0.0, "missed")


def test_coverage_of_a_known_level_is_a_share_of_volume():
    # Only the lower cell (0.75 of 1 mm) under all three nodes: 0.75.
    made = field("tranexamic-acid")
    made.concentration[2, :, :, 2] = 0.03
    found = measure(made, **holding(bare("tranexamic-acid")))["coverage"]
    assert found.value == pytest.approx(0.75)
    assert found.verdict == "missed"


@pytest.mark.parametrize(("volume", "dose", "verdict"), [(0.02, 4.0, "met"), (0.01, 2.0, "missed")])
def test_areal_dose(volume, dose, verdict):
    # 500 U in 2.5 mL are 200 U/mL; 30 points on 30 cm2; 2.5 U/cm2 are needed.
    parts = holding(product("abobotulinumtoxina-500"), volume_per_point=f"{volume} mL")
    found = measure(replace(field("abobotulinumtoxina"), unit="U"), **parts)["areal-dose"]
    assert found.value == pytest.approx(dose)
    assert (found.verdict, found.limit, found.unit) == (verdict, 2.5, "U/cm2")


def test_a_level_of_another_product_does_not_count():
    parts = holding(bare("abobotulinumtoxina", "200 U/mL"))
    found = measure(field("abobotulinumtoxina"), **parts)
    assert "areal-dose" not in found
    assert found["coverage"].verdict == "none"


def test_target_distance():
    # 3 mm at 15 degrees: 3 sin 15 = 0.77646 mm.
    known = measure(field(), treatment={"target_depth_mm": 1.0}, **CAFFEINE)["target-distance"]
    assert known.value == pytest.approx(1.0 - 3 * math.sin(math.radians(15)))
    assert known.value == pytest.approx(0.22354, abs=1e-5)
    assert measure(field(), **CAFFEINE)["target-distance"].value is None


@pytest.mark.parametrize(("diameter", "overlap"), [(9.9, 0.0), (10.0, 0.0), (10.1, 1.0)])
def test_overlap_of_neighbours(diameter, overlap):
    # A square grid of 10 mm.
    found = measure(
        field(),
        change=lambda p: p.model_copy(update={"wheal_diameter_mm": diameter}),
        **CAFFEINE,
    )
    assert found["wheal-overlap"].value == overlap


def test_the_second_pass_is_no_neighbour_of_the_first():
    parts = dict(syringes=[syringe(bare("caffeine")), syringe(bare("biotin"))], technique=PAPULE)
    found = measure(
        field(), change=lambda p: p.model_copy(update={"wheal_diameter_mm": 9.9}), **parts
    )
    assert found["wheal-overlap"].value == 0.0


def test_overlap_is_a_share_of_points():
    # 30 points 10 mm apart and one point alone: 30 of 31.
    areas = [
        {"site": "cheek", "side": "left", "rectangle_mm": [60, 50]},
        {"site": "cheek", "side": "right", "rectangle_mm": [10, 10]},
    ]
    found = measure(
        field(),
        change=lambda p: p.model_copy(update={"wheal_diameter_mm": 10.5}),
        areas=areas,
        **CAFFEINE,
    )
    assert found["wheal-overlap"].value == pytest.approx(30 / 31)


def test_share_in_target():
    thigh = [{"site": "thigh", "rectangle_mm": [60, 50]}]
    # The middle of 10 mm of fat, far from its borders against a bolus of 0.02 mL (1.7 mm).
    deep = measure(
        field(), areas=thigh, syringes=[syringe(bare("caffeine"))],
        technique={**DEEP, "inserted_mm": 6.5},
    )["share-in-target"]  # fmt: skip
    assert deep.value == pytest.approx(1.0, abs=0.02)
    # The same bolus meant for the dermis is not in it.
    missed = measure(
        field(), areas=thigh, syringes=[syringe(bare("caffeine"))],
        technique={**DEEP, "id": "papule", "inserted_mm": 6.5},
    )["share-in-target"]  # fmt: skip
    assert missed.value == pytest.approx(0.0, abs=0.02)
    assert missed.value + deep.value <= 1 + 1e-9
