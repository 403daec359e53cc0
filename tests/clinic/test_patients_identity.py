"""Finding and registering patients: names in any order, dates, numbers, who may be the same."""

import datetime as dt

import pytest

from clinic.conftest import NOW
from mesoplan.clinic.models import AuditEvent, Patient
from mesoplan.clinic.patients import identity
from mesoplan.clinic.patients.names import plain
from mesoplan.clinic.patients.restrict import restrict
from mesoplan.clinic.patients.search import MOST_WORDS, day_of, restricted_match, search
from mesoplan.core.errors import InputError

pytestmark = pytest.mark.django_db
BORN = dt.date(1980, 1, 31)


@pytest.fixture
def doctor(account):
    return account("practitioner")


def new(doctor, family="Muñoz-Łęcka", given="José María", born=BORN, **more):
    values = {"family_name": family, "given_names": given, "birth_date": born} | more
    return identity.register(values, by=doctor, now=NOW)


def found(text):
    return {p.record_number for p in search(Patient.objects.all(), text)}


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Muñoz-Łęcka", "munoz lecka"),
        ("  ÉLODIE   d'Årc ", "elodie darc"),
        ("Groß", "gross"),
        ("Sørensen Œuvrard", "sorensen oeuvrard"),
        ("İpek Yıldız", "ipek yildiz"),
    ],
)
def test_names_are_compared_without_accents_case_and_signs(text, bare):
    assert plain(text) == bare


@pytest.mark.parametrize(
    "text",
    ["munoz", "MARIA muñoz", "josé lecka", "Muñoz-Łęcka", "lec ose", "31/1/1980", "31.01.1980",
     "1980-01-31", "maria 31/1/1980", "26-00001"],
)  # fmt: skip
def test_patient_is_found(doctor, text):
    new(doctor)
    new(doctor, "Other", "Person", dt.date(1980, 1, 30))
    assert found(text) == {"26-00001"}


@pytest.mark.parametrize("text", ["munoz carlos", "1/31/1980", "30/1/1981", "31/02/1980", "%", "_"])
def test_patient_is_not_found(doctor, text):
    new(doctor)
    assert found(text) == set()


def test_day_is_read_day_first_and_only_where_it_is_one():
    assert day_of("2/11/1999") == dt.date(1999, 11, 2)
    assert day_of("1999-11-2") == dt.date(1999, 11, 2)
    assert day_of("31/11/1999") is None
    assert day_of("٢/11/1999") is None


def test_joined_record_is_found_by_its_number_at_the_one_it_joined(doctor):
    first, second, third = (
        new(doctor, f"Name{n}", "A", dt.date(1950 + 9 * n, 1, 1)) for n in (1, 2, 3)
    )
    first.merged_into, second.merged_into = second, third
    first.save()
    second.save()
    assert found(first.record_number) == {third.record_number}


@pytest.mark.parametrize("text", ["x " * (MOST_WORDS + 1), "y" * 101])
def test_search_that_is_too_long_is_refused(signed_in, text):
    answer = signed_in("desk").get("/patients/", {"q": text})
    assert answer.status_code == 422
    assert "is too long" in answer.content.decode()


@pytest.mark.parametrize("text", ["\x00", "x\x00y", "'", '"; drop', "\ud7ff", "-", "🙂"])
def test_odd_searches_find_nobody_and_break_nothing(signed_in, patient, text):
    answer = signed_in("desk").get("/patients/", {"q": text, "page": "99999999999"})
    assert answer.status_code == 200
    if text.strip("\x00"):
        assert "SAMPLE" not in answer.content.decode()


def test_list_is_paged_and_each_search_stands_in_the_log(signed_in):
    Patient.objects.bulk_create(
        Patient(
            record_number=f"N{n:03}", family_name="Row", given_names=f"G{n:03}",
            search_name=f"row g{n:03}", birth_date=BORN, created_at=NOW,
        )
        for n in range(117)
    )  # fmt: skip
    client = signed_in("nurse")
    page = client.get("/patients/?q=row&page=3").content.decode()
    assert "N116" in page
    assert "N099" not in page
    event = AuditEvent.objects.get(action="patient.search")
    assert event.details == '{"found":117}'


def test_restricted_record_shows_only_to_who_means_that_person(doctor, signed_in):
    kept = new(doctor)
    restrict(kept, True, [], by=doctor, now=NOW)
    client = signed_in("nurse")
    for vague in ("munoz", "31/1/1980", "jose 31/1/1980"):
        assert "26-00001" not in client.get("/patients/", {"q": vague}).content.decode()
    for meant in ("26-00001", "Muñoz-Łęcka 31/1/1980"):
        page = client.get("/patients/", {"q": meant}).content.decode()
        assert f"/patients/{kept.pk}/" in page
        assert "MUÑOZ" not in page
    assert restricted_match("26-00002") is None


@pytest.mark.parametrize(
    ("family", "given", "born"),
    [
        ("Munoz Lecka", "Jose Maria", BORN),  # the same, other letters
        ("Munos-Lecka", "José", BORN),  # a letter off, a name left out
        ("José María", "Muñoz-Łęcka", BORN),  # turned round
        ("Lecka", "Josefa", BORN),  # a part of the name
        ("García", "María", BORN),  # the same day, one given name in common
        ("Muñoz-Łęcka", "José María", dt.date(1980, 2, 5)),  # near
        ("Muñoz-Łęcka", "José María", dt.date(1908, 1, 31)),  # two digits turned
        ("Muñoz-Łęcka", "José María", dt.date(1980, 1, 21)),  # one digit off
        ("Muñoz-Łęcka", "José María", dt.date(1995, 1, 31)),  # another year
    ],
)
def test_who_may_be_the_same_must_be_compared(doctor, family, given, born):
    first = new(doctor)
    with pytest.raises(InputError) as error:
        new(doctor, family, given, born)
    assert "26-00001" in error.value.faults[0].wrong
    assert Patient.objects.count() == 1
    values = {"family_name": family, "given_names": given, "birth_date": born}
    identity.register(values, by=doctor, now=NOW, others={first.pk})
    assert Patient.objects.count() == 2
    assert str(first.pk) in AuditEvent.objects.filter(action="patient.registered").last().details


@pytest.mark.parametrize(
    ("family", "given", "born"),
    [
        ("Schneider", "Paul", BORN),
        ("Muñoz-Łęcka", "José María", dt.date(1953, 6, 12)),
        ("Muñoz", "Carlos", dt.date(1980, 2, 1)),
    ],
)
def test_others_are_registered_without_a_question(doctor, family, given, born):
    new(doctor)
    new(doctor, family, given, born)
    assert Patient.objects.count() == 2


def test_day_and_month_swapped_is_asked_about(doctor):
    new(doctor, born=dt.date(1980, 3, 12))
    with pytest.raises(InputError):
        new(doctor, born=dt.date(1980, 12, 3))


def test_somebody_registered_meanwhile_was_not_compared(doctor):
    first = new(doctor)
    values = {"family_name": "Muñoz", "given_names": "José", "birth_date": BORN}
    second = identity.register(values, by=doctor, now=NOW, others={first.pk})
    with pytest.raises(InputError):
        identity.register(values, by=doctor, now=NOW, others={first.pk})
    identity.register(values, by=doctor, now=NOW, others={first.pk, second.pk})


def test_warning_is_shown_and_answered_on_the_page(signed_in, patient):
    client = signed_in("desk")
    values = {"family_name": "Sampel", "given_names": "Alba", "birth_date": "1980-01-31"}
    answer = client.post("/patients/new/", values)
    assert answer.status_code == 422
    assert f'name="compared" value="{patient.pk}"' in answer.content.decode()
    assert client.post("/patients/new/", values | {"another_person": "yes"}).status_code == 422
    said = values | {"another_person": "yes", "compared": [str(patient.pk), "nonsense"]}
    assert client.post("/patients/new/", said).status_code == 302
    assert Patient.objects.count() == 2


def test_numbers_go_on_and_own_numbers_are_kept_apart(doctor):
    assert new(doctor).record_number == "26-00001"
    assert new(doctor, "B", "C", dt.date(1950, 5, 5), record_number="A-7").record_number == "A-7"
    Patient.objects.filter(record_number="A-7").update(record_number="26-99999")
    assert new(doctor, "D", "E", dt.date(1960, 5, 5)).record_number == "26-100000"
    assert new(doctor, "F", "G", dt.date(1970, 5, 5)).record_number == "26-100001"
    with pytest.raises(InputError) as error:
        new(doctor, "H", "I", dt.date(1940, 5, 5), record_number="26-00001")
    assert error.value.faults[0].key == "record_number"


@pytest.mark.parametrize("born", ["2026-11-26", "1899-01-01"])
def test_impossible_birth_dates_are_refused(doctor, born):
    with pytest.raises(InputError) as error:
        new(doctor, born=dt.date.fromisoformat(born))
    assert error.value.faults[0].key == "birth_date"


def test_names_without_letters_or_that_grow_too_long_are_refused(doctor):
    with pytest.raises(InputError):
        new(doctor, "''", "--")
    with pytest.raises(InputError):
        new(doctor, "ﷺ" * 100, "A")  # one letter, written out as eighteen


def test_change_of_identity_raises_the_revision_and_asks_again(doctor, patient):
    other = new(doctor, "Other", "Person", dt.date(1970, 6, 5))
    values = {"family_name": "Sample", "given_names": "Alba", "birth_date": BORN}
    identity.rename(patient, values | {"phone": "1"}, by=doctor, now=NOW)
    assert (patient.phone, patient.revision) == ("1", 2)
    values = {"family_name": "Other", "given_names": "Person", "birth_date": other.birth_date}
    with pytest.raises(InputError):
        identity.rename(patient, values, by=doctor, now=NOW)
    patient.refresh_from_db()
    assert (patient.family_name, patient.revision) == ("Sample", 2)
    identity.rename(patient, values, by=doctor, now=NOW, others={other.pk})
    assert found("person") == {"T-0001", other.record_number}


def test_identity_page_changes_and_the_log_names_fields_alone(signed_in, patient):
    client = signed_in("desk")
    values = {"family_name": "Sample", "given_names": "Berta", "birth_date": "1980-01-31"}
    assert client.post(f"/patients/{patient.pk}/identity/", values).status_code == 302
    event = AuditEvent.objects.get(action="patient.identity")
    assert '"changed":["given_names"]' in event.details
    assert "Berta" not in event.details
    bad = client.post(f"/patients/{patient.pk}/identity/", values | {"birth_date": "31.01.80x"})
    assert bad.status_code == 422
