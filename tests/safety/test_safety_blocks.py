"""Block-listed substances, and vehicles that do not belong in the dermis."""

import pytest

from safety.cases import DEEP, PAPULE, bare, catalogue, none_of, product, the_one, use

BLOCKED = {
    # Section by section: suspended or unlicensed, thyroid, fat, plant, lifting, vasoconstrictor,
    # oily vitamins, unlicensed biologicals.
    "buflomedil", "triiodothyroacetic-acid", "phosphatidylcholine", "yohimbine", "dmae",
    "epinephrine", "retinol", "tocopherol", "collagenase", "exosomes",
}  # fmt: skip
LISTED = {s.id: s.block for s in catalogue().substances.values() if s.block is not None}
THIGH = [{"site": "thigh", "rectangle_mm": [60, 50]}]


def treating(name: str) -> dict[str, str]:
    only = getattr(LISTED.get(name), "indications", ())
    return {"indication": only[0] if only else "facial-rejuvenation"}


def laid(name: str) -> dict[str, object]:
    """A technique under which the block holds: some substances are barred from some only."""
    only = getattr(LISTED.get(name), "techniques", ())
    return {**PAPULE, "id": only[0], "pattern": "rows"} if only else PAPULE


def test_what_must_be_blocked_is_on_the_list():
    assert set(LISTED) >= BLOCKED


@pytest.mark.parametrize("name", sorted(set(LISTED) | BLOCKED))
def test_every_blocked_substance_is_critical(name):
    plan = use(bare(name), treatment=treating(name), technique=laid(name))
    the_one(plan, "critical", name, rule="blocked-substance")


@pytest.mark.parametrize(
    "name",
    [p.id for p in catalogue().products.values() for c in p.contents if c.substance in LISTED],
)
def test_every_product_with_a_blocked_substance_is_critical(name):
    held = {c.substance for c in catalogue().products[name].contents} & set(LISTED)
    for substance in held:
        plan = use(product(name), treatment=treating(substance), technique=laid(substance))
        the_one(plan, "critical", substance, name, rule="blocked-substance")


def test_a_blocked_substance_as_written():
    # Buflomedil by its brand and in another case.
    for written in ("Fonzylane", "BUFLOMEDIL"):
        plan = use({"substance": written, "strength": "10 mg/mL", "volume": "1 mL"})
        the_one(plan, "critical", written, rule="blocked-substance")


def test_a_cross_linked_gel_may_be_laid_as_single_deposits():
    plan = use(bare("hyaluronic-acid-cross-linked"), technique=PAPULE)
    none_of(plan, "critical", rule="blocked-substance")


def test_ordinary_substances_are_not_blocked():
    for name in ("lidocaine", "procaine", "caffeine", "tranexamic-acid", "hyaluronic-acid"):
        none_of(use(bare(name)), "critical", rule="blocked-substance")


@pytest.mark.parametrize(
    ("entry", "vehicle"),
    [
        (product("piroxicam-20"), "ethanol"),
        (product("piroxicam-20"), "propylene-glycol"),
        (product("diclofenac-25"), "propylene-glycol"),
        (product("vitamin-complex-powder"), "glycocholic-acid"),
        (bare("ethanol"), "ethanol"),
        (bare("propylene-glycol"), "propylene-glycol"),
        (bare("sesame-oil"), "sesame-oil"),
        (bare("glycocholic-acid"), "glycocholic-acid"),
    ],
)
def test_vehicles_that_harm_the_dermis(entry, vehicle):
    written = entry.get("product", entry.get("substance"))
    the_one(use(entry, areas=THIGH), "critical", vehicle, written)
    # Surely below the dermis (8 mm under a skin of 1.2 to 1.9 mm) the rule about it is silent.
    none_of(use(entry, technique=DEEP, areas=THIGH), "critical", vehicle)


@pytest.mark.parametrize("name", ["deoxycholic-acid-10", "deoxycholic-acid"])
def test_a_detergent_in_the_dermis(name):
    entry = product(name) if name.endswith("10") else bare(name)
    plan = use(
        entry,
        areas=[{"site": "submental", "rectangle_mm": [60, 50]}],
        treatment={"indication": "submental-fat"},
    )
    the_one(plan, "critical", "deoxycholic-acid", name)


def test_water_is_no_harmful_vehicle():
    for name in ("lidocaine-hydrochloride-10", "diclofenac-cyclodextrin-25", "ketoprofen-50"):
        none_of(use(product(name), areas=THIGH), "critical")


def test_a_diluent_s_vehicle_counts():
    entry = product("incobotulinumtoxina-100", "0.6 mL", "piroxicam-20")
    the_one(use(entry, areas=THIGH), "critical", "ethanol")
