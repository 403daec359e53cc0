"""Mixtures: pairs, number of actives, pH and osmolality, licences."""

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

SALINE = "sodium-chloride-0.9"
LIDOCAINE = product("lidocaine-hydrochloride-10")
INCOMPATIBLE = [
    ("aminophylline-25", "lidocaine-hydrochloride-10"),
    ("aminophylline-25", "procaine-hydrochloride-10"),
    ("aminophylline-25", "ascorbic-acid-200"),
    ("aminophylline-25", "thiamine-100"),
    ("aminophylline-25", "caffeine-citrate-20"),
    ("deoxycholic-acid-10", "lidocaine-hydrochloride-10"),
    ("diclofenac-cyclodextrin-25", "lidocaine-hydrochloride-10"),
    ("diclofenac-cyclodextrin-25", "bupivacaine-hydrochloride-5"),
    ("ascorbic-acid-200", "sodium-bicarbonate-8.4"),
    ("ascorbic-acid-200", "cyanocobalamin-1"),
    ("hyaluronidase-150", "hyaluronic-acid-10"),
    ("verapamil-2.5", "sodium-bicarbonate-8.4"),
    ("fluorouracil-50", "verapamil-2.5"),
    ("caffeine-sodium-benzoate-125", "pyridoxine-50"),
    ("triamcinolone-acetonide-10", "lidocaine-hydrochloride-10-preserved"),
]


@pytest.mark.parametrize(("a", "b"), INCOMPATIBLE)
def test_incompatible_pairs_are_critical_in_either_order(a, b):
    for first, second in ((a, b), (b, a)):
        plan = use(product(first), product(second))
        the_one(plan, "critical", first, second, rule="incompatible-pair")


@pytest.mark.parametrize(("a", "b"), INCOMPATIBLE)
def test_incompatible_substances_in_two_syringes_are_no_pair(a, b):
    plan = check(syringes=[syringe(product(a)), syringe(product(b))])
    none_of(plan, "critical", rule="incompatible-pair")


def test_every_incompatible_pair_of_substances_in_the_catalogue_is_critical():
    substances = catalogue().substances
    for rule in catalogue().pairs.values():
        plain = rule.a in substances and rule.b in substances and not rule.products
        if rule.verdict == "incompatible" and plain:
            plan = use(bare(rule.a), bare(rule.b))
            the_one(plan, "critical", rule.a, rule.b, rule="incompatible-pair")


def test_diclofenac_in_cyclodextrin_with_lidocaine_needs_bicarbonate():
    akis = product("diclofenac-cyclodextrin-25")
    bicarbonate = product("sodium-bicarbonate-8.4", "0.1 mL")
    none_of(use(akis, LIDOCAINE, bicarbonate), "critical", rule="incompatible-pair")
    the_one(use(product("diclofenac-25"), LIDOCAINE, bicarbonate), "critical", "diclofenac",
            rule="incompatible-pair")  # fmt: skip
    the_one(use(akis, LIDOCAINE), "critical", "diclofenac", rule="incompatible-pair")


def test_a_diluent_that_is_incompatible_counts():
    # A powder dissolved in what it must not meet.
    plan = use(
        product("glutathione-600", "1 mL", "aminophylline-25", "4 mL"),
    )
    the_one(plan, "critical", "glutathione", "aminophylline", rule="incompatible-pair")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("tranexamic-acid-100", "caffeine-citrate-20"),
        ("tranexamic-acid-100", "glutathione-600"),
        ("lidocaine-hydrochloride-10", "procaine-hydrochloride-10"),
        ("dexpanthenol-250", "biotin-5"),
        # Recalled "compatible" clears nothing.
        ("triamcinolone-acetonide-10", "lidocaine-hydrochloride-10"),
    ],
)
def test_a_pair_without_data_warns(a, b):
    plan = use(product(a), product(b))
    the_one(plan, "warning", a, b, rule="pair-without-data")
    none_of(plan, "critical", rule="incompatible-pair")


def test_pairs_with_data_do_not_warn():
    for a, b in (
        (product("onabotulinumtoxina-100", "0.6 mL"), LIDOCAINE),
        (LIDOCAINE, product(SALINE)),
        (LIDOCAINE, product("sodium-bicarbonate-8.4", "0.1 mL")),
    ):
        none_of(use(a, b), "warning", rule="pair-without-data")


def test_more_than_three_actives_warn():
    names = ["biotin-5", "dexpanthenol-250", "thiamine-100", "niacinamide-100"]
    for count in (3, 4):
        # A diluent is no active.
        plan = use(*(product(name) for name in names[:count]), product(SALINE))
        if count > 3:
            the_one(plan, "warning", "biotin", "niacinamide", rule="many-actives")
        else:
            none_of(plan, "warning", rule="many-actives")


def test_actives_count_per_syringe():
    names = ["biotin-5", "dexpanthenol-250", "thiamine-100", "niacinamide-100"]
    halves = [syringe(*map(product, pair)) for pair in (names[:2], names[2:])]
    none_of(check(syringes=halves), "warning", rule="many-actives")


@pytest.mark.parametrize(
    ("water_ml", "critical", "warns"),
    [
        # 308 x (10 - w) / 10: 200.2 at w = 3.5, 197.1 at w = 3.6; below 200 warns.
        (3.5, False, False),
        (3.6, False, True),
    ],
)
def test_a_watery_mixture(water_ml, critical, warns):
    plan = use(
        product(SALINE, f"{10 - water_ml} mL"), product("water-for-injection", f"{water_ml} mL")
    )
    assert plan.syringes[0].osmolality_mosm_kg == pytest.approx(308 * (10 - water_ml) / 10)
    assert bool(found(plan, "warning", rule="osmolality")) is warns
    none_of(plan, "critical")


@pytest.mark.parametrize(
    ("name", "saline_ml", "severity"),
    [
        # Tranexamic acid 636, licensed for veins alone: 636 neat; 636 x 0.9 + 308 x 0.1 = 603.2;
        # 636 x 0.89 + 308 x 0.11 = 599.9.
        ("tranexamic-acid-100", 0.0, "critical"),
        ("tranexamic-acid-100", 1.0, "critical"),
        ("tranexamic-acid-100", 1.1, None),
        # Levocarnitine 1241, licensed for muscle too (France): a warning.
        ("levocarnitine-200", 0.0, "warning"),
        ("ascorbic-acid-500", 0.0, "critical"),
        ("caffeine-sodium-benzoate-125", 0.0, "warning"),
    ],
)
def test_an_osmolality_above_600(name, saline_ml, severity):
    parts = [product(name, f"{10 - saline_ml:g} mL")]
    if saline_ml:
        parts.append(product(SALINE, f"{saline_ml:g} mL"))
    plan = use(*parts)
    if severity is None:
        none_of(plan, "critical", rule="osmolality")
        none_of(plan, "warning", rule="osmolality")
    else:
        the_one(plan, severity, name, rule="osmolality")
        none_of(plan, "critical" if severity == "warning" else "warning", rule="osmolality")


def test_an_osmolality_over_known_parts_is_a_lower_bound():
    # Levocarnitine 1241 and something unknown, 1 to 1: at least 620.5, above 600.
    plan = use(product("levocarnitine-200"), bare("biotin"))
    assert plan.syringes[0].osmolality_mosm_kg is None
    finding = the_one(plan, "warning", rule="osmolality")
    assert "at least" in finding.message
    # Water 0 and something unknown: a lower bound never breaks a lower limit.
    open_one = use(product("water-for-injection"), bare("biotin"))
    assert open_one.syringes[0].osmolality_mosm_kg is None
    none_of(open_one, "warning", rule="osmolality")
    assert [f for f in unchecked(open_one) if "osmolality" in f.message]


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("fluorouracil-50", "critical"),  # pH 9.0, veins alone
        ("aminophylline-25", "critical"),  # pH 8.8, veins alone
        ("thiamine-100", "warning"),  # pH 3.5, muscle
        ("pyridoxine-50", "warning"),  # pH 2.9, muscle and veins
        ("alpha-lipoic-acid-25", None),  # pH 8.5: at the limit
        ("diclofenac-25", None),  # pH 8.5
        ("tranexamic-acid-100", None),  # pH 7.25
    ],
)
def test_the_ph_of_a_product_alone(name, severity):
    plan = use(product(name))
    for each in ("critical", "warning"):
        if each == severity:
            the_one(plan, each, name, rule="ph")
        else:
            none_of(plan, each, rule="ph")


@pytest.mark.parametrize(
    "parts",
    [
        (product("procaine-hydrochloride-10"),),
        (product("procaine-hydrochloride-10"), product(SALINE)),
    ],
)
def test_a_product_in_its_labelled_use_is_not_measured(parts):
    # Procaine, pH 3 to 5.5 (4.25), is licensed into the skin in France.
    assert catalogue().products["procaine-hydrochloride-10"].ph.central < 4.5
    plan = use(*parts, treatment={"country": "FR"})
    none_of(plan, "critical")
    none_of(plan, "warning", rule="ph")
    assert not [f for f in unchecked(plan) if f.rule == "solution"]


def test_a_mixture_s_ph_is_not_checked():
    plan = use(product("thiamine-100"), product("biotin-5"))
    assert [f for f in unchecked(plan) if "pH" in f.message]
    none_of(plan, "warning", rule="ph")


@pytest.mark.parametrize("name", ["minoxidil-5-compounded", "dutasteride-0.1-compounded"])
def test_no_parenteral_licence_warns(name):
    the_one(use(product(name)), "warning", name, rule="no-parenteral-licence")


def test_a_licensed_injectable_used_off_label_is_info():
    plan = use(product("tranexamic-acid-100"), product(SALINE, "9 mL"))
    none_of(plan, "warning", rule="no-parenteral-licence")
    the_one(plan, "info", "tranexamic-acid", rule="off-label")
    labelled = use(product("procaine-hydrochloride-10"), treatment={"country": "FR"})
    none_of(labelled, "info", rule="off-label")


def test_what_a_product_would_have_told_is_not_known_of_a_bare_substance():
    plan = use(bare("caffeine", "50 mg/mL"))
    (finding,) = [f for f in unchecked(plan, "caffeine") if f.rule == "product-record"]
    assert "excipients" in finding.message
    assert plan.syringes[0].ph is None
    assert plan.syringes[0].osmolality_mosm_kg is None
