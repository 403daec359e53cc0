"""The lock after idle time, the personal code, break-glass."""

import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from clinic.serving import Served, served
from clinic.sessions import csrf_of, in_clinic, signed_in_at
from clinic.test_people_rights import ADDRESSES, ALLAUTH
from mesoplan.clinic.middleware import LAST_SEEN, LOCKED
from mesoplan.clinic.models import AuditEvent, BreakGlass, Patient
from mesoplan.clinic.people.pin import set_pin

MINUTE = 60


@pytest.fixture(autouse=True)
def _counted(db: None) -> None:
    call_command("createcachetable", verbosity=0)


@pytest.fixture
def nurse(signed_in: Any) -> Client:
    client: Client = signed_in("nurse")
    with_code(client)
    return client


def with_code(client: Any, code: str = "2468") -> None:
    set_pin(client.user, code)
    client.user.save()


def shift(client: Client, seconds: float) -> None:
    """Set the time at which the session was seen last."""
    session = client.session
    session[LAST_SEEN] = int(session[LAST_SEEN] + seconds)
    session.save()


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


def test_limit_is_met_from_both_sides(nurse: Client) -> None:
    assert nurse.get("/").status_code == 200
    shift(nurse, -settings.IDLE_MINUTES * MINUTE + 5)
    assert nurse.get("/").status_code == 200
    shift(nurse, -settings.IDLE_MINUTES * MINUTE - 5)
    answer = nurse.get("/patients/?q=a")
    assert (answer.status_code, answer["Location"]) == (302, "/lock/?next=%2Fpatients%2F%3Fq%3Da")


def test_clock_of_the_computer_set_back_locks(nurse: Client) -> None:
    nurse.get("/")
    shift(nurse, 100)
    assert nurse.get("/").status_code == 200
    nurse.get("/")
    shift(nurse, 300)
    assert nurse.get("/").status_code == 302


def test_nothing_else_answers_while_locked(nurse: Client) -> None:
    nurse.post("/lock/now/")
    tried = 0
    for path, entry in ADDRESSES:
        if path.startswith("/lock/") or entry.name == "account_logout":
            continue
        for method in (nurse.get, nurse.post):
            answer = method(path)
            assert answer.status_code == 302, path
            assert answer["Location"].startswith("/lock/?next="), path
            tried += 1
    assert tried > 100
    assert {"account_change_password", "mfa_index"} <= ALLAUTH
    page = nurse.get("/lock/").content.decode()
    assert "Dr Nurse" in page
    assert "<nav" not in page


def test_part_of_a_page_asked_for_while_locked_reloads_it(nurse: Client) -> None:
    nurse.post("/lock/now/")
    answer = nurse.get("/patients/match/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer["HX-Refresh"], answer.content) == (403, "true", b"")


def test_form_sent_while_locked_leads_back_to_its_page(nurse: Client) -> None:
    nurse.post("/lock/now/")
    for referer, target in (("http://testserver/patients/new/?a=1", "%2Fpatients%2Fnew%2F%3Fa%3D1"),
                            ("http://elsewhere.example/x/", "%2F"), ("", "%2F")):  # fmt: skip
        answer = nurse.post("/stock/receipt/", headers={"Referer": referer})
        assert answer["Location"] == f"/lock/?next={target}"


def test_unlock_goes_on_where_it_was(nurse: Client) -> None:
    nurse.get("/")
    assert 'value="/patients/?q=a"' in nurse.get("/patients/?q=a").content.decode()
    answer = nurse.post("/lock/now/", {"next": "/patients/?q=a"})
    assert answer["Location"] == "/lock/?next=%2Fpatients%2F%3Fq%3Da"
    page = nurse.get(answer["Location"]).content.decode()
    assert 'name="next" value="/patients/?q=a"' in page
    wrong = nurse.post("/lock/", {"pin": "1357", "next": "/patients/?q=a"})
    assert wrong.status_code == 422
    assert 'value="/patients/?q=a"' in wrong.content.decode()
    right = nurse.post("/lock/", {"pin": "2468", "next": "/patients/?q=a"})
    assert (right.status_code, right["Location"]) == (302, "/patients/?q=a")
    assert nurse.get("/patients/").status_code == 200
    said = [action for action in actions() if action.startswith("user.")]
    assert said == ["user.signed-in", "user.locked", "user.wrong-code", "user.unlocked"]


@pytest.mark.parametrize("target", [
    "https://elsewhere.example/", "//elsewhere.example/", "/\\elsewhere.example", "javascript:x",
    "\x00/", "stock/", "/lock/", "/lock/now/", "http:///x", "///x", " /x", "\t//x",
])  # fmt: skip
def test_next_is_a_local_path_or_the_start(target: str, nurse: Client) -> None:
    nurse.post("/lock/now/")
    answer = nurse.post("/lock/", {"pin": "2468", "next": target})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    nurse.post("/lock/now/")
    nurse.post("/lock/", {"pin": "2468"})
    answer = nurse.get("/lock/", {"next": target})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_five_wrong_codes_sign_out(nurse: Client) -> None:
    nurse.post("/lock/now/")
    for _ in range(4):
        assert nurse.post("/lock/", {"pin": "0000"}).status_code == 422
    answer = nurse.post("/lock/", {"pin": "0000"})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert nurse.post("/lock/", {"pin": "2468"})["Location"].startswith("/accounts/login/")
    assert nurse.get("/").status_code == 302
    assert actions().count("user.wrong-code") == 5
    assert actions()[-1] == "user.signed-out"
    nurse.force_login(nurse.user)  # type: ignore[attr-defined]
    cover = {"pin": "0000", "next": "/me/awake/"}
    assert [nurse.post("/lock/", cover).status_code for _ in range(5)] == [422] * 4 + [401]
    assert "Too many wrong codes" in nurse.get("/accounts/login/").content.decode()


def test_right_code_forgets_earlier_slips(nurse: Client) -> None:
    for _ in range(3):
        nurse.post("/lock/now/")
        for _ in range(4):
            nurse.post("/lock/", {"pin": "0000"})
        assert nurse.post("/lock/", {"pin": "2468"}).status_code == 302
        assert nurse.get("/").status_code == 200


@pytest.mark.parametrize("code", ["", " ", "2468 ", "02468", "１２", "\x00", "2" * 5000])
def test_codes_that_are_none(code: str, nurse: Client) -> None:
    nurse.post("/lock/now/")
    assert nurse.post("/lock/", {"pin": code}).status_code == 422


def test_account_without_code_can_only_sign_out(signed_in: Any) -> None:
    client = signed_in("desk")
    client.post("/lock/now/")
    assert client.post("/lock/", {"pin": ""}).status_code == 422
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/")["Location"].startswith("/accounts/login/")


def test_code_of_another_does_not_open(nurse: Client, signed_in: Any) -> None:
    other = signed_in("desk")
    with_code(other, "1357")
    nurse.post("/lock/now/")
    assert nurse.post("/lock/", {"pin": "1357"}).status_code == 422


def test_code_never_signs_in(nurse: Client) -> None:
    nurse.logout()
    nurse.post("/accounts/login/", {"login": "nurse", "password": "2468"})
    assert nurse.get("/")["Location"].startswith("/accounts/login/")


def test_typing_keeps_awake_but_never_unlocks(nurse: Client) -> None:
    nurse.get("/")
    for _ in range(3):
        shift(nurse, -settings.IDLE_MINUTES * MINUTE + 20)
        assert nurse.get("/me/awake/").status_code == 204
    assert nurse.get("/").status_code == 200
    shift(nurse, -settings.IDLE_MINUTES * MINUTE - 5)
    assert nurse.get("/me/awake/").status_code == 302
    assert nurse.session[LOCKED] is True


def test_lock_changes_on_post_alone(nurse: Client) -> None:
    answer = nurse.get("/lock/now/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "only takes forms" in answer.content.decode()
    assert nurse.get("/").status_code == 200


def test_forms_need_their_token(account: Any) -> None:
    client: Any = Client(enforce_csrf_checks=True)
    client.force_login(account("nurse"))
    for path in ("/lock/now/", "/lock/", "/accounts/logout/", "/me/"):
        assert client.post(path).status_code == 403, path
    assert client.get("/").status_code == 200


def test_many_codes_at_once_are_counted_one_by_one(tmp_path: Path) -> None:
    with served(tmp_path / "clinic") as clinic:
        session = signed_in_at(clinic, "nurse")
        form = {"csrfmiddlewaretoken": csrf_of(clinic, session), "pin": "0000"}
        assert posted(clinic, session, "/lock/now/", form) == "/lock/"
        gate, seen = Barrier(8), []

        def try_one() -> None:
            gate.wait()
            seen.append(posted(clinic, session, "/lock/", form))

        threads = [Thread(target=try_one) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert seen.count("422") == 4
        assert "500" not in seen
        assert posted(clinic, session, "/lock/", form) == "403"  # the session is no more
        counted = in_clinic(clinic.folder, COUNT)
        assert counted.stdout.split() == ["5"], counted.stderr


COUNT = """
from mesoplan.clinic.models import AuditEvent
print(AuditEvent.objects.filter(action="user.wrong-code").count())
"""


def posted(clinic: Served, session: str, path: str, form: dict[str, str]) -> str:
    """The path that the answer leads to, or its status where it leads nowhere."""
    request = urllib.request.Request(
        f"{clinic.base}{path}", urllib.parse.urlencode(form).encode(),
        {"Cookie": f"mesoplan-session={session}", "Origin": clinic.base},
    )  # fmt: skip
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return urllib.parse.urlsplit(answer.url).path
    except urllib.error.HTTPError as error:
        return str(error.code)


# ------------------------------------------------------------------------------- break-glass


@pytest.fixture
def restricted(patient: Patient) -> Patient:
    patient.restricted = True
    patient.save()
    return patient


def test_break_glass_opens_one_record_for_its_user(restricted: Patient, signed_in: Any) -> None:
    nurse, doctor = signed_in("nurse"), signed_in("practitioner")
    page = nurse.get(f"/patients/{restricted.pk}/")
    assert page.status_code == 403
    assert 'name="reason"' in page.content.decode()
    reason = "Found unconscious in the waiting room."
    answer = nurse.post(f"/break-glass/{restricted.pk}/", {"reason": reason})
    assert (answer.status_code, answer["Location"]) == (302, f"/patients/{restricted.pk}/")
    assert nurse.get(f"/patients/{restricted.pk}/").status_code == 200
    assert doctor.get(f"/patients/{restricted.pk}/").status_code == 403
    opened = BreakGlass.objects.get()
    assert opened.reason == reason
    assert (opened.until - opened.at).total_seconds() == 3600
    row = AuditEvent.objects.get(action="patient.break-glass")
    assert row.patient == str(restricted.pk)
    assert reason not in row.details


@pytest.mark.parametrize("reason", ["", "too short", "a\x00 reason long enough", "          x",
                                    "x" * 2001])  # fmt: skip
def test_break_glass_needs_a_reason(reason: str, restricted: Patient, signed_in: Any) -> None:
    answer = signed_in("nurse").post(f"/break-glass/{restricted.pk}/", {"reason": reason})
    assert answer.status_code == 422
    assert not BreakGlass.objects.exists()


def test_break_glass_is_not_for_everybody(restricted: Patient, signed_in: Any) -> None:
    form = {"reason": "A reason that is long enough."}
    for role in ("owner", "desk", "auditor"):
        answer = signed_in(role).post(f"/break-glass/{restricted.pk}/", form)
        assert answer.status_code == 403
    page = signed_in("desk", username="d2").get(f"/patients/{restricted.pk}/")
    assert page.status_code == 403
    assert 'name="reason"' not in page.content.decode()
    assert not BreakGlass.objects.exists()
    nobody = signed_in("nurse").post(f"/break-glass/{uuid.uuid4()}/", form)
    assert nobody.status_code == 404
