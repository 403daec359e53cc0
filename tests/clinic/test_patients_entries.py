"""What is noted, struck out and asked: nothing is lost, nothing passes for what it is not."""

import datetime as dt
from decimal import Decimal

import pytest

from clinic.conftest import NOW
from mesoplan.clinic.models import Allergy, AuditEvent, Course, Patient, Weight
from mesoplan.clinic.patients import courses, entries
from mesoplan.clinic.patients.case_patient import case_patient
from mesoplan.core.errors import InputError

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 25)


@pytest.fixture
def doctor(account):
    return account("practitioner")


@pytest.fixture
def weigh(patient, doctor):
    def make(kg, day=TODAY, *, confirmed=False):
        values = {"weight_kg": Decimal(kg), "measured_on": day, "confirmed": confirmed}
        return entries.note(patient, "weights", values, by=doctor, now=NOW)

    return make


def fault(error):
    (found,) = error.value.faults
    return found


@pytest.mark.parametrize(
    ("kind", "written", "matched"),
    [
        ("allergies", "  Novocaine ", "procaine"),
        ("allergies", "latex", "latex"),
        ("allergies", "Grandma's balm", ""),
        ("medicines", "ATC:N06AB08", "N06AB08"),
        ("conditions", "Epilepsy", "epilepsy"),
        ("conditions", "procaine", ""),
    ],
)
def test_entry_is_matched_and_raises_the_revision(patient, doctor, kind, written, matched):
    made = entries.note(patient, kind, {"written": written}, by=doctor, now=NOW)
    assert (made.written, made.matched) == (" ".join(written.split()), matched)
    assert patient.revision == 2
    assert getattr(patient, f"{kind}_asked_on") == TODAY


def test_two_tablets_at_once_do_not_undo_each_other(patient, doctor):
    here, there = Patient.objects.get(pk=patient.pk), Patient.objects.get(pk=patient.pk)
    entries.set_facts(here, {"pregnant": True}, by=doctor, now=NOW)
    entries.note(there, "allergies", {"written": "latex"}, by=doctor, now=NOW)
    patient.refresh_from_db()
    assert patient.pregnant is True
    assert patient.allergies_asked_on == TODAY
    assert patient.revision == 3


def test_struck_out_stays_with_its_reason_and_the_list_is_not_asked_again(patient, doctor):
    first = entries.note(patient, "allergies", {"written": "latex"}, by=doctor, now=NOW)
    second = entries.note(patient, "allergies", {"written": "mannitol"}, by=doctor, now=NOW)
    entries.strike(first, "allergies", "Another patient's.", by=doctor, now=NOW)
    patient.refresh_from_db()
    assert case_patient(patient, TODAY)["allergies"] == ["mannitol"]
    entries.strike(second, "allergies", "Another patient's.", by=doctor, now=NOW)
    patient.refresh_from_db()
    # nobody ever said that there is none
    assert "allergies" not in case_patient(patient, TODAY)
    assert Allergy.objects.filter(struck_reason="Another patient's.").count() == 2
    assert patient.revision == 5


@pytest.mark.parametrize("reason", ["", "  x ", "y" * 201, "no\x00no"])
def test_striking_out_needs_a_reason(patient, doctor, reason):
    row = entries.note(patient, "allergies", {"written": "latex"}, by=doctor, now=NOW)
    with pytest.raises(InputError):
        entries.strike(row, "allergies", reason, by=doctor, now=NOW)
    row.refresh_from_db()
    assert row.struck_at is None


def test_nothing_is_struck_out_twice(patient, doctor):
    row = entries.note(patient, "allergies", {"written": "latex"}, by=doctor, now=NOW)
    stale = Allergy.objects.get(pk=row.pk)
    entries.strike(row, "allergies", "first", by=doctor, now=NOW)
    with pytest.raises(InputError):
        entries.strike(stale, "allergies", "second", by=doctor, now=NOW)
    assert Allergy.objects.get().struck_reason == "first"


def test_asked_none_is_an_act_with_its_day_and_not_beside_something(patient, doctor):
    entries.asked_none(patient, "medicines", by=doctor, now=NOW)
    assert patient.medicines_asked_on == TODAY
    assert case_patient(patient, TODAY)["medicines"] == []
    assert AuditEvent.objects.filter(action="medicines.asked-none").count() == 1
    entries.note(patient, "medicines", {"written": "warfarin"}, by=doctor, now=NOW)
    with pytest.raises(InputError):
        entries.asked_none(patient, "medicines", by=doctor, now=NOW)
    with pytest.raises(InputError):
        entries.asked_none(patient, "weights", by=doctor, now=NOW)


@pytest.mark.parametrize("kg", ["1.9", "400.1", "0"])
def test_weight_beyond_any_is_refused_even_confirmed(weigh, kg):
    with pytest.raises(InputError) as error:
        weigh(kg, confirmed=True)
    assert fault(error).key == "weight_kg"
    assert not Weight.objects.exists()


@pytest.mark.parametrize(
    ("kg", "asks"), [("72.0", False), ("72.1", True), ("47.9", True), ("6.2", True)]
)
def test_weight_far_from_the_last_must_be_confirmed(weigh, kg, asks):
    weigh("60.0", dt.date(2026, 11, 1))
    if not asks:
        weigh(kg)
        return
    with pytest.raises(InputError) as error:
        weigh(kg)
    assert fault(error).key == "confirmed"
    assert "60.0 kg" in fault(error).wrong
    weigh(kg, confirmed=True)
    assert Weight.objects.count() == 2


def test_weight_is_held_against_the_one_before_its_day_that_stands(weigh, doctor):
    weigh("50.0", dt.date(2026, 1, 1))
    wrong = weigh("90.0", dt.date(2026, 2, 1), confirmed=True)
    entries.strike(wrong, "weights", "Another patient's.", by=doctor, now=NOW)
    weigh("58.0", dt.date(2026, 3, 1))
    with pytest.raises(InputError):
        weigh("90.0", dt.date(2026, 2, 1))


@pytest.mark.parametrize("day", [dt.date(2026, 11, 26), dt.date(1980, 1, 30)])
def test_days_outside_the_life_until_today_are_refused(patient, doctor, weigh, day):
    with pytest.raises(InputError):
        weigh("60", day)
    values = {"substance": "lidocaine", "amount": "20 mg", "given_on": day}
    with pytest.raises(InputError):
        entries.note(patient, "earlier", values, by=doctor, now=NOW)


def test_today_is_the_clinic_s_day(patient, doctor, settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    late = dt.datetime(2026, 11, 25, 13, 0, tzinfo=dt.UTC)  # the 26th in Auckland
    values = {"weight_kg": Decimal(60), "measured_on": dt.date(2026, 11, 26)}
    entries.note(patient, "weights", values, by=doctor, now=late)
    entries.asked_none(patient, "allergies", by=doctor, now=late)
    assert patient.allergies_asked_on == dt.date(2026, 11, 26)


@pytest.mark.parametrize(
    ("substance", "amount", "wrong"),
    [
        ("onabotulinumtoxinA", "64", "has no unit"),
        ("onabotulinumtoxinA", "6,4 U", "decimal comma"),
        ("onabotulinumtoxinA", "64 mg", "not stated in mg"),
        ("lidocaine", "20 U", "not stated in U"),
        ("lidocaine", "20 mL", "is a volume"),
        ("lidocaine", "-20 mg", "above zero"),
    ],
)
def test_amount_that_no_case_could_state_is_refused(patient, doctor, substance, amount, wrong):
    values = {"substance": substance, "amount": amount, "given_on": TODAY}
    with pytest.raises(InputError) as error:
        entries.note(patient, "earlier", values, by=doctor, now=NOW)
    assert fault(error).key == "amount"
    assert wrong in fault(error).wrong


def test_earlier_treatment_reaches_the_case_as_it_was_written(patient, doctor):
    values = {"substance": "Botox", "amount": "64 U", "given_on": dt.date(2026, 10, 20)}
    entries.note(patient, "earlier", values, by=doctor, now=NOW)
    assert case_patient(patient, TODAY)["history"] == [
        {"substance": "Botox", "amount": "64 U", "date": dt.date(2026, 10, 20)}
    ]


def test_day_of_asking_about_pregnancy_moves_only_when_it_was_asked(patient, doctor):
    said = {"pregnant": False, "breastfeeding": False}
    earlier = NOW - dt.timedelta(days=30)
    entries.set_facts(patient, said, by=doctor, now=earlier)
    entries.set_facts(patient, {"phototype": 3, **said}, by=doctor, now=NOW)
    assert patient.pregnancy_asked_on == TODAY - dt.timedelta(days=30)
    entries.set_facts(patient, said, by=doctor, now=NOW, asked_again=True)
    assert patient.pregnancy_asked_on == TODAY
    entries.set_facts(patient, {"pregnant": None, "breastfeeding": None}, by=doctor, now=NOW)
    assert patient.pregnancy_asked_on is None
    assert "pregnant" not in case_patient(patient, TODAY)


@pytest.mark.parametrize("values", [{"phototype": 7}, {"sex": "f"}, {"revision": 9}])
def test_fact_that_is_none_is_refused(patient, doctor, values):
    with pytest.raises(InputError):
        entries.set_facts(patient, values, by=doctor, now=NOW)
    assert patient.revision == 1


def test_page_keeps_what_was_typed_and_asks_to_confirm(signed_in, patient):
    client, address = signed_in("nurse"), f"/patients/{patient.pk}/list/weights/"
    values = {"weight_kg": "62.0", "measured_on": "2026-01-02"}
    page = client.get(f"/patients/{patient.pk}/").content.decode()
    assert 'type="checkbox" name="confirmed"' not in page
    assert client.post(address, values).status_code == 302
    answer = client.post(address, values | {"weight_kg": "6.2"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'type="checkbox" name="confirmed"' in page
    assert 'value="6.2"' in page
    assert Weight.objects.count() == 1
    answer = client.post(address, values | {"weight_kg": "6.2", "confirmed": "on"})
    assert answer.status_code == 302
    assert client.post(address, values | {"weight_kg": "62,5"}).status_code == 422
    assert client.post(address, values | {"weight_kg": "NaN"}).status_code == 422


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("allergies/?written=Novocaine", "= procaine"),
        ("allergies/?written=Grandma", "NOT CHECKED"),
        ("earlier/?substance=Botox&amount=64+U", "64 U"),
        ("earlier/?substance=Botox&amount=64", "has no unit"),
        ("conditions/?written=epilepsy", "= epilepsy"),
    ],
)
def test_match_is_shown_while_typing(signed_in, query, says):
    answer = signed_in("nurse").get(f"/patients/match/{query}")
    assert answer.status_code == 200
    assert says in answer.content.decode()


def test_match_of_no_list_is_not_found(signed_in):
    client = signed_in("nurse")
    assert client.get("/patients/match/weights/").status_code == 404
    assert client.get("/patients/match/nothing/").status_code == 404


@pytest.mark.parametrize(
    ("address", "values", "status"),
    [
        ("list/nothing/", {"written": "x"}, 404),
        ("list/nothing/", {"act": "asked-none"}, 422),
        ("list/weights/", {"act": "asked-none"}, 422),
        ("list/allergies/", {"written": ""}, 422),
        ("list/allergies/", {"written": "x\x00y"}, 422),
        ("list/allergies/", {"written": "x" * 121}, 422),
        ("list/conditions/", {"written": "psoriasis", "site": "moon"}, 422),
        ("list/earlier/", {"substance": "Botox", "given_on": "2026-02-31"}, 422),
        ("list/allergies/99999999999999999999/strike/", {"reason": "why not"}, 404),
        ("list/nothing/1/strike/", {"reason": "why not"}, 404),
        ("facts/", {"phototype": "9"}, 422),
        ("courses/", {"indication": "youth", "intent": "treat"}, 422),
        ("courses/00000000-0000-0000-0000-000000000000/close/", {}, 404),
    ],
)
def test_bad_input_is_a_page_that_says_so(signed_in, patient, address, values, status):
    answer = signed_in("practitioner").post(f"/patients/{patient.pk}/{address}", values)
    assert answer.status_code == status
    patient.refresh_from_db()
    assert patient.revision == 1


def test_entry_of_another_patient_cannot_be_struck_from_here(signed_in, patient, doctor):
    other = Patient.objects.create(
        record_number="T-2", family_name="O", given_names="P", birth_date=TODAY, created_at=NOW
    )
    row = entries.note(other, "allergies", {"written": "latex"}, by=doctor, now=NOW)
    client = signed_in("nurse")
    address = f"/patients/{patient.pk}/list/allergies/{row.pk}/strike/"
    assert client.post(address, {"reason": "not theirs"}).status_code == 404


def test_log_holds_no_text_of_the_patient(patient, doctor):
    entries.note(patient, "allergies", {"written": "Grandma's balm"}, by=doctor, now=NOW)
    assert not AuditEvent.objects.filter(details__contains="balm").exists()


def test_course_is_opened_closed_once_and_not_with_a_plan_that_stands(patient, doctor):
    made = courses.open_course(patient, "mesolift", "maintain", by=doctor, now=NOW)
    courses.close_course(made, by=doctor, now=NOW)
    with pytest.raises(InputError):
        courses.close_course(made, by=doctor, now=NOW)
    for indication, intent in (("youth", "treat"), ("mesolift", "wish")):
        with pytest.raises(InputError):
            courses.open_course(patient, indication, intent, by=doctor, now=NOW)
    assert Course.objects.count() == 1
