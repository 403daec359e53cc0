"""sheet.pdf: at the chair, map with emergency card, photographs, record, where it goes."""

from typing import Any

from mesoplan.catalogue import Catalogue
from mesoplan.model.plan import Plan
from mesoplan.report.chair import chair
from mesoplan.report.dangers import danger_lines
from mesoplan.report.emergency import emergency_cards
from mesoplan.report.exposure import exposure_strip
from mesoplan.report.exposure_page import exposure_page
from mesoplan.report.map import embedded, legend, marks
from mesoplan.report.numbers import plain
from mesoplan.report.record import record
from mesoplan.report.typeset import typeset
from mesoplan.report.words import Words, is_blocked, plan_id

_MAP_WIDTH_MM = 182.0
_MAP_HEIGHT_MM = 150.0
_MAP_HEIGHT_BESIDE_MM = 112.0
"""Of the map of many sites, whose lists of what may lie beneath need their room."""


def sheet_pdf(plan: Plan, catalogue: Catalogue) -> bytes:
    """The four pages as PDF, and one for each photograph; more where four are too small.

    Parameters
    ----------
    plan : Plan
        The plan; one with status ``blocked`` prints no preparation, volumes or needle settings.
    catalogue : Catalogue
        Names and texts.
    """
    words = Words(catalogue)
    height_mm = _MAP_HEIGHT_BESIDE_MM if len(danger_lines(plan, words)) > 2 else _MAP_HEIGHT_MM
    picture = embedded(plan, catalogue, _MAP_WIDTH_MM, height_mm)
    data = {
        "head": running(plan, words),
        "blocked": is_blocked(plan),
        "chair": chair(plan, words),
        "map": _map_page(plan, words, picture.width_mm),
        "record": record(plan, words),
        "exposure": exposure_page(plan, words),
        "photographs": [],
    }
    pictures = {
        "map.svg": picture.body,
        "exposure.svg": exposure_strip(plan, catalogue),
    }
    if plan.mapped:
        from mesoplan.report.photograph_page import photograph_page

        data["photographs"], drawn = photograph_page(plan, catalogue, words)
        pictures |= drawn
    return typeset("sheet.typ", data, pictures)


def running(plan: Plan, words: Words) -> dict[str, Any]:
    """What stands on every page."""
    patient = plan.case.patient
    return {
        "marks": marks(plan, words),
        "plan": f"{words.text('plan')} {plan_id(plan)}",
        "case": plan.case.name,
        "made-with": words.text(
            "made-with",
            version=plan.provenance.mesoplan,
            catalogue=plan.provenance.catalogue.removeprefix("sha256:")[:8],
        ),
        "date": words.text("valid", date=words.date(plan.case.treatment.date)),
        "patient-label": words.text("patient"),
        "patient": patient.name,
        "record-label": words.text("record-number"),
        "record": patient.record_number,
        "intended": words.text("intended"),
        "page": words.text("page"),
        "of": words.text("of"),
    }


def _map_page(plan: Plan, words: Words, width_mm: float) -> dict[str, Any]:
    weight = plan.case.patient.weight_kg
    known = (
        words.text("emergency.weight-unknown")
        if weight is None
        else words.text("emergency.weight", weight=plain(weight))
    )
    return {
        "title": words.text("map.page-title"),
        "hint": words.text("map.page-hint"),
        "width-mm": width_mm,
        "legend": legend(plan, words),
        "alt": words.text("map.page-title"),
        "dangers": [{"title": title, "items": items} for title, items in danger_lines(plan, words)],
        "emergency": {
            "title": words.text("emergency.title"),
            "weight": known,
            "kit": words.lines("emergency.kit"),
            "columns": _two_columns(emergency_cards(plan, words)),
        },
    }


def _two_columns(cards: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Cards in two columns of about the same length; the first cards stay on top."""
    columns: list[list[dict[str, Any]]] = [[], []]
    filled = [0, 0]
    for card in cards:
        shorter = 0 if filled[0] <= filled[1] else 1
        columns[shorter].append(card)
        texts = [card["title"], card["signs"], *card["steps"]]
        filled[shorter] += sum(len(text) // 60 + 1 for text in texts)
    return columns
