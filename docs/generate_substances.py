"""Writes the page of a substance: what is known of it, what limits it, where it is used."""

from collections.abc import Iterable, Iterator

from generate_text import (
    LEGEND,
    UNKNOWN,
    bullets,
    citations,
    escaped,
    facts,
    figure,
    figures,
    link,
    names,
    page,
    stated,
    table,
)

from mesoplan.catalogue import Catalogue
from mesoplan.model.rule import ConditionRule, MedicineRule, PairRule
from mesoplan.model.substance import LabelledRoute, LabelUse, Limit, Substance


def substance_page(s: Substance, catalogue: Catalogue) -> str:
    """The page of a substance."""
    kin = frozenset({s.id}) | catalogue.classes_of(s.id)
    written: list[ConditionRule | MedicineRule] = [
        *catalogue.condition_rules.values(),
        *catalogue.medicine_rules.values(),
    ]
    rules = [r for r in written if kin & {*r.applies_to.substances, *r.applies_to.classes}]
    pairs = [pair for pair in catalogue.pairs.values() if kin & {pair.a, pair.b}]
    return page(
        s.name,
        "All substances",
        _block(s),
        facts(_who(s, catalogue)),
        f"## Chemistry\n\n{facts(_chemistry(s))}",
        f"## Kinetics\n\n{facts(_kinetics(s))}",
        f"## Limits\n\n{_limits(s, catalogue)}",
        f"## Levels with a measured effect\n\n{_listed(_levels(s))}",
        f"## Labelled routes\n\n{_listed(_route(r, catalogue) for r in s.licensed_routes)}",
        f"## Cautions\n\n{_listed(f'{escaped(c.text)} {stated(c)}' for c in s.cautions)}",
        "## Contraindications and interactions\n",
        _listed(_rule(r, s, catalogue) for r in rules),
        f"## Products that hold it\n\n{_listed(_products(s, catalogue))}",
        f"## In one syringe with\n\n{_listed(_pair(p, kin, catalogue) for p in pairs)}",
        "A pair that is not listed has no data.\n",
        f"## Sources\n\n{LEGEND}",
        citations((s, *rules, *pairs), catalogue),
    )


def _listed(items: Iterable[str]) -> str:
    return bullets(items) or f"None on record: {UNKNOWN}.\n"


def _block(s: Substance) -> str:
    if s.block is None:
        return ""
    where = "anywhere" if s.block.plane == "any" else "into the dermis"
    only = ", ".join((*s.block.indications, *s.block.techniques))
    only = f" (for {escaped(only)})" if only else ""
    text = f"{escaped(s.block.reason)} {stated(s.block)}"
    return f":::{{danger}}\nNot to be injected {where}{only}. {text}\n:::\n"


def _who(s: Substance, catalogue: Catalogue) -> list[tuple[str, str]]:
    return [
        ("id", f"`{s.id}`"),
        ("also called", escaped(", ".join(s.synonyms)) or UNKNOWN),
        ("role", s.role),
        ("ATC", escaped(", ".join(s.atc)) or UNKNOWN),
        ("classes", names("class", s.classes, catalogue) or UNKNOWN),
        ("amounts in", s.measured_in),
        ("forms", "<br>".join(f"{escaped(f.name)}: {figure(f.molar_mass_g_mol)}" for f in s.forms)
         or UNKNOWN),
        ("meant for", s.meant_for or UNKNOWN),
        ("particles", "yes" if s.particulate else "no"),
        ("macromolecule", "yes" if s.macromolecule else "no"),
    ]  # fmt: skip


def _chemistry(s: Substance) -> list[tuple[str, str]]:
    return [
        ("kind", s.molecule.kind or UNKNOWN),
        ("molar mass", figure(s.molecule.molar_mass_g_mol)),
        ("logP", figure(s.molecule.logp)),
        ("pKa", figures(s.molecule.pka)),
        ("fraction unbound", figure(s.molecule.fraction_unbound)),
        ("degradation per hour", figure(s.molecule.degradation_per_h)),
        ("pH of the solution", figure(s.solution_ph)),
        ("usual strength", figures(s.usual_strength)),
    ]


def _kinetics(s: Substance) -> list[tuple[str, str]]:
    return [
        ("volume of distribution", figure(s.pharmacokinetics.volume_l_per_kg)),
        ("half-life", figure(s.pharmacokinetics.half_life_h)),
        ("toxic plasma level", figure(s.pharmacokinetics.toxic_plasma_mg_l)),
    ]


def _limits(s: Substance, catalogue: Catalogue) -> str:
    parts = [f"No maximum dose is on record: {UNKNOWN}.\n"]
    if s.limits:
        head = ("per", "amount", "per body weight", "form", "basis", "countries", "only", "source")
        parts = [table(head, (_limit(limit, catalogue) for limit in s.limits))]
    items = [
        f"Strength at most {escaped(row.maximum)}, {row.basis} {stated(row)}"
        for row in s.strength_limits
    ]
    for pause in s.intervals:
        whole = names("class", (pause.whole_class,), catalogue) if pause.whole_class else ""
        of = f", counted for the whole class {whole}" if whole else ""
        what = "critical" if pause.critical else "warning"
        items.append(
            f"At least {pause.days:g} days between sessions{of}; {pause.basis}, {what} "
            f"{stated(pause)}"
        )
    if s.label_use is not None:
        items.append(_label_use(s.label_use, catalogue))
    return "\n".join((*parts, bullets(items)))


def _limit(limit: Limit, catalogue: Catalogue) -> tuple[str, ...]:
    per = limit.per
    months = f" of {limit.interval_months:g} months" if limit.interval_months else ""
    only = [names("indication", limit.indications, catalogue)]
    if limit.only_with:
        only.append(f"with {names('substance', (limit.only_with,), catalogue)}")
    return (
        f"{per}{months}", escaped(limit.amount or "none stated"),
        escaped(limit.per_kg or "none stated"),
        escaped(limit.form), limit.basis, escaped(", ".join(limit.countries)) or "any other",
        "; ".join(filter(None, only)) or "all", stated(limit),
    )  # fmt: skip


def _label_use(use: LabelUse, catalogue: Catalogue) -> str:
    alone = "never mixed" if use.unmixed else "may be mixed"
    return (
        f"Only as labelled: {names('site', use.sites, catalogue)}, {use.plane}, "
        f"{use.volume_per_point_ml:g} mL a point, {use.spacing_mm:g} mm apart, at most "
        f"{use.max_points} points and {use.max_volume_ml:g} mL a session, {use.max_sessions} "
        f"sessions, {alone} {stated(use)}"
    )


def _levels(s: Substance) -> Iterator[str]:
    for level in s.levels:
        hours = f" for {level.hours:g} h" if level.hours else ""
        yield (
            f"{escaped(level.effect)}: {level.quantity} {level.value:g} {level.unit}{hours} "
            f"{stated(level)}"
        )


def _route(route: LabelledRoute, catalogue: Catalogue) -> str:
    more = [names("site", route.sites, catalogue), escaped(", ".join(route.countries)),
            escaped(route.indication)]  # fmt: skip
    return f"{'; '.join(filter(None, (route.route, *more)))} {stated(route)}"


def _rule(rule: ConditionRule | MedicineRule, s: Substance, catalogue: Catalogue) -> str:
    if isinstance(rule, ConditionRule):
        subject = names("condition", rule.conditions, catalogue)
    else:
        subject = ", ".join(f"ATC {code}" for code in rule.atc)
    text = escaped(rule.message.format(subject=subject, substance=s.name))
    about = "" if "{subject}" in rule.message else f", {subject}"
    return f"**{rule.severity}**{about}: {text} {stated(rule)}"


def _products(s: Substance, catalogue: Catalogue) -> Iterator[str]:
    for product in catalogue.products.values():
        for content in product.contents:
            if content.substance == s.id:
                amount = content.strength or f"{content.per_container} per container"
                yield f"{escaped(product.name)} (`{product.id}`): {escaped(amount)}"


def _pair(pair: PairRule, kin: frozenset[str], catalogue: Catalogue) -> str:
    other = pair.b if pair.a in kin else pair.a
    kind = "substance" if other in catalogue.substances else "class"
    name = link("substance", other, catalogue) if kind == "substance" else names(
        "class", (other,), catalogue
    )  # fmt: skip
    condition = f" ({escaped(pair.condition)})" if pair.condition else ""
    return f"{name}: **{pair.verdict}**{condition}. {escaped(pair.text)} {stated(pair)}"
