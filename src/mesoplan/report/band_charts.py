"""Bands of the runs of uncertainty, the exposure histogram, and the cream beside the injection."""

from typing import Any

import numpy as np

from mesoplan.evaluate.target import share_at_least, target_values
from mesoplan.model.exposure import Band, Exposure, Spread
from mesoplan.model.plan import Cream, Plan
from mesoplan.report.chart_style import Spec, Style
from mesoplan.report.fields import Array, of_substance
from mesoplan.report.numbers import readable_unit
from mesoplan.report.words import Words

_OPACITY = 0.16


def spread_of(exposure: Exposure, substance: str) -> Spread | None:
    """The bands of a substance, where runs of uncertainty were asked for."""
    return next((spread for spread in exposure.spreads if spread.substance == substance), None)


def until(band: Band | None, last_h: float) -> Band | None:
    """A band up to a time."""
    if band is None:
        return None
    kept = band.at <= last_h
    return Band(band.at[kept], band.low[kept], band.middle[kept], band.high[kept])


def band_over_time(
    band: Band | None, factor: float, style: Style, *, first_h: float, axes: Spec
) -> list[Spec]:
    """The layer of a band behind a curve over time; none without runs.

    Parameters
    ----------
    band : Band, optional
        The band.
    factor : float
        From its unit to that of the axis.
    style : Style
        Colours.
    first_h : float
        Earlier times are left out (a logarithmic axis has no 0).
    axes : dict
        Encoding of x and y of the curve.
    """
    if band is None:
        return []
    rows = [
        {"time": short(t), "value": short(a * factor), "top": short(b * factor)}
        for t, a, b in zip(band.at, band.low, band.high, strict=True)
        if t >= first_h
    ]
    return [
        {
            "data": {"values": rows},
            "mark": {"type": "area", "opacity": _OPACITY, "interpolate": "monotone"},
            "encoding": {
                "x": axes["x"],
                "y": axes["y"],
                "y2": {"field": "top"},
                "color": {"value": style.line},
            },
        }
    ]


def histogram_panel(plan: Plan, words: Words, style: Style, substance: str) -> Spec:
    """Share of the target layer over the exposure that it reaches, as planned and in the runs."""
    assert plan.exposure is not None  # noqa: S101 - exposure_spec refuses such a plan
    areas = of_substance(plan.exposure, substance)
    planes = {p.area: p.intended_plane for p in reversed(plan.placements)}
    parts = [target_values(area, area.auc, planes[area.area]) for area in areas]
    values, weight = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
    spread = spread_of(plan.exposure, substance)
    top = float(np.quantile(values, 0.995)) if spread is None else _upper_end(values, spread)
    factor, unit = readable_unit(top, f"{areas[0].unit}·h/mL")
    levels = np.linspace(0.0, top, 60)
    reached = 100.0 * share_at_least(values, weight, levels)
    axes = {
        "x": {
            "field": "level",
            "type": "quantitative",
            "title": words.text("chart.exposure-axis", unit=unit),
            "scale": {"domain": [0, short(top * factor)], "nice": False},
        },
        "y": {"field": "share", "type": "quantitative", "title": None},
    }
    layers: list[Spec] = []
    if spread is not None:
        band = spread.histogram
        rows = [
            {"level": short(x * factor), "share": short(100 * a), "top": short(100 * b)}
            for x, a, b in zip(band.at, band.low, band.high, strict=True)
            if x <= top * (1 + 1e-9)
        ]
        layers.append(
            {
                "data": {"values": rows},
                "mark": {"type": "area", "opacity": _OPACITY, "color": style.line},
                "encoding": {**axes, "y2": {"field": "top"}},
            }
        )
    layers.append(
        {
            "data": {
                "values": [
                    {"level": short(x * factor), "share": short(y)}
                    for x, y in zip(levels, reached, strict=True)
                ]
            },
            "mark": {"type": "line", "strokeWidth": 1.6, "color": style.line},
            "encoding": axes,
        }
    )
    return {
        "width": style.panel_width,
        "height": style.panel_height,
        "title": {
            "text": words.text("chart.histogram-title"),
            "subtitle": words.text("chart.histogram-subtitle", name=words.substance(substance)),
        },
        "layer": layers,
    }


def _upper_end(values: Array, spread: Spread) -> float:
    """Level that one in a hundred of the target layer reaches, in the plan or in the band."""
    band = spread.histogram
    seldom = band.at[band.high <= 0.01]
    end = float(seldom[0]) if seldom.size else float(band.at[-1])
    return max(float(np.quantile(values, 0.99)), end)


def cream_panel(plan: Plan, words: Words, style: Style) -> Spec | None:
    """Mean exposure of the dermis, injected and as a cream; none where nothing can be compared."""
    rows: list[dict[str, Any]] = []
    unit = ""
    names = words.text("chart.injected"), words.text("chart.cream")
    for row in plan.systemic or ():
        if row.cream is not None and row.cream.cream is not None:
            unit = row.cream.cream.unit
            rows += _pair(row.cream, words.substance(row.substance), names)
    if not rows:
        return None
    x = {
        "field": "value",
        "type": "quantitative",
        "scale": {"type": "log"},
        "axis": {"format": "~r", "tickCount": 5},
        "title": unit,
    }
    y = {"field": "name", "type": "nominal", "title": None, "axis": {"labelLimit": 90}}
    shapes = {"domain": list(names), "range": ["circle", "diamond"]}
    return {
        "width": style.panel_width,
        "height": style.panel_height,
        "title": {
            "text": words.text("chart.cream-title"),
            "subtitle": words.text("chart.cream-subtitle"),
        },
        "data": {"values": rows},
        "layer": [
            {
                "transform": [{"filter": "isValid(datum.low)"}],
                "mark": {"type": "rule", "strokeWidth": 1.6, "color": style.second},
                "encoding": {
                    "x": {**x, "field": "low"},
                    "x2": {"field": "high"},
                    "y": y,
                },
            },
            {
                "mark": {"type": "point", "filled": True, "size": 60, "opacity": 1},
                "encoding": {
                    "x": x,
                    "y": y,
                    "shape": {
                        "field": "what",
                        "type": "nominal",
                        "scale": shapes,
                        "legend": {"title": None, "orient": "bottom", "symbolSize": 50},
                    },
                    "color": {
                        "field": "what",
                        "type": "nominal",
                        "scale": {"domain": list(names), "range": [style.line, style.second]},
                        "legend": {"title": None, "orient": "bottom", "symbolSize": 50},
                    },
                },
            },
        ],
    }


def _pair(row: Cream, name: str, names: tuple[str, str]) -> list[dict[str, Any]]:
    if row.injected is None or row.cream is None or row.low is None or row.high is None:
        return []
    return [
        {"name": name, "what": names[0], "value": short(row.injected.value)},
        {
            "name": name,
            "what": names[1],
            "value": short(row.cream.value),
            "low": short(row.low.value),
            "high": short(row.high.value),
        },
    ]


def short(value: float) -> float:
    """A number with the digits that a chart needs."""
    return float(f"{value:.5g}")
