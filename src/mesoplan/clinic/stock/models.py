"""Lots and what happened to them. Stock is the sum of events; nothing stores a level."""

import uuid

from django.db import models

from mesoplan.clinic.people.models import User


class Lot(models.Model):
    """One lot of one product."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    product = models.CharField(max_length=80, db_index=True)
    """The catalogue's or a register's id; what it contains is looked up there."""
    product_name = models.CharField(max_length=200)
    gtin = models.CharField(max_length=14, blank=True, default="", db_index=True)
    lot_number = models.CharField(max_length=40, db_index=True)
    expires_on = models.DateField()
    container_ml = models.DecimalField(max_digits=9, decimal_places=3, null=True)
    single_dose = models.BooleanField(default=True)
    """A container never serves a second patient."""
    recalled_at = models.DateTimeField(null=True)
    recall_reason = models.CharField(max_length=300, blank=True, default="")
    recalled_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        unique_together = (("product", "lot_number", "expires_on"),)
        ordering = ("expires_on", "lot_number")


class StockEvent(models.Model):
    """Containers received, used, wasted, or found different at a count."""

    class Kind(models.TextChoices):
        """What happened."""

        RECEIPT = "receipt"
        USE = "use"
        WASTE = "waste"
        COUNT = "count"

    lot = models.ForeignKey(Lot, on_delete=models.PROTECT, related_name="events")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    containers = models.IntegerField()
    """Change of the number of closed containers; of a count, the difference found."""
    reason = models.CharField(max_length=300, blank=True, default="")
    delivery = models.UUIDField(null=True, db_index=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
