"""What a validation case holds: one published measurement, as records."""

from dataclasses import dataclass, field
from typing import Literal

from mesoplan.dose import Release
from mesoplan.dose.flow import FlowName
from mesoplan.model.case import Skin
from mesoplan.workflow.validation_substance import ValidationSubstance
from mesoplan.workflow.validation_units import Measure

HUMAN = "human"

Route = Literal["intradermal", "subcutaneous"]
Phase = Literal["total", "free", "plasma"]
Beyond = Literal[
    "vasoconstrictor", "suspension", "gel", "wheal-fluid", "infusion", "other-tissue", "lesion"
]
ObservedQuantity = Literal[
    "half_life",
    "residual_fraction",
    "loss_per_hour",
    "tmax",
    "cmax",
    "auc",
    "lymph_fraction",
    "concentration",
    "wheal_diameter",
]


@dataclass(frozen=True)
class Injection:
    """What was injected; ``amount`` and ``volume_ml`` are totals over all points.

    ``flow`` is what the blood flow did, ``release`` how the substance became free. ``beyond``
    names what the injection had that the engine does not compute.
    """

    route: Route
    amount: float
    amount_unit: str
    volume_ml: float
    depth_mm: float | None = None
    points: int = 1
    spacing_mm: float | None = None
    beyond: tuple[Beyond, ...] = ()
    flow: FlowName = "rest"
    release: Release = field(default_factory=Release)


@dataclass(frozen=True)
class Disposition:
    """What the body does after uptake; ``None`` is not given."""

    half_life_h: float | None = None
    volume_l: float | None = None
    weight_kg: float | None = None


@dataclass(frozen=True)
class Arm:
    """One arm of a study. ``site`` None: not given, or no human site.

    ``lymph_per_h`` is the loss of albumin by lymph of that species or state, in place of that of
    people at rest.
    """

    substance: ValidationSubstance
    injection: Injection
    disposition: Disposition
    site: str | None
    skin: Skin | None
    lymph_per_h: float | None = None


@dataclass(frozen=True)
class Observed:
    """One measured number.

    ``ratio``: of this arm to the reference arm. ``ordinal``: published in words, such as "no
    difference"; the number stands for them and counts in no mean.
    """

    quantity: ObservedQuantity
    measure: Measure
    spread: Measure | None = None
    at_h: float | None = None
    at_mm: float | None = None
    phase: Phase | None = None
    ratio: bool = False
    ordinal: bool = False


@dataclass(frozen=True)
class ValidationCase:
    """One published measurement with everything needed to predict it."""

    id: str
    source: str
    species: str
    tolerance_factor: float
    fitted: tuple[str, ...]
    arm: Arm
    reference: Arm | None
    observed: tuple[Observed, ...]
    grade: str = ""
    note: str = ""
