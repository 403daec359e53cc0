"""patient.pdf: one page in plain words; no doses, no rule codes."""

from typing import Any

from mesoplan.catalogue import Catalogue
from mesoplan.model.plan import Plan
from mesoplan.report.map import marks
from mesoplan.report.sheet import running
from mesoplan.report.typeset import typeset
from mesoplan.report.words import Words, injected, is_blocked


def patient_pdf(plan: Plan, catalogue: Catalogue) -> bytes:
    """The page the patient takes home.

    Parameters
    ----------
    plan : Plan
        The plan; a blocked one says only that the treatment is not released yet.
    catalogue : Catalogue
        Names and texts.
    """
    words = Words(catalogue)
    head = running(plan, words)
    not_checked = words.text("mark.not-checked")
    head["marks"] = [mark for mark in marks(plan, words) if mark != not_checked]
    data: dict[str, Any] = {
        "head": head,
        "title": words.text("patient-page.title"),
        "hello": words.text("patient-page.hello"),
        "contact": {
            "title": words.text("patient-page.contact-title"),
            "lines": words.lines("patient-page.contact"),
            "urgent": words.text("patient-page.urgent"),
        },
    }
    if is_blocked(plan):
        data["blocked"] = {
            "title": words.text("patient-page.blocked-title"),
            "text": words.text("patient-page.blocked"),
        }
    else:
        data["planned"] = {
            "title": words.text("patient-page.planned-title"),
            "lines": _planned(plan, words),
        }
        data["sections"] = [
            {
                "title": words.text(f"patient-page.{name}-title"),
                "items": [*words.lines(f"patient-page.{name}"), *_by_class(plan, words, name)],
                "loud": name == "warning",
            }
            for name in ("normal", "care", "warning")
        ]
        data["lump"] = words.text("patient-page.lump")
        data["dates"] = {
            "title": words.text("patient-page.dates-title"),
            "rows": _dates(plan, words),
        }
    return typeset("patient.typ", data, {})


def _planned(plan: Plan, words: Words) -> list[str]:
    areas = ", ".join(words.area(area) for area in plan.case.areas)
    what = ", ".join(words.substance(name) for name in injected(plan) if _acts(name, words))
    treatment = plan.case.treatment
    lines = [
        words.text(
            "patient-page.what",
            indication=words.indication(treatment.indication),
            date=words.date(treatment.date),
        ),
        words.text("patient-page.where", areas=areas),
        words.text("patient-page.with", what=what or words.unknown),
    ]
    if plan.protocol is None:
        lines.append(words.text("patient-page.grade.none"))
    else:
        grade = plan.protocol.evidence.grade.replace(" ", "-")
        known = words.has(f"patient-page.grade.{grade}")
        lines.append(words.text(f"patient-page.grade.{grade if known else 'none'}"))
    lines.append(words.text("patient-page.label"))
    return lines


def _acts(substance: str, words: Words) -> bool:
    """Whether a substance is more than what the others are dissolved in."""
    record = words.catalogue.substances.get(substance)
    return record is None or record.role == "active"


def _by_class(plan: Plan, words: Words, group: str) -> list[str]:
    """Lines that apply only where a class of substances is injected."""
    classes: dict[str, None] = {}
    for name in injected(plan):
        for found in sorted(words.catalogue.classes_of(name)):
            classes[found] = None
    ids = [f"patient-page.{group}-class.{name}" for name in classes]
    return [words.text(message) for message in ids if words.has(message)]


def _dates(plan: Plan, words: Words) -> list[list[str]]:
    rows = []
    for visit in plan.schedule:
        unset = words.text("patient-page.date-open")
        date = unset if visit.date is None else words.date(visit.date)
        kind = words.text(f"patient-page.visit-{visit.kind}", session=str(visit.session))
        rows.append([date, kind])
    return rows
