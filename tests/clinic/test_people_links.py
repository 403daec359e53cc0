"""One-time links: the first owner, colleagues, a lost password; what ends them."""

import datetime as dt
import hashlib
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from clinic.conftest import NOW
from mesoplan.clinic.models import AuditEvent, Invitation, User
from mesoplan.clinic.people import invite, staff
from mesoplan.core.errors import InputError

pytestmark = pytest.mark.django_db
VALUES = {"username": "alba", "full_name": "Alba Sample", "registration": "RN 7",
          "password": "three small words", "pin": "24680"}  # fmt: skip


@pytest.fixture(autouse=True)
def _counted() -> None:
    call_command("createcachetable", verbosity=0)


def token_of(path: str) -> str:
    return path.split("/")[2]


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


def test_first_owner_by_a_link_that_works_once() -> None:
    path = invite.first_owner_link(timezone.now())
    assert path is not None
    client = Client()
    assert client.get(path).status_code == 200
    answer = client.post(path, VALUES | {"practitioner": "on"})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    user = User.objects.get()
    assert user.roles == ["owner", "practitioner"]
    assert (user.username, user.full_name, user.registration) == ("alba", "Alba Sample", "RN 7")
    assert user.password.startswith("argon2$argon2id$")
    assert user.pin.startswith("argon2$argon2id$")
    assert "24680" not in user.pin
    assert client.get(path).status_code == 404
    assert client.post(path, VALUES | {"username": "eva"}).status_code == 404
    assert invite.first_owner_link(timezone.now()) is None
    assert actions() == ["user.invited", "user.accepted"]


def test_each_start_ends_the_link_of_the_one_before() -> None:
    first = invite.first_owner_link(NOW)
    second = invite.first_owner_link(NOW)
    assert first is not None
    assert second is not None
    assert invite.standing(token_of(first), NOW) is None
    assert invite.standing(token_of(second), NOW) is not None


def test_second_first_owner_is_refused() -> None:
    path = invite.first_owner_link(NOW)
    assert path is not None
    User.objects.create_user("early", "Early Bird", ["owner"], "a long password!")
    with pytest.raises(InputError, match="there is an owner already"):
        invite.accept(token_of(path), VALUES, now=NOW)
    assert User.objects.count() == 1


def test_table_holds_the_hash_alone(account: Any) -> None:
    token = token_of(invite.invite(["nurse"], now=NOW, by=account("owner")))
    link = Invitation.objects.get()
    assert link.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert len(token) == 43  # 32 bytes
    assert not AuditEvent.objects.filter(details__contains=token).exists()


@pytest.mark.parametrize(("hours", "stands"), [(47.99, True), (48.01, False)])
def test_holds_for_48_hours(hours: float, stands: bool, account: Any) -> None:
    token = token_of(invite.invite(["nurse"], now=NOW, by=account("owner")))
    later = NOW + dt.timedelta(hours=hours)
    assert (invite.standing(token, later) is not None) is stands
    if not stands:
        with pytest.raises(InputError, match="does not stand"):
            invite.accept(token, VALUES, now=later)


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "é", "a" * 5000])
def test_anything_else_is_404(token: str) -> None:
    for method in (Client().get, Client().post):
        assert method(f"/welcome/{token}/").status_code == 404


@pytest.mark.parametrize(("key", "value", "says"), [
    ("username", "a", "username"), ("username", "Alba", "username"),
    ("username", "7up", "username"),
    ("username", "al ba", "username"), ("username", "nurse", "is taken"),
    ("full_name", "", "full_name"), ("password", "short", "password"),
    ("password", "password1234", "password"), ("pin", "123", "pin"), ("pin", "123456789", "pin"),
    ("pin", "12a4", "pin"), ("pin", "１２３４", "pin"),
])  # fmt: skip
def test_refused_values_leave_the_link_standing(
    key: str, value: str, says: str, account: Any
) -> None:
    account("nurse")
    path = invite.invite(["desk"], now=timezone.now(), by=account("owner"))
    client = Client()
    answer = client.post(path, VALUES | {key: value})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert "three small words" not in answer.content.decode()
    assert not User.objects.filter(username="alba").exists()
    assert client.post(path, VALUES).status_code == 302
    assert User.objects.get(username="alba").roles == ["desk"]


def test_invited_person_cannot_add_a_role(account: Any) -> None:
    path = invite.invite(["desk"], now=timezone.now(), by=account("owner"))
    form = VALUES | {"practitioner": "on", "roles": "owner"}
    assert Client().post(path, form).status_code == 302
    assert User.objects.get(username="alba").roles == ["desk"]


def test_renewal_sets_password_and_code_and_drops_factors_and_sessions(
    account: Any, signed_in: Any
) -> None:
    client = signed_in("nurse")
    user = client.user
    user.registration = "RN 1"
    user.save()
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    assert client.get("/").status_code == 200
    path = invite.invite(user.roles, now=timezone.now(), by=account("owner"), user=user)
    page = Client().get(path).content.decode()
    assert "id_username" not in page
    new = {"password": "another long one", "pin": "1357", "username": "other", "roles": "owner"}
    assert Client().post(path, new).status_code == 302
    user.refresh_from_db()
    assert (user.username, user.registration, user.roles) == ("nurse", "RN 1", ["nurse"])
    assert user.check_password("another long one")
    assert not Authenticator.objects.filter(user=user).exists()
    assert client.get("/").status_code == 302
    assert Client().get(path).status_code == 404


def test_newer_link_for_an_account_ends_the_older(account: Any) -> None:
    owner, user = account("owner"), account("nurse")
    older = token_of(invite.invite(["nurse"], now=NOW, by=owner, user=user))
    other = token_of(invite.invite(["desk"], now=NOW, by=owner))
    newer = token_of(invite.invite(["nurse"], now=NOW, by=owner, user=user))
    assert invite.standing(older, NOW) is None
    assert invite.standing(newer, NOW) is not None
    assert invite.standing(other, NOW) is not None


def test_closed_owner_has_no_way_back_by_a_link_made_before(account: Any) -> None:
    owner, second = account("owner"), account("owner", username="second")
    made = token_of(invite.invite(["owner"], now=NOW, by=second))
    renewal = token_of(invite.invite(["owner"], now=NOW, by=owner, user=second))
    kept = token_of(invite.invite(["desk"], now=NOW, by=owner))
    staff.set_active(second, False, by=owner, now=NOW)
    assert invite.standing(made, NOW) is None
    assert invite.standing(renewal, NOW) is None
    assert invite.standing(kept, NOW) is not None


def test_who_is_owner_no_longer_hands_out_nothing(account: Any) -> None:
    owner, second = account("owner"), account("owner", username="second")
    made = token_of(invite.invite(["owner"], now=NOW, by=second))
    staff.set_roles(second, ["owner", "nurse"], by=owner, now=NOW)
    assert invite.standing(made, NOW) is not None
    staff.set_roles(second, ["nurse"], by=owner, now=NOW)
    assert invite.standing(made, NOW) is None


def test_owner_withdraws_a_link(signed_in: Any) -> None:
    client = signed_in("owner")
    answer = client.post("/staff/invite/", {"full_name": "Eva", "roles": ["nurse"]})
    link = answer.context["link"]
    assert link.startswith("http://testserver/welcome/")
    assert "Eva" in client.get("/staff/").content.decode()
    (found,) = Invitation.objects.all()
    assert client.post(f"/staff/links/{found.pk}/").status_code == 302
    assert Client().get(link).status_code == 404
    assert "Withdraw" not in client.get("/staff/").content.decode()
    assert actions()[-1] == "user.link-ended"


def test_sessions_of_others_stay(account: Any, signed_in: Any) -> None:
    one, other = signed_in("nurse"), signed_in("desk")
    assert Session.objects.count() == 2
    invite.end_sessions(one.user)
    assert Session.objects.count() == 1
    assert other.get("/").status_code == 200
