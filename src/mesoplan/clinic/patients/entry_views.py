"""Pages that change what stands in a record: entries, facts, courses."""

import uuid
from collections.abc import Callable

from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.patients import courses, entries
from mesoplan.clinic.patients.access import open_record
from mesoplan.clinic.patients.forms import CourseForm, FactsForm, WeightForm
from mesoplan.clinic.patients.models import Course, Patient
from mesoplan.clinic.patients.record_page import entry_form, faults_of, record_page
from mesoplan.clinic.rights import ClinicRequest, needs
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.units import parse_quantity


def _open(request: ClinicRequest, pk: uuid.UUID) -> Patient:
    return open_record(request.user, pk, "patient.opened", timezone.now())


def acted(
    request: ClinicRequest,
    patient: Patient,
    act: Callable[[], object],
    name: str = "",
    form: Form | None = None,
) -> HttpResponse:
    """Do something and show the record; refused, it shows why and what was typed."""
    bound = {name: form} if form is not None else {}
    try:
        if form is not None and not form.is_valid():
            raise InputError(list(faults_of(form)))
        act()
    except InputError as error:
        patient.refresh_from_db()
        if isinstance(form, WeightForm) and any(f.key == "confirmed" for f in error.faults):
            form.ask_to_confirm()
        return record_page(request, patient, error.faults, bound)
    return redirect("patient", patient.pk)


@require_POST
@needs("patient.clinical")
def entry_add(request: ClinicRequest, pk: uuid.UUID, kind: str) -> HttpResponse:
    """Note an entry, or that there is none."""
    patient, now = _open(request, pk), timezone.now()
    if request.POST.get("act") == "asked-none":
        return acted(
            request, patient, lambda: entries.asked_none(patient, kind, by=request.user, now=now)
        )
    form = entry_form(kind, request.POST)
    if form is None:
        raise Http404

    def act() -> None:
        entries.note(patient, kind, form.cleaned_data, by=request.user, now=now)

    return acted(request, patient, act, kind, form)


@require_POST
@needs("patient.clinical")
def entry_strike(request: ClinicRequest, pk: uuid.UUID, kind: str, entry: int) -> HttpResponse:
    """Strike an entry out."""
    patient = _open(request, pk)
    if kind not in entries.MODELS:
        raise Http404
    row = get_object_or_404(entries.MODELS[kind], pk=entry, patient=patient)
    reason, now = request.POST.get("reason", ""), timezone.now()
    return acted(
        request, patient, lambda: entries.strike(row, kind, reason, by=request.user, now=now)
    )


@require_GET
@needs("patient.clinical")
def entry_match(request: ClinicRequest, kind: str) -> HttpResponse:
    """What the catalogue knows a name as, while it is typed; of a quantity, how it is read."""
    if kind not in entries.MATCHES and kind != "earlier":
        raise Http404
    written = request.GET.get("written", request.GET.get("substance", ""))[: entries.LETTERS]
    amount = " ".join(request.GET.get("amount", "").split())
    faults: tuple[Fault, ...] = ()
    if amount:
        try:
            parse_quantity(amount, "amount", ("mass", "units"), "64 U")
        except InputError as error:
            faults = error.faults
    context = {
        "written": written.strip(),
        "known_as": entries.match(kind, written) if written.strip() else "",
        "amount": amount,
        "faults": faults,
    }
    return render(request, "clinic/patients/match.html", context)


@require_POST
@needs("patient.clinical")
def facts(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Sex, phototype, pregnancy, breastfeeding."""
    patient = _open(request, pk)
    form = FactsForm(request.POST)

    def act() -> None:
        again = form.cleaned_data["asked_again"]
        entries.set_facts(
            patient, form.values(), by=request.user, now=timezone.now(), asked_again=again
        )

    return acted(request, patient, act, "facts", form)


@require_POST
@needs("plan.write")
def course_new(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Open a course."""
    patient = _open(request, pk)
    form = CourseForm(request.POST, catalogue=clinic_catalogue())

    def act() -> None:
        courses.open_course(patient, by=request.user, now=timezone.now(), **form.cleaned_data)

    return acted(request, patient, act, "course", form)


@require_POST
@needs("plan.write")
def course_close(request: ClinicRequest, pk: uuid.UUID, course_id: uuid.UUID) -> HttpResponse:
    """Close a course."""
    patient = _open(request, pk)
    course = get_object_or_404(Course, pk=course_id, patient=patient)
    return acted(
        request,
        patient,
        lambda: courses.close_course(course, by=request.user, now=timezone.now()),
    )
