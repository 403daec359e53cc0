"""What the pictures of a photograph share: face, areas, exposure on the skin, zones, colours."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image

from mesoplan.anatomy.face.mesh import Face
from mesoplan.anatomy.face.patch import Chart
from mesoplan.anatomy.face.zones import Field
from mesoplan.anatomy.layers import skin_layers
from mesoplan.anatomy.mapping import MappedPatch
from mesoplan.anatomy.photo_area import face_of, mapped_patch, zones_of
from mesoplan.catalogue import Catalogue
from mesoplan.evaluate.target import dermal_exposure
from mesoplan.model.case import Photograph
from mesoplan.model.exposure import AreaExposure
from mesoplan.model.face import DangerZone
from mesoplan.model.plan import Plan, Point
from mesoplan.report.fields import of_substance, substances
from mesoplan.report.ramp import rgb

Array = NDArray[np.float64]

FORBIDDEN = "#b3261e"
KIND_COLOURS = {
    "artery": "#a3232f",
    "vein": "#3d5a9e",
    "nerve": "#8a6100",
    "foramen": "#8a6100",
    "duct": "#5d4a8a",
    "gland": "#5d4a8a",
}
_NEAR_MM = 4.0


@dataclass(frozen=True)
class Scene:
    """One photograph of a plan with everything that lies on it."""

    plan: Plan
    catalogue: Catalogue
    photo: Photograph

    @cached_property
    def areas(self) -> tuple[int, ...]:
        """Areas on this photograph."""
        return tuple(row.area for row in self.plan.mapped if row.photo == self.photo.file)

    @cached_property
    def points(self) -> tuple[Point, ...]:
        """Points on this photograph, the first pass of each place."""
        first: dict[tuple[int, float, float, object], Point] = {}
        for point in self.plan.points:
            if point.area in self.areas:
                first.setdefault((point.area, point.x_mm, point.y_mm, point.path_mm), point)
        return tuple(first.values())

    @cached_property
    def face(self) -> Face | None:
        """The face, where the photograph shows one."""
        return None if self.photo.landmarks is None else face_of(self.photo.landmarks)

    def patch(self, area: int) -> MappedPatch:
        """The surface of an area."""
        shape = self.plan.case.areas[area]
        layers = skin_layers(self.catalogue.sites[shape.site], shape.skin)
        return mapped_patch(shape, self.photo, layers, self.catalogue, f"areas[{area}]")

    @cached_property
    def picture(self) -> Image.Image | None:
        """The photograph for drawing; ``None`` where only its plan is at hand."""
        if self.photo.picture is None:
            return None
        return Image.open(io.BytesIO(self.photo.picture)).convert("RGB")

    @cached_property
    def forbidden(self) -> tuple[Field, ...]:
        """All forbidden zones of a face."""
        if self.photo.landmarks is None:
            return ()
        return zones_of(self.photo.landmarks, self.catalogue).forbidden

    @cached_property
    def dangers(self) -> tuple[Field, ...]:
        """What may lie under an area of the photograph, or within 4 mm of one."""
        if self.photo.landmarks is None or self.face is None:
            return ()
        held = np.unique(np.concatenate([self._vertices_inside(area) for area in self.areas]))
        if held.size == 0:
            return ()
        fields = zones_of(self.photo.landmarks, self.catalogue).dangers
        return tuple(f for f in fields if float(f.distance_mm[held].min()) < f.reach_mm + _NEAR_MM)

    def _vertices_inside(self, area: int) -> NDArray[np.int64]:
        patch = self.patch(area)
        if not isinstance(patch.mapping, Chart):
            return np.empty(0, dtype=np.int64)
        flat = patch.mapping.flat_mm
        inside = shapely.contains_xy(patch.polygon.buffer(1.0), flat[:, 0], flat[:, 1])
        return np.asarray(patch.mapping.vertices[inside])

    @cached_property
    def substances(self) -> tuple[str, ...]:
        """Substances whose exposure was computed here."""
        if self.plan.exposure is None:
            return ()
        return tuple(s for s in substances(self.plan.exposure) if self.exposures(s))

    def exposures(self, substance: str) -> tuple[AreaExposure, ...]:
        """The fields of a substance under areas of this photograph."""
        if self.plan.exposure is None:
            return ()
        found = of_substance(self.plan.exposure, substance)
        return tuple(area for area in found if area.area in self.areas)

    def largest(self, substance: str) -> float:
        """The highest exposure of the dermis under any area here, amount·h/cm²."""
        rows = self.exposures(substance)
        return max(float(dermal_exposure(area)[area.inside].max()) for area in rows)


def first_face(plan: Plan, catalogue: Catalogue) -> Scene | None:
    """The first photograph of a plan that shows a face."""
    for photo in plan.case.photographs:
        if photo.landmarks is not None:
            return Scene(plan, catalogue, photo)
    return None


def sampled(area: AreaExposure, x_mm: Array, y_mm: Array) -> Array:
    """Exposure of the dermis at places of an area's frame, linear between the grid's nodes."""
    values = dermal_exposure(area)
    column = np.interp(x_mm, area.x_mm, np.arange(area.x_mm.size))
    row = np.interp(y_mm, area.y_mm, np.arange(area.y_mm.size))
    j = np.minimum(column.astype(int), area.x_mm.size - 2)
    i = np.minimum(row.astype(int), area.y_mm.size - 2)
    u, v = column - j, row - i
    return np.asarray(
        (1 - v) * ((1 - u) * values[i, j] + u * values[i, j + 1])
        + v * ((1 - u) * values[i + 1, j] + u * values[i + 1, j + 1])
    )


def coloured(values: Array, largest: float, ramp: Sequence[str]) -> Array:
    """Colours 0 to 255 along a ramp, shape (…, 3)."""
    stops = np.linspace(0.0, 1.0, len(ramp))
    share = np.clip(values / largest if largest > 0 else np.zeros_like(values), 0.0, 1.0)
    channels = np.array([rgb(colour) for colour in ramp], dtype=np.float64)
    return np.stack([np.interp(share, stops, channels[:, c]) for c in range(3)], axis=-1)


def zone_colour(field: Field) -> str:
    """The colour of a zone."""
    if isinstance(field.zone, DangerZone):
        return KIND_COLOURS[field.zone.kind]
    return FORBIDDEN
