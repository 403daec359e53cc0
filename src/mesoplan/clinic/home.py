"""The first page: today's plans and deliveries; and a sign of life for the server."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from mesoplan.clinic.delivery.models import Delivery
from mesoplan.clinic.patients.access import visible_patients
from mesoplan.clinic.planning.models import PlanVersion
from mesoplan.clinic.rights import ClinicRequest, may, needs, public


@needs("own.account")
def day(request: ClinicRequest) -> HttpResponse:
    """What is planned, open and done today, for those who may see plans."""
    now = timezone.now()
    today = timezone.localdate(now)
    if not may(request.user, "plan.read"):
        return render(request, "clinic/day.html", {"today": today})
    patients = visible_patients(request.user, now)
    states = PlanVersion.State
    plans = PlanVersion.objects.filter(patient__in=patients).select_related("patient")
    deliveries = Delivery.objects.filter(patient__in=patients).select_related("patient", "plan")
    open_states = (Delivery.State.SIGNED, Delivery.State.ABANDONED)
    return render(
        request,
        "clinic/day.html",
        {
            "today": today,
            "planned": plans.filter(session_date=today, state=states.APPROVED),
            "waiting": plans.filter(state__in=(states.DRAFT, states.SCREENED))[:50],
            "running": deliveries.exclude(state__in=open_states),
            "done": deliveries.filter(given_on=today, state=Delivery.State.SIGNED),
        },
    )


@public("says only that the server answers")
def health(request: HttpRequest) -> HttpResponse:
    """Answers as long as the server runs."""
    return HttpResponse("ok", content_type="text/plain")
