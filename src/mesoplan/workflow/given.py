"""What was really given: totals and screening of a delivery that may depart from its plan."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from mesoplan.anatomy.mapping import MappedPatch
from mesoplan.catalogue import Catalogue
from mesoplan.core.errors import Fault, InputError
from mesoplan.evaluate.totals import totals
from mesoplan.model.case import Case
from mesoplan.model.finding import Finding
from mesoplan.model.plan import Placement, Point, Total
from mesoplan.safety import screen
from mesoplan.workflow.layout import Layout, lay_out
from mesoplan.workflow.photo_points import near, placed
from mesoplan.workflow.planning import situation_of
from mesoplan.workflow.settle import settle


@dataclass(frozen=True)
class GivenPoint:
    """One puncture as it was given: its volume, and its place where it was moved."""

    volume_ml: float
    x_mm: float | None = None
    y_mm: float | None = None


@dataclass(frozen=True)
class Given:
    """Totals, findings and volumes by syringe of what was really given."""

    totals: tuple[Total, ...]
    findings: tuple[Finding, ...]
    injected_ml: tuple[float, ...]
    points: tuple[Point, ...]


def screen_given(case: Case, given: Mapping[int, GivenPoint], catalogue: Catalogue) -> Given:
    """Sum and screen a delivery by the same rules as its plan.

    Parameters
    ----------
    case : Case
        The case as approved, with the patient and the day as they were at delivery.
    given : mapping
        By point id of the plan; a point that is not named was not given.
    catalogue : Catalogue
        Substances, rules, texts.

    Raises
    ------
    InputError
        For a point that the plan does not have, a volume that is none, a place off the area.
    """
    settled = settle(case, catalogue)
    layout = lay_out(settled, catalogue)
    faults = _faults(layout, given)
    if faults:
        raise InputError(faults)
    points = tuple(_moved(p, given[p.id]) for p in layout.points if p.id in given)
    points = _replaced(layout, points)
    placements = tuple(
        found for placement in layout.placements if (found := _of(placement, points)) is not None
    )
    injected = tuple(
        math.fsum(p.volume_ml for p in points if p.syringe == mixture.index)
        for mixture in settled.mixtures
    )
    made = replace(
        layout,
        points=points,
        placements=placements,
        injected_ml=injected,
        near=near(settled.case, layout.patches, list(placements), list(points), catalogue),
    )
    return Given(
        totals=totals(settled.mixtures, injected, settled.case, catalogue),
        findings=screen(situation_of(settled, made, catalogue)),
        injected_ml=injected,
        points=points,
    )


def _faults(layout: Layout, given: Mapping[int, GivenPoint]) -> list[Fault]:
    known = {point.id: point for point in layout.points}
    faults = []
    for number, point in given.items():
        key = f"points[{number}]"
        if number not in known:
            faults.append(Fault(key, "is no point of the plan", "name a point of the plan"))
            continue
        if not point.volume_ml > 0 or point.volume_ml > 100:
            right = "give a volume above 0 mL, or mark the point as skipped"
            faults.append(Fault(f"{key}.volume", f"{point.volume_ml} mL is no volume", right))
        if (point.x_mm is None) != (point.y_mm is None):
            faults.append(Fault(key, "has one coordinate only", "give x_mm and y_mm"))
        elif point.x_mm is not None and point.y_mm is not None:
            patch = layout.patches[known[number].area]
            if not patch.inside(np.array([point.x_mm]), np.array([point.y_mm]))[0]:
                right = "plan what lies outside anew"
                faults.append(Fault(key, "was moved off its area", right))
    return faults


def _moved(point: Point, given: GivenPoint) -> Point:
    moved = {} if given.x_mm is None else {"x_mm": given.x_mm, "y_mm": given.y_mm}
    return point.model_copy(update={"volume_ml": given.volume_ml, **moved})


def _replaced(layout: Layout, points: tuple[Point, ...]) -> tuple[Point, ...]:
    """Points with their place on the photograph found again."""
    planned = {point.id: point for point in layout.points}
    found = []
    for point in points:
        patch = layout.patches[point.area]
        before = planned[point.id]
        stays = (before.x_mm, before.y_mm) == (point.x_mm, point.y_mm)
        if isinstance(patch, MappedPatch) and not stays:
            found += placed(patch, [point])
        else:
            found.append(point)
    return tuple(found)


def _of(placement: Placement, points: tuple[Point, ...]) -> Placement | None:
    """A placement with what was given of it; limits per puncture look at its largest."""
    own = [
        p.volume_ml for p in points if p.area == placement.area and p.syringe == placement.syringe
    ]
    if not own:
        return None
    return placement.model_copy(
        update={
            "count": len(own),
            "volume_per_point_ml": max(own),
            "volume_ml": math.fsum(own),
        }
    )
