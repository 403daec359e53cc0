"""Every address of the clinic declares its right, and every role gets exactly what it has."""

import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from mesoplan.clinic.roles import MEANING, ROLES, Right

ALLAUTH = {
    "account_login", "account_logout", "account_inactive", "account_reauthenticate",
    "account_change_password", "mfa_authenticate", "mfa_reauthenticate", "mfa_index",
    "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes", "mfa_download_recovery_codes", "mfa_list_webauthn",
    "mfa_add_webauthn", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn",
    "mfa_edit_webauthn", "mfa_login_webauthn",
}  # fmt: skip
"""Pages of allauth that are mounted; they ask for a session by themselves where they need one."""
VALUES = {"UUIDConverter": str(uuid.UUID(int=7)), "IntConverter": "1", "StringConverter": "x",
          "SlugConverter": "x", "PathConverter": "x"}  # fmt: skip


def walked(resolver: Any = None, before: str = "/") -> Iterator[tuple[str, URLPattern]]:
    """Every address with values put in for its parameters."""
    for entry in (resolver or get_resolver()).url_patterns:
        part = before + str(entry.pattern)
        for name, converter in entry.pattern.converters.items():
            kind = type(converter).__name__
            for written in (f"<{kind.removesuffix('Converter').lower()}:{name}>", f"<{name}>"):
                part = part.replace(written, VALUES[kind])
            part = part.replace(f"<str:{name}>", "x")
        if isinstance(entry, URLResolver):
            yield from walked(entry, part)
        else:
            yield part, entry


ADDRESSES = list(walked())
OWN = [(path, entry) for path, entry in ADDRESSES if entry.name not in ALLAUTH]


@pytest.fixture(autouse=True)
def _counted(db: None) -> None:
    call_command("createcachetable", verbosity=0)


def right_of(entry: URLPattern) -> str:
    return str(getattr(entry.callback, "right", ""))


def test_the_walk_reaches_every_part() -> None:
    assert all("<" not in path for path, _ in ADDRESSES)
    assert len(ADDRESSES) > 50
    for path in ("/", "/staff/", "/audit/", "/backup/", "/stock/", "/lock/", "/accounts/2fa/"):
        assert path in dict(ADDRESSES)


def test_every_view_declares_a_right_that_exists() -> None:
    without = [path for path, entry in OWN if not right_of(entry)]
    assert without == []
    unknown = [
        (path, right_of(entry))
        for path, entry in OWN
        if right_of(entry) not in MEANING and not right_of(entry).startswith("public: ")
    ]
    assert unknown == []


def test_of_allauth_exactly_the_listed_pages_are_mounted() -> None:
    names = {e.name for _, e in ADDRESSES if e.callback.__module__.startswith("allauth")}
    assert names == ALLAUTH
    for closed in ("/accounts/signup/", "/accounts/email/", "/accounts/password/reset/",
                   "/accounts/password/set/", "/accounts/login/code/", "/accounts/signup/passkey/",
                   "/accounts/2fa/webauthn/signup/", "/accounts/confirm-email/"):  # fmt: skip
        assert Client().get(closed).status_code == 404, closed


def test_public_views_are_few_and_known() -> None:
    public = {entry.name for _, entry in OWN if right_of(entry).startswith("public: ")}
    assert public == {"health", "invitation", "intake-link", "intake-thanks"}


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_gets_in_without_an_account(method: str) -> None:
    client = Client()
    for path, entry in OWN:
        answer = getattr(client, method)(path)
        if right_of(entry).startswith("public: "):
            assert answer.status_code in (200, 302, 404, 405), path
        elif answer.status_code != 405:
            assert answer.status_code == 302, path
            assert answer["Location"].startswith("/accounts/login/?next="), path


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("role", [*ROLES, ""])
def test_matrix(method: str, role: str, signed_in: Any, monkeypatch: Any) -> None:
    """With the right never 403, without it nothing but 403; a wrong method is 405; never 500."""
    # a backup waits for the end of the test's own transaction
    monkeypatch.setattr("mesoplan.clinic.backup.views.back_up", lambda **_: None)
    client = signed_in(*([role] if role else []))
    has = ROLES.get(role, frozenset[Right]())
    seen = 0
    for path, entry in OWN:
        answer = getattr(client, method)(path)
        said = (role, method, path, answer.status_code)
        assert answer.status_code < 500, said
        if answer.status_code == 405:
            continue
        if right_of(entry) in has or right_of(entry).startswith("public: "):
            assert answer.status_code in (200, 204, 302, 404, 422), said
        else:
            assert answer.status_code == 403, said
        seen += 1
        client.cookies.clear()
        client.force_login(client.user)  # the lock and tablets handed over change the session
    assert seen > 20


@pytest.mark.parametrize("role", ROLES)
def test_every_right_of_a_role_opens_something(role: str) -> None:
    used = {right_of(entry) for _, entry in OWN}
    # rights that are asked for inside a page, beside the page's own
    assert ROLES[role] - used <= {"patient.read", "photo.view", "plan.write", "plan.approve"}


@pytest.mark.parametrize("role", ROLES)
def test_pages_of_allauth_answer_every_role(role: str, signed_in: Any) -> None:
    client = signed_in(role)
    for path, entry in ADDRESSES:
        if entry.name in ALLAUTH - {"account_logout"}:
            assert client.get(path).status_code in (200, 302, 404), path


def test_navigation_offers_what_the_role_may_open_and_nothing_else(signed_in: Any) -> None:
    for role in ROLES:
        client = signed_in(role)
        bar = client.get("/").content.decode().split("<nav")[1].split("</nav>")[0]
        offered = set(re.findall(r'href="([^"]+)"', bar))
        for path in offered:
            assert client.get(path).status_code == 200, (role, path)
        others = {"/patients/", "/stock/", "/stock/recall/", "/staff/", "/backup/", "/audit/"}
        for path in others - offered:
            assert client.get(path).status_code == 403, (role, path)


def test_closed_account_has_no_rights_even_with_a_session(signed_in: Any) -> None:
    client = signed_in("owner", "practitioner")
    client.user.is_active = False
    client.user.save()
    for path in ("/", "/staff/", "/patients/", "/me/"):
        assert client.get(path).status_code == 302, path


def test_content_policy_and_no_store_on_every_kind_of_answer(signed_in: Any) -> None:
    client = signed_in("desk")
    for path in ("/", "/staff/", "/nowhere/", "/accounts/2fa/"):
        answer = client.get(path)
        assert "script-src 'self';" in answer["Content-Security-Policy"]
        assert "no-store" in answer["Cache-Control"]
