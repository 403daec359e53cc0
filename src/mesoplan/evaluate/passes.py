"""The passes of a plan as the dose engine needs them: plain arrays, built once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from mesoplan.evaluate.bed import Bed
from mesoplan.model.mixture import Mixture
from mesoplan.model.plan import Placement, Point

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Pass:
    """One mixture over one area.

    ``share`` is the amount of a source over that of one puncture; ``dx``, ``dy`` its path. Along
    a row of dense punctures no single place is controlled, so the row is the source.
    """

    placement: Placement
    bed: Bed
    mixture: Mixture
    x_mm: Array
    y_mm: Array
    share: Array
    dx_mm: Array
    dy_mm: Array

    @property
    def punctures(self) -> float:
        """Number of punctures, counted by what they hold."""
        return float(self.share.sum())

    @property
    def as_lines(self) -> bool:
        """Whether it is computed as lines of even deposit."""
        return bool(np.any(self.dx_mm) or np.any(self.dy_mm))

    def strength(self, substance: str) -> float:
        """Amount of a substance per mL of the mixture."""
        return sum(
            content.concentration.value
            for content in self.mixture.contents
            if content.substance == substance
        )


def passes_of(
    mixtures: Sequence[Mixture],
    placements: Sequence[Placement],
    points: Sequence[Point],
    beds: Sequence[Bed],
) -> tuple[Pass, ...]:
    """All passes of a plan, in the order of its placements."""
    held: dict[tuple[int, int], list[Point]] = {}
    for point in points:
        held.setdefault((point.area, point.syringe), []).append(point)
    mixture_of = {mixture.index: mixture for mixture in mixtures}
    found = []
    for placement in placements:
        rows = _sources(placement, held.get((placement.area, placement.syringe), []))
        table = np.array(rows, dtype=np.float64).reshape(-1, 5)
        found.append(
            Pass(placement, beds[placement.area], mixture_of[placement.syringe], *table.T.copy())
        )
    return tuple(found)


def _sources(
    placement: Placement, points: Sequence[Point]
) -> list[tuple[float, float, float, float, float]]:
    """(x, y, share, dx, dy) of each source."""
    if placement.technique != "nappage":
        return [(p.x_mm, p.y_mm, 1.0, *(p.path_mm or (0.0, 0.0))) for p in points]
    rows: dict[str, list[Point]] = {}
    for point in points:
        rows.setdefault(point.row, []).append(point)
    half = placement.spacing_mm / 2
    found = []
    for row in rows.values():
        for part in _unbroken(sorted(row, key=lambda p: p.x_mm), placement.spacing_mm):
            x0, x1 = part[0].x_mm - half, part[-1].x_mm + half
            found.append((x0, part[0].y_mm, float(len(part)), x1 - x0, 0.0))
    return found


def _unbroken(row: Sequence[Point], spacing_mm: float) -> list[list[Point]]:
    """A row cut where its outline leaves a gap."""
    parts: list[list[Point]] = [[row[0]]]
    for before, point in pairwise(row):
        if point.x_mm - before.x_mm > 1.5 * spacing_mm:
            parts.append([])
        parts[-1].append(point)
    return parts


@dataclass(frozen=True)
class Crowd:
    """Distances of all sources from the places where they crowd most, and what each holds.

    ``distance_mm`` has the shape (places, sources); ``share`` is the amount of each source over
    that of one puncture of the pass in question.
    """

    distance_mm: Array
    share: Array

    @classmethod
    def of(cls, substance: str, run: Pass, runs: Sequence[Pass]) -> "Crowd":
        """The crowd about the midst of a pass, all passes over its area counted.

        The places are the source in its midst, and those half way to its eight nearest neighbours;
        a line counts at its middle.
        """
        x, y = (np.concatenate(rows) for rows in zip(*(_middles(one) for one in runs), strict=True))
        own = run.strength(substance) * run.placement.volume_per_point_ml
        share = np.concatenate(
            [
                one.share * one.strength(substance) * one.placement.volume_per_point_ml / own
                for one in runs
            ]
        )
        at_x, at_y = _middles(run)
        midst = int(np.argmin(np.hypot(at_x - at_x.mean(), at_y - at_y.mean())))
        away = np.hypot(at_x - at_x[midst], at_y - at_y[midst])
        order = np.argsort(away, kind="stable")[:9]
        px, py = 0.5 * (at_x[order] + at_x[midst]), 0.5 * (at_y[order] + at_y[midst])
        return cls(np.asarray(np.hypot(px[:, None] - x, py[:, None] - y)), share)


def _middles(run: Pass) -> tuple[Array, Array]:
    return run.x_mm + 0.5 * run.dx_mm, run.y_mm + 0.5 * run.dy_mm
