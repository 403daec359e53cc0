"""exposure.svg: where the substances go, as six panels."""

import re
from dataclasses import replace

import vl_convert

from mesoplan.catalogue import Catalogue
from mesoplan.model.plan import Plan
from mesoplan.report import svg
from mesoplan.report.chart_style import FULL, SMALL, VEGA_LITE, Style
from mesoplan.report.charts import exposure_spec
from mesoplan.report.map import marks
from mesoplan.report.words import Words, is_blocked, plan_id

_HEAD = 86.0
_MARGIN = 16.0
_SIZE = re.compile(r'<svg [^>]*?width="([\d.]+)" height="([\d.]+)"[^>]*>')


def exposure_svg(plan: Plan, catalogue: Catalogue) -> str:
    """Map of dermal exposure, depth profile, course, histogram, plasma and cream.

    Parameters
    ----------
    plan : Plan
        The plan; its panels say *not computed* where it holds no exposure.
    catalogue : Catalogue
        Names and texts.
    """
    return _figure(plan, Words(catalogue), FULL, head=True)


def exposure_strip(plan: Plan, catalogue: Catalogue) -> str:
    """The same panels, small and without a heading, for the planning record."""
    return _figure(plan, Words(catalogue), SMALL, head=False)


def _figure(plan: Plan, words: Words, style: Style, *, head: bool) -> str:
    grey = is_blocked(plan)
    chosen = replace(style, grey=grey)
    computed = plan.exposure is not None and bool(plan.exposure.areas)
    panels, width, height = _charts(plan, words, chosen) if computed else _empty(words, chosen)
    top = _HEAD if head else 0.0
    margin = _MARGIN if head else 0.0
    parts = _heading(plan, words) if head else []
    parts.append(svg.group([panels], transform=f"translate(0 {svg.mm(top)})"))
    if grey:
        parts.append(_stamp(words, width, top + 0.5 * height, style.font_size * 4))
    notes = _notes(plan, words)
    size = style.font_size
    bottom = top + height + 1.3 * size
    for line in [wrapped for note in notes for wrapped in svg.wrap(note, width, size)]:
        parts.append(svg.text(0, bottom, line, size, fill=svg.SOFT))
        bottom += 1.3 * size
    inner = svg.group(parts, transform=f"translate({svg.mm(margin)} {svg.mm(margin)})")
    return svg.document(
        [inner],
        width + 2 * margin,
        (bottom if notes else top + height) + 2 * margin,
        unit="",
        title=words.text("chart.title"),
        description=" ".join([*marks(plan, words), words.text("chart.described"), *notes]),
    )


def _charts(plan: Plan, words: Words, style: Style) -> tuple[str, float, float]:
    drawn = vl_convert.vegalite_to_svg(exposure_spec(plan, words, style), vl_version=VEGA_LITE)
    # the engine counts its gradients and clips over the whole process
    for name in ("gradient", "clip"):
        found = list(dict.fromkeys(re.findall(rf"{name}_?\d+", drawn)))
        for index, used in enumerate(found):
            drawn = re.sub(rf"\b{used}\b", f"{name}-{index}", drawn)
    match = _SIZE.search(drawn)
    if match is None:
        raise ValueError("the chart engine returned no SVG of a known size")
    return drawn[drawn.index("<svg") :], float(match[1]), float(match[2])


def _empty(words: Words, style: Style) -> tuple[str, float, float]:
    parts = []
    step_x, step_y = style.panel_width + 40.0, style.panel_height + 50.0
    for index, name in enumerate(("map", "profile", "course", "histogram", "plasma", "cream")):
        left, top = index % style.columns * step_x, index // style.columns * step_y
        parts += [
            svg.text(
                left,
                top + 16,
                words.text(f"chart.{name}-title"),
                style.font_size + 2,
                font_weight="600",
            ),
            svg.element(
                "rect",
                x=left,
                y=top + 24,
                width=style.panel_width,
                height=style.panel_height,
                fill="#f5f6f7",
                stroke="#d5d9dc",
            ),
            svg.text(
                left + 0.5 * style.panel_width,
                top + 24 + 0.5 * style.panel_height,
                words.text("chart.not-computed"),
                style.font_size + 1,
                text_anchor="middle",
                fill=svg.SOFT,
            ),
        ]
    lines = -(-6 // style.columns)
    return svg.group(parts), style.columns * step_x - 40.0, lines * step_y


def _heading(plan: Plan, words: Words) -> list[str]:
    mark = "  ·  ".join(marks(plan, words))
    width = 9.2 * len(mark) + 16
    return [
        svg.text(0, 16, words.text("chart.title"), 19, font_weight="700"),
        svg.element("rect", x=0, y=26, width=width, height=19, fill=svg.INK),
        svg.text(8, 40, mark, 12.5, font_weight="700", fill="#ffffff", xml_space="preserve"),
        svg.text(
            0,
            62,
            f"{words.text('plan')} {plan_id(plan)} · {words.text('intended')}",
            11,
            fill=svg.SOFT,
        ),
    ]


def _notes(plan: Plan, words: Words) -> list[str]:
    if plan.exposure is None:
        return []
    notes = [
        words.text(
            "chart.without", name=words.substance(name), reason=words.other("indicator", reason)
        )
        for name, reason in plan.exposure.not_computed
    ]
    runs = {spread.runs for spread in plan.exposure.spreads}
    if runs:
        notes.append(words.text("chart.band", runs=str(max(runs))))
    assumed = [note for area in plan.exposure.areas for note in area.assumptions]
    if assumed:
        texts = "; ".join(words.other("assumption", note) for note in dict.fromkeys(assumed))
        notes.append(words.text("chart.assumed", texts=texts))
    return notes


def _stamp(words: Words, width: float, y: float, size: float) -> str:
    return svg.text(
        0.5 * width,
        y,
        words.text("mark.not-released"),
        size,
        font_weight="700",
        text_anchor="middle",
        fill=svg.INK,
        stroke="#ffffff",
        stroke_width=0.2 * size,
        paint_order="stroke",
    )
