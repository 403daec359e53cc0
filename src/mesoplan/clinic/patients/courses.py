"""Courses: opened with an indication, closed with all that belongs to them done."""

import datetime as dt

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.delivery.models import Delivery
from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.patients.models import Course, Patient
from mesoplan.clinic.patients.revise import refuse_joined
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
        refuse_joined(Patient.objects.select_for_update().get(pk=patient.pk))
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
        While a plan is a draft, approved, or being delivered; or if it is closed already.
    """
    patient, subject = course.patient_id, f"course:{course.pk}"
    with audited(by, "course.closed", now=now, patient=patient, subject=subject):
        row = Course.objects.select_for_update().get(pk=course.pk)
        if row.closed_at is not None:
            raise InputError([Fault("course", "is closed already", "load the page anew")])
        standing = row.plans.filter(state__in=("draft", "screened", "approved")).count()
        sessions = Delivery.objects.filter(plan__course=row).exclude(
            state__in=(Delivery.State.SIGNED, Delivery.State.ABANDONED)
        )
        if standing or sessions.exists():
            wrong = f"{standing} of its plans and {sessions.count()} of its sessions are not over"
            raise InputError([Fault("course", wrong, "reject, close or sign them first")])
        row.closed_at = now
        row.save(update_fields=["closed_at"])
    course.refresh_from_db()
