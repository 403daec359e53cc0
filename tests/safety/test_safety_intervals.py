"""Intervals and amounts over months.

The session is on 2026-11-23. 84 days before it is 2026-08-31 (30 days to 30 September, 31 to
31 October, 23 to 23 November), 83 days 2026-09-01; three months before it is 2026-08-23.
"""

import datetime as dt

import pytest

from safety.cases import (
    bare,
    check,
    faults_of,
    inject,
    none_of,
    product,
    syringe,
    the_one,
    unchecked,
    use,
)

TOXINS = ["onabotulinumtoxina", "abobotulinumtoxina", "incobotulinumtoxina"]
AT_84 = dt.date(2026, 8, 31)
AT_83 = dt.date(2026, 9, 1)
MESOBOTOX = {"indication": "mesobotox"}


def earlier(substance: str, date: dt.date, amount: str | None = "10 U") -> dict:
    entry = {"substance": substance, "date": date}
    return {"history": [entry if amount is None else {**entry, "amount": amount}]}


def test_the_dates_are_what_they_are_said_to_be():
    assert (dt.date(2026, 11, 23) - AT_84).days == 84
    assert (dt.date(2026, 11, 23) - AT_83).days == 83


@pytest.mark.parametrize("last", TOXINS)
@pytest.mark.parametrize("now", TOXINS)
def test_twelve_weeks_between_botulinum_toxins_of_any_kind(last, now):
    toxin = bare(now)
    at = use(toxin, patient=earlier(last, AT_84))
    none_of(at, "critical")
    the_one(use(toxin, patient=earlier(last, AT_83)), "critical", last, now)


@pytest.mark.parametrize(
    "written", ["Botox", "Dysport", "onabotulinumtoxinA", "botulinum-toxin", "Xeomin"]
)
def test_the_last_toxin_is_quoted_as_written(written):
    plan = check(treatment=MESOBOTOX, patient=earlier(written, AT_83))
    finding = the_one(plan, "critical", "onabotulinumtoxina")
    assert written in finding.subjects


def test_the_last_of_several_counts():
    history = [
        {"substance": "Botox", "amount": "10 U", "date": dt.date(2026, 1, 10)},
        {"substance": "Botox", "amount": "10 U", "date": AT_83},
        {"substance": "Botox", "amount": "10 U", "date": dt.date(2025, 1, 10)},
    ]
    the_one(check(treatment=MESOBOTOX, patient={"history": history}), "critical", "Botox")


def test_other_substances_of_the_history_do_not_count():
    plan = check(treatment=MESOBOTOX, patient=earlier("lidocaine", AT_83, "10 mg"))
    none_of(plan, "critical")


def test_a_course_of_toxin_keeps_twelve_weeks():
    for days, critical in ((84, False), (83, True)):
        plan = use(
            product("onabotulinumtoxina-100"), treatment={"sessions": 2, "interval_days": days}
        )
        if critical:
            the_one(plan, "critical", "onabotulinumtoxina", "onabotulinumtoxina-100")
        else:
            none_of(plan, "critical")
    single = use(product("onabotulinumtoxina-100"), treatment={"sessions": 1, "interval_days": 7})
    none_of(single, "critical")


def test_400_units_in_three_months_with_the_history():
    # 20 mL x 1.2 U/mL = 24 U now; 84 days ago lies within three months and outside 12 weeks.
    toxin = bare("onabotulinumtoxina", "1.2 U/mL")
    at = inject(20, toxin, patient=earlier("Botox", AT_84, "376 U"))
    none_of(at, "critical")
    above = inject(20, toxin, patient=earlier("Botox", AT_84, "377 U"))
    the_one(above, "critical", "onabotulinumtoxina")
    # 2026-08-22 lies three months and a day before.
    long_ago = inject(20, toxin, patient=earlier("Botox", dt.date(2026, 8, 22), "400 U"))
    none_of(long_ago, "critical")


def test_400_units_in_one_session():
    none_of(inject(20, bare("onabotulinumtoxina", "20 U/mL")), "critical")
    the_one(inject(20.1, bare("onabotulinumtoxina", "20 U/mL")), "critical", "onabotulinumtoxina")


def test_400_units_over_the_course():
    # Sessions 84 days apart: two of them within three months.
    toxin = bare("onabotulinumtoxina", "10 U/mL")
    for volume, days, critical in ((20, 84, False), (20.1, 84, True), (20.1, 93, False)):
        plan = inject(volume, toxin, treatment={"sessions": 2, "interval_days": days})
        if critical:
            the_one(plan, "critical", "onabotulinumtoxina")
        else:
            none_of(plan, "critical")


def test_units_of_another_toxin_are_not_added():
    toxin = bare("onabotulinumtoxina", "1.2 U/mL")
    none_of(inject(20, toxin, patient=earlier("Dysport", AT_84, "500 U")), "critical")


def test_an_earlier_amount_that_is_not_known_is_not_checked():
    plan = check(treatment=MESOBOTOX, patient=earlier("Botox", AT_84, None))
    assert unchecked(plan, "Botox")
    none_of(plan, "critical")


def test_an_earlier_amount_in_milligrams_is_never_added_to_units():
    # Refused by the reader, or the sum is left open: never 24 U + 377 mg = 401.
    parts = dict(
        syringes=[syringe(bare("onabotulinumtoxina", "80 U/mL"))],
        patient=earlier("Botox", AT_84, "377 mg"),
    )
    if faults_of(**parts):
        return
    plan = check(**parts)
    none_of(plan, "critical")
    assert unchecked(plan, "Botox")


def test_an_earlier_toxin_named_only_by_its_class_leaves_the_sum_open():
    # Whether these were units of onabotulinumtoxinA is not said.
    plan = check(treatment=MESOBOTOX, patient=earlier("botulinum-toxin", AT_84, "390 U"))
    assert unchecked(plan, "botulinum-toxin")


@pytest.mark.parametrize(
    ("left_out", "subject"), [("patient.history", "history"), ("treatment.date", "date")]
)
def test_not_asked_is_not_checked(left_out, subject):
    plan = check(treatment=MESOBOTOX, without=(left_out,))
    assert unchecked(plan, subject, "onabotulinumtoxina")
    none_of(plan, "critical")


def test_a_history_matters_only_where_an_interval_does():
    plan = use(product("lidocaine-hydrochloride-10"), without=("patient.history",))
    assert not unchecked(plan, "history")


def test_triamcinolone_one_week_is_a_warning():
    lesion = dict(
        treatment={"indication": "keloid"}, areas=[{"site": "shoulder", "rectangle_mm": [20, 20]}]
    )
    entry = product("triamcinolone-acetonide-10")
    at = use(entry, patient=earlier("Kenacort", dt.date(2026, 11, 16), "5 mg"), **lesion)
    none_of(at, "warning", rule="interval")
    above = use(entry, patient=earlier("Kenacort", dt.date(2026, 11, 17), "5 mg"), **lesion)
    the_one(above, "warning", "triamcinolone-acetonide", "Kenacort")
