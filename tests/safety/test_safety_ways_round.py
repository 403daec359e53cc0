"""Ways round a limit that were once open: each stays shut."""

import dataclasses
import datetime as dt

import pytest

from helpers import run
from safety.cases import (
    ADULT,
    PAPULE,
    SESSION,
    bare,
    catalogue,
    check,
    faults_of,
    found,
    inject,
    none_of,
    product,
    syringe,
    the_one,
    unchecked,
    use,
)

LIDOCAINE = product("lidocaine-hydrochloride-10")
CAFFEINE = product("caffeine-citrate-20")
SUBMENTAL = {
    "id": "point-by-point", "needle": "30G 13 mm", "angle_deg": 90, "inserted_mm": 8,
    "spacing_mm": 10, "pattern": "square", "volume_per_point": "0.2 mL",
}  # fmt: skip
CHIN = [{"site": "submental", "rectangle_mm": [50, 50]}]
FAT = {"indication": "submental-fat", "sessions": 1}
DEOXYCHOLIC = product("deoxycholic-acid-10", "5 mL")


def person(**changes):
    return {**ADULT["patient"], **changes}


@pytest.mark.parametrize(
    ("name", "strength"),
    [("lidocaine", "1 U/mL"), ("onabotulinumtoxina", "10 mg/mL"), ("caffeine", "50 IU/mL")],
)
def test_a_unit_of_the_wrong_kind_is_refused(name, strength):
    # added to the milligrams, a unit would leave no limit that is stated in its kind
    faults = faults_of(syringes=[syringe(bare(name, strength))], technique=PAPULE)
    assert [fault.key for fault in faults] == ["syringes[0].contents[0].strength"]
    earlier = {"substance": name, "amount": strength.split("/")[0], "date": SESSION}
    faults = faults_of(patient=person(history=[earlier]))
    assert [fault.key for fault in faults] == ["patient.history[0].amount"]


def test_two_passes_of_a_narrow_label_count_together():
    parts = {"areas": CHIN, "treatment": FAT, "technique": SUBMENTAL}
    once = check(syringes=[syringe(DEOXYCHOLIC)], **parts)  # 25 points of 0.2 mL
    none_of(once, "critical")
    twice = check(syringes=[syringe(DEOXYCHOLIC), syringe(DEOXYCHOLIC)], **parts)
    finding = the_one(twice, "critical", "deoxycholic-acid", rule="outside-label")
    assert "0.4 mL per point" in finding.message


def test_a_narrow_label_names_its_indication():
    plan = check(
        syringes=[syringe(DEOXYCHOLIC)], areas=CHIN, technique=SUBMENTAL,
        treatment={"indication": "localized-pain", "sessions": 1},
    )  # fmt: skip
    assert "localized-pain" in the_one(plan, "critical", rule="outside-label").message


def test_earlier_sessions_by_class_leave_the_count_open():
    earlier = [{"substance": "bile-acid-detergent", "date": dt.date(2025, 3, 1)}]
    plan = check(
        syringes=[syringe(DEOXYCHOLIC)], areas=CHIN, technique=SUBMENTAL, treatment=FAT,
        patient=person(history=earlier),
    )  # fmt: skip
    assert unchecked(plan, "bile-acid-detergent")


def test_an_amount_above_a_limit_of_months_needs_no_history():
    # 5 mL x 100 U/mL = 500 U today, above 400 U in 3 months whatever was given before
    patient = {key: value for key, value in ADULT["patient"].items() if key != "history"}
    plan = inject(5, bare("onabotulinumtoxina", "100 U/mL"), patient=patient)
    if plan.case.patient.history is None:
        assert unchecked(plan, "history")
    the_one(plan, "critical", "onabotulinumtoxina", rule="dose-interval")


def test_history_of_the_day_counts_in_a_class():
    # US, 62 kg: lidocaine 150 / 279 = 0.538, mepivacaine 140 / 272.8 = 0.513; together above 1
    earlier = [{"substance": "mepivacaine", "amount": "140 mg", "date": SESSION}]
    alone = inject(15, LIDOCAINE)
    none_of(alone, "critical")
    both = inject(15, LIDOCAINE, patient=person(history=earlier))
    the_one(both, "critical", "lidocaine", "mepivacaine", rule="additive-maximum")


@pytest.mark.parametrize(
    "earlier",
    [
        {"substance": "lidocaine", "date": SESSION},
        {"substance": "local-anaesthetic", "amount": "300 mg", "date": SESSION},
    ],
)
def test_history_of_the_day_that_cannot_be_summed_is_open(earlier):
    plan = use(LIDOCAINE, patient=person(history=[earlier]))
    assert unchecked(plan, earlier["substance"])


def test_what_is_given_that_day_is_checked_without_any_in_the_syringe():
    given = [{"substance": "lidocaine", "amount": "400 mg", "form": "block"}]
    plan = use(product("biotin-5"), today={"anaesthetics": given, "caffeine_mg": 0})
    the_one(plan, "critical", "lidocaine", rule="additive-maximum")


def test_a_course_without_its_interval_is_open():
    plan = use(
        bare("onabotulinumtoxina"),
        treatment={"indication": "striae", "intent": "prevent", "reason": "x", "sessions": 4},
    )
    assert unchecked(plan, "onabotulinumtoxina", "interval")


@pytest.mark.parametrize(("volume", "warns"), [("0.25 mL", True), ("2.5 mL", False)])
def test_a_slip_in_the_diluent_is_asked_about(volume, warns):
    plan = use(product("onabotulinumtoxina-100", "0.1 mL", "sodium-chloride-0.9", volume))
    assert bool(found(plan, "warning", "onabotulinumtoxina-100", rule="reconstitution")) is warns


@pytest.mark.parametrize(("days", "warns"), [(27, True), (28, False)])
def test_a_filler_of_the_last_four_weeks_warns(days, warns):
    earlier = [
        {"substance": "hyaluronic-acid-cross-linked", "date": SESSION - dt.timedelta(days=days)}
    ]
    plan = use(LIDOCAINE, patient=person(history=earlier))
    assert bool(found(plan, "warning", rule="filler-recent")) is warns


def test_a_class_member_without_a_maximum_is_not_shown_as_nothing():
    plan = inject(15, product("pentoxifylline-20"), CAFFEINE, today={"caffeine_mg": 2000})
    messages = [f.message for f in plan.findings if f.rule.startswith("additive")]
    assert messages
    assert all("pentoxifylline 0" not in message for message in messages)


@pytest.mark.parametrize(("dermis_mm", "warns"), [(0.01, True), (1.4, False)])
def test_a_skin_beyond_belief_is_asked_about(dermis_mm, warns):
    area = {"site": "cheek", "rectangle_mm": [60, 50], "skin": {"dermis_mm": dermis_mm}}
    plan = use(LIDOCAINE, areas=[area])
    assert bool(found(plan, "warning", "cheek", rule="skin-implausible")) is warns


def test_saline_by_strength_is_no_second_medicine():
    mix = syringe(LIDOCAINE, bare("sodium-chloride", "9 mg/mL"), prepared_by="practitioner")
    plan = check(syringes=[mix], technique=PAPULE, treatment={"country": "FR"})
    none_of(plan, "critical", rule="fr-mixing")


def test_an_area_without_a_pass_and_an_area_given_twice_warn():
    cheek = {"site": "cheek", "rectangle_mm": [60, 50]}
    twice = use(LIDOCAINE, areas=[cheek, cheek])
    the_one_is = found(twice, "warning", "cheek", rule="area-twice")
    assert the_one_is
    sides = use(LIDOCAINE, areas=[{**cheek, "side": "left"}, {**cheek, "side": "right"}])
    none_of(sides, "warning", rule="area-twice")
    left_out = check(
        syringes=[syringe(LIDOCAINE, areas=[0])], technique=PAPULE,
        areas=[cheek, {"site": "chin", "rectangle_mm": [30, 20]}],
    )  # fmt: skip
    assert found(left_out, "warning", "chin", rule="area-untreated")


@pytest.mark.parametrize(
    "text",
    [
        "age_years = 1" + "0" * 400,
        "age_years = 1" + "0" * 5000,
    ],
)
def test_a_number_of_hundreds_of_digits_is_bad_input(tmp_path, text):
    case = tmp_path / "case.toml"
    case.write_text(f'format = "mesoplan/case"\nversion = 1\n[patient]\n{text}\n', encoding="utf-8")
    ran = run("check", case)
    assert ran.code == 2
    assert ran.error_lines


def test_a_form_that_cannot_be_compared_is_said():
    data = catalogue()
    plain = data.products["procaine-hydrochloride-20"]
    odd = plain.contents[0].model_copy(update={"form": "borate"})
    altered = plain.model_copy(update={"contents": (odd,)})
    records = {**data.records, "product": {**data.products, plain.id: altered}}
    parts = {"syringes": [syringe(product(plain.id))], "technique": PAPULE}
    assert not unchecked(check(**parts), "borate")
    assert unchecked(check(dataclasses.replace(data, records=records), **parts), "borate")
