"""The intake questionnaire: read, signed, screened, reviewed line by line."""

import base64
import binascii
import datetime as dt
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.patients import entries
from mesoplan.clinic.patients.models import Intake, Patient
from mesoplan.clinic.patients.storage import store
from mesoplan.clinic.people.models import User
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.hashing import content_hash

CURRENT = "1"
LOOK = ("look-preoccupied", "look-distress", "look-impairment", "look-hour")
_PNG = "data:image/png;base64,"
_LARGEST_DRAWING = 400_000
_ANSWER_LETTERS = 2000


@dataclass(frozen=True)
class Question:
    """One question; ``list`` names the list of the record that its lines may go into."""

    key: str
    kind: str
    text: str
    none: str = ""
    list: str = ""
    options: tuple[str, ...] = ()


@lru_cache(maxsize=8)
def questions(version: str = CURRENT) -> tuple[Question, ...]:
    """The questions of a version."""
    text = (files("mesoplan.clinic.patients") / "data" / f"intake-{version}.toml").read_text(
        "utf-8"
    )
    rows = tomllib.loads(text)["question"]
    return tuple(Question(**{**row, "options": tuple(row.get("options", ()))}) for row in rows)


def is_positive(answers: dict[str, Any]) -> bool | None:
    """Whether the screen on appearance is positive; ``None`` where it was not all answered.

    Preoccupied, distressed or impaired, and an hour a day or more.
    """
    said = [answers.get(key) for key in LOOK]
    if said[0] == "no":
        return False
    if None in said:
        return None
    preoccupied, distress, impairment, hour = (value == "yes" for value in said)
    return preoccupied and (distress or impairment) and hour


def drawing(data_url: str) -> bytes:
    """The PNG of a signature as the page's pad sends it.

    Raises
    ------
    InputError
        If it is no PNG or too large.
    """
    right = "sign in the field"
    if not data_url.startswith(_PNG) or len(data_url) > _LARGEST_DRAWING:
        raise InputError([Fault("drawing", "is no signature", right)])
    try:
        content = base64.b64decode(data_url.removeprefix(_PNG), validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content.startswith(b"\x89PNG\r\n\x1a\n"):
        raise InputError([Fault("drawing", "is no signature", right)])
    return content


def sign(
    patient: Patient,
    answers: dict[str, Any],
    signed_name: str,
    signature: bytes | None,
    *,
    handed_by: User,
    now: dt.datetime,
) -> Intake:
    """Keep a questionnaire as it was answered. Nothing of it enters the record by itself.

    Raises
    ------
    InputError
        For a name that is missing, an unknown answer or one that is too long.
    """
    faults = []
    if len(signed_name.strip()) < 3:
        faults.append(Fault("signed_name", "is missing", "write your name"))
    kept: dict[str, Any] = {}
    for question in questions():
        value = answers.get(question.key)
        if value in (None, "", []):
            continue
        if not _fits(question, value):
            faults.append(Fault(question.key, "is no answer", "choose or write again"))
        kept[question.key] = value
    if faults:
        raise InputError(faults)
    with audited(handed_by, "intake.signed", now=now, patient=patient) as note:
        made = Intake.objects.create(
            patient=patient,
            form_version=CURRENT,
            answers=kept,
            answers_hash=content_hash(kept),
            signed_name=signed_name.strip(),
            signed_at=now,
            dysmorphic_screen=is_positive(kept),
        )
        if signature is not None:
            store(
                signature,
                kind="signature",
                media_type="image/png",
                now=now,
                by=handed_by,
                patient=patient,
                visit=f"intake:{made.pk}",
            )
        note |= {"intake": made.pk, "answers": made.answers_hash}
    return made


def _fits(question: Question, value: Any) -> bool:
    if question.kind == "yes-no":
        return value in ("yes", "no")
    if question.kind == "choice":
        return value in question.options
    return isinstance(value, list) and all(
        isinstance(line, str) and len(line) <= _ANSWER_LETTERS for line in value
    )


def lines_of(text: str, none: bool) -> list[str]:  # noqa: FBT001
    """Lines of an answer; the one line ``none`` where the patient ticked that there is none."""
    found = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    return found or (["none"] if none else [])


def take_over(intake: Intake, key: str, line: str, *, by: User, now: dt.datetime) -> None:
    """Take one answer over into the record, as a clinician who read it.

    Raises
    ------
    InputError
        For an answer that is none of this questionnaire, or has no list in the record.
    """
    question = next((q for q in questions(intake.form_version) if q.key == key), None)
    answer = intake.answers.get(key)
    patient = intake.patient
    if question is None or answer is None:
        raise InputError([Fault(key, "was not answered", "load the page anew")])
    if key in ("pregnant", "breastfeeding"):
        entries.set_facts(patient, {key: answer == "yes"}, by=by, now=now)
        return
    if question.list not in entries.MATCHES or line not in answer:
        right = "write it into the record with what is missing, such as its day"
        raise InputError([Fault(key, "cannot be taken over as it is", right)])
    if line == "none":
        entries.asked_none(patient, question.list, by=by, now=now)
    else:
        entries.note(patient, question.list, {"written": line[:120]}, by=by, now=now)


def reviewed(intake: Intake, *, by: User, now: dt.datetime) -> None:
    """A clinician has read the whole questionnaire; the screen on appearance counts from here."""
    patient = intake.patient
    with audited(by, "intake.reviewed", now=now, patient=patient, details={"intake": intake.pk}):
        intake.reviewed_at, intake.reviewed_by = now, by
        intake.save(update_fields=["reviewed_at", "reviewed_by"])
        patient.revision += 1
        patient.save(update_fields=["revision"])
