"""Depth and zones: where the tip lies against plane, vessels and danger zones."""

from mesoplan.core.units import format_number
from mesoplan.model.finding import Finding
from mesoplan.model.mixture import MixtureContent
from mesoplan.model.plan import Placement
from mesoplan.model.site import ZoneRule
from mesoplan.safety.situation import SLACK, Situation, p95_mm

SURE = 0.9
"""Probability that a substance meant for the subcutis must have of lying there."""
_NO_PARTICLES = frozenset({"glabella", "nose", "lower-eyelid", "temple"})


def depth(s: Situation) -> list[Finding]:
    """Findings about plane, zone limits and zones that a suspension or gel must not enter."""
    return [*_zones(s), *_planes(s), *_subcutis(s), *_particles(s), *_flags(s)]


def _rules(s: Situation, placement: Placement) -> list[ZoneRule]:
    """Zone rules of a site; an area without a position uses the medial ones."""
    position = s.area(placement).position or "medial"
    return [r for r in s.site(placement).zone_rules if r.position in (None, position)]


def _zones(s: Situation) -> list[Finding]:
    found = []
    for placement in s.placements:
        site = s.area(placement).site
        for rule in _rules(s, placement):
            limit, warn = rule.limit_mm, rule.warn_above_mm
            below_mm = placement.depth_mm - placement.height_mm
            if limit is not None and below_mm > limit.central * (1 + SLACK):
                found.append(
                    s.finding(
                        "zone-limit",
                        "critical",
                        "zone-limit",
                        (site, rule.id),
                        overridable=True,
                        sources=limit.sources,
                        trust=limit.trust,
                        site=site,
                        structure=rule.structure,
                        depth=format_number(below_mm),
                        limit=format_number(limit.central),
                    )
                )
            elif warn is not None and p95_mm(placement) > warn.central * (1 + SLACK):
                found.append(
                    s.finding(
                        "zone-depth",
                        "warning",
                        "zone-depth",
                        (site, rule.id),
                        sources=warn.sources,
                        trust=warn.trust,
                        site=site,
                        structure=rule.structure,
                        depth=format_number(p95_mm(placement)),
                        limit=format_number(warn.central),
                    )
                )
        forbidden = s.site(placement).forbidden
        if forbidden is not None:
            found.append(
                s.finding(
                    "forbidden-zone",
                    "critical",
                    "forbidden-zone",
                    (site,),
                    sources=forbidden.sources,
                    trust=forbidden.trust,
                    site=site,
                    reason=forbidden.reason,
                )
            )
    return found


def _planes(s: Situation) -> list[Finding]:
    found = []
    for placement in s.placements:
        probable = placement.probability_intended
        if placement.plane == placement.intended_plane and probable >= 0.5:
            continue
        site = s.area(placement).site
        found.append(
            s.finding(
                "plane",
                "warning",
                "plane",
                (site,),
                sources=("S1", "mesoplan-computed"),
                trust="computed",
                site=site,
                depth=format_number(placement.depth_mm),
                plane=placement.plane,
                intended=placement.intended_plane,
                percent=f"{100 * probable:.0f}",
            )
        )
    return found


def _subcutis(s: Situation) -> list[Finding]:
    found = []
    for mixture in s.mixtures:
        for content in mixture.contents:
            substance = s.catalogue.substances[content.substance]
            if substance.meant_for != "subcutis":
                continue
            for placement in s.placements_of(mixture):
                if placement.probability_below_dermis >= SURE - SLACK:
                    continue
                site = s.area(placement).site
                found.append(
                    s.finding(
                        "not-below-dermis",
                        "critical",
                        "not-below-dermis",
                        (*s.written(substance.id), site),
                        sources=("S1", "S76"),
                        trust="computed",
                        substance=substance.name,
                        site=site,
                        percent=f"{100 * placement.probability_below_dermis:.0f}",
                    )
                )
    return found


def _particles(s: Situation) -> list[Finding]:
    """A steroid suspension or a gel where an embolus reaches the eye."""
    found = []
    for mixture in s.mixtures:
        sites = {s.area(p).site for p in s.placements_of(mixture)} & _NO_PARTICLES
        held = [content for content in mixture.contents if _is_particle(s, content)]
        if not sites or not held:
            continue
        names = dict.fromkeys(s.catalogue.substances[c.substance].name for c in held)
        found.append(
            s.finding(
                "particles-in-zone",
                "critical",
                "particles-in-zone",
                (*(x for c in held for x in (c.substance, c.written)), *sorted(sites)),
                overridable=True,
                sources=("S159",),
                trust="read",
                substance=", ".join(names),
                sites=", ".join(sorted(sites)),
            )
        )
    return found


def _is_particle(s: Situation, content: MixtureContent) -> bool:
    """A suspended substance, or what makes a gel; not what is dissolved in it."""
    substance, product = s.catalogue.substances[content.substance], s.product(content)
    gel = product is not None and product.form == "gel" and substance.role == "device-material"
    return substance.particulate or gel


def _flags(s: Situation) -> list[Finding]:
    flagged = {s.area(p).site: s.site(p).danger_zone for p in s.placements if s.site(p).danger_zone}
    if not flagged:
        return []
    return [
        s.finding(
            "danger-zone",
            "warning",
            "danger-zone",
            tuple(flagged),
            sources=("S159", "S160"),
            trust="read",
            zones="; ".join(f"{site}: {text}" for site, text in flagged.items()),
        )
    ]
