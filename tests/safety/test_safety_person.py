"""Age, pregnancy, breastfeeding, phototype, weight: the person."""

import datetime as dt

import pytest

from safety.cases import (
    bare,
    catalogue,
    check,
    found,
    inject,
    none_of,
    product,
    the_one,
    unchecked,
    use,
)

PAIN = {"indication": "localized-pain"}
LIDOCAINE = product("lidocaine-hydrochloride-10")
AESTHETIC = sorted(i.id for i in catalogue().indications.values() if i.aesthetic)
MEDICAL = ["keloid", "hypertrophic-scar", "alopecia-areata", "localized-pain"]


def test_the_aesthetic_indications_are_those_of_the_contract():
    assert set(AESTHETIC) == {
        "facial-rejuvenation", "mesolift", "biorevitalisation", "mesobotox", "fine-wrinkles",
        "cellulite", "submental-fat", "localized-fat", "acne-scar", "striae",
        "androgenetic-alopecia", "melasma",
    }  # fmt: skip


@pytest.mark.parametrize("indication", AESTHETIC)
def test_a_minor_with_an_aesthetic_indication_is_critical(indication):
    plan = use(LIDOCAINE, patient={"age_years": 17.99}, treatment={"indication": indication})
    the_one(plan, "critical", "age")


@pytest.mark.parametrize("age", [18, 18.01])
def test_at_18_nobody_is_a_minor(age):
    none_of(use(LIDOCAINE, patient={"age_years": age}), "critical")


@pytest.mark.parametrize("indication", MEDICAL)
def test_a_minor_with_a_medical_indication_is_not_critical(indication):
    plan = use(LIDOCAINE, patient={"age_years": 17.99}, treatment={"indication": indication})
    none_of(plan, "critical")


def test_the_birthday_decides():
    # The session is on 2026-11-23.
    for born, minor in ((dt.date(2008, 11, 24), True), (dt.date(2008, 11, 23), False)):
        plan = use(LIDOCAINE, patient={"birth_date": born}, without=("patient.age_years",))
        assert bool(found(plan, "critical", "age")) is minor


@pytest.mark.parametrize("indication", AESTHETIC)
@pytest.mark.parametrize("state", ["pregnant", "breastfeeding"])
def test_pregnancy_and_breastfeeding_forbid_an_aesthetic_treatment(indication, state):
    plan = use(LIDOCAINE, patient={state: True}, treatment={"indication": indication})
    the_one(plan, "critical", {"pregnant": "pregnancy"}.get(state, state))


def test_pregnancy_with_localized_pain_can_be_overridden():
    plan = use(LIDOCAINE, patient={"pregnant": True}, treatment=PAIN)
    the_one(plan, "critical", "pregnancy", overridable=True)


@pytest.mark.parametrize("state", ["pregnant", "breastfeeding"])
def test_asked_and_no_is_clean(state):
    assert not [f for f in use(LIDOCAINE).findings if f.rule in (state, "pregnancy")]


@pytest.mark.parametrize(
    ("field", "subject"),
    [("pregnant", "pregnancy"), ("breastfeeding", "breastfeeding"), ("phototype", "phototype")],
)
def test_not_asked_is_not_checked(field, subject):
    plan = use(LIDOCAINE, without=(f"patient.{field}",))
    assert unchecked(plan, subject)
    assert plan.status == "open"


@pytest.mark.parametrize(("phototype", "warns"), [(1, 0), (3, 0), (4, 1), (5, 1), (6, 1)])
def test_phototype_four_to_six_warns(phototype, warns):
    plan = use(LIDOCAINE, patient={"phototype": phototype})
    assert len(found(plan, "warning", "phototype")) == warns
    if warns:
        the_one(plan, "warning", "phototype")
    none_of(plan, "critical")


def test_a_missing_weight_is_a_checked_warning():
    plan = use(LIDOCAINE, without=("patient.weight_kg",))
    finding = the_one(plan, "warning", "weight")
    assert "50" in finding.message
    assert plan.status == "open"
    # 0.6 mL of 10 mg/mL is 6 mg, far below half of 4.5 mg/kg x 50 kg = 225 mg.
    assert not unchecked(plan, "weight")


def test_without_weight_above_half_of_a_limit_per_kilogram_is_not_checked():
    # 4.5 mg/kg x 50 kg = 225 mg, half of it 112.5 mg: 11.25 mL of 10 mg/mL.
    at = inject(11.25, LIDOCAINE, without=("patient.weight_kg",))
    assert not unchecked(at, "weight", "lidocaine")
    above = inject(11.3, LIDOCAINE, without=("patient.weight_kg",))
    assert [f for f in unchecked(above, "lidocaine") if "weight" in f.subjects]
    none_of(above, "critical")
    given = inject(11.3, LIDOCAINE)
    assert not unchecked(given, "weight")


def test_without_weight_a_light_patient_is_not_cleared_by_the_absolute_maximum():
    # GB: 200 mg and 4.5 mg/kg. 190 mg is 0.84 of 225 mg (50 kg); at 42 kg it breaks 189 mg.
    plan = inject(19, LIDOCAINE, without=("patient.weight_kg",), treatment={"country": "GB"})
    assert unchecked(plan, "weight", "lidocaine")


def test_a_minor_without_weight_is_not_checked_at_any_dose():
    plan = use(
        LIDOCAINE,
        patient={"age_years": 17},
        treatment=PAIN,
        without=("patient.weight_kg",),
    )
    assert unchecked(plan, "weight", "lidocaine")


def test_without_weight_the_absolute_maximum_still_blocks():
    # US label: 300 mg whatever the weight.
    plan = inject(30.1, LIDOCAINE, without=("patient.weight_kg",))
    the_one(plan, "critical", "lidocaine")


def test_young_prevention_is_a_warning_of_aesthetic_indications_only():
    parts = dict(treatment={"intent": "prevent", "reason": "sun damage"})
    young = use(bare("ascorbic-acid"), patient={"age_years": 24.9}, **parts)
    the_one(young, "warning", "age")
    none_of(use(bare("ascorbic-acid"), patient={"age_years": 25}, **parts), "warning", "age")


def test_nobody_asks_a_man_about_pregnancy():
    plan = check(patient={"sex": "male"}, without=("patient.pregnant", "patient.breastfeeding"))
    assert not unchecked(plan, "pregnancy")
    assert not unchecked(plan, "breastfeeding")
