"""The tablet in the patient's hands: one consent to read and sign, and nothing else."""

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST

from mesoplan.clinic.consent.models import Consent
from mesoplan.clinic.consent.views import shown_today, sign_from
from mesoplan.clinic.middleware import HANDED_CONSENT, HANDED_OVER, LOCKED
from mesoplan.clinic.patients.access import open_record
from mesoplan.clinic.rights import ClinicRequest, needs
from mesoplan.core.errors import Fault, InputError


@require_POST
@needs("consent.take")
def hand_over(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Hand the tablet over: until the code is entered it shows this consent alone."""
    consent = get_object_or_404(Consent, pk=pk)
    patient = open_record(request.user, consent.patient_id, "consent.handed-over", timezone.now())
    request.session[HANDED_OVER] = str(patient.pk)
    request.session[HANDED_CONSENT] = str(consent.pk)
    return redirect("consent-handed")


def _handed(request: ClinicRequest) -> Consent:
    handed = request.session.get(HANDED_CONSENT)
    if handed is None or HANDED_OVER not in request.session:
        raise Http404
    return get_object_or_404(
        Consent.objects.select_related("text", "plan", "patient"),
        pk=handed,
        patient=request.session[HANDED_OVER],
    )


@needs("consent.take")
def read(request: ClinicRequest) -> HttpResponse:
    """The consent, on a tablet that was handed over; the patient signs, or gives it back."""
    consent = _handed(request)
    if consent.signed_at is not None:
        return redirect("consent-handed-done")
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        try:
            sign_from(request, consent)
        except InputError as error:
            faults = error.faults
        else:
            return redirect("consent-handed-done")
    context = {
        "consent": consent,
        "content": consent.content,
        "shown_today": shown_today(consent),
        "faults": faults,
    }
    status = 422 if faults else 200
    return render(request, "clinic/consent/handed.html", context, status=status)


@needs("consent.take")
def done(request: ClinicRequest) -> HttpResponse:
    """Thank you; and back to staff by the code."""
    consent = _handed(request)
    if request.method == "POST":
        del request.session[HANDED_OVER]
        del request.session[HANDED_CONSENT]
        request.session[LOCKED] = True
        return redirect(f"/lock/?next=/consents/{consent.pk}/")
    return render(request, "clinic/consent/handed_done.html", {"consent": consent})
