"""The page with a person: real clicks and keys in a real browser, from photograph to file."""

import math
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import landmark_helpers as face
from helpers import run
from mesoplan.cli.landmarks import browser
from mesoplan.cli.landmarks.session import Session
from mesoplan.core.photo import read_photo
from mesoplan.workflow.landmarks_file import read_landmarks

ANCHORS = (33, 263, 133, 362, 105, 334, 4, 129, 358, 61, 291, 152, 234, 454, 10)


def session(out: Path) -> Session:
    return Session(read_photo(face.portrait_file()), out)


def to_points(seen: face.Watched, side: str = "Left") -> None:
    """From the start to the step of the points."""
    seen.page.get_by_text("One face was found.").wait_for(timeout=90_000)
    seen.press("Next")
    seen.press(f"{side} side of the picture")
    seen.press("Next")
    seen.title("Check the points")


def drag(seen: face.Watched, label: str, dx: float, dy: float) -> tuple[float, float]:
    """Drag a handle by screen pixels; how far that is on the picture."""
    box = seen.page.get_by_label(label, exact=True).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    seen.page.mouse.move(x, y)
    seen.page.mouse.down()
    seen.page.mouse.move(x + dx, y + dy, steps=4)
    seen.page.mouse.up()
    (ax, ay), (bx, _) = seen.screen((0, 0)), seen.screen((100, 100))
    scale = 100 / (bx - ax)
    assert ay != ax
    return dx * scale, dy * scale


def test_from_photograph_to_file_by_hand_and_eye(tmp_path: Path) -> None:
    out = tmp_path / "a.json"
    with face.watched(session(out)) as seen:
        seen.page.get_by_text("One face was found.").wait_for(timeout=90_000)
        seen.press("Next")
        # The side must be answered.
        assert seen.page.get_by_role("button", name="Next").is_disabled()
        seen.press("Left side of the picture")
        seen.press("Next")
        seen.page.get_by_label("Neighbours follow").uncheck()
        dx, dy = drag(seen, "Right corner of the mouth", -24, 18)
        assert seen.page.get_by_text("1 point was moved.").is_visible()
        seen.press("Next")
        for end in ((100, 400), (160, 480)):
            seen.page.mouse.click(*seen.screen(end))
        length = seen.page.get_by_label("Length between the ends, in mm")
        for wrong, said in (("14,2", "decimal point"), ("", "as a number"), ("x", "as a number")):
            length.fill(wrong)
            seen.press("Next")
            assert said in seen.page.get_by_role("alert").inner_text()
        length.fill("142")
        seen.press("Next")
        seen.title("Erase what is not skin to treat")
        middle, radius = seen.screen((225, 75)), 60
        seen.page.mouse.move(middle[0] + radius, middle[1])
        seen.page.mouse.down()
        for step in range(1, 33):
            angle = 2 * math.pi * step / 32
            x = middle[0] + radius * math.cos(angle)
            seen.page.mouse.move(x, middle[1] + radius * math.sin(angle))
        seen.page.mouse.up()
        assert seen.page.get_by_role("button", name="Remove outline 1").is_visible()
        inch = radius * 100 / (seen.screen((100, 0))[0] - seen.screen((0, 0))[0])
        seen.press("Next")
        seen.page.get_by_text("by the ruler").wait_for()
        assert not out.exists()
        seen.press("Accept and save")
        seen.title("Saved")
        assert seen.complaints == []
        assert all(url.startswith((seen.server.origin, "blob:")) for url in seen.asked)
    saved = read_landmarks(out)
    assert saved.accepted
    assert saved.patient_right == "image-left"
    assert saved.moved == (61,)
    moved = face.points_px(saved)[61] - face.points_px(face.recorded())[61]
    assert moved == pytest.approx((dx, dy), abs=1.0)
    assert saved.calibration.method == "ruler"
    assert saved.calibration.mm_per_px == pytest.approx(1.42, rel=0.01)
    assert saved.erased_px is not None
    (outline,) = saved.erased_px
    away = np.linalg.norm(np.asarray(outline) - (225, 75), axis=1)
    assert away == pytest.approx(np.full(len(outline), inch), abs=0.5)
    assert len(outline) >= 8


def test_by_keyboard_a_point_is_nudged_and_taken_back(tmp_path: Path) -> None:
    out = tmp_path / "a.json"
    with face.watched(session(out)) as seen:
        to_points(seen)
        seen.page.get_by_label("Neighbours follow").uncheck()
        chin = seen.page.get_by_label("Lowest point of the chin", exact=True)
        chin.focus()
        for key in ("ArrowDown", "Shift+ArrowRight", "ArrowUp", "Control+z", "PageDown"):
            seen.page.keyboard.press(key)
        focused = seen.page.evaluate("document.activeElement.dataset.index")
        assert focused == "153"
        seen.page.keyboard.press("Tab")
        for _ in range(3):
            seen.press("Next")
        seen.press("Accept and save")
        seen.title("Saved")
    saved = read_landmarks(out)
    assert saved.moved == (152,)
    assert saved.erased_px is None
    before, after = (face.points_px(part) for part in (face.recorded(), saved))
    nudge = np.ptp(before[:, 0]) / 300
    assert after[152] - before[152] == pytest.approx((5 * nudge, nudge), rel=0.1)
    # About half a millimetre, as the page says.
    assert 0.3 < nudge * saved.calibration.mm_per_px < 0.7


def test_neighbours_follow_and_the_iris_stays_round(tmp_path: Path) -> None:
    out = tmp_path / "a.json"
    with face.watched(session(out)) as seen:
        to_points(seen, "Right")
        # Mirrored: the eye at the left of the picture is the patient's left.
        drag(seen, "Middle of the left iris", 6, 0)
        drag(seen, "Lowest point of the chin", 0, 20)
        for _ in range(2):
            seen.press("Next")
        seen.press("There is none to erase")
        seen.press("Next")
        seen.press("Accept and save")
        seen.title("Saved")
    saved = read_landmarks(out)
    assert (saved.patient_right, saved.erased_px) == ("image-right", ())
    shift = face.points_px(saved) - face.points_px(face.recorded())
    assert set(saved.moved) >= {468, 469, 470, 471, 472, 152, 148, 377}
    assert np.ptp(shift[468:473], axis=0) == pytest.approx((0, 0), abs=0.01)
    assert 0 < shift[148][1] < shift[152][1]
    assert abs(shift[10]).max() < 0.01


def test_of_several_faces_one_is_chosen_on_the_picture(tmp_path: Path) -> None:
    both = face.Image.new("RGB", (1024, 512))
    both.paste(face.portrait(), (0, 0))
    both.paste(face.portrait(), (512, 0))
    path, out = tmp_path / "two.png", tmp_path / "a.json"
    both.save(path)
    with face.watched(Session(read_photo(path), out)) as seen:
        seen.page.get_by_text("2 faces were found.").wait_for(timeout=90_000)
        assert seen.page.get_by_role("button", name="Next").is_disabled()
        seen.page.mouse.click(*seen.screen((740, 130)))
        chosen = seen.page.get_by_role("button", name="Face 2", exact=True)
        assert chosen.get_attribute("aria-pressed") == "true"
        seen.press("Next")
        seen.press("Left side of the picture")
        for _ in range(4):
            seen.press("Next")
        seen.press("Accept and save")
        seen.title("Saved")
    points = face.points_px(read_landmarks(out)) - np.array([512, 0])
    assert np.linalg.norm(points - face.points_px(face.recorded()), axis=1).max() < 4.0


def test_without_webgl_points_are_placed_by_hand(tmp_path: Path) -> None:
    out = tmp_path / "a.json"
    recorded = face.points_px(face.recorded())
    with face.watched(Session(None, out), "--disable-3d-apis") as seen:
        assert seen.page.get_by_role("button", name="Next").is_disabled()
        seen.page.locator("input[type=file]").set_input_files(face.portrait_file())
        seen.page.get_by_text("512 × 512 pixels").wait_for()
        seen.press("Next")
        seen.page.get_by_text("no WebGL").wait_for()
        seen.press("Place the points by hand")
        assert seen.page.get_by_text("Outer corner of the eye, on the left").is_visible()
        for number in ANCHORS:
            assert seen.page.get_by_role("button", name="Next").is_disabled()
            seen.page.mouse.click(*seen.screen(tuple(recorded[number])))
        seen.press("Next")
        seen.press("Left side of the picture")
        seen.press("Next")
        seen.press("Next")
        seen.press("Next")
        assert "a ruler or sticker is needed" in seen.page.get_by_role("alert").inner_text()
        seen.page.get_by_label("What it is").select_option("marker")
        seen.press("Put both ends on the picture")
        seen.page.get_by_label("Length between the ends, in mm").fill("290.8")
        for _ in range(2):
            seen.press("Next")
        seen.press("Accept and save")
        seen.title("Saved")
        assert seen.complaints == []
    saved = read_landmarks(out)
    assert saved.detector.name == "manual"
    # 0.4 of 512 pixels lie between the ends: 290.8 / 204.8.
    assert saved.calibration.method == "marker"
    assert saved.calibration.mm_per_px == pytest.approx(1.42, rel=0.001)
    # Placed through fifteen points of the true face, the rest lies near it.
    away = np.linalg.norm(face.points_px(saved)[:468] - recorded[:468], axis=1)
    assert away[list(ANCHORS)].max() < 0.6
    assert np.percentile(away, 90) < 6.0


def test_an_anchor_is_placed_by_keyboard(tmp_path: Path) -> None:
    with face.watched(session(tmp_path / "a.json"), "--disable-3d-apis") as seen:
        seen.press("Place the points by hand")
        seen.page.get_by_label("Cross to place").focus()
        seen.page.keyboard.press("ArrowLeft")
        seen.page.keyboard.press("Enter")
        assert seen.page.get_by_text("Point 2 of 15").is_visible()
        focused = seen.page.evaluate("document.activeElement.getAttribute('aria-label')")
        assert focused == "Cross to place"
        seen.press("Take back the last")
        assert seen.page.get_by_text("Point 1 of 15").is_visible()


def test_a_photograph_that_will_not_do_is_told(tmp_path: Path) -> None:
    wrong = tmp_path / "a.heic"
    wrong.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    with face.watched(Session(None, tmp_path / "a.json")) as seen:
        seen.page.locator("input[type=file]").set_input_files(wrong)
        seen.page.get_by_text("export it as JPEG").wait_for()
        assert seen.page.get_by_role("button", name="Next").is_disabled()


def test_buttons_are_large_and_named(tmp_path: Path) -> None:
    with face.watched(session(tmp_path / "a.json")) as seen:
        to_points(seen)
        for found in seen.page.locator("button").all():
            box = found.bounding_box()
            assert box["height"] >= 44
            assert box["width"] >= 44
            assert found.get_attribute("aria-label") or found.inner_text().strip()
        handles = seen.page.locator("circle[tabindex='0']").all()
        labels = [handle.get_attribute("aria-label") for handle in handles]
        # Seven on the midline and fifteen pairs.
        assert len(labels) == 37
        assert len(set(labels)) == 37


def test_open_waits_for_the_person_and_prints_what_was_saved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The default browser is played by one that goes through the steps."""
    face.need_browser()
    opened: list[str] = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    out = tmp_path / "a.json"
    faults: list[BaseException] = []

    def person() -> None:
        try:
            while not opened:
                threading.Event().wait(0.05)
            with browser._playwright().sync_playwright() as driver:
                chromium = driver.chromium.launch(
                    executable_path=browser.find_chromium(), args=list(browser.ARGUMENTS)
                )
                page: Any = chromium.new_page()
                page.goto(opened[0])
                page.get_by_text("One face was found.").wait_for(timeout=90_000)
                page.get_by_role("button", name="Next").click()
                page.get_by_role("button", name="Left side of the picture").click()
                for _ in range(4):
                    page.get_by_role("button", name="Next").click()
                page.get_by_role("button", name="Accept and save").click()
                chromium.close()
        except BaseException as error:
            faults.append(error)
            raise

    thread = threading.Thread(target=person)
    thread.start()
    ran = run("landmarks", face.portrait_file(), "--out", out, "--open")
    thread.join()
    assert faults == []
    assert ran.code == 0
    assert read_landmarks(out).accepted
    assert "nobody has looked" not in ran.out
    assert opened[0] in ran.err
