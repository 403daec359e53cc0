"""The owner's page of accounts: roles, closing, and that an owner is left."""

from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from clinic.conftest import NOW
from mesoplan.clinic.models import AuditEvent, User
from mesoplan.clinic.people import staff
from mesoplan.clinic.people.role_notes import names_of, role_notes
from mesoplan.clinic.roles import MEANING, ROLES
from mesoplan.core.errors import InputError

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _counted() -> None:
    call_command("createcachetable", verbosity=0)


def change(client: Any, user: User, **form: Any) -> Any:
    return client.post(f"/staff/{user.public_id}/", form)


def test_notes_say_exactly_the_rights() -> None:
    said = {note.role: note.may for note in role_notes()}
    assert {role: set(may) for role, may in said.items()} == {
        role: {MEANING[right] for right in rights} for role, rights in ROLES.items()
    }
    assert names_of(["desk", "owner"]) == "Owner, Front desk"


def test_page_lists_people_with_notes_beside_roles(signed_in: Any, account: Any) -> None:
    account("nurse")
    page = signed_in("owner").get("/staff/").content.decode()
    assert "Dr Nurse" in page
    assert MEANING["audit.read"] in page
    assert page.count("<h1") == 1


def test_roles_change_at_once_and_stand_in_the_log(signed_in: Any) -> None:
    owner, nurse = signed_in("owner"), signed_in("nurse")
    assert nurse.get("/patients/").status_code == 200
    assert change(owner, nurse.user, act="roles", roles=["auditor"]).status_code == 302
    assert nurse.get("/patients/").status_code == 403
    assert nurse.get("/audit/").status_code == 200
    row = AuditEvent.objects.get(action="user.roles")
    assert row.details == '{"after":["auditor"],"before":["nurse"]}'
    assert row.subject == f"user:{nurse.user.public_id}"
    assert row.actor == str(owner.user.public_id)


@pytest.mark.parametrize("form", [
    {"act": "roles", "roles": ["admin"]}, {"act": "roles"}, {"act": "fly"}, {},
])  # fmt: skip
def test_refused_changes(form: dict[str, Any], signed_in: Any, account: Any) -> None:
    user = account("nurse")
    assert change(signed_in("owner"), user, **form).status_code == 422
    user.refresh_from_db()
    assert (user.roles, user.is_active) == (["nurse"], True)
    assert not AuditEvent.objects.exclude(action="user.signed-in").exists()


def test_closed_account_is_out_at_once_and_comes_back(signed_in: Any) -> None:
    owner, nurse = signed_in("owner"), signed_in("nurse")
    change(owner, nurse.user, act="close")
    assert nurse.get("/").status_code == 302
    signing = {"login": "nurse", "password": "a long password!"}
    nurse.post("/accounts/login/", signing)
    assert nurse.get("/").status_code == 302
    change(owner, nurse.user, act="open")
    nurse.post("/accounts/login/", signing)
    assert nurse.get("/").status_code == 200
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"user.closed", "user.opened"} <= actions


@pytest.mark.parametrize("form", [{"act": "close"}, {"act": "roles", "roles": ["nurse"]}])
def test_last_owner_stays(form: dict[str, Any], signed_in: Any, account: Any) -> None:
    client = signed_in("owner", "practitioner")
    closed = account("owner", username="closed")
    staff.set_active(closed, False, by=client.user, now=timezone.now())
    answer = change(client, client.user, **form)
    assert answer.status_code == 422
    assert "no owner would be left" in answer.content.decode()
    client.user.refresh_from_db()
    assert (client.user.roles, client.user.is_active) == (["owner", "practitioner"], True)
    assert client.get("/staff/").status_code == 200


def test_one_of_two_owners_may_go(account: Any) -> None:
    one, two = account("owner"), account("owner", username="two")
    staff.set_roles(two, ["nurse"], by=one, now=NOW)
    with pytest.raises(InputError, match="no owner would be left"):
        staff.set_active(one, False, by=two, now=NOW)


def test_invitation_without_role_or_name_is_refused(signed_in: Any) -> None:
    client = signed_in("owner")
    for form in ({"full_name": "Eva"}, {"roles": ["nurse"]}, {"full_name": "E", "roles": ["king"]}):
        answer = client.post("/staff/invite/", form)
        assert answer.status_code == 422
        assert 'id="link"' not in answer.content.decode()


def test_link_is_shown_once(signed_in: Any) -> None:
    client = signed_in("owner")
    answer = client.post("/staff/invite/", {"full_name": "Eva", "roles": ["nurse", "desk"]})
    assert answer.content.decode().count("/welcome/") == 1
    assert "/welcome/" not in client.get("/staff/").content.decode()


def test_own_page_changes_code_and_number_after_the_password(signed_in: Any) -> None:
    client = signed_in("nurse")
    wrong = client.post("/me/", {"registration": "RN 9", "pin": "2468", "password": "guess"})
    assert wrong.status_code == 422
    client.user.refresh_from_db()
    assert (client.user.registration, client.user.pin) == ("", "")
    right = {"registration": "RN 9", "pin": "2468", "password": "a long password!"}
    assert client.post("/me/", right).status_code == 302
    client.user.refresh_from_db()
    assert client.user.registration == "RN 9"
    kept = client.user.pin
    assert client.post("/me/", right | {"pin": ""}).status_code == 302
    client.user.refresh_from_db()
    assert client.user.pin == kept
    assert AuditEvent.objects.filter(action="user.own").count() == 2
    assert client.post("/me/", right | {"pin": "12"}).status_code == 422
    assert client.get("/me/").status_code == 200


def test_wrong_passwords_on_the_own_page_lead_to_a_pause(signed_in: Any) -> None:
    client = signed_in("nurse")
    form = {"registration": "", "pin": "2468", "password": "guess"}
    for _ in range(5):
        client.post("/me/", form)
    answer = client.post("/me/", form | {"password": "a long password!"})
    assert answer.status_code == 422
    assert "too many" in answer.content.decode()
