"""The screening on the day: the approved plan against the record and the recheck of today."""

import datetime as dt
from typing import Any

from mesoplan.clinic.consent.standing import standing_consent
from mesoplan.clinic.delivery.models import Delivery
from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.patients.case_patient import case_patient
from mesoplan.clinic.planning.case_table import to_json
from mesoplan.clinic.planning.findings import finding_answers
from mesoplan.clinic.planning.make import case_in_folder
from mesoplan.clinic.planning.models import PlanVersion
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.hashing import content_hash
from mesoplan.model.approval import open_faults
from mesoplan.model.finding import Finding
from mesoplan.workflow import calls

INFECTION = "active-skin-infection"


def case_of_the_day(delivery: Delivery) -> dict[str, Any]:
    """The plan's case with the patient as the record and today's recheck have them."""
    stored = dict(delivery.plan.case)
    recheck = delivery.recheck
    patient = case_patient(delivery.patient, delivery.given_on)
    if recheck.get("weight_kg") is not None:
        patient["weight_kg"] = recheck["weight_kg"]
    for key in ("pregnant", "breastfeeding"):
        if recheck.get(key) is not None:
            patient[key] = recheck[key]
    if recheck.get("field_clear") is False:
        patient["conditions"] = [*patient.get("conditions", []), INFECTION]
    stored["patient"] = to_json(patient)
    stored["today"] = dict(recheck.get("today", {}))
    stored["treatment"] = stored["treatment"] | {"date": delivery.given_on.isoformat()}
    return stored


def screen(delivery: Delivery) -> dict[str, Any]:
    """Plan and screen the case of the day, without exposure.

    Returns
    -------
    dict
        ``case``, ``findings`` and the hash of the case, for the delivery's ``screening``.
    """
    case = case_of_the_day(delivery)
    catalogue = clinic_catalogue()
    with case_in_folder(case, delivery.patient, "delivery") as read:
        plan = calls.check(read, catalogue)
    return {
        "case": case,
        "case_hash": content_hash(case),
        "catalogue": catalogue.version,
        "findings": [finding.model_dump(mode="json") for finding in plan.findings],
    }


def findings_of_the_day(delivery: Delivery) -> tuple[Finding, ...]:
    """The findings of the day's screening."""
    rows = delivery.screening.get("findings", [])
    return tuple(Finding.model_validate(row) for row in rows)


def in_the_way(delivery: Delivery) -> list[Fault]:
    """What keeps a delivery from going on: the gate of every step to the skin.

    A consent that stands, a plan still approved, a screening of today made from the record as
    it is now, and an answer to every finding; an answer given at approval holds for the same
    words.
    """
    faults: list[Fault] = []
    if delivery.plan.state != PlanVersion.State.APPROVED:
        wrong = f"the plan is {delivery.plan.get_state_display().lower()}"
        faults.append(Fault("plan", wrong, "start from the approved version"))
    if standing_consent(delivery.plan) is None:
        right = "show it and have it signed, or do not treat"
        faults.append(Fault("consent", "there is no consent for this plan", right))
    if not delivery.screening:
        right = "do the day's recheck"
        return [*faults, Fault("screening", "NOT CHECKED: nobody rechecked today", right)]
    if content_hash(case_of_the_day(delivery)) != delivery.screening["case_hash"]:
        wrong = "the record changed since the day's recheck"
        faults.append(Fault("screening", wrong, "recheck again"))
    findings = findings_of_the_day(delivery)
    known = {finding.key for finding in findings}
    rows = delivery.plan.answers.select_related("by").filter(finding__in=known)
    answers = {row.finding: row for row in rows.order_by("at_delivery")}
    return [*faults, *open_faults(findings, finding_answers(answers.values()))]


def may_start(plan: PlanVersion, given_on: dt.date, today: dt.date, *, on_paper: bool) -> None:
    """Refuse a session on another day than the plan's.

    Raises
    ------
    InputError
        If the plan is not approved, the day is not its own, or paper lies in the future.
    """
    faults = []
    if plan.state != PlanVersion.State.APPROVED:
        wrong = f"is {plan.get_state_display().lower()}"
        faults.append(Fault("plan", wrong, "approve it, or use the approved version"))
    if given_on != plan.session_date:
        wrong = f"is for {plan.session_date}, not for {given_on}"
        faults.append(Fault("plan", wrong, "change it to the day of the session and approve that"))
    if on_paper and given_on > today:
        faults.append(Fault("given_on", "lies in the future", "give the day on the paper"))
    if faults:
        raise InputError(faults)
