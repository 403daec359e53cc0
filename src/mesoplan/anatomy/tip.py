"""Where the needle tip lies: depth from inserted length and angle, plane as probabilities."""

import math
from dataclasses import dataclass

from mesoplan.anatomy.layers import SkinLayers
from mesoplan.model.figure import proposal
from mesoplan.model.substance import Plane

ANGLE_SD = proposal(5.0, "deg", "standard deviation of a hand-held angle")
INSERTED_SD = proposal(0.1, "1", "relative standard deviation of the inserted length")
_Z95 = 1.6448536269514722


@dataclass(frozen=True)
class Tip:
    """Depth of the needle tip: mean and standard deviation, in mm."""

    depth_mm: float
    sd_mm: float

    @property
    def p95_mm(self) -> float:
        """95th percentile of the depth."""
        return self.depth_mm + _Z95 * self.sd_mm


@dataclass(frozen=True)
class PlaneProbability:
    """Probabilities of the planes of the tip; they sum to 1."""

    epidermis: float
    dermis: float
    subcutis: float

    def of(self, plane: Plane) -> float:
        """The probability of one plane."""
        return {"epidermis": self.epidermis, "dermis": self.dermis, "subcutis": self.subcutis}[
            plane
        ]


def tip(inserted_mm: float, angle_deg: float) -> Tip:
    """Tip depth = inserted length × sin(angle), with first-order spread of both.

    Source of the relation: Micheels and Goodman 2018 (S1).
    """
    angle = math.radians(angle_deg)
    by_length = math.sin(angle) * INSERTED_SD.central * inserted_mm
    by_angle = inserted_mm * math.cos(angle) * math.radians(ANGLE_SD.central)
    return Tip(inserted_mm * math.sin(angle), math.hypot(by_length, by_angle))


def plane_probability(tip: Tip, layers: SkinLayers) -> PlaneProbability:
    """Probability of each plane, with tip depth and thickness as independent normals."""
    below = _normal_cdf(
        (tip.depth_mm - layers.skin.mean_mm) / math.hypot(tip.sd_mm, layers.skin.sd_mm)
    )
    above = _normal_cdf(
        (layers.epidermis.mean_mm - tip.depth_mm) / math.hypot(tip.sd_mm, layers.epidermis.sd_mm)
    )
    return PlaneProbability(above, max(0.0, 1.0 - above - below), below)


def plane_of(depth_mm: float, layers: SkinLayers) -> Plane:
    """The plane of a depth in skin of mean thickness."""
    if depth_mm < layers.epidermis.mean_mm:
        return "epidermis"
    return "dermis" if depth_mm < layers.skin.mean_mm else "subcutis"


def _normal_cdf(z: float) -> float:
    return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))
