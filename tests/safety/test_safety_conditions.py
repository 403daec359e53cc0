"""Conditions and medicines of the patient: the label's contraindications and the warnings."""

import dataclasses
import datetime as dt

import pytest

from safety.cases import (
    bare,
    catalogue,
    check,
    found,
    none_of,
    product,
    the_one,
    unchecked,
    use,
)

LIDOCAINE = product("lidocaine-hydrochloride-10")
PAIN = {"indication": "localized-pain"}
XANTHINES = ["caffeine-citrate-20", "caffeine-sodium-benzoate-125", "aminophylline-25",
             "pentoxifylline-20"]  # fmt: skip
NSAIDS = ["diclofenac-25", "diclofenac-cyclodextrin-25", "ketoprofen-50", "ketoprofen-lysine-80",
          "piroxicam-20", "lysine-acetylsalicylate-500"]  # fmt: skip
TOXINS = ["onabotulinumtoxina-100", "abobotulinumtoxina-500", "incobotulinumtoxina-50"]
CONTRAINDICATED = [
    *[(p, c) for p in XANTHINES
      for c in ("cardiac-arrhythmia", "epilepsy", "uncontrolled-hypertension")],
    *[("tranexamic-acid-100", c) for c in ("thromboembolism", "epilepsy")],
    *[(p, c) for p in NSAIDS
      for c in ("peptic-ulcer", "nsaid-asthma", "renal-failure", "heart-failure")],
    *[(p, c) for p in NSAIDS[:2]
      for c in ("ischaemic-heart-disease", "stroke-or-peripheral-arterial-disease")],
    *[(p, "neuromuscular-disease") for p in TOXINS],
]  # fmt: skip


def ill(*conditions) -> dict:
    return {"conditions": list(conditions)}


def taking(*medicines: str) -> dict:
    return {"medicines": list(medicines)}


@pytest.mark.parametrize(("name", "condition"), CONTRAINDICATED)
def test_contraindications_of_the_label(name, condition):
    (substance,) = {c.substance for c in catalogue().products[name].contents}
    plan = use(product(name), patient=ill(condition), treatment=PAIN)
    finding = the_one(plan, "critical", condition, substance)
    assert condition in finding.message
    none_of(use(LIDOCAINE, patient=ill(condition), treatment=PAIN), "critical")


def test_contraindications_hold_for_a_bare_substance_and_any_syringe():
    for name, condition in (
        ("caffeine", "epilepsy"),
        ("ketorolac", "peptic-ulcer"),
        ("tranexamic-acid", "thromboembolism"),
    ):
        the_one(use(bare(name), patient=ill(condition)), "critical", name, condition)


def test_conditions_of_other_substances_are_not_critical():
    # Each one belongs to another class of substances.
    for name, condition in (
        ("tranexamic-acid-100", "uncontrolled-hypertension"),
        ("diclofenac-cyclodextrin-25", "epilepsy"),
        ("ketoprofen-50", "stroke-or-peripheral-arterial-disease"),
        ("ketoprofen-50", "ischaemic-heart-disease"),
        ("lidocaine-hydrochloride-10", "neuromuscular-disease"),
    ):
        plan = use(product(name), patient=ill(condition), treatment=PAIN)
        none_of(plan, "critical", condition)


@pytest.mark.parametrize(
    "written", ["epilepsy", "Epilepsy", "EPILEPSY", "épilepsie", "epilessia", "epilepsia"]
)
def test_a_condition_is_quoted_as_written(written):
    plan = use(product("caffeine-citrate-20"), patient=ill(written))
    finding = the_one(plan, "critical", "caffeine")
    assert written in finding.subjects


def test_an_infection_in_the_field_is_critical():
    infection = "active-skin-infection"
    for stated in (infection, {"id": infection, "area": "cheek"}):
        finding = the_one(use(LIDOCAINE, patient=ill(stated)), "critical", infection)
        assert finding.rule == "infection-in-field"
    none_of(use(LIDOCAINE, patient=ill({"id": infection, "area": "thigh"})), "critical")
    both = check(
        areas=[
            {"site": "cheek", "rectangle_mm": [30, 30]},
            {"site": "thigh", "rectangle_mm": [30, 30]},
        ],
        patient=ill({"id": infection, "area": "thigh"}),
    )
    the_one(both, "critical", infection)


@pytest.mark.parametrize("condition", ["bleeding-disorder", "cancer", "body-dysmorphic-disorder"])
def test_what_the_prescriber_may_override(condition):
    plan = use(LIDOCAINE, patient=ill(condition))
    the_one(plan, "critical", condition, overridable=True)


@pytest.mark.parametrize("condition", ["bleeding-disorder", "cancer", "body-dysmorphic-disorder"])
def test_what_the_prescriber_may_override_in_pain_too(condition):
    the_one(
        use(LIDOCAINE, patient=ill(condition), treatment=PAIN),
        "critical",
        condition,
        overridable=True,
    )


@pytest.mark.parametrize(
    "condition",
    ["keloid-tendency", "autoimmune-disease", "immunosuppression", "diabetes", "filler-in-field",
     "herpes-simplex"],
)  # fmt: skip
def test_conditions_that_warn(condition):
    plan = use(LIDOCAINE, patient=ill(condition))
    the_one(plan, "warning", condition)
    none_of(plan, "critical")
    assert plan.status == "open"


def test_herpes_warns_on_the_face_only():
    plan = use(
        LIDOCAINE,
        patient=ill("herpes-simplex"),
        areas=[{"site": "thigh", "rectangle_mm": [60, 50]}],
    )
    none_of(plan, "warning", "herpes-simplex")


def test_a_filler_elsewhere_does_not_warn():
    stated = {"id": "filler-in-field", "area": "upper-lip"}
    none_of(use(LIDOCAINE, patient=ill(stated)), "warning", "filler-in-field")


@pytest.mark.parametrize("condition", sorted(catalogue().conditions))
def test_no_condition_of_the_catalogue_is_without_a_rule(condition):
    ruled = {c for rule in catalogue().condition_rules.values() for c in rule.conditions}
    assert condition in ruled


@pytest.mark.parametrize(
    "written",
    ["warfarin", "acenocoumarol", "fluindione", "dabigatran", "rivaroxaban", "apixaban",
     "edoxaban", "enoxaparin", "heparin", "fondaparinux", "Coumadin", "Xarelto", "ATC:B01AA03",
     "ATC:B01AF", "B01AE07"],
)  # fmt: skip
def test_anticoagulants_warn(written):
    plan = use(LIDOCAINE, patient=taking(written))
    the_one(plan, "warning", written)
    none_of(plan, "critical")


@pytest.mark.parametrize(
    "written", ["aspirin", "clopidogrel", "prasugrel", "ticagrelor", "Plavix", "ATC:B01AC06"]
)
def test_antiplatelets_warn(written):
    the_one(use(LIDOCAINE, patient=taking(written)), "warning", written)


@pytest.mark.parametrize("code", ["ATC:B01A", "ATC:B01", "ATC:B"])
def test_a_code_above_the_group_is_never_passed_over(code):
    # An antithrombotic of whatever kind: a warning, or at least not checked.
    plan = use(LIDOCAINE, patient=taking(code))
    assert found(plan, "warning", code) or unchecked(plan, code)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("nsaid", "ketoprofen-50"),
        ("AINS", "ketoprofen-50"),
        ("corticosteroids", "lidocaine-hydrochloride-10"),
        ("xanthines", "caffeine-citrate-20"),
    ],
)
def test_a_medicine_named_only_by_its_class_is_never_passed_over(written, name):
    # Each class has a rule against the mixture: a warning, or at least not checked.
    plan = use(product(name), patient=taking(written))
    assert found(plan, "warning", written) or unchecked(plan, written)


@pytest.mark.parametrize("written", ["isotretinoin", "Roaccutane", "ATC:D10BA01"])
def test_isotretinoin_warns(written):
    the_one(use(LIDOCAINE, patient=taking(written)), "warning", written)


def test_a_harmless_medicine_does_not_warn():
    for written in ("omeprazole", "levothyroxine", "paracetamol", "ATC:A02BC01"):
        plan = use(LIDOCAINE, patient=taking(written))
        none_of(plan, "warning", written)
        assert not unchecked(plan, written)


def test_asked_none_is_clean():
    plan = use(LIDOCAINE)
    ruled = {*catalogue().condition_rules, *catalogue().medicine_rules}
    assert not [f for f in plan.findings if f.rule in ruled]
    assert plan.unchecked == 0


@pytest.mark.parametrize("field", ["conditions", "medicines"])
def test_not_asked_is_not_checked(field):
    plan = use(LIDOCAINE, without=(f"patient.{field}",))
    assert unchecked(plan, field)
    assert plan.status == "open"


@pytest.mark.parametrize(
    ("patient", "today"),
    [
        ({"allergies": ["some fruit or other"]}, {}),
        ({"conditions": ["some fruit or other"]}, {}),
        ({"conditions": [{"id": "some fruit or other", "area": "thigh"}]}, {}),
        ({"medicines": ["some fruit or other"]}, {}),
        ({"history": [{"substance": "some fruit or other", "date": "2026-01-02"}]}, {}),
        ({}, {"anaesthetics": [
            {"substance": "some fruit or other", "amount": "1 mg", "form": "cream"}]}),
    ],
)  # fmt: skip
def test_a_text_nothing_explains_is_kept_and_not_checked(patient, today):
    if "history" in patient:
        patient = {"history": [{**patient["history"][0], "date": dt.date(2026, 1, 2)}]}
    plan = use(LIDOCAINE, patient=patient, today=today)
    (finding,) = unchecked(plan, "some fruit or other")
    assert finding.severity == "warning"
    assert not finding.overridable
    none_of(plan, "critical")
    assert plan.status == "open"


@pytest.mark.parametrize("mark", ["verified", "read", "recalled", "computed", "proposal"])
def test_a_contraindication_acts_whatever_its_mark_and_shows_it(mark):
    data = catalogue()
    rules = {
        name: rule.model_copy(update={"trust": mark}) for name, rule in data.condition_rules.items()
    }
    marked = dataclasses.replace(data, records={**data.records, "condition-rule": rules})
    plan = check(marked, patient=ill("cancer"))
    finding = the_one(plan, "critical", "cancer", overridable=True)
    assert finding.trust == mark
