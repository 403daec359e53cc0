"""Mixtures: pairs in one syringe, number of actives, strength, pH and osmolality."""

import itertools

from mesoplan.core.units import format_number, parse_quantity
from mesoplan.evaluate.totals import reference_concentration
from mesoplan.model.finding import Finding, Severity
from mesoplan.model.mixture import Mixture
from mesoplan.model.rule import PairRule
from mesoplan.safety.situation import SLACK, Situation

MOST_ACTIVES = 3
PH_RANGE = (4.5, 8.5)
OSMOLALITY_RANGE = (200.0, 600.0)
_CLEARING = frozenset({"verified", "read"})
_SKIN_ROUTES = frozenset({"intradermal", "subcutaneous", "intralesional", "infiltration"})


def mixtures(s: Situation) -> list[Finding]:
    """Findings about what is mixed and how strong it is."""
    found: list[Finding] = []
    for mixture in s.mixtures:
        found += [*_pairs(s, mixture), *_actives(s, mixture), *_strengths(s, mixture)]
        if not _used_as_labelled(s, mixture):
            found += _solution(s, mixture)
    return found


def _pair_rules(s: Situation, mixture: Mixture, a: str, b: str) -> list[PairRule]:
    """Rules that hold for a pair in this syringe; those about the substances before classes."""
    ways_a = {a, *s.catalogue.classes_of(a)}
    ways_b = {b, *s.catalogue.classes_of(b)}
    held = {content.substance for content in mixture.contents}
    used = {part.product for part in mixture.parts}
    rules = [
        rule
        for rule in s.catalogue.pairs.values()
        if ((rule.a in ways_a and rule.b in ways_b) or (rule.a in ways_b and rule.b in ways_a))
        and set(rule.only_with) <= held
        and (not rule.products or used & set(rule.products))
    ]
    return [rule for rule in rules if {rule.a, rule.b} == {a, b}] or rules


def _one_product(s: Situation, mixture: Mixture, a: str, b: str) -> bool:
    """Whether a marketed product holds both, which its maker answers for."""
    for part in mixture.parts:
        if part.product is None:
            continue
        product = s.catalogue.products[part.product]
        if product.kind == "compounded" or (product.own and ":" not in product.id):
            continue
        inside = {content.substance for content in product.contents} | set(product.excipients)
        if {a, b} <= inside:
            return True
    return False


def _pairs(s: Situation, mixture: Mixture) -> list[Finding]:
    """Incompatible pairs are critical; only a pair seen in a source counts as compatible."""
    found: list[Finding] = []
    unknown: list[tuple[str, str]] = []
    clear: list[PairRule] = []
    contents = list(dict.fromkeys(content.substance for content in mixture.contents))
    excipients = [name for name, _ in mixture.excipients if name not in contents]
    vehicles = {n for n in contents if s.catalogue.substances[n].role == "vehicle"}
    for a, b in itertools.combinations([*contents, *excipients], 2):
        if _one_product(s, mixture, a, b):
            continue
        rules = _pair_rules(s, mixture, a, b)
        # A mixture seen clear under a stated condition goes before a general "no".
        shown = [r for r in rules if r.verdict == "compatible" and r.trust in _CLEARING]
        special = [rule for rule in shown if rule.only_with]
        bad = [rule for rule in rules if rule.verdict == "incompatible"]
        if bad and not special:
            found.append(_incompatible(s, mixture, a, b, bad))
        elif shown:
            clear.append((special or shown)[0])
        elif not {a, b} & vehicles and not {a, b} & set(excipients):
            unknown.append((a, b))
    if clear:
        found.append(
            s.finding(
                "compatible-pairs",
                "info",
                "compatible-pairs",
                tuple(name for rule in clear for name in (rule.a, rule.b)),
                sources=tuple(source for rule in clear for source in rule.sources),
                pairs=" ".join(_pair_text(rule) for rule in clear),
                syringe=str(mixture.index + 1),
            )
        )
    if unknown:
        found.append(
            s.finding(
                "pair-without-data",
                "warning",
                "pair-without-data",
                tuple(text for pair in unknown for name in pair for text in s.written(name)),
                sources=("S136", "mesoplan-proposal"),
                trust="proposal",
                pairs=", ".join(f"{a} + {b}" for a, b in unknown),
                syringe=str(mixture.index + 1),
            )
        )
    return found


def _pair_text(rule: PairRule) -> str:
    condition = f" ({rule.condition})" if rule.condition else ""
    return f"{rule.a} with {rule.b}{condition}: {rule.text}"


def _named(s: Situation, mixture: Mixture, name: str) -> tuple[str, ...]:
    """A content or excipient with the products of this syringe that hold it."""
    holders = tuple(product for excipient, product in mixture.excipients if excipient == name)
    return (*s.written(name), *holders)


def _incompatible(s: Situation, mixture: Mixture, a: str, b: str, rules: list[PairRule]) -> Finding:
    return s.finding(
        "incompatible-pair",
        "critical",
        "incompatible-pair",
        (*_named(s, mixture, a), *_named(s, mixture, b)),
        sources=tuple(source for rule in rules for source in rule.sources),
        trust=rules[0].trust,
        a=a,
        b=b,
        reason=rules[0].text,
        condition=rules[0].condition and f" ({rules[0].condition})",
    )


def _actives(s: Situation, mixture: Mixture) -> list[Finding]:
    vehicles = frozenset(x.id for x in s.substances if x.role == "vehicle")
    actives = mixture.actives(vehicles)
    if len(actives) <= MOST_ACTIVES:
        return []
    return [
        s.finding(
            "many-actives",
            "warning",
            "many-actives",
            actives,
            sources=("mesoplan-proposal",),
            trust="proposal",
            count=str(len(actives)),
            most=str(MOST_ACTIVES),
            syringe=str(mixture.index + 1),
        )
    ]


def _strengths(s: Situation, mixture: Mixture) -> list[Finding]:
    found = []
    for name in dict.fromkeys(content.substance for content in mixture.contents):
        substance = s.catalogue.substances[name]
        strength = reference_concentration(substance, mixture)
        for limit in substance.strength_limits:
            allowed = parse_quantity(
                limit.maximum, "maximum", ("mass concentration", "unit concentration"), "10 mg/mL"
            )
            if strength is None or strength.unit != allowed.unit:
                continue
            if strength.value > allowed.value * (1 + SLACK):
                found.append(
                    s.finding(
                        "strength",
                        "warning",
                        "strength",
                        s.written(name),
                        sources=limit.sources,
                        trust=limit.trust,
                        substance=substance.name,
                        strength=str(strength),
                        allowed=str(allowed),
                    )
                )
    return found


def _used_as_labelled(s: Situation, mixture: Mixture) -> bool:
    """One product, neat or with 0.9 % saline alone, by a route of the skin on its label."""
    products = [
        s.catalogue.products[part.product] if part.product else None for part in mixture.parts
    ]
    others = [p for p in products if p is None or p.id != "sodium-chloride-0.9"]
    if len({p.id for p in others if p is not None}) != 1 or None in others:
        return not others
    only = others[0]
    diluents = {part.diluent for part in mixture.parts if part.diluent}
    return (
        only is not None
        and diluents <= {"sodium-chloride-0.9"}
        and any(r.route in _SKIN_ROUTES and r.trust != "proposal" for r in only.routes)
    )


def _intravenous_only(s: Situation, mixture: Mixture) -> bool:
    for part in mixture.parts:
        product = s.catalogue.products[part.product] if part.product else None
        if product is None or not product.contents:
            continue
        routes = {route.route for route in product.routes}
        actives = [
            c for c in product.contents if s.catalogue.substances[c.substance].role != "vehicle"
        ]
        if actives and routes == {"intravenous"}:
            return True
    return False


def _solution(s: Situation, mixture: Mixture) -> list[Finding]:
    """PH and osmolality of the final mixture against what skin bears."""
    found = []
    severity: Severity = "critical" if _intravenous_only(s, mixture) else "warning"
    subjects = tuple(dict.fromkeys(part.written for part in mixture.parts))
    number = str(mixture.index + 1)
    low, high = PH_RANGE
    if mixture.ph is not None and not low - SLACK <= mixture.ph <= high + SLACK:
        found.append(
            s.finding(
                "ph",
                severity,
                "ph",
                subjects,
                sources=("S24", "mesoplan-proposal"),
                trust="proposal",
                ph=format_number(mixture.ph),
                low=format_number(low),
                high=format_number(high),
                syringe=number,
            )
        )
    lowest, highest = OSMOLALITY_RANGE
    value = mixture.osmolality_mosm_kg
    floor = mixture.osmolality_floor or 0.0
    too_high = floor > highest * (1 + SLACK)
    too_low = value is not None and value < lowest * (1 - SLACK)
    if too_high or too_low:
        found.append(
            s.finding(
                "osmolality",
                severity,
                "osmolality",
                subjects,
                sources=("S133", "mesoplan-proposal"),
                trust="proposal",
                osmolality=format_number(floor),
                low=format_number(lowest),
                high=format_number(highest),
                syringe=number,
                bound="" if value is not None else s.catalogue.messages.text("finding.at-least"),
            )
        )
    open_ones = []
    if mixture.ph is None:
        open_ones.append("pH")
    if value is None and not too_high:
        open_ones.append("osmolality")
    if open_ones:
        found.append(
            s.unchecked(
                "solution",
                "solution-unknown",
                subjects,
                what=s.catalogue.messages.text("finding.and").join(open_ones),
                syringe=number,
            )
        )
    return found
