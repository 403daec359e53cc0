"""Allergies: every way into a mixture, every way to name the allergen."""

import pytest

from safety.cases import (
    bare,
    catalogue,
    check,
    found,
    none_of,
    product,
    syringe,
    the_one,
    unchecked,
    use,
)

CONTACT = {"latex", "chlorhexidine", "povidone-iodine", "isopropyl-alcohol"}
PRODUCTS = sorted(catalogue().products)
SUBSTANCES = sorted(catalogue().substances)


def held_by(name: str) -> set[str]:
    record = catalogue().products[name]
    return {content.substance for content in record.contents} | set(record.excipients)


def allergic(*written: str) -> dict[str, list[str]]:
    return {"allergies": list(written)}


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_content_and_excipient_of_every_product_is_matched(name):
    for substance in held_by(name):
        plan = use(product(name), patient=allergic(substance))
        the_one(plan, "critical", substance, name, rule="allergy")
        assert plan.status == "blocked"


@pytest.mark.parametrize("name", SUBSTANCES)
def test_every_substance_given_with_a_strength_is_matched(name):
    plan = use(bare(name), patient=allergic(name))
    the_one(plan, "critical", name)
    assert found(plan, "critical", name, rule="allergy"), "not by its allergy"


@pytest.mark.parametrize("name", PRODUCTS)
def test_every_diluent_is_matched(name):
    if catalogue().products[name].form == "powder":
        return
    for substance in held_by(name):
        mixture = product("incobotulinumtoxina-100", "0.6 mL", name)
        plan = use(mixture, patient=allergic(substance))
        the_one(plan, "critical", substance, rule="allergy")


def test_a_diluent_with_unknown_excipients_leaves_the_allergy_open():
    # Of bicarbonate 8.4 % not all excipients are known; of the toxin they are.
    assert catalogue().products["onabotulinumtoxina-100"].excipients_complete
    assert not catalogue().products["sodium-bicarbonate-8.4"].excipients_complete
    plan = use(
        product("onabotulinumtoxina-100", "0.6 mL", "sodium-bicarbonate-8.4"),
        patient=allergic("sulfite"),
    )
    assert unchecked(plan, "sulfite")


def test_known_excipients_leave_nothing_open():
    plan = use(product("lidocaine-hydrochloride-10"), patient=allergic("sulfite"))
    none_of(plan, "critical")
    assert not unchecked(plan, "sulfite")


def test_the_protocols_own_mixture_is_matched():
    treatment = {"indication": "mesobotox"}
    for allergen in ("lidocaine", "human-albumin", "botulinum-toxin", "onabotulinumtoxinA"):
        plan = check(patient=allergic(allergen), treatment=treatment)
        the_one(plan, "critical", allergen, rule="allergy")
    plan = check(patient=allergic("procaine"), treatment=treatment)
    none_of(plan, "critical")


def test_every_syringe_is_matched():
    plan = check(
        syringes=[
            syringe(product("lidocaine-hydrochloride-10")),
            syringe(product("tranexamic-acid-100")),
        ],
        patient=allergic("tranexamic-acid"),
    )
    the_one(plan, "critical", "tranexamic-acid", rule="allergy")


@pytest.mark.parametrize(
    ("allergen", "name"),
    [
        ("local-anaesthetic", "lidocaine-hydrochloride-10"),
        ("local-anaesthetic", "procaine-hydrochloride-10"),
        ("amide-local-anaesthetic", "mepivacaine-hydrochloride-10"),
        ("ester-local-anaesthetic", "procaine-hydrochloride-10"),
        ("methylxanthine", "pentoxifylline-20"),
        ("nsaid", "piroxicam-20"),
        ("corticosteroid", "dexamethasone-4"),
        ("botulinum-toxin", "incobotulinumtoxina-50"),
        ("hyaluronan", "hyaluronic-acid-cross-linked-12"),
        ("paraben", "lidocaine-hydrochloride-10-preserved"),
        ("sulfite", "lidocaine-hydrochloride-20-epinephrine"),
        ("sulfite", "diclofenac-25"),
        ("soya-or-lecithin", "vitamin-complex-powder"),
        ("fish-derived", "polynucleotides-20"),
        ("cow-milk-protein", "abobotulinumtoxina-500"),
        ("vitamin", "biotin-5"),
    ],
)
def test_classes_are_matched(allergen, name):
    plan = use(product(name), patient=allergic(allergen))
    the_one(plan, "critical", allergen, name, rule="allergy")


@pytest.mark.parametrize(
    ("allergen", "name"),
    [
        # One of an allergy class stands for the class.
        ("lidocaine", "mepivacaine-hydrochloride-10"),
        ("ketoprofen", "diclofenac-cyclodextrin-25"),
        ("abobotulinumtoxina", "onabotulinumtoxina-100"),
        ("methylparaben", "lidocaine-hydrochloride-10-preserved"),
        ("propylparaben", "lidocaine-hydrochloride-10-preserved"),
        # Esters are broken down to para-aminobenzoic acid.
        ("paba", "procaine-hydrochloride-10"),
        ("paba", "lidocaine-hydrochloride-10-preserved"),
        ("paraben", "lidocaine-hydrochloride-10-preserved"),
        ("procaine", "lidocaine-hydrochloride-10-preserved"),
        ("sodium-metabisulfite", "diclofenac-25"),
        ("benzyl-alcohol", "deoxycholic-acid-10"),
        ("benzyl-alcohol", "triamcinolone-acetonide-10"),
        ("benzyl-alcohol", "diclofenac-25"),
        # Salicylates and the other NSAIDs.
        ("salicylate", "ketoprofen-50"),
        ("salicylate", "monomethylsilanetriol-salicylate-5"),
        ("nsaid", "monomethylsilanetriol-salicylate-5"),
    ],
)
def test_what_cross_reacts_is_matched(allergen, name):
    plan = use(product(name), patient=allergic(allergen))
    the_one(plan, "critical", allergen, name, rule="allergy")


@pytest.mark.parametrize(
    ("allergen", "name"),
    [
        ("lidocaine", "procaine-hydrochloride-10"),
        ("procaine", "lidocaine-hydrochloride-10"),
        ("paba", "lidocaine-hydrochloride-10"),
        ("sulfite", "lidocaine-hydrochloride-10"),
        ("benzyl-alcohol", "lidocaine-hydrochloride-10-preserved"),
        ("caffeine", "tranexamic-acid-100"),
        ("cow-milk-protein", "onabotulinumtoxina-100"),
    ],
)
def test_what_does_not_cross_react_is_not_critical(allergen, name):
    none_of(use(product(name), patient=allergic(allergen)), "critical", rule="allergy")


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("Xylocaine", "lidocaine-hydrochloride-10"),
        ("Xylocaïne", "mepivacaine-hydrochloride-10"),
        ("lignocaine", "lidocaine-hydrochloride-10"),
        ("LIDOCAINE", "lidocaine-hydrochloride-10"),
        ("Botox", "onabotulinumtoxina-100"),
        ("Dysport", "abobotulinumtoxina-500"),
        ("Kybella", "deoxycholic-acid-10"),
        ("Voltaren", "diclofenac-25"),
        ("Aspirin", "ketoprofen-50"),
        ("aspirine", "monomethylsilanetriol-salicylate-5"),
        ("ibuprofen", "ketoprofen-50"),
        ("Conjonctyl", "monomethylsilanetriol-salicylate-5"),
        ("sulfites", "diclofenac-25"),
        ("peanut", "vitamin-complex-powder"),
        ("albumin", "onabotulinumtoxina-100"),
        ("acide hyaluronique", "hyaluronic-acid-10"),
        ("Profénid", "ketoprofen-50"),
        ("ATC:N01BB02", "lidocaine-hydrochloride-10"),
        ("N01BB", "mepivacaine-hydrochloride-10"),
    ],
)
def test_brands_synonyms_and_codes_are_matched_and_quoted(written, name):
    plan = use(product(name), patient=allergic(written))
    finding = the_one(plan, "critical", name, rule="allergy")
    assert written in finding.subjects


@pytest.mark.parametrize("allergen", sorted(CONTACT))
def test_contact_allergens_warn_while_they_are_in_no_syringe(allergen):
    plan = use(product("lidocaine-hydrochloride-10"), patient=allergic(allergen))
    none_of(plan, "critical")
    assert found(plan, "warning", allergen)


def test_asked_none_is_clean_and_not_asked_is_not_checked():
    plan = use(product("lidocaine-hydrochloride-10"))
    assert not [f for f in plan.findings if f.rule.startswith("allergy")]
    plan = use(product("lidocaine-hydrochloride-10"), without=("patient.allergies",))
    assert unchecked(plan, "allergies")
    assert plan.status == "open"


@pytest.mark.parametrize("code", ["ATC:N", "ATC:N01", "ATC:N01B", "ATC:N01BB"])
def test_a_code_of_a_group_is_never_passed_over(code):
    plan = use(product("lidocaine-hydrochloride-10"), patient=allergic(code))
    assert found(plan, "critical", code) or unchecked(plan, code)


def test_the_day_s_other_anaesthetics_are_matched_too():
    # What is given that day beside the syringes is given to the same allergic patient.
    plan = use(
        product("tranexamic-acid-100", "1 mL"),
        product("sodium-chloride-0.9", "9 mL"),
        patient=allergic("lidocaine"),
        today={"anaesthetics": [{"substance": "lidocaine", "amount": "50 mg", "form": "block"}]},
    )
    the_one(plan, "critical", "lidocaine", rule="allergy")
