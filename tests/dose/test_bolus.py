"""The bolus: size, place, transform, refusals."""

import math

import numpy as np
import pytest

from mesoplan.core.errors import InputError
from mesoplan.dose import Bolus, Layer, Medium, wheal_diameter_mm

EDGE = np.linspace(0, 12, 601)


def test_wheal_of_the_mantoux_test_and_of_twice_its_volume() -> None:
    # sqrt(4 * 100 mm3 / (pi * 1.8 mm)) = sqrt(70.7) = 8.41 mm; times sqrt 2 = 11.89 mm
    assert wheal_diameter_mm(0.1, 1.8) == pytest.approx(8.41, abs=0.005)
    assert wheal_diameter_mm(0.2, 1.8) == pytest.approx(11.89, abs=0.005)
    assert wheal_diameter_mm(0.1, 1.8, swelling=1.6) < wheal_diameter_mm(0.1, 1.8)


def test_disc_fills_its_plane_and_matches_the_wheal() -> None:
    bolus = Bolus.injected(0.1, 1.0, 1.8, plane_top_mm=0.1)
    assert bolus.shape == "disc"
    assert 2 * bolus.radius_mm == pytest.approx(wheal_diameter_mm(0.1, 1.8))
    assert bolus.depth_mm - bolus.half_height_mm == pytest.approx(0.1)
    assert bolus.depth_mm + bolus.half_height_mm == pytest.approx(1.9)
    cells = bolus.amounts(EDGE, np.zeros(1))[:, 0]
    assert cells[EDGE[1:] < 0.1].sum() == 0.0
    assert cells[EDGE[:-1] >= 1.9].sum() == pytest.approx(0.0, abs=1e-12)


def test_small_volume_is_a_sphere_that_stays_in_its_plane() -> None:
    # 2 uL: (3 * 2 / 4 pi)^(1/3) = 0.782 mm
    bolus = Bolus.injected(0.002, 0.2, 1.8, plane_top_mm=0.1)
    assert bolus.shape == "sphere"
    assert bolus.radius_mm == bolus.half_height_mm == pytest.approx(0.7816, abs=1e-4)
    assert bolus.depth_mm == pytest.approx(0.1 + 0.7816, abs=1e-4)
    deep = Bolus.injected(0.002, 1.9, 1.8, plane_top_mm=0.1)
    assert deep.depth_mm == pytest.approx(1.9 - 0.7816, abs=1e-4)


def test_edge_is_softer_for_large_boli_only() -> None:
    assert Bolus.injected(0.1, 1.0, 1.8).sigma_mm == 0.25
    tiny = Bolus.injected(0.0002, 1.0, 1.8)
    assert tiny.sigma_mm == pytest.approx(tiny.radius_mm / 3)
    assert Bolus.injected(0.1, 1.0, 1.8, edge_sigma_mm=0.1).sigma_mm == 0.1


def test_backflow_is_lost_and_shrinks_the_bolus() -> None:
    whole = Bolus.injected(0.1, 1.0, 1.8)
    part = Bolus.injected(0.1, 1.0, 1.8, backflow=0.19)
    assert part.deposited_share == pytest.approx(0.81)
    assert part.radius_mm == pytest.approx(0.9 * whole.radius_mm)
    assert whole.deposited_share == 1.0


@pytest.mark.parametrize(
    "bolus",
    [
        Bolus.gaussian(0.3, 0.5),
        Bolus.gaussian(11.5, 1.0),
        Bolus.injected(0.002, 1.0, 1.8),
        Bolus.injected(0.1, 1.0, 1.8),
        Bolus.injected(1.0, 5.0, 10.0, plane_top_mm=1.0, edge_sigma_mm=0.1),
    ],
)
def test_amount_is_one_and_the_start_is_returned_at_time_zero(bolus: Bolus) -> None:
    assert bolus.amounts(EDGE, np.zeros(1)).sum() == pytest.approx(1.0, abs=1e-14)
    radii = np.linspace(0, bolus.radius_mm + 8 * bolus.sigma_mm, 801)
    k = Medium([Layer(12.0, 0.5, 1.0, 1.0)]).kernel(bolus, [0.0], radii)
    ring = np.trapezoid(k.concentration[0] * 2 * np.pi * radii[:, None], radii, axis=0)
    np.testing.assert_allclose(
        ring, bolus.amounts(k.edge_mm, np.zeros(1))[:, 0] / k.cell_mm, atol=2e-4 * ring.max()
    )
    assert k.cleared[0] == 0.0


def test_inside_of_disc_and_sphere_is_even() -> None:
    medium = Medium([Layer(12.0, 0.5, 1.0, 1.0)])
    disc = Bolus.injected(0.1, 1.0, 1.8)
    inside = medium.kernel(disc, [0.0], [0.0, 1.0, 2.0]).concentration[0]
    middle = np.abs(medium.kernel(disc, [0.0], [0.0]).depth_mm - 0.9) < 0.5
    np.testing.assert_allclose(inside[:, middle], 1 / 100.0, rtol=1e-3)  # 1 / V
    ball = Bolus.injected(0.1, 5.0, 10.0, plane_top_mm=0.5)
    k = medium.kernel(ball, [0.0], [0.0, 1.0])
    middle = np.abs(k.depth_mm - ball.depth_mm) < 1.0
    np.testing.assert_allclose(k.concentration[0][:, middle], 1 / 100.0, rtol=1e-3)


def test_transform_of_a_sphere() -> None:
    # 3 (sin x - x cos x) / x^3 of a ball, times its soft edge, at kappa in the plane
    ball = Bolus.injected(0.1, 6.0, 11.0, plane_top_mm=0.5)
    kappa = np.array([0.3, 1.0, 2.5])
    x = kappa * ball.radius_mm
    exact = 3 * (np.sin(x) - x * np.cos(x)) / x**3 * np.exp(-((kappa * ball.sigma_mm) ** 2) / 2)
    np.testing.assert_allclose(ball.amounts(EDGE, kappa).sum(axis=0), exact, atol=1e-6)


def test_lens_is_an_oblate_spheroid_as_high_as_its_plane() -> None:
    # 0.02 mL in 1.4 mm: R = sqrt(3 * 20 / (2 pi 1.4)) = 2.6117 mm, sqrt(1.5) of the disc's 2.1324
    lens = Bolus.injected(0.02, 0.5, 1.4, plane_top_mm=0.1, lens=True)
    disc = Bolus.injected(0.02, 0.5, 1.4, plane_top_mm=0.1)
    assert (lens.shape, disc.shape) == ("oblate", "disc")
    assert lens.radius_mm == pytest.approx(2.6117, abs=1e-4)
    assert disc.radius_mm == pytest.approx(2.1324, abs=1e-4)
    assert lens.half_height_mm == disc.half_height_mm == pytest.approx(0.7)
    assert lens.depth_mm == disc.depth_mm == pytest.approx(0.8)
    # a sphere that fits stays one
    assert Bolus.injected(0.001, 0.8, 1.4, plane_top_mm=0.1, lens=True).shape == "sphere"


@pytest.mark.parametrize("swelling", [1.0, 1.6])
def test_volume_is_that_of_the_tissue_that_takes_it_up(swelling: float) -> None:
    # V (1 - backflow) / swelling, whatever the shape
    for volume_ml, lens in ((0.0007, False), (0.05, False), (0.05, True)):
        bolus = Bolus.injected(
            volume_ml, 0.8, 1.4, plane_top_mm=0.1, swelling=swelling, backflow=0.2, lens=lens
        )
        assert bolus.volume_mm3 == pytest.approx(800.0 * volume_ml / swelling, rel=1e-12)
    # a ball of the peak of the Gaussian: (2 pi)^(3/2) 0.4^3 = 1.007975
    assert Bolus.gaussian(2.0, 0.4).volume_mm3 == pytest.approx(1.007975, rel=1e-6)


def test_lens_in_the_medium() -> None:
    lens = Bolus.injected(0.02, 0.8, 1.4, plane_top_mm=0.3, lens=True, edge_sigma_mm=0.05)
    cells = lens.amounts(EDGE, np.zeros(1))[:, 0]
    assert cells.sum() == pytest.approx(1.0, abs=1e-14)
    middle = 0.5 * (EDGE[1:] + EDGE[:-1])
    # slices of a spheroid: the share up to t = (z - centre) / half height is (2 + 3t - t^3) / 4
    for depth in (0.5, 0.86, 1.35):
        t = (depth - 1.0) / 0.7
        assert cells[middle < depth].sum() == pytest.approx((2 + 3 * t - t**3) / 4, abs=0.01)
    # even inside, 1 / 20 mm3, also near the rim where a disc of its height would end
    k = Medium([Layer(12.0, 0.5, 1.0, 1.0)]).kernel(lens, [0.0], [0.0, 1.0, 2.3, 3.0])
    at = np.abs(k.depth_mm - 1.0) < 0.15
    np.testing.assert_allclose(k.concentration[0, :3, at], 1 / 20.0, rtol=0.02)
    assert np.all(np.abs(k.concentration[0, 3, at]) < 1e-6)


def test_transform_of_a_lens_in_the_plane() -> None:
    # the mean over the height does not see it: that of a ball of the radius in the plane
    lens = Bolus.injected(0.02, 6.0, 1.4, plane_top_mm=5.3, lens=True)
    kappa = np.array([0.3, 1.0, 2.5])
    x = kappa * lens.radius_mm
    exact = 3 * (np.sin(x) - x * np.cos(x)) / x**3 * np.exp(-((kappa * lens.sigma_mm) ** 2) / 2)
    np.testing.assert_allclose(lens.amounts(EDGE, kappa).sum(axis=0), exact, atol=1e-6)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"volume_ml": 0.0}, "volume_ml"),
        ({"volume_ml": math.nan}, "volume_ml"),
        ({"available_thickness_mm": 0.0}, "available_thickness_mm"),
        ({"depth_mm": 5.0}, "depth_mm"),
        ({"depth_mm": 0.01}, "depth_mm"),
        ({"plane_top_mm": -1.0}, "plane_top_mm"),
        ({"swelling": 0.0}, "swelling"),
        ({"backflow": 1.0}, "backflow"),
        ({"backflow": -0.1}, "backflow"),
        ({"edge_sigma_mm": 0.0}, "edge_sigma_mm"),
    ],
)
def test_injections_that_cannot_be_are_refused(change: dict[str, float], key: str) -> None:
    good = {"volume_ml": 0.02, "depth_mm": 1.0, "available_thickness_mm": 1.7, "plane_top_mm": 0.1}
    with pytest.raises(InputError) as caught:
        Bolus.injected(**{**good, **change})
    assert [fault.key for fault in caught.value.faults] == [key]


def test_gaussians_and_wheals_that_cannot_be_are_refused() -> None:
    with pytest.raises(InputError) as caught:
        Bolus.gaussian(-0.1, 0.0)
    assert [fault.key for fault in caught.value.faults] == ["depth_mm", "sigma_mm"]
    with pytest.raises(InputError) as caught:
        wheal_diameter_mm(0.0, -1.0, swelling=0.0)
    assert len(caught.value.faults) == 3
