"""Controls of docs/hazards.md that no other test holds, each through the whole plan."""

from pathlib import Path

import pytest

import mesoplan
from mesoplan.catalogue import load_catalogue
from mesoplan.catalogue.registers.matching import match_ingredient
from mesoplan.model.finding import Finding
from mesoplan.model.register import RegisterIngredient
from safety.cases import FORBIDDEN, defaults, places

PERSON = """
format = "mesoplan/case"
version = 1
[patient]
age_years = 46
sex = "female"
weight_kg = 62.0
phototype = 3
pregnant = false
breastfeeding = false
allergies = []
conditions = []
medicines = []
history = []
"""
ASKED_NOTHING = 'format = "mesoplan/case"\nversion = 1\n[patient]\nage_years = 46\n'
TREATMENT = """
[treatment]
indication = "facial-rejuvenation"
intent = "treat"
date = 2026-11-23
country = "US"
[today]
anaesthetics = []
caffeine_mg = 0
[[areas]]
site = "{site}"
side = "midline"
rectangle_mm = [30, 20]
[technique]
id = "papule"
needle = "30G 13 mm"
angle_deg = {angle}
inserted_mm = {inserted}
spacing_mm = 10
volume_per_point = "0.02 mL"
"""
LIDOCAINE = '{ product = "lidocaine-hydrochloride-10", volume = "1 mL" }'


def case(
    folder: Path,
    *contents: str,
    person: str = PERSON,
    site: str = "cheek",
    angle: float = 15,
    inserted: float = 3,
) -> mesoplan.Case:
    text = person + TREATMENT.format(site=site, angle=angle, inserted=inserted)
    if contents:
        text += f'[[syringes]]\nprepared_by = "pharmacy"\ncontents = [{", ".join(contents)}]\n'
    file = folder / "case.toml"
    file.write_text(text, encoding="utf-8")
    return mesoplan.read_case(file)


def findings(plan: mesoplan.Plan, severity: str) -> dict[str, Finding]:
    return {finding.rule: finding for finding in plan.findings if finding.severity == severity}


def test_an_allergy_nobody_understands_is_not_checked(tmp_path):
    person = PERSON.replace("allergies = []", 'allergies = ["proccaïnn"]')
    plan = mesoplan.check(case(tmp_path, LIDOCAINE, person=person))
    open_one = findings(plan, "warning")["unexplained-allergies"]
    assert not open_one.checked
    assert open_one.subjects == ("proccaïnn",)
    assert "proccaïnn" in open_one.message


def test_a_patient_who_was_asked_nothing_is_never_ok(tmp_path):
    plan = mesoplan.check(case(tmp_path, LIDOCAINE, person=ASKED_NOTHING))
    asked = mesoplan.check(case(tmp_path, LIDOCAINE))
    missing = {s for f in plan.findings if not f.checked for s in f.subjects}
    assert plan.status == "open"
    assert {"allergies", "conditions", "medicines", "pregnancy", "breastfeeding"} <= missing
    assert plan.unchecked >= asked.unchecked + 5


def test_a_tip_in_another_plane_than_intended_warns(tmp_path):
    shallow = mesoplan.check(case(tmp_path, LIDOCAINE, angle=15, inserted=3))
    deep = mesoplan.check(case(tmp_path, LIDOCAINE, angle=90, inserted=8))
    assert "plane" not in findings(shallow, "warning")
    assert "plane" in findings(deep, "warning")
    assert deep.placements[0].plane == "subcutis"


def test_a_steroid_suspension_in_the_glabella_is_critical(tmp_path):
    steroid = '{ substance = "triamcinolone-acetonide", strength = "10 mg/mL", volume = "1 mL" }'
    there = findings(mesoplan.check(case(tmp_path, steroid, site="glabella")), "critical")
    assert there["particles-in-zone"].overridable
    elsewhere = findings(mesoplan.check(case(tmp_path, steroid, site="abdomen")), "critical")
    assert "particles-in-zone" not in elsewhere


def test_a_pair_known_to_be_incompatible_is_critical(tmp_path):
    pair = (
        '{ product = "aminophylline-25", volume = "1 mL" }',
        '{ substance = "ascorbic-acid", strength = "100 mg/mL", volume = "1 mL" }',
    )
    plan = mesoplan.check(case(tmp_path, *pair))
    assert "incompatible-pair" in findings(plan, "critical")
    alone = mesoplan.check(case(tmp_path, pair[1]))
    assert "incompatible-pair" not in findings(alone, "critical")


def test_a_contraindication_of_the_label_is_critical(tmp_path):
    person = PERSON.replace("conditions = []", 'conditions = ["epilepsy"]')
    xanthine = '{ substance = "caffeine", strength = "10 mg/mL", volume = "1 mL" }'
    found = findings(mesoplan.check(case(tmp_path, xanthine, person=person)), "critical")
    assert "epilepsy" in found["methylxanthine-heart-brain"].subjects
    well = findings(mesoplan.check(case(tmp_path, xanthine)), "critical")
    assert "methylxanthine-heart-brain" not in well


def test_a_changed_mixture_loses_the_protocols_evidence(tmp_path):
    plan = mesoplan.check(case(tmp_path, LIDOCAINE))
    assert plan.protocol is not None
    assert plan.protocol.evidence.grade == "does not apply"
    assert any(text.startswith("mixture:") for text in plan.protocol.departures)


def test_an_exposure_without_a_known_level_has_no_verdict(tmp_path):
    plan = mesoplan.plan(case(tmp_path))
    exposure = [row for row in plan.indicators or () if row.substance == "hyaluronic-acid"]
    assert len(exposure) >= 4
    assert {row.verdict for row in exposure} == {"none"}


@pytest.mark.parametrize("country", ["US", "FR"])
@pytest.mark.parametrize("protocol", [pytest.param(p, id=p.id) for p in defaults()])
def test_a_healthy_adult_is_not_drowned_in_warnings(tmp_path, protocol, country):
    shape = dict(places(protocol)[0])
    site = shape.pop("site")
    text = PERSON + TREATMENT.format(site=site, angle=15, inserted=3).split("[technique]")[0]
    ((key, size),) = shape.items()
    text = text.replace("rectangle_mm = [30, 20]", f"{key} = {size}")
    text = text.replace('"facial-rejuvenation"', f'"{protocol.indication}"')
    text = text.replace('"treat"', f'"{protocol.intent}"').replace('"US"', f'"{country}"')
    file = tmp_path / "case.toml"
    file.write_text(text, encoding="utf-8")
    plan = mesoplan.check(mesoplan.read_case(file))
    assert plan.protocol is not None
    assert plan.protocol.id == protocol.id
    # what the law forbids is blocked by that law and by nothing else
    law = FORBIDDEN.get((country, protocol.indication), set())
    assert set(findings(plan, "critical")) == law
    assert (plan.status == "blocked") == bool(law)
    assert sum(finding.severity == "warning" for finding in plan.findings) <= 3


@pytest.mark.parametrize("name", ["LIDOCANE", "ZORBAMYCINE (CHLORHYDRATE DE)", "SODIUM", ""])
def test_a_register_name_that_nothing_explains_stays_unmatched(name):
    match = match_ingredient(RegisterIngredient(name=name), [], load_catalogue())
    assert match.substance is None
    assert match.ingredient == name


HEXACETONIDE = RegisterIngredient(name="TRIAMCINOLONE (HEXACETONIDE DE)")


def test_an_ester_is_not_taken_for_another():
    catalogue = load_catalogue()
    assert match_ingredient(HEXACETONIDE, [], catalogue).substance is None
    acetonide = RegisterIngredient(name="TRIAMCINOLONE (ACETONIDE DE)")
    assert match_ingredient(acetonide, [], catalogue).substance == "triamcinolone-acetonide"


def test_an_ester_is_not_taken_for_another_by_its_moiety():
    moiety = RegisterIngredient(name="TRIAMCINOLONE ACETONIDE", role="moiety")
    assert match_ingredient(HEXACETONIDE, [moiety], load_catalogue()).substance is None
