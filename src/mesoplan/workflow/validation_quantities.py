"""What the engine predicts for each quantity that a publication may report."""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from mesoplan.core.units import format_number
from mesoplan.dose import PlasmaCurve as Curve
from mesoplan.dose import PlasmaModel
from mesoplan.workflow.validation_arm import EngineArm, NotModelled, not_modelled, places_mm
from mesoplan.workflow.validation_records import Observed

Floats = NDArray[np.float64]
Predicted = float | NotModelled

_MM3_PER_L = 1e6
_LONGEST_H = 1e6
_ALL = 1.0 - 1e-6
_STEPS = 240


def predict(arm: EngineArm, observed: Observed) -> Predicted:
    """The quantity of one arm in base units: h, 1, 1/h, mm, mg/L or U/L, mg·h/L or U·h/L."""
    return _QUANTITIES[observed.quantity](arm, observed)


def _cleared(arm: EngineArm, time_h: float) -> Floats:
    """Fraction removed in each layer up to a time."""
    return np.asarray(arm.medium.cleared_by_layer(arm.bolus, [time_h], release=arm.release)[0])


def _remaining(arm: EngineArm, time_h: float) -> float:
    return 1.0 - float(_cleared(arm, time_h).sum())


def _time_until(arm: EngineArm, left: float) -> Predicted:
    """When that share of the dose is left at the site, all layers together.

    Whole rows of times cost little more than one, so the crossing is closed in by rows.
    """
    if not math.isfinite(arm.loss_half_life_h):
        return not_modelled("no-loss")
    start = 1e-3 * (arm.loss_half_life_h + arm.delay_h)
    times = np.geomspace(start, _LONGEST_H, 400)
    for _ in range(3):
        remaining = 1.0 - arm.medium.cleared_by_layer(arm.bolus, times, release=arm.release).sum(
            axis=1
        )
        below = np.flatnonzero(remaining <= left)
        if below.size == 0:
            return not_modelled("never", hours=format_number(_LONGEST_H))
        after = max(int(below[0]), 1)
        low, high = float(times[after - 1]), float(times[after])
        times = np.linspace(low, high, 41)
    share = (remaining[after - 1] - left) / (remaining[after - 1] - remaining[after])
    return low + float(share) * (high - low)


def _half_life(arm: EngineArm, observed: Observed) -> Predicted:
    """Time until half of the dose is left: what a counter over the site sees."""
    return _time_until(arm, 0.5)


def _residual_fraction(arm: EngineArm, observed: Observed) -> Predicted:
    return _remaining(arm, observed.at_h or 0.0)


def _loss_per_hour(arm: EngineArm, observed: Observed) -> Predicted:
    """Initial share of the dose lost per hour; with a time the mean rate constant until then."""
    if not math.isfinite(arm.loss_half_life_h):
        return not_modelled("no-loss")
    if observed.at_h:
        return -math.log(_remaining(arm, observed.at_h)) / observed.at_h
    # So early that the loss is still a straight line, to 1e-4.
    early = 1e-4 * arm.loss_half_life_h
    return float(_cleared(arm, early).sum()) / early


def _lymph_fraction(arm: EngineArm, observed: Observed) -> Predicted:
    """Share of the dose that the lymph carries, until a time or in all."""
    time = observed.at_h
    if time is None:
        found = _time_until(arm, 1.0 - _ALL)
        if isinstance(found, NotModelled):
            return found
        time = found
    parts = [*(parts for _, parts in arm.column.during), arm.column.transports]
    shares = np.array(
        [
            [p.clearance_lymph_per_h / p.clearance_per_h if p.clearance_per_h else 0.0 for p in row]
            for row in parts
        ]
    )
    carried = arm.medium.cleared_by_layer(arm.bolus, [time], release=arm.release, shares=shares)
    return float(carried.sum())


def _wheal_diameter(arm: EngineArm, observed: Observed) -> Predicted:
    """Width of the bolus at one point, just after the injection."""
    if arm.arm.injection.route != "intradermal":
        return not_modelled("wheal-plane")
    if observed.at_h:
        return not_modelled("wheal-time")
    return 2.0 * arm.bolus.radius_mm


def _tmax(arm: EngineArm, observed: Observed) -> Predicted:
    return _peak(arm, lambda curve: curve.tmax_h, needs_volume=False)


def _cmax(arm: EngineArm, observed: Observed) -> Predicted:
    return _peak(arm, lambda curve: curve.cmax, needs_volume=not observed.ratio)


def _auc(arm: EngineArm, observed: Observed) -> Predicted:
    """In plasma, or in tissue where a distance is given; until a time, else in all."""
    if observed.at_mm is not None and observed.phase != "plasma":
        if observed.at_h is not None:
            return not_modelled("exposure-until")
        return _in_tissue(arm, observed, exposure=True)
    if observed.at_h == 0.0:
        return 0.0
    found = _curve(arm, observed.at_h, needs_volume=not observed.ratio)
    if isinstance(found, NotModelled):
        return found
    return found.auc if observed.at_h is None else found.auc_to_last


def _concentration(arm: EngineArm, observed: Observed) -> Predicted:
    """In plasma at a time, or in tissue at a distance from a point, at the depth of the bolus."""
    plasma = observed.phase == "plasma" or (observed.phase is None and observed.at_mm is None)
    if not plasma:
        return _in_tissue(arm, observed, exposure=False)
    if observed.phase is None and arm.half_life_h is None:
        return not_modelled("no-place")
    if observed.at_h == 0.0:
        return 0.0
    found = _curve(arm, observed.at_h, needs_volume=not observed.ratio)
    return found if isinstance(found, NotModelled) else float(found.concentration_per_l[-1])


def _in_tissue(arm: EngineArm, observed: Observed, *, exposure: bool) -> Predicted:
    """Sum over all points, total or free, amount per litre (times h)."""
    if exposure and not math.isfinite(arm.loss_half_life_h):
        return not_modelled("no-loss")
    distance = observed.at_mm or 0.0
    times = [] if exposure else [observed.at_h or 0.0]
    reach = arm.medium.reach_mm(arm.bolus, times)
    away = (math.hypot(x - distance, y) for x, y in places_mm(arm.arm))
    radii = [radius for radius in away if radius <= reach]
    if not radii:
        return 0.0
    kernel = arm.medium.kernel(arm.bolus, times, radii, release=arm.release)
    cell = int(np.abs(kernel.depth_mm - arm.bolus.depth_mm).argmin())
    field = kernel.auc if exposure else kernel.concentration[0]
    total = float(field[:, cell].sum()) * arm.amount_per_point * _MM3_PER_L
    if observed.phase == "free":
        total /= arm.column.transports[int(kernel.layer_index[cell])].capacity
    return max(total, 0.0)


def _peak(arm: EngineArm, read: Callable[[Curve], float], *, needs_volume: bool) -> Predicted:
    """A peak in plasma, on times laid closer round the peak of a first pass."""
    coarse = _curve(arm, None, needs_volume=needs_volume)
    if isinstance(coarse, NotModelled):
        return coarse
    top = int(coarse.concentration_per_l.argmax())
    near = coarse.times_h[[max(top - 1, 0), min(top + 1, coarse.times_h.size - 1)]]
    closer = np.linspace(near[0], near[1], 81)
    times = np.unique(np.concatenate([coarse.times_h, closer]))
    fine = _curve(arm, None, needs_volume=needs_volume, times=times)
    return fine if isinstance(fine, NotModelled) else read(fine)


def _curve(
    arm: EngineArm, until_h: float | None, *, needs_volume: bool, times: Floats | None = None
) -> Curve | NotModelled:
    """Plasma curve of all points; with no volume needed and none known, of a volume of 1 L."""
    if arm.half_life_h is None:
        return not_modelled("no-half-life")
    if arm.volume_l is None and needs_volume:
        return not_modelled("no-volume")
    if not math.isfinite(arm.loss_half_life_h):
        return not_modelled("no-loss")
    if times is None:
        lasting = _time_until(arm, 1.0 - _ALL) if until_h is None else until_h
        if isinstance(lasting, NotModelled):
            return lasting
        end = lasting + (20.0 * arm.half_life_h if until_h is None else 0.0)
        start = 1e-3 * min(arm.loss_half_life_h, arm.half_life_h, end)
        times = np.concatenate([[0.0], np.geomspace(start, end, _STEPS)])
    total = arm.amount_per_point * arm.arm.injection.points
    share = arm.column.taken_up(arm.bolus, times, release=arm.release)
    taken = np.maximum.accumulate(total * share)
    taken[0] = 0.0
    model = PlasmaModel(volume_l=arm.volume_l or 1.0, half_life_h=arm.half_life_h)
    return model.curve(times, taken)


_QUANTITIES: Mapping[str, Callable[[EngineArm, Observed], Predicted]] = MappingProxyType(
    {
        "half_life": _half_life,
        "residual_fraction": _residual_fraction,
        "loss_per_hour": _loss_per_hour,
        "lymph_fraction": _lymph_fraction,
        "wheal_diameter": _wheal_diameter,
        "tmax": _tmax,
        "cmax": _cmax,
        "auc": _auc,
        "concentration": _concentration,
    }
)
