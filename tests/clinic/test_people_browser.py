"""Passkeys, an app and the lock in a real Chromium against a real server."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic.serving import Served, served
from clinic.sessions import in_clinic
from clinic.test_people_factors import code_of
from clinic.test_story import PASSWORD, PIN, Tour, window

ACTIONS = """
from mesoplan.clinic.models import AuditEvent
for row in AuditEvent.objects.order_by("sequence"):
    print(row.action, row.details)
"""


OTHERS = f"""
from mesoplan.clinic.models import User
from mesoplan.clinic.people.pin import set_pin
for name in ("petra", "anton"):
    user = User.objects.create_user(name, name.title(), ["practitioner", "owner"], {PASSWORD!r})
    set_pin(user, {PIN!r})
    user.save()
"""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("people") / "clinic") as running:
        with window() as opened:
            owner = Tour(opened, running.base)
            owner.page.goto(running.first_link)
            owner.page.fill("#id_username", "olga")
            owner.page.fill("#id_full_name", "Olga Owner")
            owner.page.fill("#id_password", PASSWORD)
            owner.page.fill("#id_pin", PIN)
            owner.page.check("#id_practitioner")
            owner.press("Make it")
        made = in_clinic(running.folder, OTHERS)
        assert made.returncode == 0, made.stderr
        yield running


@pytest.fixture
def tour(clinic: Served) -> Iterator[Tour]:
    with window() as opened:
        made = Tour(opened, clinic.base)
        yield made
        assert made.complaints == []
        assert all(url.startswith((clinic.base, "data:")) for url in made.asked)


def with_key(tour: Tour, *, verifies: bool = True) -> None:
    """A device's own key store, as Chromium's tools simulate one."""
    tools = tour.context.new_cdp_session(tour.page)
    tools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
        "hasUserVerification": True, "isUserVerified": verifies,
        "automaticPresenceSimulation": True,
    }  # fmt: skip
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def again(tour: Tour) -> None:
    """Say the password again, where it is asked for."""
    assert "Is it you?" in tour.text()
    tour.check()
    tour.page.fill("#id_password", PASSWORD)
    tour.press("Go on")


def test_passkey_from_adding_to_signing_in_without_password(tour: Tour, clinic: Served) -> None:
    with_key(tour)
    tour.sign_in("petra")
    tour.go("/me/")
    tour.open("App, passkeys, recovery codes")
    tour.page.get_by_role("link", name="Add a passkey").click()
    again(tour)
    tour.page.fill("#id_name", "Tablet at the chair")
    tour.page.check("#id_passwordless")
    tour.check()
    tour.press("Add it")
    tour.page.wait_for_url("**/recovery-codes/")
    tour.check()
    assert tour.page.locator("#recovery_codes li").count() == 10
    tour.go("/accounts/2fa/webauthn/")
    assert "Tablet at the chair" in tour.text()
    assert "without the password" in tour.text()

    tour.press("Sign out")
    tour.go("/accounts/login/")
    tour.press("With a passkey")
    tour.page.wait_for_url(f"{clinic.base}/")
    tour.go("/staff/")

    # after the password as well
    tour.press("Sign out")
    tour.page.goto(f"{clinic.base}/accounts/login/")
    tour.page.fill("#id_login", "petra")
    tour.page.fill("#id_password", PASSWORD)
    tour.press("Sign in")
    assert "Second factor" in tour.text()
    tour.check()
    tour.press("With a passkey")
    tour.page.wait_for_url(f"{clinic.base}/")

    # and to prove who one is
    tour.page.goto(f"{clinic.base}/accounts/2fa/webauthn/add/")
    tour.page.goto(f"{clinic.base}/accounts/2fa/webauthn/reauthenticate/?next=/me/")
    tour.check()
    tour.press("Use the passkey")
    tour.page.wait_for_url(f"{clinic.base}/me/")

    tour.go("/accounts/2fa/webauthn/")
    tour.open("Rename")
    tour.page.fill("#id_name", "Tablet two")
    tour.press("Keep")
    assert "Tablet two" in tour.text()
    tour.open("Remove")
    tour.press("Remove it")
    assert "There is none" in tour.text()
    said = in_clinic(clinic.folder, ACTIONS).stdout
    assert 'user.factor-added {"factor":"webauthn"}' in said
    assert 'user.factor-removed {"factor":"webauthn"}' in said


def test_refusal_of_the_device_is_said(tour: Tour) -> None:
    with_key(tour)  # it holds no key of this clinic
    tour.go("/accounts/login/")
    tour.press("With a passkey")
    tour.page.get_by_text("The passkey was not used").wait_for()
    tour.check()


def test_app_is_set_up_and_asked_for(tour: Tour, clinic: Served) -> None:
    tour.sign_in("anton")
    tour.go("/accounts/2fa/")
    tour.page.get_by_role("link", name="Set up an app").click()
    again(tour)
    tour.check()
    assert tour.page.locator("img.picture").evaluate("image => image.naturalWidth") > 100
    secret = tour.page.input_value("#authenticator_secret")
    tour.page.fill("#id_code", code_of(secret))
    tour.press("Use this app")
    tour.check()
    tour.press("Sign out")
    tour.page.goto(f"{clinic.base}/accounts/login/")
    tour.page.fill("#id_login", "anton")
    tour.page.fill("#id_password", PASSWORD)
    tour.press("Sign in")
    tour.page.fill("#id_code", code_of(secret))
    tour.press("Sign in")
    tour.go("/accounts/2fa/totp/deactivate/")
    again(tour)
    tour.check()
    tour.press("Remove the app")
    tour.check()
    tour.go("/accounts/password/")
    tour.go("/accounts/logout/")


def test_screen_covers_itself_and_keeps_what_was_typed(tour: Tour, clinic: Served) -> None:
    tour.page.clock.install()
    tour.sign_in("olga")
    tour.go("/patients/new/")
    tour.page.fill("#id_family_name", "Half-typed")
    cover = tour.page.locator("#lock-screen")
    tour.page.clock.fast_forward("09:00")
    assert not cover.is_visible()
    tour.page.locator("#id_given_names").press("A")  # somebody is there
    tour.page.clock.fast_forward("09:00")
    assert not cover.is_visible()
    tour.page.clock.fast_forward("02:00")
    cover.wait_for()
    assert not tour.page.locator("#id_family_name").is_visible()
    assert not tour.page.locator("header.bar").is_visible()
    tour.check()
    for _ in range(3):
        tour.page.keyboard.press("Escape")
        assert not tour.page.locator("#id_family_name").is_visible()
    cover.wait_for()
    tour.page.fill("#lock-pin", "0000")
    tour.page.keyboard.press("Enter")
    tour.page.locator("#lock-wrong").wait_for()
    assert cover.is_visible()
    tour.page.fill("#lock-pin", PIN)
    tour.page.keyboard.press("Enter")
    cover.wait_for(state="hidden")
    assert tour.page.input_value("#id_family_name") == "Half-typed"
    assert tour.page.input_value("#id_given_names") == "A"
    said = in_clinic(clinic.folder, ACTIONS).stdout
    assert 'user.wrong-code {"wrong":1}' in said
    assert said.rstrip().endswith("user.unlocked {}")


def test_locked_in_one_tab_covers_the_other(tour: Tour, clinic: Served) -> None:
    tour.page.clock.install()
    tour.sign_in("olga")
    tour.go("/patients/new/")
    other = tour.context.new_page()
    other.goto(f"{clinic.base}/me/")
    other.get_by_role("button", name="Lock", exact=True).click()
    other.wait_for_url("**/lock/**")
    tour.page.clock.fast_forward("02:00")
    tour.page.locator("#id_family_name").press("x")
    tour.page.locator("#lock-screen").wait_for()
    for _ in range(5):
        tour.page.fill("#lock-pin", "0000")
        tour.page.keyboard.press("Enter")
    tour.page.wait_for_url("**/accounts/login/")
    assert "Too many wrong codes" in tour.text()
    tour.complaints.clear()


def test_pages_of_people(tour: Tour, clinic: Served) -> None:
    tour.sign_in("olga")
    for path in ("/staff/", "/me/", "/accounts/2fa/", "/accounts/password/", "/accounts/logout/"):
        tour.go(path)
    tour.go("/staff/")
    tour.page.fill("#id_full_name", "Eva Example")
    tour.page.locator("form[action$='/staff/invite/'] input[value=desk]").check()
    tour.press("Make a link")
    tour.check()
    tour.unfold("Change")
    tour.check()
    small = tour.page.evaluate(
        "[...document.querySelectorAll('main button, main .button, main input')]"
        ".filter(e => e.getClientRects().length)"
        ".filter(e => e.getBoundingClientRect().height < 24).map(e => e.outerHTML)"
    )
    assert small == []
    link = tour.page.locator("#link").inner_text()
    assert re.fullmatch(rf"{clinic.base}/welcome/[\w-]{{43}}/", link)
    tour.press("Lock")
    tour.check()
    tour.page.fill("#pin", PIN)
    tour.press("Unlock")
    # that page answered a form: there is no way back to it
    assert tour.page.url == f"{clinic.base}/"


def test_required_second_factor_leads_a_new_clinic(tmp_path: Path) -> None:
    folder = tmp_path / "clinic"
    folder.mkdir()
    (folder / "clinic.toml").write_text("require_second_factor = true\n", "utf-8")
    with served(folder) as strict, window() as opened:
        first = Tour(opened, strict.base)
        with_key(first)
        first.accept(strict.first_link, "olga", "Olga Owner")
        first.sign_in("olga")
        assert "requires a second factor" in first.text()
        first.page.goto(f"{strict.base}/staff/")
        assert "requires a second factor" in first.text()
        first.page.get_by_role("link", name="Add a passkey").click()
        again(first)
        first.page.fill("#id_name", "Key")
        first.press("Add it")
        first.page.wait_for_url("**/recovery-codes/")
        first.go("/staff/")
        assert "Olga Owner" in first.text()
        assert first.complaints == []
