"""Findings on a photograph: forbidden zones, structures beneath, what nobody confirmed."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
import skimage

from helpers import FACE, changed, write_case
from mesoplan import check, read_case
from mesoplan.model.finding import Finding
from mesoplan.model.plan import Near, Plan
from mesoplan.safety.photographs import photographs
from mesoplan.workflow.calls import default_catalogue
from mesoplan.workflow.layout import lay_out
from mesoplan.workflow.planning import situation_of
from mesoplan.workflow.settle import settle

LANDMARKS = Path(__file__).parents[1] / "fixtures" / "portrait-landmarks.json"
PORTRAIT = Path(skimage.__file__).parent / "data" / "astronaut.png"
CONFIRMED = {"patient_right": "image-left", "accepted": True, "erased_px": []}


def folder_with(tmp_path: Path, **changes: Any) -> Path:
    shutil.copy(PORTRAIT, tmp_path / "portrait.png")
    document = json.loads(LANDMARKS.read_text(encoding="utf-8")) | CONFIRMED | changes
    (tmp_path / "portrait.json").write_text(json.dumps(document), encoding="utf-8")
    return tmp_path


def planned(folder: Path, region: str = "forehead", **changes: Any) -> Plan:
    area: dict[str, Any] = {
        "photo": "portrait.png",
        "landmarks": "portrait.json",
        "region": region,
    }
    if region in ("malar", "temple"):
        area["side"] = "left"
    return check(read_case(write_case(folder, changed(FACE, areas=[area], **changes))))


def found(plan: Plan, rule: str) -> list[Finding]:
    return [finding for finding in plan.findings if finding.rule == rule]


def test_a_healthy_face_says_nothing_that_was_answered(tmp_path: Path) -> None:
    plan = planned(folder_with(tmp_path))
    for rule in (
        "sides-not-confirmed", "landmarks-not-accepted", "hair-not-marked", "scales-differ",
        "point-in-forbidden-zone", "landmarks-by-hand",
    ):  # fmt: skip
        assert not found(plan, rule)
    warnings = [f for f in plan.findings if f.severity == "warning" and f.checked]
    assert len(warnings) <= 3


def test_sides_that_nobody_confirmed_are_not_checked(tmp_path: Path) -> None:
    plan = planned(folder_with(tmp_path, patient_right=None))
    assert [f.checked for f in found(plan, "sides-not-confirmed")] == [False]


def test_landmarks_nobody_accepted_are_not_checked(tmp_path: Path) -> None:
    plan = planned(folder_with(tmp_path, accepted=False))
    assert [f.checked for f in found(plan, "landmarks-not-accepted")] == [False]


def test_hair_nobody_marked_is_not_checked(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, erased_px=None)
    assert [f.checked for f in found(planned(folder), "hair-not-marked")] == [False]
    # hair does not reach the cheek
    assert not found(planned(folder, "malar"), "hair-not-marked")


def test_two_scales_that_differ_warn(tmp_path: Path) -> None:
    """A ruler of 200 pixels for 200 mm says 1 mm per pixel; the iris says about 1.4."""
    ruler = {"kind": "ruler", "from_px": [100, 400], "to_px": [300, 400], "length_mm": 200.0}
    scale = {"method": "ruler", "mm_per_px": 1.0, "relative_sd": 0.02}
    plan = planned(folder_with(tmp_path, ruler=ruler, calibration=scale))
    (finding,) = found(plan, "scales-differ")
    assert finding.severity == "warning"
    assert not found(plan, "scale-by-iris")


def test_the_iris_is_an_estimate(tmp_path: Path) -> None:
    (finding,) = found(planned(folder_with(tmp_path)), "scale-by-iris")
    assert (finding.severity, finding.checked) == ("info", True)


def test_a_tip_beyond_a_structure_is_critical_and_overridable(tmp_path: Path) -> None:
    """A vertical stroke of 4 mm ends below the 2.1 mm on record for the supratrochlear artery."""
    deep = {"needle": "30G 4 mm", "angle_deg": 90, "inserted_mm": 4.0}
    plan = planned(folder_with(tmp_path), technique=deep)
    (finding,) = found(plan, "structure-depth")
    assert (finding.severity, finding.overridable) == ("critical", True)
    assert "supratrochlear-artery" in finding.subjects
    assert plan.status == "blocked"
    flat = {"needle": "30G 4 mm", "angle_deg": 10, "inserted_mm": 1.0}
    assert not found(planned(folder_with(tmp_path), technique=flat), "structure-depth")


def test_a_tip_near_a_structure_warns(tmp_path: Path) -> None:
    """1.5 mm is above the 1.9 mm on record over the brow, by less than 1 mm."""
    near = {"needle": "30G 4 mm", "angle_deg": 30, "inserted_mm": 3.0}
    (finding,) = found(planned(folder_with(tmp_path), technique=near), "structure-near")
    assert (finding.severity, finding.checked) == ("warning", True)
    # 0.17 mm deep leaves more than 1 mm to everything whose depth is on record
    flat = {"needle": "30G 4 mm", "angle_deg": 10, "inserted_mm": 1.0}
    assert not found(planned(folder_with(tmp_path), technique=flat), "structure-near")


def test_a_depth_nobody_published_is_not_checked(tmp_path: Path) -> None:
    plan = planned(folder_with(tmp_path), "malar")
    (finding,) = found(plan, "structure-depth-unknown")
    assert not finding.checked


def test_places_seen_from_the_side_are_counted(tmp_path: Path) -> None:
    dense = {"spacing_mm": 4.0, "pattern": "hexagonal"}
    plan = planned(folder_with(tmp_path), "temple", technique=dense)
    assert plan.mapped[0].not_placed > 0
    (finding,) = found(plan, "seen-from-the-side")
    assert str(plan.mapped[0].not_placed) in finding.message


@pytest.mark.parametrize("zone", ["eye", "lips", "orbit", "nostril"])
def test_a_point_in_a_forbidden_zone_blocks(tmp_path: Path, zone: str) -> None:
    """Placement never lays one there; whatever lays one there meets the same rule."""
    from dataclasses import replace

    folder = folder_with(tmp_path)
    planned(folder)
    case, catalogue = read_case(folder / "case.toml"), default_catalogue()
    settled = settle(case, catalogue)
    situation = situation_of(settled, lay_out(settled, catalogue), catalogue)
    inside = Near(
        zone=zone, area=0, syringe=0, side=None, points=(1, 2), distance_mm=-1.0, forbidden=True
    )
    (finding,) = [
        f
        for f in photographs(replace(situation, near=(inside,)))
        if f.rule == "point-in-forbidden-zone"
    ]
    assert (finding.severity, finding.overridable) == ("critical", False)
    assert zone in finding.subjects
