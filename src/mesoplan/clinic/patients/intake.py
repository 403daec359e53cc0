"""The intake questionnaire: signed by the patient, taken over by a clinician answer by answer."""

import base64
import binascii
import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import Image

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.patients import entries
from mesoplan.clinic.patients.models import Intake, Patient
from mesoplan.clinic.patients.questions import (
    CURRENT,
    NONE,
    Question,
    checked_answers,
    form,
    is_positive,
)
from mesoplan.clinic.patients.revise import refuse_joined, revised
from mesoplan.clinic.patients.storage import store
from mesoplan.clinic.people.models import User
from mesoplan.clinic.written import refuse_too_long
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.hashing import content_hash

_PNG = "data:image/png;base64,"
_LARGEST_DRAWING = 400_000
_WIDEST_PX, _HIGHEST_PX = 2000, 1000
TAKEN, LEFT = "taken", "left"


@dataclass(frozen=True)
class AnswerLine:
    """One answer that a clinician takes over or leaves out, and what was done with it."""

    question: Question
    index: int
    line: str
    done: dict[str, Any] | None

    @property
    def number(self) -> str:
        """The index as a form sends it."""
        return str(self.index)

    @property
    def shown(self) -> str:
        """In the words that the patient read."""
        return self.question.shown(self.line)

    @property
    def matched(self) -> str:
        """What the catalogue knows it as; empty: not matched, or nothing to match."""
        kind = self.question.list
        if self.line == NONE or kind not in (*entries.MATCHES, "earlier"):
            return ""
        return entries.match(kind, self.line)


def drawing(data_url: str) -> bytes:
    """The PNG of a signature as the page's pad sends it.

    Raises
    ------
    InputError
        If it is no PNG, is damaged or too large.
    """
    refused = InputError([Fault("drawing", "is no signature", "sign in the field")])
    if not data_url.startswith(_PNG) or len(data_url) > _LARGEST_DRAWING:
        raise refused
    try:
        content = base64.b64decode(data_url.removeprefix(_PNG), validate=True)
        with Image.open(BytesIO(content), formats=["PNG"]) as picture:
            if picture.width > _WIDEST_PX or picture.height > _HIGHEST_PX:
                raise refused
            picture.load()
    except (binascii.Error, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise refused from None
    return content


def sign(
    patient: Patient,
    answers: dict[str, Any],
    signed_name: str,
    signature: bytes | None,
    *,
    handed_by: User | None,
    now: dt.datetime,
    details: dict[str, Any] | None = None,
) -> Intake:
    """Keep a questionnaire as it was answered. Nothing of it enters the record by itself.

    Parameters
    ----------
    handed_by : User or None
        Who handed the tablet over; ``None`` where it came by a link.
    details : dict, optional
        More for the log: the link.

    Raises
    ------
    InputError
        For a name that is missing, an answer that is none, or a record that was joined.
    """
    faults: list[Fault] = []
    try:
        kept = checked_answers(answers, form())
    except InputError as error:
        faults += error.faults
    if len(signed_name.strip()) < 3:
        faults.append(Fault("signed_name", "is missing", "write your name"))
    if faults:
        raise InputError(faults)
    refuse_too_long("signed_name", signed_name, 120)
    with audited(handed_by, "intake.signed", now=now, patient=patient, details=details) as note:
        refuse_joined(Patient.objects.select_for_update().get(pk=patient.pk))
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
        note |= {"intake": made.pk, "answers": made.answers_hash, "drawn": signature is not None}
    return made


def is_whole(intake: Intake) -> bool:
    """Whether the answers, and what follows from them, are those that were signed."""
    whole = content_hash(intake.answers) == intake.answers_hash
    return whole and intake.dysmorphic_screen == is_positive(intake.answers)


def lines_of(intake: Intake) -> list[AnswerLine]:
    """Every answer that belongs into the record, in the order of the questions."""
    found = []
    for question in form(intake.form_version).questions:
        answer = intake.answers.get(question.key)
        if not question.list or answer is None:
            continue
        lines = answer if isinstance(answer, list) else [answer]
        done = intake.taken.get(question.key, {})
        found += [AnswerLine(question, i, line, done.get(str(i))) for i, line in enumerate(lines)]
    return found


def take_over(
    intake: Intake,
    key: str,
    index: int,
    *,
    by: User,
    now: dt.datetime,
    values: dict[str, Any] | None = None,
) -> None:
    """Take one answer over into the record, as a clinician who read it.

    Parameters
    ----------
    key, index
        The question, and which of its lines.
    values : dict, optional
        Of an earlier treatment: substance, amount with its unit, day, as the clinician reads it.

    Raises
    ------
    InputError
        For an answer that is none of this questionnaire, was dealt with before, or cannot enter
        the record as it is.
    """

    def enter(found: AnswerLine, patient: Patient) -> dict[str, Any]:
        day = timezone.localdate(intake.signed_at)
        kind, line = found.question.list, found.line
        if kind == "facts":
            facts = _fact(found)
            entries.set_facts(patient, facts, by=by, now=now, asked_on=day, asked_again=True)
            return {}
        if line == NONE:
            asked = entries.asked_name(kind)
            entries.asked_none(patient, asked, by=by, now=now, asked_on=day)
            return {}
        said = {"written": line}
        if kind == "earlier":
            said = values or {}
            if said.get("given_on") is None:
                raise InputError([Fault("given_on", "is missing", "write the day it was given")])
        made = entries.note(patient, kind, said, by=by, now=now, asked_on=day)
        return {"entry": made.pk}

    _deal(intake, key, index, TAKEN, enter, by=by, now=now)


def leave_out(
    intake: Intake, key: str, index: int, why: str, *, by: User, now: dt.datetime
) -> None:
    """Leave one answer out of the record, with why.

    Raises
    ------
    InputError
        Without a reason, or as ``take_over``.
    """
    if len(why.strip()) < 3:
        raise InputError([Fault("why", "says nothing", "write why it is left out")])
    refuse_too_long("why", why, 200)
    _deal(intake, key, index, LEFT, lambda _line, _patient: {"why": why.strip()}, by=by, now=now)


def reviewed(intake: Intake, *, by: User, now: dt.datetime) -> None:
    """A clinician has read it all; the screen on appearance counts from here.

    Raises
    ------
    InputError
        While an answer was neither taken over nor left out, or if it was reviewed before.
    """
    details = {"intake": intake.pk}
    with revised(intake.patient, "intake.reviewed", by=by, now=now, details=details):
        row = _held(intake)
        open_now = sum(line.done is None for line in lines_of(row))
        if open_now:
            right = "take each over, or leave it out with why"
            raise InputError([Fault("answers", f"{open_now} are not dealt with", right)])
        row.reviewed_at, row.reviewed_by = now, by
        row.save(update_fields=["reviewed_at", "reviewed_by"])
    intake.refresh_from_db()


def _deal(
    intake: Intake,
    key: str,
    index: int,
    act: str,
    enter: Callable[[AnswerLine, Patient], dict[str, Any]],
    *,
    by: User,
    now: dt.datetime,
) -> None:
    details = {"intake": intake.pk, "question": key, "line": index, "act": act}
    patient = intake.patient
    with audited(by, "intake.answer", now=now, patient=patient, details=details):
        row = _held(intake)
        lines = [o for o in lines_of(row) if (o.question.key, o.index) == (key, index)]
        if not lines:
            raise InputError([Fault(key, "was not answered", "load the page anew")])
        if lines[0].done is not None:
            raise InputError([Fault(key, "was dealt with already", "load the page anew")])
        done = {"act": act, "by": by.full_name, "at": now.isoformat(), **enter(lines[0], patient)}
        row.taken.setdefault(key, {})[str(index)] = done
        row.save(update_fields=["taken"])
    intake.refresh_from_db()


def _held(intake: Intake) -> Intake:
    """The row, held until the transaction ends; whole and not reviewed."""
    row = Intake.objects.select_for_update().get(pk=intake.pk)
    if not is_whole(row):
        wrong = "is not what was signed: somebody changed it"
        raise InputError([Fault("intake", wrong, "ask the patient again, and verify the log")])
    if row.reviewed_at is not None:
        raise InputError([Fault("intake", "was reviewed already", "load the page anew")])
    return row


def _fact(found: AnswerLine) -> dict[str, Any]:
    if found.question.kind == "choice":
        chosen = next(o for o in found.question.options if o.id == found.line)
        return {"phototype": chosen.phototype}
    return {found.question.key: found.line == "yes"}
