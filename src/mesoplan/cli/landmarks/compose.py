"""From points on a picture, and what was said about it, to a landmarks record."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from mesoplan.core.errors import InputError
from mesoplan.core.photo import Photo
from mesoplan.model.landmarks import Calibration, Detector, Landmarks, Pixel, Ruler
from mesoplan.version import VERSION
from mesoplan.workflow.landmarks_file import MANUAL, landmarks_faults, photo_file, scale_of

FACE_MESH = Detector(name="@mediapipe/face_mesh", version="0.4.1633559619")

PatientRight = Literal["image-left", "image-right"]
Raw = tuple[float, float, float]


@dataclass(frozen=True)
class Given:
    """What a person, or the command line, says about a photograph."""

    patient_right: PatientRight | None = None
    ruler: Ruler | None = None
    erased_px: tuple[tuple[Pixel, ...], ...] | None = None
    moved: tuple[int, ...] = ()
    accepted: bool = False


@dataclass(frozen=True)
class Box:
    """Where a face lies on the picture, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def __str__(self) -> str:
        return (
            f"x {self.left:.0f} to {self.right:.0f}, y {self.top:.0f} to {self.bottom:.0f} pixels"
        )


def face_points(photo: Photo, shares: Sequence[Raw]) -> tuple[Raw, ...]:
    """Points in pixels; the detector gives shares of the picture, depth those of its width."""
    width, height = photo.width_px, photo.height_px
    return tuple((x * width, y * height, z * width) for x, y, z in shares)


def box_of(points: Sequence[Raw]) -> Box:
    """The box around points."""
    x, y = [point[0] for point in points], [point[1] for point in points]
    return Box(min(x), min(y), max(x), max(y))


def composed(
    photo: Photo, points: Sequence[Raw], given: Given, *, by_hand: bool = False
) -> Landmarks:
    """A landmarks record with its scale.

    Parameters
    ----------
    photo : Photo
        The photograph.
    points : sequence
        478 points in pixels of the upright picture.
    given : Given
        What was said about it.
    by_hand : bool
        Whether the points were warped from anchors that a person placed.

    Raises
    ------
    InputError
        If there is no scale, or the parts contradict each other.
    """
    draft = Landmarks(
        photo=photo_file(photo),
        patient_right=given.patient_right,
        detector=Detector(name=MANUAL, version=VERSION) if by_hand else FACE_MESH,
        points=tuple(tuple(round(value, 3) for value in point) for point in points),
        moved=tuple(sorted(set(given.moved))),
        accepted=given.accepted,
        ruler=given.ruler,
        # Stands in until the true one is computed from the same record.
        calibration=Calibration(method="iris", mm_per_px=1.0, relative_sd=0.0),
        erased_px=given.erased_px,
    )
    scale = scale_of(draft)
    rounded = scale.model_copy(update={"mm_per_px": _digits(scale.mm_per_px)})
    landmarks = draft.model_copy(update={"calibration": rounded})
    faults = landmarks_faults(landmarks, "")
    if faults:
        raise InputError(faults)
    return landmarks


def _digits(value: float, count: int = 8) -> float:
    return round(value, count - 1 - math.floor(math.log10(abs(value))))
