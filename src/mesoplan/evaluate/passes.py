"""The passes of a plan as the dose engine needs them: plain arrays, built once."""

from collections.abc import Sequence
from dataclasses import dataclass

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

    @property
    def crowded_mm(self) -> Array:
        """Distances of all sources from the places where they crowd most, (places, sources).

        The source in their midst, and the places half way to its eight nearest neighbours.
        """
        x, y = self.x_mm + 0.5 * self.dx_mm, self.y_mm + 0.5 * self.dy_mm
        midst = int(np.argmin(np.hypot(x - x.mean(), y - y.mean())))
        order = np.argsort(np.hypot(x - x[midst], y - y[midst]), kind="stable")[:9]
        at_x, at_y = 0.5 * (x[order] + x[midst]), 0.5 * (y[order] + y[midst])
        return np.asarray(np.hypot(at_x[:, None] - x, at_y[:, None] - y))

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
        x0, x1 = min(p.x_mm for p in row) - half, max(p.x_mm for p in row) + half
        found.append((x0, row[0].y_mm, float(len(row)), x1 - x0, 0.0))
    return found
