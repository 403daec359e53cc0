"""Page 3, the planning record: evidence, totals against limits, exposure, plasma, schedule."""

from collections import Counter
from typing import Any

from mesoplan.model.plan import Indicator, Plan, Systemic, Total
from mesoplan.report.findings import standing
from mesoplan.report.numbers import percent, plain, readable_unit
from mesoplan.report.words import Words, is_blocked


def record(plan: Plan, words: Words) -> dict[str, Any]:
    """Everything page 3 prints."""
    blocked = is_blocked(plan)
    page: dict[str, Any] = {
        "title": words.text("record.title"),
        "evidence": _evidence(plan, words),
        "totals": {
            "title": words.text("totals.title"),
            "head": [
                words.text(f"totals.{name}")
                for name in ("substance", "amount", "limit", "fraction", "source")
            ],
            "rows": [row for total in plan.totals for row in _total(total, words)],
        },
        "standing": {
            "title": words.text("record.standing"),
            "items": [
                {"text": finding.message, "source": ", ".join(finding.sources)}
                for finding in standing(plan)
            ],
        },
        "exposure-title": words.text("chart.title"),
        "indicators": None if blocked else _indicators(plan, words),
        "plasma": _plasma(plan, words),
        "schedule": _schedule(plan, words),
        "sources": {"title": words.text("record.sources"), "items": sources(plan, words)},
    }
    if not blocked:
        page["supplies"] = {
            "title": words.text("record.supplies"),
            "text": " · ".join(f"{line.count} × {line.item}" for line in plan.supplies),
        }
    return page


def sources(plan: Plan, words: Words) -> list[list[str]]:
    """Every source the plan cites, once: id and citation."""
    found: list[str] = []
    if plan.protocol is not None:
        found += plan.protocol.evidence.sources
        for trial in plan.protocol.evidence.trials:
            found += trial.sources
    for finding in plan.findings:
        found += finding.sources
    for total in plan.totals:
        found += [total.source] if total.source else []
        for limit in total.limits:
            found += limit.sources
    for indicator in plan.indicators or ():
        found += indicator.sources
    for row in plan.systemic or ():
        found += row.sources
    return [[name, words.citation(name)] for name in dict.fromkeys(found)]


def _evidence(plan: Plan, words: Words) -> dict[str, Any]:
    title = words.text("evidence.title")
    if plan.protocol is None:
        return {"title": title, "lines": [["", words.text("evidence.no-protocol")]], "trials": []}
    protocol, evidence = plan.protocol, plan.protocol.evidence
    grade = words.text(
        "evidence.grade-line", grade=evidence.grade.upper(), statement=evidence.statement
    )
    lines = [
        [
            words.text("evidence.protocol"),
            words.text("evidence.protocol-name", name=protocol.name, version=protocol.version),
        ],
        [words.text("evidence.grade"), grade],
        [words.text("evidence.alternative"), evidence.alternative or words.unknown],
    ]
    if protocol.departures:
        # a departure names volumes and needles, which a blocked sheet must not carry
        text = (
            words.text("evidence.departures-hidden", count=str(len(protocol.departures)))
            if is_blocked(plan)
            else " ".join(protocol.departures)
        )
        lines.append([words.text("evidence.departures"), text])
    else:
        lines.append([words.text("evidence.departures"), words.text("evidence.no-departures")])
    tools = ", ".join([words.scale(protocol.scale), *protocol.instruments])
    measured = words.text("evidence.tools", tools=tools, review=protocol.review)
    lines.append([words.text("evidence.measure"), measured])
    trials = [
        {
            "result": words.text(f"trial.{trial.result}"),
            "against": trial.result in {"negative", "mixed"},
            "text": trial.text,
            "source": ", ".join(trial.sources),
        }
        for trial in sorted(evidence.trials, key=lambda trial: trial.result != "negative")
    ]
    return {
        "title": title,
        "lines": lines,
        "trials-title": words.text("evidence.trials"),
        "trials": trials,
    }


def _total(total: Total, words: Words) -> list[dict[str, Any]]:
    name = words.substance(total.substance)
    if total.expressed_as:
        name = words.text("totals.as", name=name, form=total.expressed_as)
    amount = words.quantity(total.amount)
    if total.elsewhere_today is not None and total.elsewhere_today.value > 0:
        amount = words.text(
            "totals.with-elsewhere",
            amount=amount,
            elsewhere=words.quantity(total.elsewhere_today),
        )
    if total.limit is None or total.fraction is None:
        return [_row(name, amount, words.text("totals.no-limit"), None, total.source or "")]
    rows = [_row(name, amount, words.quantity(total.limit), total.fraction, total.source or "")]
    chosen = (total.limit, total.source)
    for limit in total.limits:
        if (limit.limit, limit.sources[0] if limit.sources else None) == chosen:
            rows[0]["limit"] = f"{rows[0]['limit']}, {limit.text}"
            rows[0]["source"] = f"{rows[0]['source']}, {words.text(f'trust.{limit.trust}')}"
            continue
        text = f"{words.quantity(limit.limit)}, {limit.text}"
        source = ", ".join([*limit.sources, words.text(f"trust.{limit.trust}")])
        rows.append(_row("", "", text, limit.fraction, source))
    return rows


def _row(name: str, amount: str, limit: str, fraction: float | None, source: str) -> dict[str, Any]:
    return {
        "name": name,
        "amount": amount,
        "limit": limit,
        "fraction": fraction,
        "shown": "–" if fraction is None else percent(fraction),
        "source": source,
    }


def _indicators(plan: Plan, words: Words) -> dict[str, Any] | None:
    title = words.text("indicator.title")
    if plan.indicators is None:
        return {"title": title, "none": words.text("chart.not-computed")}
    definitions = list(dict.fromkeys(row.definition for row in plan.indicators))
    columns: list[int | None] = list(dict.fromkeys(row.area for row in plan.indicators))
    # one id may stand several times for a substance, once per definition
    seen: Counter[tuple[str, str, int | None]] = Counter()
    cells: dict[tuple[str, str, int], dict[int | None, Indicator]] = {}
    for row in plan.indicators:
        turn = seen[(row.id, row.substance, row.area)]
        seen[(row.id, row.substance, row.area)] += 1
        cells.setdefault((row.id, row.substance, turn), {})[row.area] = row
    rows = []
    for (name, substance, _), by_area in cells.items():
        label = _indicator_name(name, words)
        if substance:
            label = f"{label}, {words.substance(substance)}"
        told = {str(definitions.index(row.definition) + 1) for row in by_area.values()}
        label = f"{label} ({', '.join(sorted(told))})"
        values = [by_area.get(area) for area in columns]
        rows.append([label, *("" if row is None else _cell(row, words) for row in values)])
    head = [
        words.text("indicator.whole") if area is None else words.numbered(plan, area)
        for area in columns
    ]
    return {
        "title": title,
        "head": [words.text("indicator.name"), *head],
        "rows": rows,
        "definitions": [f"({number}) {text}" for number, text in enumerate(definitions, 1)],
    }


def _indicator_name(name: str, words: Words) -> str:
    if words.has(f"indicator.id.{name}"):
        return words.text(f"indicator.id.{name}")
    return name.replace("-", " ").capitalize()


def _cell(row: Indicator, words: Words) -> str:
    if row.value is None:
        return words.unknown
    if row.unit == "1":
        shown = percent(row.value)
    else:
        factor, unit = readable_unit(row.value, row.unit)
        shown = f"{plain(row.value * factor, 2)} {unit}"
    if row.verdict == "none":
        return shown
    return f"{shown} ({words.text(f'indicator.{row.verdict}')})"


def _plasma(plan: Plan, words: Words) -> dict[str, Any]:
    title = words.text("plasma.title")
    if plan.systemic is None:
        return {"title": title, "items": [words.text("chart.not-computed")]}
    return {"title": title, "items": [_blood(row, words) for row in plan.systemic]}


def _blood(row: Systemic, words: Words) -> str:
    name = words.substance(row.substance)
    if row.cmax is None:
        note = f": {row.note}" if row.note else ""
        return words.text("plasma.unknown", name=name, note=note)
    text = words.text(
        "plasma.line",
        name=name,
        cmax=words.quantity(row.cmax, 2),
        tmax=words.quantity(row.tmax, 2),
    )
    return f"{text} {row.note}" if row.note else text


def _schedule(plan: Plan, words: Words) -> dict[str, Any]:
    rows = []
    for visit in plan.schedule:
        kind = words.text(f"visit.{visit.kind}", session=str(visit.session))
        date = words.unknown if visit.date is None else words.date(visit.date)
        rows.append([date, kind, visit.text])
    return {"title": words.text("record.schedule"), "rows": rows}
