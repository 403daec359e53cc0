"""Patterns of points: counts, pitch, margin, order."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mesoplan.anatomy.layers import SkinLayers, Thickness
from mesoplan.anatomy.surface import FlatPatch, flat_patch
from mesoplan.model.case import Area
from mesoplan.placement.pattern import Place, places, row_name
from mesoplan.placement.strokes import Stroke, film_rows, threads

LAYERS = SkinLayers(Thickness(0.07, 0.01), Thickness(1.45, 0.1), 10.0, False, False)
L_SHAPE = ((0, 0), (63, 0), (63, 21), (30, 21), (30, 44), (0, 44))


def patch(**shape: object) -> FlatPatch:
    return flat_patch(Area.model_validate({"site": "cheek", **shape}), LAYERS, "areas[0]")


def rectangle(a: float, b: float) -> FlatPatch:
    return patch(rectangle_mm=(a, b))


def at(found: tuple[Place, ...]) -> np.ndarray:
    return np.array([(place.x_mm, place.y_mm) for place in found])


def nearest(points: np.ndarray) -> np.ndarray:
    gaps = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(gaps, np.inf)
    return gaps.min(axis=1)


@pytest.mark.parametrize(
    ("a", "b", "s", "count", "first"),
    [
        (60, 50, 10, 30, (5, 5)),  # 6 x 5, s/2 from the edge
        (45, 30, 10, 12, (7.5, 5)),  # 4 x 3; 45 - 30 = 15 left, half of it each side
        (65, 50, 10, 30, (7.5, 5)),  # floor 6.5 = 6
        (10, 10, 10, 1, (5, 5)),  # exactly one
        (19.9, 10, 10, 1, (9.95, 5)),  # floor 1.99 = 1
        (30, 21, 0.3, 100 * 70, (0.15, 0.15)),  # 30 / 0.3 is 100 however floats round it
        (0.7, 2.1, 0.1, 7 * 21, (0.05, 0.05)),
    ],
)
def test_square_grid_of_a_rectangle(
    a: float, b: float, s: float, count: int, first: tuple[float, float]
) -> None:
    found = places(rectangle(a, b), "square", s)
    assert len(found) == count
    assert (found[0].x_mm, found[0].y_mm) == pytest.approx(first)


@settings(max_examples=60, deadline=None)
@given(st.integers(5, 200), st.integers(5, 200), st.integers(5, 40))
def test_square_grid_counts_by_the_contract(a: int, b: int, s: int) -> None:
    found = places(rectangle(a, b), "square", float(s))
    assert len(found) == (a // s) * (b // s)
    if found:
        points = at(found)
        assert points.mean(axis=0) == pytest.approx((a / 2, b / 2))
        assert points.min() >= s / 2 - 1e-9
        assert (np.array([a, b]) - points).min() >= s / 2 - 1e-9
        if len(found) > 1:
            assert nearest(points) == pytest.approx(np.full(len(found), float(s)))


@pytest.mark.parametrize(
    ("margin", "columns", "rows", "first"),
    [
        # the largest grid of pitch 10 in (60 - 2m) x (50 - 2m), centred
        (5.0, 6, 5, (5.0, 5.0)),  # 50 x 40 holds 6 x 5 at pitch 10
        (4.0, 6, 5, (5.0, 5.0)),  # 52 x 42 the same, 1 mm more room each side
        (6.0, 5, 4, (10.0, 10.0)),  # 48 x 38: 5 x 4
        (1.0, 6, 5, (5.0, 5.0)),  # 58 x 48: 6 x 5 (7 need 60)
        (24.0, 2, 1, (25.0, 25.0)),  # 12 x 2: 2 x 1
        (25.0, 2, 1, (25.0, 25.0)),  # 10 x 0: a line of two
    ],
)
def test_margin_is_kept_and_the_grid_centred(
    margin: float, columns: int, rows: int, first: tuple[float, float]
) -> None:
    found = places(rectangle(60, 50), "square", 10.0, margin)
    assert len(found) == columns * rows
    assert (found[0].x_mm, found[0].y_mm) == pytest.approx(first)
    assert len({place.row for place in found}) == rows


def test_a_margin_that_leaves_nothing_holds_no_point() -> None:
    assert places(rectangle(60, 50), "square", 10.0, 25.1) == ()


def test_rows_have_their_own_distance() -> None:
    found = places(rectangle(60, 50), "rows", 4.0, 0.0, 12.5)
    assert len(found) == 15 * 4
    assert sorted({place.y_mm for place in found}) == pytest.approx([6.25, 18.75, 31.25, 43.75])
    assert [place.row for place in found[::15]] == ["A", "B", "C", "D"]


def test_rows_without_a_distance_use_the_pitch() -> None:
    assert at(places(rectangle(60, 50), "rows", 10.0)) == pytest.approx(
        at(places(rectangle(60, 50), "square", 10.0))
    )


def test_line_runs_along_the_longer_side() -> None:
    wide = places(rectangle(60, 20), "line", 10.0)
    assert at(wide).tolist() == [[5 + 10 * i, 10] for i in range(6)]
    high = places(rectangle(20, 60), "line", 10.0)
    assert at(high).tolist() == [[10, 5 + 10 * i] for i in range(6)]


@pytest.mark.parametrize("size", [(60, 50), (63, 47), (64.9, 30), (33, 90)])
def test_hexagonal_neighbours_are_exactly_a_pitch_apart(size: tuple[float, float]) -> None:
    points = at(places(rectangle(*size), "hexagonal", 10.0))
    assert nearest(points) == pytest.approx(np.full(len(points), 10.0), rel=1e-12)
    heights = np.unique(points[:, 1].round(9))
    assert np.diff(heights) == pytest.approx(np.full(len(heights) - 1, 10 * math.sqrt(3) / 2))
    # an inner point has six neighbours
    middle = points[np.linalg.norm(points - np.array(size) / 2, axis=1).argmin()]
    gaps = np.linalg.norm(points - middle, axis=1)
    assert np.sum(np.isclose(gaps, 10.0)) == 6


@pytest.mark.parametrize("pattern", ["square", "hexagonal", "rows", "line"])
@pytest.mark.parametrize("margin", [0.0, 4.0])
@pytest.mark.parametrize("shape", [{"ellipse_mm": (63, 44)}, {"outline_mm": L_SHAPE}])
def test_points_of_other_outlines_lie_inside(
    shape: dict[str, object], margin: float, pattern: str
) -> None:
    area = patch(**shape)
    points = at(places(area, pattern, 7.0, margin))
    assert len(points) >= 3
    if "ellipse_mm" in shape:
        a, b = 63 / 2, 44 / 2
        assert np.all(((points[:, 0] - a) / a) ** 2 + ((points[:, 1] - b) / b) ** 2 <= 1 + 1e-6)
    else:
        notch = (points[:, 0] > 30 - margin + 1e-6) & (points[:, 1] > 21 - margin + 1e-6)
        # the corner of the notch keeps a round margin
        far = np.hypot(points[:, 0] - 30, points[:, 1] - 21) >= margin - 1e-6
        concave = (points[:, 0] <= 30) & (points[:, 1] <= 21)
        assert np.all(~notch | (concave & far))
    inside = points[:, 0].min(), points[:, 1].min()
    assert min(inside) >= margin - 1e-6
    pitch = nearest(points)
    assert pitch.min() == pytest.approx(7.0)


@settings(max_examples=40, deadline=None)
@given(
    st.floats(8, 120),
    st.floats(8, 120),
    st.floats(2, 20),
    st.floats(0, 15),
    st.sampled_from(["square", "hexagonal", "rows", "line"]),
)
def test_any_grid_keeps_pitch_and_margin(
    a: float, b: float, s: float, margin: float, pattern: str
) -> None:
    found = places(rectangle(a, b), pattern, s, margin)
    assume(len(found) < 2500)
    if not found:
        return
    points = at(found)
    assume(pattern != "hexagonal" or len(set(points[:, 0].round(6))) > 1)  # the test below
    kept = margin if margin > 0 else s / 2
    low, high = points.min(axis=0), np.array([a, b]) - points.max(axis=0)
    if pattern == "line":  # half a pitch along the line only
        along = 0 if a >= b else 1
        low, high = low[along], high[along]
    assert np.min(low) >= kept - 1e-6
    assert np.min(high) >= kept - 1e-6
    if len(found) > 1:
        assert nearest(points).min() == pytest.approx(s)
    assert [place.row for place in found] == sorted(
        (place.row for place in found), key=lambda row: (len(row), row)
    )


def test_a_hexagonal_strip_too_narrow_to_stagger_keeps_its_pitch() -> None:
    # 12 mm of width hold one column and no half shift of 5 mm: a line of pitch 10
    points = at(places(rectangle(12, 80), "hexagonal", 10.0))
    assert nearest(points) == pytest.approx(np.full(len(points), 10.0))


def test_rows_are_lettered() -> None:
    assert [row_name(n) for n in (0, 25, 26, 51, 52, 701, 702)] == [
        "A", "Z", "AA", "AZ", "BA", "ZZ", "AAA",
    ]  # fmt: skip


def ends(strokes: tuple[Stroke, ...]) -> np.ndarray:
    return np.array(
        [(s.x_mm, s.y_mm, s.x_mm + s.path_mm[0], s.y_mm + s.path_mm[1]) for s in strokes]
    )


def test_threads_lie_end_to_end_in_rows() -> None:
    # 60 mm holds 4 threads of 13 mm (52 mm, 4 mm free each side); 50 mm holds 5 rows of 10
    found = threads(rectangle(60, 50), 13.0, 10.0)
    assert len(found) == 4 * 5
    assert all(stroke.path_mm == (13.0, 0.0) for stroke in found)
    assert ends(found)[:4, 0] == pytest.approx([4, 17, 30, 43])
    assert sorted({stroke.y_mm for stroke in found}) == pytest.approx([5, 15, 25, 35, 45])


def test_threads_keep_margin_and_outline() -> None:
    # 60 - 2 * 5 = 50 mm holds 3 threads; 40 mm of height holds 5 rows
    found = threads(rectangle(60, 50), 13.0, 10.0, 5.0)
    assert len(found) == 3 * 5
    assert ends(found)[:, 0].min() >= 5
    assert ends(found)[:, 2].max() <= 55
    ellipse = ends(threads(patch(ellipse_mm=(63, 44)), 8.0, 5.0))
    for x, y in np.vstack([ellipse[:, :2], ellipse[:, 2:]]):
        assert ((x - 31.5) / 31.5) ** 2 + ((y - 22) / 22) ** 2 <= 1 + 1e-6


def test_a_thread_never_leaves_a_concave_area_in_between() -> None:
    # a U whose notch, 8 mm wide, fits between the ends and the middle of a thread of 30 mm
    outline = ((0, 0), (60, 0), (60, 40), (42, 40), (42, 10), (34, 10), (34, 40), (0, 40))
    area = patch(outline_mm=outline)
    for x0, y, x1, _ in ends(threads(area, 30.0, 5.0)):
        along = np.linspace(x0, x1, 121)
        inside = area.inside(along, np.full_like(along, y))
        assert inside.all(), f"outside at x = {along[~inside].min()}, y = {y}"


def test_film_rows_run_from_edge_to_edge() -> None:
    found = film_rows(rectangle(60, 50), 5.0)
    assert len(found) == 10
    assert [stroke.y_mm for stroke in found] == pytest.approx([2.5 + 5 * i for i in range(10)])
    assert all(stroke.path_mm == pytest.approx((60.0, 0.0)) for stroke in found)
    assert [stroke.row for stroke in found[:3]] == ["A", "B", "C"]


def test_film_rows_keep_a_margin() -> None:
    found = film_rows(rectangle(60, 50), 5.0, 6.0)
    # 50 - 12 = 38 mm of height holds 8 rows of pitch 5; each from 6 to 54 mm
    assert len(found) == 8
    assert all(stroke.path_mm[0] == pytest.approx(48.0, abs=0.51) for stroke in found)


def test_a_film_row_never_leaves_a_concave_area_in_between() -> None:
    outline = ((0, 0), (60, 0), (60, 40), (42, 40), (42, 10), (34, 10), (34, 40), (0, 40))
    area = patch(outline_mm=outline)
    for x0, y, x1, _ in ends(film_rows(area, 5.0)):
        along = np.linspace(x0, x1, 121)[1:-1]
        inside = area.inside(along, np.full_like(along, y))
        assert inside.all(), f"outside at x = {along[~inside].min()}, y = {y}"
