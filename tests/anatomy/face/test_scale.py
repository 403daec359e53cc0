"""Millimetres per pixel and how sure they are, by hand; limits from both sides."""

import math
from typing import Any

import numpy as np
import pytest

from face.recorded import renders
from mesoplan.anatomy.face.scale import (
    calibration,
    difference,
    iris_calibration,
    iris_px,
    ruler_calibration,
)
from mesoplan.anatomy.photo_area import body_scale
from mesoplan.core.errors import InputError
from mesoplan.model.case import Area
from mesoplan.model.landmarks import Calibration, Ruler


def ruler(**changes: Any) -> Ruler:
    """300 pixels across and 400 down: 500 long."""
    given = {"kind": "ruler", "from_px": (100, 100), "to_px": (400, 500), "length_mm": 250.0}
    return Ruler.model_validate(given | changes)


def irises() -> np.ndarray:
    """The right one 3 across and 4 down, so 5 wide; the left 6 wide."""
    points = np.zeros((478, 3))
    points[469, :2], points[471, :2] = (100.0, 100.0), (103.0, 104.0)
    points[474, :2], points[476, :2] = (200.0, 90.0), (206.0, 90.0)
    # the vertical diameters are cut off by the lids and do not count
    points[470, :2], points[472, :2] = (101.0, 0.0), (101.0, 300.0)
    points[475, :2], points[477, :2] = (203.0, 0.0), (203.0, 300.0)
    points[[469, 471, 474, 476], 2] = [0.0, 50.0, 7.0, -80.0]  # neither does depth
    return points


def test_a_ruler_by_hand() -> None:
    found = ruler_calibration(ruler())
    assert found.method == "ruler"
    assert found.mm_per_px == pytest.approx(250 / 500)
    # each end 1.5 px: sqrt(2) * 1.5 / 500 = 0.0042426; out of the plane of the skin 0.015
    assert found.relative_sd == pytest.approx(math.sqrt(0.0042426**2 + 0.015**2), rel=1e-4)


def test_a_short_marker_is_less_sure() -> None:
    found = ruler_calibration(
        ruler(kind="marker", from_px=(50, 40), to_px=(50, 70), length_mm=10.0)
    )
    assert found.method == "marker"
    assert found.mm_per_px == pytest.approx(1 / 3)
    # sqrt(2) * 1.5 / 30 = 0.070711
    assert found.relative_sd == pytest.approx(math.sqrt(0.070711**2 + 0.015**2), rel=1e-4)


@pytest.mark.parametrize(("length_px", "ok"), [(20.0, True), (19.9, False)])
def test_a_ruler_must_be_long_enough_to_be_read(length_px: float, ok: bool) -> None:
    short = ruler(from_px=(10, 10), to_px=(10, 10 + length_px), length_mm=5.0)
    if ok:
        assert ruler_calibration(short).mm_per_px == pytest.approx(0.25)
    else:
        with pytest.raises(InputError, match=r"19\.9 pixels long"):
            ruler_calibration(short)


@pytest.mark.parametrize(
    ("length_mm", "ok"),
    # over 500 pixels: 0.005 to 5 mm per pixel
    [(2.51, True), (2.49, False), (2499.0, True), (2501.0, False)],
)
def test_a_ruler_must_make_a_photograph_of_skin(length_mm: float, ok: bool) -> None:
    if ok:
        assert ruler_calibration(ruler(length_mm=length_mm)).mm_per_px == length_mm / 500
    else:
        with pytest.raises(InputError, match="makes no photograph of skin"):
            ruler_calibration(ruler(length_mm=length_mm))


def test_irises_by_hand() -> None:
    assert iris_px(irises()) == pytest.approx((5 + 6) / 2)
    found = iris_calibration(irises())
    assert found.method == "iris"
    assert found.mm_per_px == pytest.approx(11.7 / 5.5)
    # 4 % between people, 1 to 3 % of reading: sqrt(4² + 3²) = 5
    assert found.relative_sd == pytest.approx(0.05)


def test_closed_eyes_measure_nothing() -> None:
    with pytest.raises(InputError, match="no width"):
        iris_calibration(np.zeros((478, 3)))


def test_a_ruler_goes_before_the_iris() -> None:
    assert calibration(irises(), 500, 600).method == "iris"
    assert calibration(irises(), 500, 600, ruler()).method == "ruler"


@pytest.mark.parametrize(
    ("width", "height", "ok"),
    [(400, 500, True), (399, 500, False), (400, 499, False)],
)
def test_a_ruler_must_lie_on_the_picture(width: int, height: int, ok: bool) -> None:
    if ok:
        assert calibration(irises(), width, height, ruler()).method == "ruler"
    else:
        with pytest.raises(InputError, match="outside the picture"):
            calibration(irises(), width, height, ruler())


def test_a_ruler_left_of_or_above_the_picture_is_refused() -> None:
    for end in ((-1, 100), (100, -1)):
        with pytest.raises(InputError, match="outside the picture"):
            calibration(irises(), 500, 600, ruler(from_px=end))


def test_by_how_much_the_iris_contradicts_a_ruler() -> None:
    """2.1273 mm per pixel against 2: the iris says 6.4 % more."""
    used = Calibration(method="ruler", mm_per_px=2.0, relative_sd=0.02)
    assert difference(irises(), used) == pytest.approx(11.7 / 5.5 / 2.0 - 1.0)
    assert difference(irises(), used) == pytest.approx(0.0636, abs=1e-4)


def test_a_limb_is_as_wide_as_its_diameter() -> None:
    """314.159 mm around are 100 mm across; the edges lie 120 and 160 apart: 200 pixels."""
    values = {
        "site": "thigh",
        "photo": "a.png",
        "outline_px": [[0, 0], [9, 0], [0, 9]],
        "limb": {"circumference_mm": 314.159, "edges_px": [[100, 100], [220, 260]]},
    }
    found = body_scale(Area.model_validate(values))
    assert found.method == "limb"
    assert found.mm_per_px == pytest.approx(0.5, rel=1e-5)
    assert found.relative_sd == pytest.approx(0.05)
    # a ruler goes before it
    scale = {"kind": "marker", "from_px": [0, 0], "to_px": [0, 50], "length_mm": 10.0}
    other = body_scale(Area.model_validate(values | {"scale": scale}))
    assert (other.method, other.mm_per_px) == ("marker", pytest.approx(0.2))


@pytest.mark.parametrize("name", list(renders()))
def test_the_scale_by_the_iris_is_as_far_off_as_the_gate_says(name: str) -> None:
    """8 % short to 2 % long up to 15 degrees of turn, 18 to 19 % long at 35, one head."""
    seen = renders()[name]
    off = iris_calibration(seen.points_px).mm_per_px / seen.camera.mm_per_px_irises - 1.0
    if abs(seen.yaw_deg) <= 15.0:
        assert -0.08 < off < 0.025
    elif abs(seen.yaw_deg) == 35.0:
        assert 0.175 < off < 0.195
