"""The head, its cameras and the recorded landmarks agree with each other; no browser needed."""

import numpy as np
import pytest

from face.head import IRIS_DIAMETER_MM, head
from face.measure import measured, wander_mm
from face.recorded import VIEWS, renders
from face.truth import View, cast, cast_eyes, facing_deg, project, truth_spacing, visible

LOPSIDED = View(
    yaw_deg=23.0,
    pitch_deg=-8.0,
    roll_deg=11.0,
    distance_mm=700.0,
    field_mm=310.0,
    width_px=810,
    height_px=640,
    centre_mm=(17.0, -31.0),
)
NOSE = np.array([0.0, -40.4, 43.5])
EYES = head().eye_centres_mm


def skin_places(count: int) -> np.ndarray:
    """Places on the skin, anywhere, drawn by chance."""
    draw = np.random.default_rng(7)
    mesh = head()
    corners = mesh.vertices_mm[mesh.skin[draw.integers(len(mesh.skin), size=count)]]
    return np.einsum("ki,kij->kj", draw.dirichlet((1.0, 1.0, 1.0), size=count), corners)


def test_head_has_the_size_of_an_adults():
    mesh = head()
    skin = mesh.vertices_mm[np.unique(mesh.skin)]
    midline = skin[np.abs(skin[:, 0]) < 0.1]
    chin = midline[(midline[:, 2] > 0.0)][:, 1].min()
    assert skin[:, 1].max() - chin == pytest.approx(233.0, abs=2.0)
    over_the_ears = skin[np.abs(skin[:, 1] - 60.0) < 15.0]
    assert np.ptp(over_the_ears[:, 0]) == pytest.approx(150.0, abs=3.0)
    assert EYES[1, 0] - EYES[0, 0] == pytest.approx(61.6, abs=0.1)
    assert EYES[0, 0] < 0.0  # the right eye


def test_skin_is_closed_but_for_the_neck():
    triangles = head().skin
    ways = np.concatenate([triangles[:, [i, (i + 1) % 3]] for i in range(3)])
    assert len(np.unique(ways, axis=0)) == len(ways)
    edges, uses = np.unique(np.sort(ways, axis=1), axis=0, return_counts=True)
    assert uses.max() == 2
    assert head().vertices_mm[edges[uses == 1], 1].max() < -115.0


@pytest.mark.parametrize("view", [*VIEWS.values(), LOPSIDED, View(mirrored=True, yaw_deg=30.0)])
def test_projected_and_cast_back_is_the_same_place(view):
    places = skin_places(700)
    back = cast(view.camera, project(view.camera, places))
    off = np.linalg.norm(back - places, axis=1)
    seen = np.nan_to_num(off, nan=np.inf) < 1e-6
    assert 100 < seen.sum() < 650
    assert (visible(view.camera, places) >= seen).all()
    # What is not seen lies behind other skin, or behind an eyeball.
    hidden = ~seen & ~np.isnan(off)
    depth = view.camera.mm_per_px_at
    assert (depth(back[hidden]) < depth(places[hidden])).all()
    balls = cast_eyes(view.camera, project(view.camera, places[np.isnan(off)]))
    assert not np.isnan(balls).any()


def test_pinhole_is_that_of_the_matrices_that_webgl_gets():
    for view in (LOPSIDED, View(mirrored=True, width_px=500)):
        camera = view.camera
        places = skin_places(50)
        row = np.concatenate([places, np.ones((50, 1))], axis=1)
        clip = row @ (camera.projection @ camera.model_view).T
        plane = clip[:, :2] / clip[:, 3:]
        size = np.array([camera.width_px, camera.height_px])
        pixels = (plane * np.array([1.0, -1.0]) + 1.0) / 2.0 * size
        assert pixels == pytest.approx(project(camera, places), abs=1e-9)


def test_a_pixel_beside_the_head_or_on_an_eye_or_nan_shows_no_skin():
    camera = View().camera
    eye = EYES[1] + np.array([0.0, 0.0, 13.6])
    pixels = [[2.0, 2.0], project(camera, eye)[0], [np.nan, 3.0], project(camera, NOSE)[0]]
    assert np.isnan(cast(camera, pixels)[:, 0]).tolist() == [True, True, True, False]
    assert np.isnan(cast_eyes(camera, pixels)[:, 0]).tolist() == [True, False, True, True]


def test_signs():
    def nose(view: View) -> np.ndarray:
        return (project(view.camera, NOSE) - project(view.camera, EYES.mean(axis=0)))[0]

    right, left = project(View().camera, EYES)
    assert right[0] < left[0]
    assert nose(View(yaw_deg=10.0))[0] > 0.0  # towards their own left
    assert nose(View(pitch_deg=10.0))[1] < nose(View())[1]  # up
    crown = np.array([[0.0, 120.0, -70.0]])
    assert project(View(roll_deg=10.0).camera, crown)[0, 0] > 384.0  # towards their left shoulder
    right, left = project(View(mirrored=True).camera, EYES)
    assert right[0] > left[0]


def test_scale_at_the_face_plane():
    view = View(distance_mm=900.0, field_mm=300.0, height_px=1000)
    assert view.camera.mm_per_px_at([0.0, 0.0, 0.0])[0] == pytest.approx(0.3)
    assert view.camera.mm_per_px_face == pytest.approx(0.3 * (900.0 - 14.0) / 900.0)
    assert view.camera.mm_per_px_irises == pytest.approx(view.camera.mm_per_px_face, rel=1e-3)


def test_drawn_iris_lies_on_the_eyeball_and_is_as_wide_as_stated():
    camera = View().camera
    for ring in head().iris_ring_mm:
        assert np.ptp(ring[:, 0]) == pytest.approx(IRIS_DIAMETER_MM, abs=1e-9)
        ends = ring[[0, 32]]  # neither lid hides the horizontal diameter
        assert cast_eyes(camera, project(camera, ends)) == pytest.approx(ends, abs=1e-6)


def test_spacing_is_to_the_nearest_neighbour_and_leaves_out_what_is_nan():
    places = [[0.0, 0.0, 0.0], [3.0, 4.0, 0.0], [np.nan] * 3, [3.0, 4.0, 2.0]]
    spacing = truth_spacing(places)
    assert spacing[[0, 1, 3]] == pytest.approx([5.0, 2.0, 2.0])
    assert np.isnan(spacing[2])
    assert np.isnan(truth_spacing([[1.0, 2.0, 3.0]])).all()


def test_landmarks_of_all_photographs_are_recorded():
    for seen in renders().values():
        assert seen.points_px.shape == (478, 3)
        assert (seen.points_px[:, :2] > 0.0).all()
        assert (seen.points_px[:, :2] < [seen.width_px, seen.height_px]).all()


@pytest.mark.parametrize("name", [name for name, view in VIEWS.items() if not view.mirrored])
def test_landmarks_lie_where_they_belong(name):
    seen = renders()[name]
    irises = project(seen.camera, EYES + np.array([0.0, 0.0, 13.6]))
    found = seen.points_px[[468, 473], :2]
    allowed_mm = 3.0 if abs(seen.yaw_deg) < 30.0 else 5.0
    tip_mm = 9.0 if abs(seen.yaw_deg) < 30.0 else 12.0
    off_mm = np.linalg.norm(found - irises, axis=1) * seen.mm_per_px_true
    assert off_mm.max() < allowed_mm
    tip = cast(seen.camera, seen.points_px[1:2])[0]
    assert np.linalg.norm(tip - NOSE) < tip_mm


@pytest.mark.parametrize("name", VIEWS)
def test_recorded_turns_follow_the_true_ones(name):
    seen = renders()[name]
    found = measured(seen)
    still = measured(renders()["frontal"])
    assert found.yaw_deg == pytest.approx(seen.yaw_deg, abs=4.5)
    assert found.pitch_deg - still.pitch_deg == pytest.approx(seen.pitch_deg, abs=3.0)
    assert found.roll_deg == pytest.approx(seen.roll_deg, abs=2.0)


def test_two_visits_put_most_landmarks_on_the_same_skin():
    wander = wander_mm(renders()["frontal-again"], renders()["frontal"])
    there = wander[~np.isnan(wander)]
    assert len(there) > 330
    assert np.median(there) < 1.5
    assert np.percentile(there, 95) < 4.0


def test_skin_faces_the_camera_in_the_middle_and_turns_away_to_the_side():
    places = np.array([[0.0, 45.0, 25.0], [66.0, 20.0, -20.0]])
    camera = View().camera
    forehead, temple = facing_deg(camera, project(camera, places))
    assert forehead < 25.0
    assert temple > 60.0
    turned = View(yaw_deg=-40.0).camera  # the left side comes to the front
    assert facing_deg(turned, project(turned, places))[1] < temple - 30.0
    assert np.isnan(facing_deg(camera, [[1.0, 1.0]])).all()
