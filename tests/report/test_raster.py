"""Which triangle a pixel shows: by hand."""

import numpy as np
import pytest

from mesoplan.report.raster import raster


def test_right_triangle_covers_its_pixels_and_weights_are_linear():
    # corners (0,0), (4,0), (0,4): pixel middles with x + y < 4 lie in it
    place = np.array([[0.0, 0.0, 1.0], [4.0, 0.0, 1.0], [0.0, 4.0, 1.0]])
    triangle, weights, _ = raster(place, np.array([[0, 1, 2]]), 6, 5)
    shown = {(int(x), int(y)) for y, x in np.argwhere(triangle == 0)}
    wanted = {(x, y) for x in range(6) for y in range(5) if (x + 0.5) + (y + 0.5) <= 4.0}
    assert shown == wanted
    # at (1.5, 0.5): v = 1.5 / 4, w = 0.5 / 4
    assert weights[0, 1] == pytest.approx([0.5, 0.375, 0.125])


def test_nearer_triangle_wins_whatever_their_order_and_turn():
    far = np.array([[0.0, 0.0, -2.0], [8.0, 0.0, -2.0], [0.0, 8.0, -2.0]])
    near = np.array([[0.0, 0.0, 3.0], [3.0, 0.0, 3.0], [0.0, 3.0, 3.0]])
    place = np.concatenate([far, near])
    for triangles in ([[0, 1, 2], [3, 4, 5]], [[3, 5, 4], [2, 1, 0]]):
        rows = np.array(triangles)
        found, _, _ = raster(place, rows, 8, 8)
        own = int(np.flatnonzero((rows >= 3).all(axis=1))[0])
        assert found[0, 0] == own
        assert found[0, 5] == 1 - own


def test_nothing_is_minus_one_and_outside_is_cut_off():
    place = np.array([[-5.0, -5.0, 0.0], [2.0, -5.0, 0.0], [-5.0, 2.0, 0.0]])
    found, _, _ = raster(place, np.array([[0, 1, 2]]), 4, 3)
    assert (found == -1).all()
    flat = np.array([[0.0, 0.0, 0.0], [2.0, 2.0, 0.0], [4.0, 4.0, 0.0]])
    assert (raster(flat, np.array([[0, 1, 2]]), 4, 3)[0] == -1).all()
