"""The map: all areas to one scale, a bar of 50 mm to check the printer, what may lie beneath."""

from dataclasses import dataclass

from mesoplan.catalogue import Catalogue
from mesoplan.model.plan import Plan
from mesoplan.report import area_drawing, svg
from mesoplan.report.dangers import danger_lines
from mesoplan.report.layout import extent, reduction, shelves
from mesoplan.report.words import Words, is_blocked, plan_id

BAR_MM = 50.0
_GAP = 5.0
_MARGIN = 8.0
_BAR_HEIGHT = 9.0
_BAR_TEXT = 3.0


@dataclass(frozen=True)
class Drawing:
    """A part of an SVG with its size on paper; ``factor`` n of its scale 1 : n."""

    body: str
    width_mm: float
    height_mm: float
    factor: float


def order(plan: Plan, words: Words) -> list[int]:
    """Areas as seen by someone who faces the patient: on a face the right side comes first."""
    areas = plan.case.areas
    names = [area.site for area in areas]
    sides = {"right": 0, "left": 1, "midline": 2, None: 2}

    def rank(index: int) -> tuple[int, int]:
        site = words.catalogue.sites.get(names[index])
        face = site is not None and site.face
        return names.index(names[index]), sides[areas[index].side] if face else 0

    return sorted(range(len(areas)), key=rank)


def drawing(plan: Plan, words: Words, width_mm: float, height_mm: float | None) -> Drawing:
    """All areas and the bar; reduced only as far as needed to fit ``width_mm`` × ``height_mm``."""
    chosen = order(plan, words)

    def sizes(factor: float) -> list[tuple[float, float]]:
        return [area_drawing.size(plan, words, index, factor) for index in chosen]

    factor = 1.0
    if height_mm is not None:
        factor = reduction(sizes, width_mm, height_mm - _BAR_HEIGHT, _GAP)
    boxes = shelves(sizes(factor), width_mm, _GAP)
    width, height = extent(boxes)
    parts = [
        svg.group(
            [area_drawing.draw(plan, words, index, factor)],
            transform=f"translate({svg.mm(box.left)} {svg.mm(box.top)})",
        )
        for index, box in zip(chosen, boxes, strict=True)
    ]
    label = _bar_label(words, factor)
    parts.append(_bar(label, area_drawing.LEFT, height + 2.0))
    width = max(width, area_drawing.LEFT + BAR_MM + 4.0 + svg.width_of(label, _BAR_TEXT))
    return Drawing("\n".join(parts), width, height + _BAR_HEIGHT, factor)


def embedded(plan: Plan, catalogue: Catalogue, width_mm: float, height_mm: float) -> Drawing:
    """The drawing alone, as an SVG for the sheet."""
    words = Words(catalogue)
    found = drawing(plan, words, width_mm, height_mm)
    whole = svg.document(
        [found.body],
        found.width_mm,
        found.height_mm,
        unit="mm",
        title=_title(plan, words),
        description=describe(plan, words),
    )
    return Drawing(whole, found.width_mm, found.height_mm, found.factor)


def map_svg(plan: Plan, catalogue: Catalogue) -> str:
    """The map as a standalone SVG at true size.

    Parameters
    ----------
    plan : Plan
        The plan to draw.
    catalogue : Catalogue
        Names and texts.
    """
    words = Words(catalogue)
    found = drawing(plan, words, 190.0, None)
    width = max(found.width_mm, 180.0)
    parts = [svg.text(0, 5.0, _title(plan, words), 5.4, font_weight="700")]
    top = 6.4
    for line in svg.wrap(_subtitle(plan, words), width, 3.1):
        top += 4.1
        parts.append(svg.text(0, top, line, 3.1, fill=svg.SOFT))
    place = f"translate({svg.mm(-area_drawing.LEFT + 4)} {svg.mm(top + 19.6)})"
    parts += [_marks(plan, words, top + 6.6), svg.group([found.body], transform=place)]
    top += 19.6 + found.height_mm + 5.0
    for line, bold in _notes(plan, words, width):
        weight = "700" if bold else "400"
        parts.append(svg.text(0, top, line, 3.0, font_weight=weight, fill=svg.INK))
        top += 4.1
    inner = svg.group(parts, transform=f"translate({svg.mm(_MARGIN)} {svg.mm(_MARGIN)})")
    return svg.document(
        [inner],
        width + 2 * _MARGIN,
        top + 2 * _MARGIN - 2.0,
        unit="mm",
        title=_title(plan, words),
        description=describe(plan, words),
    )


def marks(plan: Plan, words: Words) -> list[str]:
    """What every page and picture starts with."""
    found = [words.text("mark.not-checked")] if plan.unchecked else []
    if is_blocked(plan):
        found.append(words.text("mark.not-released"))
    if plan.approval is not None:
        return [*found, words.text("mark.approved", by=plan.approval.by)]
    return [*found, words.text("mark.draft")]


def describe(plan: Plan, words: Words) -> str:
    """The map in words, for those who do not see it."""
    parts = []
    for index, _ in enumerate(plan.case.areas):
        count = len({(p.x_mm, p.y_mm) for p in plan.points if p.area == index})
        parts.append(
            words.text("map.described", area=words.numbered(plan, index), count=str(count))
        )
    return " ".join([*marks(plan, words), *parts])


def _title(plan: Plan, words: Words) -> str:
    return words.text("map.title", indication=words.indication(plan.case.treatment.indication))


def _subtitle(plan: Plan, words: Words) -> str:
    return words.text("map.subtitle", plan=plan_id(plan), date=words.date(plan.case.treatment.date))


def _marks(plan: Plan, words: Words, top: float) -> str:
    parts, left = [], 0.0
    for mark in marks(plan, words):
        width = 2.6 * len(mark) + 4.0
        parts.append(svg.element("rect", x=left, y=top - 3.6, width=width, height=5, fill=svg.INK))
        parts.append(svg.text(left + 2, top, mark, 3.4, fill="#ffffff", font_weight="700"))
        left += width + 2
    parts.append(svg.text(0, top + 5.6, words.text("intended"), 2.8, fill=svg.SOFT))
    return svg.group(parts)


def _bar_label(words: Words, factor: float) -> str:
    label = words.text("map.bar")
    if factor != 1.0:
        label = words.text("map.bar-reduced", skin=f"{BAR_MM * factor:g}")
    return f"{label} {words.text('map.scale', factor=f'{factor:g}')}"


def _bar(label: str, left: float, top: float) -> str:
    end = left + BAR_MM
    parts = [
        svg.element(
            "rect", class_="bar", x=left, y=top + 3.0, width=BAR_MM, height=0.9, fill=svg.INK
        ),
        *(
            svg.element("rect", x=tick, y=top + 1.9, width=0.3, height=2.0, fill=svg.INK)
            for tick in (left, left + 10, left + 20, left + 30, left + 40, end - 0.3)
        ),
        svg.text(end + 2.5, top + 4.0, label, _BAR_TEXT, font_weight="600"),
    ]
    return svg.group(parts)


def _notes(plan: Plan, words: Words, width: float) -> list[tuple[str, bool]]:
    lines = [(line, False) for line in svg.wrap(legend(plan, words), width, 3.0)]
    for title, items in danger_lines(plan, words):
        lines.append((title, True))
        for item in items:
            lines += [(line, False) for line in svg.wrap(f"– {item}", width, 3.0)]
    return lines


def legend(plan: Plan, words: Words) -> str:
    """What the signs of the map mean."""
    threads = any(point.path_mm for point in plan.points)
    return words.text("map.legend-threads" if threads else "map.legend")
