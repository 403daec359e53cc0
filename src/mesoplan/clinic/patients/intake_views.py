"""Pages of the questionnaire: the tablet handed over, the patient's answers, the review."""

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from mesoplan.clinic.middleware import HANDED_OVER, LOCKED
from mesoplan.clinic.patients import intake
from mesoplan.clinic.patients.access import open_record
from mesoplan.clinic.patients.models import Intake, Patient
from mesoplan.clinic.rights import ClinicRequest, needs
from mesoplan.core.errors import Fault, InputError


@require_POST
@needs("patient.clinical")
def hand_over(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Hand the tablet to the patient: until the code is entered it shows the questions alone."""
    patient = open_record(request.user, pk, "intake.handed-over", timezone.now())
    request.session[HANDED_OVER] = str(patient.pk)
    return redirect("intake")


def _patient(request: ClinicRequest) -> Patient:
    handed = request.session.get(HANDED_OVER)
    if handed is None:
        raise Http404
    return get_object_or_404(Patient, pk=handed)


@needs("patient.clinical")
def answer(request: ClinicRequest) -> HttpResponse:
    """The questions, on a tablet that was handed over."""
    patient = _patient(request)
    questions = intake.questions()
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        answers: dict[str, Any] = {}
        for question in questions:
            text = request.POST.get(question.key, "")
            if question.kind == "lines":
                ticked = request.POST.get(f"{question.key}-none") == "yes"
                answers[question.key] = intake.lines_of(text, ticked)
            else:
                answers[question.key] = text
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
            faults = error.faults
        else:
            return redirect("intake-done")
    context = {"questions": questions, "faults": faults, "person": patient}
    status = 422 if faults else 200
    return render(request, "clinic/patients/intake.html", context, status=status)


@needs("patient.clinical")
def done(request: ClinicRequest) -> HttpResponse:
    """Thank you; and back to staff by the code."""
    _patient(request)
    if request.method == "POST":
        del request.session[HANDED_OVER]
        request.session[LOCKED] = True
        return redirect("lock")
    return render(request, "clinic/patients/intake_done.html")


@needs("patient.clinical")
def review(request: ClinicRequest, pk: uuid.UUID, intake_id: int) -> HttpResponse:
    """Read a questionnaire, take answers over singly, confirm that it was read."""
    patient = open_record(request.user, pk, "intake.read", timezone.now())
    found = get_object_or_404(Intake, pk=intake_id, patient=patient)
    found.patient = patient
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        now = timezone.now()
        try:
            if request.POST.get("act") == "reviewed":
                intake.reviewed(found, by=request.user, now=now)
                return redirect("patient", patient.pk)
            key, line = request.POST.get("key", ""), request.POST.get("line", "")
            intake.take_over(found, key, line, by=request.user, now=now)
            return redirect("intake-review", patient.pk, found.pk)
        except InputError as error:
            faults = error.faults
    rows = [
        {"question": q, "answer": found.answers.get(q.key), "is_list": q.kind == "lines"}
        for q in intake.questions(found.form_version)
    ]
    context = {"patient": patient, "intake": found, "rows": rows, "faults": faults}
    status = 422 if faults else 200
    return render(request, "clinic/patients/intake_review.html", context, status=status)
