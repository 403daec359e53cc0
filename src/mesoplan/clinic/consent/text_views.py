"""The page of the consent texts: every version, and the next one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from mesoplan.clinic.consent import texts
from mesoplan.clinic.consent.models import ConsentText
from mesoplan.clinic.rights import ClinicRequest, needs
from mesoplan.core.errors import Fault, InputError


@needs("clinic.texts")
def text_list(request: ClinicRequest) -> HttpResponse:
    """All texts with their versions; a change makes the next one."""
    now = timezone.now()
    faults: tuple[Fault, ...] = ()
    typed: dict[str, str] = {}
    if request.method == "POST":
        typed = {key: request.POST.get(key, "") for key in ("kind", "title", "body", "based_on")}
        try:
            texts.change_text(
                typed["kind"],
                typed["title"],
                typed["body"],
                based_on=_version(typed["based_on"]),
                by=request.user,
                now=now,
            )
        except InputError as error:
            faults = error.faults
        else:
            messages.success(request, _("The new version stands from now on."))
            return redirect("consent-texts")
    current = [texts.current_text(kind, now) for kind in texts.KINDS]
    context = {
        # What was typed stays where it is refused; it is shown over the version that stands.
        "current": [
            {
                "text": text,
                "title": typed["title"] if typed.get("kind") == text.kind else text.title,
                "body": typed["body"] if typed.get("kind") == text.kind else text.body,
            }
            for text in current
        ],
        "older": ConsentText.objects.select_related("made_by").order_by("kind", "-version"),
        "faults": faults,
    }
    status = 422 if faults else 200
    return render(request, "clinic/consent/texts.html", context, status=status)


def _version(text: str) -> int:
    # A version that was never made: the reader says which one stands.
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
