"""Baseline photographs: upright, without metadata, encrypted, bound to patient, course and view."""

import datetime as dt
from io import BytesIO

from PIL import Image

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.consent.standing import photo_consent
from mesoplan.clinic.patients.models import Course, Patient, StoredFile
from mesoplan.clinic.patients.revise import refuse_joined
from mesoplan.clinic.patients.storage import store
from mesoplan.clinic.people.models import User
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.photo import LARGEST_BYTES, photo_of

VIEWS = ("front", "left-45", "left-90", "right-45", "right-90", "other")
_QUALITY = 92


def clean_jpeg(content: bytes, name: str) -> bytes:
    """The picture upright, without EXIF, place or any other metadata, as a JPEG.

    Raises
    ------
    InputError
        If it cannot be read, or is too small or too large.
    """
    photo = photo_of(content, name)
    made = BytesIO()
    Image.fromarray(photo.pixels).save(made, "JPEG", quality=_QUALITY, subsampling=0)
    return made.getvalue()


def refuse_huge(size: int) -> None:
    """Refuse a file by its size, before it is read into memory.

    Raises
    ------
    InputError
        If it is larger than any photograph that is taken.
    """
    if size > LARGEST_BYTES:
        wrong = f"the file has {size / 1e6:.0f} MB, more than {LARGEST_BYTES // 1_000_000} MB"
        raise InputError([Fault("photo", wrong, "export it smaller, as JPEG")])


def add_photograph(
    patient: Patient,
    content: bytes,
    *,
    name: str,
    view: str,
    course: Course | None,
    by: User,
    now: dt.datetime,
) -> StoredFile:
    """Keep a photograph of a patient who agreed to it.

    Raises
    ------
    InputError
        Without a standing consent for photographs, for an unknown view, a course of another
        patient, or a file that is no picture.
    """
    faults = []
    if photo_consent(patient) is None:
        right = "have the photograph consent signed first"
        faults.append(Fault("consent", "there is none for photographs", right))
    if view not in VIEWS:
        faults.append(Fault("view", f"{view!r} is none", f"one of {', '.join(VIEWS)}"))
    if course is not None and course.patient_id != patient.pk:
        faults.append(Fault("course", "is another patient's", "choose a course of this one"))
    if faults:
        raise InputError(faults)
    cleaned = clean_jpeg(content, name)
    with audited(by, "photograph.added", now=now, patient=patient) as note:
        refuse_joined(Patient.objects.select_for_update().get(pk=patient.pk))
        if photo_consent(patient) is None:
            wrong = "the consent for photographs was withdrawn meanwhile"
            raise InputError([Fault("consent", wrong, "nothing was kept")])
        stored = store(
            cleaned,
            kind="photograph",
            media_type="image/jpeg",
            now=now,
            by=by,
            patient=patient,
            visit=str(course.pk) if course else "",
            view=view,
        )
        note |= {"file": str(stored.pk), "sha256": stored.sha256}
    return stored
