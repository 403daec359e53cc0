"""Landmarks files: read with every fault, checked against their photograph, written."""

import json
import math
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from mesoplan.anatomy.face.scale import calibration
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.photo import Photo
from mesoplan.model.landmarks import (
    LANDMARK_COUNT,
    LANDMARKS_VERSION,
    Calibration,
    Landmarks,
    PhotoFile,
)

FORMAT = "mesoplan/landmarks"
MANUAL = "manual"
"""Name of the detector where points were warped from anchors that a person placed."""

_LARGEST_BYTES = 2_000_000
_MOST_FAULTS = 20
_RIGHT = "give a file that mesoplan landmarks wrote"
_BEYOND = 0.5
"""Share of its size by which a point may lie outside the picture: faces are cut off."""
_SCALE_TOLERANCE = {"iris": 0.1, "ruler": 0.01, "marker": 0.01}
"""How far a stated scale may lie from what the points say; the iris's own figure may change."""


def read_landmarks(path: str | Path, key: str = "landmarks") -> Landmarks:
    """Read a landmarks file.

    Parameters
    ----------
    path : str or Path
        The file.
    key : str
        Key that faults of the file as a whole name, and that stands before keys in it.

    Raises
    ------
    InputError
        With every fault, twenty at most.
    """
    file = Path(path)
    try:
        if file.is_dir():
            raise InputError([Fault(key, f"{file} is a folder", _RIGHT)])
        if file.stat().st_size > _LARGEST_BYTES:
            raise InputError([Fault(key, f"{file} is too large for a landmarks file", _RIGHT)])
        content = file.read_bytes()
    except FileNotFoundError as error:
        raise InputError([Fault(key, f"there is no file {file}", _RIGHT)]) from error
    except OSError as error:
        wrong = f"{file} cannot be read ({error.strerror})"
        raise InputError([Fault(key, wrong, _RIGHT)]) from error
    except ValueError as error:  # a zero byte in the name
        raise InputError([Fault(key, "is no name of a file", _RIGHT)]) from error
    return parse_landmarks(content, key)


def parse_landmarks(content: bytes, key: str = "landmarks") -> Landmarks:
    """The landmarks in the bytes of a file.

    Raises
    ------
    InputError
        As ``read_landmarks``.
    """
    if len(content) > _LARGEST_BYTES:
        raise InputError([Fault(key, "the file is too large for a landmarks file", _RIGHT)])
    _check_kind(_json(content, key), key)
    try:
        landmarks = Landmarks.model_validate_json(
            content.removeprefix(b"\xef\xbb\xbf"), strict=True
        )
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=True)
        within = {one["loc"][:1] for one in found if len(one["loc"]) > 1}
        # A list with faulty parts is also called too short, for they do not count.
        real = [one for one in found if one["loc"] not in within]
        raise InputError(_capped([_fault(one, key) for one in real], key)) from error
    faults = landmarks_faults(landmarks, key)
    if faults:
        raise InputError(_capped(faults, key))
    return landmarks


def landmarks_faults(landmarks: Landmarks, key: str = "landmarks") -> list[Fault]:
    """Faults of landmarks whose parts are sound, but contradict each other."""
    photo = landmarks.photo
    faults = []
    for index, (x, y, z) in enumerate(landmarks.points):
        if not (_near(x, photo.width_px) and _near(y, photo.height_px)):
            wrong = f"({x:g}, {y:g}) lies far outside the picture"
            faults.append(Fault(f"{key}.points[{index}]", wrong, _inside(photo)))
        if abs(z) > 2.0 * photo.width_px:
            wrong = f"a depth of {z:g} pixels is no face"
            faults.append(Fault(f"{key}.points[{index}]", wrong, _RIGHT))
    for number, outline in enumerate(landmarks.erased_px or ()):
        if not all(_near(x, photo.width_px) and _near(y, photo.height_px) for x, y in outline):
            wrong = "lies far outside the picture"
            faults.append(Fault(f"{key}.erased_px[{number}]", wrong, _inside(photo)))
    if len(set(landmarks.moved)) < len(landmarks.moved):
        faults.append(Fault(f"{key}.moved", "names a point twice", "name each point once"))
    return faults or _scale_faults(landmarks, key)


def _scale_faults(landmarks: Landmarks, key: str) -> list[Fault]:
    stated, ruler = landmarks.calibration, landmarks.ruler
    if ruler is None and stated.method != "iris":
        wrong = f"there is none, and the scale is said to come from a {stated.method}"
        return [Fault(f"{key}.ruler", wrong, "give it")]
    if ruler is not None and stated.method != ruler.kind:
        wrong = f'"{stated.method}" is not the {ruler.kind} that was measured'
        return [Fault(f"{key}.calibration.method", wrong, f'write "{ruler.kind}"')]
    try:
        computed = scale_of(landmarks)
    except InputError as error:
        return [Fault(f"{key}.{fault.key}", fault.wrong, fault.right) for fault in error.faults]
    ratio = stated.mm_per_px / computed.mm_per_px
    if abs(math.log(ratio)) > _SCALE_TOLERANCE[stated.method]:
        wrong = f"{stated.mm_per_px:g} mm per pixel is not what the {stated.method} says"
        right = f"about {computed.mm_per_px:.4g} would follow from it"
        return [Fault(f"{key}.calibration.mm_per_px", wrong, right)]
    return []


def scale_of(landmarks: Landmarks) -> Calibration:
    """The scale that the points and the ruler of landmarks give.

    Raises
    ------
    InputError
        If there is none: by hand without a ruler, or a ruler that cannot be read.
    """
    if landmarks.detector.name == MANUAL and landmarks.ruler is None:
        wrong = "there is none, and points placed by hand have no iris to measure"
        raise InputError([Fault("ruler", wrong, "mark a ruler or a sticker of known length")])
    photo = landmarks.photo
    return calibration(landmarks.points, photo.width_px, photo.height_px, landmarks.ruler)


def photo_file(photo: Photo) -> PhotoFile:
    """What a landmarks file says of its photograph."""
    return PhotoFile(
        file=photo.file,
        sha256=photo.sha256,
        width_px=photo.width_px,
        height_px=photo.height_px,
        orientation=photo.orientation,
    )


def check_photo(landmarks: Landmarks, photo: Photo, key: str = "landmarks") -> None:
    """Check that landmarks belong to a photograph, byte for byte; its name may differ.

    Raises
    ------
    InputError
        If they were found on another.
    """
    if landmarks.photo.sha256 != photo.sha256:
        wrong = f"the landmarks were found on another photograph ({landmarks.photo.file})"
        right = "give that photograph unchanged, or find the landmarks again"
        raise InputError([Fault(f"{key}.photo", wrong, right)])
    stated = landmarks.photo
    if (stated.width_px, stated.height_px) != (photo.width_px, photo.height_px):
        wrong = f"{stated.width_px} × {stated.height_px} pixels is not the photograph's size"
        right = f"upright it has {photo.width_px} × {photo.height_px}"
        raise InputError([Fault(f"{key}.photo", wrong, right)])


def landmarks_text(landmarks: Landmarks) -> str:
    """The text of a landmarks file: JSON, one point a line, the same for the same landmarks."""
    document = landmarks.model_dump(mode="json")
    lines = []
    for name, value in document.items():
        rows = value if name in ("points", "erased_px") else None
        text = _rows(rows) if rows else json.dumps(value, ensure_ascii=False, allow_nan=False)
        lines.append(f"  {json.dumps(name)}: {text}")
    return "{\n" + ",\n".join(lines) + "\n}\n"


def write_landmarks(landmarks: Landmarks, path: str | Path, key: str = "--out") -> Path:
    """Write a landmarks file, whole or not at all.

    Raises
    ------
    InputError
        If it cannot be written.
    """
    target = Path(path)
    staged = target.with_name(f".{target.name}.part")
    try:
        staged.write_text(landmarks_text(landmarks), encoding="utf-8", newline="")
        staged.replace(target)
    except OSError as error:
        staged.unlink(missing_ok=True)
        right = "name a file in a folder that can be written"
        raise InputError([Fault(key, f"{target}: {error.strerror}", right)]) from error
    return target


def _rows(rows: Sequence[Any]) -> str:
    return "[\n" + ",\n".join(f"    {json.dumps(row, allow_nan=False)}" for row in rows) + "\n  ]"


def _near(value_px: float, size_px: int) -> bool:
    return -_BEYOND * size_px <= value_px <= (1.0 + _BEYOND) * size_px


def _inside(photo: PhotoFile) -> str:
    return f"the picture has {photo.width_px} × {photo.height_px} pixels"


def _json(content: bytes, key: str) -> Any:
    if not content.strip():
        raise InputError([Fault(key, "the file is empty", _RIGHT)])
    try:
        return json.loads(
            content.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_number
        )
    except UnicodeDecodeError as error:
        raise InputError([Fault(key, "the file is not UTF-8 text", _RIGHT)]) from error
    except ValueError as error:
        raise InputError([Fault(key, f"is not JSON ({error})", _RIGHT)]) from error
    except RecursionError as error:
        raise InputError([Fault(key, "the file is nested too deeply", _RIGHT)]) from error


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f'"{name}" stands there twice')
        found[name] = value
    return found


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _check_kind(document: Any, key: str) -> None:
    """Refuse another kind of file with one fault, not with one per missing key."""
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        wrong = f'the file does not say "format": "{FORMAT}"'
        raise InputError([Fault(f"{key}.format", wrong, _RIGHT)])
    version = document.get("version")
    if version != LANDMARKS_VERSION or isinstance(version, bool):
        newer = isinstance(version, int) and version > LANDMARKS_VERSION
        wrong = (
            f"{version} was written for a newer mesoplan" if newer else f"{version!r} is unknown"
        )
        raise InputError([Fault(f"{key}.version", wrong, f"{LANDMARKS_VERSION} is read here")])


def _fault(error: ErrorDetails, key: str) -> Fault:
    place = key
    for part in error["loc"]:
        place += f"[{part}]" if isinstance(part, int) else f".{part}"
    kind = error["type"]
    if kind == "json_invalid":
        return Fault(key, f"is not JSON ({error['msg']})", _RIGHT)
    if kind == "missing":
        return Fault(place, "is missing", _RIGHT)
    if kind == "extra_forbidden":
        return Fault(place, "is unknown", "take it away, or check how it is written")
    if kind in ("too_long", "too_short") and place == f"{key}.points":
        context = error.get("ctx", {})
        wrong = f"{context.get('actual_length')} points are not {LANDMARK_COUNT}"
        return Fault(place, wrong, "keep all points in their order")
    shown = json.dumps(error["input"], default=str)
    shown = shown if len(shown) <= 40 else shown[:37] + "…"
    right = re.sub(r"^Input should be ", "", error["msg"])
    return Fault(place, f"{shown} will not do", f"should be {right}")


def _capped(faults: Sequence[Fault], key: str) -> list[Fault]:
    if len(faults) <= _MOST_FAULTS:
        return list(faults)
    more = Fault(key, f"and {len(faults) - _MOST_FAULTS + 1} further faults", _RIGHT)
    return [*faults[: _MOST_FAULTS - 1], more]
