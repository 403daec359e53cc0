"""Pages for joining two records, and for restricting one."""

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mesoplan.clinic.patients.access import open_record
from mesoplan.clinic.patients.entry_views import acted
from mesoplan.clinic.patients.forms import MergeForm
from mesoplan.clinic.patients.merge import compare
from mesoplan.clinic.patients.merge import merge as join
from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.patients.record_page import faults_of, record_page
from mesoplan.clinic.patients.restrict import restrict
from mesoplan.clinic.patients.views import uuids
from mesoplan.clinic.people.models import User
from mesoplan.clinic.rights import ClinicRequest, needs
from mesoplan.core.errors import Fault, InputError


@require_POST
@needs("patient.merge")
def merge(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Compare two records; said to be one person, join the other to this one."""
    now = timezone.now()
    patient = open_record(request.user, pk, "patient.opened", now)
    form = MergeForm(request.POST)
    try:
        if not form.is_valid():
            raise InputError(list(faults_of(form)))
        gone = _named(request, form.cleaned_data["record_number"])
        compared = compare(gone, patient)
        if request.POST.get("sure") == "yes" and request.POST.get("gone") == str(gone.pk):
            join(gone, patient, by=request.user, now=now)
            messages.success(request, _("Joined."))
            return redirect("patient", patient.pk)
    except InputError as error:
        return record_page(request, patient, error.faults, {"merge": form})
    context = {
        "patient": patient,
        "gone": gone,
        "differs": compared.differs,
        "moved": {name: count for name, count in compared.moved.items() if count},
    }
    return render(request, "clinic/patients/merge.html", context)


def _named(request: ClinicRequest, number: str) -> Patient:
    """The other record, after the gate; who may not open it learns nothing of it."""
    found = Patient.objects.filter(record_number__iexact=number.strip()).first()
    if found is None:
        wrong, right = _("there is no such record"), _("write the number on its banner")
        raise InputError([Fault("record_number", wrong, right)])
    return open_record(request.user, found.pk, "patient.opened", timezone.now())


@require_POST
@needs("patient.merge")
def restriction(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Restrict a record to named colleagues, or open it again."""
    now = timezone.now()
    patient = open_record(request.user, pk, "patient.opened", now)
    restricted = request.POST.get("act") == "restrict"
    chosen = list(User.objects.filter(public_id__in=uuids(request.POST.getlist("open_to"))))
    return acted(
        request, patient, lambda: restrict(patient, restricted, chosen, by=request.user, now=now)
    )
