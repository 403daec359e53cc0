"""Consents: shown, signed, filed as a PDF that can be made again, withdrawn."""

import base64
import datetime as dt
import hashlib
from typing import Any

from django.utils import timezone

from mesoplan.catalogue import Catalogue
from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.consent.content import treatment_content
from mesoplan.clinic.consent.models import Consent
from mesoplan.clinic.consent.texts import current_text
from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.patients.storage import content_of, store
from mesoplan.clinic.people.models import User
from mesoplan.clinic.planning.models import PlanVersion
from mesoplan.core.errors import Fault, InputError
from mesoplan.report.typeset import typeset


def show_treatment(
    plan: PlanVersion, catalogue: Catalogue, *, by: User, now: dt.datetime
) -> Consent:
    """Show the consent to a plan: time to reflect runs from here.

    Raises
    ------
    InputError
        If the plan is over.
    """
    if plan.state in ("superseded", "rejected", "closed"):
        wrong = f"is {plan.get_state_display().lower()}"
        raise InputError([Fault("plan", wrong, "show the consent to the version that stands")])
    return _shown(plan.patient, "treatment", plan, treatment_content(plan, catalogue), by, now)


def show_photograph(patient: Patient, *, by: User, now: dt.datetime) -> Consent:
    """Show the consent to photographs, which stands apart from any treatment."""
    return _shown(patient, "photograph", None, {}, by, now)


def _shown(
    patient: Patient, kind: str, plan: PlanVersion | None, content: dict[str, Any],
    by: User, now: dt.datetime,
) -> Consent:  # fmt: skip
    text = current_text(kind, now)
    with audited(by, "consent.shown", now=now, patient=patient) as note:
        made = Consent.objects.create(
            patient=patient,
            text=text,
            plan=plan,
            content={
                **content,
                "title": text.title,
                "body": [part for part in text.body.split("\n") if part.strip()],
                "version": f"{kind} {text.version}",
                "patient": f"{patient}, born {patient.birth_date.isoformat()}",
                "record": patient.record_number,
                "plan": f"{plan.number}.{plan.version}, {plan.document_hash}" if plan else "",
            },
            shown_at=now,
            shown_by=by,
        )
        note |= {"consent": str(made.pk), "text": text.pk}
    return made


def sign(
    consent: Consent,
    *,
    signed_name: str,
    signature: bytes | None,
    same_day_wished: bool,
    by: User,
    now: dt.datetime,
) -> Consent:
    """Sign a consent; the document is filed and read back.

    Raises
    ------
    InputError
        If it is signed or withdrawn already, the name is missing, or it is the day on which it
        was shown and nobody ticked that the patient does not want to wait.
    """
    same_day = timezone.localdate(now) == timezone.localdate(consent.shown_at)
    faults = []
    if consent.signed_at is not None or consent.withdrawn_at is not None:
        faults.append(Fault("consent", "is signed already", "show it anew"))
    if len(signed_name.strip()) < 3:
        faults.append(Fault("signed_name", "is missing", "the patient writes their name"))
    if consent.text.kind == "treatment" and same_day and not same_day_wished:
        right = "sign another day, or tick that the patient does not want to wait"
        faults.append(Fault("same_day", "it was shown today", right))
    if faults:
        raise InputError(faults)
    content = consent.content | {
        "signed_name": signed_name.strip(),
        "signed_at": now.isoformat(timespec="seconds"),
        "same_day": same_day and consent.text.kind == "treatment",
        "witness": by.full_name,
        "by_name_alone": signature is None,
        "signature": base64.b64encode(signature).decode() if signature else None,
    }
    pdf = consent_pdf(content)
    with audited(by, "consent.signed", now=now, patient=consent.patient_id) as note:
        locked = Consent.objects.select_for_update().get(pk=consent.pk)
        if locked.signed_at is not None:
            raise InputError([Fault("consent", "is signed already", "load the page anew")])
        locked.content = content
        locked.signed_at, locked.signed_name = now, signed_name.strip()
        locked.same_day = bool(content["same_day"])
        locked.document = store(
            pdf, kind="consent", media_type="application/pdf", now=now, by=by,
            patient=locked.patient, visit=str(locked.pk), view="consent.pdf",
        )  # fmt: skip
        locked.save()
        if not pdf.startswith(b"%PDF") or content_of(locked.document) != pdf:
            raise AssertionError("the filed consent is not what was signed")
        note |= {"consent": str(locked.pk), "sha256": locked.document.sha256}
    return locked


def withdraw(consent: Consent, reason: str, *, by: User, now: dt.datetime) -> Consent:
    """Withdraw a consent; what was signed stays on file.

    Raises
    ------
    InputError
        If it was never signed, or withdrawn before.
    """
    if consent.signed_at is None or consent.withdrawn_at is not None:
        raise InputError([Fault("consent", "does not stand", "there is nothing to withdraw")])
    with audited(by, "consent.withdrawn", now=now, patient=consent.patient_id) as note:
        consent.withdrawn_at, consent.withdrawn_by = now, by
        consent.withdrawn_reason = reason.strip() or "no reason given"
        consent.save()
        note["consent"] = str(consent.pk)
    return consent


def consent_pdf(content: dict[str, Any]) -> bytes:
    """The document; the same content gives the same bytes."""
    data = {**content, "signature": None}
    drawn = content.get("signature")
    pictures = {"signature.svg": _as_svg(drawn)} if drawn else {}
    return typeset("consent.typ", data | {"drawn": bool(drawn)}, pictures)


def _as_svg(png: str) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
        ' width="640" height="200" viewBox="0 0 640 200"><image width="640" height="200"'
        f' xlink:href="data:image/png;base64,{png}"/></svg>'
    )


def is_as_signed(consent: Consent) -> bool:
    """Whether the filed document is what its content makes, byte for byte."""
    if consent.document is None:
        return False
    made = hashlib.sha256(consent_pdf(consent.content)).hexdigest()
    return made == consent.document.sha256
