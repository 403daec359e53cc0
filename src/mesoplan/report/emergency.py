"""The emergency card: only what applies to what is injected, doses computed from weight."""

import re
from typing import Any

from mesoplan.model.plan import Plan
from mesoplan.model.rule import Selector
from mesoplan.report.numbers import plain
from mesoplan.report.words import Words, injected

_PER_KG = re.compile(r"(?P<low>\d+(?:\.\d+)?) (?P<unit>mL|mg|µg|U)/kg(?P<rate>/min|/h)?")


def emergency_cards(plan: Plan, words: Words) -> list[dict[str, Any]]:
    """The cards of the catalogue that apply to this plan."""
    weight = plan.case.patient.weight_kg
    return [
        {
            "title": card.title,
            "signs": card.signs,
            "steps": [_with_dose(step, weight, words) for step in card.steps],
            "sources": ", ".join([*card.sources, words.text(f"trust.{card.trust}")]),
        }
        for card in words.catalogue.emergencies.values()
        if applies(card.applies_to, plan, words)
    ]


def applies(selector: Selector, plan: Plan, words: Words) -> bool:
    """Whether every condition that a selector states holds for the plan."""
    catalogue, treatment = words.catalogue, plan.case.treatment
    indication = catalogue.indications.get(treatment.indication)
    sites = {area.site for area in plan.case.areas}
    faces = {catalogue.sites[site].face for site in sites if site in catalogue.sites}
    checks = [
        not selector.indications or treatment.indication in selector.indications,
        not selector.sites or bool(sites & set(selector.sites)),
        selector.face is None or selector.face in faces,
        selector.aesthetic is None
        or (indication is not None and indication.aesthetic == selector.aesthetic),
    ]
    if selector.substances or selector.classes:
        checks.append(any(_chosen(selector, name, words) for name in injected(plan)))
    return all(checks)


def _chosen(selector: Selector, substance: str, words: Words) -> bool:
    by_name = not selector.substances or substance in selector.substances
    classes = words.catalogue.classes_of(substance)
    return by_name and (not selector.classes or bool(classes & set(selector.classes)))


def _with_dose(step: str, weight_kg: float | None, words: Words) -> str:
    """A step with the amount for this patient behind every amount per kilogram."""

    def computed(match: re.Match[str]) -> str:
        rate = match["rate"] or ""
        if weight_kg is None:
            return words.text("emergency.no-weight", dose=match[0])
        amount = plain(float(match["low"]) * weight_kg, 2)
        return words.text("emergency.dose", dose=match[0], amount=f"{amount} {match['unit']}{rate}")

    return _PER_KG.sub(computed, step)
