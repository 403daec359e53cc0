"""How an injection changes the blood flow for a while: published courses as steps in time."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from mesoplan.dose.constants import Constant

FlowName = Literal["rest", "injection", "epinephrine"]

FLOW_CEILING = Constant(
    100.0,
    "mL/min/100 g",
    "skin heated to its greatest flow; skin at 44 C rises no more",
    "recalled",
)
"""Flow above which no response lifts the dermis: Holloway 1980 saw none in skin at 44 C."""


@dataclass(frozen=True)
class FlowStep:
    """Flow relative to rest until a time, h."""

    until_h: float
    factor: Constant


@dataclass(frozen=True)
class FlowResponse:
    """Steps of flow after an injection; at rest again after the last.

    Parameters
    ----------
    name : {"rest", "injection", "epinephrine"}
        Id.
    steps : tuple of FlowStep
        In order.
    in_fat : bool
        Whether the fat responds as the dermis does.
    """

    name: FlowName
    steps: tuple[FlowStep, ...]
    in_fat: bool


_RISE = "0.01 mL saline: x9, most at 4 min, over 30 min, 18 people (PMID 12721772)"
_SEVEN = "needle or 0.02 mL saline: x7 for 20 min or more: Holloway, J Invest Dermatol 1980;74:1"
_SHEIKH = "bleeding of pig skin -54, -62 and -66 % at 7, 15 and 30 min: Sheikh 2019"
_LASTS = (
    "as at 30 min; lasts 1.5 to 3.3 h after infiltration in people (secondary page), 5.3 h in a "
    "finger; 3 h chosen"
)

RESPONSES: Mapping[FlowName, FlowResponse] = MappingProxyType(
    {
        "rest": FlowResponse("rest", (), in_fat=False),
        "injection": FlowResponse(
            "injection",
            (
                FlowStep(4.0 / 60.0, Constant(4.5, "1", "half way up: " + _RISE, "computed")),
                FlowStep(0.5, Constant(8.0, "1", f"middle of 7 and 9: {_RISE}; {_SEVEN}", "read")),
                FlowStep(
                    1.0,
                    Constant(
                        2.8,
                        "1",
                        "geometric mean of the way back to rest, which needs about an hour",
                        "computed",
                    ),
                ),
            ),
            in_fat=False,
        ),
        "epinephrine": FlowResponse(
            "epinephrine",
            (
                FlowStep(7.0 / 60.0, Constant(0.73, "1", "half way down: " + _SHEIKH, "computed")),
                FlowStep(0.25, Constant(0.42, "1", "between 7 and 15 min: " + _SHEIKH, "computed")),
                FlowStep(0.5, Constant(0.36, "1", "between 15 and 30 min: " + _SHEIKH, "computed")),
                FlowStep(3.0, Constant(0.34, "1", _LASTS, "proposal")),
            ),
            in_fat=True,
        ),
    }
)
