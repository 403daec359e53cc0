"""Pages of accounts: invitation, staff, one's own."""

import uuid

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.people import invite, staff
from mesoplan.clinic.people.attempts import refuse_wrong_password
from mesoplan.clinic.people.forms import AcceptForm, InviteForm, OwnForm
from mesoplan.clinic.people.models import User
from mesoplan.clinic.people.pin import set_pin
from mesoplan.clinic.people.role_notes import names_of, role_notes
from mesoplan.clinic.rights import ClinicRequest, needs, public
from mesoplan.core.errors import Fault, InputError


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
    people = User.objects.order_by("-is_active", "full_name")
    now = timezone.now()
    values = {
        "people": [(person, names_of(person.roles)) for person in people],
        "links": [(found, names_of(found.roles)) for found in invite.open_links(now)],
        "form": form,
        "link": request.build_absolute_uri(link) if link else "",
        "faults": faults,
        "role_notes": role_notes(),
        "chosen": form["roles"].value() or [],
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


@require_POST
@needs("clinic.staff")
def staff_link(request: ClinicRequest, link_id: int) -> HttpResponse:
    """End a link that nobody used yet."""
    invite.withdraw(link_id, by=request.user, now=timezone.now())
    return redirect("staff")


@sensitive_post_parameters("password", "pin")
@needs("own.account")
def own(request: ClinicRequest) -> HttpResponse:
    """One's own code, registration number and second factors."""
    user = request.user
    start = {"registration": user.registration}
    form = OwnForm(request.POST) if request.method == "POST" else OwnForm(initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            refuse_wrong_password(user, form.cleaned_data["password"], user.username)
        except InputError as error:
            fault = error.faults[0]
            form.add_error("password", f"{fault.wrong}; {fault.right}")
        else:
            subject = f"user:{user.public_id}"
            with audited(user, "user.own", now=timezone.now(), subject=subject) as details:
                user.registration = form.cleaned_data["registration"]
                if form.cleaned_data["pin"]:
                    set_pin(user, form.cleaned_data["pin"])
                    details["code"] = "new"
                user.save(update_fields=["registration", "pin"])
            messages.success(request, _("Kept."))
            return redirect("own-account")
    factors = Authenticator.objects.filter(user_id=user.pk)
    values = {
        "form": form,
        "roles": names_of(user.roles),
        "apps": factors.filter(type=Authenticator.Type.TOTP).count(),
        "passkeys": factors.filter(type=Authenticator.Type.WEBAUTHN).count(),
    }
    status = 422 if form.errors else 200
    return render(request, "clinic/people/own.html", values, status=status)
