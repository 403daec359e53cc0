"""Cases for tests: a healthy adult who was asked everything, plus what a test changes."""

import copy
import datetime as dt
from functools import cache
from typing import Any

import mesoplan
from mesoplan.catalogue import Catalogue, load_catalogue
from mesoplan.model.protocol import Protocol
from mesoplan.workflow.case_file import parse_case

SESSION = dt.date(2026, 11, 23)
ADULT: dict[str, Any] = {
    "format": "mesoplan/case",
    "version": 1,
    "patient": {
        "age_years": 46,
        "sex": "female",
        "weight_kg": 62.0,
        "phototype": 3,
        "pregnant": False,
        "breastfeeding": False,
        "allergies": [],
        "conditions": [],
        "medicines": [],
        "history": [],
    },
    "treatment": {
        "indication": "facial-rejuvenation",
        "intent": "treat",
        "date": SESSION,
        "country": "US",
        "sessions": 1,
    },
    "today": {"anaesthetics": [], "caffeine_mg": 0},
    "areas": [{"site": "cheek", "side": "left", "rectangle_mm": [60, 50]}],
}
PAPULE = {
    "id": "papule",
    "needle": "30G 4 mm",
    "angle_deg": 15,
    "inserted_mm": 3.0,
    "spacing_mm": 10.0,
    "pattern": "square",
    "volume_per_point": "0.02 mL",
}
"""15° and 3 mm: a tip at 3 sin 15° = 0.78 mm, in the dermis of a cheek (0.07 to 1.45 mm)."""
DEEP = {
    **PAPULE,
    "id": "point-by-point",
    "needle": "30G 13 mm",
    "angle_deg": 90,
    "inserted_mm": 8.0,
}
"""A tip at 8 mm, surely below any dermis of 1.5 mm."""

SHAPES: dict[str, dict[str, Any]] = {
    "keloid": {"lesion_mm": [30, 12, 4]},
    "hypertrophic-scar": {"lesion_mm": [35, 10, 3]},
    "submental-fat": {"rectangle_mm": [60, 40]},
    "alopecia-areata": {"rectangle_mm": [40, 20]},
    "localized-pain": {"rectangle_mm": [80, 40]},
}
"""What an indication is treated on: scars are raised, the others a rectangle."""
FORBIDDEN = {("FR", "submental-fat"): {"fr-lipolysis", "fr-lipolytic-products"}}
"""The rules of a country's law that forbid what a default protocol does there, and no others."""


@cache
def catalogue() -> Catalogue:
    """The shipped catalogue."""
    return load_catalogue()


def defaults() -> list[Protocol]:
    """The default protocols that state a mixture."""
    return [p for p in catalogue().protocols.values() if p.default and p.syringes]


def places(protocol: Protocol) -> list[dict[str, Any]]:
    """An area of a suitable shape on each site of the protocol's indication."""
    shape = SHAPES.get(protocol.indication, {"rectangle_mm": [60, 50]})
    return [{"site": site, **shape} for site in catalogue().indications[protocol.indication].sites]


def values(
    *,
    without: tuple[str, ...] = (),
    areas: list[dict[str, Any]] | None = None,
    syringes: list[dict[str, Any]] | None = None,
    technique: dict[str, Any] | None = None,
    **changes: dict[str, Any],
) -> dict[str, Any]:
    """A case file's table: the healthy adult with tables changed and keys left out."""
    table = copy.deepcopy(ADULT)
    for name, change in changes.items():
        table[name] = {**table[name], **change}
    if areas is not None:
        table["areas"] = areas
    if technique is not None:
        table["technique"] = technique
    if syringes is not None:
        table["syringes"] = syringes
    for path in without:
        place = table
        *folders, key = path.split(".")
        for folder in folders:
            place = place[folder]
        del place[key]
    return table


def case_of(**parts: Any) -> mesoplan.Case:
    """The case read from a table without faults."""
    case, faults = parse_case(values(**parts), "test", catalogue())
    assert case is not None, faults
    assert not faults, faults
    return case


def faults_of(**parts: Any) -> list[Any]:
    """The faults of a table."""
    return parse_case(values(**parts), "test", catalogue())[1]


def check(data: Catalogue | None = None, /, **parts: Any) -> mesoplan.Plan:
    """The screened plan of a case."""
    return mesoplan.check(case_of(**parts), data or catalogue())


def product(name: str, volume: str = "1 mL", with_: str | None = None, diluent: str = "2.5 mL"):
    """An entry of a syringe that names a product; a powder is dissolved in ``with_``."""
    entry: dict[str, Any] = {"product": name, "volume": volume}
    powder = catalogue().products.get(name)
    if with_ is None and powder is not None and powder.form == "powder":
        with_ = "sodium-chloride-0.9"
    if with_ is not None:
        entry["reconstitute"] = {"with": with_, "volume": diluent}
    return entry


def bare(name: str, strength: str = "", volume: str = "1 mL"):
    """An entry of a syringe that names a substance and a strength."""
    units = catalogue().substances[name].measured_in == "units"
    return {
        "substance": name,
        "strength": strength or ("10 U/mL" if units else "10 mg/mL"),
        "volume": volume,
    }


def syringe(*contents: dict[str, Any], prepared_by: str | None = "pharmacy", **more: Any):
    """A syringe."""
    made: dict[str, Any] = {"contents": list(contents), **more}
    return made if prepared_by is None else {**made, "prepared_by": prepared_by}


def inject(
    volume_ml: float, *contents: dict[str, Any], technique: dict[str, Any] = PAPULE, **parts: Any
) -> mesoplan.Plan:
    """The plan that puts exactly this volume of one mixture into the one area."""
    own = {key: value for key, value in technique.items() if key != "volume_per_point"}
    own["volume_per_area"] = f"{volume_ml:.12g} mL"
    return check(syringes=[syringe(*contents)], technique=own, **parts)


def use(*contents: dict[str, Any], technique: dict[str, Any] = PAPULE, **parts: Any):
    """The plan that gives one mixture at 30 points of 0.02 mL, 0.6 mL in all."""
    return check(syringes=[syringe(*contents)], technique=technique, **parts)


def found(plan: mesoplan.Plan, severity: str, *subjects: str, rule: str | None = None):
    """Checked findings of a severity whose subjects hold all of these."""
    return [
        f
        for f in plan.findings
        if f.severity == severity
        and f.checked
        and set(subjects) <= set(f.subjects)
        and (rule is None or f.rule == rule)
    ]


def unchecked(plan: mesoplan.Plan, *subjects: str):
    """Findings of rules that could not run and that name or quote all of these."""
    return [
        f
        for f in plan.findings
        if not f.checked and all(s in f.subjects or s in f.message for s in subjects)
    ]


def the_one(plan: mesoplan.Plan, severity: str, *subjects: str, overridable: bool = False, **kw):
    """The finding that must be there, complete: override, sources, and what clears it."""
    hits = found(plan, severity, *subjects, **kw)
    everything = [(f.severity, f.rule, f.checked, f.subjects) for f in plan.findings]
    assert hits, f"no {severity} about {subjects} in {everything}"
    finding = hits[0]
    assert finding.overridable is overridable
    assert finding.sources
    assert set(finding.sources) <= set(catalogue().sources)
    assert finding.clears_when.strip()
    assert finding.message.strip()
    if severity == "critical":
        assert plan.status == "blocked"
    return finding


def none_of(plan: mesoplan.Plan, severity: str, *subjects: str, **kw):
    """No such finding."""
    hits = found(plan, severity, *subjects, **kw)
    assert not hits, [(f.rule, f.message) for f in hits]
