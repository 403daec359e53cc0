"""Doses: each substance over everything given that day, and additive classes as fractions."""

from mesoplan.core.units import format_number
from mesoplan.evaluate.totals import (
    additive_fractions,
    applicable_limits,
    convert,
    same_day,
    weight_share,
)
from mesoplan.model.finding import Finding
from mesoplan.model.plan import LimitRow, Total
from mesoplan.safety.person import ADULT_YEARS
from mesoplan.safety.situation import SLACK, Situation


def doses(s: Situation) -> list[Finding]:
    """Critical above a labelled maximum, warning above a practice or proposal."""
    return [
        *(finding for total in s.totals for finding in _single(s, total)),
        *_without_limit(s),
        *_additive(s),
        *_today_not_asked(s),
        *_today_told(s),
        *_forms(s),
        *_uncompared(s),
    ]


def _daily(total: Total) -> list[LimitRow]:
    return [row for row in total.limits if row.per != "interval"]


def _single(s: Situation, total: Total) -> list[Finding]:
    """One finding per substance, for the worst limit; all limits broken are named."""
    found: list[Finding] = []
    over = [row for row in _daily(total) if row.fraction > 1 + SLACK]
    labels = [row for row in over if row.basis == "label"]
    rows = labels or over
    if rows:
        worst = max(rows, key=lambda row: row.fraction)
        recalled = worst.trust == "recalled"
        found.append(
            s.finding(
                "dose-maximum" if labels else "dose-proposal",
                "critical" if labels else "warning",
                "dose-label" if labels else "dose-proposal",
                s.written(total.substance),
                sources=tuple(source for row in over for source in row.sources),
                trust=worst.trust,
                substance=s.catalogue.substances[total.substance].name,
                amount=str(total.amount),
                form=total.expressed_as,
                limits="; ".join(f"{row.limit} ({row.text})" for row in over),
                caution=s.catalogue.messages.text("finding.recalled") if recalled else "",
            )
        )
    return [*found, *_weight_matters(s, total)]


def _weight_matters(s: Situation, total: Total) -> list[Finding]:
    """Without a weight a per-kilogram limit above half, or any in minors, is not checked."""
    if s.case.patient.weight_kg is not None:
        return []
    substance = s.catalogue.substances[total.substance]
    minor = s.case.patient.age_years < ADULT_YEARS
    held = [row.substance for row in s.totals]
    shares = [
        weight_share(
            limit,
            convert(substance, total.amount.value, total.expressed_as, limit.form)
            or total.amount.value,
        )
        for limit in applicable_limits(substance, s.case, held)
    ]
    if not any(share is not None and (share > 0.5 + SLACK or minor) for share in shares):
        return []
    return [
        s.unchecked(
            "dose-weight",
            "dose-weight",
            ("weight", *s.written(substance.id)),
            substance=substance.name,
        )
    ]


def _without_limit(s: Situation) -> list[Finding]:
    open_ones = [
        substance
        for substance in s.actives
        if substance.block is None
        and not any(t.limits for t in s.totals if t.substance == substance.id)
        and not _by_volume(s, substance.id)
    ]
    if not open_ones:
        return []
    return [
        s.unchecked(
            "dose-no-limit",
            "dose-no-limit",
            tuple(text for substance in open_ones for text in s.written(substance.id)),
            substances=", ".join(substance.name for substance in open_ones),
        )
    ]


def _by_volume(s: Situation, substance: str) -> bool:
    """Whether every product that holds it has a volume on its label, which is then the dose."""
    products = [s.product(c) for c in s.contents if c.substance == substance]
    return all(p is not None and p.label_volume_ml is not None and not p.own for p in products)


def _additive(s: Situation) -> list[Finding]:
    found = []
    held = {total.substance for total in s.totals}
    for group in s.catalogue.classes.values():
        if not group.additive:
            continue
        shares = additive_fractions(group.id, s.totals, s.case, s.catalogue)
        if len(shares) < 2 and set(shares) <= held:
            continue  # one member in a syringe alone is the rule of its own maximum
        hard = sum(fraction or 0.0 for fraction, _, _ in shares.values())
        soft = sum(fraction or 0.0 for _, fraction, _ in shares.values())
        subjects = (group.id, *(text for name in shares for text in s.written(name)))
        open_ones = [name for name, (_, fraction, _) in shares.items() if fraction is None]
        if open_ones:
            names = ", ".join(open_ones)
            found.append(
                s.unchecked(
                    "additive-unknown",
                    "additive-unknown",
                    tuple(open_ones),
                    group=group.name,
                    names=names,
                )
            )
        if s.case.patient.weight_kg is None and soft > 0.5 + SLACK:
            found.append(
                s.unchecked(
                    "dose-weight", "dose-weight", ("weight", *subjects), substance=group.name
                )
            )
        if hard <= 1 + SLACK and soft <= 1 + SLACK:
            continue
        critical = hard > 1 + SLACK
        recalled = any(trust == "recalled" for _, _, trust in shares.values())
        limits = [limit for name in shares for limit in s.catalogue.substances[name].limits]
        found.append(
            s.finding(
                "additive-maximum" if critical else "additive-proposal",
                "critical" if critical else "warning",
                "additive",
                subjects,
                sources=tuple(source for limit in limits for source in limit.sources),
                trust="recalled" if recalled else "read",
                group=group.name,
                total=format_number(hard if critical else soft),
                parts=" + ".join(
                    f"{name} {_part(share[0] if critical else share[1], s)}"
                    for name, share in shares.items()
                ),
                caution=s.catalogue.messages.text("finding.recalled") if recalled else "",
            )
        )
    return found


def _part(fraction: float | None, s: Situation) -> str:
    """A member's fraction; one without a maximum of this kind is not counted, never 0."""
    text = s.catalogue.messages.text
    return text("finding.no-maximum") if fraction is None else format_number(fraction)


def _today_not_asked(s: Situation) -> list[Finding]:
    today = s.case.today
    found = []
    anaesthetic = any(s.is_in(a.id, "local-anaesthetic") for a in s.actives)
    if anaesthetic and (today is None or today.anaesthetics is None):
        found.append(s.unchecked("dose-today", "anaesthetics-not-asked", ("local-anaesthetic",)))
    vague = tuple(given.substance.written for given in s.today if given.substance.kind == "class")
    open_history = tuple(
        h.substance.written
        for h in same_day(s.case)
        if h.amount is None or h.substance.kind == "class"
    )
    if open_history:
        names = ", ".join(open_history)
        found.append(s.unchecked("dose-today", "history-today", open_history, names=names))
    if vague:
        found.append(
            s.unchecked("dose-today", "anaesthetic-by-class", vague, names=", ".join(vague))
        )
    xanthine = any(s.is_in(a.id, "methylxanthine") for a in s.actives)
    if xanthine and (today is None or today.caffeine_mg is None):
        found.append(
            s.unchecked("dose-today", "caffeine-not-asked", ("methylxanthine", "caffeine"))
        )
    return found


def _today_told(s: Situation) -> list[Finding]:
    """What else is given that day, as it was stated; a cream counts in full."""
    counted = [given for given in s.today if given.substance.kind == "substance"]
    if not counted:
        return []
    listed = ", ".join(f"{g.substance.written} {g.amount} ({g.form})" for g in counted)
    cream = any(given.form == "cream" for given in counted)
    return [
        s.finding(
            "today",
            "info",
            "today-cream" if cream else "today",
            tuple(given.substance.written for given in counted),
            listed=listed,
        )
    ]


def _forms(s: Situation) -> list[Finding]:
    """A strength given without its form, where salt and base differ."""
    assumed = [content for content in s.contents if content.assumed_form]
    if not assumed:
        return []
    return [
        s.finding(
            "salt-or-base",
            "warning",
            "salt-or-base",
            tuple(text for content in assumed for text in s.written(content.substance)),
            sources=("mesoplan-computed",),
            trust="computed",
            listed=", ".join(f"{content.substance} as {content.form}" for content in assumed),
        )
    ]


def _uncompared(s: Situation) -> list[Finding]:
    """A form that no molar mass converts into that of the limit: summed as it stands, and said."""
    reference = {total.substance: total.expressed_as for total in s.totals}
    open_ones = [
        content
        for content in s.contents
        if convert(
            s.catalogue.substances[content.substance],
            1.0,
            content.form,
            reference[content.substance],
        )
        is None
    ]
    if not open_ones:
        return []
    return [
        s.unchecked(
            "form-unknown",
            "form-unknown",
            tuple(text for content in open_ones for text in s.written(content.substance)),
            listed=", ".join(
                f"{c.substance}: {c.form}, not {reference[c.substance]}" for c in open_ones
            ),
        )
    ]
