"""The outlines of an area in its own frame, for drawing."""

import math

from mesoplan.core.frames import Point2
from mesoplan.model.case import Area
from mesoplan.model.plan import Plan

_ELLIPSE_STEPS = 96


def outlines(plan: Plan, index: int) -> tuple[tuple[Point2, ...], ...]:
    """Corners of every outline of an area, around parts and holes."""
    for mapped in plan.mapped:
        if mapped.area == index:
            return mapped.outlines_mm
    return (_polygon(plan.case.areas[index]),)


def _polygon(area: Area) -> tuple[Point2, ...]:
    """Corners of the outline; an ellipse as many short sides."""
    if area.rectangle_mm is not None:
        width, height = area.rectangle_mm
        return ((0.0, 0.0), (width, 0.0), (width, height), (0.0, height))
    axes = area.ellipse_mm or (area.lesion_mm[:2] if area.lesion_mm else None)
    if axes is not None:
        a, b = 0.5 * axes[0], 0.5 * axes[1]
        turns = (2.0 * math.pi * step / _ELLIPSE_STEPS for step in range(_ELLIPSE_STEPS))
        return tuple((a + a * math.cos(turn), b + b * math.sin(turn)) for turn in turns)
    return area.outline_mm or ()


def bounds(plan: Plan, index: int) -> tuple[float, float, float, float]:
    """(left, bottom, right, top) of an area in mm."""
    corners = [corner for ring in outlines(plan, index) for corner in ring]
    xs, ys = zip(*corners, strict=True)
    return min(xs), min(ys), max(xs), max(ys)
