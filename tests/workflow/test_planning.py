"""The plan document: totals, mixtures, departures and evidence, status and exit code."""

import json

import pytest

import mesoplan
from helpers import main
from safety.cases import (
    PAPULE,
    bare,
    case_of,
    catalogue,
    check,
    inject,
    product,
    syringe,
    use,
)

SALINE = "sodium-chloride-0.9"
ALONE = {"indication": "striae", "intent": "prevent", "reason": "growth spurt"}
MESOBOTOX = {"indication": "mesobotox"}


def row(plan, substance):
    (found,) = [t for t in plan.totals if t.substance == substance]
    return found


def held(plan, substance, index=0):
    (found,) = [s for s in plan.syringes[index].substances if s.substance == substance]
    return found


def test_totals_are_over_all_points_and_leave_out_what_is_left():
    # 10 mL of 10 mg/mL are prepared, 30 points of 0.02 mL injected: 0.6 mL, 6 mg.
    plan = use(product("lidocaine-hydrochloride-10", "10 mL"))
    assert len(plan.points) == 30
    assert row(plan, "lidocaine").amount.value == pytest.approx(6.0)
    assert row(plan, "lidocaine").amount.unit == "mg"
    assert held(plan, "lidocaine").amount.value == pytest.approx(100.0)
    # 279 mg (4.5 mg/kg x 62 kg).
    assert row(plan, "lidocaine").fraction == pytest.approx(6 / 279)


def test_more_than_prepared_is_more_of_the_same_mixture():
    # 1 mL holds 10 mg; 12 mL are 120 mg.
    plan = inject(12, product("lidocaine-hydrochloride-10", "1 mL"))
    assert row(plan, "lidocaine").amount.value == pytest.approx(120.0)
    assert plan.syringes[0].mixtures >= 12


def test_one_row_per_substance_with_today_s_included():
    plan = check(
        syringes=[
            syringe(product("lidocaine-hydrochloride-10"), product("lidocaine-hydrochloride-20")),
            syringe(product("lidocaine-hydrochloride-10")),
        ],
        technique=PAPULE,
        today={
            "anaesthetics": [
                {"substance": "lidocaine", "amount": "50 mg", "form": "block"},
                {"substance": "Xylocaine", "amount": "7 mg", "form": "cream"},
            ]
        },
    )
    # 0.6 mL of 15 mg/mL + 0.6 mL of 10 mg/mL = 15 mg, and 57 mg by other means.
    assert [t.substance for t in plan.totals] == ["lidocaine"]
    assert row(plan, "lidocaine").injected.value == pytest.approx(15.0)
    assert row(plan, "lidocaine").amount.value == pytest.approx(72.0)


def test_dietary_caffeine_is_in_the_total():
    plan = use(product("caffeine-citrate-20"), today={"caffeine_mg": 200})
    # 0.6 mL x 20 mg/mL x 194.19 / 386.31 = 6.032 mg.
    assert row(plan, "caffeine").amount.value == pytest.approx(206.032, abs=0.001)


def test_unknown_is_null_never_zero():
    plan = use(bare("cynara"))
    assert row(plan, "cynara").limit is None
    assert row(plan, "cynara").fraction is None
    assert plan.syringes[0].ph is None
    assert plan.indicators is None
    assert plan.systemic is None


def test_a_pass_may_be_restricted_to_areas():
    areas = [
        {"site": "cheek", "side": "left", "rectangle_mm": [60, 50]},
        {"site": "cheek", "side": "right", "rectangle_mm": [30, 20]},
    ]
    plan = check(
        areas=areas,
        technique=PAPULE,
        syringes=[
            syringe(product("lidocaine-hydrochloride-10")),
            syringe(product("tranexamic-acid-100"), areas=[1]),
        ],
    )
    # 30 + 6 points of 0.02 mL: 0.72 mL, 7.2 mg; 6 points: 0.12 mL, 12 mg.
    assert len(plan.points) == 42
    assert row(plan, "lidocaine").amount.value == pytest.approx(7.2)
    assert row(plan, "tranexamic-acid").amount.value == pytest.approx(12.0)
    assert {p.area for p in plan.points if p.syringe == 1} == {1}


def test_reconstitution():
    # 100 U in 2.5 mL are 40 U/mL: 0.6 mL hold 24 U; topped with 0.4 mL of 10 mg/mL to 1 mL.
    plan = check(treatment=MESOBOTOX)
    assert plan.syringes[0].volume_ml == pytest.approx(1.0)
    toxin, caine = held(plan, "onabotulinumtoxina"), held(plan, "lidocaine")
    assert (toxin.amount.value, toxin.amount.unit) == (pytest.approx(24.0), "U")
    assert (toxin.concentration.value, toxin.concentration.unit) == (pytest.approx(24.0), "U/mL")
    assert caine.amount.value == pytest.approx(4.0)
    # 30 points of 0.01 mL: 0.3 mL, 7.2 U, 1.2 mg.
    assert row(plan, "onabotulinumtoxina").amount.value == pytest.approx(7.2)
    assert row(plan, "lidocaine").amount.value == pytest.approx(1.2)


def test_the_diluent_is_in_the_mixture_and_in_the_totals():
    plan = use(product("onabotulinumtoxina-100", "0.6 mL", SALINE))
    # 0.6 mL of 0.9 %: 5.4 mg of sodium chloride.
    assert held(plan, "sodium-chloride").amount.value == pytest.approx(5.4)
    assert [t.substance for t in plan.totals] == ["onabotulinumtoxina", "sodium-chloride"]


def test_osmolality_by_ideal_mixing():
    # (305 + 308) / 2 = 306.5; (636 + 9 x 308) / 10 = 340.8.
    half = use(product("lidocaine-hydrochloride-10"), product(SALINE))
    assert half.syringes[0].osmolality_mosm_kg == pytest.approx(306.5)
    tenth = use(product("tranexamic-acid-100"), product(SALINE, "9 mL"))
    assert tenth.syringes[0].osmolality_mosm_kg == pytest.approx(340.8)
    alone = use(product("lidocaine-hydrochloride-10"))
    assert alone.syringes[0].osmolality_mosm_kg == pytest.approx(305)


def test_ph_only_for_a_product_used_alone():
    assert use(product("lidocaine-hydrochloride-10")).syringes[0].ph == pytest.approx(6.5)
    diluted = use(product("lidocaine-hydrochloride-10"), product(SALINE))
    assert diluted.syringes[0].ph is None


def test_no_departure_keeps_the_evidence():
    plan = check(without=("treatment.sessions",))
    assert plan.protocol is not None
    assert plan.protocol.departures == ()
    assert "does not apply" not in plan.protocol.evidence.statement
    assert plan.protocol.evidence.grade in {"high", "moderate", "low", "very low", "none"}


@pytest.mark.parametrize(
    "parts",
    [
        dict(syringes=[syringe(product("lidocaine-hydrochloride-10"))]),
        dict(syringes=[syringe(product("hyaluronic-acid-14-mannitol"), product(SALINE))]),
        dict(technique={"volume_per_point": "0.025 mL"}),
        dict(technique={"volume_per_area": "1 mL"}),
        dict(technique={"spacing_mm": 5.0}),
    ],
    ids=["mixture", "diluted", "volume", "area", "spacing"],
)
def test_another_mixture_or_dose_leaves_the_evidence(parts):
    plan = check(**parts)
    assert plan.protocol is not None
    assert plan.protocol.departures
    assert "does not apply to this mixture" in plan.protocol.evidence.statement


def test_the_protocol_s_mixture_written_out_is_no_departure():
    plan = check(
        syringes=[syringe(product("hyaluronic-acid-14-mannitol", "1 mL"))],
        technique={"volume_per_point": "0.02 mL"},
        without=("treatment.sessions",),
    )
    assert plan.protocol is not None
    assert plan.protocol.departures == ()


def test_a_departure_in_the_course_or_the_needle_keeps_the_evidence():
    plan = check(treatment={"sessions": 9}, technique={"needle": "32G 4 mm"})
    assert plan.protocol is not None
    assert len(plan.protocol.departures) == 2
    assert "does not apply" not in plan.protocol.evidence.statement


def test_an_indication_without_protocol_is_planned_from_the_case():
    assert catalogue().default_protocol("striae", "prevent") is None
    plan = check(
        treatment=ALONE,
        technique=PAPULE,
        syringes=[syringe(product("tranexamic-acid-100"), product(SALINE, "9 mL"))],
    )
    assert plan.protocol is None
    assert plan.document()["protocol"] is None
    about = [f for f in plan.findings if f.severity == "warning" and "striae" in f.subjects]
    assert [f.rule for f in about] == ["no-protocol"]
    # 30 points of 0.02 mL of 10 mg/mL
    assert row(plan, "tranexamic-acid").amount.value == pytest.approx(6.0)


def test_without_protocol_mixture_and_dose_must_be_stated():
    case = case_of(treatment=ALONE)
    with pytest.raises(mesoplan.InputError) as caught:
        mesoplan.check(case)
    assert "syringes" in {fault.key for fault in caught.value.faults}


def test_the_document_has_the_contract_s_keys():
    document = json.loads(json.dumps(check().document()))
    assert (document["format"], document["version"]) == ("mesoplan/plan", 1)
    assert {
        "status", "unchecked", "case", "protocol", "syringes", "points", "totals", "findings",
        "indicators", "systemic", "schedule", "supplies", "provenance",
    } <= set(document)  # fmt: skip
    assert document["indicators"] is None
    assert document["systemic"] is None
    assert {"id", "area", "x_mm", "y_mm", "depth_mm", "plane", "volume_ml", "syringe"} <= set(
        document["points"][0]
    )
    assert {"rule", "severity", "checked", "overridable", "subjects", "message", "clears_when",
            "sources"} <= set(document["findings"][0])  # fmt: skip
    assert {"volume_ml", "ph", "osmolality_mosm_kg", "substances"} <= set(document["syringes"][0])


CASE = """
format = "mesoplan/case"
version = 1
[patient]
age_years = 46
{patient}
[treatment]
indication = "facial-rejuvenation"
date = 2026-11-23
country = "FR"
[[areas]]
site = "cheek"
rectangle_mm = [30, 30]
"""


@pytest.mark.parametrize(
    ("patient", "code"), [("", 0), ('conditions = ["cancer"]', 3), ("phototype = 5", 0)]
)
def test_only_critical_findings_set_exit_3(patient, code, tmp_path, monkeypatch, capsys):
    path = tmp_path / "case.toml"
    path.write_text(CASE.format(patient=patient), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["mesoplan", "check", str(path), "--json"])
    with pytest.raises(SystemExit) as caught:
        main()
    document = json.loads(capsys.readouterr().out)
    assert caught.value.code == code
    assert document["unchecked"] > 0
    assert document["status"] == ("blocked" if code else "open")
