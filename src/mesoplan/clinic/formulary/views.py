"""The page of the clinic's own formulary."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from mesoplan.clinic.formulary import put
from mesoplan.clinic.formulary.models import FormularyVersion
from mesoplan.clinic.rights import ClinicRequest, needs
from mesoplan.core.errors import Fault, InputError


@needs("clinic.texts")
def page(request: ClinicRequest) -> HttpResponse:
    """Read a text, show what was understood, put it in force in a second step."""
    text = request.POST.get("text") or put.in_force()
    if not text:
        text = put.EXAMPLE.format(clinic=settings.CLINIC_NAME, edition=timezone.localdate())
    understood: put.Understood | None = None
    faults: tuple[Fault, ...] = ()
    if request.method == "POST":
        try:
            understood = put.understand(text)
            if request.POST.get("act") == "put":
                put.put_in_force(text, by=request.user, now=timezone.now())
                messages.success(request, _("In force from now on."))
                return redirect("formulary")
        except InputError as error:
            faults = error.faults
    context = {
        "text": text,
        "understood": understood,
        "faults": faults,
        "versions": FormularyVersion.objects.select_related("put_by").order_by("-put_at")[:20],
    }
    return render(request, "clinic/formulary/page.html", context, status=422 if faults else 200)
