"""`mesoplan landmarks` without a person: found points, questions answered by options, refusals."""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageOps

import landmark_helpers as face
from helpers import Ran, run
from mesoplan.catalogue.canonical import canonical_face
from mesoplan.cli.landmarks import browser
from mesoplan.cli.landmarks.session import Found, Session
from mesoplan.core.errors import InputError
from mesoplan.core.photo import read_photo
from mesoplan.workflow.landmarks_file import read_landmarks

Make = Callable[..., Path]


@pytest.fixture
def save(tmp_path: Path) -> Make:
    def saved(image: Image.Image, name: str = "face.png", **options: Any) -> Path:
        path = tmp_path / name
        image.save(path, **options)
        return path

    return saved


def found(photo: Path, *options: str) -> tuple[np.ndarray, Ran]:
    out = photo.with_suffix(".json")
    ran = run("landmarks", photo, "--out", out, *options)
    assert ran.code == 0, ran.err
    return face.points_px(read_landmarks(out)), ran


def largest(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.linalg.norm(one - other, axis=1).max())


# ---- With a browser ----


def test_the_portrait_gives_its_recorded_points_and_twice_the_same_file(tmp_path: Path) -> None:
    face.need_browser()
    out = [tmp_path / "a.json", tmp_path / "b.json"]
    for path in out:
        ran = run("landmarks", face.portrait_file(), "--out", path)
        assert (ran.code, ran.err) == (0, "")
    assert out[0].read_bytes() == out[1].read_bytes()
    landmarks = read_landmarks(out[0])
    assert largest(face.points_px(landmarks), face.points_px(face.recorded())) < 3.0
    assert (landmarks.accepted, landmarks.patient_right, landmarks.erased_px) == (False, None, None)
    assert landmarks.detector.version == "0.4.1633559619"
    assert ran.out.count("To do: ") == 4
    # From an earlier trial with other programs: 1.42 mm per pixel, 130 mm wide, 151 mm high.
    points = np.asarray(landmarks.points) * landmarks.calibration.mm_per_px
    assert landmarks.calibration.mm_per_px == pytest.approx(1.42, rel=0.04)
    assert np.linalg.norm(points[234] - points[454]) == pytest.approx(130, rel=0.04)
    assert np.linalg.norm(points[10] - points[152]) == pytest.approx(151, rel=0.04)


def test_a_photograph_turned_by_its_camera_gives_the_same_points(save: Make) -> None:
    face.need_browser()
    exif = Image.Exif()
    exif[0x0112] = 6
    # Six: the stored picture must be turned a quarter clockwise.
    path = save(face.portrait().transpose(Image.Transpose.ROTATE_90), exif=exif)
    points, ran = found(path)
    assert np.array_equal(points, face.points_px(face.recorded()))
    assert "512 × 512 pixels upright" in ran.out
    assert read_landmarks(path.with_suffix(".json")).photo.orientation == 6


def test_a_mirrored_photograph_is_the_mirror_image_and_says_so(save: Make) -> None:
    face.need_browser()
    path = save(ImageOps.mirror(face.portrait()))
    points, ran = found(path, "--patient-right", "image-right")
    expected = face.points_px(face.recorded())[:468][canonical_face().mirror]
    expected[:, 0] = 512 - expected[:, 0]
    assert largest(points[:468], expected) < 4.0
    assert read_landmarks(path.with_suffix(".json")).patient_right == "image-right"
    assert "not confirmed" not in ran.out


def test_a_small_face_on_a_huge_picture_is_found_where_it_is(save: Make) -> None:
    face.need_browser()
    wide = Image.new("RGB", (6000, 6000), "white")
    wide.paste(face.portrait().resize((2048, 2048), Image.Resampling.LANCZOS), (2000, 1000))
    points, _ = found(save(wide, "huge.jpg", quality=92))
    expected = 4.0 * face.points_px(face.recorded()) + np.array([2000, 1000])
    assert largest(points, expected) < 4.0 * 4.0


def test_a_face_lying_on_its_side_is_found(save: Make) -> None:
    face.need_browser()
    points, _ = found(save(face.portrait().rotate(30, expand=True, fillcolor="white")))
    middle = np.asarray(face.portrait().rotate(30, expand=True).size) / 2
    turn = np.array(
        [[np.cos(np.pi / 6), np.sin(np.pi / 6)], [-np.sin(np.pi / 6), np.cos(np.pi / 6)]]
    )
    expected = (face.points_px(face.recorded()) - 256) @ turn.T + middle
    assert np.median(np.linalg.norm(points - expected, axis=1)) < 3.0


def test_a_tiny_picture_still_has_its_face(save: Make) -> None:
    face.need_browser()
    points, _ = found(save(face.portrait().resize((200, 200), Image.Resampling.LANCZOS)))
    assert largest(points, face.points_px(face.recorded()) * 200 / 512) < 3.0


def test_of_two_faces_one_must_be_chosen(save: Make, tmp_path: Path) -> None:
    face.need_browser()
    both = Image.new("RGB", (1024, 512))
    both.paste(face.portrait(), (0, 0))
    both.paste(face.portrait(), (512, 0))
    path = save(both)
    ran = run("landmarks", path, "--out", tmp_path / "a.json")
    assert (ran.code, ran.out) == (2, "")
    assert not (tmp_path / "a.json").exists()
    assert len(ran.error_lines) == 3
    assert "give --face 2" in ran.error_lines[2]
    points, _ = found(path, "--face", "2")
    assert largest(points, face.points_px(face.recorded()) + np.array([512, 0])) < 4.0
    assert (
        "more than the 2" in run("landmarks", path, "--out", tmp_path / "a.json", "--face", "3").err
    )


def test_a_picture_without_a_face_is_refused(save: Make, tmp_path: Path) -> None:
    face.need_browser()
    noise = np.random.default_rng(1).integers(0, 255, (300, 400, 3)).astype(np.uint8)
    ran = run("landmarks", save(Image.fromarray(noise)), "--out", tmp_path / "a.json")
    assert (ran.code, ran.out) == (2, "")
    (line,) = ran.error_lines
    assert line.startswith("error: photo: no face was found")
    assert "--open" in line
    assert not (tmp_path / "a.json").exists()


def test_without_webgl_the_way_by_hand_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    face.need_browser()
    monkeypatch.setattr(browser, "ARGUMENTS", (*browser.ARGUMENTS, "--disable-3d-apis"))
    ran = run("landmarks", face.portrait_file(), "--out", tmp_path / "a.json")
    assert ran.code == 2
    (line,) = ran.error_lines
    assert "WebGL" in line
    assert "by hand with --open" in line


def test_no_request_leaves_the_page_and_each_page_has_its_policy() -> None:
    session = Session(read_photo(face.portrait_file()))
    with face.watched(session, page_name="detect.html") as seen:
        result = browser._await(session, seen.page)
    assert result.faces is not None
    assert len(result.faces) == 1
    assert len(seen.asked) > 8
    assert all(url.startswith((f"{seen.server.origin}/", "blob:")) for url in seen.asked)
    assert seen.complaints == []
    assert "unsafe-eval" in seen.policies["facemesh.html"]
    assert "connect-src 'self'" in seen.policies["facemesh.html"]
    others = [rules for name, rules in seen.policies.items() if name != "facemesh.html"]
    assert all("default-src 'none'" in rules and "unsafe" not in rules for rules in others)


# ---- Without one ----


@pytest.fixture
def found_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recorded face in place of a browser."""
    points = [(x / 512, y / 512, z / 512) for x, y, z in face.recorded().points]
    answer = Found.model_validate({"faces": [points], "failure": None})
    monkeypatch.setattr("mesoplan.cli.landmarks_command.find_faces", lambda _: answer)


@pytest.mark.usefixtures("found_here")
def test_options_answer_what_a_person_would_be_asked(tmp_path: Path) -> None:
    outlines = tmp_path / "hair.json"
    outlines.write_text("[[[180, 60], [270, 60], [225, 95]]]")
    out = tmp_path / "a.json"
    ran = run(
        "landmarks", face.portrait_file(), "--out", out, "--patient-right", "image-left",
        "--ruler", "100,400,160,480", "--ruler-length", "14.2 cm", "--erase", outlines, "--json",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    landmarks = read_landmarks(out)
    assert ran.document == json.loads(out.read_text(encoding="utf-8"))
    assert landmarks.calibration.method == "ruler"
    assert landmarks.calibration.mm_per_px == pytest.approx(142 / 100)
    assert landmarks.erased_px == (((180, 60), (270, 60), (225, 95)),)
    assert landmarks.patient_right == "image-left"


@pytest.mark.usefixtures("found_here")
def test_a_ruler_that_contradicts_the_iris_is_pointed_out(tmp_path: Path) -> None:
    # The iris gives about 1.4 mm per pixel, this ruler 1.0.
    ran = run(
        "landmarks", face.portrait_file(), "--out", tmp_path / "a.json", "--erase", "none",
        "--ruler", "100,400,200,400", "--ruler-length", "100 mm",
    )  # fmt: skip
    assert ran.code == 0
    (line,) = [line for line in ran.out.splitlines() if line.startswith("Mind: ")]
    told = re.search(r"(\d+) % larger than the ruler", line)
    assert told is not None
    assert int(told[1]) == pytest.approx(40, abs=5)
    assert "hair" not in ran.out


@pytest.mark.parametrize(
    ("options", "keys"),
    [
        (("--ruler-length", "30,5 mm", "--ruler", "1,1,90,1"), ["--ruler-length"]),
        (("--ruler-length", "30", "--ruler", "1,1,90,1"), ["--ruler-length"]),
        (("--ruler-length", "0 mm", "--ruler", "1,1,90,1"), ["--ruler-length"]),
        (("--ruler-length", "900 mm", "--ruler", "1,1,90,1"), ["--ruler-length"]),
        (("--ruler-length", "30 mm"), ["--ruler"]),
        (("--ruler", "1,1,90,1"), ["--ruler-length"]),
        (("--ruler", "1,1,90", "--ruler-length", "30 mm"), ["--ruler"]),
        (("--ruler", "1,1,5,1", "--ruler-length", "30 mm"), ["ruler"]),
        (("--ruler", "1,1,900,1", "--ruler-length", "30 mm"), ["ruler"]),
        (("--patient-right", "left"), ["--patient-right"]),
        (("--face", "0"), ["--face"]),
        (("--face", "2"), ["--face"]),
        (("--erase", "nowhere.json"), ["--erase"]),
        (("--face", "0", "--erase", "y"), ["--erase", "--face"]),
        (("--open", "--face", "1", "--erase", "none"), ["--face", "--erase"]),
    ],
)  # fmt: skip
@pytest.mark.usefixtures("found_here")
def test_a_wrong_option_is_a_fault_and_nothing_is_written(
    options: tuple[str, ...], keys: list[str], tmp_path: Path
) -> None:
    ran = run("landmarks", face.portrait_file(), "--out", tmp_path / "a.json", *options)
    assert (ran.code, ran.out) == (2, "")
    assert [line.split(": ")[1] for line in ran.error_lines] == keys
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", ["{", "[[[1, 2], [3, 4]]]", '{"a": 1}', "[[[1, NaN]]]"])
def test_a_wrong_file_of_outlines_is_a_fault(content: str, tmp_path: Path) -> None:
    outlines, out = tmp_path / "e.json", tmp_path / "a.json"
    outlines.write_text(content)
    ran = run("landmarks", face.portrait_file(), "--out", out, "--erase", outlines)
    assert ran.code == 2
    assert [line.split(": ")[1] for line in ran.error_lines] == ["--erase"]


def test_paths_that_will_not_do_are_faults(tmp_path: Path) -> None:
    portrait = face.portrait_file()
    copy = tmp_path / "copy.png"
    copy.write_bytes(portrait.read_bytes())
    for arguments, said in (
        ((portrait,), "--out: is missing"),
        (("--out", tmp_path / "a.json"), "PHOTO: is missing"),
        ((portrait, "--out", tmp_path), "--out: .* is a folder"),
        ((portrait, "--out", tmp_path / "no" / "a.json"), "--out: there is no folder"),
        ((copy, "--out", copy), "--out: is the photograph itself"),
        ((tmp_path / "none.jpg", "--out", tmp_path / "a.json"), "photo: there is no file"),
    ):
        ran = run("landmarks", *arguments)
        assert (ran.code, ran.out) == (2, "")
        (line,) = ran.error_lines
        assert re.search(said, line), line
    assert copy.read_bytes() == portrait.read_bytes()


def test_a_missing_chromium_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    face.without_programs(monkeypatch, tmp_path)
    with pytest.raises(InputError, match=r"chromium: no Chromium .* install one"):
        browser.find_chromium()
    monkeypatch.setenv(browser.CHROMIUM, str(tmp_path / "nothing"))
    with pytest.raises(InputError, match=r"MESOPLAN_CHROMIUM: .* no program"):
        browser.find_chromium()
    program = tmp_path / "mine"
    program.write_text("#!/bin/sh\nexit 3\n")
    program.chmod(0o755)
    monkeypatch.setenv(browser.CHROMIUM, str(program))
    assert browser.find_chromium() == str(program)
    ran = run("landmarks", face.portrait_file(), "--out", tmp_path / "a.json")
    assert ran.code == 2
    (line,) = ran.error_lines
    assert line.startswith("error: chromium: mine did not run")


def test_a_missing_playwright_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "playwright", None)
    ran = run("landmarks", face.portrait_file(), "--out", tmp_path / "a.json")
    assert ran.code == 2
    (line,) = ran.error_lines
    assert line.startswith("error: playwright: ")
    assert 'pip install "mesoplan[landmarks]"' in line
