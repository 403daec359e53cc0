"""Every version of the clinic's own formulary that was ever in force."""

from django.db import models

from mesoplan.clinic.people.models import User


class FormularyVersion(models.Model):
    """A formulary file as it was put in force."""

    text = models.TextField()
    text_hash = models.CharField(max_length=71)
    put_at = models.DateTimeField()
    put_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
