"""What tests of plans and sessions share: a patient asked everything, a course, a case table."""

import copy
import datetime as dt
from typing import Any

from clinic.conftest import NOW
from mesoplan.clinic.models import Course, Patient, User, Weight

TODAY = dt.date(2026, 11, 25)

TABLE: dict[str, Any] = {
    "format": "mesoplan/case",
    "version": 1,
    "treatment": {
        "indication": "facial-rejuvenation",
        "intent": "treat",
        "date": TODAY,
        "country": "FR",
    },
    "today": {"anaesthetics": [], "caffeine_mg": 0},
    "areas": [
        {"site": "cheek", "side": "left", "rectangle_mm": [60, 50]},
        {"site": "cheek", "side": "right", "rectangle_mm": [45, 30]},
    ],
}
"""The default protocol on both cheeks; the areas differ on purpose."""


def table(**changes: Any) -> dict[str, Any]:
    """The case table with parts replaced."""
    return copy.deepcopy(TABLE) | changes


def asked(patient: Patient) -> Patient:
    """The patient as a healthy adult who was asked everything."""
    patient.sex = "female"
    patient.phototype = 3
    patient.pregnant = patient.breastfeeding = False
    for name in ("pregnancy", "allergies", "conditions", "medicines", "history"):
        setattr(patient, f"{name}_asked_on", TODAY)
    patient.save()
    Weight.objects.create(patient=patient, weight_kg="62.0", measured_on=TODAY, noted_at=NOW)
    return patient


def course_of(patient: Patient, by: User, **changes: Any) -> Course:
    """An open course of facial rejuvenation."""
    values = {"indication": "facial-rejuvenation", "intent": "treat"} | changes
    return Course.objects.create(patient=patient, opened_at=NOW, opened_by=by, **values)
