"""Tissue laws against hand calculations and published orders of magnitude."""

from dataclasses import fields, replace

import pytest

from mesoplan.core.errors import InputError
from mesoplan.dose import (
    CONSTANTS,
    DERMIS,
    EPIDERMIS,
    SUBCUTIS,
    Composition,
    Drug,
    pore_permeability_ml_min_100g,
    skin_medium,
    skin_transports,
    transport,
)
from mesoplan.dose.composition import (
    DERMIS_CONSTANTS,
    EPIDERMIS_CONSTANTS,
    SUBCUTIS_CONSTANTS,
)

LIDOCAINE = Drug(234.34, "base", logp=2.44, pka=7.9, fraction_unbound=0.3)
CAFFEINE = Drug(194.19, "neutral", logp=-0.07, fraction_unbound=0.64)
TRANEXAMIC = Drug(157.21, "zwitterion", logp=-2.0, fraction_unbound=0.97)
GLUTATHIONE = Drug(307.3, "acid", logp=-4.0, pka=2.1, fraction_unbound=1.0)
DICLOFENAC = Drug(296.15, "acid", logp=4.5, pka=4.0, fraction_unbound=0.005)
ALBUMIN = Drug(66500.0, "neutral")


@pytest.mark.parametrize(
    ("mass", "expected"),
    [
        (23, 5.3),
        (92, 2.6),
        (180, 1.8),
        (342, 1.2),
        (1360, 0.47),
        (5800, 0.15),
        (19000, 0.045),
        (35000, 0.020),
        (66500, 0.006),
    ],
)
def test_pores_let_less_through_the_larger_the_molecule(mass: float, expected: float) -> None:
    assert pore_permeability_ml_min_100g(mass) == pytest.approx(expected, rel=0.1)
    assert pore_permeability_ml_min_100g(mass, 3.0) == pytest.approx(3 * expected, rel=0.1)


def test_wider_than_the_pore_does_not_pass() -> None:
    assert pore_permeability_ml_min_100g(1e6) == 0.0


@pytest.mark.parametrize(
    ("drug", "half_life_min"),
    [
        (LIDOCAINE, 8),
        (CAFFEINE, 11),
        (TRANEXAMIC, 11),
        (GLUTATHIONE, 15),
        (DICLOFENAC, 10.6 * 60),
    ],
)
def test_half_lives_in_the_dermis(drug: Drug, half_life_min: float) -> None:
    assert 60 * transport(drug, DERMIS).half_life_h == pytest.approx(half_life_min, rel=0.15)


def test_lidocaine_by_hand() -> None:
    # f_non = 1/(1 + 10^0.5) = 0.2403
    # P     = 10^(-0.7437 + 0.71 * 2.44 - 0.0061 * 234.34) = 10^-0.4408 = 0.3624 cm/h
    # PS_l  = 0.3624 * 0.2403 * 100 * 0.6 * 100 / 60 = 8.708 mL/min/100 g
    # PS_p  = 3 * 1.535 = 4.61, sum 13.3
    # BF    = 0.68 + 0.32/0.3 + 0.001 * 0.2403 * 275.4 = 1.813,  K = 0.6 BF = 1.088
    # CL    = 5.7/0.3 * (1 - exp(-13.3 * 0.3/5.7)) = 19 * 0.504 = 9.57
    # k     = 9.57 * 60 / (100 * 1.088) = 5.28 per hour
    # D     = (10^(-4.15 - 0.6555 * 2.3698) + 0.32e-7 * 0.7/0.3) / 1.813
    #       = (1.979e-6 + 0.0747e-6) / 1.813 = 1.133e-6 cm2/s = 0.408 mm2/h
    t = transport(LIDOCAINE, DERMIS)
    assert t.permeability_lipid_ml_min_100g == pytest.approx(8.708, rel=1e-3)
    assert t.permeability_pore_ml_min_100g == pytest.approx(4.61, rel=0.02)
    assert t.binding_factor == pytest.approx(1.813, rel=1e-3)
    assert t.capacity == pytest.approx(1.088, rel=1e-3)
    assert t.clearance_blood_per_h == pytest.approx(5.28, rel=0.01)
    assert t.diffusivity_mm2_h == pytest.approx(0.408, rel=2e-3)
    assert t.clearance_lymph_per_h == 0.0
    assert t.assumptions == ()


def test_macromolecules_leave_by_lymph() -> None:
    t = transport(ALBUMIN, DERMIS)
    assert t.clearance_lymph_per_h == 0.024
    # pores: 3 * 0.0062 mL/min/100 g * 60 / (100 * 0.6) = 0.0186 per hour
    assert t.clearance_blood_per_h == pytest.approx(0.0186, rel=0.02)
    assert set(t.assumptions) == {"fraction-unbound-not-known", "logp-not-known"}


def test_epidermis_has_no_vessels() -> None:
    t = transport(LIDOCAINE, EPIDERMIS)
    assert t.clearance_per_h == 0.0
    assert t.half_life_h == float("inf")
    assert t.systemic_share == 0.0
    assert "epidermis-diffuses-as-dermis" in t.assumptions
    assert "adipocyte-lipid-not-counted" in transport(LIDOCAINE, SUBCUTIS).assumptions


def test_flow_limits_from_above_and_permeability_from_below() -> None:
    # Renkin-Crone: CL -> Q/fu for slow flow, CL -> PS for fast flow
    slow = transport(LIDOCAINE, DERMIS.perfused(1e-3))
    fast = transport(LIDOCAINE, DERMIS.perfused(1e4))
    scale = 60 / (100 * slow.capacity)
    assert slow.clearance_blood_per_h == pytest.approx(5.7e-3 / 0.3 * scale, rel=1e-6)
    permeability = fast.permeability_lipid_ml_min_100g + fast.permeability_pore_ml_min_100g
    assert fast.clearance_blood_per_h == pytest.approx(permeability * scale, rel=1e-3)


@pytest.mark.parametrize(
    "change",
    [
        {"mw_g_mol": 300.0},
        {"kind": "acid"},
        {"logp": 2.0},
        {"logp": None},
        {"pka": 8.5},
        {"pka": None},
        {"fraction_unbound": 0.4},
        {"fraction_unbound": None},
        {"degradation_per_h": 0.5},
    ],
)
def test_every_property_of_the_drug_counts(change: dict[str, object]) -> None:
    changed = transport(replace(LIDOCAINE, **change), DERMIS)  # type: ignore[arg-type]
    assert changed.clearance_per_h != pytest.approx(
        transport(LIDOCAINE, DERMIS).clearance_per_h, rel=1e-4
    )


@pytest.mark.parametrize("drug", [LIDOCAINE, ALBUMIN])
@pytest.mark.parametrize("name", [f.name for f in fields(Composition) if f.name != "assumptions"])
def test_every_property_of_the_tissue_counts(name: str, drug: Drug) -> None:
    changed = replace(DERMIS, **{name: 1.3 * getattr(DERMIS, name)})
    known = drug if drug.logp is not None else replace(drug, logp=1.0, fraction_unbound=0.5)
    before, after = transport(known, DERMIS), transport(known, changed)
    small_and_lymph = name == "lymph_per_h" and not known.is_macromolecule
    huge_and_lipid = name == "capillary_area_cm2_cm3" and known.is_macromolecule
    assert (before != after) is not (small_and_lymph or huge_and_lipid)


def test_unknown_figures_are_named() -> None:
    t = transport(Drug(300.0, "acid"), DERMIS)
    assert set(t.assumptions) == {"fraction-unbound-not-known", "logp-not-known", "pka-not-known"}
    assert t.permeability_lipid_ml_min_100g == 0.0


def test_systemic_share_leaves_out_degradation() -> None:
    t = transport(replace(LIDOCAINE, degradation_per_h=5.0), DERMIS)
    assert t.systemic_share == pytest.approx(5.28 / 10.28, rel=0.01)


def test_skin_of_three_layers() -> None:
    medium = skin_medium(LIDOCAINE, 0.08, 1.72, 8.0)
    parts = skin_transports(LIDOCAINE)
    assert [layer.thickness_mm for layer in medium.layers] == [0.08, 1.72, 8.0]
    assert [layer.clearance_per_h for layer in medium.layers] == [p.clearance_per_h for p in parts]
    flushed = skin_medium(LIDOCAINE, 0.08, 1.72, 8.0, flow_multiplier=3.0)
    assert flushed.layers[1].clearance_per_h > 1.2 * medium.layers[1].clearance_per_h
    assert flushed.layers[2].clearance_per_h > 1.05 * medium.layers[2].clearance_per_h
    assert flushed.layers[0] == medium.layers[0]


def test_every_constant_has_unit_source_and_trust() -> None:
    for table in (CONSTANTS, DERMIS_CONSTANTS, SUBCUTIS_CONSTANTS, EPIDERMIS_CONSTANTS):
        for name, constant in table.items():
            assert constant.unit, name
            assert len(constant.source) > 5, name
            assert constant.trust in {"verified", "read", "recalled", "computed", "proposal"}


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"mw_g_mol": 0.0}, "mw_g_mol"),
        ({"kind": "salt"}, "kind"),
        ({"logp": float("nan")}, "logp"),
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


def test_tissues_that_cannot_be_are_refused() -> None:
    with pytest.raises(InputError, match="water_fraction"):
        replace(DERMIS, water_fraction=0.0)
    with pytest.raises(InputError, match="flow_multiplier"):
        DERMIS.perfused(-1.0)
    with pytest.raises(InputError) as caught:
        skin_medium(LIDOCAINE, 0.0, -1.0, float("nan"))
    assert len(caught.value.faults) == 3
