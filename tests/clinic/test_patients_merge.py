"""Joining two records: no row lost, a trace left, and nobody sees more than before."""

import datetime as dt

import pytest
from django.apps import apps
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from clinic.cases import course_of
from clinic.conftest import NOW
from mesoplan.clinic.models import (
    Allergy,
    AuditEvent,
    BreakGlass,
    Consent,
    ConsentText,
    Course,
    Delivery,
    Lot,
    Patient,
    PlanVersion,
    StoredFile,
    VialOpening,
)
from mesoplan.clinic.patients import courses, entries, intake, intake_link
from mesoplan.clinic.patients.access import break_glass, open_record
from mesoplan.clinic.patients.case_patient import case_patient
from mesoplan.clinic.patients.merge import MOVED, compare, merge
from mesoplan.clinic.patients.restrict import restrict
from mesoplan.clinic.patients.storage import content_of, store
from mesoplan.core.errors import InputError

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 25)


@pytest.fixture
def doctor(account):
    return account("practitioner")


@pytest.fixture
def twin(db):
    return Patient.objects.create(
        record_number="T-0002", family_name="Sampel", given_names="Alba",
        birth_date=dt.date(1980, 1, 31), created_at=NOW,
    )  # fmt: skip


def plan_of(patient, doctor, number):
    return PlanVersion.objects.create(
        patient=patient, course=course_of(patient, doctor), number=number, version=1, case={},
        document={}, patient_revision=1, session_date=TODAY, made_at=NOW, made_by=doctor,
    )  # fmt: skip


def fill(patient, doctor):
    """At least one row in every table that names a patient."""
    for kind in ("allergies", "conditions", "medicines"):
        entries.note(patient, kind, {"written": f"some {kind}"}, by=doctor, now=NOW)
    earlier = {"substance": "Botox", "amount": "64 U", "given_on": TODAY}
    entries.note(patient, "earlier", earlier, by=doctor, now=NOW)
    entries.note(patient, "weights", {"weight_kg": 60, "measured_on": TODAY}, by=doctor, now=NOW)
    intake.sign(patient, {"pregnant": "no"}, "Alba", b"ink", handed_by=doctor, now=NOW)
    intake_link.make_link(patient, by=doctor, now=NOW)
    plan = plan_of(patient, doctor, 1)
    plan_of(patient, doctor, 2)
    Delivery.objects.create(
        patient=patient, plan=plan, session=1, state="signed", given_on=TODAY, started_at=NOW,
        started_by=doctor, totals=[{
            "substance": "lidocaine", "amount": {"value": 9.0, "unit": "mg"},
            "injected": {"value": 9.0, "unit": "mg"},
        }],
    )  # fmt: skip
    text, _made = ConsentText.objects.get_or_create(
        kind="photograph", version=1, defaults={"title": "P", "body": "B", "made_at": NOW}
    )
    Consent.objects.create(
        patient=patient, text=text, content={}, shown_at=NOW, shown_by=doctor, signed_at=NOW
    )
    lot, _made = Lot.objects.get_or_create(
        product="lidocaine-hydrochloride-10", lot_number="L1", expires_on=TODAY,
        defaults=lot_values(),
    )  # fmt: skip
    VialOpening.objects.create(
        lot=lot, opened_at=NOW, opened_by=doctor, use_by=NOW, patient=patient
    )
    BreakGlass.objects.create(
        patient=patient, user=doctor, reason="In an emergency.", at=NOW,
        until=NOW + dt.timedelta(hours=1),
    )  # fmt: skip


def lot_values():
    """What a lot needs beside its key, whatever the stock keeps of it."""
    known = {"container_ml": "20", "single_dose": True, "received_at": NOW}
    names = {field.name for field in Lot._meta.fields}
    return {key: value for key, value in known.items() if key in names}


def counts():
    return {
        model.__name__: model.objects.count()
        for model in apps.get_app_config("clinic").get_models()
    }


def test_every_table_that_names_a_patient_is_moved():
    related = {
        model
        for model in apps.get_app_config("clinic").get_models()
        for field in model._meta.get_fields()
        if field.many_to_one and field.related_model is Patient and model is not Patient
    }
    assert related == set(MOVED)


def test_everything_moves_and_no_row_is_lost(patient, twin, doctor):
    fill(twin, doctor)
    fill(patient, doctor)
    for model in MOVED:
        assert model.objects.filter(patient=twin).exists(), model.__name__
    before = counts()
    merge(twin, patient, by=doctor, now=NOW)
    after = counts()
    assert after.pop("AuditEvent") == before.pop("AuditEvent") + 1
    assert after == before
    for model in MOVED:
        assert not model.objects.filter(patient=twin).exists(), model.__name__
    numbers = PlanVersion.objects.filter(patient=patient).values_list("number", flat=True)
    assert sorted(numbers) == [1, 2, 3, 4]
    assert twin.merged_into == patient
    assert twin.record_number == "T-0002"
    history = case_patient(patient, TODAY)["history"]
    assert [row["substance"] for row in history] == ["Botox", "Botox", "lidocaine", "lidocaine"]
    event = AuditEvent.objects.get(action="patient.merged")
    assert event.subject == f"patient:{twin.pk}"
    assert '"Allergy":1' in event.details


def test_files_open_after_a_joining_and_the_next_and_for_nobody_else(patient, twin, doctor):
    photo = store(
        b"a picture", kind="photograph", media_type="image/jpeg", now=NOW, by=doctor, patient=twin
    )
    third = Patient.objects.create(
        record_number="T-3", family_name="S", given_names="A", birth_date=TODAY, created_at=NOW
    )
    merge(twin, patient, by=doctor, now=NOW)
    photo.refresh_from_db()
    assert photo.patient == patient
    assert content_of(photo) == b"a picture"
    StoredFile.objects.update(patient=third)
    photo.refresh_from_db()
    with pytest.raises(Exception, match="belongs to another record"):
        content_of(photo)
    StoredFile.objects.update(patient=patient)
    merge(patient, third, by=doctor, now=NOW)
    photo.refresh_from_db()
    assert photo.patient == third
    assert content_of(photo) == b"a picture"


def test_nothing_is_joined_halfway(patient, twin, doctor, monkeypatch):
    fill(twin, doctor)

    def fail(*_arguments):
        raise OSError("disk")

    monkeypatch.setattr("mesoplan.clinic.patients.merge._facts", fail)
    with pytest.raises(OSError, match="disk"):
        merge(twin, patient, by=doctor, now=NOW)
    assert Allergy.objects.get().patient == twin
    twin.refresh_from_db()
    assert twin.merged_into is None


def test_what_only_one_record_knew_stays_known(patient, twin, doctor):
    month_ago = NOW - dt.timedelta(days=30)
    entries.set_facts(patient, {"sex": "female", "pregnant": False}, by=doctor, now=month_ago)
    entries.note(twin, "allergies", {"written": "latex"}, by=doctor, now=month_ago)
    entries.set_facts(twin, {"phototype": 4, "pregnant": True}, by=doctor, now=NOW)
    entries.asked_none(twin, "medicines", by=doctor, now=NOW)
    entries.asked_none(patient, "allergies", by=doctor, now=NOW)
    merge(twin, patient, by=doctor, now=NOW)
    block = case_patient(patient, TODAY)
    assert (block["sex"], block["phototype"], block["pregnant"]) == ("female", 4, True)
    assert block["medicines"] == []
    assert block["allergies"] == ["latex"]
    assert "conditions" not in block


def test_older_answer_about_pregnancy_does_not_win_and_the_same_day_yes_does(patient, twin, doctor):
    entries.set_facts(twin, {"pregnant": True}, by=doctor, now=NOW - dt.timedelta(days=300))
    entries.set_facts(patient, {"pregnant": False}, by=doctor, now=NOW)
    merge(twin, patient, by=doctor, now=NOW)
    assert patient.pregnant is False
    third = Patient.objects.create(
        record_number="T-3", family_name="S", given_names="A", birth_date=TODAY, created_at=NOW
    )
    entries.set_facts(third, {"pregnant": True}, by=doctor, now=NOW)
    merge(third, patient, by=doctor, now=NOW)
    assert patient.pregnant is True


def test_record_that_was_joined_takes_nothing_more(patient, twin, doctor):
    merge(twin, patient, by=doctor, now=NOW)
    for act in (
        lambda: entries.note(twin, "allergies", {"written": "latex"}, by=doctor, now=NOW),
        lambda: entries.asked_none(twin, "allergies", by=doctor, now=NOW),
        lambda: entries.set_facts(twin, {"pregnant": True}, by=doctor, now=NOW),
        lambda: courses.open_course(twin, "mesolift", "treat", by=doctor, now=NOW),
        lambda: intake.sign(twin, {}, "Alba", None, handed_by=doctor, now=NOW),
        lambda: intake_link.make_link(twin, by=doctor, now=NOW),
        lambda: restrict(twin, True, [], by=doctor, now=NOW),
        lambda: merge(twin, patient, by=doctor, now=NOW),
        lambda: merge(patient, twin, by=doctor, now=NOW),
    ):
        with pytest.raises(InputError):
            act()
    assert not Allergy.objects.exists()
    assert not Course.objects.exists()


def test_record_is_not_joined_to_itself(patient, doctor):
    with pytest.raises(InputError):
        merge(patient, patient, by=doctor, now=NOW)


def opens(user, patient):
    try:
        open_record(user, patient.pk, "patient.read", NOW)
    except PermissionDenied:
        return False
    return True


def test_nobody_sees_more_after_a_joining(patient, twin, doctor, account):
    both, one, none = (account("practitioner", username=n) for n in ("both", "one", "none"))
    restrict(twin, True, [both, one], by=doctor, now=NOW)
    restrict(patient, True, [both], by=doctor, now=NOW)
    break_glass(none, twin, "In an emergency.", NOW)
    merge(twin, patient, by=doctor, now=NOW)
    patient.refresh_from_db()
    assert [opens(user, patient) for user in (doctor, both, one, none)] == [
        True,
        True,
        False,
        False,
    ]


def test_restriction_of_the_record_that_goes_holds(patient, twin, doctor, account):
    named, other = (account("nurse", username=n) for n in ("named", "other"))
    restrict(twin, True, [named], by=doctor, now=NOW)
    merge(twin, patient, by=doctor, now=NOW)
    patient.refresh_from_db()
    assert [opens(user, patient) for user in (doctor, named, other)] == [True, True, False]


def test_restriction_names_colleagues_who_read_records(patient, doctor, account):
    with pytest.raises(InputError):
        restrict(patient, True, [account("auditor")], by=doctor, now=NOW)
    restrict(patient, True, [], by=doctor, now=NOW)
    restrict(patient, False, [], by=doctor, now=NOW)
    assert patient.open_to.count() == 0


def test_page_compares_before_it_joins(signed_in, patient, twin):
    client, address = signed_in("practitioner"), f"/patients/{patient.pk}/merge/"
    # Signing in has written the true time to the log, and nothing may be written before it.
    entries.note(twin, "allergies", {"written": "latex"}, by=client.user, now=timezone.now())
    page = client.post(address, {"record_number": "t-0002"}).content.decode()
    assert "Sampel" in page
    assert "Allergy: 1" in page
    twin.refresh_from_db()
    assert twin.merged_into is None
    # said of another pair than the one compared: compared again, not joined
    said = {"record_number": "T-0002", "sure": "yes", "gone": str(patient.pk)}
    assert client.post(address, said).status_code == 200
    assert client.post(address, said | {"gone": str(twin.pk)}).status_code == 302
    answer = client.get(f"/patients/{twin.pk}/", follow=True)
    assert answer.redirect_chain == [(f"/patients/{patient.pk}/", 302)]
    assert "latex" in answer.content.decode()


@pytest.mark.parametrize("number", ["", "T-9999", "T-0001", "x" * 40, "\x00"])
def test_numbers_that_cannot_be_joined_are_refused(signed_in, patient, number):
    client = signed_in("practitioner")
    answer = client.post(f"/patients/{patient.pk}/merge/", {"record_number": number})
    assert answer.status_code == 422


def test_restricted_record_is_not_compared_by_others(signed_in, patient, twin, account):
    restrict(twin, True, [], by=account("practitioner", username="keeper"), now=NOW)
    client = signed_in("practitioner")
    answer = client.post(f"/patients/{patient.pk}/merge/", {"record_number": "T-0002"})
    assert answer.status_code == 403
    assert "Sampel" not in answer.content.decode()


def test_comparison_shows_what_differs_alone(patient, twin):
    differs = {key for key, _theirs, _ours in compare(twin, patient).differs}
    assert differs == {"family_name"}
