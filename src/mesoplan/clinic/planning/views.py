"""Pages of plans: made from a form or a case file, read, answered, approved, compared."""

import tomllib
import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mesoplan.clinic.consent.standing import standing_consent
from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.patients.access import open_record
from mesoplan.clinic.patients.models import Course, StoredFile
from mesoplan.clinic.patients.storage import content_of, store
from mesoplan.clinic.planning import compare, life
from mesoplan.clinic.planning.case_table import FILES
from mesoplan.clinic.planning.findings import answered, in_the_way
from mesoplan.clinic.planning.forms import (
    Anaesthetics,
    Areas,
    CaseFileForm,
    Contents,
    PlanForm,
    initial_of,
    table_of,
)
from mesoplan.clinic.planning.make import make_plan
from mesoplan.clinic.planning.models import PlanVersion
from mesoplan.clinic.rights import ClinicRequest, needs
from mesoplan.clinic.serve.today_sheets import write_today
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.photo import photo_of

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

_LARGEST_CASE_BYTES = 1_000_000
_SANDBOX = (
    "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src"
    " 'unsafe-inline'; img-src data: blob:"
)
"""For the face that turns: one file with its own script, shut off from the clinic's pages."""


def _course(request: ClinicRequest, pk: uuid.UUID, action: str) -> Course:
    course = get_object_or_404(Course.objects.select_related("patient"), pk=pk)
    course.patient = open_record(request.user, course.patient_id, action, timezone.now())
    return course


def _plan(request: ClinicRequest, pk: uuid.UUID, action: str = "plan.read") -> PlanVersion:
    plan = get_object_or_404(PlanVersion.objects.select_related("course"), pk=pk)
    plan.patient = open_record(request.user, plan.patient_id, action, timezone.now())
    return plan


@needs("plan.write")
def plan_new(request: ClinicRequest, course_id: uuid.UUID) -> HttpResponse:
    """A new plan for a course, by form."""
    return _by_form(request, _course(request, course_id, "plan.form"), None)


@needs("plan.write")
def plan_change(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """A new version of a plan, by form; what only a file can state is changed by file."""
    plan = _plan(request, pk)
    try:
        initial_of(plan.case)
    except ValueError as error:
        messages.warning(
            request, _("This plan holds %(what)s: change it by case file.") % {"what": error}
        )
        return redirect("plan-case-file-change", pk=plan.pk)
    course = plan.course
    course.patient = plan.patient
    return _by_form(request, course, plan)


def _by_form(request: ClinicRequest, course: Course, changes: PlanVersion | None) -> HttpResponse:
    catalogue = clinic_catalogue()
    start: dict[str, Any] = initial_of(changes.case) if changes else {}
    first = {"session_date": timezone.localdate(), "country": settings.CLINIC_COUNTRY}
    data = request.POST if request.method == "POST" else None
    plan = PlanForm(
        data,
        initial=start.get("plan", first),
        catalogue=catalogue,
        indication=course.indication,
    )
    kinds = {"catalogue": catalogue}
    areas = Areas(data, initial=start.get("areas"), prefix="areas", form_kwargs=kinds)
    contents = Contents(data, initial=start.get("contents"), prefix="contents", form_kwargs=kinds)
    drugs = Anaesthetics(data, initial=start.get("anaesthetics"), prefix="anaesthetics")
    faults: tuple[Fault, ...] = ()
    if data is not None and all(form.is_valid() for form in (plan, areas, contents, drugs)):
        table = table_of(
            plan, areas, contents, drugs, indication=course.indication, intent=course.intent
        )
        try:
            made = make_plan(course, table, by=request.user, now=timezone.now(), changes=changes)
        except InputError as error:
            faults = error.faults
        else:
            return redirect("plan", pk=made.pk)
    return render(
        request,
        "clinic/planning/form.html",
        {
            "patient": course.patient,
            "course": course,
            "changes": changes,
            "form": plan,
            "areas": areas,
            "contents": contents,
            "anaesthetics": drugs,
            "faults": faults,
            "indication": catalogue.indications[course.indication],
        },
        status=422 if data is not None else 200,
    )


@needs("plan.write")
def plan_case_file(request: ClinicRequest, course_id: uuid.UUID) -> HttpResponse:
    """A new plan for a course, from a case file."""
    return _by_file(request, _course(request, course_id, "plan.form"), None)


@needs("plan.write")
def plan_case_file_change(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """A new version of a plan, from a case file."""
    plan = _plan(request, pk)
    course = plan.course
    course.patient = plan.patient
    return _by_file(request, course, plan)


def _by_file(request: ClinicRequest, course: Course, changes: PlanVersion | None) -> HttpResponse:
    posted = request.method == "POST"
    form = CaseFileForm(request.POST, request.FILES) if posted else CaseFileForm()
    faults: tuple[Fault, ...] = ()
    if posted and form.is_valid():
        try:
            table = _table(form.cleaned_data["case"])
            files = {
                name: upload
                for name in ("photo", "landmarks")
                if (upload := form.cleaned_data[name]) is not None
            }
            table[FILES] = _keep_files(request, course, files)
            made = make_plan(course, table, by=request.user, now=timezone.now(), changes=changes)
        except InputError as error:
            faults = error.faults
        else:
            return redirect("plan", pk=made.pk)
    return render(
        request,
        "clinic/planning/case_file.html",
        {
            "patient": course.patient,
            "course": course,
            "changes": changes,
            "form": form,
            "faults": faults,
        },
        status=422 if posted else 200,
    )


def _table(upload: "UploadedFile[Any]") -> dict[str, Any]:
    right = "choose a case file in TOML, UTF-8"
    if upload.size is None or upload.size > _LARGEST_CASE_BYTES:
        raise InputError([Fault("case", "is larger than a case file", right)])
    try:
        return tomllib.loads(upload.read().decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError([Fault("case", f"cannot be read ({error})", right)]) from None


def _keep_files(
    request: ClinicRequest, course: Course, files: "dict[str, UploadedFile[Any]]"
) -> dict[str, str]:
    kept = {}
    for key, upload in files.items():
        name = (upload.name or key).replace("\\", "/").rpartition("/")[2]
        content = upload.read()
        if key == "photo":
            photo_of(content, name, key)
        stored = store(
            content,
            kind="photograph" if key == "photo" else "landmarks",
            media_type="image/*" if key == "photo" else "application/json",
            now=timezone.now(),
            by=request.user,
            patient=course.patient,
            visit=str(course.pk),
            view=name,
        )
        kept[name] = str(stored.pk)
    return kept


@needs("plan.read")
def plan_page(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """A plan with its findings and what stands between it and its approval."""
    return _page(request, _plan(request, pk), ())


def _page(
    request: ClinicRequest, plan: PlanVersion, faults: tuple[Fault, ...], status: int = 200
) -> HttpResponse:
    catalogue = clinic_catalogue()
    others = PlanVersion.objects.filter(patient=plan.patient, number=plan.number)
    stored = StoredFile.objects.filter(patient=plan.patient, visit=str(plan.pk))
    is_open = plan.state in life.OPEN
    return render(
        request,
        "clinic/planning/plan.html",
        {
            "patient": plan.patient,
            "plan": plan,
            "document": plan.document,
            "indication": catalogue.indications[plan.course.indication].name,
            "findings": answered(plan),
            "in_the_way": in_the_way(plan) if is_open else (),
            "is_open": is_open,
            "versions": others.exclude(pk=plan.pk),
            "pictures": [f.view for f in stored.filter(kind="plan")],
            "faults": faults,
            "consent": standing_consent(plan),
            "deliveries": plan.deliveries.order_by("started_at"),
            "point_rows": _point_rows(plan.document),
        },
        status=status,
    )


def _point_rows(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The table of points that equals the map."""
    areas = document["case"]["areas"]
    return [
        point
        | {
            "where": areas[point["area"]].get("region") or areas[point["area"]]["site"],
            "side": areas[point["area"]].get("side") or "",
            "syringe_number": point["syringe"] + 1,
        }
        for point in document["points"]
    ]


@require_POST
@needs("plan.approve")
def plan_answer(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Answer one finding; there is no way to answer several at once."""
    plan = _plan(request, pk, "plan.opened")
    key = request.POST.get("finding", "")
    try:
        if request.POST.get("act") == "take-back":
            life.take_back(plan, key, by=request.user, now=timezone.now())
        else:
            life.answer(
                plan,
                key,
                request.POST.get("text", ""),
                override=request.POST.get("act") == "override",
                by=request.user,
                now=timezone.now(),
            )
    except InputError as error:
        return _page(request, plan, error.faults, 422)
    return redirect("plan", pk=plan.pk)


@require_POST
@needs("plan.approve")
def plan_approve(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Approve a plan whose findings are all answered."""
    plan = _plan(request, pk, "plan.opened")
    now = timezone.now()
    try:
        life.approve(plan, by=request.user, now=now, today=timezone.localdate(now))
    except InputError as error:
        return _page(request, plan, error.faults, 422)
    write_today(now)
    messages.success(request, _("Approved. The sheet is ready."))
    return redirect("plan", pk=plan.pk)


@require_POST
@needs("plan.approve")
def plan_end(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Reject or close a plan."""
    plan = _plan(request, pk, "plan.opened")
    state, reason = request.POST.get("state", ""), request.POST.get("reason", "")
    try:
        life.end(plan, state, reason, by=request.user, now=timezone.now())
    except InputError as error:
        return _page(request, plan, error.faults, 422)
    return redirect("plan", pk=plan.pk)


@needs("plan.read")
def plan_compare(request: ClinicRequest, pk: uuid.UUID, other: uuid.UUID) -> HttpResponse:
    """What differs between two versions of the same plan."""
    after = _plan(request, pk)
    before = get_object_or_404(PlanVersion, pk=other, patient=after.patient, number=after.number)
    return render(
        request,
        "clinic/planning/compare.html",
        {
            "patient": after.patient,
            "before": before,
            "after": after,
            "differences": compare.differences(before.document, after.document),
        },
    )


@needs("plan.read")
def plan_file(request: ClinicRequest, pk: uuid.UUID, name: str) -> HttpResponse:
    """A picture or a PDF of a plan; of an approved one, as it was approved."""
    plan = _plan(request, pk, f"plan.file.{name.replace('.', '-')[:30]}")
    if name == "sheet.pdf" and plan.sheet is not None:
        stored: StoredFile | None = plan.sheet
    else:
        files = StoredFile.objects.filter(patient=plan.patient, visit=str(plan.pk), view=name)
        stored = files.filter(kind="approved").first() or files.filter(kind="plan").first()
    if stored is None:
        raise Http404
    response = HttpResponse(content_of(stored), content_type=stored.media_type)
    response["Content-Disposition"] = f'inline; filename="{name}"'
    if name.endswith(".html"):
        response["Content-Security-Policy"] = _SANDBOX
    elif name.endswith(".svg"):
        response["Content-Security-Policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        )
    return response
