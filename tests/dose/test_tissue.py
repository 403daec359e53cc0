"""Tissue laws against hand calculations, limits, and every input's own effect."""

import math
from dataclasses import fields, replace

import pytest

from mesoplan.core.errors import InputError
from mesoplan.dose import (
    CONSTANTS,
    DERMIS,
    EPIDERMIS,
    LAWS,
    RESPONSES,
    SUBCUTIS,
    Composition,
    Drug,
    accessible_fraction,
    holds_for,
    passes_pores,
    pore_permeability_ml_min_100g,
    transport,
)
from mesoplan.dose.composition import (
    DERMIS_CONSTANTS,
    EPIDERMIS_CONSTANTS,
    PAPILLARY_CONSTANTS,
    SUBCUTIS_CONSTANTS,
)
from mesoplan.dose.flow import FLOW_CEILING
from mesoplan.evaluate.validity import ALBUMIN_MM

LIDOCAINE = Drug(234.34, "base", logp=2.44, pka=7.9, fraction_unbound=0.3)
CAFFEINE = Drug(194.19, "neutral", logp=-0.07, fraction_unbound=0.64)
TRANEXAMIC = Drug(157.21, "zwitterion", logp=-2.0, fraction_unbound=0.97)
GLUTATHIONE = Drug(307.3, "acid", logp=-4.0, pka=2.1, fraction_unbound=1.0)
DICLOFENAC = Drug(296.15, "acid", logp=4.5, pka=4.0, fraction_unbound=0.005)
INSULIN = Drug(5800.0, "zwitterion")
ALBUMIN = Drug(66500.0, "neutral")
HYALURONAN = Drug(1e6, "acid", pka=3.0)
CEILING = {"flow ceiling": FLOW_CEILING}
FLOWS = {f"{r.name} {s.until_h}": s.factor for r in RESPONSES.values() for s in r.steps}
TABLES = {
    "laws": CONSTANTS,
    "dermis": DERMIS_CONSTANTS,
    "subcutis": SUBCUTIS_CONSTANTS,
    "epidermis": EPIDERMIS_CONSTANTS,
    "papillary": PAPILLARY_CONSTANTS,
    "albumin": ALBUMIN_MM,
    "ceiling": CEILING,
    "flow": FLOWS,
}


# a = kT / (6 pi eta D0), D0 = 1.01e-4 MW^-0.46 or 8.34e-8 T / (eta MW^(1/3)) cm2/s, at 310 K and
# 0.69 cP: 0.2608 nm for glycerol, whose H(a / 4.5 nm) is 0.7796; 0.4010 nm and 0.6754 for
# lidocaine: 2.6 * 8.207e-6 * 0.6754 / (1.2618e-5 * 0.7796) = 1.465.
@pytest.mark.parametrize(
    ("mass", "expected"),
    [
        (23, 5.548),
        (92, 2.6),
        (234.34, 1.4652),
        (1360, 0.36812),
        (5800, 0.080721),
        (19000, 0.013901),
        (35000, 0.003953),
        (66500, 8.133e-4),
    ],
)
def test_pores_let_less_through_the_larger_the_molecule(mass: float, expected: float) -> None:
    assert pore_permeability_ml_min_100g(mass) == pytest.approx(expected, rel=1e-3)
    assert pore_permeability_ml_min_100g(mass, 3.0) == pytest.approx(3 * expected, rel=1e-3)


def test_wider_than_the_pore_does_not_pass() -> None:
    # a grows as MW^(1/3) from 3.558 nm of albumin: 4.5 nm at 66500 (4.5 / 3.558)^3 = 134 500
    assert passes_pores(133_000)
    assert pore_permeability_ml_min_100g(133_000) > 0.0
    assert not passes_pores(136_000)
    assert pore_permeability_ml_min_100g(136_000) == 0.0
    assert pore_permeability_ml_min_100g(1e6) == 0.0


@pytest.mark.parametrize(
    ("drug", "half_life_min"),
    [
        # by the formulas of the law, worked out apart from the program
        (LIDOCAINE, 7.334),
        (CAFFEINE, 10.351),
        (TRANEXAMIC, 10.348),
        (GLUTATHIONE, 14.205),
        (DICLOFENAC, 608.3),
    ],
)
def test_half_lives_in_the_dermis(drug: Drug, half_life_min: float) -> None:
    assert 60 * transport(drug, DERMIS).half_life_h == pytest.approx(half_life_min, rel=1e-3)


def test_lidocaine_by_hand() -> None:
    # f_non = 1/(1 + 10^0.5) = 0.24025
    # P     = 10^(-0.7437 + 0.71 * 2.44 - 0.0061 * 234.34) = 10^-0.44077 = 0.36243 cm/h
    # PS_l  = 0.36243 * 0.24025 * 100 * 0.6 * 100 / 60 = 8.7075 mL/min/100 g
    # PS_p  = 3 * 1.46516 = 4.3955, sum 13.103
    # BF    = 0.68 + 0.32/0.3 + 0.001 * 0.24025 * 275.42 = 1.81284,  K = 0.6 BF = 1.08770
    # CL    = 7.7/0.3 * (1 - exp(-13.103 * 0.3/7.7)) = 25.667 * 0.39981 = 10.2618
    # k     = 10.2618 * 60 / (100 * 1.08770) = 5.6606 per hour
    # lymph = 0.018 * 0.6 * (1 - 0.578) * BF / K = 0.007596 per hour
    # D     = (10^(-4.15 - 0.6555 * 2.36985) + 0.32e-7 * 0.7/0.3) / 1.81284
    #       = (1.97955e-6 + 0.07467e-6) / 1.81284 cm2/s = 0.40793 mm2/h
    t = transport(LIDOCAINE, DERMIS)
    assert t.permeability_lipid_ml_min_100g == pytest.approx(8.7075, rel=1e-4)
    assert t.permeability_pore_ml_min_100g == pytest.approx(4.3955, rel=1e-4)
    assert t.binding_factor == pytest.approx(1.81284, rel=1e-5)
    assert t.capacity == pytest.approx(1.08770, rel=1e-5)
    assert t.clearance_blood_per_h == pytest.approx(5.6606, rel=1e-4)
    assert t.clearance_lymph_per_h == pytest.approx(0.007596, rel=1e-4)
    assert t.degradation_per_h == 0.0
    assert t.clearance_per_h == pytest.approx(5.66820, rel=1e-4)
    assert t.diffusivity_mm2_h == pytest.approx(0.40793, rel=1e-4)
    assert t.assumptions == ()


def test_lidocaine_in_fat_by_hand() -> None:
    # BF   = 0.85 + 0.15/0.3 + 0.06617 = 1.41617
    # Koil = 10^(1.115 * 2.44 - 1.35) = 10^1.3706 = 23.475
    # K    = 0.135 * 1.41617 + 0.8 * 0.24025 * 23.475 = 0.19118 + 4.51189 = 4.70308
    # PS   = 0.36243 * 0.24025 * 30 * 0.135 * 100/60 + 1.46516 = 0.58776 + 1.46516
    # k    = 4.1/0.3 * (1 - exp(-2.05291 * 0.3/4.1)) * 60 / (100 K) = 1.90617 * 0.12758 = 0.24318
    # D    = 0.135 * (1.97955e-6 + 0.15e-7 * 0.7/0.3) / K = 5.7827e-8 cm2/s = 0.020818 mm2/h
    t = transport(LIDOCAINE, SUBCUTIS)
    assert t.binding_factor == pytest.approx(1.41617, rel=1e-5)
    assert t.capacity == pytest.approx(4.70308, rel=1e-5)
    assert t.clearance_blood_per_h == pytest.approx(0.24318, rel=1e-4)
    assert t.diffusivity_mm2_h == pytest.approx(0.020818, rel=1e-4)
    # lymph: 0.0105 * 0.135 * 0.559 * BF / K
    assert t.clearance_lymph_per_h == pytest.approx(2.3860e-4, rel=1e-4)


def test_a_measured_partition_into_oil_comes_before_the_estimate() -> None:
    # 10^0.5 in place of 10^1.3706: K = 0.19118 + 0.8 * 0.24025 * 3.16228 = 0.79898
    measured = transport(replace(LIDOCAINE, log_oil=0.5), SUBCUTIS)
    assert measured.capacity == pytest.approx(0.79898, rel=1e-4)
    # and it needs no logP: K = 0.135 * 1.35 + the same oil = 0.18225 + 0.60780
    alone = transport(replace(LIDOCAINE, log_oil=0.5, logp=None), SUBCUTIS)
    assert alone.capacity == pytest.approx(0.79005, rel=1e-4)
    # no fat cells, no oil
    assert transport(replace(LIDOCAINE, log_oil=0.5), DERMIS) == transport(LIDOCAINE, DERMIS)
    # an ion dissolves in no oil
    ion = replace(TRANEXAMIC, log_oil=3.0)
    assert transport(ion, SUBCUTIS).capacity == transport(TRANEXAMIC, SUBCUTIS).capacity


def test_dancik_by_hand() -> None:
    # Q = 7.7 * 60 / (100 * 0.6) = 7.7 per hour and aqueous volume; P S = 36.243 per hour
    # k_free = 1 / (1/7.7 + 1/36.243) = 6.35076; k = k_free / 1.81284 = 3.50321
    t = transport(LIDOCAINE, DERMIS, "dancik")
    assert t.binding_factor == pytest.approx(1.81284, rel=1e-5)
    assert t.capacity == pytest.approx(1.08770, rel=1e-5)
    assert t.clearance_per_h == t.clearance_blood_per_h == pytest.approx(3.50321, rel=1e-4)
    assert t.diffusivity_mm2_h == pytest.approx(0.40793, rel=1e-4)
    # P S phi_aq * 100 / 60 as the recommended law has it, but for the share that is not ionised
    assert t.permeability_lipid_ml_min_100g == pytest.approx(36.2432, rel=1e-4)
    assert transport(LIDOCAINE, EPIDERMIS, "dancik").clearance_per_h == 0.0


def test_surrey_by_hand() -> None:
    # fu in 2.7 of 4.5 % albumin: 1 / (1 + (1/0.3 - 1) * 0.6) = 0.416667
    # BF = 0.65 + 0.325/0.416667 + 0.025 * 0.24025 * 0.9 * 10^(0.69 * 2.44) = 1.69089
    # K  = 1.01453; k = 7.7/0.3 * 60 / (100 K) = 15.1794 per hour
    # D  = 1.97955e-6 / 1.69089 cm2/s = 0.42146 mm2/h
    t = transport(LIDOCAINE, DERMIS, "surrey")
    assert t.binding_factor == pytest.approx(1.69089, rel=1e-5)
    assert t.capacity == pytest.approx(1.01453, rel=1e-5)
    assert t.clearance_per_h == t.clearance_blood_per_h == pytest.approx(15.1794, rel=1e-4)
    assert t.diffusivity_mm2_h == pytest.approx(0.42146, rel=1e-4)
    assert transport(LIDOCAINE, EPIDERMIS, "surrey").clearance_per_h == 0.0


@pytest.mark.parametrize("law", ["dancik", "surrey"])
def test_laws_for_creams_are_refused_for_macromolecules(law: str) -> None:
    with pytest.raises(InputError) as caught:
        transport(INSULIN, DERMIS, law)  # type: ignore[arg-type]
    assert [fault.key for fault in caught.value.faults] == ["law"]
    assert not holds_for(law, INSULIN)  # type: ignore[arg-type]
    assert holds_for(law, LIDOCAINE)  # type: ignore[arg-type]
    # from 1500 g/mol on
    assert transport(Drug(1499.9, "neutral"), DERMIS, law)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="law"):
        transport(Drug(1500.0, "neutral"), DERMIS, law)  # type: ignore[arg-type]
    assert holds_for("recommended", INSULIN)


def test_an_unknown_law_is_refused() -> None:
    with pytest.raises(InputError) as caught:
        transport(LIDOCAINE, DERMIS, "fick")  # type: ignore[arg-type]
    assert [fault.key for fault in caught.value.faults] == ["law"]
    assert LAWS == ("recommended", "dancik", "surrey")


def test_albumin_enters_what_is_not_excluded() -> None:
    for excluded in (0.578, 0.441, 0.0):
        assert accessible_fraction(66500.0, excluded) == pytest.approx(1.0 - excluded, abs=1e-15)
    # K = 0.6 * 0.422 and 0.135 * 0.559 where nothing binds
    assert transport(ALBUMIN, DERMIS).capacity == pytest.approx(0.2532, rel=1e-12)
    assert transport(ALBUMIN, SUBCUTIS).capacity == pytest.approx(0.075465, rel=1e-12)


def test_what_is_larger_enters_less() -> None:
    # 1 - ex to the power ((a + 0.55) / (3.5581 + 0.55))^2, a = 1.5779 nm: 0.422^0.26830 = 0.79336
    assert accessible_fraction(5800.0, 0.578) == pytest.approx(0.79336, rel=1e-4)
    assert accessible_fraction(150_000.0, 0.578) == pytest.approx(0.24882, rel=1e-4)
    # a long chain keeps the share of a sphere of 200 000 g/mol
    assert accessible_fraction(1e6, 0.578) == accessible_fraction(200_000.0, 0.578)
    assert accessible_fraction(1e6, 0.578) == pytest.approx(0.19152, rel=1e-4)
    # a small molecule enters all of it, whatever is closed to albumin
    wider = replace(DERMIS, excluded_fraction=0.7)
    assert transport(LIDOCAINE, wider).capacity == transport(LIDOCAINE, DERMIS).capacity


def test_macromolecules_leave_by_lymph() -> None:
    skin, fat = transport(ALBUMIN, DERMIS), transport(ALBUMIN, SUBCUTIS)
    assert skin.clearance_lymph_per_h == pytest.approx(0.018, rel=1e-12)
    assert fat.clearance_lymph_per_h == pytest.approx(0.0105, rel=1e-12)
    # pores: 3 * 8.133e-4 mL/min/100 g * 60 / (100 * 0.2532) = 5.782e-3 per hour
    assert skin.clearance_blood_per_h == pytest.approx(5.782e-3, rel=1e-3)
    # 8.133e-4 * 60 / (100 * 0.075465) = 6.466e-3 per hour
    assert fat.clearance_blood_per_h == pytest.approx(6.466e-3, rel=1e-3)
    # together what was measured: 0.0238 in the skin, 0.017 in the fat, each counted once
    assert skin.clearance_per_h == pytest.approx(0.0238, rel=1e-2)
    assert fat.clearance_per_h == pytest.approx(0.017, rel=1e-2)
    assert set(skin.assumptions) == {"fraction-unbound-not-known", "logp-not-known"}


def test_wider_than_the_pores_leaves_by_lymph_alone() -> None:
    # L BF / K = 0.018 * 0.422 / 0.19152 = 0.03966 per hour
    t = transport(HYALURONAN, DERMIS)
    assert t.clearance_blood_per_h == 0.0
    assert t.clearance_per_h == t.clearance_lymph_per_h == pytest.approx(0.039662, rel=1e-3)
    assert t.systemic_share == 1.0


def test_epidermis_has_no_vessels() -> None:
    t = transport(LIDOCAINE, EPIDERMIS)
    assert t.clearance_per_h == 0.0
    assert t.half_life_h == math.inf
    assert t.systemic_share == 0.0
    assert "epidermis-diffuses-as-dermis" in t.assumptions
    assert transport(LIDOCAINE, SUBCUTIS).assumptions == ()


def test_flow_limits_from_above_and_permeability_from_below() -> None:
    # Renkin-Crone: CL -> Q/fu for slow flow, CL -> PS for fast flow
    slow = transport(LIDOCAINE, DERMIS.perfused(1e-3))
    fast = transport(LIDOCAINE, DERMIS.perfused(1e4))
    scale = 60 / (100 * slow.capacity)
    assert slow.clearance_blood_per_h == pytest.approx(7.7e-3 / 0.3 * scale, rel=1e-6)
    permeability = fast.permeability_lipid_ml_min_100g + fast.permeability_pore_ml_min_100g
    assert permeability == pytest.approx(13.103, rel=1e-4)
    assert fast.clearance_blood_per_h == pytest.approx(permeability * scale, rel=1e-3)
    assert transport(LIDOCAINE, DERMIS.perfused(0.0)).clearance_blood_per_h == 0.0


def test_flow_alone_or_all_vessels() -> None:
    flow, vessels = DERMIS.perfused(2.0), DERMIS.vascular(2.0)
    assert flow == replace(DERMIS, blood_flow_ml_min_100g=15.4)
    assert vessels == replace(
        DERMIS, blood_flow_ml_min_100g=15.4, pore_scale=6.0, capillary_area_cm2_cm3=200.0
    )
    # Twice the vessels carry off exactly twice as much; twice the flow does less.
    once, more, twice = (
        transport(LIDOCAINE, c).clearance_blood_per_h for c in (DERMIS, flow, vessels)
    )
    assert twice == pytest.approx(2 * once, rel=1e-12)
    assert once < more < 1.5 * once


CHANGES = [
    {"mw_g_mol": 300.0},
    {"kind": "acid"},
    {"logp": 2.0},
    {"logp": None},
    {"pka": 8.5},
    {"pka": None},
    {"fraction_unbound": 0.4},
    {"fraction_unbound": None},
    {"degradation_per_h": 0.5},
]


@pytest.mark.parametrize("change", [*CHANGES, {"log_oil": 0.5}])
def test_every_property_of_the_drug_counts_in_fat(change: dict[str, object]) -> None:
    changed = transport(replace(LIDOCAINE, **change), SUBCUTIS)  # type: ignore[arg-type]
    assert changed.clearance_per_h != pytest.approx(
        transport(LIDOCAINE, SUBCUTIS).clearance_per_h, rel=1e-4
    )


@pytest.mark.parametrize("law", LAWS)
@pytest.mark.parametrize("change", CHANGES)
def test_every_property_of_the_drug_counts(change: dict[str, object], law: str) -> None:
    before = transport(LIDOCAINE, DERMIS, law)  # type: ignore[arg-type]
    after = transport(replace(LIDOCAINE, **change), DERMIS, law)  # type: ignore[arg-type]
    # Surrey's loss is the flow's alone, so the mass counts in the diffusivity only.
    by_mass = law == "surrey" and "mw_g_mol" in change
    name = "diffusivity_mm2_h" if by_mass else "clearance_per_h"
    assert getattr(after, name) != pytest.approx(getattr(before, name), rel=1e-4)


def test_every_property_of_a_drug_is_in_a_test() -> None:
    tested = {name for change in (*CHANGES, {"log_oil": 0.5}) for name in change}
    assert tested == {field.name for field in fields(Drug)}


COUNTS = {
    # what each property of a tissue changes for small and for large molecules, and by which law
    "water_fraction": {"small", "large", "dancik", "surrey"},
    "protein_fraction": {"small", "large", "dancik"},
    "lipid_fraction": {"small", "large", "dancik"},
    "fat_fraction": {"small", "large"},
    "excluded_fraction": {"small", "large"},
    "blood_flow_ml_min_100g": {"small", "large", "dancik", "surrey"},
    "pore_scale": {"small", "large"},
    "lymph_per_h": {"small", "large"},
    "capillary_area_cm2_cm3": {"small", "large", "dancik"},
}


@pytest.mark.parametrize("way", ["small", "large", "dancik", "surrey"])
@pytest.mark.parametrize("name", [f.name for f in fields(Composition) if f.name != "assumptions"])
def test_every_property_of_the_tissue_counts(name: str, way: str) -> None:
    drug = replace(LIDOCAINE, mw_g_mol=2300.0) if way == "large" else LIDOCAINE
    law = way if way in LAWS else "recommended"
    changed = replace(SUBCUTIS, **{name: 1.1 * getattr(SUBCUTIS, name)})
    before, after = (transport(drug, tissue, law) for tissue in (SUBCUTIS, changed))  # type: ignore[arg-type]
    assert (before != after) is (way in COUNTS[name])


def test_unknown_figures_are_named() -> None:
    t = transport(Drug(300.0, "acid"), DERMIS)
    assert set(t.assumptions) == {"fraction-unbound-not-known", "logp-not-known", "pka-not-known"}
    assert t.permeability_lipid_ml_min_100g == 0.0


def test_share_that_is_not_ionised() -> None:
    # 1 / (1 + 10^(7.4 - 4)) of an acid, 1 / (1 + 10^(7.9 - 7.4)) of a base
    assert DICLOFENAC.neutral_fraction == pytest.approx(1 / (1 + 10**3.4))
    assert LIDOCAINE.neutral_fraction == pytest.approx(0.240253, rel=1e-5)
    assert (CAFFEINE.neutral_fraction, TRANEXAMIC.neutral_fraction) == (1.0, 0.0)


def test_systemic_share_leaves_out_degradation() -> None:
    # 5.66820 per hour by blood and lymph (above) beside 5 on the spot
    t = transport(replace(LIDOCAINE, degradation_per_h=5.0), DERMIS)
    assert t.systemic_share == pytest.approx(5.66820 / 10.66820, rel=1e-4)
    assert t.half_life_h == pytest.approx(math.log(2) / 10.66820, rel=1e-4)


def test_factors_of_a_run() -> None:
    t = transport(replace(LIDOCAINE, degradation_per_h=5.0), DERMIS)
    scaled = t.scaled(clearance=3.0, diffusivity=0.5)
    assert scaled.clearance_per_h == pytest.approx(3 * 10.66820, rel=1e-4)
    assert scaled.diffusivity_mm2_h == pytest.approx(0.5 * 0.40793, rel=1e-4)
    assert (scaled.capacity, scaled.systemic_share) == (t.capacity, pytest.approx(t.systemic_share))
    assert t.scaled() == t


def test_full_proteins_free_the_tissue_and_not_the_blood() -> None:
    # half the bound over free: fu of the tissue 6/13, BF = 0.68 + 0.32 * 13/6 + 0.06617 = 1.43950,
    # K = 0.86370; blood still binds as before, so CL stays 10.2618: k = 7.1287 per hour
    t = transport(LIDOCAINE, DERMIS, binding=0.5)
    assert t.capacity == pytest.approx(0.86370, rel=1e-4)
    assert t.clearance_blood_per_h == pytest.approx(7.1287, rel=1e-4)
    with pytest.raises(InputError, match="binding"):
        transport(LIDOCAINE, DERMIS, binding=-0.1)


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_every_constant_has_unit_source_and_trust(table) -> None:  # type: ignore[no-untyped-def]
    assert table
    for name, constant in table.items():
        assert math.isfinite(constant.value), name
        assert constant.unit, name
        assert len(constant.source) > 5, name
        assert constant.trust in {"verified", "read", "recalled", "computed", "proposal"}


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"mw_g_mol": 0.0}, "mw_g_mol"),
        ({"kind": "salt"}, "kind"),
        ({"logp": float("nan")}, "logp"),
        ({"log_oil": float("inf")}, "log_oil"),
        ({"pka": float("inf")}, "pka"),
        ({"fraction_unbound": 0.0}, "fraction_unbound"),
        ({"fraction_unbound": 1.1}, "fraction_unbound"),
        ({"degradation_per_h": -1.0}, "degradation_per_h"),
    ],
)
def test_drugs_that_cannot_be_are_refused(change: dict[str, object], key: str) -> None:
    with pytest.raises(InputError) as caught:
        replace(LIDOCAINE, **change)  # type: ignore[arg-type]
    assert [fault.key for fault in caught.value.faults] == [key]


@pytest.mark.parametrize("name", [f.name for f in fields(Composition) if f.name != "assumptions"])
def test_tissues_that_cannot_be_are_refused(name: str) -> None:
    for value in (-0.1, float("nan")):
        with pytest.raises(InputError) as caught:
            replace(DERMIS, **{name: value})
        assert [fault.key for fault in caught.value.faults] == [name]


def test_multipliers_that_cannot_be_are_refused() -> None:
    with pytest.raises(InputError, match="water_fraction"):
        replace(DERMIS, water_fraction=0.0)
    with pytest.raises(InputError, match="excluded_fraction"):
        replace(DERMIS, excluded_fraction=1.0)
    with pytest.raises(InputError, match="flow_multiplier"):
        DERMIS.perfused(-1.0)
    with pytest.raises(InputError, match="vessel_multiplier"):
        DERMIS.vascular(float("inf"))
    with pytest.raises(InputError, match="thickness_mm"):
        transport(LIDOCAINE, DERMIS).layer(0.0)
