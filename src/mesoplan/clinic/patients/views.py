"""Pages of patients: list, new, record, entries, courses, photographs, joining."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mesoplan.clinic.audit.record import note as log
from mesoplan.clinic.consent.standing import photo_consent
from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.patients import courses, entries, identity, photos
from mesoplan.clinic.patients.access import open_record, visible_patients
from mesoplan.clinic.patients.forms import (
    AllergyForm,
    ConditionForm,
    CourseForm,
    EarlierForm,
    FactsForm,
    IdentityForm,
    MergeForm,
    PhotoForm,
    WeightForm,
    WrittenForm,
)
from mesoplan.clinic.patients.models import Course, Patient, StoredFile
from mesoplan.clinic.patients.restrict import restrict
from mesoplan.clinic.patients.storage import content_of
from mesoplan.clinic.people.models import User
from mesoplan.clinic.rights import ClinicRequest, may, needs
from mesoplan.core.errors import Fault, InputError

_PAGE = 50


def _open(request: ClinicRequest, pk: uuid.UUID, action: str = "patient.read") -> Patient:
    return open_record(request.user, pk, action, timezone.now())


@needs("patient.read")
def patient_list(request: ClinicRequest) -> HttpResponse:
    """Patients by name, birth date or record number."""
    text = request.GET.get("q", "").strip()
    found = visible_patients(request.user, timezone.now()).distinct()
    if text:
        found = identity.search(found, text)
    page = Paginator(found, _PAGE).get_page(request.GET.get("page"))
    log(request.user, "patient.search", now=timezone.now(), details={"found": len(page)})
    return render(request, "clinic/patients/list.html", {"page": page, "q": text})


@needs("patient.identity")
def patient_new(request: ClinicRequest) -> HttpResponse:
    """A new patient; who may be the same is shown first."""
    form = IdentityForm(request.POST or None)
    faults: tuple[Fault, ...] = ()
    same: list[Patient] = []
    if request.method == "POST" and form.is_valid():
        confirmed = request.POST.get("another_person") == "yes"
        now = timezone.now()
        try:
            made = identity.register(
                form.cleaned_data, by=request.user, now=now, confirmed=confirmed
            )
        except InputError as error:
            faults = error.faults
            values = form.cleaned_data
            same = identity.likely_same(
                values["family_name"], values["given_names"], values["birth_date"]
            )
        else:
            return redirect("patient", made.pk)
    context = {"form": form, "faults": faults, "same": same}
    status = 422 if request.method == "POST" else 200
    return render(request, "clinic/patients/new.html", context, status=status)


@needs("patient.identity")
def patient_identity(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Change identity and contact."""
    patient = _open(request, pk)
    fields = IdentityForm.base_fields
    start = {name: getattr(patient, name) for name in fields}
    form = IdentityForm(request.POST) if request.method == "POST" else IdentityForm(initial=start)
    if request.method == "POST" and form.is_valid():
        identity.rename(patient, form.cleaned_data, by=request.user, now=timezone.now())
        return redirect("patient", patient.pk)
    context = {"patient": patient, "form": form}
    status = 422 if request.method == "POST" else 200
    return render(request, "clinic/patients/identity.html", context, status=status)


@needs("patient.read")
def record(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """The record; the front desk sees identity and allergies."""
    patient = _open(request, pk)
    if patient.merged_into_id is not None:
        messages.info(request, _("This record was joined to the one shown here."))
        return redirect("patient", patient.merged_into_id)
    return _record(request, patient)


def _record(
    request: ClinicRequest, patient: Patient, faults: tuple[Fault, ...] = (), **forms: Form
) -> HttpResponse:
    user = request.user
    context: dict[str, Any] = {"patient": patient, "faults": faults}
    if may(user, "patient.clinical"):
        context |= _clinical(patient)
    if may(user, "plan.read"):
        context["courses"] = patient.courses.prefetch_related("plans").order_by("-opened_at")
        context["deliveries"] = patient.deliveries.order_by("-given_on", "-started_at")[:20]
        context["consents"] = patient.consents.select_related("text").order_by("-shown_at")[:20]
    if may(user, "photo.view"):
        context["photographs"] = patient.files.filter(kind="photograph").order_by("-stored_at")
        context["photo_consent"] = photo_consent(patient)
    if may(user, "patient.merge"):
        context["colleagues"] = User.objects.filter(is_active=True).order_by("full_name")
    status = 422 if faults else 200
    return render(request, "clinic/patients/record.html", context | forms, status=status)


def _clinical(patient: Patient) -> dict[str, Any]:
    catalogue = clinic_catalogue()
    today = timezone.localdate()
    return {
        "facts_form": FactsForm(
            initial={
                "sex": patient.sex,
                "phototype": patient.phototype,
                "pregnant": _yes_no(patient.pregnant),
                "breastfeeding": _yes_no(patient.breastfeeding),
            }
        ),
        "lists": [
            _list(patient, "allergies", _("Allergies"), AllergyForm()),
            _list(patient, "conditions", _("Conditions"), ConditionForm(catalogue=catalogue)),
            _list(patient, "medicines", _("Medicines taken"), WrittenForm()),
            _list(patient, "earlier", _("Treatments elsewhere"), EarlierForm()),
            _list(patient, "weights", _("Weight"), WeightForm(initial={"measured_on": today})),
        ],
        "course_form": CourseForm(catalogue=catalogue),
        "photo_form": PhotoForm(),
        "merge_form": MergeForm(),
        "intakes": patient.intakes.order_by("-signed_at")[:10],
    }


def _yes_no(value: bool | None) -> str:  # noqa: FBT001
    return {True: "yes", False: "no", None: ""}[value]


def _list(patient: Patient, kind: str, title: str, form: Form) -> dict[str, Any]:
    rows = getattr(patient, kind).select_related("noted_by", "struck_by").order_by("-pk")
    asked = "history" if kind == "earlier" else kind
    for prefix, field in form.fields.items():
        field.widget.attrs["id"] = f"id_{kind}_{prefix}"
    return {
        "kind": kind,
        "title": title,
        "form": form,
        "rows": rows,
        "asked": asked if asked in entries.ASKED else "",
        "asked_on": getattr(patient, f"{asked}_asked_on", None),
        "standing": any(row.struck_at is None for row in rows),
        "matches": kind in entries.MATCHES,
    }


_FORMS: dict[str, type[Form]] = {
    "allergies": AllergyForm,
    "medicines": WrittenForm,
    "earlier": EarlierForm,
    "weights": WeightForm,
}


@require_POST
@needs("patient.clinical")
def entry_add(request: ClinicRequest, pk: uuid.UUID, kind: str) -> HttpResponse:
    """Note an entry, or that there is none."""
    patient = _open(request, pk, "patient.opened")
    now = timezone.now()
    try:
        if request.POST.get("act") == "asked-none":
            entries.asked_none(patient, kind, by=request.user, now=now)
            return redirect("patient", patient.pk)
        if kind == "conditions":
            form: Form = ConditionForm(request.POST, catalogue=clinic_catalogue())
        elif kind in _FORMS:
            form = _FORMS[kind](request.POST)
        else:
            raise Http404
        if not form.is_valid():
            raise InputError(
                [Fault(k, " ".join(map(str, e)), _("correct it")) for k, e in form.errors.items()]
            )
        entries.note(patient, kind, form.cleaned_data, by=request.user, now=now)
    except InputError as error:
        return _record(request, patient, error.faults)
    return redirect("patient", patient.pk)


@require_POST
@needs("patient.clinical")
def entry_strike(request: ClinicRequest, pk: uuid.UUID, kind: str, entry: int) -> HttpResponse:
    """Strike an entry out."""
    patient = _open(request, pk, "patient.opened")
    if kind not in entries.MODELS:
        raise Http404
    row = get_object_or_404(entries.MODELS[kind], pk=entry, patient=patient)
    reason = request.POST.get("reason", "")
    try:
        entries.strike(row, kind, reason, by=request.user, now=timezone.now())
    except InputError as error:
        return _record(request, patient, error.faults)
    return redirect("patient", patient.pk)


@require_POST
@needs("patient.clinical")
def facts(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Sex, phototype, pregnancy, breastfeeding."""
    patient = _open(request, pk, "patient.opened")
    form = FactsForm(request.POST)
    if not form.is_valid():
        faults = [Fault(k, " ".join(map(str, e)), _("correct it")) for k, e in form.errors.items()]
        return _record(request, patient, tuple(faults))
    entries.set_facts(patient, form.values(), by=request.user, now=timezone.now())
    return redirect("patient", patient.pk)


@require_POST
@needs("plan.write")
def course_new(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Open a course."""
    patient = _open(request, pk, "patient.opened")
    form = CourseForm(request.POST, catalogue=clinic_catalogue())
    if not form.is_valid():
        faults = [Fault(k, " ".join(map(str, e)), _("correct it")) for k, e in form.errors.items()]
        return _record(request, patient, tuple(faults))
    courses.open_course(patient, by=request.user, now=timezone.now(), **form.cleaned_data)
    return redirect("patient", patient.pk)


@require_POST
@needs("plan.write")
def course_close(request: ClinicRequest, pk: uuid.UUID, course_id: uuid.UUID) -> HttpResponse:
    """Close a course."""
    patient = _open(request, pk, "patient.opened")
    course = get_object_or_404(Course, pk=course_id, patient=patient)
    try:
        courses.close_course(course, by=request.user, now=timezone.now())
    except InputError as error:
        return _record(request, patient, error.faults)
    return redirect("patient", patient.pk)


@require_POST
@needs("photo.add")
def photo_add(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Keep a photograph."""
    patient = _open(request, pk, "patient.opened")
    form = PhotoForm(request.POST, request.FILES)
    if not form.is_valid():
        faults = [Fault(k, " ".join(map(str, e)), _("correct it")) for k, e in form.errors.items()]
        return _record(request, patient, tuple(faults))
    upload = form.cleaned_data["photo"]
    course_id = form.cleaned_data["course"]
    course = get_object_or_404(Course, pk=course_id, patient=patient) if course_id else None
    try:
        photos.add_photograph(
            patient,
            upload.read(),
            name=upload.name or "photo",
            view=form.cleaned_data["view"],
            course=course,
            by=request.user,
            now=timezone.now(),
        )
    except InputError as error:
        return _record(request, patient, error.faults)
    return redirect("patient", patient.pk)


@needs("photo.view")
def photo(request: ClinicRequest, pk: uuid.UUID, file_id: uuid.UUID) -> HttpResponse:
    """A photograph; each look at it stands in the log."""
    patient = _open(request, pk, "photograph.viewed")
    stored = get_object_or_404(StoredFile, pk=file_id, patient=patient, kind="photograph")
    media = stored.media_type if stored.media_type in ("image/jpeg", "image/png") else "image/jpeg"
    response = HttpResponse(content_of(stored), content_type=media)
    response["Content-Disposition"] = 'inline; filename="photograph.jpg"'
    return response


@require_POST
@needs("patient.merge")
def merge(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Join another record of the same person to this one."""
    patient = _open(request, pk, "patient.opened")
    form = MergeForm(request.POST)
    if not form.is_valid():
        faults = [Fault(k, " ".join(map(str, e)), _("correct it")) for k, e in form.errors.items()]
        return _record(request, patient, tuple(faults))
    number = form.cleaned_data["record_number"]
    gone = Patient.objects.filter(record_number=number).first()
    if gone is None:
        wrong, right = _("there is no such record"), _("write the number on its banner")
        return _record(request, patient, (Fault("record_number", wrong, right),))
    gone = _open(request, gone.pk, "patient.opened")
    try:
        identity.merge(gone, patient, by=request.user, now=timezone.now())
    except InputError as error:
        return _record(request, patient, error.faults)
    messages.success(request, _("Joined."))
    return redirect("patient", patient.pk)


@require_POST
@needs("patient.merge")
def restriction(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Restrict a record to named colleagues, or open it again."""
    patient = _open(request, pk, "patient.opened")
    restricted = request.POST.get("act") == "restrict"
    chosen = User.objects.filter(public_id__in=_uuids(request.POST.getlist("open_to")))
    restrict(patient, restricted, list(chosen), by=request.user, now=timezone.now())
    return redirect("patient", patient.pk)


def _uuids(texts: list[str]) -> list[uuid.UUID]:
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            raise Http404 from None
    return found
