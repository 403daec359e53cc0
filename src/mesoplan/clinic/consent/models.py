"""Consent: versioned texts, and what a patient signed."""

import uuid

from django.db import models

from mesoplan.clinic.patients.models import Patient, StoredFile
from mesoplan.clinic.people.models import User
from mesoplan.clinic.planning.models import PlanVersion


class ConsentText(models.Model):
    """One version of one text. A version is never changed; a change is the next version."""

    kind = models.CharField(max_length=12)
    """treatment or photograph."""
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=200)
    body = models.TextField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        unique_together = (("kind", "version"),)

    @property
    def is_draft(self) -> bool:
        """Whether it is the program's own draft, which nobody in the clinic adopted."""
        return self.made_by_id is None


class Consent(models.Model):
    """What was shown, when it was signed, the signed document, and its withdrawal."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="consents")
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(
        PlanVersion, null=True, on_delete=models.PROTECT, related_name="consents"
    )
    """The plan whose figures it names; none for photographs."""
    content = models.JSONField()
    """Everything the document was typeset from: it can be made again, byte for byte."""
    shown_at = models.DateTimeField()
    shown_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    signed_name = models.CharField(max_length=120, blank=True, default="")
    same_day = models.BooleanField(default=False)
    """Signed on the day it was shown: time to reflect was waived."""
    document = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True, default="")
    withdrawn_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    @property
    def on_paper(self) -> bool:
        """Whether it was signed on paper, and a scan is filed."""
        return "paper_sha256" in (self.content.get("signed") or {})
