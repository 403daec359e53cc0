"""Substances whose label is so narrow that anything outside it is refused."""

from mesoplan.core.units import format_number
from mesoplan.model.finding import Finding
from mesoplan.model.mixture import Mixture
from mesoplan.model.substance import LabelUse, Substance
from mesoplan.safety.situation import SLACK, Situation


def label_use(s: Situation) -> list[Finding]:
    """One critical finding that lists every way a plan leaves such a label."""
    found = []
    for mixture in s.mixtures:
        for name in dict.fromkeys(content.substance for content in mixture.contents):
            substance = s.catalogue.substances[name]
            if substance.label_use is None:
                continue
            outside = _outside(s, mixture, substance, substance.label_use)
            if outside:
                sites = tuple(s.area(p).site for p in s.placements_of(mixture))
                found.append(
                    s.finding(
                        "outside-label",
                        "critical",
                        "outside-label",
                        (*s.written(name), *sites),
                        sources=substance.label_use.sources,
                        trust=substance.label_use.trust,
                        substance=substance.name,
                        outside="; ".join(outside),
                    )
                )
    return found


def _outside(s: Situation, mixture: Mixture, substance: Substance, label: LabelUse) -> list[str]:
    text = s.catalogue.messages.text
    placements = s.placements_of(mixture)
    found = []
    for placement in placements:
        site = s.area(placement).site
        if site not in label.sites:
            found.append(text("finding.label.site", site=site, allowed=", ".join(label.sites)))
        if placement.volume_per_point_ml > label.volume_per_point_ml * (1 + SLACK):
            found.append(
                text(
                    "finding.label.volume",
                    volume=format_number(placement.volume_per_point_ml),
                    allowed=format_number(label.volume_per_point_ml),
                )
            )
        if abs(placement.spacing_mm - label.spacing_mm) > SLACK or placement.pattern != "square":
            found.append(
                text(
                    "finding.label.grid",
                    spacing=format_number(placement.spacing_mm),
                    pattern=placement.pattern,
                    allowed=format_number(label.spacing_mm),
                )
            )
    points = sum(placement.count for placement in placements)
    if points > label.max_points:
        found.append(
            text("finding.label.points", points=str(points), allowed=str(label.max_points))
        )
    volume = s.injected_ml[mixture.index]
    if volume > label.max_volume_ml * (1 + SLACK):
        found.append(
            text(
                "finding.label.total",
                volume=format_number(volume),
                allowed=format_number(label.max_volume_ml),
            )
        )
    if label.unmixed and len(mixture.parts) > 1:
        found.append(text("finding.label.mixed"))
    history = s.case.patient.history or ()
    sessions = s.sessions + sum(h.substance.id == substance.id for h in history)
    if sessions > label.max_sessions:
        found.append(
            text("finding.label.sessions", sessions=str(sessions), allowed=str(label.max_sessions))
        )
    return list(dict.fromkeys(found))
