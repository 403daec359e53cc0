"""The head of the fixture: true skin and eyeballs in mm, in the frame of the head."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

IRIS_DIAMETER_MM = 11.7
"""Of the irises that are drawn on the eyeballs; the head itself has none."""


@dataclass(frozen=True)
class Head:
    """Triangles over shared vertices.

    Parameters
    ----------
    vertices_mm : ndarray, shape (n, 3)
        x to the patient's left, y up, z forward; from midway between the eyeballs' centres.
    skin : ndarray, shape (m, 3)
        Head and neck, open below; the mouth is closed, its inside is there.
    eyes : tuple of ndarray
        The eyeballs, right and left.
    eye_centres_mm : ndarray, shape (2, 3)
        Their centres, right and left. Both look along z; the iris is what lies within
        ``IRIS_DIAMETER_MM / 2`` of that axis in front of the centre.
    """

    vertices_mm: Array
    skin: Indices
    eyes: tuple[Indices, Indices]
    eye_centres_mm: Array

    @property
    def iris_ring_mm(self) -> tuple[Array, Array]:
        """The drawn edge of either iris, right and left, 64 points each, on the eyeball."""
        return _iris_ring(self, 0), _iris_ring(self, 1)


def _iris_ring(head: Head, side: int) -> Array:
    turn = np.linspace(0.0, 2.0 * np.pi, 64, endpoint=False)
    centre = head.eye_centres_mm[side]
    radius = IRIS_DIAMETER_MM / 2.0
    xy = centre[:2] + radius * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    corners = head.vertices_mm[head.eyes[side]]
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    ring = np.empty((len(xy), 3))
    for row, place in enumerate(xy):
        ab, ac, ap = (b - a)[:, :2], (c - a)[:, :2], place - a[:, :2]
        area = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]
        solid = np.where(np.abs(area) > 1e-9, area, 1.0)
        v = (ap[:, 0] * ac[:, 1] - ap[:, 1] * ac[:, 0]) / solid
        w = (ab[:, 0] * ap[:, 1] - ab[:, 1] * ap[:, 0]) / solid
        inside = (np.minimum(np.minimum(v, w), 1.0 - v - w) >= -1e-9) & (np.abs(area) > 1e-9)
        z = a[:, 2] + v * (b - a)[:, 2] + w * (c - a)[:, 2]
        ring[row] = *place, z[inside].max()
    return ring


@cache
def head() -> Head:
    """The head of ``head.npz``."""
    with np.load(Path(__file__).with_name("head.npz")) as stored:
        return Head(
            vertices_mm=stored["vertices_mm"].astype(float),
            skin=stored["skin"].astype(np.int64),
            eyes=(stored["eye_right"].astype(np.int64), stored["eye_left"].astype(np.int64)),
            eye_centres_mm=stored["eye_centres_mm"].astype(float),
        )
