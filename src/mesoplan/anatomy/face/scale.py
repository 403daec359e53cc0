"""Millimetres per pixel: from a measured length, else from the usual width of an iris."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from mesoplan.core.errors import Fault, InputError
from mesoplan.model.figure import Figure, proposal
from mesoplan.model.landmarks import Calibration, Ruler

IRIS_MM = Figure(
    value=11.7,
    low=11.2,
    high=12.2,
    unit="mm",
    sources=("iris-width", "general-knowledge"),
    trust="recalled",
    note="horizontal width of the visible iris in adults, mean ± 1 standard deviation",
)
IRIS_SD = Figure(
    value=0.05,
    unit="1",
    sources=("mesoplan-computed", "mesoplan-proposal"),
    trust="computed",
    note="4 % between people and 1-3 % of finding the iris; as a range, two of them: ±10 %",
)
RULER_READING_PX = proposal(1.5, "px", "standard deviation of each end of a ruler on the picture")
RULER_PLANE_SD = proposal(
    0.015, "1", "a ruler lies 15 mm before or behind the skin at 1 m from the camera"
)
LARGEST_DIFFERENCE = proposal(
    0.08, "1", "a ruler and the iris that differ by more than this contradict each other"
)
SHORTEST_RULER_PX = 20.0
MM_PER_PX_BOUNDS = (0.005, 5.0)
"""A face fills 26 000 or 26 pixels outside these: then a length or its unit is wrong."""

RIGHT_IRIS = (469, 471)
LEFT_IRIS = (474, 476)
"""Ends of the horizontal diameter; the vertical one is cut off by the lids."""


def iris_px(points: ArrayLike) -> float:
    """Mean horizontal width of both irises in pixels.

    Parameters
    ----------
    points : array_like, shape (478, 2 or 3)
        Landmarks in pixels.
    """
    xy = np.asarray(points, dtype=float)[:, :2]
    widths = [np.linalg.norm(xy[a] - xy[b]) for a, b in (RIGHT_IRIS, LEFT_IRIS)]
    return float(np.mean(widths))


def iris_calibration(points: ArrayLike) -> Calibration:
    """The scale by the iris: an estimate, ±5 % as a standard deviation."""
    width_px = iris_px(points)
    if not width_px > 0.0:
        wrong = "the irises have no width"
        raise InputError([Fault("points", wrong, "give a photograph with both eyes open")])
    return Calibration(
        method="iris", mm_per_px=IRIS_MM.central / width_px, relative_sd=IRIS_SD.central
    )


def ruler_calibration(ruler: Ruler) -> Calibration:
    """The scale by something of known length.

    Raises
    ------
    InputError
        If it is too short on the picture to be read.
    """
    length_px = math.dist(ruler.from_px, ruler.to_px)
    if length_px < SHORTEST_RULER_PX:
        wrong = f"the ruler is {length_px:.1f} pixels long on the picture"
        right = f"mark a length of at least {SHORTEST_RULER_PX:g} pixels"
        raise InputError([Fault("ruler", wrong, right)])
    reading = math.sqrt(2.0) * RULER_READING_PX.central / length_px
    mm_per_px = ruler.length_mm / length_px
    low, high = MM_PER_PX_BOUNDS
    if not low <= mm_per_px <= high:
        wrong = f"{ruler.length_mm:g} mm over {length_px:.0f} pixels makes no photograph of skin"
        raise InputError([Fault("ruler", wrong, "check both ends and the length in millimetres")])
    return Calibration(
        method=ruler.kind,
        mm_per_px=mm_per_px,
        relative_sd=math.hypot(reading, RULER_PLANE_SD.central),
    )


def calibration(
    points: Sequence[tuple[float, float, float]] | ArrayLike,
    width_px: int,
    height_px: int,
    ruler: Ruler | None = None,
) -> Calibration:
    """The better scale there is: a ruler or marker, else the iris.

    Raises
    ------
    InputError
        If a ruler cannot be read, lies outside the picture, or an iris has no width.
    """
    if ruler is None:
        return iris_calibration(points)
    for x, y in (ruler.from_px, ruler.to_px):
        if not (0 <= x <= width_px and 0 <= y <= height_px):
            wrong = f"({x:g}, {y:g}) lies outside the picture of {width_px} × {height_px} pixels"
            raise InputError([Fault("ruler", wrong, "mark both ends on the picture")])
    return ruler_calibration(ruler)


def difference(points: ArrayLike, used: Calibration) -> float:
    """By how much the iris contradicts the scale in use, relative to it."""
    return iris_calibration(points).mm_per_px / used.mm_per_px - 1.0
