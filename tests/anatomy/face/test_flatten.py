"""Skin laid flat: lengths of what can be unrolled are kept, those of a cap are off as they must."""

import math

import numpy as np
import pytest

from mesoplan.anatomy.face.flatten import flatten, stretch


def sheet(columns: int, rows: int, width: float, height: float):
    """A plane mesh of width by height with its triangles, all oriented alike."""
    x, y = np.meshgrid(np.linspace(0, width, columns), np.linspace(0, height, rows))
    flat = np.column_stack([x.ravel(), y.ravel()])
    corner = np.arange(columns * rows).reshape(rows, columns)
    a, b, c, d = (corner[:-1, :-1], corner[:-1, 1:], corner[1:, 1:], corner[1:, :-1])
    lower, upper = np.stack([a, b, c], -1), np.stack([a, c, d], -1)
    return flat, np.concatenate([lower.reshape(-1, 3), upper.reshape(-1, 3)])


def on_cylinder(flat, radius):
    turn = flat[:, 0] / radius
    return np.column_stack([radius * np.sin(turn), flat[:, 1], radius * np.cos(turn)])


def on_cone(flat, half_angle_deg, tip):
    """A sector of a plane rolled to a cone: distance from the tip stays, the angle is divided."""
    away = np.hypot(flat[:, 0] - flat[:, 0].mean(), flat[:, 1] + tip)
    turn = np.arctan2(flat[:, 0] - flat[:, 0].mean(), flat[:, 1] + tip)
    sine = math.sin(math.radians(half_angle_deg))
    around = turn / sine
    cosine = math.cos(math.radians(half_angle_deg))
    ring = away * sine
    return np.column_stack([ring * np.sin(around), -away * cosine, ring * np.cos(around)])


@pytest.mark.parametrize("bend", [lambda f: on_cylinder(f, 40.0), lambda f: on_cone(f, 35.0, 60.0)])
def test_what_can_be_unrolled_keeps_its_lengths(bend):
    flat, triangles = sheet(25, 19, 60.0, 44.0)
    skin = bend(flat)
    # begun from a map that is wrong in size and proportion
    found = flatten(skin, triangles, flat * [0.6, 1.3])
    lengths = stretch(skin, triangles, found)
    assert np.abs(lengths - 1.0).max() < 0.005
    corner = [0, 24, len(flat) - 1]
    for a, b in ((corner[0], corner[1]), (corner[0], corner[2])):
        true = np.linalg.norm(flat[a] - flat[b])
        assert np.linalg.norm(found[a] - found[b]) == pytest.approx(true, rel=0.01)


def test_a_flat_sheet_stays_as_it_is_and_is_not_mirrored():
    flat, triangles = sheet(9, 7, 40.0, 25.0)
    skin = np.column_stack([flat, np.zeros(len(flat))])
    found = flatten(skin, triangles, flat)
    assert np.abs((found - found[0]) - (flat - flat[0])).max() < 1e-6


def test_a_cap_of_a_sphere_is_stretched_as_it_must_be():
    # Half a width of 20 mm on a radius of 60 mm. Polar coordinates keep lengths outward and
    # shorten those around by sin(a)/a, 1.8 % at the rim (a = 1/3): no flat map can be free of it.
    flat, triangles = sheet(21, 21, 40.0, 40.0)
    away = np.hypot(flat[:, 0] - 20.0, flat[:, 1] - 20.0)
    turn = np.arctan2(flat[:, 1] - 20.0, flat[:, 0] - 20.0)
    a = away / 60.0
    skin = 60.0 * np.column_stack([np.sin(a) * np.cos(turn), np.sin(a) * np.sin(turn), np.cos(a)])
    lengths = stretch(skin, triangles, flatten(skin, triangles, flat))
    low, high = np.percentile(lengths, [5, 95])
    assert 0.975 < low < 0.998
    assert 1.002 < high < 1.025
    assert np.abs(lengths - 1.0).max() < 0.05
