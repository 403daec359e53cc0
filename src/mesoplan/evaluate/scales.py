"""Outcome scales of one rating: checked against their bounds, with the words of each grade.

A score is what was rated; nothing is rounded and nothing outside the bounds is accepted. Scales
that add up several items are in ``scale_scores``.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from mesoplan.core.errors import Fault, InputError

MATTERS_POINTS = 2.0
MATTERS_SHARE = 0.3
"""A fall of pain that matters: 2 points of 11, or 30 %.

Sources: two points and a third go with "much better" (Salaffi et al. 2004, abstract read; Farrar
et al. 2001, Pain 94:149, abstract read, its figures recalled).
"""


@dataclass(frozen=True)
class Score:
    """A score with its bounds. ``scale`` is the catalogue's id; ``grade`` in words where known."""

    scale: str
    value: float
    lowest: float
    highest: float
    grade: str | None = None
    version: str | None = None


def whole_fault(item: str, value: object, low: int, high: int) -> Fault | None:
    """What is wrong with an item that must be a whole number from ``low`` to ``high``."""
    if isinstance(value, int) and not isinstance(value, bool) and low <= value <= high:
        return None
    return Fault(item, f"{value!r} is no score", f"give a whole number from {low} to {high}")


def number_fault(item: str, value: object, low: float, high: float) -> Fault | None:
    """What is wrong with an item that must be a number from ``low`` to ``high``."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if number and math.isfinite(float(str(value))) and low <= float(str(value)) <= high:
        return None
    span = f"from {low:g} to {high:g}" if math.isfinite(high) else f"of {low:g} or more"
    return Fault(item, f"{value!r} is no score", f"give a number {span}")


def refuse(faults: Iterable[Fault | None]) -> None:
    """Raise all faults together.

    Raises
    ------
    InputError
        If there is any fault.
    """
    found = [fault for fault in faults if fault is not None]
    if found:
        raise InputError(found)


def _rating(scale: str, item: str, value: int, grades: tuple[str, ...], low: int = 0) -> Score:
    """A single rating whose grades start at ``low``."""
    high = low + len(grades) - 1
    refuse([whole_fault(item, value, low, high)])
    return Score(scale, float(value), float(low), float(high), grades[value - low])


def gais(change: int) -> Score:
    """Global Aesthetic Improvement Scale, +3 very much improved to -1 worse.

    Some papers code 1 as the best of five: see ``gais_from_rank``.

    Sources: use in trials S44, S46, S49 and S84 (read); coding recalled.
    """
    grades = ("worse", "no change", "improved", "much improved", "very much improved")
    return _rating("gais", "change", change, grades, low=-1)


def gais_from_rank(rank: int) -> Score:
    """GAIS from the other coding: 1 very much improved to 5 worse."""
    refuse([whole_fault("rank", rank, 1, 5)])
    return gais(4 - rank)


def glogau(photo_type: int) -> Score:
    """Glogau photo-ageing, type I to IV as 1 to 4. Source: S165 (read, weak)."""
    grades = ("no wrinkles", "wrinkles in motion", "wrinkles at rest", "only wrinkles")
    return _rating("glogau", "photo_type", photo_type, grades, low=1)


def wsrs(grade: int) -> Score:
    """Wrinkle Severity Rating Scale of the nasolabial fold, 1 to 5. Source: S165 (read, weak)."""
    return _rating("wsrs", "grade", grade, ("absent", "mild", "moderate", "severe", "extreme"), 1)


def fitzpatrick_wrinkle(score: int) -> Score:
    """Fitzpatrick wrinkle and elastosis score, 1 to 9, with its class I to III.

    Sources: classes S165 (read, weak); scores 1-3, 4-6 and 7-9 recalled.
    """
    refuse([whole_fault("score", score, 1, 9)])
    classes = ("I fine", "II fine to moderate", "III fine to deep, redundant folds")
    return Score("fitzpatrick-wrinkle", float(score), 1.0, 9.0, classes[(score - 1) // 3])


def nurnberger_muller(stage: int) -> Score:
    """Nürnberger-Müller stage of cellulite, 0 to 3. Source: S163 (read in part)."""
    grades = ("smooth", "on pinching", "standing, not lying", "standing and lying")
    return _rating("nurnberger-muller", "stage", stage, grades)


def cr_pcss(grade: int) -> Score:
    """Clinician-reported photonumeric cellulite severity, 0 none to 4 severe.

    Source: S163 (read); the words of grades 1 to 3 are recalled.
    """
    grades = ("none", "almost none", "mild", "moderate", "severe")
    return _rating("cr-pcss", "grade", grade, grades)


def submental_fat(grade: int, rater: Literal["clinician", "patient"] = "clinician") -> Score:
    """Submental fat rating of clinician (CR-SMFRS) or patient (PR-SMFRS), 0 to 4.

    Source: registered outcomes of the deoxycholic acid trials, ClinicalTrials.gov NCT01305577
    and NCT01032889 (read).
    """
    if rater not in ("clinician", "patient"):
        raise InputError([Fault("rater", f"{rater!r} rates nothing", "give clinician or patient")])
    grades = {
        "clinician": ("absent", "mild", "moderate", "severe", "extreme"),
        "patient": ("none", "slight", "moderate", "large", "very large"),
    }
    return _rating(f"submental-fat-{rater}", "grade", grade, grades[rater])


def vas(millimetres: float) -> Score:
    """Pain on a visual analogue scale, 0 to 100 mm. Source: NCT02007434 (read)."""
    refuse([number_fault("millimetres", millimetres, 0.0, 100.0)])
    return Score("vas", float(millimetres), 0.0, 100.0)


def nrs(points: int) -> Score:
    """Pain on an 11-point numeric scale, 0 to 10. Source: Farrar et al. 2001 (abstract read)."""
    refuse([whole_fault("points", points, 0, 10)])
    return Score("nrs", float(points), 0.0, 10.0)


def percent_change(before: float, after: float) -> float | None:
    """100 · (after - before) / before; ``None``, not known, where ``before`` is 0.

    On a scale of severity a fall, a negative number, is the improvement.

    Raises
    ------
    InputError
        If a score is negative or not finite.
    """
    refuse([number_fault(n, v, 0.0, math.inf) for n, v in (("before", before), ("after", after))])
    return None if before == 0 else 100.0 * ((after - before) / before)


def pain_change_matters(before: int, after: int) -> bool:
    """Whether pain fell by 2 of 11 points or by 30 %, see ``MATTERS_POINTS``."""
    refuse([whole_fault(n, v, 0, 10) for n, v in (("before", before), ("after", after))])
    fall = before - after
    return fall >= MATTERS_POINTS or (fall > 0 and fall >= MATTERS_SHARE * before)
