"""Eligibility: verdicts, every reason, and what is not known; matching in both languages."""

from pathlib import Path
from typing import Any

import pytest
from register_helpers import filled, opened

from mesoplan.catalogue import load_catalogue
from mesoplan.catalogue.registers import eligibility
from mesoplan.catalogue.registers.irritants import IRRITANTS
from mesoplan.catalogue.registers.matching import match_ingredient
from mesoplan.catalogue.registers.strengths import french_quantity, named_strength, us_quantity
from mesoplan.catalogue.registers.substance_codes import SUBSTANCE_CODES
from mesoplan.model.register import Eligibility, RegisterIngredient, RegisterProduct

CATALOGUE = load_catalogue()


def judged(*names: str, **fields: Any) -> Eligibility:
    base = dict(
        id="bdpm:1",
        kind="bdpm",
        code="1",
        name="X",
        dosage_form="solution injectable",
        routes=("subcutaneous",),
        ingredients=tuple(RegisterIngredient(name=name) for name in names),
    )
    return eligibility(RegisterProduct.model_validate(base | fields), CATALOGUE)


def rules(found: Eligibility, effect: str = "against") -> set[str]:
    return {reason.rule for reason in found.reasons if reason.effect == effect}


def test_the_fixtures(tmp_path: Path) -> None:
    with opened(filled(tmp_path)) as store:
        found = {p.id: eligibility(p, CATALOGUE) for p in store.injectables()}
        tablet = store.get("bdpm:90000048")
    assert {name: result.verdict for name, result in found.items()} == {
        "bdpm:90000017": "labelled",
        "bdpm:90000024": "labelled",
        "bdpm:90000031": "excluded",
        "bdpm:90000055": "excluded",
        "bdpm:90000062": "off-label",
        "bdpm:90000079": "off-label",
        "ndc:9001-0017": "labelled",
        "ndc:9001-0024": "excluded",
        "ndc:9001-0024_c": "excluded",
        "spl:9001-0062": "excluded",
        "spl:9001-0079": "off-label",
    }
    assert tablet is not None
    assert eligibility(tablet, CATALOGUE).verdict == "not-injectable"
    assert rules(found["bdpm:90000055"]) == {"vessel-only"}
    assert rules(found["spl:9001-0062"]) == {"propylene-glycol-in-dermis"}
    assert "strength-conflict" in rules(found["bdpm:90000079"], "caution")


def test_ph_and_osmolality_are_never_known(tmp_path: Path) -> None:
    with opened(filled(tmp_path)) as store:
        for product in store.injectables():
            open_ones = eligibility(product, CATALOGUE).not_known
            assert {"pH", "osmolality"} <= set(open_ones)
            assert ("excipients" in open_ones) != product.excipients_listed


@pytest.mark.parametrize(
    ("names", "fields", "rule"),
    [
        (["DÉSOXYCHOLIQUE (ACIDE)", "DEOXYCHOLIC ACID"], {}, "meant-for-subcutis"),
        (["BUFLOMÉDIL (CHLORHYDRATE DE)"], {}, "blocked-substance"),
        (["CHLORURE DE POTASSIUM"], {}, "vesicant-salt"),
        (["POTASSIUM CHLORIDE"], {}, "vesicant-salt"),
        (["CALCIUM (GLUCONATE DE)"], {}, "vesicant-salt"),
        (["PROMÉTHAZINE (CHLORHYDRATE DE)"], {}, "vesicant"),
        (["PHENYTOIN SODIUM"], {}, "vesicant"),
        (["CITRATE DE CAFÉINE"], {}, "caffeine-citrate"),
        (["NORADRÉNALINE"], {}, "vasoconstrictor"),
        (["PHYTOMÉNADIONE"], {}, "oil-vitamin"),
        (["HALOPÉRIDOL (DÉCANOATE D')"], {}, "oil-depot"),
        (["LIDOCAINE"], {"dosage_form": "émulsion injectable"}, "emulsion"),
        (["LIDOCAINE"], {"dosage_form": "IMPLANT"}, "implant"),
        (["LIDOCAINE"], {"dosage_form": "solution huileuse injectable"}, "oily-form"),
        (["LIDOCAINE"], {"dosage_form": "poudre orale"}, "mouth-form"),
        (["LIDOCAINE"], {"dosage_form": "solution pour perfusion"}, "infusion-form"),
        (
            ["X"],
            {"dosage_form": "suspension injectable", "routes": ("intramuscular",)},
            "suspension",
        ),
        (["LIDOCAINE"], {"routes": ("intravenous", "intra-arterial")}, "vessel-only"),
    ],
)
def test_what_excludes(names: list[str], fields: dict[str, Any], rule: str) -> None:
    found = judged(*names, **fields)
    assert found.verdict == "excluded"
    assert rule in rules(found)
    for reason in found.reasons:
        assert set(reason.sources) <= set(CATALOGUE.sources)
        assert (reason.trust is None) == (not reason.sources)


def test_concentrated_glucose_by_its_strength() -> None:
    def glucose(per_ml: float) -> Eligibility:
        item = {"name": "GLUCOSE ANHYDRE", "quantity": {"value": per_ml, "unit": "mg/mL"}}
        return judged(ingredients=(item,))

    assert rules(glucose(300.0)) == {"concentrated-glucose"}
    assert rules(glucose(50.0)) == set()


def test_a_label_for_the_route_stands_against_general_rules_but_not_the_block_list() -> None:
    suspension = judged("X", dosage_form="suspension injectable", routes=("intradermal",))
    assert suspension.verdict == "labelled"
    assert rules(suspension, "caution") == {"suspension"}
    assert judged("BUFLOMÉDIL", routes=("intradermal",)).verdict == "excluded"


def test_unknown_substances_and_composition_are_not_known() -> None:
    assert "INCONNUINE: not in the catalogue" in judged("INCONNUINE").not_known
    assert "active substances" in judged().not_known
    assert "labelled routes" in judged("X", routes=()).not_known


def test_a_swab_of_a_kit_is_not_injected(tmp_path: Path) -> None:
    with opened(filled(tmp_path)) as store:
        kit = store.get("spl:9001-0079")
    assert kit is not None
    assert "ethanol-in-dermis" not in rules(eligibility(kit, CATALOGUE))


@pytest.mark.parametrize(
    ("name", "substance"),
    [
        ("CHLORHYDRATE DE PROCAÏNE", "procaine"),
        ("PROCAINE HYDROCHLORIDE", "procaine"),
        ("LIDOCAÏNE (CHLORHYDRATE DE) MONOHYDRATÉ", "lidocaine"),
        ("Lidocaine Hydrochloride Anhydrous", "lidocaine"),
        ("TRANEXAMIQUE (ACIDE)", "tranexamic-acid"),
        ("DICLOFÉNAC SODIQUE", "diclofenac"),
        ("SODIUM (CHLORURE DE)", "sodium-chloride"),
        ("ACÉTONIDE DE TRIAMCINOLONE", "triamcinolone-acetonide"),
        ("HEXACÉTONIDE DE TRIAMCINOLONE", None),
        ("MÉTHYLPREDNISOLONE (HÉMISUCCINATE DE)", None),
        ("POTASSIUM CHLORIDE", None),
        ("CHLOROPROCAÏNE (CHLORHYDRATE DE)", None),
        ("", None),
    ],
)
def test_names_in_both_languages(name: str, substance: str | None) -> None:
    item = RegisterIngredient(name=name or "?")
    assert match_ingredient(item, [], CATALOGUE).substance == substance


def test_codes_outlive_names_and_a_contradiction_matches_nothing() -> None:
    def found(name: str, code: str) -> str | None:
        item = RegisterIngredient(name=name, code=code, code_system="bdpm")
        return match_ingredient(item, [], CATALOGUE).substance

    assert found("A NEW SPELLING", "00101") == "procaine"
    assert found("LIDOCAÏNE", "00101") is None


def test_every_code_leads_to_a_substance() -> None:
    assert set(SUBSTANCE_CODES.values()) <= set(CATALOGUE.substances)


def test_every_irritant_cites_the_catalogue() -> None:
    for rule in IRRITANTS:
        assert set(rule.sources) <= set(CATALOGUE.sources)


@pytest.mark.parametrize(
    ("strength", "per", "part", "expected"),
    [
        ("1,00 mg", "1 ml", "solution", "1 mg/mL"),
        ("100 000 UI", "un flacon", "poudre", "100000 U"),
        ("0,5 g", "une ampoule de 5 ml", "solution", "100 mg/mL"),
        ("0,5 g", "un flacon de 5 ml", "poudre", "500 mg"),
        ("20 microgrammes", "0,5 ml", "solution", "0.04 mg/mL"),
        ("5.000 UI", "1 ml", "solution", None),
        ("10 mg (DH)", "1 ml", "solution", None),
        ("10 mg", "1 ml de solution reconstituée", "poudre", None),
        ("10 mg", "un comprimé", "comprimé", None),
        ("0 mg", "1 ml", "solution", None),
        ("1 mg", "0 ml", "solution", None),
        ("", "", "", None),
    ],
)
def test_french_strengths(strength: str, per: str, part: str, expected: str | None) -> None:
    found = french_quantity(strength, per, part)
    assert (None if found is None else str(found)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("20 mg/mL", "20 mg/mL"),
        ("40 mg/.8mL", None),
        ("40 mg/0.8mL", "50 mg/mL"),
        ("100 [iU]/mL", "100 U/mL"),
        ("9 g/L", "9 mg/mL"),
        ("70 mg/1", None),
        ("1 mL/mL", None),
        ("1e5 mg/mL", None),
    ],
)
def test_us_strengths(text: str, expected: str | None) -> None:
    found = us_quantity(text)
    assert (None if found is None else str(found)) == expected


def test_strength_in_a_name() -> None:
    assert str(named_strength("A 100 mg/2 ml, solution")) == "50 mg/mL"
    assert named_strength("MIX 25 100 UI/ml") is None
    assert named_strength("A 10 mg/ml et 5 mg/ml") is None
