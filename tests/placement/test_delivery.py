"""What a syringe can deliver, fills, dead space, mixtures and what is left over; by hand."""

import pytest

from mesoplan.catalogue import load_catalogue
from mesoplan.model.instrument import Syringe
from mesoplan.placement.volume import delivery, fills, fitted_volume_ml, is_multiple

# catalogue: 0.3 mL by 0.005; 0.5 and 1 mL by 0.01; 2.5 mL by 0.1; 5 mL by 0.2; 10 mL by 0.5
SYRINGES = tuple(load_catalogue().syringes.values())
NEEDLES = load_catalogue().needles


def by_volume(volume_ml: float) -> Syringe:
    return next(syringe for syringe in SYRINGES if syringe.volume_ml == volume_ml)


@pytest.mark.parametrize(
    ("each", "total", "syringe"),
    [
        (0.02, 0.3, 0.3),  # the smallest that holds the pass and reads 0.02
        (0.02, 0.6, 1.0),  # 0.3 reads it but holds half, 0.5 too small
        (0.02, 5.0, 1.0),  # the largest that reads 0.02
        (0.005, 2.0, 0.3),  # only the finest reads it
        (0.1, 2.0, 2.5),
        (0.2, 4.0, 5.0),
        (0.5, 9.0, 10.0),
        (0.1, 0.4, 0.5),
    ],
)
def test_the_syringe_whose_graduation_fits(each: float, total: float, syringe: float) -> None:
    found = delivery(each, total, SYRINGES)
    assert found.fits
    assert found.syringe.volume_ml == syringe
    assert found.punctures_per_tenth_ml is None


@pytest.mark.parametrize(("each", "count"), [(0.0125, 8), (0.1 / 3, 3), (0.1 / 12, 12)])
def test_punctures_per_tenth_where_no_graduation_fits(each: float, count: int) -> None:
    found = delivery(each, 1.0, SYRINGES)
    assert found.fits
    assert found.punctures_per_tenth_ml == count
    # 0.1 mL must be readable
    assert is_multiple(0.1, found.syringe.graduation_ml)


@pytest.mark.parametrize("each", [0.013, 0.0333, 0.0171, 0.123])
def test_a_volume_that_nothing_delivers_does_not_fit(each: float) -> None:
    assert not delivery(each, 1.0, SYRINGES).fits


def test_a_shared_volume_is_counted_against_its_total() -> None:
    # 1 mL over 30 points is 0.0333… mL each; the total can be read, the punctures are counted
    found = delivery(1 / 30, 1.0, SYRINGES, shared=True)
    assert found.fits
    assert found.punctures_per_tenth_ml == pytest.approx(3.0)
    found = delivery(1 / 29, 1.0, SYRINGES, shared=True)
    assert found.fits
    assert found.punctures_per_tenth_ml == pytest.approx(2.9)


@pytest.mark.parametrize(
    ("proposed", "planned"),
    [
        (0.02, 0.02),
        (0.0125, 0.0125),  # 8 per 0.1 mL
        (0.013, 0.0125),  # 8 per 0.1 mL beats 0.01
        (0.018, 0.1 / 6),  # 6 per 0.1 mL = 0.016667 beats 0.015
        (0.0083, 0.1 / 13),  # 12 would be 0.00833, above what is proposed
        (0.004, 0.004),  # 25 per 0.1 mL
    ],
)
def test_a_protocols_volume_is_fitted_downwards(proposed: float, planned: float) -> None:
    assert fitted_volume_ml(proposed, SYRINGES) == pytest.approx(planned)


def test_fills_mixtures_and_left_over() -> None:
    # 30 x 0.02 = 0.6 mL from a 1 mL syringe (dead space 0.02-0.07, 0.045) with 2 needles of
    # 0.02-0.05, 0.035 each: 2 x 0.035 + 0.045 = 0.115 lost; prepared 1 mL; left 0.285
    found = fills(0.6, 1.0, by_volume(1.0), NEEDLES["30g-4mm"], 2)
    assert (found.fills, found.mixtures) == (1, 1)
    assert found.lost_ml == pytest.approx(0.115)
    assert found.left_over_ml == pytest.approx(0.285)


def test_what_is_missing_is_more_of_the_same_mixture() -> None:
    # 0.6 injected + 0.115 lost = 0.715 mL of 0.5 mL mixtures: 2, 0.285 mL left
    found = fills(0.6, 0.5, by_volume(1.0), NEEDLES["30g-4mm"], 2)
    assert found.mixtures == 2
    assert found.left_over_ml == pytest.approx(0.285)


def test_dead_space_can_ask_for_one_more_mixture() -> None:
    # 1.0 mL injected from exactly 1.0 mL prepared: the dead space is missing
    assert fills(1.0, 1.0, by_volume(1.0), NEEDLES["30g-4mm"], 1).mixtures == 2


@pytest.mark.parametrize(
    ("injected", "syringe", "count"),
    [(1.0, 1.0, 1), (1.0001, 1.0, 2), (2.5, 1.0, 3), (0.6, 0.3, 2), (0.02, 10.0, 1)],
)
def test_a_syringe_is_filled_as_often_as_needed(
    injected: float, syringe: float, count: int
) -> None:
    found = fills(injected, 20.0, by_volume(syringe), NEEDLES["30g-4mm"], 1)
    assert found.fills == count


def test_an_unknown_needle_leaves_the_loss_not_known() -> None:
    found = fills(0.6, 0.5, by_volume(1.0), None, 2)
    assert found.lost_ml is None
    assert found.left_over_ml is None
    assert found.mixtures == 2
