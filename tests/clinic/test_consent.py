"""Consents: what they say comes from the plan, what was signed stays, and which one stands."""

import base64
import datetime as dt
import hashlib
from io import BytesIO

import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader

from clinic.cases import asked, course_of, table
from clinic.conftest import NOW
from mesoplan.clinic.consent import sign as consents
from mesoplan.clinic.consent.document import consent_pdf
from mesoplan.clinic.consent.models import Consent, ConsentText
from mesoplan.clinic.consent.standing import photo_consent, standing_consent
from mesoplan.clinic.consent.texts import change_text, current_text
from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.models import AuditEvent
from mesoplan.clinic.patients.storage import content_of, path_of
from mesoplan.clinic.planning.make import make_plan
from mesoplan.core.errors import InputError

pytestmark = pytest.mark.django_db
CATALOGUE = clinic_catalogue()
NEXT_DAY = NOW + dt.timedelta(days=1)
BODY = "Another text, which is long enough to be one that somebody agrees to."


def drawing():
    picture = Image.new("RGB", (320, 100), "white")
    ImageDraw.Draw(picture).line([(10, 80), (90, 20), (300, 60)], fill="black", width=3)
    made = BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()


@pytest.fixture
def doctor(account):
    return account("practitioner")


@pytest.fixture
def course(patient, doctor):
    return course_of(asked(patient), doctor)


@pytest.fixture
def plan(course, doctor):
    return make_plan(course, table(), by=doctor, now=NOW)


@pytest.fixture
def shown(plan, doctor):
    return consents.show_treatment(plan, CATALOGUE, by=doctor, now=NOW)


def sign(consent, by, **changes):
    values = {
        "signed_name": "Alba Sample", "signature": drawing(), "same_day_wished": False,
        "by": by, "now": NEXT_DAY,
    }  # fmt: skip
    return consents.sign(consent, **(values | changes))


def keys(error):
    return [fault.key for fault in error.value.faults]


def said(consent):
    """Everything a consent says of its plan, on one line."""
    return " ".join(item for part in consent.content["parts"] for item in part["items"])


def printed(content):
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return " ".join(text.split())


# --------------------------------------------------------------------------- what it says
def test_content_is_the_plan_s(shown, plan):
    document, text = plan.document, said(shown)
    evidence = document["protocol"]["evidence"]
    assert evidence["statement"] in text
    assert evidence["grade"] in text
    assert evidence["alternative"] in text
    (total,) = [t for t in document["totals"] if t["injected"]["value"] > 0]
    assert f"{total['injected']['value']:g} {total['injected']['unit']}" in text
    assert str(len(document["points"])) in text
    assert "cheek" in text.lower()
    assert plan.document_hash in shown.content["plan"]
    licence = [f for f in document["findings"] if f["rule"] == "no-parenteral-licence"]
    assert all(f["message"] in text for f in licence)
    unchecked = [f["message"] for f in document["findings"] if not f["checked"]]
    assert all(message in text for message in unchecked)
    lines = _patient_lines("normal", "warning")
    assert lines
    assert [line for line in lines if line not in text] == []


def _patient_lines(*groups):
    from mesoplan.report.words import Words

    words = Words(CATALOGUE)
    return [line for group in groups for line in words.lines(f"patient-page.{group}")]


def test_content_changes_with_the_plan(shown, course, doctor):
    """A plan of another substance names that one, its own totals, licence and risks."""
    syringes = [{"contents": [{"product": "lidocaine-hydrochloride-10", "volume": "1 mL"}]}]
    areas = [{"site": "cheek", "side": "left", "rectangle_mm": [40, 30]}]
    other = make_plan(course, table(syringes=syringes, areas=areas), by=doctor, now=NOW)
    text = said(consents.show_treatment(other, CATALOGUE, by=doctor, now=NOW))
    assert "idocaine" in text
    assert "idocaine" not in said(shown)
    assert "Hyaluronic" in said(shown)
    assert "Hyaluronic acid 1" not in text
    assert str(len(other.document["points"])) in text
    for plan, words in ((other, text),):
        (total,) = [t for t in plan.document["totals"] if t["injected"]["value"] > 0]
        assert f"{total['injected']['value']:g}" in words


def test_consent_of_a_plan_that_is_over_is_not_shown(plan, doctor):
    for state in ("superseded", "rejected", "closed"):
        plan.state = state
        with pytest.raises(InputError) as error:
            consents.show_treatment(plan, CATALOGUE, by=doctor, now=NOW)
        assert keys(error) == ["plan"]
    assert not Consent.objects.exists()


# --------------------------------------------------------------------------------- versions
def test_new_version_of_a_text_never_changes_what_was_signed(shown, plan, doctor):
    signed = sign(shown, doctor)
    before, content = content_of(signed.document), signed.content
    change_text("treatment", "Another title", BODY, based_on=1, by=doctor, now=NEXT_DAY)
    signed.refresh_from_db()
    assert signed.text.version == 1
    assert signed.content == content
    assert content_of(signed.document) == before == consent_pdf(signed.content)
    later = consents.show_treatment(plan, CATALOGUE, by=doctor, now=NEXT_DAY)
    assert (later.text.version, later.content["title"]) == (2, "Another title")
    assert later.content["body"] == [BODY]


def test_texts_are_added_and_never_changed(doctor):
    first = current_text("photograph", NOW)
    assert first.version == 1
    second = change_text("photograph", "Photographs", BODY, based_on=1, by=doctor, now=NOW)
    assert second.version == 2
    assert current_text("photograph", NOW) == second
    first.refresh_from_db()
    assert ConsentText.objects.filter(kind="photograph").count() == 2
    assert first.body != BODY
    assert current_text("treatment", NOW).version == 1
    wrong = [("gossip", "Title", BODY), ("treatment", "", BODY), ("treatment", "Title", "short"),
             ("photograph", "Photographs", BODY), ("treatment", "t" * 201, BODY)]  # fmt: skip
    for kind, title, body in wrong:
        with pytest.raises(InputError):
            change_text(kind, title, body, based_on=1, by=doctor, now=NOW)
    assert ConsentText.objects.count() == 3


# ---------------------------------------------------------------------------------- signing
def test_signature_on_the_day_it_was_shown_must_be_wished(shown, doctor):
    with pytest.raises(InputError) as error:
        sign(shown, doctor, now=NOW + dt.timedelta(hours=3))
    assert keys(error) == ["same_day"]
    signed = sign(shown, doctor, now=NOW + dt.timedelta(hours=3), same_day_wished=True)
    assert signed.same_day
    assert "do not want to wait" in printed(content_of(signed.document))


def test_signature_another_day_is_no_waiver(shown, doctor):
    signed = sign(shown, doctor, same_day_wished=True)
    assert not signed.same_day
    assert "do not want to wait" not in printed(content_of(signed.document))


def test_signature_by_the_name_alone_says_so(shown, doctor):
    with pytest.raises(InputError) as error:
        sign(shown, doctor, signature=None)
    assert keys(error) == ["signature"]
    signed = sign(shown, doctor, signature=None, typed=True)
    text = printed(content_of(signed.document))
    assert "Alba Sample" in text
    assert "typing the name" in text
    assert "typing the name" not in printed(consent_pdf(_drawn(signed.content)))


def _drawn(content):
    mark = content["signed"] | {"drawing": base64.b64encode(drawing()).decode()}
    return content | {"signed": mark}


@pytest.mark.parametrize("name", ["", "  x ", "n" * 121, "Alba \x00 Sample"])
def test_name_that_is_none_is_refused(shown, doctor, name):
    with pytest.raises(InputError) as error:
        sign(shown, doctor, signed_name=name)
    assert keys(error) == ["signed_name"]
    shown.refresh_from_db()
    assert shown.signed_at is None
    assert shown.document is None


def test_signed_once(shown, doctor):
    signed = sign(shown, doctor)
    with pytest.raises(InputError) as error:
        sign(signed, doctor)
    assert keys(error) == ["consent"]
    # another tablet still holds the page that was not signed
    old = Consent.objects.get(pk=shown.pk)
    old.signed_at = None
    with pytest.raises(InputError) as error:
        sign(old, doctor, signed_name="Somebody Else")
    assert keys(error) == ["consent"]
    signed.refresh_from_db()
    assert signed.signed_name == "Alba Sample"


def test_filed_document_opens_holds_it_all_and_is_made_again_byte_for_byte(shown, doctor):
    signed = sign(shown, doctor)
    content = content_of(signed.document)
    text = printed(content)
    for part in signed.content["parts"]:
        assert part["title"] in text
    assert "Alba Sample" in text
    assert signed.content["record"] in text
    assert "born 1980-01-31" in text
    again = consent_pdf(Consent.objects.get(pk=signed.pk).content)
    assert hashlib.sha256(again).hexdigest() == signed.document.sha256
    assert hashlib.sha256(content).hexdigest() == signed.document.sha256
    changed = consent_pdf(signed.content | {"record": "T-0002"})
    assert hashlib.sha256(changed).hexdigest() != signed.document.sha256
    assert b"%PDF" not in path_of(signed.document).read_bytes()
    row = AuditEvent.objects.get(action="consent.signed")
    assert signed.document.sha256 in row.details
    assert "Sample" not in row.details


def test_page_says_whether_the_file_is_unchanged(shown, doctor, signed_in):
    # Signing in writes the true time to the log, and nothing may be written before it.
    signed = sign(shown, doctor, now=NOW, same_day_wished=True)
    page = signed_in("nurse")
    assert b"unchanged" in page.get(f"/consents/{signed.pk}/").content
    answer = page.get(f"/consents/{signed.pk}/consent.pdf")
    assert hashlib.sha256(answer.content).hexdigest() == signed.document.sha256
    Consent.objects.filter(pk=signed.pk).update(content=signed.content | {"record": "T-0002"})
    answer = page.get(f"/consents/{signed.pk}/")
    assert answer.status_code == 200
    assert b"file unchanged" not in answer.content
    path = path_of(signed.document)
    path.write_bytes(path.read_bytes()[:-1] + b"\x00")
    assert page.get(f"/consents/{signed.pk}/consent.pdf").status_code == 503
    assert page.get(f"/consents/{signed.pk}/").status_code in (200, 503)


# ------------------------------------------------------------------------ withdrawal, standing
def test_consent_stands_from_the_signature_to_the_withdrawal(shown, plan, doctor):
    assert standing_consent(plan) is None
    signed = sign(shown, doctor)
    assert standing_consent(plan) == signed
    kept = signed.document.sha256
    withdrawn = consents.withdraw(signed, " Changed my mind. ", by=doctor, now=NEXT_DAY)
    assert standing_consent(plan) is None
    assert withdrawn.withdrawn_reason == "Changed my mind."
    assert withdrawn.document.sha256 == kept
    assert hashlib.sha256(content_of(withdrawn.document)).hexdigest() == kept
    with pytest.raises(InputError):
        consents.withdraw(withdrawn, "Again.", by=doctor, now=NEXT_DAY)
    assert AuditEvent.objects.filter(action="consent.withdrawn").count() == 1


def test_withdrawal_needs_no_reason_and_a_signature(shown, doctor):
    with pytest.raises(InputError):
        consents.withdraw(shown, "Never signed.", by=doctor, now=NOW)
    signed = sign(shown, doctor)
    with pytest.raises(InputError):
        consents.withdraw(signed, "y" * 301, by=doctor, now=NEXT_DAY)
    assert consents.withdraw(signed, "", by=doctor, now=NEXT_DAY).withdrawn_reason


def test_withdrawn_from_two_tablets_keeps_the_first_reason(shown, doctor):
    signed = sign(shown, doctor)
    other = Consent.objects.get(pk=signed.pk)
    consents.withdraw(signed, "First.", by=doctor, now=NEXT_DAY)
    with pytest.raises(InputError):
        consents.withdraw(other, "Second.", by=doctor, now=NEXT_DAY)
    other.refresh_from_db()
    assert other.withdrawn_reason == "First."


def test_consent_to_the_same_treatment_counts_for_the_next_version(shown, plan, course, doctor):
    signed = sign(shown, doctor)
    same = make_plan(course, table(), by=doctor, now=NEXT_DAY, changes=plan)
    assert (same.number, same.version) == (plan.number, 2)
    assert standing_consent(same) == signed


@pytest.mark.parametrize(
    "changes",
    [
        {"areas": [{"site": "cheek", "side": "left", "rectangle_mm": [60, 50]}]},
        {"areas": [{"site": "cheek", "side": "right", "rectangle_mm": [60, 50]},
                   {"site": "cheek", "side": "left", "rectangle_mm": [45, 30]}]},
        {"technique": {"volume_per_point": "0.05 mL"}},
        {"syringes": [{"contents": [{"product": "lidocaine-hydrochloride-10", "volume": "1 mL"}]}]},
    ],
)  # fmt: skip
def test_consent_to_another_treatment_does_not_count(shown, plan, course, doctor, changes):
    sign(shown, doctor)
    other = make_plan(course, table(**changes), by=doctor, now=NEXT_DAY, changes=plan)
    assert other.number == plan.number
    assert standing_consent(other) is None


def test_consent_to_another_plan_of_the_patient_does_not_count(shown, course, doctor):
    sign(shown, doctor)
    other = make_plan(course, table(), by=doctor, now=NEXT_DAY)
    assert other.number == 2
    assert standing_consent(other) is None


def test_consent_to_photographs_stands_apart(shown, plan, patient, doctor):
    sign(shown, doctor)
    assert photo_consent(patient) is None
    photo = consents.show_photograph(patient, by=doctor, now=NEXT_DAY)
    assert photo_consent(patient) is None
    # photographs need no time to reflect
    signed = sign(photo, doctor, now=NEXT_DAY)
    assert not signed.same_day
    assert photo_consent(patient) == signed
    consents.withdraw(signed, "", by=doctor, now=NEXT_DAY)
    assert photo_consent(patient) is None
    assert standing_consent(plan) is not None
    text = printed(content_of(signed.document))
    assert "photographs" in text
    assert "punctures" not in text


# ------------------------------------------------------------------------------------ rights
@pytest.mark.parametrize(
    ("role", "read", "take"),
    [("practitioner", 200, 302), ("nurse", 200, 302), ("owner", 403, 403), ("desk", 403, 403),
     ("auditor", 403, 403)],
)  # fmt: skip
def test_rights_of_each_role(shown, plan, account, signed_in, role, read, take):
    page = signed_in(role, username=f"the-{role}")
    assert page.get(f"/consents/{shown.pk}/").status_code == read
    assert page.get(f"/consents/{shown.pk}/consent.pdf").status_code == read
    assert page.post(f"/plans/{plan.pk}/consent/").status_code == take
    for act in ("sign", "withdraw"):
        assert page.get(f"/consents/{shown.pk}/{act}/").status_code in (403, 405)
        assert page.post(f"/consents/{shown.pk}/{act}/").status_code == (
            422 if take == 302 else 403
        )
