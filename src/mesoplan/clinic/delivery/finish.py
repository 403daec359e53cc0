"""The end of a session: totals of what was given, observation, discharge, signature."""

import datetime as dt
from typing import Any

from mesoplan.catalogue import Catalogue
from mesoplan.clinic.delivery.give import given_of, tally
from mesoplan.clinic.delivery.models import Delivery, VialOpening
from mesoplan.clinic.delivery.screening import findings_of_the_day
from mesoplan.clinic.delivery.states import State, held
from mesoplan.clinic.people.models import User
from mesoplan.clinic.planning.models import PlanVersion
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.hashing import content_hash

DISCHARGE = ("well", "skin-looked-at", "told-what-to-watch-for", "has-contact")
"""What is checked before the patient leaves; each singly."""


def to_observation(delivery: Delivery, *, by: User, now: dt.datetime, catalogue: Catalogue) -> None:
    """End the injections: every point has a mark; totals come from the marks.

    Raises
    ------
    InputError
        While points are open.
    """
    count = tally(delivery)["open"]
    if count:
        right = "mark each as given, skipped, moved or changed"
        raise InputError([Fault("points", f"{count} have no mark", right)])
    given = given_of(delivery, delivery.marks, catalogue)
    planned = {finding.key for finding in findings_of_the_day(delivery)}
    new = [
        finding.model_dump(mode="json")
        for finding in given.findings
        if finding.severity != "info" and finding.key not in planned
    ]
    revision = delivery.marks_revision
    details = {"given": len(given.points), "new_findings": len(new)}
    with held(delivery, (State.GIVING,), "delivery.given", by=by, now=now, details=details) as row:
        if row.marks_revision != revision:
            raise InputError([Fault("points", "were marked meanwhile", "load the page anew")])
        row.totals = [total.model_dump(mode="json") for total in given.totals]
        row.observation = {"since": now.isoformat(), "new_findings": new}
        row.state = State.OBSERVATION


def sign(
    delivery: Delivery,
    *,
    password: str,
    discharge: dict[str, bool],
    observed_min: int,
    deviations: str,
    by: User,
    now: dt.datetime,
) -> Delivery:
    """Sign a delivery: from now on it is what happened.

    Raises
    ------
    InputError
        If the password is not the signer's, the discharge is not checked, a departure from the
        plan is not explained, or the observation is longer ago than it can be.
    """
    faults = _sign_faults(delivery, password, discharge, observed_min, deviations, by)
    if faults:
        raise InputError(faults)
    with held(delivery, (State.OBSERVATION,), "delivery.signed", by=by, now=now) as row:
        row.deviations = deviations.strip()
        row.observation = row.observation | {
            "minutes": observed_min,
            "discharge": dict.fromkeys(DISCHARGE, True),
            "at": now.isoformat(),
        }
        row.state = State.SIGNED
        row.signed_at, row.signed_by = now, by
        row.content_hash = content_hash(signed_content(row))
        used = VialOpening.objects.filter(draws__delivery=row, lot__single_dose=True)
        used.filter(discarded_at=None).update(discarded_at=now)
        PlanVersion.objects.filter(pk=row.plan_id, state=PlanVersion.State.APPROVED).update(
            state=PlanVersion.State.DELIVERED
        )
    return delivery


def signed_content(delivery: Delivery) -> dict[str, Any]:
    """All that a signature covers."""
    return {
        "delivery": str(delivery.pk),
        "patient": str(delivery.patient_id),
        "plan": delivery.plan.approval_hash,
        "given_on": delivery.given_on.isoformat(),
        "on_paper": delivery.on_paper,
        "recheck": delivery.recheck,
        "screening": delivery.screening["case_hash"],
        "marks": delivery.marks,
        "needle_changes": delivery.needle_changes,
        "totals": delivery.totals,
        "reactions": delivery.reactions,
        "deviations": delivery.deviations,
        "observation": delivery.observation,
        "signed_at": delivery.signed_at.isoformat() if delivery.signed_at else None,
        "signed_by": str(delivery.signed_by.public_id) if delivery.signed_by else None,
        "draws": [
            {
                "lot": draw.lot.lot_number,
                "product": draw.lot.product,
                "expires_on": draw.lot.expires_on.isoformat(),
                "syringe": draw.syringe,
                "volume_ml": str(draw.volume_ml.normalize()),
            }
            for draw in delivery.draws.select_related("lot").order_by("pk")
        ],
        "steps": [
            [step.kind, step.key, step.values, str(step.by.public_id)]
            for step in delivery.steps.select_related("by").order_by("pk")
        ],
    }


def _sign_faults(
    delivery: Delivery, password: str, discharge: dict[str, bool], observed_min: int,
    deviations: str, by: User,
) -> list[Fault]:  # fmt: skip
    faults = []
    if not by.check_password(password):
        faults.append(Fault("password", "is not yours", "sign with your own password"))
    faults += [
        Fault(f"discharge: {key}", "is not checked", "check it and tick it")
        for key in DISCHARGE
        if not discharge.get(key)
    ]
    if observed_min < 0 or observed_min > 24 * 60:
        faults.append(Fault("observed_min", f"{observed_min} min is no time", "give minutes"))
    counts = tally(delivery)
    departs = counts["skipped"] + counts["moved"] + counts["changed"]
    departs += len(delivery.observation.get("new_findings", []))
    if departs and len(deviations.strip()) < 3:
        wrong = f"{departs} departures from the plan are not explained"
        faults.append(Fault("deviations", wrong, "write why"))
    return faults
