"""Pages of the questionnaire: the tablet handed over, the patient's answers, the review."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mesoplan.clinic.middleware import HANDED_CONSENT, HANDED_OVER, LOCKED
from mesoplan.clinic.patients import intake, intake_link
from mesoplan.clinic.patients.access import open_record
from mesoplan.clinic.patients.models import Intake, Patient
from mesoplan.clinic.patients.questions import answers_of, form
from mesoplan.clinic.patients.record_page import record_page
from mesoplan.clinic.rights import ClinicRequest, needs
from mesoplan.core.errors import Fault, InputError

_SIGNED = "intake_signed"
"""Session key: the questionnaire was signed on this handing-over."""


@require_POST
@needs("patient.clinical")
def hand_over(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Hand the tablet to the patient: until the code is entered it shows the questions alone."""
    patient = open_record(request.user, pk, "intake.handed-over", timezone.now())
    faults = []
    if not request.user.pin:
        right = _("set it under your name, above")
        faults.append(Fault("pin", _("you have no personal code to take the tablet back"), right))
    if patient.merged_into_id is not None:
        faults.append(Fault("patient", _("this record was joined"), _("open the other one")))
    if faults:
        return record_page(request, patient, tuple(faults))
    request.session.pop(HANDED_CONSENT, None)
    request.session.pop(_SIGNED, None)
    request.session[HANDED_OVER] = str(patient.pk)
    return redirect("intake")


def _patient(request: ClinicRequest) -> Patient:
    handed = request.session.get(HANDED_OVER)
    if handed is None or HANDED_CONSENT in request.session:
        raise Http404
    return open_record(request.user, uuid.UUID(handed), "intake.shown", timezone.now())


@needs("patient.clinical")
def answer(request: ClinicRequest) -> HttpResponse:
    """The questions, on a tablet that was handed over."""
    patient = _patient(request)
    if _SIGNED in request.session:
        return redirect("intake-done")
    if request.method != "POST":
        return questionnaire(request, patient)
    answers = answers_of(request.POST, form())
    try:
        drawn = request.POST.get("drawing", "")
        intake.sign(
            patient,
            answers,
            request.POST.get("signed_name", ""),
            intake.drawing(drawn) if drawn else None,
            handed_by=request.user,
            now=timezone.now(),
        )
    except InputError as error:
        return questionnaire(request, patient, answers, error.faults)
    request.session[_SIGNED] = True
    return redirect("intake-done")


def questionnaire(
    request: HttpRequest,
    patient: Patient,
    answers: dict[str, Any] | None = None,
    faults: tuple[Fault, ...] = (),
    **more: Any,
) -> HttpResponse:
    """The questions with what was answered so far: nothing has to be written twice."""
    given = answers or {}
    rows = []
    for question in form().questions:
        said = given.get(question.key) or []
        ids = {option.id for option in question.options}
        lines = [said] if isinstance(said, str) else said
        rows.append(
            {
                "q": question,
                "said": said,
                "none": "none" in lines,
                "ticked": [line for line in lines if line in ids],
                "text": "\n".join(line for line in lines if line not in ids and line != "none"),
            }
        )
    context = {
        "rows": rows,
        "faults": faults,
        "person": patient,
        "signed_name": request.POST.get("signed_name", ""),
    }
    status = 422 if faults else 200
    return render(request, "clinic/patients/intake.html", context | more, status=status)


@needs("patient.clinical")
def done(request: ClinicRequest) -> HttpResponse:
    """Give the tablet back; to staff by the code alone."""
    patient = _patient(request)
    signed = _SIGNED in request.session
    if request.method == "POST":
        del request.session[HANDED_OVER]
        request.session.pop(_SIGNED, None)
        request.session[LOCKED] = True
        there = urlencode({"next": reverse("patient", args=[patient.pk])})
        return redirect(f"{reverse('lock')}?{there}")
    return render(request, "clinic/patients/intake_done.html", {"signed": signed})


@require_POST
@needs("patient.clinical")
def link(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """A one-time link for the patient's own device; shown once."""
    now = timezone.now()
    patient = open_record(request.user, pk, "patient.opened", now)
    try:
        path = intake_link.make_link(patient, by=request.user, now=now)
    except InputError as error:
        return record_page(request, patient, error.faults)
    return record_page(
        request,
        patient,
        intake_link=request.build_absolute_uri(path),
        link_hours=int(intake_link.HOLDS_FOR.total_seconds() // 3600),
    )


@needs("patient.clinical")
def review(request: ClinicRequest, pk: uuid.UUID, intake_id: int) -> HttpResponse:
    """Read a questionnaire, take answers over singly, confirm that it was read."""
    patient = open_record(request.user, pk, "intake.read", timezone.now())
    found = get_object_or_404(Intake, pk=intake_id, patient=patient)
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        try:
            if request.POST.get("act") == "reviewed":
                intake.reviewed(found, by=request.user, now=timezone.now())
                return redirect("patient", patient.pk)
            _deal(request, found)
            return redirect("intake-review", patient.pk, found.pk)
        except InputError as error:
            faults = error.faults
            patient.refresh_from_db()
    lines = intake.lines_of(found)
    asked = form(found.form_version)
    rows = [
        {
            "question": question,
            "answer": found.answers.get(question.key),
            "shown": question.shown(str(found.answers.get(question.key, ""))),
            "lines": [line for line in lines if line.question.key == question.key],
        }
        for question in asked.questions
    ]
    context = {
        "patient": patient,
        "intake": found,
        "rows": rows,
        "faults": faults,
        "whole": intake.is_whole(found),
        "screen_status": asked.screen_status,
        "open": sum(line.done is None for line in lines),
        "typed": request.POST,
    }
    status = 422 if faults else 200
    return render(request, "clinic/patients/intake_review.html", context, status=status)


def _deal(request: ClinicRequest, found: Intake) -> None:
    key, number = request.POST.get("key", ""), request.POST.get("index", "")
    now = timezone.now()
    if not (number.isascii() and number.isdecimal() and len(number) < 5):
        raise InputError([Fault("index", _("is no answer"), _("load the page anew"))])
    if request.POST.get("act") == "leave":
        why = request.POST.get("why", "")
        intake.leave_out(found, key, int(number), why, by=request.user, now=now)
        return
    values = {
        "substance": request.POST.get("substance", ""),
        "amount": request.POST.get("amount", ""),
        "given_on": _day(request.POST.get("given_on", "")),
    }
    intake.take_over(found, key, int(number), by=request.user, now=now, values=values)


def _day(text: str) -> Any:
    try:
        return parse_date(text)
    except ValueError:
        return None
