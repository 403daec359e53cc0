"""Flat areas: rectangle, ellipse, outline."""

import math

import numpy as np
import pytest

from mesoplan.anatomy.layers import SkinLayers, Thickness
from mesoplan.anatomy.surface import FlatPatch, flat_patch
from mesoplan.core.errors import InputError
from mesoplan.model.case import Area

LAYERS = SkinLayers(Thickness(0.07, 0.01), Thickness(1.45, 0.1), 10.0, False, False)


def patch(**shape: object) -> FlatPatch:
    return flat_patch(Area.model_validate({"site": "cheek", **shape}), LAYERS, "areas[3]")


def test_a_rectangle_is_width_by_height() -> None:
    found = patch(rectangle_mm=(60, 50))
    assert found.size_mm == (60, 50)
    assert found.area_cm2 == pytest.approx(30.0)


def test_an_ellipse_has_its_area_and_full_axes() -> None:
    found = patch(ellipse_mm=(60, 40))
    assert found.size_mm == pytest.approx((60, 40))
    # pi a b / 4 = pi * 60 * 40 / 4 mm2 = 18.8496 cm2
    assert found.area_cm2 == pytest.approx(math.pi * 6 * 4 / 4, rel=1e-4)


def test_an_outline_keeps_the_coordinates_of_the_case() -> None:
    found = patch(outline_mm=((-10, 5), (20, 5), (20, 45), (-10, 45)))
    assert found.size_mm == (30, 40)
    assert found.area_cm2 == pytest.approx(12.0)
    assert found.origin_mm == (-10, 5)
    assert min(x for x, _ in found.outlines_mm[0]) == -10
    assert max(y for _, y in found.outlines_mm[0]) == 45


def test_an_outline_may_run_either_way_round_and_be_concave() -> None:
    # an L: 60 x 40 less 30 x 20 = 1800 mm2
    corners = ((0, 0), (60, 0), (60, 20), (30, 20), (30, 40), (0, 40))
    for order in (corners, corners[::-1]):
        found = patch(outline_mm=order)
        assert found.area_cm2 == pytest.approx(18.0)
        inside = found.inside(np.array([15.0, 45.0]), np.array([30.0, 30.0]))
        assert inside.tolist() == [True, False]


def test_inside_keeps_a_margin_from_the_outline() -> None:
    found = patch(rectangle_mm=(60, 50))
    x, y = np.array([2.0, 3.0, 30.0, 61.0]), np.array([25.0, 25.0, 47.5, 25.0])
    assert found.inside(x, y).tolist() == [True, True, True, False]
    assert found.inside(x, y, 3.0).tolist() == [False, True, False, False]


def test_distance_is_straight() -> None:
    assert patch(rectangle_mm=(60, 50)).distance_mm((0, 0), (30, 40)) == pytest.approx(50)


@pytest.mark.parametrize(
    "corners",
    [
        ((0, 0), (60, 40), (60, 0), (0, 40)),  # a bow tie
        ((0, 0), (60, 0), (60, 40), (30, -10), (0, 40)),
        ((0, 0), (30, 0), (60, 0)),  # no width
        ((0, 0), (60, 0), (0, 0)),
    ],
)
def test_outlines_that_cross_or_enclose_nothing_are_faults(corners: object) -> None:
    with pytest.raises(InputError) as caught:
        patch(outline_mm=corners)
    assert [fault.key for fault in caught.value.faults] == ["areas[3].outline_mm"]
