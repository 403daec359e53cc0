"""predicted-observed.svg and by-quantity.svg: how far predictions lie from measurements."""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import vl_convert

from mesoplan.catalogue.messages import Messages
from mesoplan.core.errors import Fault, InputError
from mesoplan.report import svg
from mesoplan.report.chart_style import FULL, VEGA_LITE, Spec
from mesoplan.report.numbers import plain

NAMES = ("predicted-observed.svg", "by-quantity.svg")
"""The files of a validation, in the order they are named to the user."""

FOLDER = "mesoplan-validation"
"""Where they are written by default, in the current directory."""

Basis = Literal["human", "animal", "fitted", "ordinal"]

_DOMAIN = (0.05, 20.0)
_TICKS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_BAND = (0.5, 2.0)
_SHAPES: dict[Basis, str] = {
    "human": "circle",
    "animal": "triangle-up",
    "fitted": "square",
    "ordinal": "diamond",
}
_MISSED = "#b3431b"
_BAND_FILL = "#e6eef0"
_SPREAD = "#a9b2b9"
_PLOT = 430
_ROW = 14.5
_QUANTITY_ROW = 34.0
_MARGIN = 16.0
_SIZE = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"[^>]*>')


@dataclass(frozen=True)
class Prediction:
    """One predicted measurement as the charts need it.

    Parameters
    ----------
    id, quantity : str
        Case and quantity.
    unit : str
        Unit of the numbers; "1" without one.
    predicted, observed : float
        Above 0, in the same unit.
    spread : float, optional
        Published spread of the observed, in the same unit.
    met : bool
        Whether it lies within the tolerance of the case.
    basis : {"human", "animal", "fitted", "ordinal"}
        What the measurement was made in, or why it is no test.
    """

    id: str
    quantity: str
    unit: str
    predicted: float
    observed: float
    spread: float | None
    met: bool
    basis: Basis

    @property
    def ratio(self) -> float:
        """Predicted over observed."""
        return self.predicted / self.observed

    @property
    def of_two_arms(self) -> bool:
        """Whether the number compares two arms; a bare share is none."""
        return self.unit == "1" and self.quantity not in ("residual_fraction", "lymph_fraction")

    @property
    def is_test(self) -> bool:
        """Whether it counts in the mean of what was not fitted."""
        return self.basis in ("human", "animal")


@dataclass(frozen=True)
class Comparison:
    """What a run of the validation found, as far as the charts show it.

    Parameters
    ----------
    predictions : tuple of Prediction
        In the order in which they are drawn, from above.
    law : str
        Parameter set of the skin.
    not_shown : int
        Measurements without a ratio: not modelled, or predicted as 0.
    """

    predictions: tuple[Prediction, ...]
    law: str
    not_shown: int = 0


def predicted_observed_svg(found: Comparison, messages: Messages) -> str:
    """Every prediction over its measurement."""
    return _figure(_rows_spec(found.predictions, messages), "title", "subtitle", found, messages)


def by_quantity_svg(found: Comparison, messages: Messages) -> str:
    """The same, one line for each kind of quantity, with the mean of what was not fitted."""
    spec = _quantity_spec(found.predictions, messages)
    return _figure(spec, "quantity-title", "quantity-subtitle", found, messages)


def write_validation(found: Comparison, out: Path, messages: Messages) -> tuple[Path, ...]:
    """Write both pictures into a folder, which is made where it does not exist.

    Raises
    ------
    InputError
        Naming ``--out`` if the folder cannot be written.
    """
    drawn = [draw(found, messages) for draw in (predicted_observed_svg, by_quantity_svg)]
    paths = tuple(out / name for name in NAMES)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for path, text in zip(paths, drawn, strict=True):
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        wrong = f"cannot write to {out} ({error.strerror})"
        raise InputError([Fault("--out", wrong, "name a folder that can be written")]) from error
    return paths


def _text(messages: Messages, name: str, /, **parameters: str) -> str:
    return messages.text(f"validation.chart.{name}", **parameters)


# ---- One line per measurement ----


def _rows_spec(predictions: Sequence[Prediction], messages: Messages) -> Spec:
    names = _names(predictions, messages)
    rows = [
        {
            "name": name,
            **_marks(part, messages),
            "low": _clamped(_spread(part)[0]),
            "high": _clamped(_spread(part)[1]),
            "numbers": _numbers(part),
        }
        for name, part in zip(names, predictions, strict=True)
    ]
    return _chart(rows, names, _ROW, messages, _text(messages, "numbers"), mark_size=58.0)


def _names(predictions: Sequence[Prediction], messages: Messages) -> list[str]:
    """Case and quantity of each row; a name that would stand twice is numbered."""
    found: list[str] = []
    for part in predictions:
        name = f"{part.id} · {messages.text(f'validation.quantity.{part.quantity}')}"
        if part.of_two_arms:
            name += f", {_text(messages, 'ratio')}"
        again = sum(other == name or other.startswith(f"{name} (") for other in found)
        found.append(f"{name} ({again + 1})" if again else name)
    return found


def _numbers(part: Prediction) -> str:
    spread = "" if part.spread is None else f" ± {plain(part.spread)}"
    unit = "" if part.unit == "1" else f" {part.unit}"
    return f"{plain(part.predicted)} | {plain(part.observed)}{spread}{unit}"


def _spread(part: Prediction) -> tuple[float, float]:
    """Observed less and plus its spread, over the observed."""
    share = 0.0 if part.spread is None else part.spread / part.observed
    return 1.0 - share, 1.0 + share


# ---- One line per quantity ----


def _quantity_spec(predictions: Sequence[Prediction], messages: Messages) -> Spec:
    kinds = sorted({part.quantity for part in predictions}, key=_order)
    names, rows = [], []
    for kind in kinds:
        parts = [part for part in predictions if part.quantity == kind]
        name = messages.text(f"validation.quantity.{kind}")
        names.append(name)
        tests = [math.log(part.ratio) for part in parts if part.is_test]
        mean, numbers = None, "—"
        if tests:
            mean = _clamped(math.exp(sum(tests) / len(tests)))
            fold = math.exp(sum(abs(value) for value in tests) / len(tests))
            numbers = _text(messages, "quantity-mean", fold=f"{fold:.2f}", count=str(len(tests)))
        for index, part in enumerate(parts):
            rows.append(
                {
                    "name": name,
                    **_marks(part, messages),
                    # side by side within the line, so that equal ratios do not hide each other
                    "shift": round(_QUANTITY_ROW * (0.2 + 0.6 * ((index * 0.618034) % 1.0)), 2),
                    "mean": mean if index == 0 else None,
                    "numbers": numbers if index == 0 else "",
                }
            )
    heading = _text(messages, "quantity-fold")
    return _chart(rows, names, _QUANTITY_ROW, messages, heading, mark_size=62.0)


_ORDER = (
    "half_life",
    "residual_fraction",
    "loss_per_hour",
    "tmax",
    "cmax",
    "auc",
    "lymph_fraction",
    "concentration",
    "wheal_diameter",
)


def _order(quantity: str) -> int:
    return _ORDER.index(quantity) if quantity in _ORDER else len(_ORDER)


# ---- What both share ----


def _marks(part: Prediction, messages: Messages) -> dict[str, Any]:
    return {
        "ratio": _clamped(part.ratio),
        "verdict": _text(messages, "met" if part.met else "missed"),
        "basis": _text(messages, part.basis),
    }


def _clamped(ratio: float) -> float:
    """Within the axis; what lies outside stands at its end, its numbers beside it."""
    return float(f"{min(max(ratio, _DOMAIN[0]), _DOMAIN[1]):.5g}")


def _chart(
    rows: list[dict[str, Any]],
    names: list[str],
    step: float,
    messages: Messages,
    heading: str,
    *,
    mark_size: float,
) -> Spec:
    """Marks on a logarithmic axis with a band of a factor of 2, and numbers at the right."""
    height = step * max(len(names), 1)
    y = {
        "field": "name",
        "type": "nominal",
        "sort": names,
        "title": None,
        "scale": {"domain": names, "type": "band", "padding": 0},
        "axis": {
            "grid": True,
            "ticks": False,
            "domain": False,
            "labelLimit": 420,
            "labelColor": svg.INK,
            "labelPadding": 8,
        },
    }
    x = {
        "field": "ratio",
        "type": "quantitative",
        "title": _text(messages, "axis"),
        "scale": {"type": "log", "domain": list(_DOMAIN), "nice": False},
        "axis": {"values": list(_TICKS), "tickCount": 20, "format": "~r", "labelOverlap": False},
    }
    verdicts = [_text(messages, name) for name in ("met", "missed")]
    shapes = {_text(messages, name): shape for name, shape in _SHAPES.items()}
    shift = {"yOffset": {"field": "shift", "type": "quantitative", "scale": None}}
    layers: list[Spec] = [_band(), _line()]
    if any("low" in row for row in rows):
        layers.append(
            {
                "transform": [{"filter": "datum.low < datum.high"}],
                "mark": {"type": "bar", "height": 4.5, "color": _SPREAD},
                "encoding": {"y": y, "x": {**x, "field": "low"}, "x2": {"field": "high"}},
            }
        )
    if any("mean" in row for row in rows):
        layers.append(
            {
                "transform": [{"filter": "isValid(datum.mean)"}],
                "mark": {"type": "tick", "thickness": 3, "size": 0.7 * step, "color": svg.INK},
                "encoding": {"y": y, "x": {**x, "field": "mean"}},
            }
        )
    layers += [
        {
            "mark": {"type": "point", "size": mark_size, "strokeWidth": 1.7, "opacity": 1.0},
            "encoding": {
                "y": y,
                "x": x,
                **(shift if any("shift" in row for row in rows) else {}),
                "shape": {
                    "field": "basis",
                    "type": "nominal",
                    "scale": {"domain": list(shapes), "range": list(shapes.values())},
                    "legend": {"title": _text(messages, "basis"), "symbolStrokeColor": svg.INK},
                },
                "fill": _verdict([svg.ACCENT, "#ffffff"], verdicts, messages),
                "stroke": _verdict([svg.ACCENT, _MISSED], verdicts, messages),
            },
        },
        {
            "mark": {"type": "text", "align": "left", "color": svg.SOFT},
            "encoding": {"y": y, "x": {"value": _PLOT + 12}, "text": {"field": "numbers"}},
        },
        *[
            _caption(text, at, align)
            for text, at, align in (
                (_text(messages, "low"), 0, "left"),
                (_text(messages, "high"), _PLOT, "right"),
                (heading, _PLOT + 12, "left"),
            )
        ],
    ]
    config = FULL.config()
    config["legend"] |= {"orient": "bottom", "direction": "horizontal", "symbolSize": 70}
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "config": config,
        "width": _PLOT,
        "height": height,
        "data": {"values": rows},
        "layer": layers,
        "padding": 4,
    }


def _verdict(colours: list[str], names: list[str], messages: Messages) -> Spec:
    return {
        "field": "verdict",
        "type": "nominal",
        "scale": {"domain": names, "range": colours},
        "legend": {"title": _text(messages, "verdict"), "symbolType": "circle"},
    }


def _band() -> Spec:
    low, high = (_place(ratio) for ratio in _BAND)
    return {
        "data": {"values": [{}]},
        "mark": {"type": "rect", "color": _BAND_FILL},
        "encoding": {"x": {"value": low}, "x2": {"value": high}},
    }


def _line() -> Spec:
    return {
        "data": {"values": [{}]},
        "mark": {"type": "rule", "color": svg.SOFT, "strokeWidth": 1.2},
        "encoding": {"x": {"value": _place(1.0)}},
    }


def _place(ratio: float) -> float:
    """Where a ratio stands on the axis, px."""
    low, high = (math.log(end) for end in _DOMAIN)
    return round(_PLOT * (math.log(ratio) - low) / (high - low), 3)


def _caption(text: str, at: float, align: str) -> Spec:
    return {
        "data": {"values": [{}]},
        "mark": {"type": "text", "align": align, "color": svg.SOFT, "fontStyle": "italic"},
        "encoding": {"x": {"value": at}, "y": {"value": -9}, "text": {"value": text}},
    }


def _figure(spec: Spec, title: str, subtitle: str, found: Comparison, messages: Messages) -> str:
    """A chart under its heading, as one standalone SVG."""
    drawn = vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE)
    match = _SIZE.search(drawn)
    if match is None:
        raise ValueError("the chart engine returned no SVG of a known size")
    width, height = float(match[1]), float(match[2])
    shown, hidden = found.predictions, str(found.not_shown)
    counts = {"shown": str(len(shown)), "unfitted": str(sum(part.is_test for part in shown))}
    about = [
        _text(messages, subtitle, **counts),
        _text(messages, "parameters", law=found.law),
        *([_text(messages, "not-shown", count=hidden)] if found.not_shown else []),
    ]
    size = FULL.font_size
    lines = svg.wrap(" ".join(about), width, size)
    heading = _text(messages, title)
    parts = [svg.text(0, 16, heading, 19, font_weight="700")]
    parts += [
        svg.text(0, 38 + 1.35 * size * index, line, size, fill=svg.SOFT)
        for index, line in enumerate(lines)
    ]
    top = 38 + 1.35 * size * len(lines) + 4
    parts.append(svg.group([drawn[drawn.index("<svg") :]], transform=f"translate(0 {svg.mm(top)})"))
    inner = svg.group(parts, transform=f"translate({svg.mm(_MARGIN)} {svg.mm(_MARGIN)})")
    return svg.document(
        [inner],
        width + 2 * _MARGIN,
        top + height + 2 * _MARGIN,
        unit="",
        title=heading,
        description=" ".join([*about, _text(messages, "described")]),
    )
