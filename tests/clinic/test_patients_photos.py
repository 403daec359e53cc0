"""Photographs: with consent, upright, without metadata, encrypted, each look in the log."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from clinic.cases import course_of
from clinic.conftest import NOW
from mesoplan.clinic.models import AuditEvent, Consent, ConsentText, Patient, StoredFile
from mesoplan.clinic.patients import photos
from mesoplan.clinic.patients.forms import VIEW_NAMES
from mesoplan.clinic.patients.storage import content_of, path_of
from mesoplan.core.errors import InputError

pytestmark = pytest.mark.django_db
SECRET = "Canon of Somebody"


@pytest.fixture
def doctor(account):
    return account("practitioner")


@pytest.fixture
def agreed(patient, doctor):
    text = ConsentText.objects.create(
        kind="photograph", version=1, title="Photographs", body="Agreed.", made_at=NOW
    )
    return Consent.objects.create(
        patient=patient, text=text, content={}, shown_at=NOW, shown_by=doctor, signed_at=NOW,
        signed_name="Alba Sample",
    )  # fmt: skip


def picture(format_="JPEG", size=(400, 300), orientation=None):
    """Red above, blue below."""
    made, image = io.BytesIO(), Image.new("RGB", size, "red")
    image.paste("blue", (0, size[1] // 2, size[0], size[1]))
    exif = Image.Exif()
    exif[0x010F] = SECRET
    exif[0x8825] = {1: "N", 2: (43.0, 17.0, 0.0)}
    if orientation:
        exif[0x0112] = orientation
    image.save(made, format_, exif=exif)
    return made.getvalue()


def add(patient, doctor, content=None, **changes):
    values = {"name": "a.jpg", "view": "front", "course": None} | changes
    return photos.add_photograph(patient, content or picture(), **values, by=doctor, now=NOW)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_kept_without_metadata_encrypted_and_bound(patient, doctor, agreed, format_):
    course = course_of(patient, doctor)
    kept = add(patient, doctor, picture(format_), course=course, view="left-45")
    content = content_of(kept)
    assert SECRET.encode() not in content
    image = Image.open(io.BytesIO(content))
    assert image.format == "JPEG"
    assert dict(image.getexif()) == {}
    assert "exif" not in image.info
    assert (kept.view, kept.visit) == ("left-45", str(course.pk))
    on_disk = path_of(kept).read_bytes()
    assert content[:64] not in on_disk
    assert b"JFIF" not in on_disk


def test_orientation_of_the_camera_is_applied(patient, doctor, agreed):
    # 6: the camera was turned, the picture stands upright after a quarter turn clockwise
    kept = add(patient, doctor, picture(orientation=6))
    image = Image.open(io.BytesIO(content_of(kept)))
    assert image.size == (300, 400)
    right, left = image.getpixel((280, 200)), image.getpixel((20, 200))
    assert right[0] > 200 > 60 > right[2]  # the top, red, lies right now
    assert left[2] > 200 > 60 > left[0]


def test_no_photograph_without_consent_that_stands(patient, doctor, agreed):
    agreed.withdrawn_at = NOW
    agreed.save()
    with pytest.raises(InputError) as error:
        add(patient, doctor)
    assert [fault.key for fault in error.value.faults] == ["consent"]
    agreed.withdrawn_at, agreed.signed_at = None, None
    agreed.save()
    with pytest.raises(InputError):
        add(patient, doctor)
    assert not StoredFile.objects.exists()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"hello", "no JPEG, PNG or WebP"),
        (picture()[:900], "damaged"),
        (picture(size=(150, 900)), "too few"),
        (picture("PNG")[:-200], "damaged"),
        (b"GIF89a" + b"\x00" * 50, "no JPEG"),
        (b"\x00\x00\x00\x18ftypheic" + b"\x00" * 40, "HEIC"),
    ],
    ids=range(7),
)
def test_broken_uploads_are_refused_with_a_clear_word(signed_in, patient, agreed, content, says):
    file = SimpleUploadedFile("a.jpg", content, "image/jpeg")
    answer = signed_in("nurse").post(
        f"/patients/{patient.pk}/photographs/", {"photo": file, "view": "front"}
    )
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert not StoredFile.objects.exists()


def test_huge_upload_is_refused_by_its_size(signed_in, patient, agreed, monkeypatch):
    monkeypatch.setattr(photos, "LARGEST_BYTES", 5000)
    file = SimpleUploadedFile("a.jpg", b"\xff" * 5001, "image/jpeg")
    client = signed_in("nurse")
    answer = client.post(f"/patients/{patient.pk}/photographs/", {"photo": file, "view": "front"})
    assert answer.status_code == 422
    assert "more than" in answer.content.decode()


@pytest.mark.parametrize(
    "values",
    [{"view": "above"}, {"view": ""}, {"course": "x"},
     {"course": "00000000-0000-0000-0000-000000000000"}],
)  # fmt: skip
def test_unknown_view_or_course_is_refused(signed_in, patient, agreed, values):
    file = SimpleUploadedFile("a.jpg", picture(), "image/jpeg")
    posted = {"photo": file, "view": "front"} | values
    answer = signed_in("nurse").post(f"/patients/{patient.pk}/photographs/", posted)
    assert answer.status_code == 422
    assert not StoredFile.objects.exists()


def test_course_of_another_patient_is_refused(patient, doctor, agreed):
    other = Patient.objects.create(
        record_number="T-2", family_name="O", given_names="P", birth_date=NOW, created_at=NOW
    )
    with pytest.raises(InputError) as error:
        add(patient, doctor, course=course_of(other, doctor))
    assert error.value.faults[0].key == "course"


def test_each_look_and_download_stands_in_the_log(signed_in, patient, doctor, agreed):
    kept, client = add(patient, doctor), signed_in("nurse")
    page = client.get(f"/patients/{patient.pk}/photographs/{kept.pk}/page/")
    assert page.status_code == 200
    assert not AuditEvent.objects.filter(action="photograph.viewed").exists()
    address = f"/patients/{patient.pk}/photographs/{kept.pk}/"
    seen = client.get(address)
    assert seen.content == content_of(kept)
    assert seen.headers["Content-Type"] == "image/jpeg"
    assert seen.headers["Cache-Control"] == "no-store"
    assert seen.headers["X-Content-Type-Options"] == "nosniff"
    name = f"{patient.record_number}-2026-11-25-front.jpg"
    assert seen.headers["Content-Disposition"] == f'inline; filename="{name}"'
    saved = client.get(f"{address}?download=1")
    assert saved.headers["Content-Disposition"] == f'attachment; filename="{name}"'
    for action in ("photograph.viewed", "photograph.downloaded"):
        event = AuditEvent.objects.get(action=action)
        assert event.subject == f"file:{kept.pk}"
        assert event.patient == str(patient.pk)


def test_photograph_of_another_patient_or_other_file_is_not_found(
    signed_in, patient, doctor, agreed
):
    kept = add(patient, doctor)
    other = Patient.objects.create(
        record_number="T-2", family_name="O", given_names="P", birth_date=NOW, created_at=NOW
    )
    client = signed_in("nurse")
    assert client.get(f"/patients/{other.pk}/photographs/{kept.pk}/").status_code == 404
    StoredFile.objects.update(kind="signature")
    assert client.get(f"/patients/{patient.pk}/photographs/{kept.pk}/").status_code == 404


def test_views_of_the_form_are_those_of_the_record():
    assert tuple(view for view, _name in VIEW_NAMES) == photos.VIEWS
