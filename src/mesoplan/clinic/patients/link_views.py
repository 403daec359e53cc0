"""The questionnaire by a one-time link: the birth date first, then the questions, once."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from mesoplan.clinic.audit.record import note as log
from mesoplan.clinic.patients import intake, intake_link
from mesoplan.clinic.patients.forms import BirthDateForm
from mesoplan.clinic.patients.intake_views import questionnaire
from mesoplan.clinic.patients.models import IntakeLink
from mesoplan.clinic.patients.questions import answers_of, form
from mesoplan.clinic.rights import public
from mesoplan.core.errors import Fault, InputError

_OPENED = "intake_link"
"""Session key: the link whose birth date was right."""


@public("a one-time link and a birth date, which answers 404 to anybody else")
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """The patient's own device: the birth date opens the questions, signing ends the link."""
    now = timezone.now()
    link = intake_link.standing(token, now)
    if link is None:
        raise Http404
    if request.session.get(_OPENED) != link.pk:
        return _ask_birth_date(request, link)
    if request.method != "POST":
        log(None, "intake.shown", now=now, patient=link.patient, details={"link": link.pk})
        return questionnaire(request, link.patient, by_link=True)
    answers = answers_of(request.POST, form())
    try:
        drawn = request.POST.get("drawing", "")
        with transaction.atomic():
            made = intake.sign(
                link.patient,
                answers,
                request.POST.get("signed_name", ""),
                intake.drawing(drawn) if drawn else None,
                handed_by=None,
                now=now,
                details={"link": link.pk},
            )
            intake_link.use(link, made, now=now)
    except InputError as error:
        return questionnaire(request, link.patient, answers, error.faults, by_link=True)
    del request.session[_OPENED]
    return redirect("intake-thanks")


def _ask_birth_date(request: HttpRequest, link: IntakeLink) -> HttpResponse:
    """Nothing of the patient is shown before the birth date is right."""
    asked = BirthDateForm(request.POST if request.method == "POST" else None)
    faults: tuple[Fault, ...] = ()
    if request.method == "POST" and asked.is_valid():
        if intake_link.is_born_on(link, asked.cleaned_data["birth_date"], now=timezone.now()):
            request.session[_OPENED] = link.pk
            return redirect(request.path)
        right = _("try again; after a few wrong ones the link ends")
        faults = (Fault("birth_date", _("is not the one in the record"), right),)
    status = 422 if request.method == "POST" else 200
    context = {"form": asked, "faults": faults}
    return render(request, "clinic/patients/intake_birth_date.html", context, status=status)


@public("says thank you, and nothing else")
def thanks(request: HttpRequest) -> HttpResponse:
    """The end of the questionnaire on the patient's own device."""
    return render(request, "clinic/patients/intake_thanks.html")
