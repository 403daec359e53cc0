"""How places of an area come to lie on a photograph and on the body."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from mesoplan.anatomy.surface import FlatPatch
from mesoplan.model.figure import proposal

Array = NDArray[np.float64]

STEEPEST_DEG = proposal(
    60.0, "deg", "skin seen more slantwise than this is foreshortened to less than half"
)


BEND_STEP_MM = 3.0


@dataclass(frozen=True)
class Seen:
    """Where places of an area lie, one row each.

    Parameters
    ----------
    photo_px : ndarray, shape (k, 2)
        On the upright photograph.
    facing_deg : ndarray, shape (k,)
        Angle between the skin's normal and the way to the camera.
    position_mm : ndarray, shape (k, 3), or None
        In the frame of the camera; ``None`` on a flat photograph.
    normal : ndarray, shape (k, 3), or None
        Unit normals out of the skin.
    triangle : ndarray, shape (k,), or None
        Triangle of the canonical face.
    weights : ndarray, shape (k, 3), or None
        Barycentric coordinates there.
    """

    photo_px: Array
    facing_deg: Array
    position_mm: Array | None = None
    normal: Array | None = None
    triangle: NDArray[np.int64] | None = None
    weights: Array | None = None


class Mapping(Protocol):
    """From the frame of an area to a photograph."""

    def seen(self, x_mm: Array, y_mm: Array) -> Seen:
        """Where places of the area frame lie."""

    @property
    def stretch(self) -> tuple[float, float]:
        """Length in the area frame over length on the skin: 5th and 95th percentile."""


@dataclass(frozen=True)
class MappedPatch(FlatPatch):
    """An area laid flat, with the way back to the photograph.

    Distances in its frame are those along the skin, but for the stretch that its mapping states.

    Parameters
    ----------
    mapping : Mapping
        The way back.
    cut : tuple of (str, float)
        What was cut out of the area that was asked for, and how much of it, in cm².
    """

    mapping: Mapping
    cut: tuple[tuple[str, float], ...] = ()

    def seen(self, x_mm: Array, y_mm: Array) -> Seen:
        """Where places lie on the photograph and the body."""
        return self.mapping.seen(x_mm, y_mm)

    @property
    def bend_radius_mm(self) -> float:
        """Radius of the tightest twentieth of the area; infinite where no shape is known.

        From the turn of the normal over steps of 3 mm along both directions of the frame.
        """
        left, bottom, right, top = self.polygon.bounds
        x, y = (
            axis.ravel()
            for axis in np.meshgrid(
                np.arange(left, right, BEND_STEP_MM), np.arange(bottom, top, BEND_STEP_MM)
            )
        )
        turns = [np.zeros(1)]
        for dx, dy in ((BEND_STEP_MM, 0.0), (0.0, BEND_STEP_MM)):
            both = self.inside(x, y) & self.inside(x + dx, y + dy)
            if not both.any():
                continue
            here, there = self.seen(x[both], y[both]), self.seen(x[both] + dx, y[both] + dy)
            if here.normal is None or there.normal is None:
                return math.inf
            turned = np.linalg.norm(there.normal - here.normal, axis=1)
            turns.append(turned / BEND_STEP_MM)
        tightest = float(np.percentile(np.concatenate(turns), 95))
        return 1.0 / tightest if tightest > 0.0 else math.inf
