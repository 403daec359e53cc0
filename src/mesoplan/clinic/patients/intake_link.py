"""A one-time link to the questionnaire, for the patient's own telephone or tablet."""

import datetime as dt
import hashlib
import secrets

from django.urls import reverse

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.patients.models import Intake, IntakeLink, Patient
from mesoplan.clinic.patients.revise import refuse_joined
from mesoplan.clinic.people.models import User
from mesoplan.core.errors import Fault, InputError

HOLDS_FOR = dt.timedelta(hours=48)
WRONG_AT_MOST = 5
"""Wrong birth dates; then the link is void: it may have come into other hands."""


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def make_link(patient: Patient, *, by: User, now: dt.datetime) -> str:
    """The path of a new link; the patient's earlier links end. It is shown once, kept as a hash.

    Raises
    ------
    InputError
        If the record was joined to another.
    """
    token = secrets.token_urlsafe(32)
    with audited(by, "intake.link-made", now=now, patient=patient) as note:
        refuse_joined(Patient.objects.select_for_update().get(pk=patient.pk))
        IntakeLink.objects.filter(patient=patient, used_at=None, expires_at__gt=now).update(
            expires_at=now
        )
        made = IntakeLink.objects.create(
            patient=patient,
            token_hash=_hash(token),
            made_at=now,
            made_by=by,
            expires_at=now + HOLDS_FOR,
        )
        note["link"] = made.pk
    return reverse("intake-link", args=[token])


def standing(token: str, now: dt.datetime) -> IntakeLink | None:
    """The link of a token that can still be used; ``None`` tells nobody why."""
    links = IntakeLink.objects.filter(token_hash=_hash(token), used_at=None, expires_at__gt=now)
    return links.select_related("patient").first()


def is_born_on(link: IntakeLink, day: dt.date, *, now: dt.datetime) -> bool:
    """Whether the birth date is right; each wrong one counts, too many end the link."""
    if link.patient.birth_date == day:
        return True
    with audited(None, "intake.link-wrong", now=now, patient=link.patient) as note:
        row = IntakeLink.objects.select_for_update().get(pk=link.pk)
        row.wrong_tries += 1
        if row.wrong_tries >= WRONG_AT_MOST:
            row.used_at = now
        row.save(update_fields=["wrong_tries", "used_at"])
        note |= {"link": row.pk, "tries": row.wrong_tries}
    return False


def use(link: IntakeLink, made: Intake, *, now: dt.datetime) -> None:
    """End a link by the questionnaire that came of it. Within the transaction that signs it.

    Raises
    ------
    InputError
        If it was used or ended meanwhile; nothing is kept then.
    """
    row = IntakeLink.objects.select_for_update().get(pk=link.pk)
    if row.used_at is not None or row.expires_at <= now or row.patient_id != made.patient_id:
        right = "ask the clinic for another"
        raise InputError([Fault("link", "was used already, or has ended", right)])
    row.used_at = now
    row.save(update_fields=["used_at"])
