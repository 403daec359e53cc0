"""One photograph being worked on: what the pages ask for and what they hand in."""

import io
from dataclasses import dataclass, field
from pathlib import Path
from queue import Queue
from typing import Annotated, Any, Literal, TypeVar

from PIL import Image
from pydantic import Field, ValidationError

from mesoplan.cli.landmarks.compose import Given, Raw, composed
from mesoplan.cli.landmarks.summary import notes, pose_text, scale_text
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.photo import Photo, photo_of
from mesoplan.model.base import Record
from mesoplan.model.landmarks import LANDMARK_COUNT, Landmarks, Pixel, Ruler
from mesoplan.version import VERSION
from mesoplan.workflow.landmarks_file import write_landmarks

SHOWN_PX = 2560
"""Longest side of the picture in the browser: a pixel of it is still below 0.2 mm of a face."""

_T = TypeVar("_T", bound=Record)
Failure = Literal["no-webgl", "no-face", "failed"]
_Face = Annotated[tuple[Raw, ...], Field(min_length=LANDMARK_COUNT, max_length=LANDMARK_COUNT)]


class Found(Record):
    """What the page without a person hands in."""

    faces: Annotated[tuple[_Face, ...], Field(max_length=50)] | None
    failure: Failure | None
    detail: str = ""


class Draft(Record):
    """What a person made of a photograph."""

    detector: Literal["face_mesh", "manual"]
    points: _Face
    moved: tuple[int, ...]
    patient_right: Literal["image-left", "image-right"]
    ruler: Ruler | None
    erased_px: tuple[tuple[Pixel, ...], ...] | None


class Anchors(Record):
    """Anchors that a person placed: landmark to place."""

    anchors: dict[int, Pixel]


@dataclass
class Session:
    """The state behind the pages; one thread at a time enters it.

    Parameters
    ----------
    photo : Photo or None
        The photograph; ``None`` until one is given in the browser.
    out : Path or None
        Where a person's result is written; ``None``: nowhere, nobody is looking.
    """

    photo: Photo | None
    out: Path | None = None
    found: "Queue[Found]" = field(default_factory=Queue)
    saved: "Queue[Landmarks]" = field(default_factory=Queue)
    _shown: bytes | None = None

    def describe(self) -> dict[str, Any]:
        """What a page needs to begin."""
        return {
            "version": VERSION,
            "out": "" if self.out is None else self.out.name,
            "photo": None if self.photo is None else _info(self.photo),
        }

    def picture(self) -> bytes:
        """The upright photograph as PNG, shrunk to what a screen can show.

        Raises
        ------
        InputError
            If there is none yet.
        """
        if self._shown is None:
            image = self._photo().image
            shrink = SHOWN_PX / max(image.size)
            if shrink < 1.0:
                size = tuple(max(1, round(side * shrink)) for side in image.size)
                image = image.resize((size[0], size[1]), Image.Resampling.LANCZOS)
            text = io.BytesIO()
            image.save(text, "PNG", compress_level=1)
            self._shown = text.getvalue()
        return self._shown

    def take_photo(self, content: bytes, name: str) -> dict[str, Any]:
        """A photograph chosen in the browser."""
        file = name.replace("\\", "/").rsplit("/", 1)[-1]
        self.photo = photo_of(content, file or "photograph")
        self._shown = None
        return _info(self.photo)

    def take_found(self, body: bytes) -> dict[str, Any]:
        """What the page without a person found."""
        self.found.put(_read(Found, body))
        return {}

    def mesh(self, body: bytes) -> dict[str, Any]:
        """478 points through a person's anchors."""
        # SciPy's interpolation is slow to import and only a face placed by hand needs it.
        from mesoplan.anatomy.face.warp import warped
        from mesoplan.catalogue.canonical import canonical_face

        photo, asked = self._photo(), _read(Anchors, body)
        points = warped(canonical_face(), asked.anchors, photo.width_px, photo.height_px)
        return {"points": points.tolist()}

    def judge(self, body: bytes) -> dict[str, Any]:
        """Scale, pose and what to mind, of a draft; nothing is written."""
        landmarks = self._landmarks(body)
        return {
            "scale": scale_text(landmarks),
            "pose": pose_text(landmarks),
            "notes": notes(landmarks),
        }

    def save(self, body: bytes) -> dict[str, Any]:
        """Write what a person accepted."""
        landmarks = self._landmarks(body)
        if self.out is None:
            raise InputError([Fault("--out", "no file was named", "name one")])
        write_landmarks(landmarks, self.out)
        self.saved.put(landmarks)
        return {"file": str(self.out)}

    def _photo(self) -> Photo:
        if self.photo is None:
            raise InputError([Fault("photo", "there is none yet", "choose one")])
        return self.photo

    def _landmarks(self, body: bytes) -> Landmarks:
        draft = _read(Draft, body)
        given = Given(
            patient_right=draft.patient_right,
            ruler=draft.ruler,
            erased_px=draft.erased_px,
            moved=draft.moved,
            accepted=True,
        )
        return composed(self._photo(), draft.points, given, by_hand=draft.detector == "manual")


def _info(photo: Photo) -> dict[str, Any]:
    return {
        "file": photo.file,
        "width_px": photo.width_px,
        "height_px": photo.height_px,
        "orientation": photo.orientation,
    }


def _read(kind: type[_T], body: bytes) -> _T:
    try:
        return kind.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "request"
        raise InputError([Fault(place, first["msg"], "reload the page")]) from error
