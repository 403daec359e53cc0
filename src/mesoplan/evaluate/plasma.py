"""What reaches the blood from all points together, and the plasma curve it makes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mesoplan.dose import Drug, PlasmaModel, SkinColumn
from mesoplan.evaluate.bed import column_of
from mesoplan.evaluate.deposit import Deposit, deposit_of
from mesoplan.evaluate.passes import Pass
from mesoplan.evaluate.totals import weight_kg
from mesoplan.model.case import Case
from mesoplan.model.exposure import PlasmaCurve
from mesoplan.model.substance import Substance

Array = NDArray[np.float64]

HALF_LIVES = 8.0
"""Of the slowest layer: what is left in the skin then is 0.4 % of what lay there."""


def plasma_curve(
    substance: Substance, drug: Drug, runs: Sequence[Pass], case: Case
) -> PlasmaCurve | None:
    """Plasma curve of all points together; ``None`` where no constants are published."""
    constants = substance.pharmacokinetics
    if constants.volume_l_per_kg is None or constants.half_life_h is None:
        return None
    columns = [column_of(drug, run.bed) for run in runs]
    deposits = [
        deposit_of(substance, run, c, [r for r in runs if r.placement.area == run.placement.area])
        for run, c in zip(runs, columns, strict=True)
    ]
    times = plasma_times_h(constants.half_life_h.central, deposits, columns)
    taken = np.zeros(times.size)
    seen: dict[tuple[object, ...], Array] = {}
    for run, column, deposit in zip(runs, columns, deposits, strict=True):
        key = (column, deposit.bolus, deposit.release)
        if key not in seen:
            seen[key] = column.taken_up(deposit.bolus, times, release=deposit.release)
        taken += deposit.amount * run.punctures * seen[key]
    taken = np.maximum.accumulate(taken)
    taken[0] = 0.0
    model = PlasmaModel(
        volume_l=constants.volume_l_per_kg.central * weight_kg(case),
        half_life_h=constants.half_life_h.central,
    )
    curve = model.curve(times, taken)
    return PlasmaCurve(
        substance=substance.id,
        unit="U" if substance.measured_in == "units" else "mg",
        times_h=times,
        concentration=curve.concentration_per_l,
        absorbed=taken,
        auc=curve.auc,
    )


def plasma_times_h(
    half_life_h: float, deposits: Sequence[Deposit], columns: Sequence[SkinColumn]
) -> Array:
    """Close at first, then until the substance has left skin, depot and blood."""
    lasting = max(d.release.lag_h + d.release.duration_h for d in deposits)
    slowest = max(part.half_life_h for column in columns for part in column.transports[1:])
    end = max(12.0, 4.0 * half_life_h, HALF_LIVES * slowest) + 1.3 * lasting
    early = np.linspace(0.0, 2.0, 121)
    return np.concatenate([early, np.geomspace(2.0, end, 60)[1:]])
