"""Substances whose label is so narrow that anything outside it is refused."""

from mesoplan.core.units import format_number
from mesoplan.model.finding import Finding
from mesoplan.model.mixture import Mixture
from mesoplan.model.plan import Placement
from mesoplan.model.substance import LabelUse, Substance
from mesoplan.safety.situation import SLACK, Situation


def label_use(s: Situation) -> list[Finding]:
    """One critical finding that lists every way a plan leaves such a label, over all passes."""
    found = list(_diluents(s))
    for substance in s.substances:
        label = substance.label_use
        if label is None:
            continue
        mixtures = [m for m in s.mixtures if any(c.substance == substance.id for c in m.contents)]
        placements = [p for m in mixtures for p in s.placements_of(m)]
        outside = _outside(s, mixtures, placements, substance, label)
        sites = tuple(s.area(p).site for p in placements)
        if outside:
            found.append(
                s.finding(
                    "outside-label",
                    "critical",
                    "outside-label",
                    (*s.written(substance.id), *sites),
                    sources=label.sources,
                    trust=label.trust,
                    substance=substance.name,
                    outside="; ".join(outside),
                )
            )
        found += _earlier_by_class(s, substance)
    return found


def _outside(
    s: Situation,
    mixtures: list[Mixture],
    placements: list[Placement],
    substance: Substance,
    label: LabelUse,
) -> list[str]:
    text = s.catalogue.messages.text
    found = []
    if s.indication.id not in label.indications:
        allowed = ", ".join(label.indications)
        found.append(text("finding.label.indication", used=s.indication.id, allowed=allowed))
    per_place: dict[int, float] = {}
    for placement in placements:
        site = s.area(placement).site
        per_place[placement.area] = (
            per_place.get(placement.area, 0.0) + placement.volume_per_point_ml
        )
        if site not in label.sites:
            found.append(text("finding.label.site", site=site, allowed=", ".join(label.sites)))
        if abs(placement.spacing_mm - label.spacing_mm) > SLACK or placement.pattern != "square":
            found.append(
                text(
                    "finding.label.grid",
                    spacing=format_number(placement.spacing_mm),
                    pattern=placement.pattern,
                    allowed=format_number(label.spacing_mm),
                )
            )
    most = max(per_place.values(), default=0.0)
    if most > label.volume_per_point_ml * (1 + SLACK):
        allowed = format_number(label.volume_per_point_ml)
        found.append(text("finding.label.volume", volume=format_number(most), allowed=allowed))
    points = sum(placement.count for placement in placements)
    if points > label.max_points:
        allowed = str(label.max_points)
        found.append(text("finding.label.points", points=str(points), allowed=allowed))
    volume = sum(s.injected_ml[mixture.index] for mixture in mixtures)
    if volume > label.max_volume_ml * (1 + SLACK):
        allowed = format_number(label.max_volume_ml)
        found.append(text("finding.label.total", volume=format_number(volume), allowed=allowed))
    if label.unmixed and any(len(mixture.parts) > 1 for mixture in mixtures):
        found.append(text("finding.label.mixed"))
    history = s.case.patient.history or ()
    sessions = s.sessions + sum(h.substance.id == substance.id for h in history)
    if sessions > label.max_sessions:
        allowed = str(label.max_sessions)
        found.append(text("finding.label.sessions", sessions=str(sessions), allowed=allowed))
    return list(dict.fromkeys(found))


def _earlier_by_class(s: Situation, substance: Substance) -> list[Finding]:
    """Earlier sessions named only by a class that may have been this substance."""
    vague = tuple(
        h.substance.written
        for h in s.case.patient.history or ()
        if h.substance.kind == "class" and h.substance.id and s.is_in(substance.id, h.substance.id)
    )
    if not vague:
        return []
    codes = ", ".join(dict.fromkeys(vague))
    return [s.unchecked("label-sessions", "code-too-broad", vague, codes=codes)]


def _diluents(s: Situation) -> list[Finding]:
    """A powder dissolved otherwise than its product's record says: a slip is a factor of dose."""
    found = []
    for part in (part for mixture in s.mixtures for part in mixture.parts):
        if part.product is None or part.diluent is None or part.diluent_ml is None:
            continue
        record = s.catalogue.products[part.product].reconstitution
        if record is None or not record.volumes_ml:
            found.append(
                s.unchecked(
                    "reconstitution",
                    "reconstitution-unknown",
                    (part.written,),
                    product=part.written,
                )
            )
            continue
        low, high = min(record.volumes_ml), max(record.volumes_ml)
        usual = low * (1 - SLACK) <= part.diluent_ml <= high * (1 + SLACK)
        if usual and part.diluent in record.diluents:
            continue
        found.append(
            s.finding(
                "reconstitution",
                "warning",
                "reconstitution",
                (part.written, part.diluent),
                sources=record.sources,
                trust=record.trust,
                product=part.written,
                volume=format_number(part.diluent_ml),
                diluent=part.diluent,
                low=format_number(low),
                high=format_number(high),
                diluents=", ".join(record.diluents),
            )
        )
    return found
