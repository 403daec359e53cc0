"""Runs every rule over a plan and merges what has one cause."""

from collections.abc import Callable

from mesoplan.model.finding import Finding
from mesoplan.safety.allergies import allergies
from mesoplan.safety.blocks import blocks
from mesoplan.safety.conditions import conditions, medicines
from mesoplan.safety.country import country
from mesoplan.safety.depth import depth
from mesoplan.safety.doses import doses
from mesoplan.safety.evidence import evidence
from mesoplan.safety.intervals import intervals
from mesoplan.safety.label import label_use
from mesoplan.safety.mixtures import mixtures
from mesoplan.safety.names import names
from mesoplan.safety.person import person
from mesoplan.safety.photographs import photographs
from mesoplan.safety.routes import routes
from mesoplan.safety.situation import Situation
from mesoplan.safety.volumes import volumes

RULES: tuple[Callable[[Situation], list[Finding]], ...] = (
    person,
    allergies,
    conditions,
    medicines,
    blocks,
    doses,
    intervals,
    label_use,
    mixtures,
    routes,
    depth,
    photographs,
    volumes,
    country,
    names,
    evidence,
)

_ORDER = {"critical": 0, "warning": 1, "info": 2}


def screen(situation: Situation) -> tuple[Finding, ...]:
    """All findings of a plan, most severe first, not-checked before answered warnings.

    A rule that could not run for lack of an answer gives a finding with ``checked`` false;
    nothing passes because nobody asked.
    """
    found = [finding for rule in RULES for finding in rule(situation)]
    merged: dict[tuple[object, ...], Finding] = {}
    for finding in found:
        key = (finding.rule, finding.severity, finding.checked, finding.message)
        if key not in merged:
            merged[key] = finding
            continue
        earlier = merged[key]
        merged[key] = earlier.model_copy(
            update={
                "subjects": tuple(dict.fromkeys((*earlier.subjects, *finding.subjects))),
                "sources": tuple(dict.fromkeys((*earlier.sources, *finding.sources))),
            }
        )
    return tuple(sorted(merged.values(), key=lambda f: (_ORDER[f.severity], f.checked)))
