"""The map of dermal exposure as a Vega-Lite panel: rasters of all areas to one scale."""

import numpy as np

from mesoplan.evaluate.target import dermal_exposure
from mesoplan.model.exposure import AreaExposure
from mesoplan.model.plan import Plan
from mesoplan.report import svg
from mesoplan.report.chart_style import Spec, Style
from mesoplan.report.fields import of_substance
from mesoplan.report.layout import extent, shelves
from mesoplan.report.map import order
from mesoplan.report.numbers import readable_unit
from mesoplan.report.outline import bounds, outlines
from mesoplan.report.positions import rows
from mesoplan.report.ramp import png_uri
from mesoplan.report.words import Words

_HEAD = 1.6
_BAR_MM = 20.0
_MOST_POINTS = 400


def map_panel(plan: Plan, words: Words, style: Style, substance: str) -> Spec:
    """Exposure summed through the dermis, per area of skin, of one substance."""
    assert plan.exposure is not None  # noqa: S101 - exposure_spec refuses such a plan
    rank = order(plan, words)
    areas = tuple(
        sorted(of_substance(plan.exposure, substance), key=lambda area: rank.index(area.area))
    )
    fields = [dermal_exposure(area) for area in areas]
    largest = max(
        float(field[area.inside].max()) for field, area in zip(fields, areas, strict=True)
    )
    factor, unit = readable_unit(largest, f"{areas[0].unit}·h/cm²")
    per_px, lefts, tops = _arrange(plan, words, areas, style)
    images, drawn, dots, labels = [], [], [], []
    for number, (area, field) in enumerate(zip(areas, fields, strict=True)):
        left, _, _, top = bounds(plan, area.area)

        def place(
            x: float, y: float, left: float = left, top: float = top, number: int = number
        ) -> dict[str, float]:
            return {
                "x": round(lefts[number] + (x - left) / per_px, 2),
                "y": round(tops[number] + (top - y) / per_px, 2),
            }

        half = 0.5 * float(area.x_mm[1] - area.x_mm[0])
        start = place(float(area.x_mm[0]) - half, float(area.y_mm[-1]) + half)
        end = place(float(area.x_mm[-1]) + half, float(area.y_mm[0]) - half)
        # beyond the outline the field goes on; it is shown paler, because no count includes it
        alpha = np.where(area.inside, 1.0, 0.35) * (field > 0.01 * largest)
        uri = png_uri(field[::-1], alpha[::-1], largest, style.ramp)
        images.append({**start, "x2": end["x"], "y2": end["y"], "url": uri})
        drawn += [
            {**place(x, y), "area": f"{area.area}-{part}", "order": step}
            for part, ring in enumerate(outlines(plan, area.area))
            for step, (x, y) in enumerate((*ring, ring[0]))
        ]
        found = [spot for row in rows(plan, area.area) for spot in row.positions]
        if len(found) <= _MOST_POINTS:
            dots += [place(spot.x_mm, spot.y_mm) for spot in found]
        labels.append(
            {"x": lefts[number], "y": tops[number] - 4, "t": _label(plan, words, area.area, style)}
        )
    legend = {
        "title": unit,
        "orient": "bottom",
        "direction": "horizontal",
        "gradientLength": style.panel_width - 4,
        "gradientThickness": 7,
        "tickCount": 4,
        "titleOrient": "top",
        "offset": 6,
    }
    bar_y = style.panel_height - 0.5 * style.font_size
    position = {
        "x": {
            "field": "x",
            "type": "quantitative",
            "axis": None,
            "scale": {"domain": [0, style.panel_width], "nice": False},
        },
        "y": {
            "field": "y",
            "type": "quantitative",
            "axis": None,
            "scale": {"domain": [0, style.panel_height], "reverse": True, "nice": False},
        },
    }
    return {
        "width": style.panel_width,
        "height": style.panel_height,
        "title": {
            "text": words.text("chart.map-title"),
            "subtitle": words.text("chart.map-subtitle", name=words.substance(substance)),
        },
        "layer": [
            {
                "data": {"values": images},
                "mark": {"type": "image", "aspect": False, "align": "left", "baseline": "top"},
                "encoding": {
                    **position,
                    "x2": {"field": "x2"},
                    "y2": {"field": "y2"},
                    "url": {"field": "url", "type": "nominal"},
                },
            },
            {
                "data": {"values": drawn},
                "mark": {"type": "line", "color": style.line, "strokeWidth": 0.9},
                "encoding": {
                    **position,
                    "detail": {"field": "area", "type": "nominal"},
                    "order": {"field": "order", "type": "quantitative"},
                },
            },
            {
                "data": {"values": dots},
                "mark": {"type": "circle", "color": "#ffffff", "opacity": 0.9, "size": 3},
                "encoding": position,
            },
            {
                "data": {"values": labels},
                "mark": {"type": "text", "align": "left", "fontWeight": 600, "dy": -3},
                "encoding": {**position, "text": {"field": "t"}},
            },
            {
                "data": {"values": [{"x": 0, "y": bar_y, "x2": _BAR_MM / per_px, "y2": bar_y}]},
                "mark": {"type": "rule", "color": style.second, "strokeWidth": 2},
                "encoding": {**position, "x2": {"field": "x2"}, "y2": {"field": "y2"}},
            },
            {
                "data": {"values": [{"x": _BAR_MM / per_px + 4, "y": bar_y}]},
                "mark": {"type": "text", "align": "left", "color": style.second},
                "encoding": {**position, "text": {"value": f"{_BAR_MM:g} mm"}},
            },
            {
                # invisible: it carries the colour bar
                "data": {"values": [{"v": 0, "x": 0, "y": 0}]},
                "mark": {"type": "point", "opacity": 0},
                "encoding": {
                    **position,
                    "color": {
                        "field": "v",
                        "type": "quantitative",
                        "scale": {
                            "domain": [0, float(f"{largest * factor:.4g}")],
                            "range": list(style.ramp),
                            "nice": False,
                        },
                        "legend": legend,
                    },
                },
            },
        ],
    }


def _label(plan: Plan, words: Words, area: int, style: Style) -> str:
    return words.numbered(plan, area) if style.names else str(area + 1)


def _arrange(
    plan: Plan, words: Words, areas: tuple[AreaExposure, ...], style: Style
) -> tuple[float, list[float], list[float]]:
    """Millimetres per pixel at which the areas fit the panel, and where each lies."""
    sizes = []
    for area in areas:
        left, bottom, right, top = bounds(plan, area.area)
        label = svg.width_of(_label(plan, words, area.area, style), 1.1 * style.font_size)
        sizes.append((right - left, top - bottom, label))
    head = style.font_size * _HEAD
    room = style.panel_height - 1.6 * style.font_size
    per_px = 0.05
    while True:
        cells = [
            (max(width / per_px, label), height / per_px + head) for width, height, label in sizes
        ]
        boxes = shelves(cells, style.panel_width, style.font_size)
        width, height = extent(boxes)
        small = max(size[0] for size in sizes) / per_px <= 20.0
        if (width <= style.panel_width and height <= room) or small:
            break
        per_px *= 1.05
    return per_px, [box.left for box in boxes], [box.top + head for box in boxes]
