"""The life of a plan in the record: made by the library, answered singly, approved, superseded."""

import datetime as dt
from io import BytesIO

import pytest
from pypdf import PdfReader

from clinic.cases import TODAY, asked, course_of, table
from clinic.conftest import NOW
from mesoplan.clinic.models import Allergy, AuditEvent, PlanVersion, Weight
from mesoplan.clinic.patients.storage import content_of
from mesoplan.clinic.planning import life
from mesoplan.clinic.planning.findings import findings_of, in_the_way
from mesoplan.clinic.planning.make import make_plan
from mesoplan.core.errors import InputError

pytestmark = pytest.mark.django_db


@pytest.fixture
def doctor(account):
    return account("practitioner")


@pytest.fixture
def course(patient, doctor):
    return course_of(asked(patient), doctor)


@pytest.fixture
def plan(course, doctor):
    return make_plan(course, table(), by=doctor, now=NOW)


def answer_all(plan, doctor):
    for finding in findings_of(plan.document):
        if finding.severity == "warning":
            life.answer(plan, finding.key, "Seen, acceptable.", override=False, by=doctor, now=NOW)


def keys(error):
    return [fault.key for fault in error.value.faults]


def test_plan_is_the_library_s_with_the_record_s_patient(plan, patient):
    case = plan.document["case"]
    assert case["patient"]["weight_kg"] == 62.0
    assert case["patient"]["birth_date"] == "1980-01-31"
    assert case["patient"]["allergies"] == []
    # 60 x 50 and 45 x 30 mm
    assert {placement["area"] for placement in plan.document["placements"]} == {0, 1}
    assert (plan.number, plan.version, plan.state) == (1, 1, "draft")
    assert AuditEvent.objects.filter(action="plan.made", patient=str(patient.pk)).count() == 1


def test_bad_case_keeps_nothing(course, doctor):
    bad = table(technique={"volume_per_point": "0,02 mL"})
    with pytest.raises(InputError) as error:
        make_plan(course, bad, by=doctor, now=NOW)
    assert keys(error) == ["technique.volume_per_point"]
    assert not PlanVersion.objects.exists()
    assert not AuditEvent.objects.filter(action="plan.made").exists()


def test_file_of_another_patient_is_refused(course, doctor):
    other = table(patient={"birth_date": dt.date(1981, 1, 31)})
    with pytest.raises(InputError) as error:
        make_plan(course, other, by=doctor, now=NOW)
    assert keys(error) == ["patient.birth_date"]


def test_file_cannot_leave_an_allergy_out(course, doctor, patient):
    Allergy.objects.create(
        patient=patient, written="Mannitol", matched="mannitol", noted_at=NOW, noted_by=doctor
    )
    plan = make_plan(course, table(patient={"allergies": []}), by=doctor, now=NOW)
    assert plan.document["status"] == "blocked"
    (final,) = [f for f in findings_of(plan.document) if f.severity == "critical"]
    assert "mannitol" in final.subjects
    with pytest.raises(InputError, match="never overridden"):
        life.answer(plan, final.key, "I want to.", override=True, by=doctor, now=NOW)
    with pytest.raises(InputError):
        life.approve(plan, by=doctor, now=NOW, today=TODAY)


def test_course_of_another_indication_is_refused(patient, doctor):
    other = course_of(asked(patient), doctor, indication="mesolift")
    with pytest.raises(InputError) as error:
        make_plan(other, table(), by=doctor, now=NOW)
    assert keys(error) == ["treatment.indication"]


def test_each_open_warning_stands_in_the_way_until_it_is_answered(plan, doctor):
    count = len(in_the_way(plan))
    assert count == sum(f.severity == "warning" for f in findings_of(plan.document)) > 0
    with pytest.raises(InputError) as error:
        life.approve(plan, by=doctor, now=NOW, today=TODAY)
    assert len(error.value.faults) == count
    answer_all(plan, doctor)
    plan.refresh_from_db()
    assert plan.state == "screened"
    assert in_the_way(plan) == ()


def test_answer_taken_back_opens_the_finding_again(plan, doctor):
    answer_all(plan, doctor)
    key = plan.answers.first().finding
    life.take_back(plan, key, by=doctor, now=NOW)
    plan.refresh_from_db()
    assert plan.state == "draft"
    assert len(in_the_way(plan)) == 1


def test_nurse_answers_nothing(plan, account):
    finding = next(f for f in findings_of(plan.document) if f.severity == "warning")
    with pytest.raises(InputError, match="prescriber"):
        life.answer(plan, finding.key, "Fine.", override=False, by=account("nurse"), now=NOW)


def test_approved_plan_is_bound_printed_and_never_changed(plan, doctor):
    answer_all(plan, doctor)
    approved = life.approve(plan, by=doctor, now=NOW, today=TODAY)
    assert approved.state == "approved"
    assert approved.approval_hash.startswith("sha256:")
    text = "".join(p.extract_text() for p in PdfReader(BytesIO(content_of(approved.sheet))).pages)
    assert "APPROVED by Dr Practitioner" in text
    assert "DRAFT" not in text
    assert "Seen, acceptable." in text
    key = approved.answers.first().finding
    with pytest.raises(InputError, match="approved"):
        life.answer(approved, key, "Other words.", override=False, by=doctor, now=NOW)
    with pytest.raises(InputError, match="approved"):
        life.approve(approved, by=doctor, now=NOW, today=TODAY)


def test_draft_s_sheet_says_draft(plan):
    stored = plan.patient.files.get(kind="plan", view="sheet.pdf")
    text = "".join(p.extract_text() for p in PdfReader(BytesIO(content_of(stored))).pages)
    assert "DRAFT" in text
    assert "APPROVED" not in text


def test_record_changed_since_refuses_the_approval(plan, doctor, patient):
    answer_all(plan, doctor)
    Weight.objects.create(
        patient=patient, weight_kg="48.0", measured_on=TODAY, noted_at=NOW, noted_by=doctor
    )
    with pytest.raises(InputError) as error:
        life.approve(plan, by=doctor, now=NOW, today=TODAY)
    assert keys(error) == ["patient.weight_kg"]


def test_day_that_has_passed_is_not_approved(plan, doctor):
    answer_all(plan, doctor)
    with pytest.raises(InputError) as error:
        life.approve(plan, by=doctor, now=NOW, today=TODAY + dt.timedelta(days=1))
    assert keys(error) == ["treatment.date"]


def test_new_version_supersedes_at_its_approval(plan, course, doctor):
    answer_all(plan, doctor)
    life.approve(plan, by=doctor, now=NOW, today=TODAY)
    areas = [{"site": "cheek", "side": "left", "rectangle_mm": [40, 30]}]
    second = make_plan(course, table(areas=areas), by=doctor, now=NOW, changes=plan)
    plan.refresh_from_db()
    assert (second.number, second.version, plan.state) == (1, 2, "approved")
    answer_all(second, doctor)
    life.approve(second, by=doctor, now=NOW, today=TODAY)
    plan.refresh_from_db()
    assert plan.state == "superseded"


def test_rejected_plan_is_not_approved(plan, doctor):
    answer_all(plan, doctor)
    life.end(plan, "rejected", "Another day.", by=doctor, now=NOW)
    plan.refresh_from_db()
    with pytest.raises(InputError, match="rejected"):
        life.approve(plan, by=doctor, now=NOW, today=TODAY)
    with pytest.raises(InputError):
        life.end(plan, "closed", "Over.", by=doctor, now=NOW)


def test_end_needs_a_reason(plan, doctor):
    with pytest.raises(InputError, match="says nothing"):
        life.end(plan, "rejected", " ", by=doctor, now=NOW)
