"""What a hand can deliver: graduations, fills, needle changes and what stays behind."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from mesoplan.model.instrument import Needle, Syringe

TENTH_ML = 0.1
_SLACK = 1e-6


@dataclass(frozen=True)
class Delivery:
    """How a volume per puncture is read off a syringe.

    ``punctures_per_tenth_ml`` is given where one puncture lies below a graduation and is
    counted instead of read; ``fits`` is false where no graduation or count gives the volume.
    """

    syringe: Syringe
    fits: bool
    punctures_per_tenth_ml: float | None


def is_multiple(volume_ml: float, step_ml: float) -> bool:
    """Whether a volume is a whole number (one or more) of steps, to rounding."""
    ratio = volume_ml / step_ml
    return round(ratio) >= 1 and abs(ratio - round(ratio)) < _SLACK * max(1.0, ratio)


def delivery(
    volume_ml: float, total_ml: float, syringes: Iterable[Syringe], *, shared: bool = False
) -> Delivery:
    """The syringe that delivers a volume per puncture.

    Among those whose graduation fits the smallest that holds the pass in one fill is taken, else
    the largest. A puncture below every graduation is counted as punctures per 0.1 mL where that
    is a whole number. ``shared``: the volume is an even share of an area's volume, and the
    count against the total is what is controlled.
    """
    choices = sorted(syringes, key=lambda syringe: syringe.volume_ml)
    fitting = [s for s in choices if is_multiple(volume_ml, s.graduation_ml)]
    if fitting:
        return Delivery(_by_size(fitting, total_ml), fits=True, punctures_per_tenth_ml=None)
    tenth = [s for s in choices if is_multiple(TENTH_ML, s.graduation_ml)]
    per_tenth = TENTH_ML / volume_ml
    counted = per_tenth > 1 and abs(per_tenth - round(per_tenth)) < 1e-6 * per_tenth
    readable = [s for s in choices if is_multiple(total_ml, s.graduation_ml)]
    if counted and tenth:
        return Delivery(
            _by_size(tenth, total_ml), fits=True, punctures_per_tenth_ml=round(per_tenth)
        )
    if shared and readable:
        return Delivery(_by_size(readable, total_ml), fits=True, punctures_per_tenth_ml=per_tenth)
    finest = min(choices, key=lambda syringe: (syringe.graduation_ml, -syringe.volume_ml))
    return Delivery(finest, fits=False, punctures_per_tenth_ml=per_tenth)


def fitted_volume_ml(volume_ml: float, syringes: Iterable[Syringe]) -> float:
    """The largest deliverable volume not above a protocol's own volume.

    Only for volumes that a protocol proposes; what a case states is never changed.
    """
    options = [_floor(volume_ml, s.graduation_ml) for s in syringes]
    options.append(TENTH_ML / math.ceil(TENTH_ML / volume_ml - _SLACK))
    return max(v for v in options if v <= volume_ml * (1 + _SLACK))


def _floor(volume_ml: float, step_ml: float) -> float:
    return math.floor(volume_ml / step_ml + _SLACK) * step_ml


def _by_size(choices: list[Syringe], total_ml: float) -> Syringe:
    for syringe in choices:
        if syringe.volume_ml >= total_ml - _SLACK:
            return syringe
    return choices[-1]


@dataclass(frozen=True)
class Fills:
    """How often a pass fills its syringe, and what never reaches the skin.

    ``lost_ml`` and ``left_over_ml`` are ``None`` where a dead space is not known.
    """

    fills: int
    mixtures: int
    lost_ml: float | None
    left_over_ml: float | None


def fills(
    injected_ml: float, prepared_ml: float, syringe: Syringe, needle: Needle | None, needles: int
) -> Fills:
    """Fills and mixtures for a pass.

    Each needle that is changed leaves its dead space behind, the syringe its own once.
    """
    count = max(1, math.ceil(injected_ml / syringe.volume_ml - _SLACK))
    if needle is None or needle.dead_space_ml is None:
        mixtures = max(1, math.ceil(injected_ml / prepared_ml - _SLACK))
        return Fills(count, mixtures, None, None)
    lost = needles * needle.dead_space_ml.central + syringe.dead_space_ml.central
    mixtures = max(1, math.ceil((injected_ml + lost) / prepared_ml - _SLACK))
    return Fills(count, mixtures, lost, mixtures * prepared_ml - injected_ml - lost)
