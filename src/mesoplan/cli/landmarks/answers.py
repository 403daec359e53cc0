"""The options of mesoplan landmarks that answer what a page would ask."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from mesoplan.cli.landmarks.compose import Given, PatientRight
from mesoplan.core.errors import Fault, InputError
from mesoplan.model.landmarks import Pixel, Ruler

_T = TypeVar("_T")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_LENGTH = re.compile(r"([0-9]+(?:\.[0-9]+)?) (mm|cm)")
_LONGEST_MM = 500.0
_LARGEST_BYTES = 1_000_000
_SIDES: dict[str, PatientRight] = {"image-left": "image-left", "image-right": "image-right"}
_OUTLINES = TypeAdapter(tuple[tuple[Pixel, ...], ...])
_ENDS_RIGHT = "give --ruler X1,Y1,X2,Y2: both ends in pixels of the upright picture"
_LENGTH_RIGHT = 'give --ruler-length as "30 mm"'
_ERASE_RIGHT = "give none, or a JSON file with a list of outlines, each a list of [x, y] in pixels"


@dataclass(frozen=True)
class Answers:
    """The options as they were given; ``None``: not given."""

    face: int | None
    patient_right: str | None
    ruler: str | None
    ruler_length: str | None
    erase: str | None


def refuse_answers(answers: Answers) -> None:
    """Refuse options that the page of ``--open`` asks for itself.

    Raises
    ------
    InputError
        One fault per option.
    """
    faults = [
        Fault(f"--{name.replace('_', '-')}", "the page of --open asks for it", "leave it out")
        for name, value in vars(answers).items()
        if value is not None
    ]
    if faults:
        raise InputError(faults)


def given_of(answers: Answers) -> Given:
    """What the options say.

    Raises
    ------
    InputError
        With every fault.
    """
    faults: list[Fault] = []

    def tried(read: Callable[[], _T]) -> _T | None:
        try:
            return read()
        except InputError as error:
            faults.extend(error.faults)
            return None

    side = tried(lambda: _side(answers.patient_right))
    ruler = tried(lambda: _ruler(answers.ruler, answers.ruler_length))
    erased = tried(lambda: _erased(answers.erase))
    if answers.face is not None and answers.face < 1:
        faults.append(Fault("--face", f"{answers.face} is no face", "count them from 1"))
    if faults:
        raise InputError(faults)
    return Given(patient_right=side, ruler=ruler, erased_px=erased)


def _side(text: str | None) -> PatientRight | None:
    if text is None or text in _SIDES:
        return None if text is None else _SIDES[text]
    right = "image-left, or image-right for a mirrored photograph"
    raise InputError([Fault("--patient-right", f'"{text}" is no side of the picture', right)])


def _ruler(ends: str | None, length: str | None) -> Ruler | None:
    if ends is None and length is None:
        return None
    if ends is None:
        raise InputError([Fault("--ruler", "is missing beside --ruler-length", _ENDS_RIGHT)])
    if length is None:
        raise InputError([Fault("--ruler-length", "is missing beside --ruler", _LENGTH_RIGHT)])
    parts = [part.strip() for part in ends.split(",")]
    if len(parts) != 4 or not all(_NUMBER.fullmatch(part) for part in parts):
        raise InputError([Fault("--ruler", f'"{ends}" is not four numbers', _ENDS_RIGHT)])
    x1, y1, x2, y2 = (float(part) for part in parts)
    return Ruler(kind="ruler", from_px=(x1, y1), to_px=(x2, y2), length_mm=_length_mm(length))


def _length_mm(text: str) -> float:
    found = _LENGTH.fullmatch(text.strip())
    if found is None:
        comma = re.search(r"\d,\d", text) is not None
        wrong = f'"{text}" has a decimal comma' if comma else f'"{text}" is no length'
        raise InputError([Fault("--ruler-length", wrong, _LENGTH_RIGHT)])
    length_mm = float(found[1]) * (10.0 if found[2] == "cm" else 1.0)
    if not 0.0 < length_mm <= _LONGEST_MM:
        wrong = f"{text} is no ruler beside a face"
        right = f"give more than 0 and at most {_LONGEST_MM:g} mm"
        raise InputError([Fault("--ruler-length", wrong, right)])
    return length_mm


def _erased(text: str | None) -> tuple[tuple[Pixel, ...], ...] | None:
    if text is None or text == "none":
        return None if text is None else ()
    path = Path(text)
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise InputError([Fault("--erase", f"{path} is too large", _ERASE_RIGHT)])
        document = json.loads(path.read_bytes())
        outlines = _OUTLINES.validate_python(document)
    except OSError as error:
        wrong = f"{path} cannot be read ({error.strerror})"
        raise InputError([Fault("--erase", wrong, _ERASE_RIGHT)]) from error
    except ValidationError as error:
        wrong = f"{path} is no list of outlines"
        raise InputError([Fault("--erase", wrong, _ERASE_RIGHT)]) from error
    except (ValueError, RecursionError) as error:
        raise InputError([Fault("--erase", f"{path} is not JSON", _ERASE_RIGHT)]) from error
    if any(len(outline) < 3 for outline in outlines):
        wrong = f"{path} has an outline of fewer than three corners"
        raise InputError([Fault("--erase", wrong, _ERASE_RIGHT)])
    return outlines
