"""Outcome scales that add up items: cellulite, scars, melasma, hair, back and neck.

Every item is checked; all faults of a rating are raised together, each named by its item.
Weights are kept as whole hundredths, so that the extremes are met exactly.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mesoplan.core.errors import Fault, InputError
from mesoplan.evaluate.scales import Score, number_fault, refuse, whole_fault

POSAS_VERSION = "2.0"
_POSAS_OBSERVER = (
    "vascularity",
    "pigmentation",
    "thickness",
    "relief",
    "pliability",
    "surface_area",
)
_POSAS_PATIENT = ("pain", "itching", "colour", "stiffness", "thickness", "irregularity")
_MELASMA_TENTHS = {"forehead": 3, "right_malar": 3, "left_malar": 3, "chin": 1}
_SALT_HUNDREDTHS = {"left": 18, "right": 18, "top": 40, "back": 24}
_RMDQ_ITEMS = 24
_NDI_ITEMS = 10
_NDI_MOST_OMITTED = 2


@dataclass(frozen=True)
class MelasmaRegion:
    """One region of the face: area 0 to 6, darkness and homogeneity 0 to 4."""

    area: int
    darkness: int
    homogeneity: int = 0


def hexsel_css(
    depressions: int, depth: int, raised_lesions: int, laxity: int, nurnberger_muller: int
) -> Score:
    """Cellulite Severity Scale, five items of 0 to 3 added, 0 to 15.

    Sources: Hexsel et al. 2009, S163 (items and grades read); cut-offs 5 and 10 recalled.
    """
    items = {
        "depressions": depressions,
        "depth": depth,
        "raised_lesions": raised_lesions,
        "laxity": laxity,
        "nurnberger_muller": nurnberger_muller,
    }
    refuse(whole_fault(name, value, 0, 3) for name, value in items.items())
    total = sum(items.values())
    grade = next(g for most, g in _CSS_GRADES if total <= most)
    return Score("hexsel-css", float(total), 0.0, 15.0, grade)


_CSS_GRADES = ((0, "none"), (5, "mild"), (10, "moderate"), (15, "severe"))


def vancouver(vascularity: int, pigmentation: int, pliability: int, height: int) -> Score:
    """Vancouver scar scale, 0 to 13: vascularity 0-3, pigmentation 0-2, pliability 0-5, height 0-3.

    Source: S164 (read).
    """
    items = (
        ("vascularity", vascularity, 3),
        ("pigmentation", pigmentation, 2),
        ("pliability", pliability, 5),
        ("height", height, 3),
    )
    refuse(whole_fault(name, value, 0, high) for name, value, high in items)
    return Score("vancouver-scar-scale", float(sum(v for _, v, _ in items)), 0.0, 13.0)


def posas_observer(items: Mapping[str, int], version: str = POSAS_VERSION) -> Score:
    """POSAS 2.0, observer: six items of 1 to 10 added; the overall opinion is not counted.

    Source: user instructions at posas.nl and the items at awellhealth.com (read).
    """
    return _posas("posas-observer", _POSAS_OBSERVER, items, version)


def posas_patient(items: Mapping[str, int], version: str = POSAS_VERSION) -> Score:
    """POSAS 2.0, patient: six items of 1 to 10 added; the overall opinion is not counted.

    Source: user instructions at posas.nl (read); items as in bio-protocol 10675651 (read).
    """
    return _posas("posas-patient", _POSAS_PATIENT, items, version)


def _posas(scale: str, names: tuple[str, ...], items: Mapping[str, int], version: str) -> Score:
    if version != POSAS_VERSION:
        right = f"score version {POSAS_VERSION}; other versions have other items"
        raise InputError([Fault("version", f"{version!r} cannot be scored", right)])
    _named(names, items)
    refuse(whole_fault(name, items[name], 1, 10) for name in names)
    total = float(sum(items[name] for name in names))
    return Score(scale, total, 6.0, 60.0, version=version)


def _named(names: Sequence[str], items: Mapping[str, object]) -> None:
    """Refuse items that are missing or that the scale does not have."""
    right = f"give {', '.join(names)}"
    missing = [Fault(name, "is missing", right) for name in names if name not in items]
    strange = [Fault(str(n), "is no item of the scale", right) for n in items if n not in names]
    refuse([*missing, *strange])


def melasma_area(percent: float) -> int:
    """Area code of MASI: 0 none, 1 below 10 %, 2 below 30, 3 below 50, 4 below 70, 5 below 90, 6.

    Source: S161 (read, weak), and the table of medicalalgorithms.com (read).
    """
    refuse([number_fault("percent", percent, 0.0, 100.0)])
    if percent == 0:
        return 0
    return 1 + sum(percent >= bound for bound in (10, 30, 50, 70, 90))


def masi(regions: Mapping[str, MelasmaRegion]) -> Score:
    """Melasma Area and Severity Index, Σ weight · area · (darkness + homogeneity), 0 to 48.

    Source: S161; plasticsurgerykey.com, chapter on MASI (read).
    """
    _melasma(regions)
    tenths = sum(
        weight * regions[name].area * (regions[name].darkness + regions[name].homogeneity)
        for name, weight in _MELASMA_TENTHS.items()
    )
    return Score("masi", tenths / 10, 0.0, 48.0)


def mmasi(regions: Mapping[str, MelasmaRegion]) -> Score:
    """Modified MASI, Σ weight · area · darkness, 0 to 24; homogeneity is not used.

    Source: Pandya et al. 2011 as cited in JAMA Dermatol 2016 (read: homogeneity was dropped);
    the maximum is computed.
    """
    _melasma(regions)
    tenths = sum(
        weight * regions[name].area * regions[name].darkness
        for name, weight in _MELASMA_TENTHS.items()
    )
    return Score("mmasi", tenths / 10, 0.0, 24.0)


def _melasma(regions: Mapping[str, MelasmaRegion]) -> None:
    _named(tuple(_MELASMA_TENTHS), regions)
    refuse(
        whole_fault(f"{name}.{item}", getattr(regions[name], item), 0, high)
        for name in _MELASMA_TENTHS
        for item, high in (("area", 6), ("darkness", 4), ("homogeneity", 4))
    )


def salt(left: float, right: float, top: float, back: float) -> Score:
    """Severity of Alopecia Tool, 0 to 100, from the percent of hair lost on each quarter.

    The grade is the newer wording: mild to 20, moderate below 50, severe below 95, very severe.

    Source: S162 (read, weak).
    """
    lost = {"left": left, "right": right, "top": top, "back": back}
    refuse(number_fault(name, value, 0.0, 100.0) for name, value in lost.items())
    value = math.fsum(_SALT_HUNDREDTHS[name] * percent for name, percent in lost.items()) / 100
    return Score("salt", value, 0.0, 100.0, _salt_grade(value))


def _salt_grade(value: float) -> str:
    if value == 0:
        return "none"
    if value <= 20:
        return "mild"
    return "moderate" if value < 50 else "severe" if value < 95 else "very severe"


def salt_class(value: float) -> str:
    """Older class of a SALT value: S0 none, S1 below 25, S2 below 50, S3 below 75, S4, S5 all.

    Source: S162 (read, weak).
    """
    refuse([number_fault("value", value, 0.0, 100.0)])
    if value == 0:
        return "S0"
    return "S5" if value == 100 else f"S{1 + sum(value >= bound for bound in (25, 50, 75))}"


def rmdq(applies: Sequence[bool]) -> Score:
    """Roland-Morris disability questionnaire: how many of its 24 statements apply.

    Sources: use S103 (read); 24 statements recalled.
    """
    if len(applies) != _RMDQ_ITEMS:
        wrong, right = f"{len(applies)} answers", f"answer all {_RMDQ_ITEMS} statements"
        raise InputError([Fault("applies", wrong, right)])
    refuse(
        None
        if isinstance(answer, bool)
        else Fault(f"applies[{i}]", f"{answer!r} is no answer", "give true or false")
        for i, answer in enumerate(applies)
    )
    return Score("rmdq", float(sum(applies)), 0.0, 24.0)


def ndi(items: Sequence[int | None]) -> Score:
    """Neck disability index, ten items of 0 to 5 added, 0 to 50.

    An omitted item (``None``) takes the mean of the others; more than two omitted are refused.

    Source: scoring at physiotutors.com and noterro.com (read: items, replacement by the mean,
    grades to 24); the two omitted and the upper grades are recalled.
    """
    if len(items) != _NDI_ITEMS:
        raise InputError([Fault("items", f"{len(items)} items", f"give {_NDI_ITEMS} items")])
    given = [(i, item) for i, item in enumerate(items) if item is not None]
    if len(given) < _NDI_ITEMS - _NDI_MOST_OMITTED:
        wrong = f"{_NDI_ITEMS - len(given)} items are omitted"
        raise InputError([Fault("items", wrong, f"omit at most {_NDI_MOST_OMITTED}")])
    refuse(whole_fault(f"items[{i}]", item, 0, 5) for i, item in given)
    value = sum(item for _, item in given) * _NDI_ITEMS / len(given)
    grade = next(grade for below, grade in _NDI_GRADES if value < below)
    return Score("ndi", value, 0.0, 50.0, grade)


_NDI_GRADES = (
    (5.0, "none"),
    (15.0, "mild"),
    (25.0, "moderate"),
    (35.0, "severe"),
    (math.inf, "complete"),
)
