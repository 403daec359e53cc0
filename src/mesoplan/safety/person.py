"""Rules about the person: age, pregnancy, breastfeeding, weight, phototype."""

from mesoplan.model.finding import Finding
from mesoplan.safety.situation import Situation

ADULT_YEARS = 18
PREVENT_YEARS = 25
_FERTILE_YEARS = (10, 60)
_DARK_PHOTOTYPE = 4


def person(s: Situation) -> list[Finding]:
    """Findings about age, pregnancy, breastfeeding, weight and phototype."""
    return [*_age(s), *_pregnancy(s), *_breastfeeding(s), *_weight(s), *_phototype(s)]


def _age(s: Situation) -> list[Finding]:
    age = s.case.patient.age_years
    if age < ADULT_YEARS and s.indication.aesthetic:
        return [s.finding("minor", "critical", "minor", ("age",), sources=("S39",), age=f"{age:g}")]
    young = age < PREVENT_YEARS and s.case.treatment.intent == "prevent"
    if young and s.indication.aesthetic:
        return [
            s.finding(
                "young-prevention",
                "warning",
                "young-prevention",
                ("age",),
                sources=("mesoplan-proposal",),
                trust="proposal",
                age=f"{age:g}",
            )
        ]
    return []


def _may_be_pregnant(s: Situation) -> bool:
    low, high = _FERTILE_YEARS
    return s.case.patient.sex != "male" and low <= s.case.patient.age_years < high


def _pregnancy(s: Situation) -> list[Finding]:
    pregnant = s.case.patient.pregnant
    if pregnant:
        kind = "aesthetic" if s.indication.aesthetic else "medical"
        return [
            s.finding(
                "pregnancy",
                "critical",
                f"pregnancy-{kind}",
                ("pregnancy",),
                overridable=not s.indication.aesthetic,
                sources=("general-knowledge",),
                trust="recalled",
                indication=s.indication.name,
            )
        ]
    if pregnant is None and _may_be_pregnant(s):
        return [s.unchecked("pregnancy", "pregnancy-not-asked", ("pregnancy",))]
    return []


def _breastfeeding(s: Situation) -> list[Finding]:
    breastfeeding = s.case.patient.breastfeeding
    if breastfeeding:
        aesthetic = s.indication.aesthetic
        return [
            s.finding(
                "breastfeeding",
                "critical" if aesthetic else "warning",
                "breastfeeding-aesthetic" if aesthetic else "breastfeeding-medical",
                ("breastfeeding",),
                sources=("general-knowledge",),
                trust="recalled",
                indication=s.indication.name,
            )
        ]
    if breastfeeding is None and _may_be_pregnant(s):
        return [s.unchecked("breastfeeding", "breastfeeding-not-asked", ("breastfeeding",))]
    return []


def _weight(s: Situation) -> list[Finding]:
    if s.case.patient.weight_kg is not None:
        return []
    return [
        s.finding(
            "weight",
            "warning",
            "weight-assumed",
            ("weight",),
            sources=("mesoplan-proposal",),
            trust="proposal",
        )
    ]


def _phototype(s: Situation) -> list[Finding]:
    phototype = s.case.patient.phototype
    if phototype is None:
        return [s.unchecked("phototype", "phototype-not-asked", ("phototype",))]
    if phototype < _DARK_PHOTOTYPE:
        return []
    return [
        s.finding(
            "phototype",
            "warning",
            "phototype-dark",
            ("phototype",),
            sources=("general-knowledge",),
            trust="recalled",
            phototype=str(phototype),
        )
    ]
