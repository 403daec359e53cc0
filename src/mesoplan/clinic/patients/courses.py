"""Courses: opened with an indication, closed with all that belongs to them done."""

import datetime as dt

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.patients.models import Course, Patient
from mesoplan.clinic.people.models import User
from mesoplan.core.errors import Fault, InputError

INTENTS = ("treat", "maintain", "prevent")


def open_course(
    patient: Patient,
    indication: str,
    intent: str,
    *,
    by: User,
    now: dt.datetime,
    diagnosis: str = "",
    examination: str = "",
) -> Course:
    """Open a course.

    Raises
    ------
    InputError
        For an indication that the catalogue does not have, or no intent.
    """
    faults = []
    if indication not in clinic_catalogue().indications:
        faults.append(Fault("indication", f"{indication!r} is none", "choose one of the list"))
    if intent not in INTENTS:
        faults.append(Fault("intent", f"{intent!r} is none", f"one of {', '.join(INTENTS)}"))
    if faults:
        raise InputError(faults)
    with audited(by, "course.opened", now=now, patient=patient) as note:
        made = Course.objects.create(
            patient=patient,
            indication=indication,
            intent=intent,
            diagnosis=diagnosis.strip(),
            examination=examination.strip(),
            opened_at=now,
            opened_by=by,
        )
        note["course"] = str(made.pk)
    return made


def close_course(course: Course, *, by: User, now: dt.datetime) -> None:
    """Close a course whose plans are all over.

    Raises
    ------
    InputError
        While a plan is a draft, approved, or being delivered.
    """
    standing = course.plans.filter(state__in=("draft", "screened", "approved")).count()
    if standing:
        wrong = f"{standing} of its plans are not over"
        raise InputError([Fault("course", wrong, "reject or close them first")])
    with audited(
        by, "course.closed", now=now, patient=course.patient_id, subject=f"course:{course.pk}"
    ):
        course.closed_at = now
        course.save(update_fields=["closed_at"])
