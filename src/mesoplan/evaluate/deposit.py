"""How one pass lays down one substance at a puncture: bolus, release and amount."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mesoplan.anatomy.layers import SkinLayers
from mesoplan.dose import Bolus, Release, SkinColumn
from mesoplan.evaluate.bed import bolus_of
from mesoplan.evaluate.passes import Crowd, Pass
from mesoplan.model.substance import Plane, Substance


@dataclass(frozen=True)
class Deposit:
    """Bolus, release and amount at a puncture."""

    bolus: Bolus
    release: Release
    amount: float


@dataclass(frozen=True)
class Lie:
    """Where and how the fluid of a puncture lies, as planned or in a run of uncertainty."""

    volume_ml: float
    depth_mm: float
    plane: Plane
    layers: SkinLayers
    swelling: float = 1.0
    backflow: float = 0.0

    @classmethod
    def planned(cls, run: Pass) -> "Lie":
        """As the placement has it."""
        p = run.placement
        return cls(p.volume_per_point_ml, p.depth_mm, p.plane, run.bed.layers)


def deposit_of(
    substance: Substance,
    run: Pass,
    column: SkinColumn,
    runs: Sequence[Pass],
    lie: Lie | None = None,
) -> Deposit:
    """The deposit of a puncture; ``runs`` are all passes of the substance over the area."""
    lies = Lie.planned(run) if lie is None else lie
    bolus = bolus_of(
        lies.volume_ml * _compact(run, lies),
        lies.depth_mm,
        lies.plane,
        lies.layers,
        swelling=lies.swelling,
        backflow=lies.backflow,
    )
    strength = run.strength(substance.id)
    amount = strength * lies.volume_ml * bolus.deposited_share
    release = Release.at_once()
    gel, solubility = substance.molecule.gel, substance.molecule.solubility_mg_ml
    if substance.particulate and solubility is not None:
        crowd = Crowd.of(substance.id, run, runs)
        release = depot(solubility.central, column, bolus, amount, crowd)
    elif gel is not None and strength >= gel.from_mg_ml:
        # A viscous gel holds itself back for a time.
        release = Release.at_once(gel.lag_h)
    return Deposit(bolus, release, amount)


def _compact(run: Pass, lie: Lie) -> float:
    """Share of a thread's volume that one spot along it holds.

    A thread is a cylinder of V / L. The sphere that has its spread across, smeared along the
    line, has a radius of sqrt(5/4) times the cylinder's.
    """
    length_mm = float(np.hypot(run.dx_mm, run.dy_mm).max(initial=0.0))
    if run.placement.technique == "nappage" or length_mm == 0.0:
        return 1.0
    volume_mm3 = 1000.0 * lie.volume_ml
    radius_mm = math.sqrt(1.25 * volume_mm3 / (math.pi * length_mm * lie.swelling))
    spot_mm3 = lie.swelling * 4.0 / 3.0 * math.pi * radius_mm**3
    return min(1.0, spot_mm3 / volume_mm3)


def depot(
    solubility_mg_ml: float, column: SkinColumn, bolus: Bolus, amount_mg: float, crowd: Crowd
) -> Release:
    """The steady release of crystals at the solubility.

    They dissolve no faster than the tissue carries the dissolved part off: the free concentration
    where it is densest, neighbours included, just reaches the solubility. Crystals that held it
    everywhere in the bolus could be gone in half that time.

    Parameters
    ----------
    solubility_mg_ml : float
        In the water of the tissue.
    column, bolus : SkinColumn, Bolus
        Of the puncture.
    amount_mg : float
        Amount in the tissue.
    crowd : Crowd
        All sources of the substance in the area, from the places where they crowd most.
    """
    medium = column.medium()
    near = crowd.distance_mm <= medium.reach_mm(bolus)
    radii, place = np.unique(np.round(crowd.distance_mm[near], 6), return_inverse=True)
    kernel = medium.kernel(bolus, [], radii, balance=False)
    free = kernel.auc * column.free_share(kernel.depth_mm)
    at, source = np.nonzero(near)
    summed = np.zeros((crowd.distance_mm.shape[0], free.shape[1]))
    np.add.at(summed, at, free[place] * crowd.share[source][:, None])
    return Release.steady(1000.0 * amount_mg * float(summed.max()) / solubility_mg_ml)
