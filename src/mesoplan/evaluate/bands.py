"""Bands, ranges and drivers from the runs of uncertainty."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mesoplan.evaluate.draws import drivers
from mesoplan.evaluate.spread import Runs
from mesoplan.evaluate.target import most_exposed, share_at_least
from mesoplan.model.exposure import Band, Exposure, Spread
from mesoplan.model.plan import Driver, Indicator

Array = NDArray[np.float64]

LEVELS = 41
LOW, HIGH = 0.05, 0.95
MOST_DRIVERS = 3
CHANCE = 2.5
"""Rank correlations below this over the root of the runs are taken for chance."""


def spread_of(runs: Runs, central: Exposure) -> Spread:
    """The bands of one substance."""
    own = [a for a in central.areas if a.substance == runs.laid.substance.id]
    shown = most_exposed(own)
    hottest = max(float(outcome.values.max()) for outcome in runs.outcomes)
    levels = np.linspace(0.0, hottest, LEVELS)
    histograms = [share_at_least(o.values, o.weight, levels) for o in runs.outcomes]
    plasma = [o.plasma for o in runs.outcomes if o.plasma is not None]
    return Spread(
        substance=runs.laid.substance.id,
        unit=shown.unit,
        runs=len(runs.outcomes),
        course=_band(runs.times_h, [o.course for o in runs.outcomes]),
        profile=_band(shown.depth_mm, [o.profile for o in runs.outcomes]),
        histogram=_band(levels, histograms),
        plasma=None if runs.plasma_times_h is None else _band(runs.plasma_times_h, plasma),
        plasma_peak=_range([float(curve.max()) for curve in plasma]) if plasma else None,
    )


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = np.quantile(values, [LOW, HIGH])
    return float(low), float(high)


def _band(at: Array, curves: Sequence[Array]) -> Band:
    low, middle, high = np.quantile(np.stack(curves), [LOW, 0.5, HIGH], axis=0)
    return Band(at, low, middle, high)


def with_ranges(rows: Sequence[Indicator], runs: Sequence[Runs]) -> tuple[Indicator, ...]:
    """Indicators with range, how often the goal was met, and what drives them."""
    by_substance = {one.laid.substance.id: one for one in runs}
    found = []
    for row in rows:
        own = by_substance.get(row.substance)
        if own is None or row.area is not None or row.value is None:
            found.append(row)
            continue
        values = [o.indicators[row.id] for o in own.outcomes if row.id in o.indicators]
        if len(values) < len(own.outcomes):
            found.append(row)
            continue
        low, high = _range(values)
        met = [o.met[row.id] for o in own.outcomes if row.id in o.met]
        found.append(
            row.model_copy(
                update={
                    "low": low,
                    "high": high,
                    "runs": len(values),
                    "met_in": sum(met) if met else None,
                    "drivers": _drivers(own, np.asarray(values)),
                }
            )
        )
    return tuple(found)


def _drivers(runs: Runs, values: Array) -> tuple[Driver, ...]:
    """The strongest inputs, as far as their correlation stands out from chance."""
    tissue = [name for name in runs.inputs if not name.startswith("plasma-")]
    ranked = drivers(runs.draws, tissue, values)
    least = CHANCE / math.sqrt(values.size)
    return tuple(
        Driver(input=name, correlation=round(value, 2))
        for name, value in ranked[:MOST_DRIVERS]
        if abs(value) >= least
    )
