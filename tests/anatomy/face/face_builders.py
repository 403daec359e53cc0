"""Faces made for tests: turned in a known way, flat, or from a recorded photograph."""

import numpy as np
from numpy.typing import NDArray

from face.recorded import Recorded
from mesoplan.anatomy.face.mesh import Face
from mesoplan.anatomy.layers import SkinLayers, Thickness
from mesoplan.catalogue import load_catalogue
from mesoplan.catalogue.canonical import canonical_face
from mesoplan.model.case import Area, Photograph
from mesoplan.model.landmarks import Calibration, Detector, Landmarks, PhotoFile

Array = NDArray[np.float64]

CATALOGUE = load_catalogue()
CANONICAL = canonical_face()
LAYERS = SkinLayers(Thickness(0.07, 0.01), Thickness(1.45, 0.1), 10.0, False, False)
IRIS_MM = 11.7


def about(axis: str, angle_deg: float) -> Array:
    """The matrix of a right-handed turn about one axis."""
    c, s = np.cos(np.radians(angle_deg)), np.sin(np.radians(angle_deg))
    return {
        "x": np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]]),
        "y": np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]]),
        "z": np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]]),
    }[axis]


def turned(yaw_deg: float = 0.0, pitch_deg: float = 0.0, roll_deg: float = 0.0) -> Array:
    """The canonical face turned: nose to +x, nose to +y, crown to +x.

    About y a positive turn takes z to x. About x it takes z to -y, about z it takes y to -x:
    both go the other way.
    """
    turn = about("y", yaw_deg) @ about("x", -pitch_deg) @ about("z", -roll_deg)
    return np.asarray(CANONICAL.vertices_mm @ turn.T)


def landmarks(vertices_mm: Array, method: str = "iris", mm_per_px: float = 0.4) -> Landmarks:
    """Landmarks as a camera far away would show a mesh of 468 places, on 600 × 800 pixels."""
    points = np.empty((478, 3))
    points[:468] = vertices_mm / mm_per_px * [1.0, -1.0, -1.0] + [310.0, 390.0, 0.0]
    for start, (outer, inner) in ((468, (33, 133)), (473, (362, 263))):
        points[start : start + 5] = 0.5 * (points[outer] + points[inner])
        half = 0.5 * IRIS_MM / mm_per_px
        points[[start + 1, start + 3], 0] += [-half, half]
    return written(points, method, mm_per_px, 600, 800)


def written(
    points: Array, method: str, mm_per_px: float, width_px: int, height_px: int,
    right: str = "image-left",
) -> Landmarks:  # fmt: skip
    """A landmarks file that a person has accepted."""
    return Landmarks(
        photo=PhotoFile(file="face.png", sha256="0" * 64, width_px=width_px, height_px=height_px),
        patient_right=right,  # type: ignore[arg-type]
        detector=Detector(name="test", version="1"),
        points=tuple((float(x), float(y), float(z)) for x, y, z in points),
        accepted=True,
        calibration=Calibration(
            method=method,  # type: ignore[arg-type]
            mm_per_px=mm_per_px,
            relative_sd=0.02,
        ),
        erased_px=(),
    )


def of_render(seen: Recorded) -> Landmarks:
    """The landmarks found on a picture of the synthetic head, at its true scale."""
    right = "image-right" if seen.mirrored else "image-left"
    return written(
        seen.points_px, "ruler", seen.mm_per_px_true, seen.width_px, seen.height_px, right
    )


def photographed(found: Landmarks) -> Photograph:
    return Photograph(
        file="face.png",
        sha256="0" * 64,
        width_px=found.photo.width_px,
        height_px=found.photo.height_px,
        landmarks=found,
    )


def area_of(region: str, side: str | None = None) -> Area:
    site = CATALOGUE.face_regions[region].site
    return Area.model_validate({"site": site, "side": side, "photo": "face.png", "region": region})


def flat_face(width_mm: float = 150.0) -> Face:
    """The canonical map itself as a face: everything in one plane, u to the right, v down."""
    places = (CANONICAL.uv - [0.5, 0.5]) * [width_mm, -width_mm]
    return Face(np.column_stack([places, np.zeros(468)]), places * [1.0, -1.0], 1.0)


def reflected(face: Face) -> Face:
    """The face of the patient's mirror image: left and right change places."""
    mirror = CANONICAL.mirror
    return Face(
        face.base_mm[mirror] * [-1.0, 1.0, 1.0], face.base_px[mirror] * [-1.0, 1.0], face.mm_per_px
    )
