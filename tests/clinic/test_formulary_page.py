"""The clinic's own formulary: echoed before it counts, versioned, used by the next plan."""

import shutil

import pytest

from mesoplan.clinic.formulary.load import clinic_catalogue, formulary_folder
from mesoplan.clinic.formulary.put import understand
from mesoplan.clinic.models import AuditEvent, FormularyVersion
from mesoplan.core.errors import InputError

pytestmark = pytest.mark.django_db

TEXT = """format = "mesoplan/formulary"
version = 1
name = "Test"
edition = "1"

[[product]]
id = "test-lidocaine-5"
name = "Test lidocaine 5"
kind = "medicine"
form = "solution"
contents = [{ substance = "lidocaine", form = "hydrochloride", strength = "5 mg/mL" }]
container = "vial"
container_volume_ml = 10
excipients = ["sodium-chloride"]
excipients_complete = true
"""


@pytest.fixture(autouse=True)
def empty():
    shutil.rmtree(formulary_folder(), ignore_errors=True)
    yield
    shutil.rmtree(formulary_folder(), ignore_errors=True)


def test_echo_says_strength_content_and_excipients():
    (said,) = understand(TEXT).products
    assert "lidocaine (hydrochloride) 5 mg/mL" in said
    assert "vial of 10 mL" in said
    assert "sodium-chloride" in said


def test_strength_without_unit_is_refused():
    with pytest.raises(InputError, match="has no unit"):
        understand(TEXT.replace('"5 mg/mL"', '"5"'))


def test_reading_alone_puts_nothing_in_force(signed_in):
    client = signed_in("practitioner")
    answer = client.post("/formulary/", {"text": TEXT, "act": "read"})
    assert "lidocaine (hydrochloride) 5 mg/mL" in answer.content.decode()
    assert "test-lidocaine-5" not in clinic_catalogue().products
    assert not FormularyVersion.objects.exists()


def test_in_force_it_is_used_versioned_and_logged(signed_in):
    client = signed_in("practitioner")
    client.post("/formulary/", {"text": TEXT, "act": "put"})
    assert clinic_catalogue().products["test-lidocaine-5"].own
    client.post(
        "/formulary/", {"text": TEXT.replace('edition = "1"', 'edition = "2"'), "act": "put"}
    )
    assert FormularyVersion.objects.count() == 2
    assert AuditEvent.objects.filter(action="formulary.put").count() == 2
    bad = client.post("/formulary/", {"text": TEXT.replace("5 mg/mL", "5,0 mg/mL"), "act": "put"})
    assert bad.status_code == 422


def test_nurse_has_no_way_to_it(signed_in):
    assert signed_in("nurse").post("/formulary/", {"text": TEXT}).status_code == 403
