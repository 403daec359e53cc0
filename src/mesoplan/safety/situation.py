"""What the rules look at, and how they speak: one plan's facts, one way to make a finding."""

from dataclasses import dataclass

from mesoplan.catalogue import Catalogue
from mesoplan.model.case import Anaesthetic, Area, Case
from mesoplan.model.finding import Finding, Severity
from mesoplan.model.mixture import Mixture, MixtureContent
from mesoplan.model.plan import MappedArea, Near, Placement, Total
from mesoplan.model.product import Product
from mesoplan.model.protocol import Indication, Protocol
from mesoplan.model.rule import RuleText, Selector
from mesoplan.model.site import Site
from mesoplan.model.substance import Substance

SLACK = 1e-9
"""Relative slack of every comparison: at a limit is not above it."""
_Z95 = 1.6448536269514722


@dataclass(frozen=True)
class Situation:
    """One plan as the rules see it. ``undeliverable`` holds stated volumes no syringe gives."""

    case: Case
    catalogue: Catalogue
    indication: Indication
    protocol: Protocol | None
    mixtures: tuple[Mixture, ...]
    placements: tuple[Placement, ...]
    mapped: tuple[MappedArea, ...]
    near: tuple[Near, ...]
    totals: tuple[Total, ...]
    injected_ml: tuple[float, ...]
    sessions: int
    interval_days: float | None
    undeliverable: tuple[float, ...]
    fitted: tuple[tuple[float, float], ...]
    dose_departs: bool

    @property
    def contents(self) -> tuple[MixtureContent, ...]:
        """The contents of all syringes."""
        return tuple(content for mixture in self.mixtures for content in mixture.contents)

    @property
    def today(self) -> tuple[Anaesthetic, ...]:
        """Local anaesthetics given that day by other means."""
        return (self.case.today.anaesthetics or ()) if self.case.today else ()

    @property
    def substances(self) -> tuple[Substance, ...]:
        """Every substance of the syringes, once."""
        names = dict.fromkeys(content.substance for content in self.contents)
        return tuple(self.catalogue.substances[name] for name in names)

    @property
    def actives(self) -> tuple[Substance, ...]:
        """Every substance that is no vehicle, once."""
        return tuple(substance for substance in self.substances if substance.role != "vehicle")

    def product(self, content: MixtureContent) -> Product | None:
        """The product a content comes from; ``None`` for a substance with a strength."""
        return self.catalogue.products[content.product] if content.product else None

    def area(self, placement: Placement) -> Area:
        """The area of a placement."""
        return self.case.areas[placement.area]

    def site(self, placement: Placement) -> Site:
        """The site of a placement."""
        return self.catalogue.sites[self.area(placement).site]

    def placements_of(self, mixture: Mixture) -> tuple[Placement, ...]:
        """Where a mixture goes."""
        return tuple(p for p in self.placements if p.syringe == mixture.index)

    def reaches_dermis(self, mixture: Mixture) -> bool:
        """Whether a mixture may lie in the skin: the tip is not surely (0.9) below the dermis."""
        return any(p.probability_below_dermis < 0.9 for p in self.placements_of(mixture))

    def is_in(self, substance: str, class_id: str) -> bool:
        """Whether a substance belongs to a class, directly or through its ancestors."""
        return class_id in self.catalogue.classes_of(substance)

    def written(self, substance: str) -> tuple[str, ...]:
        """A substance's id and every way the case writes what contains it."""
        found = [c.written for c in self.contents if c.substance == substance]
        return tuple(dict.fromkeys((substance, *found)))

    def selected(self, selector: Selector) -> tuple[str, ...] | None:
        """Substances a selector picks; ``()`` where it applies without any, ``None`` if not."""
        if selector.aesthetic is not None and selector.aesthetic != self.indication.aesthetic:
            return None
        if selector.indications and self.indication.id not in selector.indications:
            return None
        sites = [self.catalogue.sites[area.site] for area in self.case.areas]
        if selector.sites and not any(site.id in selector.sites for site in sites):
            return None
        if selector.face is not None and not any(site.face == selector.face for site in sites):
            return None
        if not selector.substances and not selector.classes:
            return ()
        picked = tuple(
            substance.id
            for substance in self.substances
            if substance.id in selector.substances
            or any(self.is_in(substance.id, name) for name in selector.classes)
        )
        return picked or None

    def finding(
        self,
        rule: str,
        severity: Severity,
        message_id: str,
        subjects: tuple[str, ...],
        *,
        sources: tuple[str, ...] = (),
        trust: str | None = None,
        checked: bool = True,
        overridable: bool = False,
        **parameters: str,
    ) -> Finding:
        """A finding whose text is a message of the catalogue."""
        text = self.catalogue.messages.text
        return Finding(
            rule=rule,
            severity=severity if checked else "warning",
            checked=checked,
            overridable=overridable,
            subjects=tuple(dict.fromkeys(subjects)),
            message=text(f"finding.{message_id}.message", **parameters),
            clears_when=text(f"finding.{message_id}.clears_when", **parameters),
            sources=tuple(dict.fromkeys(sources)),
            trust=trust,
            message_id=message_id,
            parameters=parameters,
        )

    def unchecked(
        self, rule: str, message_id: str, subjects: tuple[str, ...], **parameters: str
    ) -> Finding:
        """A finding of a rule that could not run."""
        return self.finding(
            rule,
            "warning",
            message_id,
            subjects,
            sources=(),
            checked=False,
            overridable=False,
            trust=None,
            **parameters,
        )

    def from_rule(
        self,
        rule: RuleText,
        written: tuple[str, ...],
        picked: tuple[str, ...],
        ids: tuple[str, ...] = (),
    ) -> Finding:
        """A finding of a rule that stands in the catalogue, text included.

        ``written`` is quoted as the case has it, ``ids`` are what that stands for, ``picked``
        the substances concerned.
        """
        names = [
            self.catalogue.substances[name].name if name in self.catalogue.substances else name
            for name in picked
        ]
        parameters = {"subject": ", ".join(written), "substance": ", ".join(names)}
        return Finding(
            rule=rule.id,
            severity=rule.severity,
            overridable=rule.overridable,
            subjects=tuple(dict.fromkeys((*written, *ids, *picked))),
            message=rule.message.format(**parameters),
            clears_when=_sentence(rule.clears_when.format(**parameters)),
            sources=rule.sources,
            trust=rule.trust,
            message_id=f"rule:{rule.id}",
            parameters=parameters,
        )


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def p95_mm(placement: Placement) -> float:
    """95th percentile of the tip depth below the skin, a lesion's height taken off."""
    return placement.depth_mm - placement.height_mm + _Z95 * placement.depth_sd_mm
