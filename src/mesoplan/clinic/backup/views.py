"""The backup page of the owner."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from mesoplan.clinic.audit.record import note
from mesoplan.clinic.backup.code import recovery_code
from mesoplan.clinic.backup.models import BackupRun
from mesoplan.clinic.backup.scheduled import back_up
from mesoplan.clinic.people.attempts import refuse_wrong_password
from mesoplan.clinic.rights import ClinicRequest, needs
from mesoplan.core.errors import InputError

_LATE_HOURS = 48


@needs("clinic.backup")
def page(request: ClinicRequest) -> HttpResponse:
    """Backups that were made, and whether each was proved."""
    return _page(request)


def _page(request: ClinicRequest, code: str = "", *, wrong: bool = False) -> HttpResponse:
    runs = BackupRun.objects.order_by("-made_at")[:30]
    last = runs[0] if runs else None
    late = last is None or (timezone.now() - last.made_at).total_seconds() > _LATE_HOURS * 3600
    context = {
        "runs": runs,
        "late": late,
        "hours": _LATE_HOURS,
        "folder": settings.CLINIC_FOLDER.backups,
        "code": code,
        "wrong": wrong,
    }
    return render(request, "clinic/backup/page.html", context, status=422 if wrong else 200)


@require_POST
@needs("clinic.backup")
def now(request: ClinicRequest) -> HttpResponse:
    """Make a backup now."""
    try:
        back_up(by=request.user, now=timezone.now())
    except InputError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Made."))
    return redirect("backup")


@sensitive_post_parameters("password")
@require_POST
@needs("clinic.backup")
def code(request: ClinicRequest) -> HttpResponse:
    """Show the recovery code, after the password."""
    try:
        password = request.POST.get("password", "")
        refuse_wrong_password(request.user, password, request.user.username)
    except InputError as error:
        messages.error(request, str(error))
        return _page(request, wrong=True)
    note(request.user, "backup.code-shown", now=timezone.now())
    return _page(request, recovery_code(settings.CLINIC_FOLDER.key("backup")))
