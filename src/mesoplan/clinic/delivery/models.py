"""A delivery: recheck, preparation, time-out, points, totals, observation, signature.

Everything is stored as it happens, so that an interrupted delivery goes on where it was.
"""

import uuid

from django.db import models

from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.people.models import User
from mesoplan.clinic.planning.models import PlanVersion
from mesoplan.clinic.stock.models import Lot


class Delivery(models.Model):
    """One session of an approved plan. ``marks`` is one document of all its points.

    ``marks`` holds, by point id, ``{"state": "given" | "skipped" | "moved" | "changed", …}``:
    moved with ``x_mm`` and ``y_mm``, changed with ``volume`` and its unit, each with a reason.
    """

    class State(models.TextChoices):
        """Where a delivery stands."""

        RECHECK = "recheck"
        PREPARATION = "preparation"
        TIME_OUT = "time-out"
        GIVING = "giving"
        OBSERVATION = "observation"
        SIGNED = "signed"
        ABANDONED = "abandoned"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="deliveries")
    plan = models.ForeignKey(PlanVersion, on_delete=models.PROTECT, related_name="deliveries")
    session = models.PositiveIntegerField()
    state = models.CharField(max_length=12, choices=State.choices, default=State.RECHECK)
    given_on = models.DateField(db_index=True)
    on_paper = models.BooleanField(default=False)
    """Entered later from paper."""
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    recheck = models.JSONField(default=dict)
    screening = models.JSONField(default=dict)
    """Findings of the screening at the start, with the case they were made from."""
    marks = models.JSONField(default=dict)
    marks_revision = models.PositiveIntegerField(default=0)
    needle_changes = models.PositiveIntegerField(default=0)
    totals = models.JSONField(default=list)
    """From what was really given; written at the signature."""
    reactions = models.JSONField(default=list)
    deviations = models.TextField(blank=True, default="")
    observation = models.JSONField(default=dict)
    signed_at = models.DateTimeField(null=True)
    signed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    content_hash = models.CharField(max_length=71, blank=True, default="")


class DeliveryStep(models.Model):
    """A step of a delivery that somebody confirmed: a line of preparation, of the time-out."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=20)
    """prepared, second-check, time-out, intradermal-test, discharge."""
    key = models.CharField(max_length=80)
    values = models.JSONField(default=dict)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        unique_together = (("delivery", "kind", "key"),)


class VialOpening(models.Model):
    """A container opened: when, until when it may be used, and for whom."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="openings")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    use_by = models.DateTimeField()
    patient = models.ForeignKey(Patient, null=True, on_delete=models.PROTECT, related_name="+")
    """The one patient of a single-dose container."""
    discarded_at = models.DateTimeField(null=True)


class Draw(models.Model):
    """A volume drawn from one opened container into one syringe of a delivery."""

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="draws")
    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="draws")
    vial = models.ForeignKey(VialOpening, on_delete=models.PROTECT, related_name="draws")
    syringe = models.PositiveSmallIntegerField()
    item = models.PositiveSmallIntegerField()
    """Index of the line of the syringe's preparation."""
    volume_ml = models.DecimalField(max_digits=9, decimal_places=4)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
