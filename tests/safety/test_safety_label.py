"""Deoxycholic acid within its label: chin, subcutis, 1 cm grid, 0.2 mL, 50 points, six sessions."""

import datetime as dt

import pytest

from safety.cases import DEEP, bare, check, none_of, product, syringe, the_one

LABELLED = {**DEEP, "volume_per_point": "0.2 mL"}
CHIN = {"indication": "submental-fat", "interval_days": 31}


def plan(*contents, technique=None, size=(100, 50), site="submental", treatment=None, patient=None):
    """By default 10 x 5 points of 0.2 mL on the chin: 50 points, 10 mL, 100 mg."""
    return check(
        syringes=[syringe(*(contents or (product("deoxycholic-acid-10", "2 mL"),)))],
        technique={**LABELLED, **(technique or {})},
        areas=[{"site": site, "rectangle_mm": list(size)}],
        treatment={**CHIN, **(treatment or {})},
        patient=patient or {},
    )


def test_the_labelled_use_at_all_its_limits_is_not_critical():
    made = plan(treatment={"sessions": 6})
    assert len(made.points) == 50
    assert made.totals[0].amount.value == pytest.approx(100)
    none_of(made, "critical")


@pytest.mark.parametrize(
    "outside",
    [
        dict(site="jawline"),
        dict(site="neck"),
        dict(site="abdomen"),
        dict(technique={"spacing_mm": 9.0}, size=(50, 50)),
        dict(technique={"spacing_mm": 11.0}, size=(50, 50)),
        dict(technique={"pattern": "hexagonal"}, size=(50, 50)),
        dict(technique={"pattern": "line"}, size=(50, 50)),
        dict(technique={"volume_per_point": "0.21 mL"}, size=(50, 50)),
        dict(size=(110, 50)),  # 55 points
        dict(treatment={"sessions": 7}),
        dict(treatment={"sessions": 2, "interval_days": 27}),
        # 3 mm at 15 degrees: 0.78 mm, in the dermis.
        dict(technique={"angle_deg": 15, "inserted_mm": 3.0}, size=(50, 50)),
    ],
    ids=str,
)
def test_every_way_outside_the_label_is_critical(outside):
    the_one(plan(**outside), "critical", "deoxycholic-acid")


@pytest.mark.parametrize(
    "other", [product("lidocaine-hydrochloride-10"), product("sodium-chloride-0.9")]
)
def test_mixing_and_diluting_it_is_critical(other):
    made = plan(product("deoxycholic-acid-10", "2 mL"), other, size=(50, 50))
    the_one(made, "critical", "deoxycholic-acid", "deoxycholic-acid-10")


def test_several_areas_and_passes_count_together():
    made = check(
        syringes=[syringe(product("deoxycholic-acid-10", "2 mL"))] * 2,
        technique=LABELLED,
        areas=[{"site": "submental", "rectangle_mm": [60, 50]}],
        treatment=CHIN,
    )  # two passes of 30 points: 60 punctures of 0.2 mL, 12 mL, 120 mg
    the_one(made, "critical", "deoxycholic-acid")


def test_the_sessions_of_the_history_count():
    def history(count: int):
        return {
            "history": [
                {"substance": "Kybella", "amount": "60 mg", "date": dt.date(2026, month, 2)}
                for month in range(1, count + 1)
            ]
        }

    none_of(plan(patient=history(5)), "critical")
    the_one(plan(patient=history(6)), "critical", "deoxycholic-acid")


def test_the_interval_since_the_last_session():
    for day, critical in ((dt.date(2026, 10, 23), False), (dt.date(2026, 10, 27), True)):
        made = plan(patient={"history": [{"substance": "Belkyra", "amount": "60 mg", "date": day}]})
        if critical:  # 27 days
            the_one(made, "critical", "deoxycholic-acid", "Belkyra")
        else:  # one calendar month
            none_of(made, "critical")


def test_28_days_are_not_yet_a_month():
    # The label: no less than 1 month apart. From 2026-10-26 it is one month on 2026-11-26.
    history = [{"substance": "Kybella", "amount": "60 mg", "date": dt.date(2026, 10, 26)}]
    made = plan(patient={"history": history})
    the_one(made, "critical", "deoxycholic-acid", "Kybella")


def test_the_label_also_binds_a_bare_substance():
    the_one(plan(bare("deoxycholic-acid"), site="abdomen"), "critical", "deoxycholic-acid")
