"""One arm of a published study as the dose engine sees it."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from mesoplan.anatomy.layers import ASSUMED_SUBCUTIS, skin_layers
from mesoplan.catalogue import Catalogue
from mesoplan.core.units import format_number
from mesoplan.dose import (
    DERMIS,
    SUBCUTIS,
    Bolus,
    Drug,
    Medium,
    Release,
    SkinColumn,
    Variation,
    holds_for,
    skin_column,
)
from mesoplan.dose.tissue import Law, Transport
from mesoplan.workflow.validation_records import Arm

REFERENCE_EPIDERMIS_MM = 0.08
"""Living epidermis where no site is given: the middle of 0.05 to 0.1 mm of thin skin."""

REFERENCE_DERMIS_MM = 1.72
"""Dermis where no site is given: skin of 1.8 mm, between the 1.55 mm of the thigh and the 2.02 mm
of the upper arm (ultrasound, 342 adults: Laurent et al., Vaccine 2007;25:6423)."""

REFERENCE_WEIGHT_KG = 70.0
"""Body weight where a volume per kilogram is published and no weight is given."""

FINEST_MOVE_MM = 0.01
"""Where a substance is lost within less, the cells of the engine become too many to compute."""


@dataclass(frozen=True)
class Text:
    """A message with its parameters."""

    id: str
    parameters: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class NotModelled:
    """Why a number cannot be predicted."""

    why: Text


def not_modelled(reason: str, /, **parameters: str) -> NotModelled:
    """A reason from the messages ``validation.not-modelled``."""
    return NotModelled(Text(f"validation.not-modelled.{reason}", parameters))


def note(name: str, /, **parameters: str) -> Text:
    """A note from the messages ``validation.note``."""
    return Text(f"validation.note.{name}", parameters)


@dataclass(frozen=True)
class EngineArm:
    """Medium, bolus, losses and disposition of an arm; ``notes`` say what was assumed."""

    arm: Arm
    drug: Drug
    column: SkinColumn
    medium: Medium
    bolus: Bolus
    release: Release
    half_life_h: float | None
    volume_l: float | None
    notes: tuple[Text, ...]

    @property
    def amount_per_point(self) -> float:
        """Amount in the tissue at one point, mg or U."""
        return self.arm.injection.amount * self.bolus.deposited_share / self.arm.injection.points

    @property
    def loss_half_life_h(self) -> float:
        """Shortest half-life of any layer without diffusion; infinite where nothing is lost."""
        return min(part.half_life_h for part in self.column.transports)

    @property
    def delay_h(self) -> float:
        """Time that the release takes or waits, beyond the losses of the tissue."""
        slow = 0.0 if math.isinf(self.release.rate_per_h) else 1.0 / self.release.rate_per_h
        return self.release.lag_h + self.release.duration_h + slow


def engine_arm(arm: Arm, catalogue: Catalogue, law: Law = "recommended") -> EngineArm | NotModelled:
    """Put an arm before the engine.

    Layers and blood flow are those of the site, as in a plan; a measured thickness replaces the
    site's. Without a depth the middle of the plane is taken and noted.
    """
    drug = arm.substance.drug
    if drug is None:
        return NotModelled(Text(arm.substance.reason))
    if arm.injection.beyond:
        return not_modelled(arm.injection.beyond[0])
    if not holds_for(law, drug):
        return not_modelled("law", law=law)
    notes: list[Text] = []
    epidermis, dermis, subcutis, flow = _layers(arm, catalogue, notes)
    bolus = _bolus(arm, epidermis, epidermis + dermis, subcutis, notes)
    if isinstance(bolus, NotModelled):
        return bolus
    _check_overlap(arm, bolus, notes)
    column = skin_column(
        drug,
        epidermis,
        dermis,
        subcutis,
        vessel_multiplier=flow,
        law=law,
        flow=arm.injection.flow,
        variation=_lymph_of(arm),
    )
    notes += [Text(f"assumption.{name}") for name in column.assumptions]
    if any(_moves_mm(part) < FINEST_MOVE_MM for part in column.transports):
        return not_modelled("fixed", move=format_number(FINEST_MOVE_MM))
    half_life, volume = _disposition(arm, notes)
    return EngineArm(
        arm=arm,
        drug=drug,
        column=column,
        medium=column.medium(),
        bolus=bolus,
        release=arm.injection.release,
        half_life_h=half_life,
        volume_l=volume,
        notes=tuple(notes),
    )


def _lymph_of(arm: Arm) -> Variation | None:
    """Lymph of that species or state over that of people at rest."""
    if arm.lymph_per_h is None:
        return None
    tissue = SUBCUTIS if arm.injection.route == "subcutaneous" else DERMIS
    return Variation(lymph=arm.lymph_per_h / tissue.lymph_per_h)


def _moves_mm(part: Transport) -> float:
    """How far the substance gets before it is lost, sqrt(D / k)."""
    if part.clearance_per_h <= 0.0:
        return math.inf
    return math.sqrt(part.diffusivity_mm2_h / part.clearance_per_h)


def _layers(arm: Arm, catalogue: Catalogue, notes: list[Text]) -> tuple[float, float, float, float]:
    """Thickness of epidermis, dermis and subcutis, mm, and the blood flow against the trunk."""
    if arm.site is not None:
        site = catalogue.sites[arm.site]
        layers = skin_layers(site, arm.skin)
        if not layers.subcutis_known:
            notes.append(note("subcutis-assumed", subcutis=format_number(layers.subcutis_mm)))
        flow = site.flow_multiplier.central
        return layers.epidermis.mean_mm, layers.dermis_mm, layers.subcutis_mm, flow
    epidermis, dermis = REFERENCE_EPIDERMIS_MM, REFERENCE_DERMIS_MM
    if arm.skin is not None:
        epidermis = arm.skin.epidermis_mm or epidermis
        dermis = arm.skin.dermis_mm or dermis
    subcutis = ASSUMED_SUBCUTIS.central
    thick = {"epidermis": epidermis, "dermis": dermis, "subcutis": subcutis}
    notes.append(note("no-site", **{name: format_number(mm) for name, mm in thick.items()}))
    return epidermis, dermis, subcutis, 1.0


def _bolus(
    arm: Arm, epidermis: float, skin: float, subcutis: float, notes: list[Text]
) -> Bolus | NotModelled:
    injection = arm.injection
    volume = injection.volume_ml / injection.points
    low, high, plane = (epidermis, skin, "dermis")
    if injection.route == "subcutaneous":
        low, high, plane = (skin, skin + subcutis, "subcutis")
    depth = injection.depth_mm
    if depth is None:
        depth = 0.5 * (low + high)
        notes.append(note("depth-assumed", depth=format_number(depth), plane=plane))
    if plane == "dermis" and depth < low:
        low = 0.0  # A tip in the epidermis lifts the whole skin, as in a plan.
    if not low <= depth <= high:
        limits = {"low": format_number(low), "high": format_number(high)}
        return not_modelled("plane", depth=format_number(depth), plane=plane, **limits)
    return Bolus.injected(volume, depth, high - low, plane_top_mm=low)


def _check_overlap(arm: Arm, bolus: Bolus, notes: list[Text]) -> None:
    spacing = arm.injection.spacing_mm
    if arm.injection.points > 1 and spacing is not None and spacing < 2.0 * bolus.radius_mm:
        diameter = format_number(2.0 * bolus.radius_mm)
        notes.append(note("overlap", diameter=diameter, spacing=format_number(spacing)))


def _disposition(arm: Arm, notes: list[Text]) -> tuple[float | None, float | None]:
    """Plasma half-life and volume: the file's, else those of the catalogue."""
    given, substance = arm.disposition, arm.substance
    half_life = given.half_life_h if given.half_life_h is not None else substance.half_life_h
    volume = given.volume_l
    if volume is None and substance.volume_l_per_kg is not None:
        weight = given.weight_kg
        if weight is None:
            weight = REFERENCE_WEIGHT_KG
            notes.append(note("weight-assumed", weight=format_number(weight)))
        volume = substance.volume_l_per_kg * weight
    return half_life, volume


def places_mm(arm: Arm) -> list[tuple[float, float]]:
    """Points on a square grid, nearest to square, measured from the one nearest its centre."""
    injection = arm.injection
    columns = math.ceil(math.sqrt(injection.points))
    pitch = injection.spacing_mm or 0.0
    rows = math.ceil(injection.points / columns)
    middle = ((columns - 1) // 2, (rows - 1) // 2)
    return [
        ((i % columns - middle[0]) * pitch, (i // columns - middle[1]) * pitch)
        for i in range(injection.points)
    ]
