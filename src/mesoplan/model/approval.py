"""Approval: who released a plan, and what was answered to its findings."""

import datetime as dt

from mesoplan.core.errors import Fault
from mesoplan.model.base import Record
from mesoplan.model.finding import Finding


class FindingAnswer(Record):
    """A written answer to one finding, or its override; ``finding`` is the finding's key."""

    finding: str
    text: str
    by: str
    at: dt.datetime
    override: bool = False


class Approval(Record):
    """A plan's release by a named prescriber. ``hash`` covers the plan and every answer."""

    by: str
    registration: str = ""
    at: dt.datetime
    hash: str
    answers: tuple[FindingAnswer, ...] = ()

    def answer_to(self, finding: Finding) -> FindingAnswer | None:
        """The answer to a finding."""
        return next((a for a in self.answers if a.finding == finding.key), None)


def open_faults(
    findings: tuple[Finding, ...], answers: tuple[FindingAnswer, ...]
) -> tuple[Fault, ...]:
    """What stands between a plan and its release: the one gate of approval and delivery.

    A warning and an unchecked rule need an answer; a critical finding needs an override and
    is overridable; an override of anything else, or an answer to nothing, is refused too.
    """
    by_key = {answer.finding: answer for answer in answers}
    faults = []
    for finding in findings:
        answer = by_key.pop(finding.key, None)
        if finding.severity == "critical":
            if not finding.overridable:
                right = f"change the plan or the record: {finding.clears_when}"
                faults.append(Fault(finding.rule, finding.message, right))
            elif answer is None or not answer.override:
                right = "the prescriber overrides it with a reason, or the plan is changed"
                faults.append(Fault(finding.rule, finding.message, right))
        elif finding.severity == "warning" and answer is None:
            faults.append(Fault(finding.rule, finding.message, "answer it in writing"))
        if answer is not None and not answer.text.strip():
            faults.append(Fault(finding.rule, "its answer is empty", "write the reason"))
        if answer is not None and answer.override and finding.severity != "critical":
            faults.append(Fault(finding.rule, "is not critical", "answer it, no override"))
    faults += [
        Fault("answers", f"{key} answers no finding of this plan", "take the answer back")
        for key in by_key
    ]
    return tuple(faults)
