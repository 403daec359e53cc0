"""Pages of consents: texts, shown, signed, filed, withdrawn."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mesoplan.clinic.consent import sign as consents
from mesoplan.clinic.consent import texts
from mesoplan.clinic.consent.models import Consent, ConsentText
from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.patients.access import open_record
from mesoplan.clinic.patients.intake import drawing
from mesoplan.clinic.patients.storage import content_of
from mesoplan.clinic.planning.models import PlanVersion
from mesoplan.clinic.rights import ClinicRequest, needs
from mesoplan.core.errors import Fault, InputError


def _consent(request: ClinicRequest, pk: uuid.UUID, action: str = "consent.read") -> Consent:
    found = get_object_or_404(Consent.objects.select_related("text", "plan"), pk=pk)
    found.patient = open_record(request.user, found.patient_id, action, timezone.now())
    return found


@needs("clinic.texts")
def text_list(request: ClinicRequest) -> HttpResponse:
    """All texts with their versions; a change makes the next one."""
    now = timezone.now()
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        try:
            texts.change_text(
                request.POST.get("kind", ""),
                request.POST.get("title", ""),
                request.POST.get("body", ""),
                by=request.user,
                now=now,
            )
        except InputError as error:
            faults = error.faults
        else:
            messages.success(request, _("The new version stands from now on."))
            return redirect("consent-texts")
    context = {
        "current": [texts.current_text(kind, now) for kind in texts.KINDS],
        "older": ConsentText.objects.order_by("kind", "-version"),
        "faults": faults,
    }
    status = 422 if faults else 200
    return render(request, "clinic/consent/texts.html", context, status=status)


@needs("consent.take")
def treatment_new(request: ClinicRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Show the consent to a plan."""
    plan = get_object_or_404(PlanVersion, pk=plan_id)
    plan.patient = open_record(request.user, plan.patient_id, "plan.opened", timezone.now())
    waiting = plan.consents.filter(signed_at=None, withdrawn_at=None).order_by("-shown_at").first()
    if request.method != "POST":
        context: dict[str, Any] = {"patient": plan.patient, "plan": plan, "waiting": waiting}
        return render(request, "clinic/consent/show.html", context)
    try:
        made = consents.show_treatment(
            plan, clinic_catalogue(), by=request.user, now=timezone.now()
        )
    except InputError as error:
        context = {"patient": plan.patient, "plan": plan, "faults": error.faults}
        return render(request, "clinic/consent/show.html", context, status=422)
    return redirect("consent", made.pk)


@needs("consent.take")
def photograph_new(request: ClinicRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Show the consent to photographs."""
    patient = open_record(request.user, patient_id, "patient.opened", timezone.now())
    if request.method != "POST":
        return render(request, "clinic/consent/show.html", {"patient": patient})
    made = consents.show_photograph(patient, by=request.user, now=timezone.now())
    return redirect("consent", made.pk)


@needs("plan.read")
def page(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """A consent: to be read and signed, or as it was signed."""
    return _page(request, _consent(request, pk))


def _page(request: ClinicRequest, consent: Consent, faults: tuple[Fault, ...] = ()) -> HttpResponse:
    shown_today = timezone.localdate(consent.shown_at) == timezone.localdate()
    context = {
        "patient": consent.patient,
        "consent": consent,
        "content": consent.content,
        "faults": faults,
        "shown_today": shown_today and consent.text.kind == "treatment",
        "as_signed": consents.is_as_signed(consent) if consent.document_id else None,
    }
    status = 422 if faults else 200
    return render(request, "clinic/consent/consent.html", context, status=status)


@require_POST
@needs("consent.take")
def sign(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """The patient signs."""
    consent = _consent(request, pk, "consent.opened")
    drawn = request.POST.get("drawing", "")
    try:
        consents.sign(
            consent,
            signed_name=request.POST.get("signed_name", ""),
            signature=drawing(drawn) if drawn else None,
            same_day_wished=request.POST.get("same_day") == "yes",
            by=request.user,
            now=timezone.now(),
        )
    except InputError as error:
        return _page(request, consent, error.faults)
    messages.success(request, _("Signed and filed."))
    return redirect("consent", consent.pk)


@require_POST
@needs("consent.take")
def withdraw(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """The patient withdraws."""
    consent = _consent(request, pk, "consent.opened")
    reason = request.POST.get("reason", "")
    try:
        consents.withdraw(consent, reason, by=request.user, now=timezone.now())
    except InputError as error:
        return _page(request, consent, error.faults)
    return redirect("consent", consent.pk)


@needs("plan.read")
def pdf(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """The document as it was filed; before it is signed, a page to sign on paper."""
    consent = _consent(request, pk, "consent.file")
    if consent.document is not None:
        content = content_of(consent.document)
    elif consent.signed_at is None:
        content = consents.consent_pdf(consent.content)
    else:
        raise Http404
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'inline; filename="consent.pdf"'
    return response
