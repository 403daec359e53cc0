"""The page of a record: what each role may see of it, and what was refused just now."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from mesoplan.clinic.consent.standing import photo_consent
from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.patients import entries
from mesoplan.clinic.patients.forms import (
    VIEW_NAMES,
    AllergyForm,
    ConditionForm,
    CourseForm,
    EarlierForm,
    FactsForm,
    MergeForm,
    PhotoForm,
    WeightForm,
    WrittenForm,
)
from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.people.models import User
from mesoplan.clinic.rights import ClinicRequest, may
from mesoplan.core.errors import Fault

_LATEST = 20


def record_page(
    request: ClinicRequest,
    patient: Patient,
    faults: tuple[Fault, ...] = (),
    bound: Mapping[str, Form] | None = None,
    **more: Any,
) -> HttpResponse:
    """The record; ``bound`` holds forms that were refused, by list or name, as they were typed."""
    user, refused = request.user, bound or {}
    context: dict[str, Any] = {"patient": patient, "faults": faults, "refused": refused}
    if may(user, "patient.clinical"):
        context |= _clinical(patient, refused)
    else:
        context["allergies_only"] = patient.allergies.order_by("-pk")
    if may(user, "plan.read"):
        context |= _treatment(patient)
    if may(user, "plan.write"):
        context["course_form"] = refused.get("course") or CourseForm(catalogue=clinic_catalogue())
    if may(user, "photo.view"):
        names = dict(VIEW_NAMES)
        context["photographs"] = [
            (file, names.get(file.view, file.view))
            for file in patient.files.filter(kind="photograph").order_by("-stored_at")
        ]
        context["photo_consent"] = photo_consent(patient)
    if may(user, "photo.add"):
        context["photo_form"] = refused.get("photo") or PhotoForm(patient=patient)
    if may(user, "patient.merge"):
        named = {one.pk for one in patient.open_to.all()} if patient.restricted else set()
        context["colleagues"] = [
            (one, one.pk in named)
            for one in User.objects.filter(is_active=True).order_by("full_name")
            if one.pk != user.pk and may(one, "patient.read")
        ]
        context["merge_form"] = refused.get("merge") or MergeForm()
    status = 422 if faults else 200
    return render(request, "clinic/patients/record.html", context | more, status=status)


def faults_of(form: Form) -> tuple[Fault, ...]:
    """What Django found wrong in a form, as faults."""
    return tuple(
        Fault(key, " ".join(map(str, errors)), _("correct it"))
        for key, errors in form.errors.items()
    )


def entry_form(kind: str, *args: Any, **kwargs: Any) -> Form | None:
    """The form of a list's entries; ``None`` where there is no such list."""
    if kind == "conditions":
        return ConditionForm(*args, catalogue=clinic_catalogue(), **kwargs)
    forms: dict[str, type[Form]] = {
        "allergies": AllergyForm,
        "medicines": WrittenForm,
        "earlier": EarlierForm,
        "weights": WeightForm,
    }
    return forms[kind](*args, **kwargs) if kind in forms else None


def _clinical(patient: Patient, refused: Mapping[str, Form]) -> dict[str, Any]:
    start = {
        "sex": patient.sex,
        "phototype": patient.phototype,
        "pregnant": _yes_no(patient.pregnant),
        "breastfeeding": _yes_no(patient.breastfeeding),
    }
    titles = {
        "allergies": _("Allergies"),
        "conditions": _("Conditions"),
        "medicines": _("Medicines taken"),
        "earlier": _("Treatments elsewhere"),
        "weights": _("Weight"),
    }
    return {
        "facts_form": refused.get("facts") or FactsForm(initial=start),
        "lists": [_list(patient, kind, title, refused.get(kind)) for kind, title in titles.items()],
        "intakes": patient.intakes.order_by("-signed_at")[:_LATEST],
    }


def _treatment(patient: Patient) -> dict[str, Any]:
    catalogue = clinic_catalogue()
    courses = patient.courses.prefetch_related("plans").order_by("-opened_at")
    return {
        "courses": [
            (course, named.name if (named := catalogue.indications.get(course.indication)) else "")
            for course in courses
        ],
        "deliveries": patient.deliveries.order_by("-given_on", "-started_at")[:_LATEST],
        "consents": patient.consents.select_related("text").order_by("-shown_at")[:_LATEST],
    }


def _yes_no(value: bool | None) -> str:  # noqa: FBT001
    return {True: "yes", False: "no", None: ""}[value]


def _list(patient: Patient, kind: str, title: str, refused: Form | None) -> dict[str, Any]:
    rows = list(getattr(patient, kind).select_related("noted_by", "struck_by").order_by("-pk"))
    form = refused or entry_form(kind, initial={"measured_on": timezone.localdate()})
    asked = entries.asked_name(kind)
    asked_on: dt.date | None = getattr(patient, f"{asked}_asked_on", None)
    if form is not None:
        _dress(form, kind)
    return {
        "kind": kind,
        "title": title,
        "form": form,
        "is_open": refused is not None,
        "rows": [(row, _known_as(kind, row)) for row in rows],
        "asked": asked,
        "asked_on": asked_on,
        "standing": any(row.struck_at is None for row in rows),
    }


def _known_as(kind: str, row: Any) -> str | None:
    """The id that the rules know an entry by; empty: not matched; ``None``: nothing to match."""
    if kind == "weights":
        return None
    return entries.match(kind, row.substance) if kind == "earlier" else row.matched


def _dress(form: Form, kind: str) -> None:
    """Ids of their own on a page with several forms, and the match shown while typing."""
    for name, field in form.fields.items():
        field.widget.attrs["id"] = f"id_{kind}_{name}"
        if name in ("written", "substance", "amount"):
            field.widget.attrs |= {
                "hx-get": reverse("entry-match", args=[kind]),
                "hx-trigger": "input changed delay:300ms",
                "hx-target": f"#match-{kind}",
                "aria-describedby": f"match-{kind}",
                "autocomplete": "off",
            }
        if name in ("substance", "amount"):
            field.widget.attrs["hx-include"] = f"#id_{kind}_substance, #id_{kind}_amount"
