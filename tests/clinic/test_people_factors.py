"""Signing in: rate limits, authenticator app, recovery codes, a required second factor, the log."""

import base64
import hmac
import re
import struct
import time
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from cryptography.exceptions import InvalidTag
from django.core.cache import cache
from django.core.management import call_command
from django.test import Client, TestCase

from clinic.test_people_rights import ADDRESSES, ALLAUTH
from mesoplan.clinic import settings as clinic_settings
from mesoplan.clinic.folder import ClinicFolder
from mesoplan.clinic.models import AuditEvent, User
from mesoplan.clinic.people.adapter import SecondFactors
from mesoplan.core.errors import InputError

PASSWORD = "a long password!"
TEMPLATES = Path(clinic_settings.__file__).parent / "templates"


@pytest.fixture(autouse=True)
def _counted(db: None) -> None:
    call_command("createcachetable", verbosity=0)
    cache.clear()


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("sequence").values_list("action", flat=True))


def sign_in(
    name: str, password: str = PASSWORD, client: Client | None = None
) -> tuple[Client, Any]:
    client = client or Client()
    return client, client.post("/accounts/login/", {"login": name, "password": password})


def code_of(secret: str, at: float | None = None) -> str:
    """The code of RFC 6238, six digits, 30 s, SHA-1, written out here anew."""
    if at is None:
        at = time.time()
        if at % 30 > 25:  # it must still be right when it arrives
            time.sleep(30.5 - at % 30)
            at = time.time()
    step = int(at // 30)
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", step), "sha1")
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def with_app(client: Client) -> str:
    """Set an authenticator app up; its secret."""
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    (secret,) = re.findall(r'id="authenticator_secret"[^>]* value="([A-Z2-7]+)"', page)
    answer = client.post("/accounts/2fa/totp/activate/", {"code": code_of(secret)})
    assert answer.status_code == 302
    return str(secret)


def test_codes_are_those_of_the_standard() -> None:
    # RFC 6238, appendix B, the last six of eight digits
    secret = base64.b32encode(b"12345678901234567890").decode()
    assert [code_of(secret, at) for at in (59, 1111111109, 20000000000)] == [
        "287082", "081804", "353130",
    ]  # fmt: skip


def test_sign_in_refusal_and_sign_out_stand_in_the_log(account: Any) -> None:
    user = account("nurse")
    client, answer = sign_in("nurse", "wrong password!")
    assert answer.status_code == 200
    sign_in("nobody-here", "wrong password!", client)
    _, answer = sign_in("nurse", client=client)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    client.post("/accounts/logout/")
    rows = list(AuditEvent.objects.order_by("sequence"))
    assert [(r.action, r.actor, r.subject) for r in rows] == [
        ("user.refused", "", f"user:{user.public_id}"),
        ("user.refused", "", ""),
        ("user.signed-in", str(user.public_id), ""),
        ("user.signed-out", str(user.public_id), ""),
    ]
    assert not any("nobody-here" in r.details or "wrong" in r.details for r in rows)


def test_the_same_words_for_a_wrong_name_and_a_wrong_password(account: Any) -> None:
    account("nurse")
    said = [
        re.findall(r'role="alert">([^<]+)<', sign_in(name, "wrong password!")[1].content.decode())
        for name in ("nurse", "nobody-here")
    ]
    assert said[0] == said[1] != []


def test_after_five_wrong_passwords_the_right_one_waits(account: Any) -> None:
    account("nurse"), account("desk")
    for _ in range(5):
        sign_in("nurse", "wrong password!")
    client, _ = sign_in("nurse")
    assert client.get("/").status_code == 302
    other, _ = sign_in("desk")
    assert other.get("/").status_code == 200


def test_sign_out_needs_post(signed_in: Any) -> None:
    client = signed_in("desk")
    page = client.get("/accounts/logout/")
    assert page.status_code == 200
    assert client.get("/").status_code == 200
    assert client.post("/accounts/logout/").status_code == 302
    assert client.get("/").status_code == 302


def test_signing_in_gives_a_new_session_key(account: Any) -> None:
    account("nurse")
    client = Client()
    client.get("/accounts/login/")
    before = client.cookies["mesoplan-session"].value
    sign_in("nurse", client=client)
    assert client.cookies["mesoplan-session"].value != before


def test_app_from_start_to_sign_in(signed_in: Any) -> None:
    client = signed_in("nurse")
    assert client.get("/accounts/2fa/totp/activate/")["Location"].startswith(
        "/accounts/reauthenticate/"
    )
    secret = with_app(client)
    stored = Authenticator.objects.get(user=client.user, type="totp").data["secret"]
    assert secret not in stored
    assert client.get("/me/").content.decode().count("in use") == 1

    other, answer = sign_in("nurse")
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert other.get("/")["Location"].startswith("/accounts/login/")  # the password is not enough
    wrong = other.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert wrong.status_code == 200
    assert other.get("/").status_code == 302
    right = other.post("/accounts/2fa/authenticate/", {"code": code_of(secret)})
    assert (right.status_code, right["Location"]) == (302, "/")
    assert other.get("/").status_code == 200
    row = AuditEvent.objects.get(action="user.refused")
    assert (row.subject, row.details) == (f"user:{client.user.public_id}", '{"factor":"totp"}')


def test_added_factor_is_logged(signed_in: Any) -> None:
    client = signed_in("nurse")
    with TestCase.captureOnCommitCallbacks() as kept:
        with_app(client)
    for told in kept:  # not those that move the end of the log outside the test's transaction
        if "allauth" in told.__module__:
            told()
    rows = AuditEvent.objects.filter(action="user.factor-added").order_by("sequence")
    assert [row.details for row in rows] == ['{"factor":"totp"}', '{"factor":"recovery_codes"}']


def test_code_of_an_app_works_once(signed_in: Any) -> None:
    secret = with_app(signed_in("nurse"))
    code = code_of(secret)
    one, _ = sign_in("nurse")
    assert one.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 302
    two, _ = sign_in("nurse")
    assert two.post("/accounts/2fa/authenticate/", {"code": code}).status_code == 200
    assert two.get("/").status_code == 302


def test_guessing_codes_leads_to_a_pause(signed_in: Any) -> None:
    secret = with_app(signed_in("nurse"))
    client, _ = sign_in("nurse")
    for _ in range(5):
        client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    right = {"code": code_of(secret)}
    assert client.post("/accounts/2fa/authenticate/", right).status_code == 200
    assert client.get("/").status_code == 302


def test_recovery_code_opens_once(signed_in: Any) -> None:
    client = signed_in("nurse")
    with_app(client)
    page = client.get("/accounts/2fa/recovery-codes/").content.decode()
    codes = re.findall(r"<li>([0-9a-zA-Z]+)</li>", page)
    assert len(codes) == 10
    seed = Authenticator.objects.get(user=client.user, type="recovery_codes").data["seed"]
    assert SecondFactors().decrypt(seed) != seed
    text = client.get("/accounts/2fa/recovery-codes/download/")
    assert text.content.decode().split() == codes
    for expected in (302, 200):
        other, _ = sign_in("nurse")
        used = other.post("/accounts/2fa/authenticate/", {"code": codes[3]})
        assert used.status_code == expected


def test_removing_the_app_asks_for_the_password_and_is_logged(signed_in: Any) -> None:
    client = signed_in("nurse")
    with_app(client)
    assert client.get("/accounts/2fa/totp/deactivate/").status_code == 200
    assert client.post("/accounts/2fa/totp/deactivate/").status_code == 302
    assert not Authenticator.objects.exists()
    assert "user.factor-removed" in actions()


def test_secrets_are_sealed_with_the_key_outside_the_database() -> None:
    sealer = SecondFactors()
    one, two = sealer.encrypt("JBSWY3DPEHPK3PXP"), sealer.encrypt("JBSWY3DPEHPK3PXP")
    assert one != two
    assert sealer.decrypt(one) == sealer.decrypt(two) == "JBSWY3DPEHPK3PXP"
    broken = bytearray(base64.b64decode(one))
    broken[-1] ^= 1
    with pytest.raises(InvalidTag):
        sealer.decrypt(base64.b64encode(broken).decode())


def test_new_password_ends_other_sessions_and_is_logged(signed_in: Any) -> None:
    client = signed_in("nurse")
    other, _ = sign_in("nurse")
    form = {"oldpassword": PASSWORD, "password1": "quite another one",
            "password2": "quite another one"}  # fmt: skip
    short = client.post("/accounts/password/", form | {"password1": "short", "password2": "short"})
    assert short.status_code == 200
    assert client.post("/accounts/password/", form).status_code == 302
    assert client.get("/").status_code == 200
    assert other.get("/").status_code == 302
    assert "user.password" in actions()


# -------------------------------------------------------------------- a required second factor


def test_who_lacks_a_required_factor_sets_one_up_first(signed_in: Any, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = True
    client = signed_in("owner", "practitioner")
    led = 0
    for path, _ in ADDRESSES:
        if path.startswith(("/accounts/", "/lock/", "/health/")):
            continue
        for method in (client.get, client.post):
            answer = method(path)
            assert answer["Location"] == "/accounts/2fa/?needed=1", path
            led += 1
    assert led > 100
    part = client.get("/patients/match/", headers={"HX-Request": "true"})
    assert (part.status_code, part["HX-Redirect"]) == (403, "/accounts/2fa/?needed=1")
    assert "requires a second factor" in client.get("/accounts/2fa/?needed=1").content.decode()
    with_app(client)
    assert client.get("/patients/").status_code == 200
    assert "requires" not in client.get("/accounts/2fa/?needed=1").content.decode()
    # recovery codes without a device are no second factor
    Authenticator.objects.filter(type="totp").delete()
    assert Authenticator.objects.filter(type="recovery_codes").exists()
    assert client.get("/patients/").status_code == 302


def test_nobody_is_led_without_the_setting_or_without_account(
    signed_in: Any, settings: Any
) -> None:
    assert signed_in("desk").get("/").status_code == 200
    settings.REQUIRE_SECOND_FACTOR = True
    assert Client().get("/health/").status_code == 200
    assert Client().get("/")["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize(("line", "says"), [
    ("require_second_factor = 1", "is no true or false"),
    ('require_second_factor = "yes"', "is no true or false"),
    ("idle_minutes = true", "is no whole number"), ("clinic_name = 7", "is no text"),
])  # fmt: skip
def test_settings_of_the_wrong_kind_are_named(line: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "clinic.toml").write_text(line, "utf-8")
    with pytest.raises(InputError, match=says):
        ClinicFolder(tmp_path).settings()


def test_setting_is_read(tmp_path: Path) -> None:
    (tmp_path / "clinic.toml").write_text("require_second_factor = true", "utf-8")
    assert ClinicFolder(tmp_path).settings() == {"require_second_factor": True}


# ------------------------------------------------------------------------------- our own pages


def test_pages_of_allauth_are_drawn_by_our_templates_alone(account: Any) -> None:
    user = account("nurse")
    # the two that need a real key are looked at in a real browser
    later = {"account_logout", "mfa_authenticate", "mfa_reauthenticate_webauthn"}
    of_keys = {"mfa_list_webauthn", "mfa_edit_webauthn", "mfa_remove_webauthn"}
    pages, seen = ALLAUTH - later, set()
    client = Client()

    def look(names: set[str], key: str = "1") -> None:
        for path, entry in ADDRESSES:
            if entry.name in names:
                answer = client.get(path.replace("/1/", f"/{key}/"))
                if answer.status_code == 200 and "html" in answer["Content-Type"]:
                    seen.add(entry.name)
                    ours(answer)

    look(pages)
    sign_in("nurse", client=client)
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    look(pages)
    with_app(client)
    look(pages)
    data = {"name": "Tablet", "credential": {}}
    key = Authenticator.objects.create(user=user, type="webauthn", data=data)
    look(of_keys, str(key.pk))
    key.delete()
    other, _ = sign_in("nurse")
    ours(other.get("/accounts/2fa/authenticate/"))
    ours(client.get("/accounts/logout/"))
    assert pages - seen <= {"mfa_login_webauthn", "mfa_download_recovery_codes"}, pages - seen


def ours(answer: Any) -> None:
    """One h1 in our frame; every template of a page is our own; no script in the page itself."""
    names = [t.origin.name for t in answer.templates if t.name]
    pages = [name for name in names if "/django/forms/" not in name and not name.endswith(".txt")]
    assert pages, answer.request["PATH_INFO"]
    assert all(Path(name).is_relative_to(TEMPLATES) for name in pages), pages
    text = answer.content.decode()
    assert text.count("<h1") == 1, answer.request["PATH_INFO"]
    assert 'class="page-foot"' in text
    for tag, body in re.findall(r"<script([^>]*)>(.*?)</script>", text, re.DOTALL):
        assert 'type="application/json"' in tag or ("src=" in tag and body == ""), tag
    assert not re.search(r"\sstyle=|\son[a-z]+=", text)


@pytest.mark.parametrize("credential", ["", "x", "[]", "{}", "null",
    "7", '"x"', '{"response": 1}',
    '{"response": {"userHandle": 5}}', '{"response": {"userHandle": "MQ"}}',
    '{"id": "x", "rawId": "x", "type": "public-key", "response": {"userHandle": "MQ"}}',
])  # fmt: skip
def test_credentials_that_are_none_are_refused(credential: str, account: Any) -> None:
    account("nurse")
    client = Client()
    for begun in (False, True):
        if begun:
            client.get("/accounts/2fa/webauthn/login/", headers={"Accept": "application/json"})
        answer = client.post("/accounts/2fa/webauthn/login/", {"credential": credential})
        assert answer.status_code in (200, 302)
        assert client.get("/")["Location"].startswith("/accounts/login/")


def test_too_many_tries_have_a_page_of_ours(account: Any) -> None:
    account("nurse")
    client, statuses = Client(), []
    client.force_login(User.objects.get())
    for _ in range(7):
        answer = client.post("/accounts/reauthenticate/", {"password": "wrong password!"})
        statuses.append(answer.status_code)
    assert statuses[0] == 200
    if 429 in statuses:
        assert "Wait five minutes" in answer.content.decode()
    right = client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert right.status_code != 302


def test_owner_sees_registration_numbers(signed_in: Any) -> None:
    User.objects.create_user("eva", "Dr Eva", ["nurse"], PASSWORD)
    User.objects.filter(username="eva").update(registration="RN 4711")
    assert "RN 4711" in signed_in("owner").get("/staff/").content.decode()
