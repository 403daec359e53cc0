"""What the turnable face of a plan shows: from a plan to the data of its page."""

import io
import itertools

import numpy as np
from numpy.typing import NDArray

from mesoplan.anatomy.face.clip import below, polygons_of
from mesoplan.anatomy.face.mesh import Face, locate_uv
from mesoplan.anatomy.face.zones import Field
from mesoplan.model.face import DangerZone, ForbiddenZone
from mesoplan.report.face_page import (
    ExposureLayer,
    FacePage,
    FacePoint,
    LegendStep,
    Mesh,
    Outline,
    Thread,
    Zone,
    face_page,
    photo_uri,
)
from mesoplan.report.face_scene import Scene, zone_colour
from mesoplan.report.face_views import exposure_colours
from mesoplan.report.map import marks
from mesoplan.report.numbers import plain, readable_unit
from mesoplan.report.positions import rows
from mesoplan.report.ramp import GREY_RAMP, RAMP
from mesoplan.report.words import Words, is_blocked

Array = NDArray[np.float64]

_LIFT_MM = 0.25
"""Lines lie this far above the skin, so that it does not hide them."""


def face_html(scene: Scene, words: Words) -> str:
    """The turnable page of a photograph with a face."""
    return face_page(face_document(scene, words))


def face_document(scene: Scene, words: Words) -> FacePage:
    """The data of the page.

    Raises
    ------
    ValueError
        If the photograph shows no face.
    """
    face, plan = scene.face, scene.plan
    if face is None:
        raise ValueError("the photograph shows no face")
    size = np.array([scene.photo.width_px, scene.photo.height_px], dtype=float)
    return FacePage(
        title=words.text(
            "face-page.title", indication=words.indication(plan.case.treatment.indication)
        ),
        intended=words.text("intended"),
        mesh=Mesh(face.skin_mm, face.fine.triangles, face.photo_px / size),
        marks=tuple(marks(plan, words)),
        photo=None if scene.photo.picture is None else photo_uri(_jpeg(scene)),
        exposures=_exposures(scene, face, words),
        regions=tuple(
            Outline(
                words.numbered(plan, area),
                tuple(_on_skin(scene, area, ring) for ring in scene.patch(area).outlines_mm),
            )
            for area in scene.areas
        ),
        zones=tuple(
            zone
            for field in (*scene.forbidden, *scene.dangers)
            if (zone := _zone(field, face, words)) is not None
        ),
        points=_points(scene, face, words),
        threads=_threads(scene),
        notes=(words.text("photograph.drafts"),),
    )


def _jpeg(scene: Scene) -> bytes:
    picture = scene.picture
    if picture is None:
        raise AssertionError("asked for only where there is one")
    held = io.BytesIO()
    picture.save(held, "JPEG", quality=88)
    return held.getvalue()


def _exposures(scene: Scene, face: Face, words: Words) -> tuple[ExposureLayer, ...]:
    if is_blocked(scene.plan):
        return ()
    ramp = GREY_RAMP if is_blocked(scene.plan) else RAMP
    found = []
    for substance in scene.substances:
        colour, held = exposure_colours(scene, face, substance)
        rgba = np.zeros((len(colour), 4), dtype=np.uint8)
        rgba[:, :3] = np.rint(colour).astype(np.uint8)
        rgba[held, 3] = 255
        largest = scene.largest(substance)
        factor, unit = readable_unit(largest, f"{scene.exposures(substance)[0].unit}·h/cm²")
        steps = [
            LegendStep(plain(largest * factor * i / (len(ramp) - 1), 2), tint)
            for i, tint in enumerate(ramp)
        ]
        name = words.text("face-page.layer", name=words.substance(substance), unit=unit)
        found.append(ExposureLayer(substance, name, rgba, tuple(steps)))
    return tuple(found)


def _on_skin(scene: Scene, area: int, ring: tuple[tuple[float, float], ...]) -> Array:
    xy = np.asarray(ring)
    dense = []
    for a, b in itertools.pairwise(xy):
        count = max(1, int(np.ceil(np.linalg.norm(b - a))))
        dense.append(a + np.arange(count)[:, None] / count * (b - a))
    places = np.concatenate([*dense, xy[-1:]])
    seen = scene.patch(area).seen(places[:, 0], places[:, 1])
    if seen.position_mm is None or seen.normal is None:
        raise AssertionError("a face has places in space")
    return seen.position_mm + _LIFT_MM * seen.normal


def _zone(field: Field, face: Face, words: Words) -> Zone | None:
    shape = below(field.distance_mm, field.reach_mm, face.fine.triangles, face.uv)
    lines = []
    for part in polygons_of(shape):
        places = np.asarray(part.exterior.segmentize(0.006).coords)
        anchors = locate_uv(places, face.canonical)
        lines.append(face.at(anchors, face.skin_mm) + _LIFT_MM * face.at(anchors, face.normals))
    if not lines:
        return None
    zone = field.zone
    side = words.text(f"side.{field.side}") if field.side else ""
    if isinstance(zone, ForbiddenZone):
        note = words.text("face-page.forbidden-note", reason=zone.reason)
        name, kind = f"{side} {zone.name}".strip(), "forbidden"
    else:
        note = words.text("face-page.zone-note", depth=_depth(zone, words))
        name, kind = f"{side} {zone.structure}".strip(), zone.kind
    forbidden = isinstance(zone, ForbiddenZone)
    inside = (field.distance_mm[face.fine.triangles] <= field.reach_mm).all(axis=1)
    return Zone(
        name=name,
        note=note,
        kind=kind,
        colour=zone_colour(field),
        lines=tuple(lines),
        forbidden=forbidden,
        # What may lie somewhere overlaps so much that tints would hide the face.
        fill=tuple(np.flatnonzero(inside).tolist()) if forbidden else (),
    )


def _depth(zone: DangerZone, words: Words) -> str:
    if zone.depth_mm is None:
        return words.text("photograph.depth-unknown")
    low, high = zone.depth_mm.bounds
    return words.text("photograph.depth", low=plain(low), high=plain(high))


def _points(scene: Scene, face: Face, words: Words) -> tuple[FacePoint, ...]:
    plan = scene.plan
    names = {
        (area, spot.x_mm, spot.y_mm): f"{row.letter}{spot.number}"
        for area in scene.areas
        for row in rows(plan, area)
        for spot in row.positions
    }
    withheld = is_blocked(plan)
    found = []
    for area in scene.areas:
        own = [p for p in scene.points if p.area == area and p.position_mm is not None]
        if not own:
            continue
        seen = scene.patch(area).seen(
            np.array([p.x_mm for p in own]), np.array([p.y_mm for p in own])
        )
        if seen.normal is None:
            continue
        for point, normal in zip(own, seen.normal, strict=True):
            if point.position_mm is None:
                continue
            label = names[area, round(point.x_mm, 3), round(point.y_mm, 3)]
            found.append(
                FacePoint(
                    id=str(point.id),
                    label=label,
                    area=words.numbered(plan, area),
                    position_mm=point.position_mm,
                    normal=(float(normal[0]), float(normal[1]), float(normal[2])),
                    depth_mm=None if withheld else point.depth_mm,
                    volume_ml=None if withheld else point.volume_ml,
                    text=words.numbered(plan, area)
                    if withheld
                    else words.text(
                        "face-page.point",
                        area=words.numbered(plan, area),
                        row=point.row,
                        volume=plain(point.volume_ml),
                        depth=plain(point.depth_mm),
                    ),
                )
            )
    return tuple(found)


def _threads(scene: Scene) -> tuple[Thread, ...]:
    found = []
    for point in scene.points:
        if point.path_mm is None:
            continue
        x = np.array([point.x_mm, point.x_mm + point.path_mm[0]])
        y = np.array([point.y_mm, point.y_mm + point.path_mm[1]])
        seen = scene.patch(point.area).seen(x, y)
        if seen.position_mm is not None:
            start, end = (tuple(float(v) for v in row) for row in seen.position_mm)
            found.append(Thread(start, end))  # type: ignore[arg-type]
    return tuple(found)
