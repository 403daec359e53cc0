"""Findings as the sheet lists them: what was not checked, what is critical, what waits."""

from typing import Any

from mesoplan.model.finding import Finding
from mesoplan.model.plan import Plan
from mesoplan.report.words import Words


def unchecked(plan: Plan) -> list[Finding]:
    """Rules that could not run."""
    return [finding for finding in plan.findings if not finding.checked]


def critical(plan: Plan) -> list[Finding]:
    """What must not be given as planned."""
    return [f for f in plan.findings if f.checked and f.severity == "critical"]


def warnings(plan: Plan) -> list[Finding]:
    """What a clinician answers in writing before approval."""
    return [f for f in plan.findings if f.checked and f.severity == "warning"]


def standing(plan: Plan) -> list[Finding]:
    """Standing facts, printed once."""
    return [f for f in plan.findings if f.checked and f.severity == "info"]


def blocks(plan: Plan, words: Words) -> list[dict[str, Any]]:
    """The lists of page 1 in their order; NOT CHECKED comes first."""
    found = []
    for kind, items in (
        ("unchecked", unchecked(plan)),
        ("critical", critical(plan)),
        ("warning", warnings(plan)),
    ):
        if items:
            found.append(
                {
                    "kind": kind,
                    "title": words.text(f"finding.{kind}", count=str(len(items))),
                    "items": [_item(finding, plan, words) for finding in items],
                }
            )
    return found


def _item(finding: Finding, plan: Plan, words: Words) -> dict[str, str | None]:
    parts = []
    if finding.clears_when:
        parts.append(words.text("finding.clears", text=finding.clears_when))
    if finding.severity == "critical":
        key = "finding.overridable" if finding.overridable else "finding.final"
        parts.append(words.text(key))
    tail = [*finding.sources]
    if finding.trust:
        tail.append(words.text(f"trust.{finding.trust}"))
    return {
        "text": finding.message,
        "hint": " ".join(parts),
        "source": ", ".join(tail),
        "answered": _answered(finding, plan, words),
    }


def _answered(finding: Finding, plan: Plan, words: Words) -> str | None:
    answer = plan.approval.answer_to(finding) if plan.approval else None
    if answer is None:
        return None
    key = "finding.overridden" if answer.override else "finding.answered"
    return words.text(key, by=answer.by, at=words.moment(answer.at), text=answer.text)
