"""What the stated country forbids."""

import pytest

from safety.cases import (
    DEEP,
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

SALINE = "sodium-chloride-0.9"
TWO = (product("onabotulinumtoxina-100", "0.6 mL"), product("lidocaine-hydrochloride-10", "0.4 mL"))
FRANCE = {"country": "FR"}


def mixed(prepared_by: str | None, *contents, country: str = "FR"):
    return check(
        syringes=[syringe(*(contents or TWO), prepared_by=prepared_by)],
        treatment={"country": country},
    )


def test_france_a_practitioner_does_not_mix_medicines():
    finding = the_one(mixed("practitioner"), "critical", "country", "onabotulinumtoxina-100",
                      "lidocaine-hydrochloride-10")  # fmt: skip
    assert not finding.overridable


def test_france_a_pharmacy_mixes():
    plan = mixed("pharmacy")
    none_of(plan, "critical")
    assert not unchecked(plan, "country")


def test_france_not_said_who_mixes_is_not_checked():
    plan = mixed(None)
    none_of(plan, "critical")
    assert unchecked(plan, "country")


@pytest.mark.parametrize("prepared_by", ["practitioner", "pharmacy", None])
@pytest.mark.parametrize(
    "contents",
    [
        (product("onabotulinumtoxina-100", "0.6 mL", SALINE),),
        (product("onabotulinumtoxina-100", "0.6 mL", SALINE), product(SALINE, "0.4 mL")),
        (product("lidocaine-hydrochloride-10"), product(SALINE)),
        (product("lidocaine-hydrochloride-10"),),
        (product("hyaluronic-acid-14-mannitol"),),
    ],
    ids=["reconstituted", "reconstituted and diluted", "diluted", "alone", "device"],
)
def test_dissolving_and_diluting_is_not_mixing(contents, prepared_by):
    plan = mixed(prepared_by, *contents)
    none_of(plan, "critical")
    assert not unchecked(plan, "country")


def test_a_powder_dissolved_in_a_medicine_is_mixing():
    # Toxin dissolved in lidocaine: two medicines, not the labelled diluent.
    powder = product("onabotulinumtoxina-100", "0.6 mL", "lidocaine-hydrochloride-10")
    the_one(mixed("practitioner", powder), "critical", "country")


def test_bare_substances_are_medicines_too():
    plan = mixed("practitioner", bare("caffeine"), bare("lidocaine"))
    the_one(plan, "critical", "country", "caffeine", "lidocaine")


def test_two_syringes_are_no_mixture():
    plan = check(
        syringes=[syringe(part, prepared_by="practitioner") for part in TWO], treatment=FRANCE
    )
    none_of(plan, "critical")


@pytest.mark.parametrize("country", ["US", "BR", "PH"])
def test_other_countries_have_no_rule_about_mixing(country):
    none_of(mixed("practitioner", country=country), "critical")


def test_no_country_or_one_without_rules_is_not_checked():
    plan = use(product("lidocaine-hydrochloride-10"), without=("treatment.country",))
    assert unchecked(plan, "country")
    plan = use(product("lidocaine-hydrochloride-10"), treatment={"country": "JP"})
    assert unchecked(plan, "country", "JP")
    none_of(plan, "critical")


@pytest.mark.parametrize("country", ["GB", "IT", "ES"])
@pytest.mark.parametrize("indication", ["facial-rejuvenation", "localized-pain"])
def test_a_country_of_which_only_standing_facts_are_on_record_is_not_checked(country, indication):
    # What it forbids is not known: an info prints a fact and checks nothing.
    rules = [rule for rule in catalogue().country_rules.values() if rule.country == country]
    assert {rule.severity for rule in rules} <= {"info"}
    plan = use(
        product("lidocaine-hydrochloride-10"),
        treatment={"country": country, "indication": indication},
    )
    assert unchecked(plan, "country", country)
    assert plan.status == "open"


def fat(indication: str, country: str, *contents):
    site = {"submental-fat": "submental"}.get(indication, "abdomen")
    return use(
        *contents,
        technique=DEEP,
        treatment={"indication": indication, "country": country},
        areas=[{"site": site, "rectangle_mm": [60, 50]}],
    )


@pytest.mark.parametrize("indication", ["localized-fat", "submental-fat"])
def test_france_forbids_dissolving_fat_for_aesthetic_ends(indication):
    plan = fat(indication, "FR", product("tranexamic-acid-100"), product(SALINE, "9 mL"))
    the_one(plan, "critical", "country")
    assert [f.rule for f in found(plan, "critical")] == ["fr-lipolysis"]
    plan = fat(indication, "US", product("tranexamic-acid-100"), product(SALINE, "9 mL"))
    none_of(plan, "critical")


@pytest.mark.parametrize("name", ["deoxycholic-acid", "phosphatidylcholine"])
def test_france_forbids_the_named_lipolytics(name):
    the_one(fat("cellulite", "FR", bare(name)), "critical", "country", name)


def test_united_states_phosphatidylcholine_and_deoxycholate_off_the_chin():
    the_one(fat("localized-fat", "US", bare("phosphatidylcholine")), "critical", "country")
    the_one(fat("localized-fat", "US", bare("deoxycholic-acid")), "critical", "country")


def test_philippines_lightening():
    for name in ("glutathione", "ascorbic-acid"):
        plan = use(bare(name), treatment={"indication": "melasma", "country": "PH"})
        the_one(plan, "critical", "country", name)
        elsewhere = use(bare(name), treatment={"indication": "melasma"})
        none_of(elsewhere, "critical", "country")


def test_brazil_asks_for_registration():
    the_one(use(product("lidocaine-hydrochloride-10"), treatment={"country": "BR"}),
            "warning", "country")  # fmt: skip


def test_a_country_in_small_letters_is_the_same_country():
    the_one(mixed("practitioner", country="fr"), "critical", "country")
