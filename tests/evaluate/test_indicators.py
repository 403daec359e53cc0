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
from mesoplan.evaluate.levels import counting_level, level_per_ml
from mesoplan.evaluate.passes import passes_of
from mesoplan.evaluate.target import (
    exposure_histogram,
    target_cells,
    target_values,
    weighted_quantile,
)
from mesoplan.model.exposure import AreaExposure, Exposure
from mesoplan.model.substance import Molecule
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
    return {i.id if i.area is None else (i.id, i.area): i for i in found}


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
    # and each area for itself
    assert found["exposure-mean", 0].value == pytest.approx(MEAN)
    assert found["exposure-mean", 1].value == pytest.approx(2.0)
    assert ("exposure-mean", 0) not in measure(field(), **CAFFEINE)


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
    # the dose is told, but held against nothing
    assert found["areal-dose"].value == pytest.approx(4.0)
    assert (found["areal-dose"].verdict, found["areal-dose"].limit) == ("none", None)
    assert found["coverage"].verdict == "none"


def test_areal_dose_without_a_level():
    # 30 points of 0.02 mL of 10 mg/mL on 30 cm2
    found = measure(field(), **CAFFEINE)["areal-dose"]
    assert (found.value, found.unit) == (pytest.approx(0.2), "mg/cm2")
    assert (found.verdict, found.limit) == ("none", None)
    half = measure(field(), **holding(bare("caffeine"), volume_per_point="0.01 mL"))["areal-dose"]
    assert half.value == pytest.approx(0.1)


def test_conformity_by_hand():
    # At least 2.083 under the area: epidermis 3 x 0.1, upper 2 x 0.25, lower 2 x 0.75, fat 3 x 2,
    # in all 8.3; of them 2.0 in the target of 3: 2 / 3 covered x 2 / 8.3 in target.
    found = measure(field(), **CAFFEINE)
    assert found["conformity"].value == pytest.approx(2 / 3 * 2 / 8.3)
    # where only the target is reached it is the coverage
    only = field()
    only.auc[:] = 0.0
    only.auc[:, :, 1:3] = 1.0
    only.auc[1, 1] = 0.0
    assert measure(only, **CAFFEINE)["conformity"].value == pytest.approx(1.0)


def test_conformity_of_a_known_level():
    # free 0.01 mg/mL and more: lower dermis under 3 nodes (2.25 of 3), and fat under one (2.0)
    made = field("tranexamic-acid")
    made.concentration[1][INSIDE, 2] = 0.03
    made.concentration[2, 0, 0, 3] = 0.04  # a quarter is free: just so
    found = measure(made, **holding(bare("tranexamic-acid")))
    assert found["coverage"].value == pytest.approx(0.75)
    assert found["conformity"].value == pytest.approx(0.75 * 2.25 / 4.25)
    nothing = measure(field("tranexamic-acid"), **holding(bare("tranexamic-acid")))
    assert (nothing["conformity"].value, nothing["coverage"].value) == (0.0, 0.0)


def test_time_above_a_level_is_the_mean_of_the_target():
    # Upper cell (0.25 of 1 mm): free 0.02 to 0.005 in the first hour, half of it above 0.01.
    # Lower cell under one of three nodes: both hours above.
    made = field("tranexamic-acid")
    made.concentration[0, :, :, 1] = 0.04
    made.concentration[1, :, :, 1] = 0.01
    made.concentration[:, 0, 1, 2] = 0.03
    found = measure(made, **holding(bare("tranexamic-acid")))["time-above"]
    assert (found.value, found.unit) == (pytest.approx(0.25 * 0.5 + 0.75 * 2.0 / 3), "h")
    assert "time-above" not in measure(field(), **CAFFEINE)


def test_the_peak_is_that_of_the_free_part_in_the_hot_end():
    # Highest at any time, in the target alone: 0.4, 1.2 and 0.6 of total in the lower cell.
    made = field()
    made.concentration[1, :, :, 2] = [[0.4, 1.2], [0.6, 70.0]]
    made.concentration[2, :, :, 2] = 0.1
    made.concentration[1, :, :, 3] = 99.0
    found = measure(made, **CAFFEINE)["peak-free"]
    # 98 % of the volume lies at or below 1.2, half of it free
    assert (found.value, found.unit) == (pytest.approx(0.6), "mg/mL")


def test_mean_exposure_of_each_layer():
    made = field()
    made.auc[0, 1, 0] = 10.0  # 70, 10, 70 under the three nodes inside
    found = measure(made, **CAFFEINE)
    assert found["exposure-epidermis"].value == pytest.approx(50.0)
    assert found["exposure-dermis"].value == pytest.approx(MEAN)
    assert found["exposure-subcutis"].value == pytest.approx(50.0)


def test_a_level_in_moles_is_that_of_the_form_in_the_syringe():
    # 0.8 mM free: 0.8 x 270.8 mg/L of the hydrochloride; half is free, so twice that in all.
    salt = 2 * 0.8 * 270.8 / 1e6 * 1000
    for factor, covered in ((1.001, 1.0), (0.999, 0.0)):
        made = field("lidocaine")
        made.concentration[1, :, :, 1:3] = factor * salt
        found = measure(made, **holding(product("lidocaine-hydrochloride-10")))
        assert found["coverage"].value == pytest.approx(covered)


def test_levels_in_the_units_of_the_engine():
    data = catalogue()
    substance = data.substances["lidocaine"]
    (level,) = substance.levels
    settled = settle(case_of(**holding(product("lidocaine-hydrochloride-10"))), data)
    mixture = settled.mixtures[0]
    assert level_per_ml(level, substance, [mixture]) == pytest.approx(0.8 * 270.8 / 1000)
    base = [c.model_copy(update={"form": "base"}) for c in mixture.contents]
    as_base = mixture.model_copy(update={"contents": tuple(base)})
    assert level_per_ml(level, substance, [as_base]) == pytest.approx(0.8 * 234.34 / 1000)
    # both: the heavier form, so that the level is not called reached too early
    assert level_per_ml(level, substance, [as_base, mixture]) == pytest.approx(0.8 * 270.8 / 1000)
    # no form known: the molecule; neither: not known
    bare_molecule = substance.model_copy(update={"forms": ()})
    assert level_per_ml(level, bare_molecule, [mixture]) == pytest.approx(0.8 * 234.34 / 1000)
    nothing = bare_molecule.model_copy(update={"molecule": Molecule()})
    assert level_per_ml(level, nothing, [mixture]) is None
    by_mass = level.model_copy(update={"unit": "mg/L", "value": 10.0})
    assert level_per_ml(by_mass, nothing, [mixture]) == pytest.approx(0.01)


def test_a_level_counts_in_the_product_it_was_measured_in():
    data = catalogue()
    substance = data.substances["abobotulinumtoxina"]
    own = settle(case_of(**holding(product("abobotulinumtoxina-500"))), data).mixtures
    other = settle(case_of(**holding(bare("abobotulinumtoxina"))), data).mixtures
    assert counting_level(substance, own) == substance.levels[0]
    assert counting_level(substance, other) is None
    any_product = substance.levels[0].model_copy(update={"products": ()})
    everywhere = substance.model_copy(update={"levels": (any_product,)})
    assert counting_level(everywhere, other) == any_product


def test_a_film_has_no_coverage_and_bounds():
    film = dict(technique={**PAPULE, "id": "intraepidermic"})
    del film["technique"]["volume_per_point"]
    film["technique"]["volume_per_area"] = "0.6 mL"
    found = measure(field(), syringes=[syringe(bare("caffeine"))], **film)
    assert found["coverage"].value is None
    assert found["homogeneity"].value is None
    assert found["exposure-mean"].value is not None
    assert "conformity" not in found


def test_the_wheal_stays_for_its_half_time_unless_it_is_a_gel():
    half_time = catalogue().engine_figures["wheal-half-time"].central
    assert measure(field(), **CAFFEINE)["wheal-half-time"].value == half_time
    gel = holding(bare("hyaluronic-acid"))
    role = catalogue().substances["hyaluronic-acid"].role
    assert role == "device-material"
    assert measure(field("hyaluronic-acid"), **gel)["wheal-half-time"].value is None


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
