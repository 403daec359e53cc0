"""Landmarks of a face on a photograph, with how sure their scale is."""

from typing import Annotated, Literal

from pydantic import Field

from mesoplan.model.base import Record

LANDMARKS_VERSION = 1
LANDMARK_COUNT = 478
"""468 points of the mesh, then five of each iris: the patient's right, the left."""

Pixel = tuple[float, float]
"""(x, y) in pixels of the upright photograph, from its upper left corner, y down."""


class PhotoFile(Record):
    """The photograph that landmarks were found on; sizes are those of the upright picture.

    ``orientation`` is the EXIF value that was applied to make it upright.
    """

    file: str
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    width_px: Annotated[int, Field(gt=0)]
    height_px: Annotated[int, Field(gt=0)]
    orientation: Annotated[int, Field(ge=1, le=8)] = 1


class Detector(Record):
    """What found the points: a program and its version, or a hand."""

    name: str
    version: str


class Ruler(Record):
    """Something of known length in the plane of the skin, from end to end."""

    kind: Literal["ruler", "marker"]
    from_px: Pixel
    to_px: Pixel
    length_mm: Annotated[float, Field(gt=0)]


class Calibration(Record):
    """Millimetres per pixel. ``iris`` is an estimate from the usual width of an iris.

    ``limb`` takes the width of a limb on the picture for its diameter.
    """

    method: Literal["iris", "ruler", "marker", "limb"]
    mm_per_px: Annotated[float, Field(gt=0)]
    relative_sd: Annotated[float, Field(ge=0)]


class Landmarks(Record):
    """A landmarks file.

    Parameters
    ----------
    photo : PhotoFile
        The photograph.
    patient_right : str or None
        On which side of the picture the patient's right lies, as a person confirmed it;
        ``None``: nobody has. ``image-right`` is a mirrored photograph.
    detector : Detector
        What found the points; ``manual`` where they were warped from anchors.
    points : tuple
        478 × (x_px, y_px, z_px) in the detector's own order, which takes the picture for
        unmirrored; z towards the camera is negative.
    moved : tuple of int
        Points that a person moved.
    accepted : bool
        Whether a person has looked at the points on the photograph and accepted them.
    ruler : Ruler or None
        A measured length, where there is one.
    calibration : Calibration
        The scale with its uncertainty, by the better of what there is.
    erased_px : tuple of outlines or None
        What is no skin to treat: hair, beard, glasses. ``None``: nobody was asked.
    """

    format: Literal["mesoplan/landmarks"] = "mesoplan/landmarks"
    version: Literal[1] = 1
    photo: PhotoFile
    patient_right: Literal["image-left", "image-right"] | None = None
    detector: Detector
    points: Annotated[
        tuple[tuple[float, float, float], ...],
        Field(min_length=LANDMARK_COUNT, max_length=LANDMARK_COUNT),
    ]
    moved: tuple[Annotated[int, Field(ge=0, lt=LANDMARK_COUNT)], ...] = ()
    accepted: bool = False
    ruler: Ruler | None = None
    calibration: Calibration
    erased_px: tuple[Annotated[tuple[Pixel, ...], Field(min_length=3)], ...] | None = None
