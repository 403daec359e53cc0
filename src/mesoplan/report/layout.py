"""Places boxes on shelves, and finds the scale at which they fit a sheet of paper."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

REDUCTIONS = (1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
"""Map scales 1 : n that are offered, so that a stated scale is a round number."""


@dataclass(frozen=True)
class Box:
    """A box that was placed: its upper left corner and its size."""

    left: float
    top: float
    width: float
    height: float


def shelves(sizes: Sequence[tuple[float, float]], width: float, gap: float) -> list[Box]:
    """Boxes from left to right, on a new shelf where the next one does not fit."""
    boxes: list[Box] = []
    left = top = tallest = 0.0
    for box_width, box_height in sizes:
        if left > 0 and left + box_width > width + 1e-9:
            left, top, tallest = 0.0, top + tallest + gap, 0.0
        boxes.append(Box(left, top, box_width, box_height))
        left += box_width + gap
        tallest = max(tallest, box_height)
    return boxes


def extent(boxes: Sequence[Box]) -> tuple[float, float]:
    """Width and height that hold all boxes."""
    return (
        max(box.left + box.width for box in boxes),
        max(box.top + box.height for box in boxes),
    )


def reduction(
    sizes_at: Callable[[float], Sequence[tuple[float, float]]],
    width: float,
    height: float,
    gap: float,
) -> float:
    """The least reduction at which all boxes fit; the largest one where none does.

    Parameters
    ----------
    sizes_at : callable
        Gives the sizes of the boxes at a reduction.
    width, height : float
        The room there is.
    gap : float
        Between boxes.
    """
    for factor in REDUCTIONS:
        needed = extent(shelves(sizes_at(factor), width, gap))
        if needed[0] <= width + 1e-9 and needed[1] <= height + 1e-9:
            return factor
    return REDUCTIONS[-1]
