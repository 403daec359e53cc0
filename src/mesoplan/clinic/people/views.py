"""Pages of accounts: invitation, staff, one's own, lock, break-glass."""

import uuid

from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from mesoplan.clinic.audit.record import audited, note
from mesoplan.clinic.middleware import LAST_SEEN, LOCKED
from mesoplan.clinic.patients.access import break_glass as break_it
from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.people import invite, staff
from mesoplan.clinic.people.forms import ROLE_NAMES, AcceptForm, InviteForm, OwnForm
from mesoplan.clinic.people.models import User
from mesoplan.clinic.people.pin import WRONG_AT_MOST, is_pin, set_pin
from mesoplan.clinic.rights import ClinicRequest, needs, public
from mesoplan.core.errors import Fault, InputError

_WRONG_PINS = "wrong_pins"


@sensitive_post_parameters("password", "pin")
@public("a one-time link, which answers 404 to anybody else")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Make one's account by the link of an invitation."""
    now = timezone.now()
    found = invite.standing(token, now)
    if found is None:
        raise Http404
    first = {"full_name": found.full_name}
    form = AcceptForm(request.POST) if request.method == "POST" else AcceptForm(initial=first)
    if found.made_by_id is not None or found.user_id is not None:
        del form.fields["practitioner"]
    if found.user is not None:
        for name in ("username", "full_name", "registration"):
            del form.fields[name]
    faults: tuple[Fault, ...] = ()
    if request.method == "POST" and form.is_valid():
        try:
            invite.accept(token, form.cleaned_data, now=now)
        except InputError as error:
            faults = error.faults
        else:
            messages.success(request, _("Your account is ready. Sign in."))
            return redirect("account_login")
    values = {"form": form, "faults": faults, "invitation": found}
    status = 422 if request.method == "POST" else 200
    return render(request, "clinic/people/invitation.html", values, status=status)


@needs("clinic.staff")
def staff_page(request: ClinicRequest) -> HttpResponse:
    """All accounts; invite somebody."""
    return _staff(request, InviteForm())


def _staff(
    request: ClinicRequest,
    form: InviteForm,
    *,
    link: str = "",
    faults: tuple[Fault, ...] = (),
) -> HttpResponse:
    values = {
        "people": User.objects.order_by("-is_active", "full_name"),
        "form": form,
        "link": request.build_absolute_uri(link) if link else "",
        "faults": faults,
        "role_names": ROLE_NAMES,
        "hours": int(invite.HOLDS_FOR.total_seconds() // 3600),
    }
    return render(request, "clinic/people/staff.html", values, status=422 if faults else 200)


@require_POST
@needs("clinic.staff")
def staff_invite(request: ClinicRequest) -> HttpResponse:
    """A link for somebody new; shown once."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        return _staff(request, form, faults=(Fault("form", _("is not whole"), _("correct it")),))
    link = invite.invite(
        form.cleaned_data["roles"],
        now=timezone.now(),
        by=request.user,
        full_name=form.cleaned_data["full_name"],
    )
    return _staff(request, InviteForm(), link=link)


@require_POST
@needs("clinic.staff")
def staff_change(request: ClinicRequest, public_id: uuid.UUID) -> HttpResponse:
    """Roles of an account, its closing, a new link for it."""
    person = get_object_or_404(User, public_id=public_id)
    act, now = request.POST.get("act"), timezone.now()
    try:
        if act == "roles":
            staff.set_roles(person, request.POST.getlist("roles"), by=request.user, now=now)
        elif act in ("close", "open"):
            staff.set_active(person, act == "open", by=request.user, now=now)
        elif act == "link":
            link = invite.invite(person.roles, now=now, by=request.user, user=person)
            return _staff(request, InviteForm(), link=link)
        else:
            raise InputError([Fault("act", _("is not known"), _("load the page anew"))])
    except InputError as error:
        return _staff(request, InviteForm(), faults=error.faults)
    return redirect("staff")


@sensitive_post_parameters("password", "pin")
@needs("own.account")
def own(request: ClinicRequest) -> HttpResponse:
    """One's own code, registration number and second factors."""
    start = {"registration": request.user.registration}
    form = OwnForm(request.POST) if request.method == "POST" else OwnForm(initial=start)
    if request.method == "POST" and form.is_valid():
        if not request.user.check_password(form.cleaned_data["password"]):
            form.add_error("password", _("This is not your password."))
        else:
            subject = f"user:{request.user.public_id}"
            with audited(request.user, "user.own", now=timezone.now(), subject=subject):
                request.user.registration = form.cleaned_data["registration"]
                if form.cleaned_data["pin"]:
                    set_pin(request.user, form.cleaned_data["pin"])
                request.user.save()
            messages.success(request, _("Kept."))
            return redirect("own-account")
    return render(request, "clinic/people/own.html", {"form": form})


@require_POST
@needs("own.account")
def lock_now(request: ClinicRequest) -> HttpResponse:
    """Lock the screen."""
    request.session[LOCKED] = True
    note(request.user, "user.locked", now=timezone.now())
    return redirect("lock")


@sensitive_post_parameters("pin")
@needs("own.account")
def lock(request: ClinicRequest) -> HttpResponse:
    """The locked screen: the code of the session's own user opens it again."""
    target = request.POST.get("next") or request.GET.get("next") or "/"
    if not url_has_allowed_host_and_scheme(target, None):
        target = "/"
    wrong = False
    if request.method == "POST":
        now = timezone.now()
        if is_pin(request.user, request.POST.get("pin", "")):
            for key in (LOCKED, LAST_SEEN, _WRONG_PINS):
                request.session.pop(key, None)
            note(request.user, "user.unlocked", now=now)
            return redirect(target)
        wrong = True
        note(request.user, "user.wrong-code", now=now)
        request.session[_WRONG_PINS] = request.session.get(_WRONG_PINS, 0) + 1
        if request.session[_WRONG_PINS] >= WRONG_AT_MOST:
            logout(request)
            messages.error(request, _("Too many wrong codes: sign in again."))
            return redirect("account_login")
    elif not request.session.get(LOCKED):
        return redirect(target)
    values = {"next": target, "wrong": wrong}
    return render(request, "clinic/people/lock.html", values, status=422 if wrong else 200)


@require_POST
@needs("break.glass")
def break_glass(request: ClinicRequest, patient_id: uuid.UUID) -> HttpResponse:
    """Open a restricted record for an hour, with a reason."""
    patient = get_object_or_404(Patient, pk=patient_id)
    reason = request.POST.get("reason", "").strip()
    if len(reason) < 10:
        messages.error(request, _("Write the reason, in ten letters or more."))
        values = {"patient_id": patient.pk}
        return render(request, "clinic/restricted.html", values, status=422)
    break_it(request.user, patient, reason, timezone.now())
    return redirect("patient", patient.pk)
