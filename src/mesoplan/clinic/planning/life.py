"""The life of a plan: answered, approved, superseded, rejected, closed."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.patients.models import Patient, StoredFile
from mesoplan.clinic.patients.storage import store
from mesoplan.clinic.people.models import User
from mesoplan.clinic.planning.case_table import changed_since
from mesoplan.clinic.planning.findings import finding_answers, findings_of, in_the_way
from mesoplan.clinic.planning.make import PICTURES, plan_of
from mesoplan.clinic.planning.models import Answer, PlanVersion
from mesoplan.clinic.rights import may
from mesoplan.clinic.written import refuse_too_long
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.hashing import content_hash
from mesoplan.model.approval import Approval, FindingAnswer, open_faults
from mesoplan.report.write import render

State = PlanVersion.State
OPEN = (State.DRAFT, State.SCREENED)


def answer(
    plan: PlanVersion, key: str, text: str, *, override: bool, by: User, now: dt.datetime
) -> Answer:
    """Answer one finding in writing, or override one that allows it.

    Raises
    ------
    InputError
        If the plan is no draft any more, has no such finding, the finding takes no such answer,
        the text says nothing, or the user may not.
    """
    finding = next((f for f in findings_of(plan.document) if f.key == key), None)
    if finding is None:
        raise InputError([Fault("finding", "is none of this plan", "answer a finding of it")])
    if not may(by, "plan.approve"):
        raise InputError([Fault("by", "may not answer findings", "a prescriber answers them")])
    if len(text.strip()) < 3:
        raise InputError([Fault("text", "says nothing", "write why this is acceptable here")])
    if finding.severity == "info":
        raise InputError([Fault("finding", "is a standing fact", "it needs no answer")])
    if (finding.severity == "critical") != override:
        right = "override it with a reason" if finding.severity == "critical" else "answer it"
        raise InputError([Fault("override", f"does not suit a {finding.severity} finding", right)])
    if finding.severity == "critical" and not finding.overridable:
        right = f"change the plan or the record: {finding.clears_when}"
        raise InputError([Fault("override", "this finding is never overridden", right)])
    action = "plan.overridden" if override else "plan.answered"
    with audited(by, action, now=now, patient=plan.patient_id, subject=f"plan:{plan.pk}") as note:
        locked = _locked(plan, OPEN, "answered")
        given, _ = Answer.objects.update_or_create(
            plan=locked,
            finding=key,
            at_delivery=False,
            defaults={
                "rule": finding.rule,
                "message": finding.message,
                "is_override": override,
                "text": text.strip(),
                "at": now,
                "by": by,
            },
        )
        locked.state = State.DRAFT if in_the_way(locked) else State.SCREENED
        locked.save(update_fields=["state"])
        note |= {"rule": finding.rule, "finding": key, "text": content_hash(text.strip())}
    plan.state = locked.state
    return given


def take_back(plan: PlanVersion, key: str, *, by: User, now: dt.datetime) -> None:
    """Take an answer back, as long as the plan is not approved."""
    with audited(
        by, "plan.answer-taken-back", now=now, patient=plan.patient_id, subject=f"plan:{plan.pk}"
    ) as note:
        locked = _locked(plan, OPEN, "answered")
        locked.answers.filter(finding=key, at_delivery=False).delete()
        locked.state = State.DRAFT if in_the_way(locked) else State.SCREENED
        locked.save(update_fields=["state"])
        note["finding"] = key


@dataclass(frozen=True)
class Release:
    """A plan planned again for its approval: what will be signed, and its files."""

    approval: Approval
    files: dict[str, bytes]


def approve(plan: PlanVersion, *, by: User, now: dt.datetime, today: dt.date) -> PlanVersion:
    """Approve a plan: it can be delivered, and is never changed again.

    The plan is made again from its case; what comes out must be what was read and answered.

    Raises
    ------
    InputError
        If findings are open, the record or the data changed since, or the day has passed.
    """
    release = _release(plan, by, now, today)
    with audited(
        by, "plan.approved", now=now, patient=plan.patient_id, subject=f"plan:{plan.pk}"
    ) as note:
        # Waits for whoever writes into the record just now: both cannot win.
        patient = Patient.objects.select_for_update().get(pk=plan.patient_id)
        locked = _locked(plan, OPEN, "approved")
        faults = [*_stale(locked, patient), *in_the_way(locked)]
        if _answers(locked) != release.approval.answers:
            faults.append(Fault("answers", "changed meanwhile", "read them and approve again"))
        running = PlanVersion.objects.filter(
            patient=patient, number=locked.number, state=State.APPROVED
        )
        if running.filter(deliveries__state__in=RUNNING).exists():
            right = "finish or abandon the delivery first"
            faults.append(Fault("plan", "an earlier version is being delivered", right))
        if faults:
            raise InputError(faults)
        note["superseded"] = [str(one.pk) for one in running]
        running.update(state=State.SUPERSEDED)
        locked.state = State.APPROVED
        locked.approved_at = now
        locked.approved_by = by
        locked.approval_hash = release.approval.hash
        locked.sheet = _keep(locked, release.files, by, now)
        locked.save()
        note |= {"hash": locked.approval_hash, "sheet": locked.sheet.sha256}
    return locked


RUNNING = ("recheck", "preparation", "time-out", "giving", "observation")
"""States of a delivery that has begun and is not over."""


def end(plan: PlanVersion, state: str, reason: str, *, by: User, now: dt.datetime) -> PlanVersion:
    """Reject a draft, or close a plan that was approved or delivered, with a reason."""
    allowed = {
        State.REJECTED: (*OPEN, State.APPROVED),
        State.CLOSED: (State.APPROVED, State.DELIVERED),
    }
    if state not in allowed:
        raise InputError([Fault("state", f"{state} ends no plan", "reject or close it")])
    if len(reason.strip()) < 3:
        raise InputError([Fault("reason", "says nothing", "write why")])
    refuse_too_long("reason", reason, 300)
    with audited(
        by, f"plan.{state}", now=now, patient=plan.patient_id, subject=f"plan:{plan.pk}"
    ) as note:
        locked = _locked(plan, allowed[State(state)], state)
        if locked.deliveries.filter(state__in=RUNNING).exists():
            right = "finish or abandon the delivery first"
            raise InputError([Fault("plan", "is being delivered", right)])
        locked.state = State(state)
        locked.closed_reason = reason.strip()
        locked.save(update_fields=["state", "closed_reason"])
        note["reason"] = content_hash(reason.strip())
    return locked


def _release(plan: PlanVersion, by: User, now: dt.datetime, today: dt.date) -> Release:
    faults = [*_stale(plan, plan.patient), *in_the_way(plan)]
    if not may(by, "plan.approve"):
        faults.append(Fault("by", "may not approve", "a prescriber approves"))
    if plan.session_date < today:
        wrong = f"{plan.session_date} has passed"
        faults.append(Fault("treatment.date", wrong, "change the plan to the day of the session"))
    if faults:
        raise InputError(faults)
    made = plan_of(plan.case, plan.patient, plan.document["case"]["name"])
    if content_hash(made.document()) != plan.document_hash:
        wrong = "the same case gives another plan now: program or data changed since"
        raise InputError([Fault("plan", wrong, "make a new version and read its findings")])
    answers = _answers(plan)
    open_now = open_faults(made.findings, answers)
    if open_now:
        raise InputError(open_now)
    approval = Approval(
        by=by.full_name,
        registration=by.registration,
        at=now,
        answers=answers,
        hash=content_hash(
            {
                "document": plan.document_hash,
                "answers": [a.model_dump(mode="json") for a in answers],
                "by": str(by.public_id),
                "at": now.isoformat(),
            }
        ),
    )
    files = render(made.model_copy(update={"approval": approval}), clinic_catalogue())
    return Release(approval, files)


def _answers(plan: PlanVersion) -> tuple[FindingAnswer, ...]:
    rows = plan.answers.filter(at_delivery=False).select_related("by").order_by("pk")
    return finding_answers(rows)


def _stale(plan: PlanVersion, patient: Patient) -> list[Fault]:
    """The record says something else now than when the plan was made."""
    changed = changed_since(plan.case, patient, plan.session_date)
    return [
        Fault(f"patient.{key}", "changed since the plan was made", "make a new version")
        for key in changed
    ]


def _locked(plan: PlanVersion, states: tuple[str, ...], verb: str) -> PlanVersion:
    """The row, held until the transaction ends, in one of the states."""
    if not transaction.get_connection().in_atomic_block:
        raise AssertionError("rows are held within a transaction")
    locked = PlanVersion.objects.select_for_update().get(pk=plan.pk)
    if locked.state not in states:
        wrong = f"is {locked.get_state_display().lower()} and cannot be {verb}"
        raise InputError([Fault("plan", wrong, "make a new version")])
    return locked


def _keep(plan: PlanVersion, files: dict[str, bytes], by: User, now: dt.datetime) -> StoredFile:
    for name, media_type in PICTURES.items():
        if name in files and name != "sheet.pdf":
            store(
                files[name], kind="approved", media_type=media_type, now=now, by=by,
                patient=plan.patient, visit=str(plan.pk), view=name,
            )  # fmt: skip
    return store(
        files["sheet.pdf"], kind="sheet", media_type="application/pdf", now=now, by=by,
        patient=plan.patient, visit=str(plan.pk), view="sheet.pdf",
    )  # fmt: skip
