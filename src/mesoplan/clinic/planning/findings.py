"""Findings of a stored plan with their answers, for the page and for the gate."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mesoplan.clinic.planning.models import Answer, PlanVersion
from mesoplan.core.errors import Fault
from mesoplan.model.approval import FindingAnswer, open_faults
from mesoplan.model.finding import Finding


@dataclass(frozen=True)
class AnsweredFinding:
    """A finding beside its answer."""

    finding: Finding
    answer: Answer | None


def findings_of(document: dict[str, Any]) -> tuple[Finding, ...]:
    """The findings of a stored document."""
    return tuple(Finding.model_validate(row) for row in document["findings"])


def answered(plan: PlanVersion) -> list[AnsweredFinding]:
    """NOT CHECKED first, then critical, warning, info; each with its answer."""
    order = {"critical": 1, "warning": 2, "info": 3}
    given = {answer.finding: answer for answer in plan.answers.filter(at_delivery=False)}
    found = findings_of(plan.document)
    ranked = sorted(found, key=lambda f: order[f.severity] if f.checked else 0)
    return [AnsweredFinding(finding, given.get(finding.key)) for finding in ranked]


def finding_answers(answers: Iterable[Answer]) -> tuple[FindingAnswer, ...]:
    """Answers of the record as the library knows them."""
    return tuple(
        FindingAnswer(
            finding=answer.finding,
            text=answer.text,
            by=answer.by.full_name,
            at=answer.at,
            override=answer.is_override,
        )
        for answer in answers
    )


def in_the_way(plan: PlanVersion) -> tuple[Fault, ...]:
    """What stands between a plan and its approval."""
    answers = plan.answers.filter(at_delivery=False).select_related("by")
    return open_faults(findings_of(plan.document), finding_answers(answers))
