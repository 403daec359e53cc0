"""Surfaces of areas: the interface that placement and dose use, and its flat case."""

import math
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray

from mesoplan.anatomy.layers import SkinLayers
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.frames import Point2
from mesoplan.model.case import Area

_ELLIPSE_CORNERS = 720


class Surface(Protocol):
    """What placement and dose ask of a treated area."""

    @property
    def area_cm2(self) -> float:
        """Area of the skin."""

    @property
    def origin_mm(self) -> Point2:
        """Lower left corner of the bounding box."""

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the bounding box."""

    @property
    def outlines_mm(self) -> tuple[tuple[Point2, ...], ...]:
        """Corners of every outline, around parts and holes, for drawing."""

    @property
    def bend_radius_mm(self) -> float:
        """Smallest radius of curvature; infinite where it is flat."""

    def inside(
        self, x_mm: NDArray[np.float64], y_mm: NDArray[np.float64], margin_mm: float = 0.0
    ) -> NDArray[np.bool_]:
        """Which places lie inside and at least a margin away from the outline."""

    def distance_mm(self, a: Point2, b: Point2) -> float:
        """Distance along the skin."""

    def layers_at(self, place: Point2) -> SkinLayers:
        """Skin layers under a place."""


@dataclass(frozen=True)
class FlatPatch:
    """A flat area in its own frame, with one thickness throughout.

    It may have holes and, where something was cut out of it, several parts.
    """

    polygon: shapely.Polygon | shapely.MultiPolygon
    layers: SkinLayers

    @property
    def area_cm2(self) -> float:
        """Area of the skin."""
        return float(self.polygon.area) / 100.0

    @property
    def origin_mm(self) -> Point2:
        """Lower left corner of the bounding box; (0, 0) but for outlines drawn elsewhere."""
        left, bottom, _, _ = self.polygon.bounds
        return float(left), float(bottom)

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the bounding box."""
        left, bottom, right, top = self.polygon.bounds
        return float(right - left), float(top - bottom)

    @property
    def outlines_mm(self) -> tuple[tuple[Point2, ...], ...]:
        """Corners of every outline, around parts and holes, for drawing."""
        return tuple(
            tuple((float(x), float(y)) for x, y in ring.coords)
            for part in shapely.get_parts(self.polygon)
            for ring in (part.exterior, *part.interiors)
        )

    @property
    def bend_radius_mm(self) -> float:
        """Infinite: the patch is flat."""
        return math.inf

    def inside(
        self, x_mm: NDArray[np.float64], y_mm: NDArray[np.float64], margin_mm: float = 0.0
    ) -> NDArray[np.bool_]:
        """Which places lie inside and at least a margin away from the outline.

        A billionth of a millimetre of slack keeps grid points that lie exactly on the margin.
        """
        points = shapely.points(x_mm, y_mm)
        within = shapely.covers(self.polygon.buffer(1e-9), points)
        if margin_mm == 0:
            return np.asarray(within)
        far = shapely.distance(self.polygon.boundary, points) >= margin_mm - 1e-9
        return np.asarray(within & far)

    def distance_mm(self, a: Point2, b: Point2) -> float:
        """Straight distance: the patch is flat."""
        return float(np.hypot(a[0] - b[0], a[1] - b[1]))

    def layers_at(self, place: Point2) -> SkinLayers:
        """The same layers everywhere."""
        return self.layers


def flat_patch(area: Area, layers: SkinLayers, key: str) -> FlatPatch:
    """The flat surface of an area, in the coordinates that the case gives.

    Raises
    ------
    InputError
        If an outline crosses itself or has no area; the fault names ``key``.
    """
    if area.rectangle_mm is not None:
        polygon = shapely.box(0, 0, *area.rectangle_mm)
    elif area.ellipse_mm is not None or area.lesion_mm is not None:
        a, b = area.ellipse_mm or (area.lesion_mm or (0.0, 0.0, 0.0))[:2]
        angle = np.linspace(0, 2 * np.pi, _ELLIPSE_CORNERS, endpoint=False)
        polygon = shapely.Polygon(
            np.column_stack([a / 2 * (1 + np.cos(angle)), b / 2 * (1 + np.sin(angle))])
        )
    else:
        polygon = _outline(area, key)
    return FlatPatch(polygon, layers)


def _outline(area: Area, key: str) -> shapely.Polygon:
    polygon = shapely.Polygon(np.asarray(area.outline_mm, dtype=float))
    right = "give the corners in order around the area"
    if not polygon.exterior.is_simple or not polygon.is_valid:
        raise InputError([Fault(f"{key}.outline_mm", "the outline crosses itself", right)])
    if polygon.area == 0:
        raise InputError([Fault(f"{key}.outline_mm", "the outline encloses no area", right)])
    return polygon
