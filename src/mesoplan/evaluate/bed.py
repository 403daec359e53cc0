"""Where a pass lies and how its medicine is put before the dose engine."""

from dataclasses import dataclass

from mesoplan.anatomy.layers import SkinLayers
from mesoplan.anatomy.surface import Surface
from mesoplan.dose import Bolus, Drug, SkinColumn, Variation, skin_column
from mesoplan.dose.flow import FlowName
from mesoplan.dose.tissue import Law
from mesoplan.model.substance import Plane, Substance

EPINEPHRINE = "epinephrine"


@dataclass(frozen=True)
class Bed:
    """Where a pass lies: the area's surface, its layers, its vessels against the trunk.

    ``lesion``: scar tissue, whose transport nobody has measured; its exposure is not computed.
    ``law`` and ``flow`` are how the engine is asked to see the tissue.
    """

    surface: Surface
    layers: SkinLayers
    vessel_multiplier: float
    lesion: bool = False
    law: Law = "recommended"
    flow: FlowName = "rest"


def drug_of(substance: Substance) -> Drug | str:
    """The substance as the transport law sees it, or a message id of why it cannot be computed."""
    molecule = substance.molecule
    if substance.particulate and molecule.solubility_mg_ml is None:
        return "not-computed.suspension"
    if molecule.molar_mass_g_mol is None:
        return "not-computed.molar-mass"
    if molecule.kind is None:
        return "not-computed.kind"
    return Drug(
        mw_g_mol=molecule.molar_mass_g_mol.central,
        kind=molecule.kind,
        logp=molecule.logp.central if molecule.logp else None,
        log_oil=molecule.log_oil.central if molecule.log_oil else None,
        pka=molecule.pka[0].central if molecule.pka else None,
        fraction_unbound=molecule.fraction_unbound.central if molecule.fraction_unbound else None,
        degradation_per_h=molecule.degradation_per_h.central if molecule.degradation_per_h else 0.0,
    )


def column_of(
    drug: Drug, bed: Bed, *, layers: SkinLayers | None = None, variation: Variation | None = None
) -> SkinColumn:
    """The skin of a bed for one medicine; ``layers`` in place of the bed's own where they vary."""
    used = bed.layers if layers is None else layers
    return skin_column(
        drug,
        used.epidermis.mean_mm,
        used.dermis_mm,
        used.subcutis_mm,
        vessel_multiplier=bed.vessel_multiplier,
        law=bed.law,
        flow=bed.flow,
        variation=variation,
    )


def bolus_of(
    volume_ml: float,
    depth_mm: float,
    plane: Plane,
    layers: SkinLayers,
    *,
    swelling: float = 1.0,
    backflow: float = 0.0,
) -> Bolus:
    """The bolus of one puncture, pressed into the plane of its tip.

    A tip in the epidermis lifts the whole skin: the epidermis alone is too thin for a bolus.
    """
    skin_mm, epidermis_mm = layers.skin.mean_mm, layers.epidermis.mean_mm
    if plane == "subcutis":
        top, thickness = skin_mm, layers.subcutis_mm
        depth = min(depth_mm, skin_mm + layers.subcutis_mm)
    else:
        top = 0.0 if plane == "epidermis" else epidermis_mm
        thickness, depth = skin_mm - top, depth_mm
    return Bolus.injected(
        volume_ml, depth, thickness, plane_top_mm=top, swelling=swelling, backflow=backflow
    )
