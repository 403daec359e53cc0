"""The beginning of a session: started, rechecked, screened again, its findings answered."""

import datetime as dt
from typing import Any

from django.db import IntegrityError

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.delivery.models import Delivery
from mesoplan.clinic.delivery.screening import (
    findings_of_the_day,
    in_the_way,
    may_start,
    screen,
)
from mesoplan.clinic.delivery.states import RUNNING, State, held
from mesoplan.clinic.people.models import User
from mesoplan.clinic.planning.models import Answer, PlanVersion
from mesoplan.clinic.rights import may
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.hashing import content_hash


def start(
    plan: PlanVersion,
    *,
    by: User,
    now: dt.datetime,
    today: dt.date,
    paper_day: dt.date | None = None,
) -> Delivery:
    """Start a session of an approved plan, or enter one that was written on paper.

    Raises
    ------
    InputError
        If the plan is not approved for the day, or a session of the patient runs already.
    """
    given_on = paper_day or today
    may_start(plan, given_on, today, on_paper=paper_day is not None)
    with audited(
        by, "delivery.started", now=now, patient=plan.patient_id, subject=f"plan:{plan.pk}"
    ) as note:
        locked = PlanVersion.objects.select_for_update().get(pk=plan.pk)
        may_start(locked, given_on, today, on_paper=paper_day is not None)
        if Delivery.objects.filter(patient=plan.patient_id, state__in=RUNNING).exists():
            right = "go on with it, or abandon it"
            raise InputError([Fault("delivery", "a session of this patient is open", right)])
        earlier = Delivery.objects.filter(plan__course=plan.course_id, state=State.SIGNED)
        made = Delivery.objects.create(
            patient_id=plan.patient_id,
            plan=locked,
            session=1 + earlier.count(),
            given_on=given_on,
            on_paper=paper_day is not None,
            started_at=now,
            started_by=by,
        )
        note |= {"delivery": str(made.pk), "paper": made.on_paper}
    return made


def recheck(delivery: Delivery, values: dict[str, Any], *, by: User, now: dt.datetime) -> Delivery:
    """Keep the day's recheck and screen the plan again with it.

    Parameters
    ----------
    values : dict
        ``weight_kg``, ``systolic_mmhg``, ``diastolic_mmhg``, ``pulse_per_min``, ``field_clear``,
        ``changed``, ``pregnant``, ``breastfeeding``, and ``today`` as a case file has it.

    Raises
    ------
    InputError
        If the case of the day cannot be planned.
    """
    delivery.recheck = values | {"by": by.full_name, "at": now.isoformat()}
    found = screen(delivery)
    states = (State.RECHECK, State.PREPARATION, State.TIME_OUT)
    details = {"case": found["case_hash"], "findings": len(found["findings"])}
    with held(delivery, states, "delivery.rechecked", by=by, now=now, details=details) as row:
        row.recheck = values | {"by": by.full_name, "at": now.isoformat()}
        row.screening = found
        row.state = State.RECHECK
    return delivery


def answer_of_the_day(
    delivery: Delivery, key: str, text: str, *, override: bool, by: User, now: dt.datetime
) -> None:
    """A prescriber's answer to a finding that the day brought.

    Raises
    ------
    InputError
        If there is no such finding, it takes no such answer, or the user may not.
    """
    finding = next((f for f in findings_of_the_day(delivery) if f.key == key), None)
    faults = []
    if finding is None:
        faults.append(Fault("finding", "is none of today", "load the page anew"))
    elif (finding.severity == "critical") != override or finding.severity == "info":
        faults.append(Fault("override", f"does not suit a {finding.severity} finding", "see it"))
    elif override and not finding.overridable:
        right = f"do not treat, or change the plan: {finding.clears_when}"
        faults.append(Fault("override", "this finding is never overridden", right))
    if not may(by, "plan.approve"):
        faults.append(Fault("by", "may not answer findings", "a prescriber answers them"))
    if len(text.strip()) < 3:
        faults.append(Fault("text", "says nothing", "write why this is acceptable here"))
    if faults or finding is None:
        raise InputError(faults)
    details = {"finding": key, "override": override, "text": content_hash(text.strip())}
    action = "delivery.overridden" if override else "delivery.answered"
    with held(delivery, (State.RECHECK,), action, by=by, now=now, details=details) as row:
        try:
            Answer.objects.create(
                plan=row.plan, finding=key, rule=finding.rule, message=finding.message,
                is_override=override, text=text.strip(), at=now, by=by, at_delivery=True,
            )  # fmt: skip
        except IntegrityError:
            raise InputError([Fault("finding", "is answered already", "load anew")]) from None


def to_preparation(delivery: Delivery, *, by: User, now: dt.datetime) -> None:
    """Go on to the preparation, where nothing stands in the way.

    Raises
    ------
    InputError
        With everything that does.
    """
    refuse_if_in_the_way(delivery)
    with held(delivery, (State.RECHECK,), "delivery.to-preparation", by=by, now=now) as row:
        refuse_if_in_the_way(row)
        row.state = State.PREPARATION


def refuse_if_in_the_way(delivery: Delivery) -> None:
    """Raise what keeps a delivery from going on."""
    faults = in_the_way(delivery)
    if faults:
        raise InputError(faults)


def abandon(delivery: Delivery, reason: str, *, by: User, now: dt.datetime) -> None:
    """Give a session up, with a reason; nothing that was recorded is lost.

    Raises
    ------
    InputError
        If points were marked as given: then it is finished and signed as it was.
    """
    if len(reason.strip()) < 3:
        raise InputError([Fault("reason", "says nothing", "write why")])
    with held(delivery, RUNNING, "delivery.abandoned", by=by, now=now) as row:
        if any(mark["state"] != "skipped" for mark in row.marks.values()):
            right = "mark the rest as skipped, and sign what was given"
            raise InputError([Fault("delivery", "something was injected already", right)])
        row.state = State.ABANDONED
        row.deviations = reason.strip()
