"""Every protocol of the catalogue plans on a suitable place, and says what its sources carry."""

import datetime as dt
import functools
import itertools
from typing import Any

import pytest

from helpers import ASKED, REMOVE, changed
from mesoplan import Plan, check
from mesoplan.catalogue import load_catalogue
from mesoplan.core.errors import InputError
from mesoplan.model.protocol import Protocol
from mesoplan.workflow.case_file import parse_case

CATALOGUE = load_catalogue()
PROTOCOLS = [pytest.param(p, id=p.id) for p in CATALOGUE.protocols.values()]
STATED = [pytest.param(p, id=p.id) for p in CATALOGUE.protocols.values() if p.syringes]
ASKING = [pytest.param(p, id=p.id) for p in CATALOGUE.protocols.values() if p.ask]
DEFAULTS = [
    pytest.param(p, id=p.id) for p in CATALOGUE.protocols.values() if p.syringes and p.default
]
PLACES: dict[str, dict[str, Any]] = {
    "keloid": {"site": "upper-back", "lesion_mm": [30, 12, 4]},
    "hypertrophic-scar": {"site": "shoulder", "lesion_mm": [35, 10, 3]},
    "submental-fat": {"site": "submental", "rectangle_mm": [60, 40]},
    "alopecia-areata": {"site": "scalp", "rectangle_mm": [40, 20]},
    "localized-pain": {"site": "upper-back", "rectangle_mm": [80, 40]},
}
FORBIDDEN_IN_FRANCE = {"submental-fat", "localized-fat"}
PREVENTED = {"biorevitalisation", "fine-wrinkles", "keloid", "melasma"}


def place(protocol: Protocol) -> dict[str, Any]:
    """A suitable area: one of the indication's own sites."""
    other = {"site": CATALOGUE.indications[protocol.indication].sites[0], "rectangle_mm": [60, 50]}
    if protocol.indication in ("facial-rejuvenation", "mesolift", "mesobotox"):
        other["site"] = "cheek"
    return PLACES.get(protocol.indication, other)


def values(protocol: Protocol, country: str) -> dict[str, Any]:
    """A healthy adult who was asked everything; a mixture where the protocol asks for one."""
    case: dict[str, Any] = {
        "format": "mesoplan/case",
        "version": 1,
        "patient": ASKED,
        "treatment": {
            "indication": protocol.indication,
            "intent": protocol.intent,
            "protocol": protocol.id,
            "date": dt.date(2026, 11, 23),
            "country": country,
            "reason": "the patient asks for it",
        },
        "today": {"anaesthetics": [], "caffeine_mg": 0},
        "areas": [place(protocol)],
    }
    if protocol.ask:
        fat = protocol.indication == "submental-fat"
        product = "deoxycholic-acid-10" if fat else "sodium-chloride-0.9"
        contents = [{"product": product, "volume": "2 mL"}]
        case["syringes"] = [{"prepared_by": "practitioner", "contents": contents}]
        own = protocol.technique
        if own.volume_per_point_ml is None and own.volume_per_cm2_ml is None:
            case["technique"] = {"volume_per_point": "0.02 mL"}
    return case


def planned(case: dict[str, Any]) -> Plan:
    read, faults = parse_case(case, "case", CATALOGUE)
    assert not faults
    assert read is not None
    return check(read, CATALOGUE)


@functools.cache
def plan_of(protocol: Protocol, country: str = "US") -> Plan:
    return planned(values(protocol, country))


def rules_of(plan: Plan, severity: str) -> list[str]:
    return [finding.rule for finding in plan.findings if finding.severity == severity]


@pytest.mark.parametrize("country", ["US", "FR"])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_every_protocol_plans(protocol: Protocol, country: str) -> None:
    plan = plan_of(protocol, country)
    assert plan.points
    assert plan.protocol is not None
    assert plan.protocol.id == protocol.id
    if protocol.syringes:
        assert not plan.protocol.departures
        assert plan.protocol.evidence.grade == protocol.evidence.grade
    else:
        assert plan.protocol.departures
        assert plan.protocol.evidence.grade == "does not apply"


@pytest.mark.parametrize("country", ["US", "FR"])
@pytest.mark.parametrize("protocol", DEFAULTS)
def test_a_default_gives_nothing_critical_and_few_warnings(
    protocol: Protocol, country: str
) -> None:
    plan = plan_of(protocol, country)
    if country == "FR" and protocol.indication in FORBIDDEN_IN_FRANCE:
        assert set(rules_of(plan, "critical")) == {"fr-lipolysis", "fr-lipolytic-products"}
    else:
        assert not rules_of(plan, "critical")
    assert len(rules_of(plan, "warning")) <= 3


@pytest.mark.parametrize("protocol", STATED)
def test_no_stated_mixture_is_stopped_where_it_is_lawful(protocol: Protocol) -> None:
    assert not rules_of(plan_of(protocol), "critical")


@pytest.mark.parametrize("protocol", STATED)
def test_the_tip_lies_where_the_technique_wants_it(protocol: Protocol) -> None:
    for placement in plan_of(protocol).placements:
        assert placement.plane == placement.intended_plane
        assert placement.probability_intended >= 0.5


@pytest.mark.parametrize("protocol", ASKING)
def test_a_protocol_without_a_dose_asks_for_one(protocol: Protocol) -> None:
    read, faults = parse_case(changed(values(protocol, "US"), syringes=REMOVE), "case", CATALOGUE)
    assert not faults
    assert read is not None
    with pytest.raises(InputError) as refused:
        check(read, CATALOGUE)
    assert "syringes" in {fault.key for fault in refused.value.faults}


@pytest.mark.parametrize("indication", CATALOGUE.indications)
def test_every_indication_is_treated_and_maintained_by_one_default_each(indication: str) -> None:
    for intent in ("treat", "maintain", "prevent"):
        found = [
            p.id
            for p in CATALOGUE.protocols.values()
            if (p.indication, p.intent, p.default) == (indication, intent, True)
        ]
        others = [p for p in CATALOGUE.protocols.values() if p.indication == indication]
        due = intent != "prevent" or indication in PREVENTED
        assert len(found) == 1 or (not due and len(found) == 0), (indication, intent, found)
        if any(p.intent == intent for p in others):
            assert found


@pytest.mark.parametrize("protocol", STATED)
def test_no_default_mixture_rests_on_memory_alone(protocol: Protocol) -> None:
    for syringe in protocol.syringes:
        if protocol.default:
            assert syringe.trust != "recalled"
            assert set(syringe.sources) - {"general-knowledge", "mesoplan-proposal"}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_trials_and_their_other_side_are_shown(protocol: Protocol) -> None:
    evidence = protocol.evidence
    assert evidence.trials
    assert evidence.alternative
    named = {source for trial in evidence.trials for source in trial.sources}
    assert named <= set(evidence.sources)
    if protocol.intent == "prevent" and protocol.indication != "keloid":
        assert evidence.grade == "none"
        assert protocol.ask


def test_negative_trials_stand_beside_positive_ones() -> None:
    for name in ("melasma-treat", "androgenetic-alopecia-treat", "acne-scar-treat"):
        results = {trial.result for trial in CATALOGUE.protocols[name].evidence.trials}
        assert "negative" in results
        assert results & {"positive", "mixed", "review"}


def test_deoxycholic_acid_is_planned_by_its_label() -> None:
    plan = plan_of(CATALOGUE.protocols["submental-fat-treat"])
    # 60 x 40 mm on a 10 mm grid: 6 x 4 points of 0.2 mL of 10 mg/mL = 48 mg, 2 mg each cm2
    assert len(plan.points) == 24
    (total,) = plan.totals
    assert total.amount.value == pytest.approx(48)
    (placement,) = plan.placements
    assert placement.probability_below_dermis >= 0.9
    assert placement.plane == "subcutis"
    treatments = [row.date for row in plan.schedule if row.kind == "treatment"]
    assert len(treatments) == 6
    gaps = {b - a for a, b in itertools.pairwise(treatments)}
    assert min(gaps) >= dt.timedelta(days=28)


def test_deoxycholic_acid_beyond_its_label_is_stopped() -> None:
    protocol = CATALOGUE.protocols["submental-fat-treat"]
    base = values(protocol, "US")
    for change in (
        {"areas__0__site": "abdomen"},
        {"areas__0__rectangle_mm": [120, 50]},  # 12 x 5 = 60 points
        {"technique": {"spacing_mm": 12.0}},
        {"technique": {"inserted_mm": 1.5}},
        {"treatment__interval_days": 21},
        {"treatment__sessions": 7},
    ):
        assert rules_of(planned(changed(base, **change)), "critical"), change


def test_the_doses_by_hand() -> None:
    def total(name: str, substance: str) -> float:
        (row,) = [t for t in plan_of(CATALOGUE.protocols[name]).totals if t.substance == substance]
        return row.amount.value

    # 80 x 40 mm at 20 mm: 4 x 2 points of 0.12 mL of 20 mg/mL
    assert total("localized-pain-treat", "lidocaine") == pytest.approx(19.2)
    # 60 x 50 mm at 10 mm: 30 points of 0.05 mL of 4 mg/mL
    assert total("melasma-treat", "tranexamic-acid") == pytest.approx(6.0)
    # 40 x 20 mm at 10 mm: 8 points of 0.1 mL of 5 mg/mL
    assert total("alopecia-areata-treat", "triamcinolone-acetonide") == pytest.approx(4.0)
