"""What may lie beneath the areas of a plan, and what is never done there."""

from mesoplan.model.figure import Sourced
from mesoplan.model.plan import Plan
from mesoplan.model.site import Danger, ZoneRule
from mesoplan.report.words import Words


def danger_lines(plan: Plan, words: Words) -> list[tuple[str, list[str]]]:
    """Per site of the plan: a heading, and the structures that may lie there."""
    found = []
    for name in _sites(plan):
        site = words.catalogue.sites.get(name)
        if site is None:
            items = [words.text("danger.unknown")]
        else:
            items = [site.danger_zone] if site.danger_zone else []
            items += [_danger(danger, words) for danger in site.dangers]
            items += [_zone(zone, words) for zone in site.zone_rules]
            items = items or [words.text("danger.none")]
        found.append((words.text("danger.title", site=words.site(name)), items))
    return found


def never_lines(plan: Plan, words: Words) -> list[tuple[str, list[str]]]:
    """Per site of the plan: its name, and what is never done there."""
    found = []
    for name in _sites(plan):
        site = words.catalogue.sites.get(name)
        items = list(site.never) if site else []
        for placement in plan.placements:
            if plan.case.areas[placement.area].site == name:
                items += placement.never
        if site is not None and site.forbidden:
            items.insert(0, site.forbidden.reason)
        if items:
            found.append((words.site(name), list(dict.fromkeys(items))))
    return found


def _sites(plan: Plan) -> list[str]:
    return list(dict.fromkeys(area.site for area in plan.case.areas))


def _danger(danger: Danger, words: Words) -> str:
    parts = [danger.structure]
    if danger.position:
        parts.append(danger.position)
    if danger.depth_mm is None:
        parts.append(words.text("danger.depth-unknown"))
    else:
        parts.append(words.text("danger.depth", depth=words.figure(danger.depth_mm)))
    return _marked(", ".join(parts), danger, words)


def _zone(zone: ZoneRule, words: Words) -> str:
    parts = [zone.structure]
    if zone.position is not None:
        parts.append(words.text(f"position.{zone.position}").lower())
    if zone.limit_mm is not None:
        parts.append(words.text("danger.limit", depth=words.figure(zone.limit_mm)))
    elif zone.warn_above_mm is not None:
        parts.append(words.text("danger.warn", depth=words.figure(zone.warn_above_mm)))
    return _marked(", ".join(parts), zone, words)


def _marked(text: str, fact: Sourced, words: Words) -> str:
    return f"{text} {words.text('danger.recalled')}" if fact.trust == "recalled" else text
