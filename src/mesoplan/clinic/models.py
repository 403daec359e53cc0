"""All tables of the record; each part of the clinic keeps its own in a module of its own."""

from mesoplan.clinic.audit.models import AuditEvent
from mesoplan.clinic.backup.models import BackupRun
from mesoplan.clinic.consent.models import Consent, ConsentText
from mesoplan.clinic.delivery.models import Delivery, DeliveryStep, Draw, VialOpening
from mesoplan.clinic.formulary.models import FormularyVersion
from mesoplan.clinic.patients.models import (
    Allergy,
    BreakGlass,
    Condition,
    Course,
    EarlierTreatment,
    Intake,
    IntakeLink,
    Medicine,
    Patient,
    StoredFile,
    Weight,
)
from mesoplan.clinic.people.models import Invitation, User
from mesoplan.clinic.planning.models import Answer, PlanVersion
from mesoplan.clinic.stock.models import Lot, StockEvent

__all__ = [
    "Allergy",
    "Answer",
    "AuditEvent",
    "BackupRun",
    "BreakGlass",
    "Condition",
    "Consent",
    "ConsentText",
    "Course",
    "Delivery",
    "DeliveryStep",
    "Draw",
    "EarlierTreatment",
    "FormularyVersion",
    "Intake",
    "IntakeLink",
    "Invitation",
    "Lot",
    "Medicine",
    "Patient",
    "PlanVersion",
    "StockEvent",
    "StoredFile",
    "User",
    "VialOpening",
    "Weight",
]
