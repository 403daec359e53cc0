"""Page 4 of the sheet: where it goes, with ranges, what drives them, cream, blood and validity."""

from collections.abc import Iterable
from typing import Any

from mesoplan.model.plan import AgainstLicensed, Cream, Indicator, Plan, Systemic
from mesoplan.report.numbers import percent, plain, readable_unit
from mesoplan.report.words import Words, is_blocked

SHOWN = (
    "coverage",
    "conformity",
    "time-above",
    "areal-dose",
    "homogeneity",
    "exposure-mean",
    "exposure-d98",
    "exposure-d2",
    "peak-free",
)
"""Indicators of a substance that are printed; plan.json holds those by layer and area too."""

DRIVEN = ("coverage", "exposure-mean")
"""Indicators whose drivers are printed."""


def exposure_page(plan: Plan, words: Words) -> dict[str, Any]:
    """Everything page 4 prints."""
    computed = plan.indicators is not None
    blocked = is_blocked(plan)
    return {
        "title": words.text("exposure.title"),
        "chart": words.text("chart.title"),
        "indicators": None if blocked else _indicators(plan, words),
        "drivers": _listed(words.text("exposure.drivers"), _drivers(plan, words), blocked=blocked),
        "cream": _listed(
            words.text("exposure.cream"),
            [
                cream_line(row.substance, row.cream, words)
                for row in plan.systemic or ()
                if row.cream is not None
            ],
            blocked=blocked,
        ),
        "plasma": {"title": words.text("plasma.title"), "items": _plasma(plan, words)},
        "validity": _listed(
            words.text("exposure.validity"),
            [
                words.text(
                    "exposure.validity-line",
                    name=words.substance(row.substance),
                    text=note.message,
                )
                for row in plan.systemic or ()
                for note in row.validity
            ],
            blocked=not computed,
        ),
    }


def _listed(title: str, items: list[str], *, blocked: bool) -> dict[str, Any] | None:
    return None if blocked or not items else {"title": title, "items": items}


def _indicators(plan: Plan, words: Words) -> dict[str, Any]:
    """A row for each indicator, a column for each substance; those of the geometry below."""
    title = words.text("indicator.title")
    if plan.indicators is None:
        return {"title": title, "none": words.text("chart.not-computed")}
    rows = [row for row in plan.indicators if row.area is None]
    substances = list(dict.fromkeys(row.substance for row in rows if row.substance))
    by_place = {(row.id, row.substance): row for row in rows}
    names = [name for name in SHOWN if any((name, s) in by_place for s in substances)]
    definitions = list(
        dict.fromkeys(
            by_place[name, s].definition
            for name in names
            for s in substances
            if (name, s) in by_place
        )
    )
    table = []
    for name in names:
        found = [by_place.get((name, s)) for s in substances]
        numbers = sorted({definitions.index(row.definition) + 1 for row in found if row})
        label = f"{_name(name, words)} ({', '.join(str(n) for n in numbers)})"
        table.append([label, *("" if row is None else cell(row, words) for row in found)])
    geometry = [row for row in rows if not row.substance]
    return {
        "title": title,
        "head": [words.text("indicator.name"), *(words.substance(s) for s in substances)],
        "rows": table,
        "geometry": [
            words.text(
                "indicator.geometry",
                name=_name(row.id, words),
                value=cell(row, words),
                definition=row.definition,
            )
            for row in geometry
        ],
        "definitions": [
            *(f"({number}) {text}" for number, text in enumerate(definitions, 1)),
            *([words.text("indicator.one-sided")] if any(r.low is not None for r in rows) else []),
        ],
    }


def _name(name: str, words: Words) -> str:
    if words.has(f"indicator.id.{name}"):
        return words.text(f"indicator.id.{name}")
    return name.replace("-", " ").capitalize()


def cell(row: Indicator, words: Words) -> str:
    """Value, range and verdict of an indicator: ``34 % (12 to 61 %), missed; met in 3 of 64``."""
    if row.value is None:
        return words.unknown
    shown = _shown(row.value, row, words)
    if row.low is not None and row.high is not None:
        low, high = _shown(row.low, row, words, bare=True), _shown(row.high, row, words)
        shown = words.text("indicator.range", value=shown, low=low, high=high)
    if row.verdict == "none":
        return shown
    verdict = words.text(f"indicator.{row.verdict}")
    if row.met_in is not None and row.runs is not None:
        return words.text(
            "indicator.verdict-in", value=shown, verdict=verdict, n=str(row.met_in),
            runs=str(row.runs),
        )  # fmt: skip
    return f"{shown} ({verdict})"


def _shown(value: float, row: Indicator, words: Words, *, bare: bool = False) -> str:
    """A value in the unit that suits the indicator's own; ``bare`` without the unit."""
    if row.unit == "1":
        text = percent(value)
        return text.removesuffix(" %") if bare else text
    largest = max(abs(row.value or 0.0), abs(row.high or 0.0))
    factor, unit = readable_unit(largest, row.unit)
    scaled = value * factor
    number = plain(scaled, 2)
    if 0 < scaled < 0.01:
        return words.text("indicator.smaller", unit="" if bare else unit).strip()
    return number if bare else f"{number} {unit}"


def _drivers(plan: Plan, words: Words) -> list[str]:
    """What the ranges come from, one line for each substance."""
    found = []
    rows = [r for r in plan.indicators or () if r.area is None and r.runs is not None]
    for substance in dict.fromkeys(row.substance for row in rows):
        parts = [
            words.text(
                "exposure.driver",
                name=_name(row.id, words).lower(),
                inputs=", ".join(_input(d.input, d.correlation, words) for d in row.drivers),
            )
            for row in rows
            if row.substance == substance and row.id in DRIVEN and row.drivers
        ]
        if parts:
            name = words.substance(substance)
            found.append(words.text("exposure.driver-line", name=name, parts="; ".join(parts)))
    return found


def _input(name: str, correlation: float, words: Words) -> str:
    record = words.catalogue.varied_inputs.get(name)
    sign = "+" if correlation > 0 else "−"
    return f"{record.name if record else name} ({sign}{abs(correlation):.2f})"


def cream_line(substance: str, row: Cream, words: Words) -> str:
    """One comparison in words."""
    name = words.substance(substance)
    if row.cream is None or row.low is None or row.high is None or row.injected is None:
        return words.text("exposure.cream-unknown", name=name, note=row.note)
    factor, unit = readable_unit(row.cream.value, row.cream.unit)
    shown = plain(row.cream.value * factor, 2)
    if row.low.value < row.high.value:
        low, high = (plain(q.value * factor, 2) for q in (row.low, row.high))
        shown = f"{shown} ({low}–{high})"
    own, own_unit = readable_unit(row.injected.value, row.injected.unit)
    return words.text(
        "exposure.cream-line",
        name=name,
        injected=f"{plain(row.injected.value * own, 2)} {own_unit}",
        cream=f"{shown} {unit}",
        ratio=words.unknown if row.ratio is None else plain(row.ratio, 2),
        note=row.note,
    )


def _plasma(plan: Plan, words: Words) -> list[str]:
    if plan.systemic is None:
        return [words.text("chart.not-computed")]
    return [
        *(" ".join(_blood(row, words)) for row in plan.systemic),
        words.text("plasma.regulatory"),
    ]


def _blood(row: Systemic, words: Words) -> Iterable[str]:
    name = words.substance(row.substance)
    if row.cmax is None:
        if words.unknown in row.note.casefold():
            yield words.text("plasma.unknown-note", name=name, note=row.note)
        else:
            yield " ".join([words.text("plasma.unknown", name=name), row.note]).strip()
    else:
        peak = words.quantity(row.cmax, 2)
        if row.cmax_range is not None:
            low, high = (plain(q.value, 2) for q in (row.cmax_range.low, row.cmax_range.high))
            peak = f"{peak} ({low}–{high})"
        yield words.text("plasma.line", name=name, cmax=peak, tmax=words.quantity(row.tmax, 2))
        yield row.note
    if row.reached is not None:
        yield words.text("plasma.reached", amount=words.quantity(row.reached, 2))
    if row.licensed is not None:
        yield _licensed(row.licensed, words)


def _licensed(found: AgainstLicensed, words: Words) -> str:
    if found.amount_ratio is None:
        return ""
    source = ", ".join([*found.sources, words.text(f"trust.{found.trust}")])
    shares = words.text("plasma.share-amount", share=percent(found.amount_ratio))
    if found.auc_ratio is not None:
        shares = words.text("plasma.share-auc", share=percent(found.auc_ratio))
    return words.text(
        "plasma.licensed",
        shares=shares,
        dose=words.quantity(found.dose),
        route=found.route,
        use=found.use,
        source=source,
    )
