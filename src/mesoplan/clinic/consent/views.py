"""Pages of consents: the patient's list, shown, signed, filed, withdrawn."""

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mesoplan.clinic.consent import paper
from mesoplan.clinic.consent import sign as consents
from mesoplan.clinic.consent.document import condition, consent_pdf
from mesoplan.clinic.consent.models import Consent
from mesoplan.clinic.consent.standing import photo_consent
from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.patients.access import open_record
from mesoplan.clinic.patients.intake import drawing
from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.patients.storage import content_of
from mesoplan.clinic.planning.models import PlanVersion
from mesoplan.clinic.rights import ClinicRequest, needs
from mesoplan.core.errors import Fault, InputError


def _consent(request: ClinicRequest, pk: uuid.UUID, action: str = "consent.read") -> Consent:
    found = get_object_or_404(Consent.objects.select_related("text", "plan"), pk=pk)
    found.patient = open_record(request.user, found.patient_id, action, timezone.now())
    return found


@needs("plan.read")
def of_patient(request: ClinicRequest, patient_id: uuid.UUID) -> HttpResponse:
    """All consents of a patient, the last first."""
    patient = open_record(request.user, patient_id, "consent.list", timezone.now())
    rows = patient.consents.select_related("text", "plan", "shown_by").order_by("-shown_at")
    plans = patient.plans.exclude(state__in=consents.OVER)
    context = {
        "patient": patient,
        "consents": rows,
        "plans": plans,
        "photo_consent": photo_consent(patient),
    }
    return render(request, "clinic/consent/list.html", context)


@needs("consent.take")
def treatment_new(request: ClinicRequest, plan_id: uuid.UUID) -> HttpResponse:
    """Show the consent to a plan; overrides are told where the clinician chooses so."""
    plan = get_object_or_404(PlanVersion, pk=plan_id)
    plan.patient = open_record(request.user, plan.patient_id, "plan.opened", timezone.now())
    overrides = plan.answers.filter(is_override=True).select_related("by")
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        chosen = set(request.POST.getlist("told"))
        told = [answer for answer in overrides if str(answer.pk) in chosen]
        try:
            made = consents.show_treatment(
                plan, clinic_catalogue(), by=request.user, now=timezone.now(), told=told
            )
        except InputError as error:
            faults = error.faults
        else:
            return redirect("consent", made.pk)
    waiting = plan.consents.filter(signed_at=None, withdrawn_at=None).order_by("-shown_at").first()
    context: dict[str, Any] = {
        "patient": plan.patient,
        "plan": plan,
        "waiting": waiting,
        "overrides": overrides,
        "faults": faults,
    }
    return render(request, "clinic/consent/show.html", context, status=422 if faults else 200)


@needs("consent.take")
def photograph_new(request: ClinicRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Show the consent to photographs."""
    patient: Patient = open_record(request.user, patient_id, "patient.opened", timezone.now())
    if request.method != "POST":
        return render(request, "clinic/consent/show.html", {"patient": patient})
    made = consents.show_photograph(patient, by=request.user, now=timezone.now())
    return redirect("consent", made.pk)


@needs("plan.read")
def page(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """A consent: to be read and signed, or as it was signed."""
    return _page(request, _consent(request, pk))


def _page(request: ClinicRequest, consent: Consent, faults: tuple[Fault, ...] = ()) -> HttpResponse:
    context = {
        "patient": consent.patient,
        "consent": consent,
        "content": consent.content,
        "faults": faults,
        "shown_today": shown_today(consent),
        "needs_time": consent.text.kind == "treatment",
        "today": timezone.localdate(),
        "condition": condition(consent),
    }
    status = 422 if faults else 200
    return render(request, "clinic/consent/consent.html", context, status=status)


def shown_today(consent: Consent) -> bool:
    """Whether signing now is signing on the day on which a treatment was shown."""
    is_today = timezone.localdate(consent.shown_at) == timezone.localdate()
    return is_today and consent.text.kind == "treatment"


def sign_from(request: ClinicRequest, consent: Consent) -> Consent:
    """Sign with what the form sent.

    Raises
    ------
    InputError
        With everything that is missing.
    """
    drawn = request.POST.get("drawing", "")
    return consents.sign(
        consent,
        signed_name=request.POST.get("signed_name", ""),
        signature=drawing(drawn) if drawn else None,
        typed=request.POST.get("typed") == "yes",
        same_day_wished=request.POST.get("same_day") == "yes",
        by=request.user,
        now=timezone.now(),
    )


@require_POST
@needs("consent.take")
def sign(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """The patient signs."""
    consent = _consent(request, pk, "consent.opened")
    try:
        sign_from(request, consent)
    except InputError as error:
        return _page(request, consent, error.faults)
    messages.success(request, _("Signed and filed."))
    return redirect("consent", consent.pk)


@require_POST
@needs("consent.take")
def scan(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """File the scan of what was signed on paper."""
    consent = _consent(request, pk, "consent.opened")
    sent = request.FILES.get("scan")
    # One byte more than is allowed is enough to be refused.
    content = sent.read(paper.LARGEST_BYTES + 1) if sent else b""
    try:
        signed_on = _day(request.POST.get("signed_on", ""))
        paper.file_scan(
            consent,
            content,
            signed_name=request.POST.get("signed_name", ""),
            signed_on=signed_on,
            same_day_wished=request.POST.get("same_day") == "yes",
            by=request.user,
            now=timezone.now(),
        )
    except InputError as error:
        return _page(request, consent, error.faults)
    messages.success(request, _("The scan is filed."))
    return redirect("consent", consent.pk)


def _day(text: str) -> dt.date | None:
    if not text:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        wrong = f'"{text[:40]}" is no date'
        raise InputError([Fault("signed_on", wrong, "write it as 2026-11-25")]) from None


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
    messages.success(request, _("Withdrawn. What was signed stays on file."))
    return redirect("consent", consent.pk)


@needs("plan.read")
def pdf(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """The document as it was filed; before it is signed, a page to sign on paper."""
    consent = _consent(request, pk, "consent.file")
    if consent.document is not None:
        content, media_type = content_of(consent.document), consent.document.media_type
    elif consent.signed_at is None:
        content, media_type = consent_pdf(consent.content), "application/pdf"
    else:
        raise Http404
    response = HttpResponse(content, content_type=media_type)
    suffix = "jpg" if media_type == "image/jpeg" else "pdf"
    # A scan came from outside: it is saved, never opened within the clinic's pages.
    how = "attachment" if consent.on_paper else "inline"
    response["Content-Disposition"] = f'{how}; filename="consent.{suffix}"'
    return response
