"""Points on photographs: where they lie, which are left out, and what lies near them."""

from collections.abc import Sequence

import numpy as np
import shapely
from numpy.typing import NDArray

from mesoplan.anatomy.face.mesh import Anchors, Face
from mesoplan.anatomy.face.scale import difference
from mesoplan.anatomy.face.zones import Field
from mesoplan.anatomy.mapping import STEEPEST_DEG, MappedPatch
from mesoplan.anatomy.photo_area import body_scale, zones_of
from mesoplan.anatomy.photo_patch import limb_scale
from mesoplan.catalogue import Catalogue
from mesoplan.model.case import Area, Case, Photograph
from mesoplan.model.face import ForbiddenZone
from mesoplan.model.plan import Anchor, Cut, MappedArea, Near, Placement, Point
from mesoplan.placement.pattern import Place
from mesoplan.placement.strokes import Stroke

Array = NDArray[np.float64]

_ALONG_STROKE = np.linspace(0.0, 1.0, 9)


def trimmed(
    patch: MappedPatch, marks: Sequence[Place | Stroke]
) -> tuple[tuple[Place | Stroke, ...], int]:
    """The marks on skin seen at no more than 60 degrees, and how many were left out."""
    if not marks:
        return (), 0
    steep = np.max([_facing(patch, marks, share) for share in (0.0, 1.0)], axis=0)
    kept = [m for m, angle in zip(marks, steep, strict=True) if angle <= STEEPEST_DEG.central]
    return tuple(kept), len(marks) - len(kept)


def _facing(patch: MappedPatch, marks: Sequence[Place | Stroke], share: float) -> Array:
    return patch.seen(*_places(marks, share)).facing_deg


def _places(marks: Sequence[Place | Stroke], share: float) -> tuple[Array, Array]:
    """Places part of the way along each mark."""
    paths = [m.path_mm if isinstance(m, Stroke) else (0.0, 0.0) for m in marks]
    x = np.array([m.x_mm + share * path[0] for m, path in zip(marks, paths, strict=True)])
    y = np.array([m.y_mm + share * path[1] for m, path in zip(marks, paths, strict=True)])
    return x, y


def placed(patch: MappedPatch, points: Sequence[Point]) -> list[Point]:
    """Points with their place on the photograph and, on a face, their anchor."""
    x = np.array([point.x_mm for point in points])
    y = np.array([point.y_mm for point in points])
    seen = patch.seen(x, y)
    found = []
    for row, point in enumerate(points):
        update: dict[str, object] = {"photo_px": _rounded(seen.photo_px[row])}
        if seen.triangle is not None and seen.weights is not None:
            update["anchor"] = Anchor(
                triangle=int(seen.triangle[row]), weights=_rounded(seen.weights[row], 9)
            )
        if seen.position_mm is not None:
            update["position_mm"] = _rounded(seen.position_mm[row])
        found.append(point.model_copy(update=update))
    return found


def _rounded(values: Array, digits: int = 4) -> tuple[float, ...]:
    return tuple(round(float(value), digits) for value in values)


def mapped_area(
    number: int, area: Area, photo: Photograph, patch: MappedPatch, not_placed: int
) -> MappedArea:
    """What a plan says of an area on a photograph."""
    landmarks = photo.landmarks
    scale = body_scale(area) if landmarks is None else landmarks.calibration
    contradiction = None
    if landmarks is not None and scale.method != "iris" and landmarks.detector.name != "manual":
        contradiction = difference(landmarks.points, scale)
    elif landmarks is None and area.limb is not None and area.scale is not None:
        contradiction = limb_scale(area.limb) / scale.mm_per_px - 1.0
    return MappedArea(
        area=number,
        photo=photo.file,
        kind="face" if landmarks else "limb" if area.limb else "photograph",
        region=area.region,
        outlines_mm=patch.outlines_mm,
        outlines_px=_on_picture(patch),
        cut=tuple(Cut(what=name, area_cm2=lost) for name, lost in patch.cut),
        not_placed=not_placed,
        stretch=patch.mapping.stretch,
        scale=scale,
        contradiction=contradiction,
    )


def _on_picture(patch: MappedPatch) -> tuple[tuple[tuple[float, float], ...], ...]:
    found = []
    for ring in patch.outlines_mm:
        dense = shapely.segmentize(shapely.LineString(ring), 2.0)
        x, y = np.asarray(dense.coords).T
        px = patch.seen(x, y).photo_px
        found.append(tuple((round(float(a), 2), round(float(b), 2)) for a, b in px))
    return tuple(found)


def near(
    case: Case,
    patches: Sequence[object],
    placements: Sequence[Placement],
    points: Sequence[Point],
    catalogue: Catalogue,
) -> tuple[Near, ...]:
    """Points that may lie over a structure, or that lie in a forbidden zone."""
    found = []
    for placement in placements:
        area = case.areas[placement.area]
        photo = case.photograph(area)
        patch = patches[placement.area]
        if photo is None or photo.landmarks is None or not isinstance(patch, MappedPatch):
            continue
        own = [p for p in points if (p.area, p.syringe) == (placement.area, placement.syringe)]
        anchors = _along_points(patch, own)
        zones = zones_of(photo.landmarks, catalogue)
        for field in (*zones.forbidden, *zones.dangers):
            found += _near(placement, field, zones.face, anchors, own)
    return tuple(found)


def _along_points(patch: MappedPatch, points: Sequence[Point]) -> Anchors:
    """Anchors of every place of every point: one, or nine along a stroke."""
    marks = [Stroke(p.x_mm, p.y_mm, p.row, p.path_mm or (0.0, 0.0)) for p in points]
    shares = _ALONG_STROKE if any(p.path_mm for p in points) else _ALONG_STROKE[:1]
    rows = [_places(marks, float(share)) for share in shares]
    seen = patch.seen(np.concatenate([x for x, _ in rows]), np.concatenate([y for _, y in rows]))
    if seen.triangle is None or seen.weights is None:
        raise AssertionError("a face has anchors")
    return Anchors(seen.triangle, seen.weights)


def _near(
    placement: Placement, field: Field, face: Face, anchors: Anchors, points: Sequence[Point],
) -> list[Near]:  # fmt: skip
    distance = field.at(face, anchors).reshape(-1, len(points)).min(axis=0)
    inside = np.flatnonzero(distance < field.reach_mm).tolist()
    if not inside:
        return []
    return [
        Near(
            zone=field.zone.id,
            area=placement.area,
            syringe=placement.syringe,
            side=field.side,
            points=tuple(points[row].id for row in inside),
            distance_mm=float(distance[inside].min()),
            forbidden=isinstance(field.zone, ForbiddenZone),
        )
    ]
