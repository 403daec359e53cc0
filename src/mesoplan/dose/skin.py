"""The skin under a point for one medicine: four layers, losses in time, what the blood takes."""

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from mesoplan.core.errors import Fault
from mesoplan.dose._checks import Floats, number, refuse
from mesoplan.dose.bolus import Bolus
from mesoplan.dose.composition import DERMIS, EPIDERMIS, SUBCUTIS, Composition, dermal_parts
from mesoplan.dose.drug import Drug
from mesoplan.dose.flow import FLOW_CEILING, RESPONSES, FlowName
from mesoplan.dose.medium import TOLERANCE, Medium
from mesoplan.dose.timeline import Release, Window
from mesoplan.dose.tissue import Law, Transport, transport

LayerName = Literal["epidermis", "papillary-dermis", "reticular-dermis", "subcutis"]

_PROMPT = Release()


@dataclass(frozen=True)
class Variation:
    """Factors on the coefficients of a medicine, for runs of uncertainty; 1 changes nothing.

    Parameters
    ----------
    clearance : float
        On all losses.
    diffusivity : float
        On the diffusivity.
    flow : float
        On the blood flow of the dermis, a rise no further than to the ceiling.
    binding : float
        On bound over free medicine in the tissue; that of the blood stays.
    lymph : float
        On the lymph flow.
    vessels_over_reticular : float, optional
        Density of the vessels of the papillary over those of the reticular dermis.
    """

    clearance: float = 1.0
    diffusivity: float = 1.0
    flow: float = 1.0
    binding: float = 1.0
    lymph: float = 1.0
    vessels_over_reticular: float | None = None


@dataclass(frozen=True)
class SkinColumn:
    """Layers from the surface down for one medicine.

    Build it with `skin_column`.

    Parameters
    ----------
    names : tuple of str
        Epidermis, papillary dermis, reticular dermis, subcutis.
    thickness_mm : tuple of float
        Thickness of each layer.
    transports : tuple of Transport
        Coefficients at rest.
    during : tuple of (float, tuple of Transport)
        End of each window of changed flow, h, and the coefficients in it.
    """

    names: tuple[LayerName, ...]
    thickness_mm: tuple[float, ...]
    transports: tuple[Transport, ...]
    during: tuple[tuple[float, tuple[Transport, ...]], ...] = ()

    def medium(self) -> Medium:
        """The medium of the transport equation."""
        layers = [p.layer(h) for p, h in zip(self.transports, self.thickness_mm, strict=True)]
        windows = [
            Window(until, tuple(part.clearance_per_h for part in parts))
            for until, parts in self.during
        ]
        return Medium(layers, windows=windows)

    @property
    def bottom_mm(self) -> Floats:
        """Lower border of each layer, mm, shape (layers,)."""
        return np.cumsum(self.thickness_mm)

    def layer_at(self, depth_mm: npt.ArrayLike) -> npt.NDArray[np.int64]:
        """Index of the layer at depths; below the last border the last layer."""
        index = np.searchsorted(self.bottom_mm, np.asarray(depth_mm, dtype=np.float64))
        return np.minimum(index, len(self.names) - 1).astype(np.int64)

    def free_share(self, depth_mm: npt.ArrayLike) -> Floats:
        """Free aqueous over total concentration at depths, 1 / capacity."""
        share = np.array([1.0 / part.capacity for part in self.transports])
        return share[self.layer_at(depth_mm)]

    @property
    def assumptions(self) -> tuple[str, ...]:
        """Message ids of all that had to be taken for granted."""
        return tuple(dict.fromkeys(text for part in self.transports for text in part.assumptions))

    def taken_up(
        self,
        bolus: Bolus,
        times_h: npt.ArrayLike,
        *,
        release: Release = _PROMPT,
        tolerance: float = TOLERANCE,
    ) -> Floats:
        """Fraction of the amount that blood and lymph have carried off up to each time.

        Parameters
        ----------
        bolus : Bolus
            The injection.
        times_h : array_like, shape (times,)
            Strictly rising times, at least 0.
        release, tolerance
            As `Medium.kernel`.

        Returns
        -------
        array, shape (times,)
            What is degraded on the spot does not count. The delay on the way through the lymph
            is not modelled.
        """
        parts = [*(parts for _, parts in self.during), self.transports]
        shares = np.array([[part.systemic_share for part in row] for row in parts])
        cleared = self.medium().cleared_by_layer(
            bolus, times_h, release=release, tolerance=tolerance, shares=shares
        )
        return np.asarray(cleared.sum(axis=1))


def skin_column(
    drug: Drug,
    epidermis_mm: float,
    dermis_mm: float,
    subcutis_mm: float,
    *,
    vessel_multiplier: float = 1.0,
    law: Law = "recommended",
    flow: FlowName = "rest",
    variation: Variation | None = None,
) -> SkinColumn:
    """Skin of four layers for one medicine.

    Parameters
    ----------
    drug : Drug
        The medicine.
    epidermis_mm, dermis_mm, subcutis_mm : float
        Thicknesses, mm, above 0.
    vessel_multiplier : float
        Vessels of dermis and fat relative to the trunk: flow, pores and walls alike, because
        regions differ in their vessels and insulin, which no flow limits, follows the flow of fat
        from site to site.
    law : {"recommended", "dancik", "surrey"}
        Parameter set of epidermis and dermis; the fat keeps the recommended one.
    flow : {"rest", "injection", "epinephrine"}
        What the blood flow does after the injection.
    variation : Variation, optional
        Factors for runs of uncertainty.

    Raises
    ------
    InputError
        Naming every argument that cannot be used.
    """
    faults = [
        *number("epidermis_mm", epidermis_mm, above=0.0),
        *number("dermis_mm", dermis_mm, above=0.0),
        *number("subcutis_mm", subcutis_mm, above=0.0),
        *number("vessel_multiplier", vessel_multiplier, at_least=0.0),
    ]
    if flow not in RESPONSES:
        right = "one of " + ", ".join(RESPONSES)
        faults.append(Fault(key="flow", wrong=f"{flow!r} is not known", right=right))
    refuse(faults)
    varied = Variation() if variation is None else variation
    papillary, reticular = dermal_parts(dermis_mm, varied.vessels_over_reticular)
    tissues: tuple[tuple[LayerName, float, Composition, Law], ...] = (
        ("epidermis", epidermis_mm, EPIDERMIS, law),
        ("papillary-dermis", papillary[0], DERMIS.vascular(vessel_multiplier * papillary[1]), law),
        ("reticular-dermis", reticular[0], DERMIS.vascular(vessel_multiplier * reticular[1]), law),
        ("subcutis", subcutis_mm, SUBCUTIS.vascular(vessel_multiplier), "recommended"),
    )
    response = RESPONSES[flow]
    # The ceiling is one of the whole dermis: both its parts rise by the same factor.
    mean_flow = DERMIS.blood_flow_ml_min_100g * vessel_multiplier
    most = max(1.0, FLOW_CEILING.value / mean_flow) if mean_flow > 0.0 else 1.0

    def coefficients(factor: float) -> tuple[Transport, ...]:
        found = []
        for name, _, tissue, own in tissues:
            flowing = 1.0
            if name == "subcutis":
                flowing = factor if response.in_fat else 1.0
            elif name != "epidermis":
                flowing = min(factor * varied.flow, most)
            changed = replace(
                tissue.perfused(flowing), lymph_per_h=varied.lymph * tissue.lymph_per_h
            )
            part = transport(drug, changed, own, binding=varied.binding)
            found.append(part.scaled(clearance=varied.clearance, diffusivity=varied.diffusivity))
        return tuple(found)

    return SkinColumn(
        names=tuple(name for name, *_ in tissues),
        thickness_mm=tuple(height for _, height, *_ in tissues),
        transports=coefficients(1.0),
        during=tuple((step.until_h, coefficients(step.factor.value)) for step in response.steps),
    )
