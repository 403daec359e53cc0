"""The plan: what, where, how, where it goes, whether it is safe. Its JSON form is a contract."""

import datetime as dt
from typing import Any, Literal

from pydantic import ConfigDict, Field

from mesoplan.core.units import Quantity
from mesoplan.model.approval import Approval
from mesoplan.model.base import Record
from mesoplan.model.case import Case
from mesoplan.model.exposure import Exposure
from mesoplan.model.finding import Finding
from mesoplan.model.landmarks import Calibration
from mesoplan.model.protocol import Intent, Trial

PLAN_VERSION = 1

Status = Literal["ok", "open", "blocked"]
TipPlane = Literal["epidermis", "dermis", "subcutis"]


class PlanEvidence(Record):
    """The evidence as it applies to this plan."""

    grade: str
    statement: str
    sources: tuple[str, ...]
    trials: tuple[Trial, ...] = ()
    alternative: str = ""


class PlanProtocol(Record):
    """The protocol followed, and how the case departs from it."""

    id: str
    version: str
    name: str
    intent: Intent
    departures: tuple[str, ...]
    evidence: PlanEvidence
    scale: str
    instruments: tuple[str, ...]
    review: str


class Strength(Record):
    """One substance of a mixture."""

    substance: str
    expressed_as: str
    amount: Quantity
    concentration: Quantity


class Drawn(Record):
    """One step of preparation, in order; ``reconstitute_ml`` is per container."""

    item: str
    written: str
    product: str | None
    volume_ml: float
    containers: int | None = None
    reconstitute_with: str | None = None
    reconstitute_ml: float | None = None
    discard_after_h: float | None = None


class PlanSyringe(Record):
    """A mixture as prepared, and what its pass takes of it."""

    volume_ml: float
    ph: float | None
    osmolality_mosm_kg: float | None
    substances: tuple[Strength, ...]
    prepared_by: str | None = None
    drawn: tuple[Drawn, ...] = ()
    delivering: str
    graduation_ml: float
    injected_ml: float
    lost_ml: float | None
    fills: int
    mixtures: int
    left_over_ml: float | None


class Anchor(Record):
    """A place on the canonical face: the same on every photograph and at every visit."""

    triangle: int
    weights: tuple[float, float, float]


class Point(Record):
    """One puncture of one pass. ``path_mm`` (dx, dy) where a thread or a film row is laid.

    On a photograph ``photo_px`` is its place there, on a face ``anchor`` that on any other and
    ``position_mm`` that in space: x to the patient's left, y up, z to the camera.
    """

    id: int
    area: int
    x_mm: float
    y_mm: float
    depth_mm: float
    plane: TipPlane
    volume_ml: float
    syringe: int
    row: str = ""
    path_mm: tuple[float, float] | None = None
    photo_px: tuple[float, float] | None = None
    anchor: Anchor | None = None
    position_mm: tuple[float, float, float] | None = None


class Cut(Record):
    """What was taken out of an area that was asked for."""

    what: str
    area_cm2: float


class MappedArea(Record):
    """An area of a photograph laid flat.

    Parameters
    ----------
    area : int
        Index of the area.
    kind : str
        face: as rigid as possible; limb: unrolled as a cylinder; photograph: as it lies.
    outlines_mm, outlines_px : tuple
        Its outlines in the area frame and on the photograph, around parts and holes.
    cut : tuple of Cut
        What was left out: forbidden zones, what was erased.
    not_placed : int
        Places left out because the skin is seen there at more than 60 degrees.
    stretch : (float, float)
        Length laid flat over length on the skin, 5th and 95th percentile.
    scale : Calibration
        Millimetres per pixel and how sure they are.
    contradiction : float or None
        By how much a second scale differs from the one used, relative to it.
    """

    area: int
    photo: str
    kind: Literal["face", "limb", "photograph"]
    region: str | None = None
    outlines_mm: tuple[tuple[tuple[float, float], ...], ...]
    outlines_px: tuple[tuple[tuple[float, float], ...], ...]
    cut: tuple[Cut, ...] = ()
    not_placed: int = 0
    stretch: tuple[float, float]
    scale: Calibration
    contradiction: float | None = None


class Near(Record):
    """Points of one placement that may lie over a structure or in a forbidden zone.

    ``distance_mm`` is that of the nearest point from the middle, the line or the border.
    """

    zone: str
    area: int
    syringe: int
    side: Literal["right", "left"] | None
    points: tuple[int, ...]
    distance_mm: float
    forbidden: bool


class Placement(Record):
    """How one area is treated by one syringe's pass.

    Depths count from the surface that the needle enters: the top of a lesion of ``height_mm``.
    """

    area: int
    syringe: int
    technique: str
    needle: str
    angle_deg: float
    inserted_mm: float
    depth_mm: float
    depth_sd_mm: float
    plane: TipPlane
    intended_plane: TipPlane
    probability_intended: float
    probability_dermis: float
    probability_below_dermis: float
    spacing_mm: float
    row_spacing_mm: float
    margin_mm: float
    pattern: str
    count: int
    volume_per_point_ml: float
    punctures_per_tenth_ml: float | None
    volume_ml: float
    area_cm2: float
    needle_changes: int
    wheal_diameter_mm: float | None
    height_mm: float = 0.0
    lesion_cm3: float | None = None
    never: tuple[str, ...] = ()


class LimitRow(Record):
    """A limit as it applies to this patient; over an ``interval`` the day alone is shown."""

    per: Literal["session", "day", "interval"]
    limit: Quantity
    fraction: float
    basis: str
    trust: str
    form: str
    sources: tuple[str, ...]
    text: str


class Total(Record):
    """One substance over all points and everything given that day; ``None`` is not known."""

    substance: str
    expressed_as: str
    amount: Quantity
    limit: Quantity | None
    fraction: float | None
    source: str | None
    injected: Quantity
    elsewhere_today: Quantity | None = None
    limits: tuple[LimitRow, ...] = ()


class Driver(Record):
    """An input that an indicator follows, with their rank correlation over the runs."""

    input: str
    correlation: float


class Indicator(Record):
    """A number about a plan with its definition. ``verdict`` none: no target known.

    ``low`` to ``high`` holds nine in ten of the ``runs`` with varied inputs; in ``met_in`` of
    them the goal was met. ``None``: not varied.
    """

    id: str
    substance: str
    value: float | None
    unit: str
    definition: str
    verdict: Literal["met", "missed", "none"]
    limit: float | None = None
    area: int | None = None
    sources: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    runs: int | None = None
    met_in: int | None = None
    drivers: tuple[Driver, ...] = ()


class Range(Record):
    """Nine in ten runs with varied inputs lie between."""

    low: Quantity
    high: Quantity


class AgainstLicensed(Record):
    """The share from the skin beside a dose that a label gives into the blood.

    ``amount_ratio`` compares amounts that reach the blood, ``auc_ratio`` the exposure in plasma;
    ``None`` where the bioavailability of the licensed route is not known.
    """

    dose: Quantity
    route: str
    use: str
    amount_ratio: float | None
    auc_ratio: float | None
    trust: str
    sources: tuple[str, ...]


class Cream(Record):
    """The same medicine as a cream beside the injection: mean exposure of the dermis.

    Exposures are amount·h/mL of tissue, total; ``low`` and ``high`` those of a cream with the
    stated error of the permeability law. ``None`` with a note where it cannot be said.
    """

    injected: Quantity | None
    cream: Quantity | None
    low: Quantity | None
    high: Quantity | None
    ratio: float | None
    note: str
    sources: tuple[str, ...] = ()


class Validity(Record):
    """Where a computed exposure leaves what its parameters were made for."""

    rule: str
    message: str


class Systemic(Record):
    """What reaches the blood; ``None`` where the constants are not known.

    ``reached`` is the amount that blood and lymph take up in all. ``cream`` holds the same
    medicine as a cream against the injection, ``validity`` what the computation leaves out.
    """

    substance: str
    cmax: Quantity | None
    tmax: Quantity | None
    auc: Quantity | None = None
    note: str = ""
    sources: tuple[str, ...] = ()
    reached: Quantity | None = None
    cmax_range: Range | None = None
    licensed: AgainstLicensed | None = None
    cream: Cream | None = None
    validity: tuple[Validity, ...] = ()


class Visit(Record):
    """A date of the course."""

    session: int
    date: dt.date | None
    kind: Literal["treatment", "call", "follow-up", "review"]
    text: str = ""


class SupplyLine(Record):
    """Something to lay out."""

    item: str
    count: int


class Provenance(Record):
    """Which program, data and inputs made the plan."""

    mesoplan: str
    catalogue: str
    inputs: str
    engine: str


class Plan(Record):
    """A whole plan.

    ``exposure`` holds the computed fields, ``approval`` who released it for printing; neither
    is part of the JSON form.
    """

    model_config = ConfigDict(arbitrary_types_allowed=True)

    format: Literal["mesoplan/plan"] = "mesoplan/plan"
    version: Literal[1] = 1
    status: Status
    unchecked: int
    case: Case
    protocol: PlanProtocol | None
    syringes: tuple[PlanSyringe, ...]
    placements: tuple[Placement, ...]
    points: tuple[Point, ...]
    mapped: tuple[MappedArea, ...] = ()
    near: tuple[Near, ...] = ()
    totals: tuple[Total, ...]
    findings: tuple[Finding, ...]
    indicators: tuple[Indicator, ...] | None
    systemic: tuple[Systemic, ...] | None
    schedule: tuple[Visit, ...]
    supplies: tuple[SupplyLine, ...]
    provenance: Provenance
    exposure: Exposure | None = Field(default=None, exclude=True, repr=False)
    approval: Approval | None = Field(default=None, exclude=True, repr=False)

    @property
    def dose(self) -> Exposure | None:
        """The computed exposure (``None`` where only points and screening were asked for)."""
        return self.exposure

    def document(self) -> dict[str, Any]:
        """The plan as plan.json holds it."""
        return self.model_dump(mode="json")
