"""What a consent says of a plan: from the plan's own document and the catalogue, nothing else."""

from typing import Any

from mesoplan.catalogue import Catalogue
from mesoplan.clinic.planning.models import PlanVersion
from mesoplan.core.hashing import content_hash
from mesoplan.model.plan import Plan
from mesoplan.report.numbers import plain
from mesoplan.report.words import Words, injected

_NOT_FOR_PATIENTS = ("needle-changes", "cut-out", "scale-by-iris", "scale-by-limb", "intent")
"""Standing facts about the work, not about the patient's choice."""
_LICENCE = ("no-parenteral-licence",)


def treatment_content(plan: PlanVersion, catalogue: Catalogue) -> dict[str, Any]:
    """The content of a consent to a plan.

    Returns
    -------
    dict
        ``planned``, ``contents``, ``licence``, ``evidence``, ``alternative``, ``risks``,
        ``warning``, ``care``, ``not_checked``, ``visits``: texts and lists of texts.
    """
    made = Plan.model_validate(plan.document)
    words = Words(catalogue)
    evidence = made.protocol.evidence if made.protocol else None
    facts = [
        f
        for f in made.findings
        if f.rule not in _NOT_FOR_PATIENTS
        and f.checked
        and (f.severity == "info" or f.rule in _LICENCE)
        and f.rule != "evidence"
    ]
    return {
        "planned": _planned(made, words),
        "contents": [_amount(total, words) for total in made.totals if total.injected.value > 0],
        "licence": [f.message for f in facts],
        "evidence": (
            f"{evidence.grade}: {evidence.statement}"
            if evidence
            else "No protocol was followed: the evidence was not assessed."
        ),
        "alternative": (evidence.alternative if evidence else "") or "Not known to this catalogue.",
        "risks": _lines(made, words, "normal"),
        "care": _lines(made, words, "care"),
        "warning": [*_lines(made, words, "warning"), words.text("patient-page.lump")],
        "not_checked": [f.message for f in made.findings if not f.checked],
        "visits": [
            f"{visit.date.isoformat() if visit.date else '–'}: {visit.kind}"
            for visit in made.schedule
        ],
    }


def same_treatment(one: PlanVersion, other: PlanVersion) -> bool:
    """Whether two versions treat the same areas with the same substances and amounts."""
    return _essence(one) == _essence(other)


def _essence(plan: PlanVersion) -> str:
    document = plan.document
    return content_hash(
        {
            "areas": document["case"]["areas"],
            "amounts": [[t["substance"], t["injected"]] for t in document["totals"]],
            "techniques": [p["technique"] for p in document["placements"]],
            "evidence": document["protocol"] and document["protocol"]["evidence"]["grade"],
        }
    )


def _planned(plan: Plan, words: Words) -> list[str]:
    treatment = plan.case.treatment
    areas = ", ".join(words.area(area) for area in plan.case.areas)
    techniques = dict.fromkeys(words.technique(p.technique) for p in plan.placements)
    sessions = sum(visit.kind == "treatment" for visit in plan.schedule)
    return [
        f"{words.indication(treatment.indication)}, {words.date(treatment.date)}",
        f"Where: {areas}",
        f"How: {', '.join(techniques)}; {len(plan.points)} punctures; sessions planned: {sessions}",
    ]


def _amount(total: Any, words: Words) -> str:
    name = words.substance(total.substance)
    return f"{name}: {plain(total.injected.value)} {total.injected.unit}"


def _lines(plan: Plan, words: Words, group: str) -> list[str]:
    classes: dict[str, None] = {}
    for name in injected(plan):
        for found in sorted(words.catalogue.classes_of(name)):
            classes[found] = None
    ids = [f"patient-page.{group}-class.{name}" for name in classes]
    special = [words.text(message) for message in ids if words.has(message)]
    return [*words.lines(f"patient-page.{group}"), *special]
