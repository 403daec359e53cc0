"""Where the needle goes: the punctures of all passes as single places, in lettered rows."""

from collections import defaultdict
from dataclasses import dataclass

from mesoplan.core.frames import Point2
from mesoplan.model.plan import Plan


@dataclass(frozen=True)
class Position:
    """One place of an area, whichever passes use it."""

    x_mm: float
    y_mm: float
    path_mm: Point2 | None
    row: str
    number: int


@dataclass(frozen=True)
class Row:
    """A lettered row, numbered from the left."""

    letter: str
    y_mm: float
    positions: tuple[Position, ...]


def letters(index: int) -> str:
    """Row letters A to Z, then AA, AB and so on."""
    text = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        text = chr(65 + rest) + text
    return text


def rows(plan: Plan, area: int) -> tuple[Row, ...]:
    """The rows of an area from the top down; letters of the plan where it has them."""
    given: dict[tuple[float, float, Point2 | None], str] = {}
    for point in plan.points:
        if point.area == area:
            key = (round(point.x_mm, 3), round(point.y_mm, 3), point.path_mm)
            given.setdefault(key, point.row)
    grouped: dict[str | float, list[tuple[float, float, Point2 | None]]] = defaultdict(list)
    for key, letter in given.items():
        grouped[letter or key[1]].append(key)
    ordered = sorted(grouped.items(), key=lambda item: -max(place[1] for place in item[1]))
    found = []
    for index, (name, places) in enumerate(ordered):
        letter = name if isinstance(name, str) else letters(index)
        positions = tuple(
            Position(x, y, path, letter, number)
            for number, (x, y, path) in enumerate(sorted(places, key=lambda p: (p[0], -p[1])), 1)
        )
        middle = sum(place.y_mm for place in positions) / len(positions)
        found.append(Row(letter, middle, positions))
    return tuple(found)
