"""Outlines carried from one map of a mesh to another, and borders of a value: by hand."""

import numpy as np
import pytest
import shapely

from mesoplan.anatomy.face.clip import below, carried

SOURCE = np.array([[0.0, 0.0], [4.0, 0.0], [4.0, 3.0], [0.0, 3.0]])
TRIANGLES = np.array([[0, 1, 2], [0, 2, 3]])


def test_affine_map_carries_shape_and_area():
    # twice as wide, sheared, three times as high: the area grows by 6
    target = SOURCE @ np.array([[2.0, 0.0], [0.5, 3.0]]) + [7.0, -2.0]
    outline = shapely.Polygon([(1, 1), (3, 1), (3, 2), (1, 2)])
    found = carried(outline, SOURCE, TRIANGLES, target)
    assert found.area == pytest.approx(2.0 * 6.0, rel=1e-4)
    corner = np.array([1.0, 1.0]) @ np.array([[2.0, 0.0], [0.5, 3.0]]) + [7.0, -2.0]
    assert found.distance(shapely.Point(corner)) < 1e-5


def test_each_triangle_follows_its_own_map():
    # only the upper triangle is drawn out to twice its height above the diagonal's corner
    target = SOURCE.copy()
    target[3] = [0.0, 6.0]
    whole = carried(shapely.box(-1, -1, 9, 9), SOURCE, TRIANGLES, target)
    # lower: 4 x 3 / 2 = 6; upper: corners (0,0), (4,3), (0,6): 4 x 6 / 2 = 12
    assert whole.area == pytest.approx(18.0, rel=1e-4)


def test_what_lies_beside_the_mesh_is_nothing():
    assert carried(shapely.box(10, 10, 12, 12), SOURCE, TRIANGLES, SOURCE).is_empty


def test_border_of_a_value_that_rises_evenly():
    # the value is x: up to 1.5 lie 1.5 x 3 of 4 x 3
    found = below(SOURCE[:, 0], 1.5, TRIANGLES, SOURCE)
    assert found.area == pytest.approx(4.5, rel=1e-4)
    assert found.bounds == pytest.approx((0.0, 0.0, 1.5, 3.0), abs=1e-5)
    assert below(SOURCE[:, 0], -1.0, TRIANGLES, SOURCE).is_empty
