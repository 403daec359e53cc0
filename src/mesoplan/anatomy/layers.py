"""Skin layers under a place: thickness as a distribution, never as one value."""

from dataclasses import dataclass

from mesoplan.model.case import Skin
from mesoplan.model.figure import Figure, proposal
from mesoplan.model.site import Site

RANGE_IN_SD = proposal(4.0, "1", "a published range is read as mean ± 2 standard deviations")
MEASUREMENT_SD = proposal(
    0.05, "1", "relative standard deviation of a thickness measured by ultrasound"
)
ASSUMED_SUBCUTIS = proposal(
    10.0, "mm", "lower end of the computed tissue where no fat thickness is known"
)


@dataclass(frozen=True)
class Thickness:
    """Mean and standard deviation of a thickness, in mm."""

    mean_mm: float
    sd_mm: float


@dataclass(frozen=True)
class SkinLayers:
    """Layers under a place; ``skin`` is epidermis and dermis together."""

    epidermis: Thickness
    skin: Thickness
    subcutis_mm: float
    subcutis_known: bool
    measured: bool

    @property
    def dermis_mm(self) -> float:
        """Mean thickness of the dermis."""
        return self.skin.mean_mm - self.epidermis.mean_mm


def skin_layers(site: Site, skin: Skin | None = None, height_mm: float = 0.0) -> SkinLayers:
    """Layers of a site; a measured thickness of the case replaces the site's range.

    A case that gives one of epidermis and dermis keeps the site's range for the other. The
    height of a raised lesion counts as dermis: scar in place of skin.
    """
    epidermis = _from_range(site.epidermis_mm)
    total = _from_range(site.skin_mm)
    dermis = Thickness(total.mean_mm - epidermis.mean_mm, total.sd_mm)
    measured = skin is not None and (skin.epidermis_mm or skin.dermis_mm) is not None
    if skin is not None and skin.epidermis_mm is not None:
        epidermis = _measured(skin.epidermis_mm)
    if skin is not None and skin.dermis_mm is not None:
        dermis = _measured(skin.dermis_mm)
    total = Thickness(epidermis.mean_mm + dermis.mean_mm + height_mm, dermis.sd_mm)
    known = site.subcutis_mm is not None
    subcutis = site.subcutis_mm.central if site.subcutis_mm else ASSUMED_SUBCUTIS.central
    return SkinLayers(epidermis, total, subcutis, known, measured)


def _from_range(figure: Figure) -> Thickness:
    low, high = figure.bounds
    return Thickness(0.5 * (low + high), (high - low) / RANGE_IN_SD.central)


def _measured(thickness_mm: float) -> Thickness:
    return Thickness(thickness_mm, MEASUREMENT_SD.central * thickness_mm)
