"""Volumes: the protocol's, the label's, the skin's, and what a syringe can deliver."""

import pytest

from safety.cases import PAPULE, check, inject, none_of, product, syringe, the_one

HA = product("hyaluronic-acid-14-mannitol")
LIDOCAINE = product("lidocaine-hydrochloride-10")


def test_above_a_quarter_more_than_the_protocol_s_volume_warns():
    # Facial rejuvenation: 1 to 2 mL a session; 1.25 x 2 = 2.5 mL.
    none_of(inject(2.5, HA), "warning", rule="volume-protocol")
    the_one(inject(2.52, HA), "warning", "volume", rule="volume-protocol")


def test_more_than_six_hundredths_of_a_millilitre_on_a_square_centimetre_of_face():
    # 60 x 50 mm = 30 cm2: 30 x 0.06 = 1.8 mL.
    none_of(inject(1.8, HA), "warning", rule="volume-density")
    the_one(inject(1.81, HA), "warning", "cheek", rule="volume-density")
    thigh = [{"site": "thigh", "rectangle_mm": [60, 50]}]
    none_of(inject(1.81, HA, areas=thigh), "warning", rule="volume-density")


def test_the_passes_over_one_area_are_summed():
    # 2 x 30 x 0.03 mL = 1.8 mL; the second time 0.035 mL: 2.1 mL.
    for volume, warns in (("0.03 mL", False), ("0.035 mL", True)):
        plan = check(
            syringes=[syringe(HA), syringe(LIDOCAINE)],
            technique={**PAPULE, "volume_per_point": volume},
        )
        if warns:
            the_one(plan, "warning", "cheek", rule="volume-density")
        else:
            none_of(plan, "warning", rule="volume-density")


def test_above_a_labelled_volume_is_critical():
    # Deoxycholic acid: 10 mL in one session.
    acid = product("deoxycholic-acid-10", "2 mL")
    none_of(inject(10.0, acid), "critical", rule="volume-label")
    the_one(inject(10.1, acid), "critical", "deoxycholic-acid-10", rule="volume-label")


@pytest.mark.parametrize(
    ("stated", "deliverable"),
    [
        ("0.02 mL", True),
        ("0.0125 mL", True),  # eight punctures for 0.1 mL
        ("0.1 mL", True),
        ("0.013 mL", False),  # 7.7 punctures for 0.1 mL
        ("0.0333 mL", False),
        ("0.021 mL", False),
    ],
)
def test_a_stated_volume_is_never_rounded(stated, deliverable):
    plan = check(technique={**PAPULE, "volume_per_point": stated})
    value = float(stated.split()[0])
    assert {point.volume_ml for point in plan.points} == {value}
    if deliverable:
        none_of(plan, "warning", "volume_per_point")
    else:
        finding = the_one(plan, "warning", "volume_per_point")
        assert stated in finding.message
    none_of(plan, "critical")


def test_needle_changes_are_a_standing_fact():
    the_one(check(), "info", "needle")
