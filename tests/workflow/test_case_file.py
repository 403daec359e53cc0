"""What a case file says reaches the Case: given and not given, names, shapes, dates."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from helpers import FACE, PAIN, REMOVE, changed, checked, faults, rules, write_case
from mesoplan import Case, Plan, read_case

ASKABLE = (
    "allergies",
    "conditions",
    "medicines",
    "history",
    "pregnant",
    "breastfeeding",
    "weight_kg",
    "phototype",
    "sex",
)
TOXIN = {
    "product": "onabotulinumtoxina-100",
    "reconstitute": {"with": "sodium-chloride-0.9", "volume": "2.5 mL"},
    "volume": "2.5 mL",
}


def read(folder: Path, values: dict[str, Any]) -> Case:
    return read_case(write_case(folder, values))


def unchecked(plan: Plan) -> set[str]:
    return {f.rule for f in plan.findings if not f.checked}


@pytest.mark.parametrize("field", ASKABLE)
def test_an_absent_field_is_not_asked(tmp_path: Path, field: str) -> None:
    case = read(tmp_path, changed(PAIN, **{f"patient__{field}": REMOVE}))
    assert getattr(case.patient, field) is None


@pytest.mark.parametrize("field", ["allergies", "conditions", "medicines", "history"])
def test_an_empty_list_is_asked_none(tmp_path: Path, field: str) -> None:
    assert getattr(read(tmp_path, PAIN).patient, field) == ()


def test_false_is_asked_no(tmp_path: Path) -> None:
    patient = read(tmp_path, PAIN).patient
    assert patient.pregnant is False
    assert patient.breastfeeding is False


def test_today_is_asked_or_not(tmp_path: Path) -> None:
    assert read(tmp_path, changed(PAIN, today=REMOVE)).today is None
    nothing = read(tmp_path, changed(PAIN, today={})).today
    assert nothing is not None
    assert (nothing.anaesthetics, nothing.caffeine_mg) == (None, None)
    none = read(tmp_path, PAIN).today
    assert none is not None
    assert (none.anaesthetics, none.caffeine_mg) == ((), 0.0)


@pytest.mark.parametrize(
    "field", ["allergies", "conditions", "medicines", "pregnant", "breastfeeding", "phototype"]
)
def test_a_rule_that_needs_what_was_not_asked_is_not_checked(tmp_path: Path, field: str) -> None:
    before = checked(tmp_path, FACE)
    after = checked(tmp_path, changed(FACE, **{f"patient__{field}": REMOVE}))
    assert unchecked(after) > unchecked(before)
    assert after.unchecked == sum(not f.checked for f in after.findings)
    assert all(f.severity == "warning" for f in after.findings if not f.checked)
    assert after.status == "open"  # never exit 3


def test_history_not_asked_matters_to_a_toxin(tmp_path: Path) -> None:
    toxin = changed(PAIN, syringes=[{"contents": [TOXIN]}])
    assert "interval" not in unchecked(checked(tmp_path, toxin))
    assert "interval" in unchecked(checked(tmp_path, changed(toxin, patient__history=REMOVE)))
    assert "interval" in unchecked(checked(tmp_path, changed(toxin, treatment__date=REMOVE)))


def test_today_not_asked_matters_to_an_anaesthetic(tmp_path: Path) -> None:
    assert "dose-today" not in unchecked(checked(tmp_path, PAIN))
    assert "dose-today" in unchecked(checked(tmp_path, changed(PAIN, today=REMOVE)))
    assert "dose-today" in unchecked(checked(tmp_path, changed(PAIN, today__anaesthetics=REMOVE)))


def test_a_missing_weight_is_a_checked_warning(tmp_path: Path) -> None:
    plan = checked(tmp_path, changed(PAIN, patient__weight_kg=REMOVE))
    (finding,) = [f for f in plan.findings if f.rule == "weight"]
    assert (finding.severity, finding.checked) == ("warning", True)
    assert "weight" in finding.subjects
    # 50 kg assumed: 4.5 mg/kg x 50 kg = 225 mg
    assert plan.totals[0].limit is not None
    assert plan.totals[0].limit.value == pytest.approx(225)


def test_intent_not_given_is_planned_as_treatment(tmp_path: Path) -> None:
    case = read(tmp_path, changed(PAIN, treatment__intent=REMOVE))
    assert case.treatment.intent == "treat"
    assert case.treatment.intent_assumed


@pytest.mark.parametrize(
    ("written", "substance"),
    [
        ("procaine", "procaine"),
        ("PROCAINE", "procaine"),
        ("Procaïne", "procaine"),
        ("procaína", "procaine"),
        ("Novocain", "procaine"),
        ("lignocaine", "lidocaine"),
        ("Lidocaïne", "lidocaine"),
        ("lidocaina", "lidocaine"),
        ("LIDOCAÍNA", "lidocaine"),
        ("Xylocaine", "lidocaine"),
        ("xylocaïne", "lidocaine"),
        ("mépivacaïne", "mepivacaine"),
        ("Carbocaina", "mepivacaine"),
        ("caféine", "caffeine"),
        ("caffeina", "caffeine"),
        ("cafeína", "caffeine"),
        ("aminofillina", "aminophylline"),
        ("acide tranexamique", "tranexamic-acid"),
        ("acido tranexamico", "tranexamic-acid"),
        ("ácido tranexámico", "tranexamic-acid"),
        ("Exacyl", "tranexamic-acid"),
        ("Tranexamic Acid", "tranexamic-acid"),
        ("vitamine C", "ascorbic-acid"),
        ("vitamina c", "ascorbic-acid"),
        ("acide ascorbique", "ascorbic-acid"),
        ("acide hyaluronique", "hyaluronic-acid"),
        ("acido ialuronico", "hyaluronic-acid"),
        ("ácido hialurónico", "hyaluronic-acid"),
        ("onabotulinumtoxinA", "onabotulinumtoxina"),
        ("Botox", "onabotulinumtoxina"),
        ("Vistabel", "onabotulinumtoxina"),
        ("Vistabex", "onabotulinumtoxina"),
        ("acide désoxycholique", "deoxycholic-acid"),
        ("acido desossicolico", "deoxycholic-acid"),
        ("Kybella", "deoxycholic-acid"),
        ("Belkyra", "deoxycholic-acid"),
        ("triamcinolone acetonide", "triamcinolone-acetonide"),
        ("Kenalog", "triamcinolone-acetonide"),
        ("buflomédil", "buflomedil"),
        ("Avodart", "dutasteride"),
        ("  lidocaine ", "lidocaine"),
    ],
)
def test_names_brands_and_synonyms_lead_to_substances(
    tmp_path: Path, written: str, substance: str
) -> None:
    allergies = read(tmp_path, changed(PAIN, patient__allergies=[written])).patient.allergies
    assert allergies is not None
    (name,) = allergies
    assert name.id == substance
    assert name.written == written.strip()
    entry = {"substance": written, "strength": "1 mg/mL", "volume": "1 mL"}
    if substance == "onabotulinumtoxina":
        entry["strength"] = "10 U/mL"
    case = read(tmp_path, changed(PAIN, syringes=[{"contents": [entry]}]))
    assert case.syringes is not None
    assert case.syringes[0].contents[0].substance == substance


@pytest.mark.parametrize(
    ("written", "condition"),
    [
        ("EPILEPSY", "epilepsy"),
        ("épilepsie", "epilepsy"),
        ("epilessia", "epilepsy"),
        ("epilepsia", "epilepsy"),
        ("Bleeding Disorder", "bleeding-disorder"),
        ("bleeding_disorder", "bleeding-disorder"),
        ("hémophilie", "bleeding-disorder"),
        ("diabete", "diabetes"),
        ("myasthenia gravis", "neuromuscular-disease"),
    ],
)
def test_conditions_in_any_language(tmp_path: Path, written: str, condition: str) -> None:
    conditions = read(tmp_path, changed(PAIN, patient__conditions=[written])).patient.conditions
    assert conditions is not None
    assert [(c.name.id, c.name.written) for c in conditions] == [(condition, written)]


@pytest.mark.parametrize(
    ("written", "atc"),
    [
        ("warfarin", ("B01AA03",)),
        ("Coumadine", ("B01AA03",)),
        ("WARFARINA", ("B01AA03",)),
        ("ATC:N06AB08", ("N06AB08",)),
        ("atc:n06ab08", ("N06AB08",)),
        ("N06AB08", ("N06AB08",)),
        ("ATC:B01", ("B01",)),
        ("ATC: B01AA", ("B01AA",)),
    ],
)
def test_medicines_by_name_brand_or_code(
    tmp_path: Path, written: str, atc: tuple[str, ...]
) -> None:
    medicines = read(tmp_path, changed(PAIN, patient__medicines=[written])).patient.medicines
    assert medicines is not None
    (name,) = medicines
    assert name.atc == atc
    assert name.written == written


def test_an_anticoagulant_warns_by_brand_and_by_code(tmp_path: Path) -> None:
    for written in ("warfarin", "Coumadine", "ATC:B01AA03"):
        plan = checked(tmp_path, changed(PAIN, patient__medicines=[written]))
        hit = [f for f in plan.findings if written in (*f.subjects, f.message)]
        assert hit, written
        assert all(f.severity == "warning" and f.checked for f in hit)


@pytest.mark.parametrize(
    "field", ["allergies", "conditions", "medicines", "history", "anaesthetics"]
)
def test_a_text_that_nothing_explains_is_kept_and_not_checked(tmp_path: Path, field: str) -> None:
    text = "the little Purple pill"
    if field == "anaesthetics":
        given = [{"substance": text, "amount": "5 mg", "form": "cream"}]
        values = changed(PAIN, today__anaesthetics=given)
    else:
        entry: Any = text
        if field == "history":
            entry = {"substance": text, "date": dt.date(2026, 1, 5)}
        values = changed(PAIN, **{f"patient__{field}": [entry]})
    plan = checked(tmp_path, values)
    hit = [f for f in plan.findings if text in f.subjects]
    assert hit
    assert all((f.checked, f.severity) == (False, "warning") for f in hit)
    assert any(text in f.message for f in hit)
    assert plan.status == "open"


def test_subjects_are_as_the_case_wrote_them(tmp_path: Path) -> None:
    plan = checked(tmp_path, changed(PAIN, patient__allergies=["Xylocaïne"]))
    hit = [f for f in plan.findings if f.rule.startswith("allergy")]
    assert hit
    assert any("Xylocaïne" in f.subjects for f in hit)
    assert plan.status == "blocked"
    history = [{"substance": "Vistabel", "amount": "50 U", "date": dt.date(2026, 11, 1)}]
    toxin = changed(PAIN, syringes=[{"contents": [TOXIN]}], patient__history=history)
    (finding,) = [f for f in checked(tmp_path, toxin).findings if f.rule == "interval"]
    assert finding.severity == "critical"  # 22 days, below 84
    assert "Vistabel" in finding.subjects
    plan = checked(tmp_path, changed(PAIN, patient__conditions=["Hémophilie"]))
    assert any("Hémophilie" in f.subjects for f in plan.findings if f.severity == "critical")


@pytest.mark.parametrize("code", ["fr", "FR", "Fr"])
def test_country_in_any_letter_case(tmp_path: Path, code: str) -> None:
    assert read(tmp_path, changed(PAIN, treatment__country=code)).treatment.country == "FR"


def test_ids_in_any_letter_case(tmp_path: Path) -> None:
    case = read(
        tmp_path,
        changed(
            PAIN,
            treatment__indication="Localized-PAIN",
            treatment__intent="TREAT",
            patient__sex="Female",
            areas__0__site="UPPER-Back",
            areas__0__side="Left",
            technique__id="Micro-Deposit",
            technique__pattern="HEXAGONAL",
            technique__needle="30g 4 MM",
            syringes__0__contents__0__product="Lidocaine-Hydrochloride-10",
            syringes__0__prepared_by="Pharmacy",
        ),
    )
    assert case.treatment.indication == "localized-pain"
    assert case.areas[0].site == "upper-back"
    assert case.areas[0].side == "left"
    assert case.technique.id == "micro-deposit"
    assert case.technique.needle == "30G 4 mm"
    assert case.syringes is not None
    assert case.syringes[0].contents[0].product == "lidocaine-hydrochloride-10"


@pytest.mark.parametrize(
    ("born", "age"),
    [
        (dt.date(1980, 11, 22), 46),  # birthday the day before the session of 2026-11-23
        (dt.date(1980, 11, 23), 46),  # on the day
        (dt.date(1980, 11, 24), 45),  # the day after
        (dt.date(2008, 2, 29), 18),
        (dt.date(2008, 11, 24), 17),
        (dt.date(2026, 11, 23), 0),
    ],
)
def test_age_on_the_day_of_the_session(tmp_path: Path, born: dt.date, age: int) -> None:
    case = read(tmp_path, changed(PAIN, patient__age_years=REMOVE, patient__birth_date=born))
    assert case.patient.age_years == age


def test_age_may_stand_beside_a_birth_date_that_agrees(tmp_path: Path) -> None:
    both = changed(PAIN, patient__age_years=46, patient__birth_date=dt.date(1980, 1, 31))
    assert faults(tmp_path, both) == ()


def test_without_a_session_date_age_is_due(tmp_path: Path) -> None:
    values = changed(PAIN, treatment__date=REMOVE, patient__birth_date=dt.date(1980, 1, 31))
    assert faults(tmp_path, values) == ()
    assert [f.key for f in faults(tmp_path, changed(values, patient__age_years=REMOVE))] == [
        "patient.birth_date"
    ]


def test_the_case_states_what_its_file_says(tmp_path: Path) -> None:
    values = changed(
        PAIN,
        patient__name="A. Person",
        patient__record_number="0042",
        treatment__target_depth_mm=1.0,
        treatment__reason="because",
        today__anaesthetics=[{"substance": "lidocaine", "amount": "0.05 g", "form": "Block"}],
        today__caffeine_mg=200,
        areas__0__skin={"epidermis_mm": 0.06, "dermis_mm": 1.4},
    )
    case = read(tmp_path, values)
    assert case.name == "case"
    assert (case.patient.name, case.patient.record_number) == ("A. Person", "0042")
    assert case.patient.weight_kg == 62.0
    assert case.treatment.date == dt.date(2026, 11, 23)
    assert case.treatment.target_depth_mm == 1.0
    assert case.treatment.reason == "because"
    assert case.today is not None
    assert case.today.anaesthetics is not None
    (given,) = case.today.anaesthetics
    assert (given.amount.value, given.amount.unit, given.form) == (50.0, "mg", "block")
    assert case.today.caffeine_mg == 200
    assert case.areas[0].rectangle_mm == (60, 50)
    assert case.areas[0].skin is not None
    assert case.areas[0].skin.dermis_mm == 1.4
    assert case.technique.volume_per_point is not None
    assert case.technique.volume_per_point.value == 0.02
    assert case.technique.margin_mm is None  # not given; 0 applies


def test_the_indications_default_protocol_applies(tmp_path: Path) -> None:
    plan = checked(tmp_path, FACE)
    assert plan.protocol is not None
    assert plan.protocol.id == "facial-rejuvenation-treat"
    assert plan.protocol.departures == ()
    assert plan.protocol.evidence.grade == "low"
    maintain = checked(tmp_path, changed(FACE, treatment__intent="maintain"))
    assert maintain.protocol is not None
    assert maintain.protocol.id == "facial-rejuvenation-maintain"


def test_a_departure_in_dose_takes_the_evidence_away(tmp_path: Path) -> None:
    plan = checked(tmp_path, changed(FACE, technique__volume_per_point="0.03 mL"))
    assert plan.protocol is not None
    assert plan.protocol.departures
    assert "does not apply to this mixture" in plan.protocol.evidence.statement
    mixture = [{"contents": [{"product": "hyaluronic-acid-10", "volume": "1 mL"}]}]
    other = checked(tmp_path, changed(FACE, syringes=mixture))
    assert other.protocol is not None
    assert any("mixture" in text for text in other.protocol.departures)
    assert "does not apply to this mixture" in other.protocol.evidence.statement


def test_the_protocols_own_mixture_is_no_departure(tmp_path: Path) -> None:
    same = [{"contents": [{"product": "hyaluronic-acid-14-mannitol", "volume": "1 mL"}]}]
    plan = checked(tmp_path, changed(FACE, syringes=same))
    assert plan.protocol is not None
    assert plan.protocol.departures == ()


def test_an_indication_without_protocol_is_planned_and_warned(tmp_path: Path) -> None:
    alone = {"treatment__intent": "prevent", "treatment__reason": "a long drive"}
    plan = checked(tmp_path, changed(PAIN, **alone))
    assert plan.protocol is None
    assert rules(plan, "warning") == {"no-protocol"}
    treated = checked(tmp_path, PAIN)
    assert treated.protocol is not None
    assert treated.protocol.id == "localized-pain-treat"
    assert "no-protocol" not in rules(treated, "warning")


def test_prevention_without_a_reason_warns(tmp_path: Path) -> None:
    contents = [{"product": "hyaluronic-acid-10", "volume": "1 mL"}]
    values = changed(FACE, treatment__intent="prevent", syringes=[{"contents": contents}])
    assert "prevention-reason" in rules(checked(tmp_path, values), "warning")
    stated = changed(values, treatment__reason="first lines")
    assert "prevention-reason" not in rules(checked(tmp_path, stated), "warning")


def test_the_schedule_counts_from_the_first_session(tmp_path: Path) -> None:
    values = changed(PAIN, treatment__sessions=4, treatment__interval_days=14)
    plan = checked(tmp_path, values)
    days = [row.date for row in plan.schedule if row.kind == "treatment"]
    assert days == [dt.date(2026, 11, 23) + dt.timedelta(days=14 * i) for i in range(4)]
    undated = checked(tmp_path, changed(values, treatment__date=REMOVE))
    assert all(row.date is None for row in undated.schedule)
