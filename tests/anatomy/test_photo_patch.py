"""Areas of the body on a photograph: flat by the scale, a limb unrolled: by hand."""

import math

import numpy as np
import pytest

from mesoplan.anatomy.layers import SkinLayers, Thickness
from mesoplan.anatomy.photo_patch import FlatPhoto, cylinder, limb_scale, photo_patch
from mesoplan.core.errors import InputError
from mesoplan.model.case import Limb

LAYERS = SkinLayers(Thickness(0.07, 0.01), Thickness(1.45, 0.1), 10.0, False, False)
# 400 px wide, 628.3 mm round: radius 100 mm, 200 mm across, 0.5 mm per pixel.
THIGH = Limb(circumference_mm=200.0 * math.pi, edges_px=((100.0, 300.0), (500.0, 300.0)))


def test_flat_photograph_is_the_scale_and_y_goes_up():
    square = ((100.0, 400.0), (300.0, 400.0), (300.0, 250.0), (100.0, 250.0))
    patch = photo_patch(square, FlatPhoto(0.4, 0.0, 0.0), LAYERS, "areas[0]")
    # 200 x 150 px at 0.4 mm
    assert patch.size_mm == pytest.approx((80.0, 60.0))
    assert patch.area_cm2 == pytest.approx(48.0)
    seen = patch.seen(np.array([0.0, 80.0]), np.array([0.0, 60.0]))
    assert seen.photo_px == pytest.approx(np.array([[100.0, 400.0], [300.0, 250.0]]))
    assert patch.bend_radius_mm == math.inf


def test_scale_of_a_limb_is_its_diameter_over_its_width():
    assert limb_scale(THIGH) == pytest.approx(0.5)


def test_limb_is_longer_around_than_it_looks():
    # From the axis (300 px) to 450 px: 75 mm across, but 100 asin(0.75) = 84.81 mm round.
    outline = ((300.0, 200.0), (450.0, 200.0), (450.0, 320.0), (300.0, 320.0))
    patch = photo_patch(outline, cylinder(THIGH, limb_scale(THIGH)), LAYERS, "areas[0]")
    width, height = patch.size_mm
    assert width == pytest.approx(100.0 * math.asin(0.75), rel=1e-3)
    assert height == pytest.approx(60.0, rel=1e-6)
    assert patch.bend_radius_mm == pytest.approx(100.0, rel=0.01)


def test_places_on_a_limb_go_back_to_their_pixels_and_turn_away():
    outline = ((300.0, 200.0), (450.0, 200.0), (450.0, 320.0), (300.0, 320.0))
    patch = photo_patch(outline, cylinder(THIGH, limb_scale(THIGH)), LAYERS, "areas[0]")
    left, bottom = patch.origin_mm
    # 100 mm x 30 degrees round from the axis: sin 30 = half the radius, 50 mm, 100 px
    seen = patch.seen(np.array([left + 100.0 * math.radians(30.0)]), np.array([bottom]))
    assert seen.photo_px[0] == pytest.approx([400.0, 320.0], abs=0.1)
    assert seen.facing_deg[0] == pytest.approx(30.0, abs=0.2)


def test_erased_skin_is_cut_out():
    square = ((100.0, 400.0), (300.0, 400.0), (300.0, 250.0), (100.0, 250.0))
    mole = (((150.0, 300.0), (200.0, 300.0), (200.0, 350.0), (150.0, 350.0)),)
    patch = photo_patch(square, FlatPhoto(0.4, 0.0, 0.0), LAYERS, "areas[0]", mole)
    # 50 x 50 px at 0.4 mm are 20 x 20 mm
    assert patch.area_cm2 == pytest.approx(48.0 - 4.0)
    assert dict(patch.cut)["erased"] == pytest.approx(4.0)


def test_outline_beside_the_limb_is_refused():
    outline = ((520.0, 200.0), (600.0, 200.0), (600.0, 320.0), (520.0, 320.0))
    with pytest.raises(InputError):
        photo_patch(outline, cylinder(THIGH, limb_scale(THIGH)), LAYERS, "areas[0]")
