"""Plans of the record and the answers to their findings."""

import uuid

from django.db import models

from mesoplan.clinic.patients.models import Course, Patient, StoredFile
from mesoplan.clinic.people.models import User


class PlanVersion(models.Model):
    """One version of a plan. Draft → screened → approved → delivered → closed.

    An approved version is never changed: a change makes a new version, which supersedes it at
    its own approval. ``case`` is the case as a file would state it, ``document`` the plan.
    """

    class State(models.TextChoices):
        """Where a version stands in its life."""

        DRAFT = "draft"
        SCREENED = "screened"
        APPROVED = "approved"
        DELIVERED = "delivered"
        CLOSED = "closed"
        SUPERSEDED = "superseded"
        REJECTED = "rejected"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="plans")
    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="plans")
    number = models.PositiveIntegerField()
    """Of the plan within its patient; versions of one plan share it."""
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    case = models.JSONField()
    document = models.JSONField()
    document_hash = models.CharField(max_length=71)
    patient_revision = models.PositiveIntegerField()
    session_date = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    approval_hash = models.CharField(max_length=71, blank=True, default="")
    """Over the document and every answer: what was approved, exactly."""
    closed_reason = models.CharField(max_length=300, blank=True, default="")
    sheet = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        unique_together = (("patient", "number", "version"),)
        ordering = ("-number", "-version")


class Answer(models.Model):
    """A clinician's written answer to one finding, or an override of one that allows it.

    It holds for a finding of exactly these words; a finding that says something else needs
    an answer of its own.
    """

    plan = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="answers")
    finding = models.CharField(max_length=71)
    """Hash of the finding's rule, severity, subjects and message."""
    rule = models.CharField(max_length=80)
    message = models.TextField()
    is_override = models.BooleanField(default=False)
    text = models.TextField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at_delivery = models.BooleanField(default=False)

    class Meta:
        unique_together = (("plan", "finding", "at_delivery"),)
