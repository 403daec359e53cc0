"""Making a plan: the library plans, its document and pictures go into the record."""

import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db.models import Max

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.patients.models import Course, Patient
from mesoplan.clinic.patients.storage import store
from mesoplan.clinic.people.models import User
from mesoplan.clinic.planning.case_table import FILES, from_json, lay_files, to_json, with_patient
from mesoplan.clinic.planning.models import PlanVersion
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.hashing import content_hash
from mesoplan.model.case import Case
from mesoplan.model.plan import Plan
from mesoplan.report.write import render
from mesoplan.workflow import calls

PICTURES = {
    "map.svg": "image/svg+xml",
    "exposure.svg": "image/svg+xml",
    "photograph.svg": "image/svg+xml",
    "face.html": "text/html",
    "sheet.pdf": "application/pdf",
    "patient.pdf": "application/pdf",
}
"""Files of a plan that the record keeps, with their media types."""


def plan_of(values: Mapping[str, Any], patient: Patient, name: str) -> Plan:
    """Plan a stored case table with the clinic's catalogue.

    Raises
    ------
    InputError
        With every fault of the case.
    """
    with case_in_folder(values, patient, name) as case:
        return calls.plan(case, clinic_catalogue())


@contextmanager
def case_in_folder(values: Mapping[str, Any], patient: Patient, name: str) -> Iterator[Case]:
    """The case of a stored table, with its photographs in a folder of their own meanwhile."""
    table = {key: value for key, value in values.items() if key != FILES}
    with tempfile.TemporaryDirectory(prefix="mesoplan-") as made:
        folder = Path(made)
        lay_files(values.get(FILES, {}), folder, patient)
        yield calls.case_from(from_json(table), name, clinic_catalogue(), folder)


def make_plan(
    course: Course,
    values: Mapping[str, Any],
    *,
    by: User,
    now: dt.datetime,
    changes: PlanVersion | None = None,
) -> PlanVersion:
    """Plan a case for a course and keep it as a draft.

    Parameters
    ----------
    course : Course
        Its indication and intent must be those of the case.
    values : mapping
        The case as a table, without its patient; ``files`` names photographs of the record.
    by, now
        Who and when.
    changes : PlanVersion, optional
        The version that this one changes: the new one has the same number.

    Raises
    ------
    InputError
        With every fault of the case; nothing is kept then.
    """
    patient = course.patient
    day = _day(values)
    stated = dict(values.get("treatment", {}))
    faults = [
        Fault(f"treatment.{key}", f"{stated.get(key)} is not the course's {ours}", "open a course")
        for key, ours in (("indication", course.indication), ("intent", course.intent))
        if stated.get(key) != ours
    ]
    if course.closed_at is not None:
        faults.append(Fault("course", "is closed", "open a new course"))
    if faults:
        raise InputError(faults)
    stored = to_json(with_patient(values, patient, day))
    made = plan_of(stored, patient, f"{patient.record_number}-{day}")
    document = made.document()
    number, version = _next(patient, changes)
    files = render(made, clinic_catalogue())
    with audited(by, "plan.made", now=now, patient=patient) as details:
        kept = PlanVersion.objects.create(
            patient=patient,
            course=course,
            number=number,
            version=version,
            state=PlanVersion.State.DRAFT,
            case=stored,
            document=document,
            document_hash=content_hash(document),
            patient_revision=patient.revision,
            session_date=day,
            made_at=now,
            made_by=by,
        )
        keep_pictures(kept, files, by=by, now=now)
        details |= {"plan": str(kept.pk), "hash": kept.document_hash, "status": made.status}
    return kept


def keep_pictures(
    plan: PlanVersion, files: Mapping[str, bytes], *, by: User, now: dt.datetime
) -> None:
    """Keep a plan's pictures and PDFs, encrypted. Within the caller's transaction."""
    for name, media_type in PICTURES.items():
        if name in files:
            store(
                files[name],
                kind="plan",
                media_type=media_type,
                now=now,
                by=by,
                patient=plan.patient,
                visit=str(plan.pk),
                view=name,
            )


def _day(values: Mapping[str, Any]) -> dt.date:
    day = dict(values.get("treatment", {})).get("date")
    if not isinstance(day, dt.date):
        raise InputError([Fault("treatment.date", "is missing", "give the day of the session")])
    return day


def _next(patient: Patient, changes: PlanVersion | None) -> tuple[int, int]:
    if changes is not None:
        own = PlanVersion.objects.filter(patient=patient, number=changes.number)
        return changes.number, 1 + (own.aggregate(last=Max("version"))["last"] or 0)
    last = PlanVersion.objects.filter(patient=patient).aggregate(last=Max("number"))["last"]
    return 1 + (last or 0), 1
