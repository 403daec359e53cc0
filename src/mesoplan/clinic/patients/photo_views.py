"""Pages of photographs: added with consent, looked at under a right, each look in the log."""

import uuid

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from mesoplan.clinic.audit.record import note as log
from mesoplan.clinic.patients import photos
from mesoplan.clinic.patients.access import open_record
from mesoplan.clinic.patients.entry_views import acted
from mesoplan.clinic.patients.forms import VIEW_NAMES, PhotoForm
from mesoplan.clinic.patients.models import Course, StoredFile
from mesoplan.clinic.patients.storage import content_of
from mesoplan.clinic.rights import ClinicRequest, needs


@require_POST
@needs("photo.add")
def photo_add(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep a photograph."""
    patient = open_record(request.user, pk, "patient.opened", timezone.now())
    form = PhotoForm(request.POST, request.FILES, patient=patient)

    def act() -> None:
        upload = form.cleaned_data["photo"]
        photos.refuse_huge(upload.size)
        chosen = form.cleaned_data["course"]
        photos.add_photograph(
            patient,
            upload.read(),
            name=upload.name or "photo",
            view=form.cleaned_data["view"],
            course=Course.objects.get(pk=chosen, patient=patient) if chosen else None,
            by=request.user,
            now=timezone.now(),
        )

    return acted(request, patient, act, "photo", form)


@require_GET
@needs("photo.view")
def photo_page(request: ClinicRequest, pk: uuid.UUID, file_id: uuid.UUID) -> HttpResponse:
    """One photograph with what it shows."""
    patient = open_record(request.user, pk, "patient.opened", timezone.now())
    stored = get_object_or_404(StoredFile, pk=file_id, patient=patient, kind="photograph")
    course = None
    if stored.visit:
        course = patient.courses.filter(pk=stored.visit).first()
    context = {
        "patient": patient,
        "file": stored,
        "view_name": dict(VIEW_NAMES).get(stored.view, stored.view),
        "course": course,
    }
    return render(request, "clinic/patients/photo.html", context)


@require_GET
@needs("photo.view")
def photo(request: ClinicRequest, pk: uuid.UUID, file_id: uuid.UUID) -> HttpResponse:
    """The picture itself; each look at it, and each download, stands in the log."""
    now = timezone.now()
    patient = open_record(request.user, pk, "patient.opened", now)
    stored = get_object_or_404(StoredFile, pk=file_id, patient=patient, kind="photograph")
    content = content_of(stored)
    kept = request.GET.get("download") == "1"
    act = "photograph.downloaded" if kept else "photograph.viewed"
    log(request.user, act, now=now, patient=patient, subject=f"file:{stored.pk}")
    how = "attachment" if kept else "inline"
    name = f"{patient.record_number}-{stored.stored_at:%Y-%m-%d}-{stored.view}.jpg"
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-.") else "-" for c in name)
    response = HttpResponse(content, content_type="image/jpeg")
    response["Content-Disposition"] = f'{how}; filename="{safe}"'
    response["Cache-Control"] = "no-store"
    return response
