"""Vega-Lite specifications of the exposure panels; the same for paper and screen."""

from typing import Any

import numpy as np

from mesoplan.evaluate.target import most_exposed
from mesoplan.model.exposure import Band
from mesoplan.model.plan import Plan
from mesoplan.report import svg
from mesoplan.report.band_charts import (
    band_over_time,
    cream_panel,
    histogram_panel,
    short,
    spread_of,
    until,
)
from mesoplan.report.chart_style import Spec, Style
from mesoplan.report.exposure_map import map_panel
from mesoplan.report.fields import (
    Array,
    dermal_course,
    of_substance,
    profile,
    substances,
    until_gone,
)
from mesoplan.report.numbers import plain, readable_unit
from mesoplan.report.words import Words

_DASHES = ([1, 0], [6, 3], [2, 2], [8, 2, 2, 2], [10, 4], [4, 1])
_LOG_FROM = 30.0


def exposure_spec(plan: Plan, words: Words, style: Style, substance: str | None = None) -> Spec:
    """All six panels as one specification.

    Parameters
    ----------
    plan : Plan
        A plan whose ``exposure`` is computed.
    words : Words
        Names and texts.
    style : Style
        Sizes and colours.
    substance : str, optional
        The substance of map and profile; the first of the plan otherwise.

    Raises
    ------
    ValueError
        If the plan holds no computed exposure.
    """
    if plan.exposure is None or not plan.exposure.areas:
        raise ValueError("the plan holds no computed exposure")
    shown = substance or substances(plan.exposure)[0]
    panels = [
        map_panel(plan, words, style, shown),
        profile_panel(plan, words, style, shown),
        course_panel(plan, words, style),
        histogram_panel(plan, words, style, shown),
        plasma_panel(plan, words, style),
        cream_panel(plan, words, style)
        or text_panel(words.text("chart.cream-title"), words.text("chart.cream-unknown"), style),
    ]
    _level_titles(panels, style)
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "config": style.config(),
        "columns": style.columns,
        "concat": panels,
        "align": "none",
        "resolve": {
            "scale": {"color": "independent", "strokeDash": "independent", "shape": "independent"}
        },
        "padding": 4,
    }


def _level_titles(panels: list[Spec], style: Style) -> None:
    """Give all panels of a figure as many lines of subtitle, so that their titles align."""
    for panel in panels:
        lines = panel["title"].get("subtitle", [])
        text = lines if isinstance(lines, str) else " ".join(lines)
        panel["title"]["subtitle"] = svg.wrap(text, 1.1 * style.panel_width, style.font_size)
    most = max(len(panel["title"]["subtitle"]) for panel in panels)
    for panel in panels:
        lines = panel["title"]["subtitle"]
        panel["title"]["subtitle"] = [*lines, *[" "] * (most - len(lines))]


def profile_panel(plan: Plan, words: Words, style: Style, substance: str) -> Spec:
    """Exposure over depth: the area's mean and its most exposed place, with the layers."""
    assert plan.exposure is not None  # noqa: S101 - exposure_spec refuses such a plan
    area = most_exposed(of_substance(plan.exposure, substance))
    found = profile(area)
    factor, unit = readable_unit(float(found.hottest.max()), f"{area.unit}·h/mL")
    deepest = min(
        float(found.depth_mm[-1]), found.layer_bottom_mm[1] + max(1.5, found.layer_bottom_mm[1])
    )
    kept = found.depth_mm <= deepest
    names = words.text("chart.mean"), words.text("chart.hottest")
    values = [
        {"depth": short(depth), "value": short(value * factor), "line": name}
        for name, curve in zip(names, (found.mean, found.hottest), strict=True)
        for depth, value in zip(found.depth_mm[kept], curve[kept], strict=True)
    ]
    spread = spread_of(plan.exposure, substance)
    band = []
    if spread is not None:
        low, high = spread.profile.low * factor, spread.profile.high * factor
        band = [
            {"depth": short(depth), "value": short(a), "top": short(b)}
            for depth, a, b in zip(found.depth_mm[kept], low[kept], high[kept], strict=True)
        ]
    depth_axis = {
        "field": "depth",
        "type": "quantitative",
        "scale": {"reverse": True, "domain": [0, short(deepest)], "nice": False},
        "title": words.text("chart.depth"),
    }
    borders = [
        {"depth": short(depth), "layer": words.text(f"chart.below-{layer}")}
        for depth, layer in zip(found.layer_bottom_mm[:2], ("epidermis", "dermis"), strict=True)
        if depth < deepest
    ]
    return {
        "width": style.panel_width,
        "height": style.panel_height,
        "title": {
            "text": words.text("chart.profile-title"),
            "subtitle": f"{words.substance(substance)}, {words.numbered(plan, area.area)}",
        },
        "layer": [
            {
                "data": {"values": borders},
                "mark": {"type": "rule", "color": style.second, "strokeWidth": 0.8},
                "encoding": {"y": depth_axis},
            },
            {
                "data": {"values": borders},
                "mark": {
                    "type": "text",
                    "align": "right",
                    "baseline": "top",
                    "dy": 2,
                    "color": style.second,
                },
                "encoding": {
                    "y": depth_axis,
                    "x": {"value": style.panel_width},
                    "text": {"field": "layer"},
                },
            },
            {
                "data": {"values": band},
                "mark": {"type": "area", "orient": "horizontal", "opacity": 0.16},
                "encoding": {
                    "x": {"field": "value", "type": "quantitative"},
                    "x2": {"field": "top"},
                    "y": depth_axis,
                    "color": {"value": style.line},
                },
            },
            {
                "data": {"values": values},
                "mark": {"type": "line", "strokeWidth": 1.6, "orient": "horizontal"},
                "encoding": {
                    "x": {
                        "field": "value",
                        "type": "quantitative",
                        "title": words.text("chart.exposure-axis", unit=unit),
                    },
                    "y": depth_axis,
                    "order": {"field": "depth", "type": "quantitative"},
                    **_told_apart(list(names), style),
                },
            },
        ],
    }


def course_panel(plan: Plan, words: Words, style: Style) -> Spec:
    """Mean dermal concentration over time, each substance in its own unit or as a share."""
    assert plan.exposure is not None  # noqa: S101 - exposure_spec refuses such a plan
    curves = []
    for substance in substances(plan.exposure):
        area = most_exposed(of_substance(plan.exposure, substance))
        name = words.substance(substance)
        spread = spread_of(plan.exposure, substance)
        band = None if spread is None else spread.course
        curves.append((name, f"{area.unit}/mL", area.times_h, dermal_course(area), band))
    title = words.text("chart.course-title")
    return _over_time(curves, words, style, title, words.text("chart.course-axis"), early=True)


def plasma_panel(plan: Plan, words: Words, style: Style) -> Spec:
    """Plasma concentration over time; says so where no constants are published."""
    assert plan.exposure is not None  # noqa: S101 - exposure_spec refuses such a plan
    title = words.text("chart.plasma-title")
    shown = [until_gone(curve) for curve in plan.exposure.plasma]
    curves = [
        (
            words.substance(curve.substance),
            f"{curve.unit}/L",
            curve.times_h[:last],
            curve.concentration[:last],
            None
            if (spread := spread_of(plan.exposure, curve.substance)) is None
            else until(spread.plasma, float(curve.times_h[last - 1])),
        )
        for curve, last in zip(plan.exposure.plasma, shown, strict=True)
    ]
    if not curves:
        return text_panel(title, words.text("chart.plasma-unknown"), style)
    missing = [
        words.substance(name)
        for name in substances(plan.exposure)
        if name not in {curve.substance for curve in plan.exposure.plasma}
    ]
    spec = _over_time(curves, words, style, title, words.text("chart.plasma-axis"))
    if missing:
        note = words.text("chart.plasma-missing", names=", ".join(missing))
        spec["title"]["subtitle"] += f"; {note}"
    return spec


def text_panel(title: str, content: str, style: Style) -> Spec:
    """A panel that states why it shows no curve."""
    return {
        "width": style.panel_width,
        "height": style.panel_height,
        "title": {"text": title},
        "data": {"values": [{}]},
        "mark": {"type": "text", "align": "left", "color": svg.SOFT},
        "encoding": {
            "x": {"value": 0},
            "y": {"value": style.panel_height / 2},
            "text": {"value": svg.wrap(content, style.panel_width, style.font_size)},
        },
    }


def _over_time(
    curves: list[tuple[str, str, Array, Array, Band | None]],
    words: Words,
    style: Style,
    title: str,
    axis: str,
    *,
    early: bool = False,
) -> Spec:
    """Curves over time; ``early``: on a logarithmic axis where they span far different times."""
    values: list[dict[str, Any]] = []
    names = []
    single = len(curves) == 1
    bands = []
    for name, unit, times, curve, band in curves:
        peak = float(np.max(curve))
        factor, shown = readable_unit(peak, unit)
        label = words.text("chart.peak", name=name, peak=f"{plain(peak * factor, 2)} {shown}")
        names.append(label)
        if not single:
            factor = 100.0 / peak if peak > 0 else 0.0
        bands.append((band, factor))
        values += [
            {"time": short(time), "value": short(value * factor), "line": label}
            for time, value in zip(times, curve, strict=True)
        ]
    unit_text = readable_unit(float(np.max(curves[0][3])), curves[0][1])[1] if single else "%"
    caption = axis if single else words.text("chart.of-peak", axis=axis)
    times = np.concatenate([curve[2] for curve in curves])
    logarithmic = early and float(times.max()) > _LOG_FROM * float(times[times > 0].min())
    if logarithmic:
        values = [row for row in values if row["time"] > 0]
    axes = {
        "x": {
            "field": "time",
            "type": "quantitative",
            "scale": {"type": "log", "nice": False} if logarithmic else {"nice": False},
            "axis": _decades(times) if logarithmic else {"format": "~r", "tickCount": 4},
            "title": words.text("chart.hours-log" if logarithmic else "chart.hours"),
        },
        "y": {"field": "value", "type": "quantitative", "title": None},
    }
    first = float(times[times > 0].min()) if logarithmic else 0.0
    return {
        "width": style.panel_width,
        "height": style.panel_height,
        "title": {"text": title, "subtitle": f"{caption}, {unit_text}"},
        "layer": [
            *(
                layer
                for band, factor in bands
                for layer in band_over_time(band, factor, style, first_h=first, axes=axes)
            ),
            {
                "data": {"values": values},
                "mark": {"type": "line", "strokeWidth": 1.6, "interpolate": "monotone"},
                "encoding": {**axes, **_told_apart(names, style)},
            },
        ],
    }


def _decades(times: Array) -> Spec:
    positive = times[times > 0]
    powers = range(
        int(np.ceil(np.log10(positive.min()) - 1e-9)),
        int(np.floor(np.log10(positive.max()) + 1e-9)) + 1,
    )
    return {"format": "~r", "values": [10.0**power for power in powers]}


def _told_apart(names: list[str], style: Style) -> Spec:
    """Lines differ by dashes first and by colour second, so that grey print keeps them apart."""
    dashes = [_DASHES[index % len(_DASHES)] for index in range(len(names))]
    colours = [style.line if index % 2 == 0 else style.second for index in range(len(names))]
    legend = {
        "title": None,
        "orient": "bottom",
        "direction": "vertical",
        "columns": 1,
        "symbolType": "stroke",
        "symbolSize": 260,
        "symbolStrokeWidth": 1.6,
        "offset": 4,
        "rowPadding": 1,
    }
    return {
        "strokeDash": {
            "field": "line",
            "type": "nominal",
            "scale": {"domain": names, "range": dashes},
            "legend": legend,
        },
        "color": {
            "field": "line",
            "type": "nominal",
            "scale": {"domain": names, "range": colours},
            "legend": legend,
        },
    }
