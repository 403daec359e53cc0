"""What the browser draws is what the camera says, and its landmarks are those recorded."""

import io

import numpy as np
import pytest
from PIL import Image

from face.detect import detect
from face.head import head
from face.recorded import renders
from face.render import Render, render
from face.test_truth import LOPSIDED
from face.truth import View, cast, cast_eyes, project

NAMES = ("frontal-again", "mirrored")
TOLERANCE_PX = 3.0


@pytest.fixture(scope="module")
def photographs() -> dict[str, Render]:
    views = {name: renders()[name].view for name in NAMES}
    views["lopsided"] = LOPSIDED
    views["frontal"] = View()
    return dict(zip(views, render(*views.values()), strict=True))


def picture(photograph: Render) -> np.ndarray:
    """Pixels as numbers, shape (height, width, 3)."""
    with Image.open(io.BytesIO(photograph.png)) as opened:
        return np.asarray(opened.convert("RGB"), dtype=float)


@pytest.mark.parametrize("name", ["lopsided", "mirrored"])
def test_head_covers_the_pixels_that_hit_it(photographs, name):
    camera, drawn = photographs[name].camera, picture(photographs[name])
    assert drawn.shape == (camera.height_px, camera.width_px, 3)
    is_head = np.abs(drawn - drawn[1, 1]).sum(axis=2) > 12.0
    row, column = np.mgrid[4 : camera.height_px - 4 : 9, 4 : camera.width_px - 4 : 9]
    middles = np.stack([column.ravel() + 0.5, row.ravel() + 0.5], axis=1)
    hit = ~np.isnan(cast(camera, middles)[:, 0]) | ~np.isnan(cast_eyes(camera, middles)[:, 0])
    unlike = middles[hit != is_head[row.ravel(), column.ravel()]]
    assert hit.sum() > 1000
    # At most on the outline itself: there the next pixel is of the other kind.
    for x, y in np.floor(unlike).astype(int):
        around = is_head[y - 1 : y + 2, x - 1 : x + 2]
        assert around.any()
        assert not around.all()


def test_drawn_irises_are_as_wide_as_stated(photographs):
    camera, drawn = photographs["frontal"].camera, picture(photographs["frontal"])
    for ring in head().iris_ring_mm:
        edges = project(camera, ring[[32, 0]])  # left and right in the picture
        line = int(edges[0, 1]) + 1  # below the glint
        low, high = (int(value) for value in (edges[0, 0] - 5, edges[1, 0] + 6))
        bright = drawn[line, low:high, 1]
        # Dark within, white without; the edge where it is half, between middles of pixels.
        half = (bright.min() + bright.max()) / 2.0
        dark = np.flatnonzero(bright < half)
        assert (np.diff(dark) == 1).all()
        first, last = dark[0], dark[-1]
        start = first - (half - bright[first]) / (bright[first - 1] - bright[first])
        end = last + (half - bright[last]) / (bright[last + 1] - bright[last])
        assert low + start + 0.5 == pytest.approx(edges[0, 0], abs=0.5)
        assert low + end + 0.5 == pytest.approx(edges[1, 0], abs=0.5)
        wide_mm = (end - start) * camera.mm_per_px_irises
        assert wide_mm == pytest.approx(11.7, abs=0.25)


@pytest.mark.parametrize("name", NAMES)
def test_landmarks_found_again_are_those_recorded(photographs, name):
    found = detect(photographs[name].png)
    off = np.abs(found - renders()[name].points_px)
    assert off.max() < TOLERANCE_PX
