"""Areas of the body on a photograph of known scale: flat, or round a limb."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.affinity import translate

from mesoplan.anatomy.layers import SkinLayers
from mesoplan.anatomy.mapping import MappedPatch, Seen
from mesoplan.core.errors import Fault, InputError
from mesoplan.model.case import Limb
from mesoplan.model.figure import Figure
from mesoplan.model.landmarks import Pixel

Array = NDArray[np.float64]

LIMB_SD = Figure(
    value=0.05,
    unit="1",
    sources=("mesoplan-proposal",),
    trust="proposal",
    note="a limb is no cylinder, and its edge on a picture lies before its widest place",
)
_STEP_MM = 1.0
_LEAST_CUT_CM2 = 1e-4


@dataclass(frozen=True)
class FlatPhoto:
    """Skin that faces the camera: the picture's own plane, scaled.

    Parameters
    ----------
    mm_per_px : float
        Scale.
    left_px, bottom_px : float
        The place on the picture of the origin of the area frame.
    """

    mm_per_px: float
    left_px: float
    bottom_px: float

    @property
    def stretch(self) -> tuple[float, float]:
        """None: how far the skin turns away is not known from one flat picture."""
        return (1.0, 1.0)

    def laid(self, px: Array) -> Array:
        """Places of the picture in the area frame, shape (k, 2)."""
        return np.column_stack(
            [px[:, 0] - self.left_px, self.bottom_px - px[:, 1]]
        ) * self.mm_per_px  # fmt: skip

    def moved(self, x_mm: float, y_mm: float) -> "FlatPhoto":
        """The same with its frame shifted by (x, y)."""
        return FlatPhoto(
            self.mm_per_px,
            self.left_px - x_mm / self.mm_per_px,
            self.bottom_px + y_mm / self.mm_per_px,
        )

    def seen(self, x_mm: Array, y_mm: Array) -> Seen:
        """Where places of the area frame lie on the picture."""
        px = np.column_stack(
            [self.left_px + x_mm / self.mm_per_px, self.bottom_px - y_mm / self.mm_per_px]
        )
        return Seen(photo_px=px, facing_deg=np.zeros(len(px)))


@dataclass(frozen=True)
class Cylinder:
    """A limb as a cylinder whose axis lies in the plane of the picture.

    A place at distance d from the axis on the picture lies round the limb at R·asin(d / R): the
    skin towards the edge is longer than it looks.

    Parameters
    ----------
    mm_per_px : float
        Scale.
    radius_mm : float
        Of the limb.
    middle_px : (float, float)
        A place on its axis.
    across : (float, float)
        Unit vector across it on the picture, towards the right.
    shift_mm : (float, float)
        Frame of the area, added to (round, along).
    """

    mm_per_px: float
    radius_mm: float
    middle_px: Pixel
    across: tuple[float, float]
    shift_mm: tuple[float, float] = (0.0, 0.0)

    @property
    def stretch(self) -> tuple[float, float]:
        """None: a cylinder unrolls without."""
        return (1.0, 1.0)

    @property
    def _along(self) -> Array:
        """Up the limb on the picture, whose y runs down."""
        x, y = self.across
        return np.array([y, -x])

    def laid(self, px: Array) -> Array:
        """Places of the picture in the area frame, shape (k, 2); NaN beside the limb."""
        offset = (px - np.asarray(self.middle_px)) * self.mm_per_px
        ratio = offset @ np.asarray(self.across) / self.radius_mm
        inside = np.abs(ratio) < 1.0
        turn = np.full(len(px), np.nan)
        turn[inside] = np.arcsin(ratio[inside])
        laid = np.column_stack([self.radius_mm * turn, offset @ self._along])
        return np.asarray(laid + np.asarray(self.shift_mm))

    def moved(self, x_mm: float, y_mm: float) -> "Cylinder":
        """The same with its frame shifted by (x, y)."""
        x, y = self.shift_mm
        return Cylinder(
            self.mm_per_px, self.radius_mm, self.middle_px, self.across, (x + x_mm, y + y_mm)
        )

    def seen(self, x_mm: Array, y_mm: Array) -> Seen:
        """Where places of the area frame lie on the picture."""
        turn = (x_mm - self.shift_mm[0]) / self.radius_mm
        along = (y_mm - self.shift_mm[1]) / self.mm_per_px
        off = self.radius_mm * np.sin(turn) / self.mm_per_px
        px = (
            np.asarray(self.middle_px)
            + off[:, None] * np.asarray(self.across)
            + along[:, None] * self._along
        )
        # Out of the skin in the frame of the camera, whose y goes up.
        right = np.array([self.across[0], -self.across[1], 0.0])
        normal = np.sin(turn)[:, None] * right + np.cos(turn)[:, None] * [0.0, 0.0, 1.0]
        return Seen(photo_px=px, facing_deg=np.abs(np.degrees(turn)), normal=normal)


def limb_scale(limb: Limb) -> float:
    """Millimetres per pixel from a limb: its width on the picture is its diameter."""
    return limb.circumference_mm / math.pi / math.dist(*limb.edges_px)


def cylinder(limb: Limb, mm_per_px: float) -> Cylinder:
    """The cylinder of a limb at a scale."""
    first, second = sorted(limb.edges_px)
    length = math.dist(first, second)
    across = ((second[0] - first[0]) / length, (second[1] - first[1]) / length)
    middle = (0.5 * (first[0] + second[0]), 0.5 * (first[1] + second[1]))
    return Cylinder(mm_per_px, limb.circumference_mm / (2.0 * math.pi), middle, across)


def photo_patch(
    outline_px: Sequence[Pixel],
    mapping: FlatPhoto | Cylinder,
    layers: SkinLayers,
    key: str,
    erased_px: Sequence[Sequence[Pixel]] = (),
) -> MappedPatch:
    """The surface of an outline drawn on a photograph.

    Raises
    ------
    InputError
        If the outline crosses itself, reaches beside the limb, or nothing of it is left.
    """
    whole = _laid(outline_px, mapping, f"{key}.outline_px")
    gone = shapely.union_all([_laid(ring, mapping, f"{key}.erased_px") for ring in erased_px])
    kept = whole.difference(gone)
    if kept.area < 1.0:
        right = "erase less, or draw a larger outline"
        raise InputError([Fault(key, "nothing is left of the area", right)])
    left, bottom, _, _ = kept.bounds
    lost = (whole.area - kept.area) / 100.0
    return MappedPatch(
        translate(kept, -left, -bottom),
        layers,
        mapping.moved(-left, -bottom),
        (("erased", lost),) if lost > _LEAST_CUT_CM2 else (),
    )


def _laid(ring: Sequence[Pixel], mapping: FlatPhoto | Cylinder, key: str) -> shapely.Polygon:
    """An outline in the area frame, its sides straight on the picture."""
    corners = np.asarray(ring, dtype=float)
    dense = []
    for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True):
        count = max(1, math.ceil(np.linalg.norm(b - a) * mapping.mm_per_px / _STEP_MM))
        dense.append(a + np.arange(count)[:, None] / count * (b - a))
    laid = mapping.laid(np.concatenate(dense))
    if not np.isfinite(laid).all():
        right = "keep it between the two edges of the limb"
        raise InputError([Fault(key, "reaches beside the limb", right)])
    polygon = shapely.Polygon(laid)
    if not polygon.is_valid:
        right = "give the corners in order around the area"
        raise InputError([Fault(key, "the outline crosses itself", right)])
    return polygon
