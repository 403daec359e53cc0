"""The surface of an area on a photograph: a region of a face, or an outline on the body."""

from dataclasses import dataclass
from functools import lru_cache

import shapely

from mesoplan.anatomy.face.clip import Region, carried
from mesoplan.anatomy.face.mesh import Face
from mesoplan.anatomy.face.patch import face_patch
from mesoplan.anatomy.face.pose import FRONTAL_DEG, OBLIQUE_DEG, Pose
from mesoplan.anatomy.face.scale import ruler_calibration
from mesoplan.anatomy.face.zones import (
    Field,
    danger_fields,
    forbidden_fields,
    region_polygon,
)
from mesoplan.anatomy.layers import SkinLayers
from mesoplan.anatomy.mapping import MappedPatch
from mesoplan.anatomy.photo_patch import (
    LIMB_SD,
    Cylinder,
    FlatPhoto,
    cylinder,
    limb_scale,
    photo_patch,
)
from mesoplan.catalogue import Catalogue
from mesoplan.core.errors import Fault, InputError
from mesoplan.model.case import Area, Photograph
from mesoplan.model.face import DangerZone, FaceRegion, ForbiddenZone
from mesoplan.model.landmarks import Calibration, Landmarks

_KEPT = 64
"""Surfaces kept: reading, planning and drawing a case each ask for the same ones."""


@dataclass(frozen=True)
class FaceZones:
    """A face with its zones: what is forbidden, and what may lie beneath."""

    face: Face
    forbidden: tuple[Field, ...]
    dangers: tuple[Field, ...]


@lru_cache(maxsize=_KEPT)
def face_of(landmarks: Landmarks) -> Face:
    """The face of a landmarks file."""
    return Face.of(landmarks)


@lru_cache(maxsize=_KEPT)
def _forbidden(landmarks: Landmarks, zones: tuple[ForbiddenZone, ...]) -> tuple[Field, ...]:
    return forbidden_fields(zones, face_of(landmarks))


@lru_cache(maxsize=_KEPT)
def _dangers(landmarks: Landmarks, zones: tuple[DangerZone, ...]) -> tuple[Field, ...]:
    return danger_fields(zones, face_of(landmarks))


def zones_of(landmarks: Landmarks, catalogue: Catalogue) -> FaceZones:
    """The face of a landmarks file with its zones; kept, because a plan asks several times."""
    return FaceZones(
        face_of(landmarks),
        _forbidden(landmarks, tuple(catalogue.face_forbidden.values())),
        _dangers(landmarks, tuple(catalogue.face_dangers.values())),
    )


def mapped_patch(
    area: Area, photo: Photograph, layers: SkinLayers, catalogue: Catalogue, key: str
) -> MappedPatch:
    """The surface of an area on a photograph.

    Raises
    ------
    InputError
        If the head is turned too far, an outline is none, or nothing is left of the area.
    """
    if photo.landmarks is None:
        return photo_patch(area.outline_px or (), _body_mapping(area), layers, key, area.erased_px)
    region = None if area.region is None else catalogue.face_regions[area.region]
    return _face_area(
        area, photo.landmarks, layers, region, tuple(catalogue.face_forbidden.values()), key
    )


@lru_cache(maxsize=_KEPT)
def _face_area(
    area: Area,
    landmarks: Landmarks,
    layers: SkinLayers,
    region: FaceRegion | None,
    forbidden: tuple[ForbiddenZone, ...],
    key: str,
) -> MappedPatch:
    face = face_of(landmarks)
    _face_the_camera(face.pose, landmarks.calibration, area, key)
    erased = [
        shapely.Polygon(ring).buffer(0.0)
        for ring in (*(landmarks.erased_px or ()), *area.erased_px)
    ]
    return face_patch(
        face,
        _on_canonical_map(area, face, region, key),
        layers,
        key,
        forbidden=_forbidden(landmarks, forbidden),
        erased_px=erased,
    )


def _on_canonical_map(area: Area, face: Face, region: FaceRegion | None, key: str) -> Region:
    if region is not None:
        return region_polygon(region, face, area.side)
    outline = shapely.Polygon(area.outline_px or ())
    if not outline.is_valid:
        right = "give the corners in order around the area"
        raise InputError([Fault(f"{key}.outline_px", "the outline crosses itself", right)])
    ahead = face.fine.triangles[face.triangle_normals[:, 2] > 0.0]
    drawn: Region = carried(outline, face.photo_px, ahead, face.uv)
    if drawn.is_empty:
        right = "draw it on the face, or leave out the landmarks and give a scale"
        raise InputError([Fault(f"{key}.outline_px", "lies beside the face", right)])
    return drawn


def _body_mapping(area: Area) -> FlatPhoto | Cylinder:
    scale = body_scale(area)
    if area.limb is not None:
        return cylinder(area.limb, scale.mm_per_px)
    return FlatPhoto(scale.mm_per_px, 0.0, 0.0)


def body_scale(area: Area) -> Calibration:
    """The scale of an area of the body: its ruler, else the circumference of the limb."""
    if area.scale is not None:
        return ruler_calibration(area.scale)
    if area.limb is None:
        raise AssertionError("the reader refuses a photograph without a scale")
    return Calibration(method="limb", mm_per_px=limb_scale(area.limb), relative_sd=LIMB_SD.central)


def _face_the_camera(pose: Pose, scale: Calibration, area: Area, key: str) -> None:
    """Refuse a head that is turned too far for what is asked.

    A side may be planned on a picture on which it faces the camera, with a ruler: the iris
    measures only from the front.
    """
    if pose.frontal:
        return
    gate, steep = FRONTAL_DEG.central, OBLIQUE_DEG.central
    towards = "right" if pose.yaw_deg > 0.0 else "left"
    # A patient who looks to the left shows the right cheek.
    if (
        scale.method != "iris"
        and abs(pose.pitch_deg) <= gate
        and abs(pose.yaw_deg) <= steep
        and area.side == towards
    ):
        return
    turned, back = [], []
    if abs(pose.yaw_deg) > gate:
        way = "left" if pose.yaw_deg > 0.0 else "right"
        turned.append(f"{abs(pose.yaw_deg):.0f} degrees to the patient's {way}")
        back.append(f"turn the head to the patient's {towards}")
    if abs(pose.pitch_deg) > gate:
        up = pose.pitch_deg > 0.0
        turned.append(f"{abs(pose.pitch_deg):.0f} degrees {'up' if up else 'down'}")
        back.append("lower the chin" if up else "raise the chin")
    right = f"{' and '.join(back)} to within {gate:g} degrees of the camera, and take it again"
    if abs(pose.yaw_deg) > gate:
        right += "; an oblique picture serves for the side it shows, with a ruler on it"
    wrong = f"the head is turned {' and '.join(turned)}"
    raise InputError([Fault(f"{key}.landmarks", wrong, right)])
