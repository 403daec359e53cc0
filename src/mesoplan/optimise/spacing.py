"""The widest spacing that reaches a stated coverage and breaks no limit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Trial:
    """One spacing tried: its coverage, what it injects, and the critical rules it sets off."""

    spacing_mm: float
    coverage: float
    points: int
    volume_ml: float
    amount: float
    unit: str
    critical: tuple[str, ...]


@dataclass(frozen=True)
class Suggestion:
    """Before and after; ``after`` is ``None`` where no spacing tried meets goal and limits."""

    goal: float
    before: Trial
    after: Trial | None
    tried: tuple[Trial, ...]


def widest_spacing(
    attempt: Callable[[float], Trial], before: Trial, spacings_mm: Sequence[float], goal: float
) -> Suggestion:
    """Try spacings from wide to narrow and stop at the first that meets the goal.

    Coverage falls with spacing only on the whole (an outline may hold one row more or less),
    so every candidate is computed and none is skipped by bisection.

    Parameters
    ----------
    attempt : callable
        From a spacing in mm to its trial.
    before : Trial
        The plan as it stands.
    spacings_mm : sequence of float
        Candidates, mm.
    goal : float
        Coverage asked for, 0 to 1.
    """
    tried: list[Trial] = []
    for spacing_mm in sorted(spacings_mm, reverse=True):
        trial = attempt(spacing_mm)
        tried.append(trial)
        if trial.coverage >= goal and not trial.critical:
            return Suggestion(goal, before, trial, tuple(tried))
    return Suggestion(goal, before, None, tuple(tried))
