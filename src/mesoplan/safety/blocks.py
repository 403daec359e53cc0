"""Block-listed substances, and vehicles that do not belong in the skin."""

from mesoplan.model.finding import Finding
from mesoplan.safety.situation import Situation


def blocks(s: Situation) -> list[Finding]:
    """Critical for every block-listed substance and every vehicle forbidden in its plane."""
    return [*_substances(s), *_excipients(s)]


def _substances(s: Situation) -> list[Finding]:
    found = []
    for mixture in s.mixtures:
        held = [content.substance for content in mixture.contents]
        for name in dict.fromkeys((*held, *(e for e, _ in mixture.excipients))):
            substance = s.catalogue.substances.get(name)
            if substance is None:
                continue
            block = substance.block
            if block is None or (block.plane == "dermis" and not s.reaches_dermis(mixture)):
                continue
            if block.indications and s.indication.id not in block.indications:
                continue
            used = {placement.technique for placement in s.placements_of(mixture)}
            if block.techniques and not used & set(block.techniques):
                continue
            found.append(
                s.finding(
                    "blocked-substance",
                    "critical",
                    "blocked-substance",
                    s.written(substance.id),
                    sources=block.sources,
                    trust=block.trust,
                    substance=substance.name,
                    reason=block.reason,
                )
            )
    return found


def _excipients(s: Situation) -> list[Finding]:
    found = []
    for rule in s.catalogue.excipient_rules.values():
        for mixture in s.mixtures:
            if rule.plane == "dermis" and not s.reaches_dermis(mixture):
                continue
            # A substance meant for the subcutis has a rule of its own about its plane.
            own = [
                (c.substance, c.written)
                for c in mixture.contents
                if s.catalogue.substances[c.substance].meant_for != "subcutis"
            ]
            hits = [
                (name, written)
                for name, written in (*mixture.excipients, *own)
                if name in rule.excipients
                or any(s.is_in(name, excipient) for excipient in rule.excipients)
            ]
            if hits:
                found.append(
                    s.from_rule(
                        rule,
                        tuple(dict.fromkeys(written for _, written in hits)),
                        tuple(dict.fromkeys(name for name, _ in hits)),
                    )
                )
    return found
