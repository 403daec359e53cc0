"""The same medicine as a cream: what the skin barrier lets through, beside what is injected."""

from collections.abc import Sequence

import numpy as np

from mesoplan.catalogue import Catalogue
from mesoplan.core.units import Quantity, format_number
from mesoplan.dose import CONSTANTS, Bolus, Drug
from mesoplan.evaluate.bed import column_of
from mesoplan.evaluate.exposure import Laid
from mesoplan.evaluate.passes import Pass
from mesoplan.evaluate.target import target_values
from mesoplan.model.exposure import Exposure
from mesoplan.model.plan import Cream

_SURFACE_MM = 0.02
_USED = ("barrier-intercept", "barrier-error", "cream-amount", "cream-time")


def creams(laid: Sequence[Laid], exposure: Exposure, catalogue: Catalogue) -> dict[str, Cream]:
    """One comparison for each substance that can be computed, by its id."""
    return {one.substance.id: _cream(one, exposure, catalogue) for one in laid}


def barrier_cm_h(drug: Drug, catalogue: Catalogue) -> float | None:
    """Permeability of the horny layer for the whole medicine in water, cm/h.

    Potts and Guy for the non-ionised form, times its share at pH 7.4; ``None`` without logP, for
    an ion at any pH and for macromolecules, for which the law was not made.
    """
    if drug.logp is None or drug.is_macromolecule or drug.neutral_fraction == 0.0:
        return None
    c = CONSTANTS
    speed = (
        catalogue.engine_figures["barrier-intercept"].central
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
    # What a film leaves in the skin was never measured: nothing to hold a cream against.
    film = any(catalogue.techniques[run.placement.technique].deposit == "film" for run in one.runs)
    barrier = barrier_cm_h(drug, catalogue)
    if film:
        return Cream(
            injected=None, cream=None, low=None, high=None, ratio=None,
            note=text("indicator.film"),
        )  # fmt: skip
    if substance.measured_in != "mass" or barrier is None or substance.particulate:
        return Cream(
            injected=Quantity(value=injected, unit=unit),
            cream=None, low=None, high=None, ratio=None,
            note=text("cream.not-known"),
        )  # fmt: skip
    strongest = max(one.runs, key=lambda run: run.strength(substance.id))
    strength = strongest.strength(substance.id)
    figures = catalogue.engine_figures
    error = figures["barrier-error"].central
    hours, amount = figures["cream-time"].central, figures["cream-amount"].central
    per_mg_mm2 = _dermal_exposure(drug, strongest)
    cream, low, high = (
        per_mg_mm2 * absorbed_mg_cm2(strength, barrier * factor, hours, amount) / 100.0
        for factor in (1.0, 1.0 / error, error)
    )
    # What lies on the skin is the limit wherever the barrier would let more through.
    most = per_mg_mm2 * strength * amount / 1e5
    spent = "cream.note" if high < most * (1 - 1e-9) else "cream.note-spent"
    return Cream(
        injected=Quantity(value=injected, unit=unit),
        cream=Quantity(value=cream, unit=unit),
        low=Quantity(value=low, unit=unit),
        high=Quantity(value=high, unit=unit),
        ratio=injected / cream if cream > 0.0 else None,
        note=text(
            spent,
            strength=format_number(strength),
            amount=format_number(amount),
            hours=format_number(hours),
            factor=format_number(error),
        ),
        sources=tuple(
            dict.fromkeys(s for f in figures.values() for s in f.sources if f.id in _USED)
        ),
    )


def absorbed_mg_cm2(
    strength_mg_ml: float, barrier_cm_h: float, hours: float, applied_mg_cm2: float
) -> float:
    """What passes the horny layer per cm², no more than lies on it.

    Parameters
    ----------
    strength_mg_ml : float
        Of the cream, taken as 1 g/mL.
    barrier_cm_h : float
        Permeability.
    hours : float
        Time on the skin.
    applied_mg_cm2 : float
        Cream on the skin.
    """
    return min(barrier_cm_h * strength_mg_ml * hours, strength_mg_ml * applied_mg_cm2 / 1000.0)


def _dermal_exposure(drug: Drug, run: Pass) -> float:
    """Mean AUC of the dermis, mg·h/mL, of 1 mg per mm² at the surface: radial mode 0, exact."""
    profile = (
        column_of(drug, run.bed).medium().planar(Bolus.gaussian(depth_mm=0.0, sigma_mm=_SURFACE_MM))
    )
    top, bottom = run.bed.layers.epidermis.mean_mm, run.bed.layers.skin.mean_mm
    within = (profile.depth_mm > top) & (profile.depth_mm < bottom)
    return 1000.0 * float(np.average(profile.auc[within], weights=profile.cell_mm[within]))
