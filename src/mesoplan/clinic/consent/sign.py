"""Consents: shown, signed, withdrawn. What is filed is made in ``document``."""

import base64
import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from mesoplan.catalogue import Catalogue
from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.consent.content import treatment_parts
from mesoplan.clinic.consent.document import consent_pdf, filed, moment, typesetter
from mesoplan.clinic.consent.drawn import drawn_size
from mesoplan.clinic.consent.models import Consent
from mesoplan.clinic.consent.said import said
from mesoplan.clinic.consent.texts import current_text
from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.people.models import User
from mesoplan.clinic.planning.models import Answer, PlanVersion
from mesoplan.core.errors import Fault, InputError

OVER = ("superseded", "rejected", "closed")
"""States of a plan that nobody consents to any more."""


def show_treatment(
    plan: PlanVersion,
    catalogue: Catalogue,
    *,
    by: User,
    now: dt.datetime,
    told: Iterable[Answer] = (),
) -> Consent:
    """Show the consent to a plan: time to reflect runs from here.

    Parameters
    ----------
    plan, catalogue
        What is told, and the texts.
    by, now
        Who shows it, and when.
    told : iterable of Answer
        Overrides of this plan that the clinician chose to tell the patient.

    Raises
    ------
    InputError
        If the plan is over, or an answer is no override of it.
    """
    told = tuple(told)
    faults = []
    if plan.state in OVER:
        wrong = f"is {plan.get_state_display().lower()}"
        faults.append(Fault("plan", wrong, "show the consent to the version that stands"))
    if any(answer.plan_id != plan.pk or not answer.is_override for answer in told):
        faults.append(Fault("told", "is no override of this plan", "load the page anew"))
    if faults:
        raise InputError(faults)
    parts = treatment_parts(plan, catalogue, told)
    return _shown(plan.patient, "treatment", plan, parts, by, now)


def show_photograph(patient: Patient, *, by: User, now: dt.datetime) -> Consent:
    """Show the consent to photographs, which stands apart from any treatment."""
    return _shown(patient, "photograph", None, [], by, now)


def _shown(
    patient: Patient, kind: str, plan: PlanVersion | None, parts: list[dict[str, Any]],
    by: User, now: dt.datetime,
) -> Consent:  # fmt: skip
    text = current_text(kind, now)
    with audited(by, "consent.shown", now=now, patient=patient) as note:
        made = Consent.objects.create(
            patient=patient,
            text=text,
            plan=plan,
            content={
                "title": text.title,
                "body": [part for part in text.body.split("\n") if part.strip()],
                "parts": parts,
                "version": f"{kind} {text.version}",
                "draft": text.is_draft,
                "patient": f"{patient}, born {patient.birth_date.isoformat()}",
                "record": patient.record_number,
                "plan": f"{plan.number}.{plan.version}, {plan.document_hash}" if plan else "",
                "shown": f"{moment(now)}, {by.full_name}",
                "words": _words(),
                "typesetter": typesetter(),
            },
            shown_at=now,
            shown_by=by,
        )
        note |= {"consent": str(made.pk), "text": text.pk}
    return made


def _words() -> dict[str, str]:
    """The fixed words of the document, kept with it so that it is made again with the same."""
    return {
        "record": _("record"),
        "text": _("text"),
        "plan": _("plan"),
        "page": _("page"),
        "of": _("of"),
        "draft": _("Draft of a text, not reviewed by this clinic's lawyer."),
        "shown": _("Shown:"),
        "intended": _("For planning, record and education; the clinician decides."),
        "agree": _("I have read this, I could ask, and I agree."),
        "same_day": _("I was shown it today and do not want to wait."),
        "typed": _("Signed by typing the name; not drawn."),
        "before": _("before"),
        "not_signed": _("Not signed."),
        "name": _("Name"),
        "date": _("Date"),
        "signature": _("Signature"),
        "today": _("I was shown this today and do not want to wait:"),
    }


def sign(
    consent: Consent,
    *,
    signed_name: str,
    signature: bytes | None,
    typed: bool = False,
    same_day_wished: bool,
    by: User,
    now: dt.datetime,
) -> Consent:
    """Sign a consent; the document is filed and read back.

    Parameters
    ----------
    consent : Consent
        One that was shown.
    signed_name : str
        The name the patient writes.
    signature : bytes or None
        PNG of the drawn signature.
    typed : bool
        Whether the patient ticked that the typed name is their signature.
    same_day_wished : bool
        Whether the patient ticked that they do not want to wait.
    by, now
        Before whom, and when.

    Raises
    ------
    InputError
        If it is signed or withdrawn already, its plan is over, name or signature is missing, or
        it is the day on which it was shown and nobody ticked that the patient does not want to
        wait.
    """
    same_day = timezone.localdate(now) == timezone.localdate(consent.shown_at)
    name, faults = name_faults(consent, signed_name)
    if signature is not None:
        drawn_size(signature)
    elif not typed:
        right = "sign in the field, or tick that the typed name is the signature"
        faults.append(Fault("signature", "is missing", right))
    faults += same_day_faults(consent, same_day=same_day, wished=same_day_wished)
    if faults:
        raise InputError(faults)
    is_same_day = same_day and consent.text.kind == "treatment"
    mark = {
        "name": name,
        "at": moment(now),
        "same_day": is_same_day,
        "witness": by.full_name,
        "drawing": base64.b64encode(signature).decode() if signature else None,
    }
    content = {**consent.content, "typesetter": typesetter(), "signed": mark}
    pdf = consent_pdf(content)
    return keep(
        consent, content, pdf, "application/pdf", name=name, same_day=is_same_day, by=by, now=now
    )


def name_faults(consent: Consent, signed_name: str) -> tuple[str, list[Fault]]:
    """The name as it is kept, and what keeps this consent from being signed."""
    name, faults = said(
        signed_name, "signed_name", least=3, most=120, right="the patient writes their name"
    )
    if consent.signed_at is not None or consent.withdrawn_at is not None:
        faults.insert(0, Fault("consent", "is signed already", "show it anew"))
    if consent.plan is not None and consent.plan.state in OVER:
        wrong = f"is {consent.plan.get_state_display().lower()}"
        faults.append(Fault("plan", wrong, "show the consent to the version that stands"))
    return name, faults


def same_day_faults(consent: Consent, *, same_day: bool, wished: bool) -> list[Fault]:
    """A treatment is not consented to on the day it was shown, unless the patient wishes it."""
    if consent.text.kind != "treatment" or not same_day or wished:
        return []
    right = "sign another day, or tick that the patient does not want to wait"
    return [Fault("same_day", "it was shown today", right)]


def keep(
    consent: Consent, content: dict[str, Any], document: bytes, media_type: str,
    *, name: str, same_day: bool, by: User, now: dt.datetime,
) -> Consent:  # fmt: skip
    """File the document and mark the consent as signed, both or neither.

    Raises
    ------
    InputError
        If somebody signed it meanwhile.
    """
    with audited(by, "consent.signed", now=now, patient=consent.patient_id) as note:
        locked = Consent.objects.select_for_update().get(pk=consent.pk)
        if locked.signed_at is not None:
            raise InputError([Fault("consent", "is signed already", "load the page anew")])
        locked.content = content
        locked.signed_at, locked.signed_name, locked.same_day = now, name, same_day
        locked.document = filed(locked, document, media_type, by=by, now=now)
        locked.save()
        note |= {"consent": str(locked.pk), "sha256": locked.document.sha256}
    return locked


def withdraw(consent: Consent, reason: str, *, by: User, now: dt.datetime) -> Consent:
    """Withdraw a consent; what was signed stays on file.

    Raises
    ------
    InputError
        If it was never signed, or withdrawn before.
    """
    line, faults = said(reason, "reason", least=0, most=300, right="")
    with audited(by, "consent.withdrawn", now=now, patient=consent.patient_id) as note:
        locked = Consent.objects.select_for_update().get(pk=consent.pk)
        if locked.signed_at is None or locked.withdrawn_at is not None:
            faults.insert(0, Fault("consent", "does not stand", "there is nothing to withdraw"))
        if faults:
            raise InputError(faults)
        locked.withdrawn_at, locked.withdrawn_by = now, by
        locked.withdrawn_reason = line or _("no reason given")
        locked.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawn_reason"])
        note["consent"] = str(locked.pk)
    return locked
