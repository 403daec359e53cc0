"""Landmarks from about ten anchors: the canonical face laid over them by a thin-plate spline."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import RBFInterpolator

from mesoplan.anatomy.face.pose import similarity
from mesoplan.catalogue.canonical import CanonicalFace
from mesoplan.core.errors import Fault, InputError
from mesoplan.model.landmarks import LANDMARK_COUNT

Array = NDArray[np.float64]

FEWEST = 6
_IRIS_OF_EYE = 11.7 / 29.0
"""Width of an iris over that of the opening of the eye, as usual; for drawing only."""
_EYES = ((33, 133), (263, 362))


def warped(
    canonical: CanonicalFace, anchors: Mapping[int, tuple[float, float]],
    width_px: int, height_px: int,
) -> Array:  # fmt: skip
    """478 points that go through the anchors.

    Depth and the places between anchors are those of the canonical face, turned, scaled and bent
    to the anchors. The irises are drawn where they usually are and measure nothing: a face
    found this way needs a ruler.

    Parameters
    ----------
    canonical : CanonicalFace
        The face to lay over.
    anchors : mapping
        Landmark to (x_px, y_px) on the picture, in the detector's order.
    width_px, height_px : int
        Size of the picture.

    Returns
    -------
    ndarray, shape (478, 3)

    Raises
    ------
    InputError
        For fewer than six anchors, all on one line, or outside the picture.
    """
    _check(anchors, width_px, height_px, len(canonical.vertices_mm))
    numbers = np.array(sorted(anchors))
    target = np.array([anchors[n] for n in numbers], dtype=float)
    flipped = canonical.vertices_mm * [1.0, -1.0, -1.0]
    factor, rotation, shift = similarity(flipped[numbers, :2], target, np.ones(len(numbers)))
    laid = factor * flipped[:, :2] @ rotation.T + shift
    spread = np.linalg.svd(target - target.mean(axis=0), compute_uv=False)
    if spread[1] < 0.05 * spread[0]:
        wrong = "all anchors lie on one line"
        raise InputError([Fault("anchors", wrong, "place them all over the face")])
    bend = RBFInterpolator(laid[numbers], target - laid[numbers], kernel="thin_plate_spline")
    points = np.empty((LANDMARK_COUNT, 3))
    points[: len(laid), :2] = laid + bend(laid)
    depth = factor * flipped[:, 2]
    points[: len(laid), 2] = depth - depth.mean()
    for start, (outer, inner) in zip((468, 473), _EYES, strict=True):
        middle = 0.5 * (points[outer] + points[inner])
        across = 0.5 * _IRIS_OF_EYE * (points[inner] - points[outer])
        up = np.array([across[1], -across[0], 0.0])
        for step, offset in enumerate((np.zeros(3), across, up, -across, -up)):
            points[start + step] = middle + offset
    return points


def _check(
    anchors: Mapping[int, tuple[float, float]], width_px: int, height_px: int, count: int
) -> None:
    faults = []
    if len(anchors) < FEWEST:
        wrong = f"{len(anchors)} are too few"
        faults.append(Fault("anchors", wrong, f"place at least {FEWEST}"))
    for number, (x, y) in anchors.items():
        if not 0 <= number < count:
            faults.append(Fault(f"anchors.{number}", "is no landmark", f"give 0 to {count - 1}"))
        if not (0 <= x <= width_px and 0 <= y <= height_px):
            wrong = f"({x:g}, {y:g}) lies outside the picture"
            faults.append(Fault(f"anchors.{number}", wrong, "place it on the picture"))
    if faults:
        raise InputError(faults)
