"""Pages of patients: the list, a new one, identity, the record."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from mesoplan.clinic.audit.record import note as log
from mesoplan.clinic.patients import identity
from mesoplan.clinic.patients.access import has_way, open_record, visible_patients
from mesoplan.clinic.patients.forms import IdentityForm, NewPatientForm
from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.patients.record_page import record_page
from mesoplan.clinic.patients.search import restricted_match, search
from mesoplan.clinic.rights import ClinicRequest, needs
from mesoplan.core.errors import Fault, InputError

_PAGE = 50


@needs("patient.read")
def patient_list(request: ClinicRequest) -> HttpResponse:
    """Patients by name, birth date or record number."""
    now, text = timezone.now(), request.GET.get("q", "").strip()
    found = visible_patients(request.user, now).distinct()
    closed: Patient | None = None
    faults: tuple[Fault, ...] = ()
    if text:
        try:
            found = search(found, text)
            closed = restricted_match(text)
        except InputError as error:
            found, faults = found.none(), error.faults
    if closed is not None and has_way(request.user, closed, now):
        closed = None
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    log(request.user, "patient.search", now=now, details={"found": page.paginator.count})
    context = {"page": page, "q": text, "faults": faults, "closed": closed}
    status = 422 if faults else 200
    return render(request, "clinic/patients/list.html", context, status=status)


@needs("patient.identity")
def patient_new(request: ClinicRequest) -> HttpResponse:
    """A new patient; who may be the same is shown first."""
    form = NewPatientForm(request.POST or None)
    faults: tuple[Fault, ...] = ()
    same: list[Patient] = []
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made = identity.register(
                values, by=request.user, now=timezone.now(), others=_others(request)
            )
        except InputError as error:
            faults = error.faults
            same = identity.likely_same(
                values["family_name"], values["given_names"], values["birth_date"]
            )
        else:
            return redirect("patient", made.pk)
    context = {"form": form, "faults": faults, "same": same}
    status = 422 if request.method == "POST" else 200
    return render(request, "clinic/patients/new.html", context, status=status)


@needs("patient.identity")
def patient_identity(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Change identity and contact."""
    patient = open_record(request.user, pk, "patient.read", timezone.now())
    start = {name: getattr(patient, name) for name in IdentityForm.base_fields}
    form = IdentityForm(request.POST) if request.method == "POST" else IdentityForm(initial=start)
    faults: tuple[Fault, ...] = ()
    same: list[Patient] = []
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            identity.rename(
                patient, values, by=request.user, now=timezone.now(), others=_others(request)
            )
        except InputError as error:
            faults = error.faults
            same = identity.likely_same(
                values["family_name"], values["given_names"], values["birth_date"], beside=patient
            )
        else:
            return redirect("patient", patient.pk)
    context = {"patient": patient, "form": form, "faults": faults, "same": same}
    status = 422 if request.method == "POST" else 200
    return render(request, "clinic/patients/identity.html", context, status=status)


@needs("patient.read")
def record(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """The record; the front desk sees identity and allergies."""
    patient = open_record(request.user, pk, "patient.read", timezone.now())
    if patient.merged_into_id is not None:
        messages.info(request, _("This record was joined to the one shown here."))
        return redirect("patient", patient.merged_into_id)
    return record_page(request, patient)


def _others(request: ClinicRequest) -> set[uuid.UUID]:
    """Patients who were shown as maybe the same, if somebody said that this is another person."""
    if request.POST.get("another_person") != "yes":
        return set()
    return uuids(request.POST.getlist("compared"))


def uuids(texts: list[str]) -> set[uuid.UUID]:
    """The ids among posted texts; what is no id names nobody."""
    found = set()
    for text in texts:
        try:
            found.add(uuid.UUID(text))
        except ValueError:
            continue
    return found
