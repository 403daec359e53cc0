"""The questionnaire: handed over or by a link, signed, and taken over answer by answer."""

import base64
import datetime as dt
import io
import re

import pytest
from django.test import Client
from PIL import Image

from clinic.conftest import NOW
from mesoplan.clinic.models import Allergy, AuditEvent, Condition, Intake, IntakeLink, StoredFile
from mesoplan.clinic.patients import intake, intake_link
from mesoplan.clinic.patients.case_patient import case_patient
from mesoplan.clinic.patients.questions import LINE_LETTERS, form, is_positive
from mesoplan.clinic.patients.storage import content_of
from mesoplan.clinic.people.pin import set_pin
from mesoplan.core.errors import InputError
from mesoplan.core.hashing import content_hash
from mesoplan.workflow import calls

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 25)
LATER = NOW + dt.timedelta(days=2)
ANSWERS = {
    "allergies": ["Novocaine", "Grandma's balm"],
    "medicines": ["none"],
    "conditions": ["epilepsy", "a crooked toe"],
    "earlier": ["Botox in spring"],
    "pregnant": "no",
    "sun": "burns-at-times",
    "look-preoccupied": "no",
}


@pytest.fixture
def doctor(account):
    return account("practitioner")


@pytest.fixture
def signed(patient, doctor):
    return intake.sign(patient, ANSWERS, "Alba Sample", None, handed_by=doctor, now=NOW)


def png(width=640, height=200):
    made = io.BytesIO()
    picture = Image.new("RGBA", (width, height))
    picture.paste((0, 0, 0, 255), (10, 10, 60, 14))
    picture.save(made, "PNG")
    return "data:image/png;base64," + base64.b64encode(made.getvalue()).decode()


def take_all(found, doctor):
    for line in intake.lines_of(found):
        if line.question.key == "earlier":
            intake.leave_out(found, "earlier", line.index, "No day known.", by=doctor, now=LATER)
        else:
            intake.take_over(found, line.question.key, line.index, by=doctor, now=LATER)


def test_form_asks_for_every_condition_of_the_rules():
    conditions = set(calls.default_catalogue().records["condition"])
    offered = {option.id for option in form().question("conditions").options}
    assert offered == conditions - {"body-dysmorphic-disorder"}
    assert {q.list for q in form().questions} == {
        "", "allergies", "medicines", "conditions", "earlier", "facts",
    }  # fmt: skip
    assert [option.phototype for option in form().question("sun").options] == [1, 2, 3, 4, 5, 6]
    assert "unverified" in form().screen_status


@pytest.mark.parametrize(
    ("said", "positive"),
    [
        ("yes yes no yes", True),
        ("yes no yes yes", True),
        ("yes yes - yes", True),
        ("yes no no yes", False),
        ("yes yes yes no", False),
        ("no - - -", False),
        ("- yes yes yes", None),
        ("yes no - yes", None),
        ("yes yes yes -", None),
        ("- - - -", None),
    ],
)
def test_screen_on_appearance(said, positive):
    keys = ("look-preoccupied", "look-distress", "look-impairment", "look-hour")
    answers = {k: v for k, v in zip(keys, said.split(), strict=True) if v != "-"}
    assert is_positive(answers) is positive


def test_signing_keeps_the_answers_and_changes_nothing_in_the_record(patient, signed):
    assert signed.answers == ANSWERS
    assert signed.answers_hash == content_hash(ANSWERS)
    assert signed.form_version == "1"
    patient.refresh_from_db()
    assert patient.revision == 1
    assert case_patient(patient, TODAY).keys() == {"name", "record_number", "birth_date"}


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"pregnant": "perhaps"}, "pregnant"),
        ({"sun": "burns-on-mars"}, "sun"),
        ({"medicines": ["none", "warfarin"]}, "medicines"),
        ({"medicines": ["x" * (LINE_LETTERS + 1)]}, "medicines"),
        ({"medicines": ["x\x00"]}, "medicines"),
        ({"medicines": ["x"] * 61}, "medicines"),
        ({"shoe-size": "40"}, "shoe-size"),
    ],
)
def test_what_is_no_answer_is_refused_and_nothing_kept(patient, doctor, changes, key):
    with pytest.raises(InputError) as error:
        intake.sign(patient, ANSWERS | changes, "Alba Sample", None, handed_by=doctor, now=NOW)
    assert [fault.key for fault in error.value.faults] == [key]
    assert not Intake.objects.exists()


@pytest.mark.parametrize("name", ["", " A ", "x" * 121])
def test_signature_needs_a_name(patient, doctor, name):
    with pytest.raises(InputError):
        intake.sign(patient, ANSWERS, name, None, handed_by=doctor, now=NOW)


@pytest.mark.parametrize(
    "drawn",
    ["hello", "data:image/png;base64,AAAA", "data:image/png;base64,%%%", png(2001, 10),
     png()[:-400], "data:image/png;base64," + base64.b64encode(b"\x89PNG\r\n\x1a\n" * 9).decode()],
)  # fmt: skip
def test_drawing_that_is_none_is_refused(drawn):
    with pytest.raises(InputError):
        intake.drawing(drawn)


def test_drawing_is_kept_encrypted_for_this_questionnaire(patient, doctor):
    drawn = intake.drawing(png())
    made = intake.sign(patient, {}, "Alba Sample", drawn, handed_by=doctor, now=NOW)
    kept = StoredFile.objects.get(kind="signature")
    assert kept.visit == f"intake:{made.pk}"
    assert content_of(kept) == drawn


def test_each_answer_is_taken_over_singly_on_the_day_it_was_said(patient, signed, doctor):
    intake.take_over(signed, "allergies", 0, by=doctor, now=LATER)
    assert Allergy.objects.get().matched == "procaine"
    intake.take_over(signed, "conditions", 0, by=doctor, now=LATER)
    assert Condition.objects.get().matched == "epilepsy"
    intake.take_over(signed, "medicines", 0, by=doctor, now=LATER)
    intake.take_over(signed, "pregnant", 0, by=doctor, now=LATER)
    intake.take_over(signed, "sun", 0, by=doctor, now=LATER)
    patient.refresh_from_db()
    assert patient.allergies_asked_on == patient.medicines_asked_on == TODAY
    assert patient.pregnancy_asked_on == TODAY
    block = case_patient(patient, TODAY)
    assert block["allergies"] == ["procaine"]
    assert block["medicines"] == []
    assert block["pregnant"] is False
    assert "breastfeeding" not in block
    assert block["phototype"] == 3
    assert patient.revision == 6


def test_no_answer_is_dealt_with_twice(signed, doctor):
    intake.take_over(signed, "allergies", 0, by=doctor, now=LATER)
    stale = Intake.objects.get(pk=signed.pk)
    for act in (
        lambda: intake.take_over(stale, "allergies", 0, by=doctor, now=LATER),
        lambda: intake.leave_out(stale, "allergies", 0, "A slip.", by=doctor, now=LATER),
        lambda: intake.take_over(stale, "allergies", 2, by=doctor, now=LATER),
        lambda: intake.take_over(stale, "breastfeeding", 0, by=doctor, now=LATER),
        lambda: intake.take_over(stale, "look-preoccupied", 0, by=doctor, now=LATER),
    ):
        with pytest.raises(InputError):
            act()
    assert Allergy.objects.count() == 1


def test_refused_answer_stays_to_be_dealt_with(patient, doctor):
    long = "x" * 150
    made = intake.sign(patient, {"allergies": [long]}, "Alba", None, handed_by=doctor, now=NOW)
    with pytest.raises(InputError) as error:
        intake.take_over(made, "allergies", 0, by=doctor, now=LATER)
    assert error.value.faults[0].key == "written"
    assert intake.lines_of(Intake.objects.get())[0].done is None
    with pytest.raises(InputError):
        intake.leave_out(made, "allergies", 0, " x", by=doctor, now=LATER)
    intake.leave_out(made, "allergies", 0, "Written by hand.", by=doctor, now=LATER)
    assert not Allergy.objects.exists()


def test_earlier_treatment_needs_its_day_and_its_unit(patient, signed, doctor):
    values = {"substance": "Botox", "amount": "64", "given_on": dt.date(2026, 4, 2)}
    for bad in (values, values | {"amount": "64 U", "given_on": None}, None):
        with pytest.raises(InputError):
            intake.take_over(signed, "earlier", 0, by=doctor, now=LATER, values=bad)
    good = values | {"amount": "64 U"}
    intake.take_over(signed, "earlier", 0, by=doctor, now=LATER, values=good)
    patient.refresh_from_db()
    assert case_patient(patient, TODAY)["history"][0]["amount"] == "64 U"


def test_review_waits_for_every_answer_and_only_then_the_screen_counts(patient, doctor):
    look = dict.fromkeys(("look-preoccupied", "look-distress", "look-hour"), "yes")
    made = intake.sign(patient, ANSWERS | look, "Alba", None, handed_by=doctor, now=NOW)
    with pytest.raises(InputError) as error:
        intake.reviewed(made, by=doctor, now=LATER)
    assert "8 are not dealt with" in error.value.faults[0].wrong
    take_all(made, doctor)
    patient.refresh_from_db()
    before = patient.revision
    assert "body-dysmorphic-disorder" not in case_patient(patient, TODAY)["conditions"]
    intake.reviewed(made, by=doctor, now=LATER)
    patient.refresh_from_db()
    assert "body-dysmorphic-disorder" in case_patient(patient, TODAY)["conditions"]
    assert patient.revision == before + 1
    with pytest.raises(InputError):
        intake.reviewed(made, by=doctor, now=LATER)


@pytest.mark.parametrize(
    "changed", [{"answers": {"allergies": ["none"]}}, {"dysmorphic_screen": None}]
)
def test_answers_changed_after_signing_are_noticed(signed, doctor, signed_in, changed):
    Intake.objects.update(**changed)
    signed.refresh_from_db()
    with pytest.raises(InputError):
        intake.take_over(signed, "allergies", 0, by=doctor, now=LATER)
    with pytest.raises(InputError):
        intake.reviewed(signed, by=doctor, now=LATER)
    client = signed_in("nurse")
    page = client.get(f"/patients/{signed.patient_id}/intake/{signed.pk}/").content.decode()
    assert "not what was signed" in page


@pytest.fixture
def tablet(signed_in, patient):
    client = signed_in("nurse")
    set_pin(client.user, "135790")
    client.user.save()
    answer = client.post(f"/patients/{patient.pk}/intake/")
    assert answer.headers["Location"] == "/patients/intake/"
    return client


def posted(**more):
    values = {
        "allergies": "Novocaine\n\n  Grandma's   balm ",
        "medicines-none": "yes",
        "conditions-epilepsy": "yes",
        "conditions": "a crooked toe",
        "pregnant": "no",
        "sun": "burns-at-times",
        "signed_name": "Alba Sample",
    }
    return values | more


def test_tablet_in_the_patient_s_hands_shows_the_questions_alone(tablet, patient):
    for address in ("/", "/patients/", f"/patients/{patient.pk}/", "/stock/", "/me/", "/lock/"):
        answer = tablet.get(address)
        if address == "/lock/":
            assert b"SAMPLE" not in answer.content
        else:
            assert answer.headers["Location"] == "/patients/intake/"
    page = tablet.get("/patients/intake/").content.decode()
    assert "Alba Sample" in page
    assert 'class="bar"' not in page


def test_tablet_signs_once_and_comes_back_by_the_code_alone(tablet, patient):
    answer = tablet.post("/patients/intake/", posted(drawing=png()))
    assert answer.headers["Location"] == "/patients/intake/done/"
    made = Intake.objects.get()
    assert made.answers["allergies"] == ["Novocaine", "Grandma's balm"]
    assert made.answers["conditions"] == ["epilepsy", "a crooked toe"]
    assert made.answers["medicines"] == ["none"]
    assert tablet.post("/patients/intake/", posted()).status_code == 302
    assert Intake.objects.count() == 1
    locked = tablet.post("/patients/intake/done/")
    assert locked.headers["Location"].startswith("/lock/?next=%2Fpatients%2F")
    assert tablet.get(f"/patients/{patient.pk}/").headers["Location"].startswith("/lock/")
    assert tablet.get("/patients/intake/").headers["Location"].startswith("/lock/")
    tablet.post("/lock/", {"pin": "111111"})
    assert tablet.get(f"/patients/{patient.pk}/").status_code == 302
    tablet.post("/lock/", {"pin": "135790"})
    assert tablet.get(f"/patients/{patient.pk}/").status_code == 200
    assert tablet.get("/patients/intake/").status_code == 404


def test_refused_questionnaire_keeps_what_was_typed(tablet):
    answer = tablet.post("/patients/intake/", posted(signed_name=""))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Grandma&#x27;s balm" in page
    assert re.search(r'name="conditions-epilepsy" value="yes" checked', page)
    assert re.search(r'name="pregnant" value="no" checked', page)
    assert re.search(r'name="sun" value="burns-at-times" checked', page)
    assert not Intake.objects.exists()


@pytest.mark.parametrize(
    "bad",
    [{"drawing": "x"}, {"sun": "\x00"}, {"allergies": "x" * 300}, {"allergies-none": "yes"},
     {"signed_name": "A\x00B"}, {"signed_name": "x" * 500}],
)  # fmt: skip
def test_bad_questionnaire_is_refused_with_a_page(tablet, bad):
    assert tablet.post("/patients/intake/", posted(**bad)).status_code == 422
    assert not Intake.objects.exists()
    assert not StoredFile.objects.exists()


def test_nobody_without_a_code_hands_the_tablet_over(signed_in, patient):
    answer = signed_in("nurse").post(f"/patients/{patient.pk}/intake/")
    assert answer.status_code == 422
    assert "no personal code" in answer.content.decode()


def test_questionnaire_without_handing_over_is_not_found(signed_in):
    assert signed_in("nurse").get("/patients/intake/").status_code == 404


def link_of(patient, doctor, now=None):
    return intake_link.make_link(patient, by=doctor, now=now or dt.datetime.now(dt.UTC))


def test_link_asks_for_the_birth_date_and_works_once(patient, doctor):
    address, device = link_of(patient, doctor), Client()
    page = device.get(address).content.decode()
    assert "birth date" in page
    assert "Alba" not in page
    assert device.post(address, posted()).status_code == 422
    assert not Intake.objects.exists()
    assert device.post(address, {"birth_date": "1980-01-31"}).headers["Location"] == address
    assert "Alba Sample" in device.get(address).content.decode()
    assert device.post(address, posted()).headers["Location"] == "/patients/intake/link/thanks/"
    assert device.get("/patients/intake/link/thanks/").status_code == 200
    assert device.get(address).status_code == 404
    assert Client().get(address).status_code == 404
    event = AuditEvent.objects.get(action="intake.signed")
    assert (event.actor, event.patient) == ("", str(patient.pk))
    assert IntakeLink.objects.get().token_hash not in address


def test_link_opened_twice_is_signed_once(patient, doctor):
    address, one, other = link_of(patient, doctor), Client(), Client()
    for device in (one, other):
        device.post(address, {"birth_date": "1980-01-31"})
    assert one.post(address, posted()).status_code == 302
    assert other.post(address, posted()).status_code == 404
    link, made = IntakeLink.objects.get(), Intake.objects.get()
    with pytest.raises(InputError):
        intake_link.use(link, made, now=dt.datetime.now(dt.UTC))


def test_wrong_birth_dates_end_the_link(patient, doctor):
    address, device = link_of(patient, doctor), Client()
    for day in range(1, 6):
        answer = device.post(address, {"birth_date": f"1980-02-0{day}"})
        assert answer.status_code == 422
    assert device.post(address, {"birth_date": "1980-01-31"}).status_code == 404
    assert AuditEvent.objects.filter(action="intake.link-wrong").count() == 5


def test_link_ends_with_its_time_and_with_the_next_one(patient, doctor):
    now = dt.datetime.now(dt.UTC)
    old = link_of(patient, doctor, now - dt.timedelta(hours=49))
    assert Client().get(old).status_code == 404
    first, second = link_of(patient, doctor, now), link_of(patient, doctor, now)
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    assert Client().get("/patients/intake/link/nonsense/").status_code == 404


def test_link_is_shown_once_on_the_record(signed_in, patient):
    client = signed_in("nurse")
    page = client.post(f"/patients/{patient.pk}/intake/link/").content.decode()
    (path,) = re.findall(r"http://testserver(/patients/intake/link/[\w-]+/)", page)
    assert Client().get(path).status_code == 200
    assert path not in client.get(f"/patients/{patient.pk}/").content.decode()


def test_review_page_takes_over_leaves_out_and_confirms(signed_in, signed, patient):
    client, address = signed_in("nurse"), f"/patients/{patient.pk}/intake/{signed.pk}/"
    page = client.get(address).content.decode()
    assert "= procaine" in page
    assert "not matched: will be NOT CHECKED" in page
    assert client.post(address, {"act": "reviewed"}).status_code == 422
    for key, index in (("allergies", "0"), ("allergies", "1"), ("medicines", "0"),
                       ("conditions", "0"), ("pregnant", "0"), ("sun", "0")):  # fmt: skip
        assert client.post(address, {"key": key, "index": index}).status_code == 302
    earlier = {"key": "earlier", "index": "0", "substance": "Botox", "amount": "64"}
    answer = client.post(address, earlier | {"given_on": "2026-04-02"})
    assert answer.status_code == 422
    assert 'value="Botox"' in answer.content.decode()
    for bad in ("2026-02-31", "soon", ""):
        assert client.post(address, earlier | {"given_on": bad}).status_code == 422
    good = earlier | {"amount": "64 U", "given_on": "2026-04-02"}
    assert client.post(address, good).status_code == 302
    leave = {"act": "leave", "key": "conditions", "index": "1", "why": "Of no concern."}
    assert client.post(address, leave | {"why": ""}).status_code == 422
    assert client.post(address, leave).status_code == 302
    assert client.post(address, {"act": "reviewed"}).status_code == 302
    signed.refresh_from_db()
    assert signed.reviewed_by == client.user


@pytest.mark.parametrize("index", ["", "-1", "1.5", "x", "99999999", "٣"])
def test_review_of_no_answer_is_refused(signed_in, signed, index):
    address = f"/patients/{signed.patient_id}/intake/{signed.pk}/"
    answer = signed_in("nurse").post(address, {"key": "allergies", "index": index})
    assert answer.status_code == 422
    assert not Allergy.objects.exists()
