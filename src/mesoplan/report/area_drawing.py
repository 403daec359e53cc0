"""One area of the map: outline, punctures or threads, lettered rows, side in words."""

from dataclasses import dataclass

from mesoplan.model.plan import Plan
from mesoplan.report import svg
from mesoplan.report.outline import bounds, outlines
from mesoplan.report.positions import Position, Row, rows
from mesoplan.report.words import Words, is_blocked

HEAD = 10.5
FOOT = 5.0
LEFT = 8.0
RIGHT = 10.0
_LETTER = 3.0
_TITLE = 4.2
_SMALL = 2.9


@dataclass(frozen=True)
class Ink:
    """The colours of a drawing; grey where the plan is not released."""

    line: str
    dot: str
    wheal: str
    soft: str


def ink(plan: Plan) -> Ink:
    """Colours for a plan."""
    if is_blocked(plan):
        return Ink(svg.GREY, svg.GREY, "#f0f1f2", svg.GREY)
    return Ink(svg.ACCENT, svg.INK, "#e3eef0", svg.SOFT)


def size(plan: Plan, words: Words, area: int, reduction: float) -> tuple[float, float]:
    """Paper size of an area's drawing, in mm; its heading is never cut."""
    left, bottom, right, top = bounds(plan, area)
    heading = svg.width_of(words.numbered(plan, area), _TITLE)
    caption = svg.width_of(_caption(plan, words, area), _SMALL)
    width = max((right - left) / reduction + RIGHT, heading, caption)
    return width + LEFT, (top - bottom) / reduction + HEAD + FOOT


def draw(plan: Plan, words: Words, area: int, reduction: float) -> str:
    """The drawing of one area at 1 : ``reduction``, upper left corner at the origin, in mm."""
    left, bottom, right, top = bounds(plan, area)
    found = rows(plan, area)
    colours = ink(plan)

    def at(x: float, y: float) -> tuple[float, float]:
        return LEFT + (x - left) / reduction, HEAD + (top - y) / reduction

    corners = [
        " ".join(f"{svg.mm(px)},{svg.mm(py)}" for px, py in (at(x, y) for x, y in ring))
        for ring in outlines(plan, area)
    ]
    parts = [
        svg.text(LEFT, 4.2, words.numbered(plan, area), _TITLE, font_weight="700"),
        svg.text(LEFT, 8.2, _caption(plan, words, area), _SMALL, fill=svg.SOFT),
    ]
    wheal = _wheal(plan, area)
    if wheal is not None:
        parts += [
            svg.element(
                "circle",
                cx=at(place.x_mm, place.y_mm)[0],
                cy=at(place.x_mm, place.y_mm)[1],
                r=0.5 * wheal / reduction,
                fill=colours.wheal,
                stroke="none",
            )
            for row in found
            for place in row.positions
        ]
    parts += [
        svg.element("polygon", points=ring, fill="none", stroke=colours.line, stroke_width=0.4)
        for ring in corners
    ]
    pitch = _pitch(found) / reduction
    radius = min(0.6, max(0.25, 0.15 * pitch))
    number_all = pitch >= 6.0
    last_letter = -10.0
    for row in found:
        for place in row.positions:
            x, y = at(place.x_mm, place.y_mm)
            if place.path_mm is not None:
                dx, dy = place.path_mm[0] / reduction, -place.path_mm[1] / reduction
                parts.append(
                    svg.element(
                        "line",
                        class_="thread",
                        x1=x,
                        y1=y,
                        x2=x + dx,
                        y2=y + dy,
                        stroke=colours.dot,
                        stroke_width=0.35,
                    )
                )
            parts.append(
                svg.element("circle", class_="point", cx=x, cy=y, r=radius, fill=colours.dot)
            )
            # where all numbers would run into each other, every fifth of the first row has one
            fifth = row is found[0] and place.number % 5 == 0
            if number_all or fifth:
                spot = (x + radius + 0.3, y - radius) if number_all else (x - 1.0, HEAD - 0.6)
                parts.append(svg.text(*spot, str(place.number), 2.0, fill=colours.soft))
        y = at(0.0, row.y_mm)[1]
        # letters that would run into each other are left out, the caption names first and last
        if y - last_letter >= _LETTER or row is found[-1]:
            last_letter = y
            first_x = at(min(place.x_mm for place in row.positions), 0.0)[0]
            end_x = at(max(_far_x(place) for place in row.positions), 0.0)[0]
            parts.append(
                svg.text(
                    min(first_x - 2.2, LEFT - 1.6),
                    y + 1.0,
                    row.letter,
                    3.0,
                    font_weight="700",
                    text_anchor="end",
                )
            )
            parts.append(
                svg.text(
                    max(end_x + 2.0, at(right, 0.0)[0] + 1.6),
                    y + 0.9,
                    f"× {len(row.positions)}",
                    2.6,
                    fill=svg.SOFT,
                )
            )
    if is_blocked(plan):
        x, y = at(0.5 * (left + right), 0.5 * (bottom + top))
        parts.append(
            svg.text(
                x,
                y + 2.0,
                words.text("mark.not-released"),
                5.5,
                font_weight="700",
                text_anchor="middle",
                stroke="#ffffff",
                stroke_width=1.4,
                paint_order="stroke",
            )
        )
    note = _orientation(plan, words, area)
    if note:
        parts.append(svg.text(LEFT, at(0, bottom)[1] + 3.8, note, 2.6, fill=svg.SOFT))
    return svg.group(parts, class_="area")


def _far_x(place: Position) -> float:
    return place.x_mm + max(0.0, place.path_mm[0] if place.path_mm else 0.0)


def _caption(plan: Plan, words: Words, area: int) -> str:
    left, bottom, right, top = bounds(plan, area)
    found = rows(plan, area)
    if not found:
        return words.text(
            "map.area-none", width=f"{right - left:.0f}", height=f"{top - bottom:.0f}"
        )
    named = sorted((row.letter for row in found), key=lambda letter: (len(letter), letter))
    letters = f"{named[0]}–{named[-1]}" if len(named) > 1 else named[0]
    threads = any(point.path_mm for point in plan.points if point.area == area)
    return words.text(
        "map.area-threads" if threads else "map.area-points",
        width=f"{right - left:.0f}",
        height=f"{top - bottom:.0f}",
        count=str(sum(len(row.positions) for row in found)),
        rows=letters,
    )


def _orientation(plan: Plan, words: Words, area: int) -> str | None:
    shape = plan.case.areas[area]
    site = words.catalogue.sites.get(shape.site)
    if site is None or not site.face or shape.side not in {"left", "right"}:
        return None
    return words.text(f"map.midline-{shape.side}")


def _wheal(plan: Plan, area: int) -> float | None:
    widths = [
        placement.wheal_diameter_mm
        for placement in plan.placements
        if placement.area == area and placement.wheal_diameter_mm is not None
    ]
    threads = any(point.path_mm for point in plan.points if point.area == area)
    return max(widths) if widths and not threads else None


def _pitch(found: tuple[Row, ...]) -> float:
    steps = [
        b.x_mm - a.x_mm
        for row in found
        for a, b in zip(row.positions, row.positions[1:], strict=False)
        if b.x_mm > a.x_mm
    ]
    return min(steps) if steps else 10.0
