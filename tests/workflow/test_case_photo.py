"""Areas on photographs in a case: what is refused, and that every key changes the plan."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import skimage
from PIL import Image

from helpers import FACE, REMOVE, changed, faults, write_case
from mesoplan import check, read_case

LANDMARKS = Path(__file__).parents[1] / "fixtures" / "portrait-landmarks.json"
PORTRAIT = Path(skimage.__file__).parent / "data" / "astronaut.png"

MALAR: dict[str, Any] = {
    "photo": "portrait.png",
    "landmarks": "portrait.json",
    "region": "malar",
    "side": "left",
}
THIGH: dict[str, Any] = {
    "site": "thigh",
    "side": "left",
    "photo": "thigh.png",
    "outline_px": [[300, 200], [520, 210], [500, 420], [310, 400]],
    "scale": {"from_px": [100, 500], "to_px": [300, 500], "length_mm": 100.0},
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the portrait, its landmarks, and a plain picture of 800 × 600."""
    shutil.copy(PORTRAIT, tmp_path / "portrait.png")
    document = json.loads(LANDMARKS.read_text(encoding="utf-8"))
    document |= {"patient_right": "image-left", "accepted": True, "erased_px": []}
    (tmp_path / "portrait.json").write_text(json.dumps(document), encoding="utf-8")
    Image.new("RGB", (800, 600), (200, 170, 150)).save(tmp_path / "thigh.png")
    return tmp_path


def planned(folder: Path, *areas: dict[str, Any], **changes: Any) -> Any:
    values = changed(FACE, areas=list(areas), **changes)
    return check(read_case(write_case(folder, values)))


def refused(folder: Path, *areas: dict[str, Any]) -> dict[str, str]:
    found = faults(folder, changed(FACE, areas=list(areas)))
    return {fault.key: fault.line() for fault in found}


def edited(folder: Path, **changes: Any) -> None:
    path = folder / "portrait.json"
    document = json.loads(path.read_text(encoding="utf-8")) | changes
    path.write_text(json.dumps(document), encoding="utf-8")


def turned(folder: Path, yaw_deg: float) -> None:
    """The portrait's landmarks as those of a head turned about the vertical."""
    points = np.array(json.loads((folder / "portrait.json").read_text())["points"])
    middle = points.mean(axis=0)
    angle = np.radians(yaw_deg)
    x, y, z = (points - middle).T
    # z runs away from the camera: to look to the own left is to turn the nose to high x
    laid = np.stack(
        [np.cos(angle) * x - np.sin(angle) * z, y, np.sin(angle) * x + np.cos(angle) * z]
    )
    edited(folder, points=(laid.T + middle).tolist())


def test_a_region_takes_its_site_and_its_points_know_their_place(folder: Path) -> None:
    plan = planned(folder, MALAR)
    assert plan.case.areas[0].site == "cheek"
    assert 5 <= len(plan.points) <= 20
    nose_x = json.loads((folder / "portrait.json").read_text())["points"][1][0]
    for point in plan.points:
        # the patient's left lies at the right of an unmirrored picture
        assert point.photo_px is not None
        assert point.photo_px[0] > nose_x
        assert point.anchor is not None
        assert sum(point.anchor.weights) == pytest.approx(1.0, abs=1e-6)


def test_the_sides_of_a_mirrored_picture_change_places(folder: Path) -> None:
    edited(folder, patient_right="image-right")
    nose_x = json.loads((folder / "portrait.json").read_text())["points"][1][0]
    assert all(point.photo_px[0] < nose_x for point in planned(folder, MALAR).points)


def test_landmarks_of_another_picture_are_refused(folder: Path) -> None:
    Image.open(PORTRAIT).transpose(Image.Transpose.ROTATE_180).save(folder / "portrait.png")
    line = refused(folder, MALAR)["areas[0].landmarks"]
    assert "were found on another picture" in line


def test_a_sided_region_needs_its_side(folder: Path) -> None:
    assert "is needed" in refused(folder, changed(MALAR, side=REMOVE))["areas[0].side"]


def test_a_region_does_not_lie_on_another_site(folder: Path) -> None:
    line = refused(folder, MALAR | {"site": "chin"})["areas[0].site"]
    assert 'write site = "cheek"' in line


def test_a_turned_head_is_refused_with_how_to_turn(folder: Path) -> None:
    turned(folder, 30.0)
    # turned, the irises are narrower and the scale that the file states no longer fits
    document = json.loads((folder / "portrait.json").read_text())
    xy = np.array(document["points"])[:, :2]
    width = np.mean([np.linalg.norm(xy[a] - xy[b]) for a, b in ((469, 471), (474, 476))])
    document["calibration"]["mm_per_px"] = 11.7 / width
    edited(folder, calibration=document["calibration"])
    line = refused(folder, MALAR)["areas[0].landmarks"]
    assert "degrees to the patient's left" in line
    assert "turn the head to the patient's right" in line


@pytest.mark.parametrize(
    ("area", "key"),
    [
        (changed(MALAR, landmarks=REMOVE), "areas[0].landmarks"),
        (changed(MALAR, photo=REMOVE), "areas[0].photo"),
        (MALAR | {"photo": "missing.png"}, "areas[0].photo"),
        (MALAR | {"scale": THIGH["scale"]}, "areas[0].scale"),
        (changed(THIGH, scale=REMOVE), "areas[0].scale"),
        (changed(THIGH, outline_px=[[1, 1], [2, 2]]), "areas[0].outline_px"),
        (
            changed(THIGH, outline_px=[[0, 0], [100, 100], [100, 0], [0, 100]]),
            "areas[0].outline_px",
        ),
        (THIGH | {"rectangle_mm": [20, 30]}, "areas[0]"),
        (
            {"site": "thigh", "photo": "thigh.png", "rectangle_mm": [20, 30]},
            "areas[0].photo",
        ),
    ],
)
def test_what_does_not_go_together_is_refused(folder: Path, area: dict[str, Any], key: str) -> None:
    assert key in refused(folder, area)


def placed(plan: Any) -> list[tuple[float, ...]]:
    return [(point.x_mm, point.y_mm, *point.photo_px) for point in plan.points]


@pytest.mark.parametrize(
    "area",
    [
        MALAR | {"region": "buccal"},
        MALAR | {"side": "right"},
        MALAR | {"erased_px": [[[240, 90], [300, 90], [300, 126], [240, 126]]]},
        changed(MALAR, region=REMOVE, outline_px=[[250, 120], [280, 120], [270, 150]])
        | {"site": "cheek"},
    ],
)
def test_every_key_of_a_face_changes_the_points(folder: Path, area: dict[str, Any]) -> None:
    assert placed(planned(folder, area)) != placed(planned(folder, MALAR))


LIMB = {"circumference_mm": 400.0, "edges_px": [[200, 300], [640, 300]]}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (THIGH, changed(THIGH, scale__length_mm=120.0)),
        (THIGH, changed(THIGH, scale__from_px=[90, 500])),
        (THIGH, changed(THIGH, scale__to_px=[320, 500])),
        (THIGH, THIGH | {"limb": LIMB}),
        (THIGH | {"limb": LIMB}, THIGH | {"limb": LIMB | {"circumference_mm": 500.0}}),
        (THIGH | {"limb": LIMB}, THIGH | {"limb": LIMB | {"edges_px": [[180, 300], [640, 300]]}}),
        (THIGH, THIGH | {"erased_px": [[[300, 200], [420, 200], [420, 420], [300, 420]]]}),
        (THIGH, changed(THIGH, outline_px=[[300, 200], [600, 210], [500, 420], [310, 400]])),
    ],
)
def test_every_key_of_a_photograph_of_the_body_changes_the_points(
    folder: Path, before: dict[str, Any], after: dict[str, Any]
) -> None:
    assert placed(planned(folder, after)) != placed(planned(folder, before))


def test_a_marker_is_said_to_be_one(folder: Path) -> None:
    marked = planned(folder, changed(THIGH, scale__kind="marker")).mapped[0]
    assert marked.scale.method == "marker"


def test_spacing_on_a_flat_photograph_follows_the_ruler(folder: Path) -> None:
    """0.5 mm per pixel: points 10 mm apart lie 20 pixels apart on the picture."""
    plan = planned(folder, THIGH, technique={"pattern": "square", "spacing_mm": 10.0})
    px = np.array([point.photo_px for point in plan.points])
    away = np.linalg.norm(px[:, None] - px, axis=2)
    assert away[away > 0].min() == pytest.approx(20.0, abs=0.01)


def test_erased_skin_holds_no_point(folder: Path) -> None:
    outline = [[300, 200], [420, 200], [420, 420], [300, 420]]
    plan = planned(folder, THIGH | {"erased_px": [outline]})
    assert all(point.photo_px[0] > 420 for point in plan.points)
    assert [cut.what for cut in plan.mapped[0].cut] == ["erased"]


def test_scattered_points_keep_their_distance_and_their_seed(folder: Path) -> None:
    technique = {"pattern": "poisson", "spacing_mm": 5.0}
    plan = planned(folder, MALAR, technique=technique)
    xy = np.array([(point.x_mm, point.y_mm) for point in plan.points])
    away = np.linalg.norm(xy[:, None] - xy, axis=2)
    assert away[away > 0].min() >= 5.0 - 1e-9
    again = planned(folder, MALAR, technique=technique)
    assert placed(again) == placed(plan)
    other = planned(folder, MALAR, technique=technique, engine={"seed": 2})
    assert placed(other) != placed(plan)


@pytest.mark.parametrize(
    ("region", "side"),
    [
        ("forehead", None), ("glabella", None), ("crows-feet", "left"), ("tear-trough", "right"),
        ("malar", "right"), ("buccal", "left"), ("nasolabial", "right"), ("upper-lip", None),
        ("marionette", "left"), ("lower-lip", None), ("chin", None), ("nose", None),
    ],
)  # fmt: skip
def test_no_point_lies_in_an_eye_on_a_lip_or_off_the_face(
    folder: Path, region: str, side: str | None
) -> None:
    import shapely

    area = changed(MALAR, region=region, side=side or REMOVE)
    plan = planned(folder, area, technique={"spacing_mm": 5.0, "pattern": "hexagonal"})
    xy = np.array(json.loads((folder / "portrait.json").read_text())["points"])[:, :2]
    # rings of the detector's own documentation
    eyes = [
        [33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246],
        [263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466],
    ]
    lips = [
        61,
        185,
        40,
        39,
        37,
        0,
        267,
        269,
        270,
        409,
        291,
        375,
        321,
        405,
        314,
        17,
        84,
        181,
        91,
        146,
    ]
    oval = [
        10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377,
        152, 148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109,
    ]  # fmt: skip
    points = [shapely.Point(point.photo_px) for point in plan.points]
    assert points
    for ring in (*eyes, lips):
        assert not any(shapely.Polygon(xy[ring]).contains(point) for point in points)
    face = shapely.Polygon(xy[oval]).buffer(1.0)
    assert all(face.contains(point) for point in points)
    assert not [row for row in plan.near if row.forbidden]
