"""Grids laid to suit an outline: exact pitch, and never worse than the grid as it falls."""

import math

import numpy as np
import pytest
import shapely

from mesoplan.anatomy.layers import SkinLayers, Thickness
from mesoplan.anatomy.surface import FlatPatch
from mesoplan.placement.fitting import fitted_places

LAYERS = SkinLayers(Thickness(0.07, 0.01), Thickness(1.45, 0.1), 10.0, False, False)


def patch(polygon):
    return FlatPatch(polygon, LAYERS)


def places(found):
    return np.array([[p.x_mm, p.y_mm] for p in found])


def test_strip_one_pitch_high_gets_one_row_in_its_middle():
    # 50 x 8 mm at 10 mm: a row at half height touches no edge; at the bottom it would
    found = places(fitted_places(patch(shapely.box(3, 5, 53, 13)), "square", 10.0))
    assert len(found) == 5
    assert np.ptp(found[:, 1]) == 0
    assert abs(found[0, 1] - 9.0) <= 10.0 / 6 / 2 + 1e-9
    assert np.diff(np.sort(found[:, 0])) == pytest.approx([10.0] * 4)


@pytest.mark.parametrize("pattern", ["square", "hexagonal"])
def test_pitch_is_exact_and_points_lie_inside(pattern):
    outline = shapely.Polygon([(0, 0), (47, 6), (61, 33), (30, 52), (4, 40)])
    found = places(fitted_places(patch(outline), pattern, 7.0, 1.5))
    away = np.linalg.norm(found[:, None] - found[None], axis=2)
    np.fill_diagonal(away, np.inf)
    assert away.min() == pytest.approx(7.0)
    assert np.median(away.min(axis=1)) == pytest.approx(7.0)
    for x, y in found:
        assert outline.contains(shapely.Point(x, y))
        assert outline.boundary.distance(shapely.Point(x, y)) >= 1.5 - 1e-9


def test_hexagonal_rows_lie_half_a_pitch_apart_sideways():
    found = fitted_places(patch(shapely.box(0, 0, 40, 30)), "hexagonal", 8.0)
    rows = sorted({p.row: p.y_mm for p in found}.values())
    assert np.diff(rows) == pytest.approx([8.0 * math.sqrt(3) / 2] * (len(rows) - 1))


def test_reaches_further_in_than_the_grid_from_the_corner():
    # A triangle into whose corner the unshifted grid puts points that touch the edge.
    outline = shapely.Polygon([(0, 0), (30, 0), (0, 30)])
    found = places(fitted_places(patch(outline), "square", 10.0))
    reach = sum(min(5.0, outline.boundary.distance(shapely.Point(x, y))) for x, y in found)
    corner = [(x, y) for x in (0, 10, 20, 30) for y in (0, 10, 20, 30) if x + y <= 30]
    plain = sum(min(5.0, outline.boundary.distance(shapely.Point(p))) for p in corner)
    assert reach > plain


def test_area_without_room_holds_none():
    assert fitted_places(patch(shapely.box(0, 0, 3, 3)), "square", 10.0, 2.0) == ()
