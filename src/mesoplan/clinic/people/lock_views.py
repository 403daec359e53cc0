"""Pages of the lock and of break-glass."""

import uuid
from urllib.parse import urlencode, urlsplit

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from mesoplan.clinic.audit.record import note
from mesoplan.clinic.middleware import LAST_SEEN, LOCKED
from mesoplan.clinic.patients.access import break_glass as break_it
from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.people.forms import BreakGlassForm
from mesoplan.clinic.people.unlock import Outcome, try_code
from mesoplan.clinic.rights import ClinicRequest, needs


@require_POST
@needs("own.account")
def lock_now(request: ClinicRequest) -> HttpResponse:
    """Lock the screen; unlocking leads back to the page that was open."""
    request.session[LOCKED] = True
    note(request.user, "user.locked", now=timezone.now())
    return redirect(
        f"{reverse('lock')}?{urlencode({'next': _local(request.POST.get('next', '/'))})}"
    )


@require_GET
@needs("own.account")
def awake(request: ClinicRequest) -> HttpResponse:
    """Somebody types or taps on a page that asks nothing of the server; the lock waits."""
    return HttpResponse(status=204)


@sensitive_post_parameters("pin")
@needs("own.account")
def lock(request: ClinicRequest) -> HttpResponse:
    """The locked screen: the code of the session's own user opens it again."""
    target = _local(request.POST.get("next") or request.GET.get("next") or "/")
    wrong = False
    if request.method == "POST":
        outcome = try_code(
            request.user, request.session, request.POST.get("pin", ""), timezone.now()
        )
        if outcome is Outcome.OPEN:
            for key in (LOCKED, LAST_SEEN):
                request.session.pop(key, None)
            return redirect(target)
        if outcome is Outcome.OUT:
            logout(request)
            messages.error(request, _("Too many wrong codes: sign in again."))
            if target == reverse("awake"):  # asked by the cover of a page, which goes there itself
                return HttpResponse(status=401)
            return redirect("account_login")
        wrong = True
    elif not request.session.get(LOCKED):
        return redirect(target)
    values = {"next": target, "wrong": wrong}
    return render(request, "clinic/people/lock.html", values, status=422 if wrong else 200)


def _local(target: str) -> str:
    """The target, if it is a path of this clinic and not the lock itself."""
    inside = target.startswith("/") and url_has_allowed_host_and_scheme(target, None)
    return target if inside and not urlsplit(target).path.startswith("/lock/") else "/"


@require_POST
@needs("break.glass")
def break_glass(request: ClinicRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Open a restricted record for an hour, with a reason."""
    patient = get_object_or_404(Patient, pk=patient_id)
    form = BreakGlassForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write the reason, in ten letters or more."))
        values = {"patient_id": patient.pk}
        return render(request, "clinic/restricted.html", values, status=422)
    break_it(request.user, patient, form.cleaned_data["reason"], timezone.now())
    return redirect("patient", patient.pk)
