"""The table of the audit log. Triggers of the database refuse to change or remove a row."""

from django.db import models


class AuditEvent(models.Model):
    """One thing that somebody did or read. No text about a patient, only ids and hashes.

    ``mac`` is an HMAC over all other fields with a key outside the database; ``previous`` is
    the ``mac`` of the row before.
    """

    sequence = models.BigIntegerField(primary_key=True)
    at = models.CharField(max_length=40)
    """ISO 8601 in UTC, as text: the chain covers exactly what is stored."""
    actor = models.CharField(max_length=40, db_index=True)
    action = models.CharField(max_length=60, db_index=True)
    patient = models.CharField(max_length=40, blank=True, default="", db_index=True)
    subject = models.CharField(max_length=80, blank=True, default="")
    details = models.TextField(default="{}")
    """Canonical JSON."""
    previous = models.CharField(max_length=64)
    mac = models.CharField(max_length=64)
