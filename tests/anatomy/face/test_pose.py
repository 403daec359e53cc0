"""How a head is turned: signs, the offset of the pitch, and the gates from both sides.

The canonical face reads 7 degrees up as it stands, because a head that looks straight ahead reads
-7 and every pitch is counted from there.
"""

import numpy as np
import pytest
from face_builders import (
    CANONICAL,
    CATALOGUE,
    LAYERS,
    area_of,
    landmarks,
    of_render,
    photographed,
    turned,
)

from face.recorded import renders
from mesoplan.anatomy.face.mesh import Face
from mesoplan.anatomy.face.pose import Pose, pose_of, similarity
from mesoplan.anatomy.photo_area import mapped_patch
from mesoplan.core.errors import InputError
from mesoplan.model.landmarks import Landmarks

OFFSET = 7.0


@pytest.mark.parametrize(
    ("yaw", "pitch", "roll"),
    [(25, 0, 0), (-40, 0, 0), (0, 12, 0), (0, -20, 0), (0, 0, 30), (0, 0, -10), (23, -8, 11)],
)
def test_turns_are_read_with_their_sign(yaw: float, pitch: float, roll: float) -> None:
    """To the own left, up, towards the own left shoulder; wherever and how large the face is."""
    placed = 1.37 * turned(yaw, pitch, roll) + [12.0, -30.0, 400.0]
    found = pose_of(placed, CANONICAL)
    assert found.yaw_deg == pytest.approx(yaw, abs=1e-6)
    assert found.pitch_deg == pytest.approx(pitch + OFFSET, abs=1e-6)
    assert found.roll_deg == pytest.approx(roll, abs=1e-6)


def test_the_nose_and_the_crown_go_where_the_signs_say() -> None:
    nose, forehead = 1, 10
    still = CANONICAL.vertices_mm
    assert turned(yaw_deg=20)[nose, 0] > still[nose, 0] + 10.0  # x runs to the patient's left
    assert turned(pitch_deg=20)[nose, 1] > still[nose, 1] + 10.0
    assert turned(roll_deg=20)[forehead, 0] > still[forehead, 0] + 10.0


@pytest.mark.parametrize("name", list(renders()))
def test_recorded_photographs_read_their_true_turn(name: str) -> None:
    """The offset is right for a head that looks straight ahead: within 4 degrees everywhere."""
    seen = renders()[name]
    found = Face.of(of_render(seen)).pose
    assert found.yaw_deg == pytest.approx(seen.yaw_deg, abs=4.0)
    assert found.pitch_deg == pytest.approx(seen.pitch_deg, abs=3.0)
    assert found.roll_deg == pytest.approx(seen.roll_deg, abs=2.0)


@pytest.mark.parametrize(
    ("yaw", "pitch", "frontal"),
    [
        (15.0, 0.0, True), (15.01, 0.0, False), (-15.0, 0.0, True), (-15.01, 0.0, False),
        (0.0, 15.0, True), (0.0, 15.01, False), (0.0, -15.0, True), (0.0, -15.01, False),
        (14.9, -14.9, True),
    ],
)  # fmt: skip
def test_the_gate_is_fifteen_degrees_either_way(yaw: float, pitch: float, frontal: bool) -> None:
    assert Pose(yaw, pitch, 0.0).frontal is frontal
    # a roll only turns the picture
    assert Pose(yaw, pitch, 80.0).frontal is frontal


def refused(found: Landmarks, side: str = "left") -> str | None:
    """Why a cheek cannot be planned; None where it can."""
    try:
        mapped_patch(area_of("malar", side), photographed(found), LAYERS, CATALOGUE, "areas[2]")
    except InputError as error:
        (fault,) = error.faults
        assert fault.key == "areas[2].landmarks"
        return fault.line()
    return None


@pytest.mark.parametrize(
    ("yaw", "pitch", "said"),
    [
        # the canonical face at -7 looks straight ahead
        (14.8, -7.0, None),
        (15.2, -7.0, "to the patient's left; turn the head to the patient's right"),
        (-14.8, -7.0, None),
        (-15.2, -7.0, "to the patient's right; turn the head to the patient's left"),
        (0.0, 7.8, None),
        (0.0, 8.2, "15 degrees up; lower the chin"),
        (0.0, -21.8, None),
        (0.0, -22.2, "15 degrees down; raise the chin"),
    ],
)
def test_a_turned_head_is_refused_from_fifteen_degrees(
    yaw: float, pitch: float, said: str | None
) -> None:
    line = refused(landmarks(turned(yaw, pitch)))
    if said is None:
        assert line is None
    else:
        assert line is not None
        for part in said.split("; "):
            assert part in line


@pytest.mark.parametrize(
    ("yaw", "pitch", "side", "method", "ok"),
    [
        # looking to the own left shows the right cheek
        (44.0, -7.0, "right", "ruler", True),
        (46.0, -7.0, "right", "ruler", False),
        (-44.0, -7.0, "left", "marker", True),
        (-46.0, -7.0, "left", "marker", False),
        (30.0, -7.0, "left", "ruler", False),
        (-30.0, -7.0, "right", "ruler", False),
        # the iris measures only from the front
        (30.0, -7.0, "right", "iris", False),
        (30.0, 7.8, "right", "ruler", True),
        (30.0, 8.2, "right", "ruler", False),
        (30.0, -21.8, "right", "ruler", True),
        (30.0, -22.2, "right", "ruler", False),
    ],
)
def test_an_oblique_picture_serves_for_the_side_it_shows_with_a_ruler(
    yaw: float, pitch: float, side: str, method: str, ok: bool
) -> None:
    assert (refused(landmarks(turned(yaw, pitch), method), side) is None) is ok


def test_a_similarity_is_found_again_and_is_no_mirror_image() -> None:
    draw = np.random.default_rng(3)
    source = draw.normal(size=(9, 3)) * [30.0, 50.0, 10.0]
    weight = draw.random(9)
    turn = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    factor, rotation, shift = similarity(source, 2.5 * source @ turn.T + [1.0, 2.0, 3.0], weight)
    assert factor == pytest.approx(2.5)
    assert rotation == pytest.approx(turn)
    assert shift == pytest.approx([1.0, 2.0, 3.0])
    _, rotation, _ = similarity(source, source * [-1.0, 1.0, 1.0], weight)
    assert np.linalg.det(rotation) == pytest.approx(1.0)


def test_a_point_without_weight_pulls_nothing() -> None:
    source = np.array([[0.0, 0.0], [10.0, 0.0], [0.0, 4.0], [7.0, 7.0]])
    target = np.add(source, [3.0, -2.0])
    target[3] = [500.0, 500.0]
    factor, _, shift = similarity(source, target, np.array([1.0, 2.0, 1.0, 0.0]))
    assert (factor, *shift) == pytest.approx((1.0, 3.0, -2.0))
