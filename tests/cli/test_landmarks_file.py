"""Landmarks files: what is written is read, and every contradiction is a fault with its key."""

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landmark_helpers import FIXTURE, portrait_file, recorded, recorded_document
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.photo import photo_of, read_photo
from mesoplan.workflow.landmarks_file import (
    check_photo,
    landmarks_text,
    parse_landmarks,
    read_landmarks,
    write_landmarks,
)

Change = Callable[[dict[str, Any]], None]


def faults_of(content: bytes) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        parse_landmarks(content, "areas[0].landmarks")
    return caught.value.faults


def faults_with(change: Change) -> list[tuple[str, str]]:
    document = recorded_document()
    change(document)
    found = faults_of(json.dumps(document).encode())
    prefix = "areas[0].landmarks"
    assert all(fault.key.startswith(prefix) for fault in found)
    return [(fault.key.removeprefix(f"{prefix}."), fault.wrong) for fault in found]


def put(path: str, value: Any) -> Change:
    *way, last = path.split(".")

    def change(document: dict[str, Any]) -> None:
        place: Any = document
        for part in way:
            place = place[int(part)] if part.isdigit() else place[part]
        place[int(last) if last.isdigit() else last] = value

    return change


def test_what_is_written_is_read_and_written_alike(tmp_path: Path) -> None:
    landmarks = recorded().model_copy(
        update={"erased_px": (((1.0, 2.0), (30.5, 2.0), (4.0, 40.0)),), "moved": (3, 9)}
    )
    path = write_landmarks(landmarks, tmp_path / "a.json")
    again = read_landmarks(path)
    assert again == landmarks
    assert landmarks_text(again) == path.read_text(encoding="utf-8")
    assert [file.name for file in tmp_path.iterdir()] == ["a.json"]


def test_the_fixture_is_the_text_of_its_record() -> None:
    assert landmarks_text(recorded()) == FIXTURE.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "key", "said"),
    [
        (put("format", "mesoplan/case"), "format", "does not say"),
        (put("version", 2), "version", "newer"),
        (put("version", True), "version", "unknown"),
        (put("surprise", 1), "surprise", "is unknown"),
        (put("photo.path", "x"), "photo.path", "is unknown"),
        (put("photo.sha256", "abc"), "photo.sha256", "will not do"),
        (put("photo.orientation", 9), "photo.orientation", "will not do"),
        (put("photo.width_px", 0), "photo.width_px", "will not do"),
        (put("points.5", [1.0, 2.0]), "points[5][2]", "is missing"),
        (put("points.5.0", "12"), "points[5][0]", "will not do"),
        (put("points.5.0", True), "points[5][0]", "will not do"),
        (put("points.7.0", 769.0), "points[7]", "far outside"),
        (put("points.7.1", -257.0), "points[7]", "far outside"),
        (put("points.7.2", 2000.0), "points[7]", "no face"),
        (put("points", []), "points", "are not 478"),
        (put("moved", [478]), "moved[0]", "will not do"),
        (put("moved", [4, 4]), "moved", "twice"),
        (put("patient_right", "left"), "patient_right", "will not do"),
        (put("accepted", 1), "accepted", "will not do"),
        (put("erased_px", [[[1, 1], [2, 2]]]), "erased_px[0]", "will not do"),
        (put("erased_px", [[[1, 1], [2, 2], [9000, 1]]]), "erased_px[0]", "far outside"),
        (put("calibration.mm_per_px", 0.142), "calibration.mm_per_px", "not what the iris says"),
        (put("calibration.mm_per_px", -1.0), "calibration.mm_per_px", "will not do"),
        (put("calibration.method", "ruler"), "ruler", "there is none"),
        (put("detector.name", "manual"), "ruler", "placed by hand"),
    ],
)
def test_a_fault_names_its_key(change: Change, key: str, said: str) -> None:
    ((found, text),) = faults_with(change)
    assert found == key
    assert said in text


def test_half_the_picture_beyond_its_edge_is_allowed() -> None:
    document = recorded_document()
    document["points"][7][0] = 768.0
    assert parse_landmarks(json.dumps(document).encode()).points[7][0] == 768.0


def ruled(mm_per_px: float, kind: str = "ruler") -> dict[str, Any]:
    """A ruler of 100 pixels by the 3-4-5 triangle, 142 mm long."""
    document = recorded_document()
    document["ruler"] = {"kind": kind, "from_px": [10, 20], "to_px": [70, 100], "length_mm": 142}
    document["calibration"] = {"method": kind, "mm_per_px": mm_per_px, "relative_sd": 0.02}
    return document


@pytest.mark.parametrize("kind", ["ruler", "marker"])
def test_a_ruler_must_agree_with_the_scale(kind: str) -> None:
    assert parse_landmarks(json.dumps(ruled(1.42, kind)).encode()).calibration.mm_per_px == 1.42
    (fault,) = faults_of(json.dumps(ruled(1.45, kind)).encode())
    assert fault.key == "areas[0].landmarks.calibration.mm_per_px"
    assert "1.42" in fault.right


def test_a_ruler_that_was_measured_must_be_used() -> None:
    document = ruled(1.42)
    document["calibration"]["method"] = "iris"
    (fault,) = faults_of(json.dumps(document).encode())
    assert fault.key.endswith("calibration.method")


def test_all_faults_come_together_and_a_flood_is_cut_off() -> None:
    def two(document: dict[str, Any]) -> None:
        document["photo"]["width_px"] = -1
        document["detector"]["version"] = 3

    assert [key for key, _ in faults_with(two)] == ["photo.width_px", "detector.version"]
    flood = faults_with(put("points", [["x", "y", "z"]] * 478))
    assert len(flood) == 20
    assert flood[-1][1] == f"and {478 * 3 - 19} further faults"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\xff\xfe{", "UTF-8"),
        (b"{", "not JSON"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a": 1, "a": 2}', "twice"),
        (b'{"a": NaN}', "NaN is no number"),
        (b'{"format": "mesoplan/landmarks", "version": 1, "a": "\\ud800"}', "not JSON"),
        (b'{"a": ' + b"9" * 5000 + b"}", "not JSON"),
        (b"[]", "does not say"),
        (b" " * 2_000_001, "too large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_landmarks_file_is_refused(content: bytes, said: str) -> None:
    (fault,) = faults_of(content)
    assert said in fault.wrong


def test_a_number_beyond_all_is_refused() -> None:
    text = FIXTURE.read_text(encoding="utf-8")
    first = text.index("[\n    [") + len("[\n    [")
    comma = text.index(",", first)
    assert math.isfinite(float(text[first:comma]))
    (fault,) = faults_of((text[:first] + "1e999" + text[comma:]).encode())
    assert fault.key == "areas[0].landmarks.points[0][0]"


def test_paths_that_are_no_file_are_refused(tmp_path: Path) -> None:
    reasons = {"": "folder", "none": "no file", "a\0b": "no name"}
    for path, said in ((tmp_path / name, text) for name, text in reasons.items()):
        with pytest.raises(InputError, match=said):
            read_landmarks(path)
    with pytest.raises(InputError, match="--out"):
        write_landmarks(recorded(), tmp_path / "none" / "a.json")


def test_landmarks_belong_to_one_photograph() -> None:
    check_photo(recorded(), read_photo(portrait_file()))
    other = photo_of(portrait_file().read_bytes() + b"\0", "astronaut.png")
    with pytest.raises(InputError, match=r"landmarks\.photo: .*another photograph"):
        check_photo(recorded(), other)


TEXT = FIXTURE.read_bytes()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_files_are_read_or_refused_and_nothing_else(data: st.DataObject) -> None:
    content = bytearray(TEXT)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, 900) | st.integers(len(TEXT) - 400, len(TEXT) - 1))
        content[at] = data.draw(st.sampled_from(b'09-.eE,[]{}":ntf \xff\\x'))
    faults: tuple[Fault, ...] = ()
    try:
        landmarks = parse_landmarks(bytes(content))
    except InputError as error:
        faults = error.faults
    else:
        assert parse_landmarks(landmarks_text(landmarks).encode()) == landmarks
    assert len(faults) <= 20
