"""What holds for all findings: merged, quoted, sourced; few on a healthy adult; the status."""

import collections

import pytest

from safety.cases import (
    FORBIDDEN,
    PAPULE,
    bare,
    catalogue,
    check,
    defaults,
    found,
    none_of,
    places,
    product,
    syringe,
    unchecked,
    use,
    values,
)

DEFAULTS = [
    pytest.param(protocol, area, id=f"{protocol.id}-{area['site']}")
    for protocol in defaults()
    for area in places(protocol)
]
# A gel in the infra-orbital region is critical, and the prescriber may override it.
ON_THE_SITE = {("fine-wrinkles", "lower-eyelid"): {"particles-in-zone"}}
MESSY = dict(
    patient={
        "age_years": 17,
        "pregnant": True,
        "breastfeeding": True,
        "phototype": 5,
        "allergies": ["lidocaine", "xylocaine", "paba", "latex", "something else"],
        "conditions": ["epilepsy", "cancer", "herpes-simplex", "diabetes", "cancer"],
        "medicines": ["warfarin", "Coumadin", "aspirin", "ATC:B01AA03", "something else"],
    },
    areas=[
        {"site": "glabella", "rectangle_mm": [30, 20]},
        {"site": "glabella", "side": "left", "rectangle_mm": [30, 30]},
        {"site": "nose", "rectangle_mm": [30, 20]},
    ],
    syringes=[
        syringe(
            product("lidocaine-hydrochloride-10-preserved"),
            product("triamcinolone-acetonide-10"),
            product("caffeine-citrate-20"),
            bare("lidocaine"),
            prepared_by="practitioner",
        ),
        syringe(product("triamcinolone-acetonide-10"), bare("buflomedil")),
    ],
    technique={**PAPULE, "angle_deg": 90, "inserted_mm": 3.0},
    treatment={"country": "FR"},
    without=("today", "patient.weight_kg"),
)


def all_plans():
    yield check(**MESSY)
    yield check()
    yield check(treatment={"indication": "mesobotox"}, without=("patient.history", "today"))
    yield use(bare("caffeine"), bare("minoxidil"), bare("cynara"), bare("biotin"))
    yield use(product("piroxicam-20"), product("ketoprofen-50"), patient={"phototype": 6})


def test_findings_of_one_cause_are_merged():
    for plan in all_plans():
        seen = collections.Counter((f.rule, f.message) for f in plan.findings)
        assert max(seen.values()) == 1


def test_every_finding_says_what_clears_it_and_where_it_comes_from():
    for plan in all_plans():
        for finding in plan.findings:
            assert finding.message.strip()
            assert "{" not in finding.message + finding.clears_when
            assert finding.clears_when.strip()
            assert finding.subjects
            assert all(finding.subjects)
            assert set(finding.sources) <= set(catalogue().sources)
            if finding.severity == "critical":
                assert finding.sources


def test_what_is_not_checked_is_a_warning_never_critical_never_info():
    for plan in all_plans():
        open_ones = [f for f in plan.findings if not f.checked]
        assert {f.severity for f in open_ones} <= {"warning"}
        assert not any(f.overridable for f in open_ones)
        assert plan.unchecked == len(open_ones)


def test_only_critical_findings_can_be_overridden():
    for plan in all_plans():
        assert {f.severity for f in plan.findings if f.overridable} <= {"critical"}


def test_the_most_severe_come_first():
    order = {"critical": 0, "warning": 1, "info": 2}
    ranks = [order[f.severity] for f in check(**MESSY).findings]
    assert ranks == sorted(ranks)
    assert ranks[0] == 0


@pytest.mark.parametrize("country", ["US", "FR"])
@pytest.mark.parametrize(("protocol", "area"), DEFAULTS)
def test_a_default_protocol_on_a_healthy_adult_gives_at_most_three_warnings(
    protocol, area, country
):
    plan = check(
        treatment={
            "indication": protocol.indication,
            "intent": protocol.intent,
            "country": country,
        },
        areas=[area],
        without=("treatment.sessions",),
    )
    warnings = [(f.rule, f.checked) for f in plan.findings if f.severity == "warning"]
    assert len(warnings) <= 3, warnings
    law = FORBIDDEN.get((country, protocol.indication), set())
    anatomy = ON_THE_SITE.get((protocol.indication, area["site"]), set())
    critical = found(plan, "critical")
    assert {f.rule for f in critical} == law | anatomy, [(f.rule, f.message) for f in critical]
    assert law <= {rule.id for rule in catalogue().country_rules.values()}
    assert {f.rule for f in critical if f.overridable} == anatomy
    assert plan.protocol is not None
    assert plan.protocol.id == protocol.id
    assert not plan.protocol.departures


def test_the_defaults_are_there():
    # those whose dose a trial or a label carries; the others ask the practitioner for it
    assert {p.indication for p in defaults()} >= {
        "facial-rejuvenation",
        "biorevitalisation",
        "fine-wrinkles",
        "mesobotox",
        "melasma",
        "keloid",
        "hypertrophic-scar",
        "alopecia-areata",
        "submental-fat",
        "localized-pain",
    }
    assert all(places(p) for p in defaults())


def test_nothing_to_answer_is_ok():
    # Lidocaine 10 mg/mL neat, 0.6 mL: pH, dose, excipients and licence are known.
    plan = use(product("lidocaine-hydrochloride-10"))
    assert [f for f in plan.findings if f.severity != "info"] == []
    assert plan.status == "ok"
    assert plan.unchecked == 0


def test_a_warning_is_open_a_critical_finding_is_blocked():
    entry = product("lidocaine-hydrochloride-10")
    assert use(entry, patient={"phototype": 4}).status == "open"
    assert use(entry, patient={"conditions": ["cancer"]}).status == "blocked"
    both = use(entry, patient={"phototype": 4, "conditions": ["cancer"]})
    assert both.status == "blocked"


def test_nothing_asked_is_open_with_every_question_not_checked():
    asked = [f"patient.{name}" for name in values()["patient"] if name not in ("age_years", "sex")]
    entry = product("lidocaine-hydrochloride-10")
    plan = use(entry, without=(*asked, "today", "treatment.country", "treatment.date"))
    assert plan.status == "open"
    none_of(plan, "critical")
    for question in (
        "allergies",
        "conditions",
        "medicines",
        "pregnancy",
        "breastfeeding",
        "phototype",
        "country",
        "local-anaesthetic",
    ):
        assert unchecked(plan, question), question
    assert plan.unchecked >= 8
