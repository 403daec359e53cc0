"""The patient's record: who, what was asked, courses, questionnaires, stored files.

Whether something was asked is kept beside the answers: ``None`` is *not asked*, as in a case
file. Rows are struck out, never deleted.
"""

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models

from mesoplan.clinic.patients.names import search_name
from mesoplan.clinic.people.models import User


class Patient(models.Model):
    """A person treated."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    record_number = models.CharField(max_length=32, unique=True)
    family_name = models.CharField(max_length=120, db_index=True)
    given_names = models.CharField(max_length=120)
    search_name = models.CharField(max_length=260, db_index=True, blank=True, default="")
    """Family and given names without accents and case."""
    birth_date = models.DateField(db_index=True)
    sex = models.CharField(max_length=6, blank=True, default="")
    """female, male, other, or empty: not asked."""
    phone = models.CharField(max_length=40, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    general_practitioner = models.CharField(max_length=200, blank=True, default="")
    phototype = models.PositiveSmallIntegerField(null=True)
    pregnant = models.BooleanField(null=True)
    breastfeeding = models.BooleanField(null=True)
    pregnancy_asked_on = models.DateField(null=True)
    allergies_asked_on = models.DateField(null=True)
    conditions_asked_on = models.DateField(null=True)
    medicines_asked_on = models.DateField(null=True)
    history_asked_on = models.DateField(null=True)
    restricted = models.BooleanField(default=False)
    """Open only to those named in ``open_to``; anybody else breaks the glass with a reason."""
    open_to = models.ManyToManyField(User, related_name="+")
    merged_into = models.ForeignKey(
        "self", null=True, on_delete=models.PROTECT, related_name="merged"
    )
    revision = models.PositiveIntegerField(default=1)
    """Rises with every change of what a plan is made from."""
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("family_name", "given_names", "birth_date")

    def __str__(self) -> str:
        return f"{self.family_name.upper()} {self.given_names}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the name for searching beside the name."""
        self.search_name = search_name(self.family_name, self.given_names)
        super().save(*args, **kwargs)

    def standing_allergies(self) -> "models.QuerySet[Allergy]":
        """Allergies that nobody struck out."""
        return self.allergies.filter(struck_at=None)


class Entry(models.Model):
    """A line of the record, with who wrote it, and who struck it out and why."""

    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    """None where the patient's own questionnaire brought it and nobody reviewed it yet."""
    struck_at = models.DateTimeField(null=True)
    struck_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    struck_reason = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        abstract = True

    if TYPE_CHECKING:
        patient: models.ForeignKey[Patient, Patient]


class Allergy(Entry):
    """An allergy as it was said, and the catalogue's id for it; empty: nobody could match it."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="allergies")
    written = models.CharField(max_length=120)
    matched = models.CharField(max_length=120, blank=True, default="")
    reaction = models.CharField(max_length=200, blank=True, default="")


class Condition(Entry):
    """A condition, and the site where it lies where that matters."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="conditions")
    written = models.CharField(max_length=120)
    matched = models.CharField(max_length=120, blank=True, default="")
    site = models.CharField(max_length=60, blank=True, default="")


class Medicine(Entry):
    """A medicine that the patient takes."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="medicines")
    written = models.CharField(max_length=120)
    matched = models.CharField(max_length=120, blank=True, default="")


class EarlierTreatment(Entry):
    """Something given elsewhere; what the clinic gave itself lies in its deliveries."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="earlier")
    substance = models.CharField(max_length=120)
    amount = models.CharField(max_length=40, blank=True, default="")
    """Quantity with its unit; empty: not known."""
    given_on = models.DateField()


class Weight(Entry):
    """A weight with its day."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="weights")
    weight_kg = models.DecimalField(max_digits=5, decimal_places=1)
    measured_on = models.DateField()


class Course(models.Model):
    """A series of sessions for one indication, with its examination and diagnosis."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="courses")
    indication = models.CharField(max_length=60)
    intent = models.CharField(max_length=10)
    diagnosis = models.TextField(blank=True, default="")
    examination = models.TextField(blank=True, default="")
    opened_at = models.DateTimeField()
    opened_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)


class Intake(models.Model):
    """A questionnaire as the patient answered and signed it; a clinician reviews it."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="intakes")
    form_version = models.CharField(max_length=20)
    answers = models.JSONField()
    answers_hash = models.CharField(max_length=71)
    signed_name = models.CharField(max_length=120)
    signed_at = models.DateTimeField()
    dysmorphic_screen = models.BooleanField(null=True)
    """Whether the body-dysmorphic screen is positive; None: not all was answered."""
    taken = models.JSONField(default=dict)
    """What a clinician did with each answer, by question and line: taken over or left out."""
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")


class IntakeLink(models.Model):
    """A one-time link to the questionnaire, kept as a hash; the birth date opens it."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="intake_links")
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField()
    wrong_tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True)
    """Signed with it, or made void by wrong birth dates."""


class BreakGlass(models.Model):
    """Somebody opened a restricted record, and said why."""

    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="+")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField()
    at = models.DateTimeField()
    until = models.DateTimeField()


class StoredFile(models.Model):
    """A photograph or document, encrypted on disk and bound to what it belongs to.

    The file under ``files/`` is AES-256-GCM with ``binding()`` as associated data: a file put
    in the place of another, or moved to another patient, cannot be opened.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    patient = models.ForeignKey(Patient, null=True, on_delete=models.PROTECT, related_name="files")
    bound_to = models.CharField(max_length=40)
    """The patient it was sealed for; after a merge the one who was joined."""
    kind = models.CharField(max_length=20)
    """photograph, sheet, patient-sheet, plan, map, consent, signature, landmarks, document."""
    visit = models.CharField(max_length=40, blank=True, default="")
    """The course, plan version or delivery it belongs to."""
    view = models.CharField(max_length=40, blank=True, default="")
    """Of a photograph: front, left, right …; of a document: its file name."""
    media_type = models.CharField(max_length=60)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    """Of the content in the clear."""
    stored_at = models.DateTimeField()
    stored_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    def binding(self) -> bytes:
        """What the content is bound to."""
        return "\n".join((str(self.id), self.bound_to, self.kind, self.visit, self.view)).encode()
