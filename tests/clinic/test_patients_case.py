"""The patient block that plans are made from: what was asked, what stands, what the clinic gave."""

import datetime as dt

import pytest

from clinic.cases import TODAY, asked, course_of
from clinic.conftest import NOW
from mesoplan.clinic.models import (
    Allergy,
    Condition,
    Delivery,
    EarlierTreatment,
    Intake,
    PlanVersion,
    Weight,
)
from mesoplan.clinic.patients.case_patient import (
    ELSEWHERE_NOT_ASKED,
    OTHERS_NOT_ASKED,
    case_patient,
)
from mesoplan.workflow import calls

pytestmark = pytest.mark.django_db


def day(days_ago):
    return TODAY - dt.timedelta(days=days_ago)


def signed(patient, by, given_on, totals, state="signed"):
    course = course_of(patient, by)
    number = 1 + PlanVersion.objects.count()
    plan = PlanVersion.objects.create(
        patient=patient, course=course, number=number, version=1, case={}, document={},
        patient_revision=1, session_date=given_on, made_at=NOW, made_by=by,
    )  # fmt: skip
    return Delivery.objects.create(
        patient=patient, plan=plan, session=1, state=state, given_on=given_on,
        started_at=NOW, started_by=by, signed_at=NOW, totals=totals,
    )  # fmt: skip


def total(substance, amount, unit, injected=None):
    given = amount if injected is None else injected
    return {
        "substance": substance,
        "amount": {"value": amount, "unit": unit},
        "injected": {"value": given, "unit": unit},
    }


def intake(patient, days_ago, *, positive, reviewed=True):
    at = NOW - dt.timedelta(days=days_ago)
    return Intake.objects.create(
        patient=patient, form_version="1", answers={}, answers_hash="", signed_name="Alba Sample",
        signed_at=at, dysmorphic_screen=positive, reviewed_at=at if reviewed else None,
    )  # fmt: skip


def findings(patient):
    table = {
        "format": "mesoplan/case",
        "version": 1,
        "patient": case_patient(patient, TODAY),
        "treatment": {
            "indication": "facial-rejuvenation", "intent": "treat", "date": TODAY, "country": "FR",
        },
        "areas": [{"site": "cheek", "side": "left", "rectangle_mm": [60, 50]}],
    }  # fmt: skip
    return calls.check(calls.case_from(table, "patient", calls.default_catalogue())).findings


def test_not_asked_is_absent_and_asked_none_is_empty(patient):
    block = case_patient(patient, TODAY)
    assert block == {
        "name": "SAMPLE Alba",
        "record_number": "T-0001",
        "birth_date": dt.date(1980, 1, 31),
    }
    block = case_patient(asked(patient), TODAY)
    assert block["allergies"] == block["conditions"] == block["medicines"] == []
    assert block["history"] == []
    assert block["pregnant"] is False
    assert block["weight_kg"] == 62.0


def test_struck_entries_and_later_weights_do_not_count(patient):
    for weight, days_ago, struck in ((58, 40, None), (61, 3, None), (99, 1, NOW), (70, -2, None)):
        Weight.objects.create(
            patient=patient, weight_kg=weight, measured_on=day(days_ago), noted_at=NOW,
            struck_at=struck,
        )  # fmt: skip
    assert case_patient(patient, TODAY)["weight_kg"] == 61.0
    assert case_patient(patient, day(10))["weight_kg"] == 58.0
    assert "weight_kg" not in case_patient(patient, day(50))


def test_matched_by_id_and_otherwise_as_written(patient):
    Allergy.objects.create(patient=patient, written="Novocaine", matched="procaine", noted_at=NOW)
    Allergy.objects.create(patient=patient, written="Grandma's balm", noted_at=NOW)
    Allergy.objects.create(patient=patient, written="latex", noted_at=NOW, struck_at=NOW)
    Condition.objects.create(
        patient=patient, written="Psoriasis", matched="psoriasis", site="thigh", noted_at=NOW
    )
    block = case_patient(patient, TODAY)
    assert block["allergies"] == ["procaine", "Grandma's balm"]
    assert block["conditions"] == [{"id": "psoriasis", "area": "thigh"}]


def test_history_holds_what_was_given_elsewhere_and_what_the_clinic_gave(patient, account):
    doctor = account("practitioner")
    patient = asked(patient)
    EarlierTreatment.objects.create(
        patient=patient, substance="onabotulinumtoxinA", amount="64 U", given_on=day(90),
        noted_at=NOW,
    )  # fmt: skip
    # a cream of that day counts in the amount, and is not the clinic's own injection
    signed(patient, doctor, day(20), [total("lidocaine", 60.0, "mg", injected=12.5)])
    signed(patient, doctor, day(10), [total("lidocaine", 30.0, "mg", injected=0.0)])
    signed(patient, doctor, day(-5), [total("lidocaine", 7.0, "mg")])
    signed(patient, doctor, day(2), [total("lidocaine", 9.0, "mg")], state="giving")
    assert case_patient(patient, TODAY)["history"] == [
        {"substance": "onabotulinumtoxinA", "date": day(90), "amount": "64 U"},
        {"substance": "lidocaine", "amount": "12.5 mg", "date": day(20)},
    ]


def test_small_amounts_are_written_without_exponent(patient, account):
    signed(asked(patient), account("practitioner"), day(3), [total("dutasteride", 1e-05, "mg")])
    (row,) = case_patient(patient, TODAY)["history"]
    assert row["amount"] == "0.00001 mg"
    assert findings(patient)  # the library's reader takes it


def test_own_deliveries_alone_do_not_pass_for_a_history_that_was_asked(patient, account):
    patient = asked(patient)
    patient.history_asked_on = None
    patient.save()
    signed(patient, account("practitioner"), day(20), [total("hyaluronic-acid", 10.0, "mg")])
    assert case_patient(patient, TODAY)["history"][-1]["substance"] == ELSEWHERE_NOT_ASKED
    unchecked = [f for f in findings(patient) if not f.checked]
    assert any(ELSEWHERE_NOT_ASKED in f.subjects for f in unchecked)


def test_positive_screen_counts_from_the_latest_reviewed_questionnaire(patient):
    patient = asked(patient)
    intake(patient, 5, positive=True, reviewed=False)
    assert case_patient(patient, TODAY)["conditions"] == []
    intake(patient, 10, positive=True)
    assert case_patient(patient, TODAY)["conditions"] == ["body-dysmorphic-disorder"]
    assert any(f.severity == "critical" and f.overridable for f in findings(patient))
    intake(patient, 1, positive=False)
    assert case_patient(patient, TODAY)["conditions"] == []


def test_positive_screen_alone_does_not_pass_for_conditions_that_were_asked(patient):
    patient = asked(patient)
    patient.conditions_asked_on = None
    patient.save()
    intake(patient, 1, positive=True)
    block = case_patient(patient, TODAY)
    assert block["conditions"] == ["body-dysmorphic-disorder", OTHERS_NOT_ASKED]
    assert any(OTHERS_NOT_ASKED in f.subjects and not f.checked for f in findings(patient))
