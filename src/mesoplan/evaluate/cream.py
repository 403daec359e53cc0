"""The same medicine as a cream: what the skin barrier lets through, beside what is injected."""

from collections.abc import Sequence

import numpy as np

from mesoplan.catalogue import Catalogue
from mesoplan.core.units import Quantity, format_number
from mesoplan.dose import CONSTANTS, Bolus, Drug
from mesoplan.dose.constants import Constant
from mesoplan.evaluate.bed import column_of
from mesoplan.evaluate.exposure import Laid
from mesoplan.evaluate.passes import Pass
from mesoplan.evaluate.target import target_values
from mesoplan.model.exposure import Exposure
from mesoplan.model.plan import Cream

POTTS_GUY_LOG10 = Constant(-2.7437, "log10(cm/h)", "Potts & Guy, Pharm Res 1992;9:663", "read")
POTTS_GUY_ERROR = Constant(
    10.0,
    "1",
    "factor either way; residual of log kp 0.6 to 0.7 (recalled), about 1.5 of it here",
    "proposal",
)
CREAM_MG_CM2 = Constant(2.0, "mg/cm2", "test standard: Taylor & Diffey, BMJ 2002;324:1526", "read")
CREAM_HOURS = Constant(24.0, "h", "one day on the skin", "proposal")
_SURFACE_MM = 0.02
_SOURCES = ("E-potts-guy-1992", "E-taylor-diffey-2002")


def creams(laid: Sequence[Laid], exposure: Exposure, catalogue: Catalogue) -> tuple[Cream, ...]:
    """One comparison for each substance that can be computed."""
    return tuple(_cream(one, exposure, catalogue) for one in laid)


def barrier_cm_h(drug: Drug) -> float | None:
    """Permeability of the horny layer for the whole medicine in water, cm/h.

    Potts and Guy for the non-ionised form, times its share at pH 7.4; ``None`` without logP, for
    an ion at any pH and for macromolecules, for which the law was not made.
    """
    if drug.logp is None or drug.is_macromolecule or drug.neutral_fraction == 0.0:
        return None
    c = CONSTANTS
    speed = (
        POTTS_GUY_LOG10.value
        + c["lipid_permeability_per_logp"].value * drug.logp
        + c["lipid_permeability_per_mw"].value * drug.mw_g_mol
    )
    return float(10.0**speed) * drug.neutral_fraction


def _cream(one: Laid, exposure: Exposure, catalogue: Catalogue) -> Cream:
    substance, drug = one.substance, one.drug
    text = catalogue.messages.text
    own = [area for area in exposure.areas if area.substance == substance.id]
    parts = [target_values(area, area.auc, "dermis") for area in own]
    values, weight = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
    unit = f"{own[0].unit}·h/mL"
    injected = float(np.average(values, weights=weight))
    barrier = barrier_cm_h(drug)
    if substance.measured_in != "mass" or barrier is None or substance.particulate:
        return Cream(
            substance=substance.id,
            injected=Quantity(value=injected, unit=unit),
            cream=None, low=None, high=None, ratio=None,
            note=text("cream.not-known"),
        )  # fmt: skip
    strongest = max(one.runs, key=lambda run: run.strength(substance.id))
    strength = strongest.strength(substance.id)
    cream, low, high = (
        _dermal_exposure(drug, strongest, strength, barrier * factor)
        for factor in (1.0, 1.0 / POTTS_GUY_ERROR.value, POTTS_GUY_ERROR.value)
    )
    return Cream(
        substance=substance.id,
        injected=Quantity(value=injected, unit=unit),
        cream=Quantity(value=cream, unit=unit),
        low=Quantity(value=low, unit=unit),
        high=Quantity(value=high, unit=unit),
        ratio=injected / cream if cream > 0.0 else None,
        note=text(
            "cream.note",
            strength=format_number(strength),
            amount=format_number(CREAM_MG_CM2.value),
            hours=format_number(CREAM_HOURS.value),
            factor=format_number(POTTS_GUY_ERROR.value),
        ),
        sources=_SOURCES,
    )


def _dermal_exposure(drug: Drug, run: Pass, strength: float, barrier_cm_h: float) -> float:
    """Mean AUC of the dermis under one day of cream, mg·h/mL.

    What passes the barrier per cm², no more than lies on it, times the exposure of the dermis
    that a unit amount per cm² at the surface gives: radial mode 0, exact.
    """
    passed_mg_cm2 = barrier_cm_h * strength * CREAM_HOURS.value
    applied_mg_cm2 = strength * CREAM_MG_CM2.value / 1000.0
    absorbed_mg_mm2 = min(passed_mg_cm2, applied_mg_cm2) / 100.0
    column = column_of(drug, run.bed)
    profile = column.medium().planar(Bolus.gaussian(depth_mm=0.0, sigma_mm=_SURFACE_MM))
    top, bottom = run.bed.layers.epidermis.mean_mm, run.bed.layers.skin.mean_mm
    within = (profile.depth_mm > top) & (profile.depth_mm < bottom)
    mean = float(np.average(profile.auc[within], weights=profile.cell_mm[within]))
    return absorbed_mg_mm2 * mean * 1000.0
