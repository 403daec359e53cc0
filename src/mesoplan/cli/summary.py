"""The summary of a plan on a terminal."""

from pathlib import Path

from rich.console import Console, Group
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from mesoplan.core.units import format_number
from mesoplan.model.plan import Plan

_STYLE = {"critical": "bold red", "warning": "yellow", "info": "dim"}
_STATUS = {"ok": "bold green", "open": "bold yellow", "blocked": "bold red"}
_BY_LAYER = ("exposure-epidermis", "exposure-dermis", "exposure-subcutis")
_NO_TARGET = "no target"
_NOTICE = "For planning, record and education; the clinician decides; not a certified device."


def print_summary(console: Console, plan: Plan, files: tuple[Path, ...]) -> None:
    """Status, points, totals, indicators and findings, NOT CHECKED first."""
    unchecked = [finding for finding in plan.findings if not finding.checked]
    if unchecked:
        body = Group(*(Text(f"· {finding.message}") for finding in unchecked))
        console.print(Panel(body, title="NOT CHECKED", title_align="left", border_style="yellow"))
    head = Text.assemble(
        (plan.status.upper(), _STATUS[plan.status]),
        f"  {plan.case.treatment.indication}, {plan.case.treatment.intent}",
        f"  ·  protocol {plan.protocol.id if plan.protocol else 'none'}",
    )
    console.print(head)
    if plan.protocol is not None:
        console.print(Text(f"Evidence: {plan.protocol.evidence.grade}"))
    console.print(_passes(plan))
    console.print(_totals(plan))
    if plan.indicators is not None:
        console.print(_indicators(plan))
    _findings(console, plan)
    _validity(console, plan)
    for file in files:
        console.print(Text(f"  {file}"), soft_wrap=True)
    console.print(Text(_NOTICE, style="dim"))


def _passes(plan: Plan) -> Table:
    table = Table(title="Passes", title_justify="left", expand=False)
    for name in ("area", "needle", "depth mm", "plane", "points", "mL each", "mL"):
        table.add_column(name, justify="left" if name in ("area", "needle", "plane") else "right")
    for placement in plan.placements:
        area = plan.case.areas[placement.area]
        table.add_row(
            " ".join(part for part in (area.side, area.region or area.site) if part),
            placement.needle,
            format_number(placement.depth_mm),
            f"{placement.plane} {100 * placement.probability_intended:.0f} %",
            str(placement.count),
            format_number(placement.volume_per_point_ml),
            format_number(placement.volume_ml),
        )
    return table


def _totals(plan: Plan) -> Table:
    table = Table(title="Totals of the day", title_justify="left", expand=False)
    for name in ("substance", "amount", "limit", "share"):
        table.add_column(name, justify="left" if name == "substance" else "right")
    for row in plan.totals:
        table.add_row(
            row.substance,
            str(row.amount),
            "not known" if row.limit is None else str(row.limit),
            "not known" if row.fraction is None else f"{100 * row.fraction:.3g} %",
        )
    return table


def _indicators(plan: Plan) -> Table:
    table = Table(title="Indicators", title_justify="left", expand=False)
    for name in ("indicator", "substance", "value", "9 in 10 runs", "verdict"):
        left = name in ("indicator", "substance")
        table.add_column(
            name, justify="left" if left else "right", overflow="fold", no_wrap=name == "indicator"
        )
    for row in plan.indicators or ():
        # by layer and by area: plan.json has them
        if row.area is not None or row.id in _BY_LAYER:
            continue
        unit = "" if row.unit == "1" else f" {row.unit}"
        value = "not known" if row.value is None else f"{_digits(row.value)}{unit}"
        spread = "" if row.low is None else f"{_digits(row.low)}–{_digits(row.high)}"
        verdict = _NO_TARGET if row.verdict == "none" else str(row.verdict)
        if row.met_in is not None:
            verdict += f", met in {row.met_in} of {row.runs}"
        table.add_row(row.id, row.substance, value, spread, verdict)
    for blood in plan.systemic or ():
        cmax = "not known"
        if blood.cmax is not None:
            cmax = f"{_digits(blood.cmax.value)} {blood.cmax.unit}"
        spread = ""
        if blood.cmax_range is not None:
            low, high = blood.cmax_range.low, blood.cmax_range.high
            spread = f"{_digits(low.value)}–{_digits(high.value)}"
        table.add_row("plasma peak", blood.substance, cmax, spread, _NO_TARGET)
    return table


def _digits(value: float | None) -> str:
    return "" if value is None else f"{value:.3g}"


def _validity(console: Console, plan: Plan) -> None:
    for row in plan.systemic or ():
        for note in row.validity:
            text = f"{row.substance}: {note.message}"
            console.print(Text.assemble(("   validity  ", "yellow"), text))


def _findings(console: Console, plan: Plan) -> None:
    for finding in plan.findings:
        label = finding.severity if finding.checked else "NOT CHECKED"
        console.print(Text.assemble((f"{label:>11}  ", _STYLE[finding.severity]), finding.message))
