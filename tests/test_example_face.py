"""The example on a face: points where a practitioner would put them; also in a real browser."""

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import shapely

import mesoplan
from clinic.serving import command, environment
from landmark_helpers import FIXTURE, need_browser, portrait_file, recorded
from mesoplan.workflow.landmarks_file import read_landmarks

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples" / "face"
# Landmarks of the outlines as the maker of the detector names them.
LIPS = (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185)
RIGHT_EYE = (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246)
LEFT_EYE = (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466)
OVAL = (
    10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152,
    148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
)  # fmt: skip


def hair() -> list[list[list[float]]]:
    values = json.loads((EXAMPLE / "hair.json").read_text(encoding="utf-8"))
    return values["erased_px"] if isinstance(values, dict) else values


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(portrait_file(), tmp_path / "portrait.png")
    shutil.copy(EXAMPLE / "facial-rejuvenation.toml", tmp_path / "case.toml")
    return tmp_path


def look(plan: mesoplan.Plan, landmarks) -> None:
    """No point in an eye, on a lip, in the hair, off the face, or on the wrong side."""
    pixels = [point[:2] for point in landmarks.points]

    def ring(rows: tuple[int, ...]) -> shapely.Polygon:
        return shapely.Polygon([pixels[row] for row in rows])

    forbidden = shapely.union_all(
        [ring(LIPS), ring(RIGHT_EYE), ring(LEFT_EYE), *map(shapely.Polygon, hair())]
    )
    oval = ring(OVAL)
    nose = pixels[1][0]
    for point in plan.points:
        place = shapely.Point(point.photo_px)
        assert not forbidden.contains(place), point
        assert oval.contains(place), point
        side = plan.case.areas[point.area].side
        if side is not None:
            # the patient's right lies on the left of the picture
            assert (place.x < nose) == (side == "right"), point
    assert not any(near.forbidden for near in plan.near)


def test_example_from_recorded_landmarks(folder: Path) -> None:
    document = json.loads(FIXTURE.read_text(encoding="utf-8"))
    document |= {"patient_right": "image-left", "erased_px": hair()}
    (folder / "portrait.json").write_text(json.dumps(document), encoding="utf-8")
    plan = mesoplan.check(mesoplan.read_case(folder / "case.toml"))
    look(plan, recorded())
    assert Counter(point.area for point in plan.points) == {0: 9, 1: 15, 2: 16, 3: 18}
    areas = {area.area: area for area in plan.mapped}
    assert {areas[row].region for row in areas} == {"forehead", "cheek", "chin"}
    assert "landmarks-not-accepted" in {finding.rule for finding in plan.findings}


def test_example_from_a_photograph_by_the_commands_of_the_readme(folder: Path) -> None:
    need_browser()
    found = folder / "portrait.json"
    for arguments in (
        ("landmarks", str(folder / "portrait.png"), "--out", str(found),
         "--patient-right", "image-left", "--erase", str(EXAMPLE / "hair.json")),
        ("plan", str(folder / "case.toml"), "--out", str(folder / "plan")),
    ):  # fmt: skip
        done = subprocess.run(
            command(*arguments), env=environment(), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    landmarks = read_landmarks(found)
    off = [
        max(abs(a - b) for a, b in zip(one[:2], other[:2], strict=True))
        for one, other in zip(landmarks.points, recorded().points, strict=True)
    ]
    assert max(off) < 3.0
    look(mesoplan.check(mesoplan.read_case(folder / "case.toml")), landmarks)
    for name in ("sheet.pdf", "photograph.svg", "face.html", "map.svg", "plan.json"):
        assert (folder / "plan" / name).stat().st_size > 1000
