"""Depth and plane of the needle tip, against scipy and closed forms."""

import math

import pytest
import scipy.stats
from hypothesis import given
from hypothesis import strategies as st

from mesoplan.anatomy.layers import SkinLayers, Thickness, skin_layers
from mesoplan.anatomy.tip import Tip, plane_of, plane_probability, tip
from mesoplan.catalogue import load_catalogue
from mesoplan.model.case import Skin


def layers(epidermis: float, skin: float, sd_epidermis: float, sd_skin: float) -> SkinLayers:
    return SkinLayers(
        Thickness(epidermis, sd_epidermis), Thickness(skin, sd_skin), 10.0, False, False
    )


@pytest.mark.parametrize(
    ("inserted", "angle", "depth"),
    [
        (3.0, 30.0, 1.5),  # sin 30 = 1/2
        (4.0, 90.0, 4.0),  # upright: the whole length
        (2.0, 45.0, 1.4142135623730951),
        (3.0, 15.0, 0.7764571353075622),  # sin 15 = (sqrt 6 - sqrt 2) / 4
    ],
)
def test_depth_is_inserted_length_times_sine(inserted: float, angle: float, depth: float) -> None:
    assert tip(inserted, angle).depth_mm == pytest.approx(depth, rel=1e-12)


def test_spread_is_that_of_length_and_angle() -> None:
    # by hand, 3 mm at 30 degrees: length 10 % of 1.5 = 0.15; angle 5 degrees = 0.0872665 rad
    # times 3 cos 30 = 2.598076, 0.2267250; root of the sum of squares = 0.2718523
    assert tip(3.0, 30.0).sd_mm == pytest.approx(0.27185, abs=5e-6)
    # upright the angle drops out to first order
    assert tip(4.0, 90.0).sd_mm == pytest.approx(0.4, rel=1e-12)


def test_p95_is_the_95th_percentile() -> None:
    assert Tip(1.0, 0.3).p95_mm == pytest.approx(scipy.stats.norm.ppf(0.95, 1.0, 0.3), rel=1e-9)


@given(
    st.floats(0.05, 8.0),
    st.floats(0.01, 1.0),
    st.floats(0.03, 0.2),
    st.floats(0.3, 4.0),
    st.floats(0.001, 0.02),
    st.floats(0.01, 0.5),
)
def test_planes_as_scipy_has_them(
    depth: float, sd: float, epidermis: float, dermis: float, sd_e: float, sd_s: float
) -> None:
    under = layers(epidermis, epidermis + dermis, sd_e, sd_s)
    found = plane_probability(Tip(depth, sd), under)
    # tip minus interface is normal with the sum of the variances
    below = scipy.stats.norm.sf(0.0, depth - under.skin.mean_mm, math.hypot(sd, sd_s))
    above = scipy.stats.norm.cdf(0.0, depth - epidermis, math.hypot(sd, sd_e))
    assert found.subcutis == pytest.approx(below, abs=1e-12)
    assert found.epidermis == pytest.approx(above, abs=1e-12)
    assert found.dermis == pytest.approx(max(0.0, 1 - below - above), abs=1e-12)


def test_a_tip_on_the_interface_is_even_odds() -> None:
    found = plane_probability(Tip(1.45, 0.2), layers(0.07, 1.45, 0.01, 0.2))
    assert found.subcutis == pytest.approx(0.5, abs=1e-12)
    assert found.of("subcutis") == found.subcutis
    assert found.of("dermis") == found.dermis


@pytest.mark.parametrize(
    ("depth", "plane"),
    [(0.05, "epidermis"), (0.1, "dermis"), (1.4, "dermis"), (1.5, "subcutis"), (9.0, "subcutis")],
)
def test_the_plane_of_a_depth(depth: float, plane: str) -> None:
    assert plane_of(depth, layers(0.1, 1.5, 0.01, 0.1)) == plane


def test_layers_of_a_site_are_the_middle_of_its_range() -> None:
    # cheek: epidermis 0.04-0.10 mm, skin 1.1-1.8 mm; a range is mean +- 2 sd
    found = skin_layers(load_catalogue().sites["cheek"])
    assert found.epidermis.mean_mm == pytest.approx(0.07)
    assert found.epidermis.sd_mm == pytest.approx(0.015)
    assert found.skin.mean_mm == pytest.approx(1.45)
    assert found.skin.sd_mm == pytest.approx(0.175)
    assert found.dermis_mm == pytest.approx(1.38)
    assert not found.measured


def test_measured_skin_replaces_the_range() -> None:
    site = load_catalogue().sites["cheek"]
    found = skin_layers(site, Skin(epidermis_mm=0.06, dermis_mm=1.4))
    assert found.epidermis.mean_mm == 0.06
    assert found.skin.mean_mm == pytest.approx(1.46)
    assert found.measured
    assert found.skin.sd_mm < skin_layers(site).skin.sd_mm


def test_one_measured_layer_keeps_the_range_of_the_other() -> None:
    site = load_catalogue().sites["cheek"]
    only_dermis = skin_layers(site, Skin(dermis_mm=2.0))
    assert only_dermis.epidermis == skin_layers(site).epidermis
    assert only_dermis.dermis_mm == pytest.approx(2.0)
    only_epidermis = skin_layers(site, Skin(epidermis_mm=0.2))
    assert only_epidermis.epidermis.mean_mm == 0.2
    assert only_epidermis.dermis_mm == pytest.approx(1.38)
    assert not skin_layers(site, Skin()).measured


@pytest.mark.parametrize("site", sorted(load_catalogue().sites))
def test_every_site_has_layers_in_order(site: str) -> None:
    found = skin_layers(load_catalogue().sites[site])
    assert 0 < found.epidermis.mean_mm < found.skin.mean_mm
    assert found.dermis_mm > 0
    assert found.subcutis_mm > 0
