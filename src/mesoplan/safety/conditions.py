"""Contraindications by condition and interactions by medicine, from the catalogue's rules."""

from mesoplan.model.case import Named, PatientCondition
from mesoplan.model.finding import Finding
from mesoplan.model.rule import ConditionRule
from mesoplan.safety.situation import Situation


def conditions(s: Situation) -> list[Finding]:
    """One finding per rule that a stated condition sets off."""
    stated = s.case.patient.conditions
    if stated is None:
        return [s.unchecked("conditions", "conditions-not-asked", ("conditions",))]
    found = []
    for rule in s.catalogue.condition_rules.values():
        hit = [c.name for c in stated if _concerns(s, rule, c)]
        picked = s.selected(rule.applies_to) if hit else None
        if picked is not None:
            found.append(s.from_rule(rule, _written(hit), picked, _ids(hit)))
    return found


def _concerns(s: Situation, rule: ConditionRule, condition: PatientCondition) -> bool:
    if condition.name.id not in rule.conditions:
        return False
    if not rule.in_field or condition.area is None:
        return True
    return condition.area in {area.site for area in s.case.areas}


def medicines(s: Situation) -> list[Finding]:
    """One finding per rule that a stated medicine sets off, by ATC prefix."""
    stated = s.case.patient.medicines
    if stated is None:
        return [s.unchecked("medicines", "medicines-not-asked", ("medicines",))]
    found = []
    for rule in s.catalogue.medicine_rules.values():
        hit = [name for name in stated if _begins(_codes(s, name), rule.atc)]
        picked = s.selected(rule.applies_to) if hit else None
        if picked is not None:
            found.append(s.from_rule(rule, _written(hit), picked, _ids(hit)))
    return [*found, *_too_general(s, stated)]


def _begins(codes: tuple[str, ...], prefixes: tuple[str, ...]) -> bool:
    return any(code.startswith(prefix) for code in codes for prefix in prefixes)


def _codes(s: Situation, name: Named) -> tuple[str, ...]:
    """ATC codes of a medicine; of a class, those of every member the catalogue knows."""
    if name.kind != "class" or name.id is None:
        return name.atc
    return tuple(
        code
        for substance in s.catalogue.substances.values()
        if s.is_in(substance.id, name.id)
        for code in substance.atc
    )


def _too_general(s: Situation, stated: tuple[Named, ...]) -> list[Finding]:
    """A class, or a code wider than a rule's own, may or may not hold what a rule is about."""
    rules = s.catalogue.medicine_rules.values()
    broad = tuple(
        name.written
        for name in stated
        if name.kind == "class"
        or any(
            prefix != code and prefix.startswith(code)
            for rule in rules
            for prefix in rule.atc
            for code in name.atc
        )
    )
    if not broad:
        return []
    return [s.unchecked("medicine-code", "code-too-broad", broad, codes=", ".join(broad))]


def _written(names: list[Named]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.written for name in names))


def _ids(names: list[Named]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.id for name in names if name.id is not None))
