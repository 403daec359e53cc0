"""Pages of the audit log; reading it stands in it too."""

import csv
from io import StringIO

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mesoplan.clinic.audit.models import AuditEvent
from mesoplan.clinic.audit.record import log_break, note
from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.people.models import User
from mesoplan.clinic.rights import ClinicRequest, needs

_PAGE = 100
_COLUMNS = ("sequence", "at", "actor", "action", "patient", "subject", "details", "previous", "mac")


def _chosen(request: ClinicRequest) -> QuerySet[AuditEvent]:
    rows = AuditEvent.objects.order_by("-sequence")
    for name in ("actor", "action"):
        if request.GET.get(name):
            rows = rows.filter(**{name: request.GET[name]})
    number = request.GET.get("record", "").strip()
    if number:
        patient = Patient.objects.filter(record_number__iexact=number).first()
        rows = rows.filter(patient=str(patient.pk)) if patient else rows.none()
    for name, edge in (("from", "gte"), ("to", "lte")):
        day = _day(request.GET.get(name, ""))
        if day:
            rows = rows.filter(**{f"at__{edge}": day if edge == "gte" else f"{day}T99"})
    return rows


def _day(text: str) -> str:
    try:
        found = parse_date(text)
    except ValueError:
        return ""
    return found.isoformat() if found else ""


@needs("audit.read")
def audit_list(request: ClinicRequest) -> HttpResponse:
    """The log, latest first."""
    page = Paginator(_chosen(request), _PAGE).get_page(request.GET.get("page"))
    people = {str(user.public_id): user.full_name for user in User.objects.all()}
    ids = {row.patient for row in page if row.patient}
    numbers = {str(p.pk): p.record_number for p in Patient.objects.filter(pk__in=ids)}
    rows = [
        {
            "row": row,
            "who": people.get(row.actor, _("nobody known")),
            "record": numbers.get(row.patient, ""),
        }
        for row in page
    ]
    note(request.user, "audit.read", now=timezone.now(), details={"rows": len(rows)})
    actions = AuditEvent.objects.values_list("action", flat=True).distinct().order_by("action")
    context = {"rows": rows, "page": page, "people": people, "actions": actions, "get": request.GET}
    return render(request, "clinic/audit/list.html", context)


@needs("audit.read")
def audit_csv(request: ClinicRequest) -> HttpResponse:
    """The log as CSV, with its codes: it can be verified elsewhere."""
    made = StringIO()
    writer = csv.writer(made)
    writer.writerow(_COLUMNS)
    count = 0
    for row in _chosen(request).order_by("sequence").iterator(chunk_size=2000):
        writer.writerow([getattr(row, name) for name in _COLUMNS])
        count += 1
    note(request.user, "audit.download", now=timezone.now(), details={"rows": count})
    response = HttpResponse(made.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response


@require_POST
@needs("audit.read")
def audit_verify(request: ClinicRequest) -> HttpResponse:
    """Verify the chain."""
    found = log_break()
    note(request.user, "audit.verified", now=timezone.now(), details={"whole": found is None})
    if found is None:
        messages.success(request, _("The log is whole: nothing was edited, removed or cut off."))
    else:
        messages.error(request, _("The log is NOT whole: %(place)s") % {"place": found})
    return redirect("audit")
