"""Backups that were made, and whether they were proved by restoring them."""

from django.db import models


class BackupRun(models.Model):
    """One backup."""

    file = models.CharField(max_length=300)
    made_at = models.DateTimeField()
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    audit_sequence = models.BigIntegerField()
    verified_at = models.DateTimeField(null=True)
    """When it was last restored into a throw-away folder with every hash and the chain right."""
