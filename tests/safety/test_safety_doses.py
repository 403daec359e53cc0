"""Maximum doses: labels, proposals, salts and bases, additive classes, everything of the day.

A volume per area is injected exactly, so that the amount is volume times final strength.
"""

import pytest

from safety.cases import (
    PAPULE,
    SESSION,
    bare,
    catalogue,
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

LIDOCAINE = product("lidocaine-hydrochloride-10")  # 10 mg/mL
HEAVY = {"weight_kg": 100}


def given(name: str, amount: str, form: str = "block") -> dict:
    return {"anaesthetics": [{"substance": name, "amount": amount, "form": form}]}


@pytest.mark.parametrize(
    ("country", "weight", "at_ml", "above_ml", "limit_mg"),
    [
        # 4.5 mg/kg x 62 kg = 279 mg, below 300 mg.
        ("US", 62, 27.9, 28.0, 279),
        # 4.5 x 100 = 450: the 300 mg of the label.
        ("US", 100, 30.0, 30.1, 300),
        ("GB", 100, 20.0, 20.1, 200),
        ("IE", 100, 20.0, 20.1, 200),
        # 4.5 x 40 = 180 mg, below 200 mg.
        ("GB", 40, 18.0, 18.1, 180),
        # No label of their own here: the lowest of all.
        ("DE", 100, 20.0, 20.1, 200),
        ("FR", 100, 20.0, 20.1, 200),
        ("JP", 40, 18.0, 18.1, 180),
    ],
)
def test_lidocaine(country, weight, at_ml, above_ml, limit_mg):
    parts = dict(patient={"weight_kg": weight}, treatment={"country": country})
    at = inject(at_ml, LIDOCAINE, **parts)
    none_of(at, "critical")
    (row,) = [t for t in at.totals if t.substance == "lidocaine"]
    assert row.limit is not None
    assert row.limit.value == pytest.approx(limit_mg)
    assert row.limit.unit == "mg"
    assert row.fraction == pytest.approx(1.0)
    assert row.source in catalogue().sources
    above = inject(above_ml, LIDOCAINE, **parts)
    finding = the_one(above, "critical", "lidocaine", "lidocaine-hydrochloride-10")
    assert f"{limit_mg} mg" in finding.message


def test_without_a_country_the_lowest_label_counts():
    parts = dict(patient=HEAVY, without=("treatment.country",))
    none_of(inject(20.0, LIDOCAINE, **parts), "critical")
    the_one(inject(20.1, LIDOCAINE, **parts), "critical", "lidocaine")


def test_all_labelled_limits_are_shown():
    row = inject(20.1, LIDOCAINE, patient=HEAVY, treatment={"country": "DE"}).totals[0]
    assert {limit.limit.value for limit in row.limits if limit.basis == "label"} >= {200, 300}


def test_the_areas_and_passes_of_a_session_are_summed():
    cheeks = [
        {"site": "cheek", "side": side, "rectangle_mm": [60, 50]} for side in ("left", "right")
    ]
    technique = {**PAPULE, "volume_per_area": "7.5 mL"}
    del technique["volume_per_point"]
    # 2 areas x 2 passes x 7.5 mL x 10 mg/mL = 300 mg.
    parts = dict(areas=cheeks, patient=HEAVY, syringes=[syringe(LIDOCAINE), syringe(LIDOCAINE)])
    plan = check(technique=technique, **parts)
    assert plan.totals[0].amount.value == pytest.approx(300)
    none_of(plan, "critical")
    the_one(
        check(technique={**technique, "volume_per_area": "7.6 mL"}, **parts),
        "critical",
        "lidocaine",
    )


@pytest.mark.parametrize("form", ["cream", "block", "infiltration"])
def test_the_same_anaesthetic_given_that_day_counts(form):
    # 25 mL x 10 mg/mL = 250 mg, and 50 mg by other means: 300 mg.
    at = inject(25, LIDOCAINE, patient=HEAVY, today=given("lidocaine", "50 mg", form))
    none_of(at, "critical")
    above = inject(25, LIDOCAINE, patient=HEAVY, today=given("Xylocaine", "51 mg", form))
    the_one(above, "critical", "lidocaine")


def test_what_the_history_says_of_the_same_day_counts():
    # 20 mL x 10 mg/mL = 200 mg, and 101 mg earlier on the day of the session: 301 mg.
    def plan(amount: str):
        earlier = {"substance": "lidocaine", "amount": amount, "date": SESSION}
        return inject(20, LIDOCAINE, patient={**HEAVY, "history": [earlier]})

    none_of(plan("100 mg"), "critical")
    the_one(plan("101 mg"), "critical", "lidocaine")


def two(volume_ml: float, **parts):
    """Final strengths of 3 mg/mL lidocaine and 3.5 mg/mL procaine."""
    return inject(
        volume_ml,
        bare("lidocaine", "6 mg/mL"),
        bare("procaine", "7 mg/mL"),
        patient=HEAVY,
        **parts,
    )


def test_two_anaesthetics_are_summed_as_fractions():
    # 50 mL: 150 of 300 mg and 175 of 350 mg, each one half.
    at = two(50)
    assert [row.fraction for row in at.totals] == pytest.approx([0.5, 0.5])
    none_of(at, "critical")
    # 50.5 mL: 2 x 0.505 = 1.01, each alone far below its own maximum.
    finding = the_one(two(50.5), "critical", "lidocaine", "procaine")
    assert "local-anaesthetic" in finding.subjects


def test_another_anaesthetic_given_that_day_counts_as_a_fraction():
    # 15 mL x 10 mg/mL = 150 of 300 mg; procaine 175 of 350 mg.
    at = inject(15, LIDOCAINE, patient=HEAVY, today=given("procaine", "175 mg"))
    none_of(at, "critical")
    above = inject(15, LIDOCAINE, patient=HEAVY, today=given("procaine", "180 mg"))
    the_one(above, "critical", "lidocaine", "procaine")


def test_three_anaesthetics_of_one_day():
    # 0.5 + 0.25 (procaine 87.5 of 350) + 0.25 (bupivacaine 43.75 of 175) = 1.
    today = given("procaine", "87.5 mg")
    today["anaesthetics"] += given("bupivacaine", "43.75 mg")["anaesthetics"]
    none_of(inject(15, LIDOCAINE, patient=HEAVY, today=today), "critical")
    today["anaesthetics"][1]["amount"] = "45 mg"
    the_one(inject(15, LIDOCAINE, patient=HEAVY, today=today), "critical", "local-anaesthetic")


def test_an_anaesthetic_named_only_by_its_class_is_never_passed_over():
    plan = use(LIDOCAINE, today=given("local anesthetic", "400 mg"))
    assert unchecked(plan, "local anesthetic")


def test_an_unknown_anaesthetic_is_never_passed_over():
    assert unchecked(use(LIDOCAINE, today=given("EMLA", "400 mg")), "EMLA")


def test_units_of_an_anaesthetic_are_never_passed_over():
    # 400 U of procaine say nothing in mg: refused by the reader, or not checked.
    parts = dict(syringes=[syringe(LIDOCAINE)], today=given("procaine", "400 U"))
    assert faults_of(**parts) or unchecked(check(**parts), "procaine")


CITRATE = product("caffeine-citrate-20")
"""20 mg/mL of the citrate: 20 x 194.19 / 386.31 = 10.0536 mg/mL of caffeine."""


def test_caffeine_citrate_is_compared_as_caffeine():
    # 49.7 mL: 499.66 mg of caffeine; 49.8 mL: 500.67 mg. Labelled maximum 500 mg.
    at = inject(49.7, CITRATE)
    assert at.totals[0].amount.value == pytest.approx(499.66, abs=0.01)
    none_of(at, "critical", rule="dose-maximum")
    the_one(inject(49.8, CITRATE), "critical", "caffeine", "caffeine-citrate-20")


def test_caffeine_as_benzoate_is_labelled_as_caffeine():
    # 4 mL x 125 mg/mL = 500 mg.
    benzoate = product("caffeine-sodium-benzoate-125")
    none_of(inject(4.0, benzoate), "critical", rule="dose-maximum")
    the_one(inject(4.05, benzoate), "critical", "caffeine", rule="dose-maximum")


def test_dietary_caffeine_counts():
    # 1 mL is 10.05 mg: with 489 mg 499.05, with 490 mg 500.05.
    none_of(inject(1, CITRATE, today={"caffeine_mg": 489}), "critical", rule="dose-maximum")
    above = inject(1, CITRATE, today={"caffeine_mg": 490})
    the_one(above, "critical", "caffeine", rule="dose-maximum")
    assert above.totals[0].amount.value == pytest.approx(500.05, abs=0.01)


def test_ketoprofen_lysine_is_compared_as_the_acid():
    # x 254.28 / 400.47: 160 mg is 101.6 mg, 312 mg is 198.1 mg, 320 mg is 203.2 mg; 200 mg a day.
    lysine = product("ketoprofen-lysine-80")
    assert inject(2, lysine).totals[0].amount.value == pytest.approx(101.6, abs=0.05)
    none_of(inject(3.9, lysine), "critical")
    the_one(inject(4.0, lysine), "critical", "ketoprofen", "ketoprofen-lysine-80")


def test_the_salt_factors_are_the_published_ones():
    # Lidocaine HCl 20 mg holds 16.2 mg base as monohydrate, 17.3 mg as anhydrous salt.
    forms = {f.name: f.molar_mass_g_mol.central for f in catalogue().substances["lidocaine"].forms}
    assert 20 * forms["base"] / forms["hydrochloride monohydrate"] == pytest.approx(16.2, abs=0.05)
    assert 20 * forms["base"] / forms["hydrochloride"] == pytest.approx(17.3, abs=0.05)


def test_a_bare_strength_warns_where_salt_and_base_differ():
    the_one(use(bare("lidocaine")), "warning", "lidocaine", rule="salt-or-base")
    # One form only; and a product says its form.
    none_of(use(bare("niacinamide")), "warning", rule="salt-or-base")
    none_of(use(LIDOCAINE), "warning", rule="salt-or-base")


def xanthines(caffeine_mg: float, dietary_mg: float, aminophylline_mg: float = 176.7):
    """Two syringes of 10 mL each; 5.7 mg/kg x 62 kg = 353.4 mg of aminophylline, half 176.7."""
    technique = {**PAPULE, "volume_per_area": "10 mL"}
    del technique["volume_per_point"]
    return check(
        technique=technique,
        syringes=[
            syringe(bare("caffeine", f"{caffeine_mg / 10:g} mg/mL")),
            syringe(bare("aminophylline", f"{aminophylline_mg / 10:g} mg/mL")),
        ],
        today={"caffeine_mg": dietary_mg},
    )


def test_methylxanthines_are_summed_with_dietary_caffeine():
    # 250 of 500 mg and 176.7 of 353.4 mg: exactly 1.
    none_of(xanthines(250, 0), "critical")
    none_of(xanthines(150, 100), "critical")
    the_one(xanthines(260, 0), "critical", "caffeine", "aminophylline")
    finding = the_one(xanthines(150, 110), "critical", "caffeine", "aminophylline")
    assert "methylxanthine" in finding.subjects


def test_dietary_caffeine_counts_where_no_syringe_holds_any():
    def plan(dietary_mg: float):
        return inject(10, bare("aminophylline", "17.67 mg/mL"), today={"caffeine_mg": dietary_mg})

    none_of(plan(250), "critical")
    the_one(plan(260), "critical", "aminophylline", "methylxanthine")


def test_a_recalled_labelled_maximum_blocks_and_says_so():
    # Recalled: 5.7 mg/kg x 62 kg = 353.4 mg.
    (label,) = [x for x in catalogue().substances["aminophylline"].limits if x.basis == "label"]
    assert label.trust == "recalled"
    at = inject(10, bare("aminophylline", "35.34 mg/mL"))
    none_of(at, "critical")
    above = inject(10, bare("aminophylline", "35.4 mg/mL"))
    finding = the_one(above, "critical", "aminophylline")
    assert "not verified" in finding.message
    assert finding.trust == "recalled"


def test_a_verified_or_read_maximum_does_not_say_recalled():
    finding = the_one(inject(30.1, LIDOCAINE, patient=HEAVY), "critical", "lidocaine")
    assert "not verified" not in finding.message


@pytest.mark.parametrize(
    ("name", "at_mg", "above_mg"),
    [
        # Proposals and practice only warn: tranexamic acid 100 mg (label 10 mg/kg = 620 mg),
        # caffeine 150 mg (label 500), aminophylline 1 mg/kg = 62 mg (label 353), glutathione.
        ("tranexamic-acid", 100, 101),
        ("caffeine", 150, 151),
        ("aminophylline", 62, 62.5),
        ("glutathione", 600, 601),
        ("fluorouracil", 150, 151),
        ("verapamil", 5, 5.1),
        ("minoxidil", 10, 10.1),
    ],
)
def test_above_a_proposal_only_warns(name, at_mg, above_mg):
    at = inject(10, bare(name, f"{at_mg / 10:g} mg/mL"))
    none_of(at, "warning", name, rule="dose-proposal")
    above = inject(10, bare(name, f"{above_mg / 10:g} mg/mL"))
    the_one(above, "warning", name, rule="dose-proposal")
    none_of(above, "critical")


@pytest.mark.parametrize(
    ("name", "at_mg", "above_mg"),
    [
        ("tranexamic-acid", 620, 621),  # 10 mg/kg x 62 kg
        ("procaine", 350, 351),
        ("bupivacaine", 124, 125),  # 2 mg/kg x 62 kg, below 175 mg
        ("mepivacaine", 272.8, 273),  # 4.4 mg/kg x 62 kg, below 300 mg
        ("diclofenac", 150, 151),
        ("piroxicam", 20, 20.1),
        ("thiocolchicoside", 8, 8.1),
        ("ascorbic-acid", 200, 201),
        ("levocarnitine", 3100, 3110),  # 50 mg/kg x 62 kg
        ("deoxycholic-acid", 100, 101),
    ],
)
def test_above_a_labelled_maximum_is_critical(name, at_mg, above_mg):
    at = inject(10, bare(name, f"{at_mg / 10:g} mg/mL"))
    none_of(at, "critical", name, rule="dose-maximum")
    above = inject(10, bare(name, f"{above_mg / 10:g} mg/mL"))
    the_one(above, "critical", name, rule="dose-maximum")


def test_no_known_maximum_is_not_checked():
    plan = use(bare("cynara"))
    assert unchecked(plan, "cynara")
    none_of(plan, "critical")


@pytest.mark.parametrize(
    ("entry", "left_out", "subject"),
    [
        (LIDOCAINE, "today.anaesthetics", "local-anaesthetic"),
        (LIDOCAINE, "today", "local-anaesthetic"),
        (bare("caffeine"), "today.caffeine_mg", "caffeine"),
        (bare("aminophylline"), "today", "caffeine"),
    ],
)
def test_what_was_given_that_day_and_not_asked_is_not_checked(entry, left_out, subject):
    plan = use(entry, without=(left_out,))
    assert unchecked(plan, subject)
    assert len(unchecked(use(entry), subject)) < len(unchecked(plan, subject))


def test_other_mixtures_need_no_answer_about_that_day():
    plan = use(product("tranexamic-acid-100"), without=("today",))
    assert not unchecked(plan, "local-anaesthetic")
    assert not unchecked(plan, "caffeine")


def test_strength_limits_warn_at_the_final_strength():
    # Proposed at most 10 mg/mL of tranexamic acid: 100 mg/mL, 1 in 10 and 1 in 9.9.
    saline = product("sodium-chloride-0.9", "9 mL")
    at = use(product("tranexamic-acid-100", "1 mL"), saline)
    none_of(at, "warning", "tranexamic-acid", rule="strength")
    above = use(product("tranexamic-acid-100", "1.1 mL"), saline)
    the_one(above, "warning", "tranexamic-acid", rule="strength")
