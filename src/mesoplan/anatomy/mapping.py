"""How places of an area come to lie on a photograph and on the body."""

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
