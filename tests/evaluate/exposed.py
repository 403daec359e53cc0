"""Whole plans and their parts for tests of the exposure; without runs unless asked for."""

from typing import Any, NamedTuple

import mesoplan
from mesoplan.evaluate.bed import Bed
from mesoplan.evaluate.exposure import Laid, expose, laid_down
from mesoplan.evaluate.passes import Pass, passes_of
from mesoplan.model.case import Case
from mesoplan.model.exposure import Exposure
from mesoplan.workflow.case_file import parse_case
from mesoplan.workflow.layout import lay_out
from mesoplan.workflow.settle import settle
from safety.cases import PAPULE, catalogue, syringe, values

SMALL: dict[str, Any] = {"site": "cheek", "side": "left", "rectangle_mm": [30, 20]}
"""3 x 2 papules 10 mm apart."""


def case_of(
    *contents: dict[str, Any],
    engine: dict[str, Any] | None = None,
    areas: list[dict[str, Any]] | None = None,
    syringes: list[dict[str, Any]] | None = None,
    technique: dict[str, Any] = PAPULE,
    **parts: Any,
) -> Case:
    """The case of one mixture, or of several syringes."""
    table = values(
        areas=areas or [SMALL],
        syringes=syringes or [syringe(*contents)],
        technique=technique,
        **parts,
    )
    table["engine"] = {"runs": 0, **(engine or {})}
    case, faults = parse_case(table, "test", catalogue())
    assert case is not None, faults
    assert not faults, faults
    return case


def planned(*contents: dict[str, Any], **parts: Any) -> mesoplan.Plan:
    """The plan with its exposure."""
    return mesoplan.plan(case_of(*contents, **parts), catalogue())


class Parts(NamedTuple):
    """What lies between a case and its plan."""

    case: Case
    passes: tuple[Pass, ...]
    laid: tuple[Laid, ...]
    left_out: tuple[tuple[str, str], ...]
    exposure: Exposure


def parts_of(*contents: dict[str, Any], bed: dict[str, Any] | None = None, **parts: Any) -> Parts:
    """Passes and exposure of a case; ``bed`` changes where they lie."""
    case, data = case_of(*contents, **parts), catalogue()
    settled = settle(case, data)
    layout = lay_out(settled, data)
    beds = [
        Bed(**{"surface": patch, "layers": patch.layers, "vessel_multiplier": 1.0, **(bed or {})})
        for patch in layout.patches
    ]
    passes = passes_of(settled.mixtures, layout.placements, layout.points, beds)
    laid, left_out = laid_down(passes, data)
    return Parts(case, passes, laid, left_out, expose(case, passes, data))
