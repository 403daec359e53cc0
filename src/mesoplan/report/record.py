"""Page 3, the planning record: evidence, totals against limits, exposure, plasma, schedule."""

from typing import Any

from mesoplan.model.plan import Plan, Total
from mesoplan.report.findings import standing
from mesoplan.report.numbers import percent
from mesoplan.report.words import Words, is_blocked

_AGAINST = {"negative": 0, "mixed": 1}
_IN_EVIDENCE_BLOCK = "evidence"
_MOST_COLUMNS = 10


def record(plan: Plan, words: Words) -> dict[str, Any]:
    """Everything page 3 prints."""
    page: dict[str, Any] = {
        "title": words.text("record.title"),
        "evidence": _evidence(plan, words),
        "totals": {
            "title": words.text("totals.title"),
            "head": [
                words.text(f"totals.{name}")
                for name in ("substance", "amount", "limit", "fraction", "source")
            ],
            "rows": [_total(total, words) for total in plan.totals],
        },
        "standing": {
            "title": words.text("record.standing"),
            "items": [
                {"text": finding.message, "source": ", ".join(finding.sources)}
                for finding in standing(plan)
                if finding.message_id != _IN_EVIDENCE_BLOCK
            ],
        },
        "schedule": _schedule(plan, words),
        "sources": {"title": words.text("record.sources"), "items": sources(plan, words)},
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
        found += row.licensed.sources if row.licensed else ()
        found += row.cream.sources if row.cream else ()
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
        [words.text("evidence.grade"), grade],
        [words.text("evidence.alternative"), evidence.alternative or words.unknown],
    ]
    if is_blocked(plan):
        # names, departures, instruments and studies carry doses, volumes and needles, which a
        # blocked sheet must not
        lines.insert(0, [words.text("evidence.protocol"), protocol.id])
        hidden = words.text("evidence.hidden", count=str(len(protocol.departures)))
        lines.append([words.text("evidence.departures"), hidden])
        return {"title": title, "lines": lines, "trials": []}
    name = words.text("evidence.protocol-name", name=protocol.name, version=protocol.version)
    lines.insert(0, [words.text("evidence.protocol"), name])
    departures = " ".join(protocol.departures) or words.text("evidence.no-departures")
    lines.append([words.text("evidence.departures"), departures])
    tools = ", ".join([words.scale(protocol.scale), *protocol.instruments])
    measured = words.text("evidence.tools", tools=tools, review=protocol.review)
    lines.append([words.text("evidence.measure"), measured])
    results = list(dict.fromkeys(trial.result for trial in evidence.trials))
    trials = [
        {
            "result": words.text(f"trial.{result}"),
            "against": result in _AGAINST,
            "studies": [
                {"text": trial.text, "source": ", ".join(trial.sources)}
                for trial in evidence.trials
                if trial.result == result
            ],
        }
        for result in sorted(results, key=lambda result: _AGAINST.get(result, 2))
    ]
    return {
        "title": title,
        "lines": lines,
        "trials-title": words.text("evidence.trials"),
        "trials": trials,
    }


def _total(total: Total, words: Words) -> dict[str, Any]:
    name = words.substance(total.substance)
    form = words.form(total.expressed_as)
    if form is not None:
        name = words.text("totals.as", name=name, form=form)
    amount = words.quantity(total.amount)
    if total.elsewhere_today is not None and total.elsewhere_today.value > 0:
        amount = words.text(
            "totals.with-elsewhere",
            amount=amount,
            elsewhere=words.quantity(total.elsewhere_today),
        )
    row: dict[str, Any] = {
        "name": name,
        "amount": amount,
        "limit": words.text("totals.no-limit"),
        "fraction": total.fraction,
        "shown": "–" if total.fraction is None else percent(total.fraction),
        "source": total.source or "",
        "also": [],
    }
    if total.limit is not None:
        row["limit"] = words.quantity(total.limit)
    told = False
    for limit in total.limits:
        source = ", ".join([*limit.sources, words.text(f"trust.{limit.trust}")])
        if not told and limit.limit == total.limit and total.source in limit.sources:
            told = True
            row |= {"limit": f"{row['limit']}, {limit.text}", "source": source}
            continue
        also = words.text(
            "totals.also",
            limit=words.quantity(limit.limit),
            text=limit.text,
            share=percent(limit.fraction),
        )
        row["also"].append(f"{also} [{source}]")
    return row


def _schedule(plan: Plan, words: Words) -> dict[str, Any]:
    rows = []
    for visit in plan.schedule:
        text = words.text(f"visit.{visit.kind}", session=str(visit.session))
        if visit.text and visit.kind != "treatment":
            text = visit.text
        date = words.unknown if visit.date is None else words.date(visit.date)
        rows.append([date, text])
    return {"title": words.text("record.schedule"), "rows": rows}
