"""From a medicine and a tissue to diffusivity, clearance and capacity, by one of three laws.

"recommended": pores, lipid path, binding capacity of blood, lymph, and what fat cells dissolve.
"dancik" and "surrey": two published parameter sets for creams on skin, for comparison. They know
no pores and no lymph and are for small molecules; they describe the skin, not the fat below it.
"""

import math
from dataclasses import dataclass, replace
from typing import Literal, get_args

from mesoplan.core.errors import Fault
from mesoplan.dose._checks import number, refuse
from mesoplan.dose.capillary import accessible_fraction, pore_permeability_ml_min_100g
from mesoplan.dose.composition import Composition
from mesoplan.dose.constants import CONSTANTS
from mesoplan.dose.drug import Drug
from mesoplan.dose.layer import Layer

Law = Literal["recommended", "dancik", "surrey"]
LAWS: tuple[Law, ...] = get_args(Law)

_MM2_H_PER_CM2_S = 3600.0 * 100.0


@dataclass(frozen=True)
class Transport:
    """Coefficients of one medicine in one tissue.

    Parameters
    ----------
    diffusivity_mm2_h : float
        D of the total concentration, mm2/h.
    clearance_blood_per_h, clearance_lymph_per_h, degradation_per_h : float
        First-order losses of the total concentration, 1/h.
    capacity : float
        K: total tissue over free aqueous concentration.
    binding_factor : float
        Total over free drug in the aqueous space, BF.
    permeability_lipid_ml_min_100g, permeability_pore_ml_min_100g : float
        Permeability-surface products through cells and through pores.
    assumptions : tuple of str
        Message ids of what had to be assumed.
    """

    diffusivity_mm2_h: float
    clearance_blood_per_h: float
    clearance_lymph_per_h: float
    degradation_per_h: float
    capacity: float
    binding_factor: float
    permeability_lipid_ml_min_100g: float
    permeability_pore_ml_min_100g: float
    assumptions: tuple[str, ...] = ()

    @property
    def clearance_per_h(self) -> float:
        """Sum of all losses, 1/h."""
        return self.clearance_blood_per_h + self.clearance_lymph_per_h + self.degradation_per_h

    @property
    def half_life_h(self) -> float:
        """Half-life without diffusion, h; infinite without loss."""
        return math.log(2.0) / self.clearance_per_h if self.clearance_per_h > 0.0 else math.inf

    @property
    def systemic_share(self) -> float:
        """Share of what is cleared that blood or lymph carries off; 0 without loss."""
        carried = self.clearance_blood_per_h + self.clearance_lymph_per_h
        return carried / self.clearance_per_h if self.clearance_per_h > 0.0 else 0.0

    def scaled(self, *, clearance: float = 1.0, diffusivity: float = 1.0) -> "Transport":
        """The same with its losses and its diffusivity multiplied, for runs of uncertainty."""
        return replace(
            self,
            diffusivity_mm2_h=self.diffusivity_mm2_h * diffusivity,
            clearance_blood_per_h=self.clearance_blood_per_h * clearance,
            clearance_lymph_per_h=self.clearance_lymph_per_h * clearance,
            degradation_per_h=self.degradation_per_h * clearance,
        )

    def layer(self, thickness_mm: float) -> Layer:
        """A layer of this tissue.

        Raises
        ------
        InputError
            Naming ``thickness_mm`` if it is not above 0.
        """
        return Layer(
            thickness_mm=thickness_mm,
            diffusivity_mm2_h=self.diffusivity_mm2_h,
            clearance_per_h=self.clearance_per_h,
            capacity=self.capacity,
        )


def transport(
    drug: Drug,
    composition: Composition,
    law: Law = "recommended",
    *,
    binding: float = 1.0,
) -> Transport:
    """Coefficients of a medicine in a tissue.

    Parameters
    ----------
    drug : Drug
        The medicine.
    composition : Composition
        The tissue.
    law : {"recommended", "dancik", "surrey"}
        Parameter set.
    binding : float
        Factor on bound over free medicine in the tissue: below 1 where proteins are full. The
        binding of the blood that carries it off stays.

    Returns
    -------
    Transport
        With every assumption named.

    Raises
    ------
    InputError
        Naming ``law`` where it is not known, or where it does not hold for a macromolecule.

    Notes
    -----
    Recommended. Binding and diffusion after Dancik et al. 2013, fat cells after Poulin and Theil,
    clearance after Renkin and Crone with the binding capacity of blood and a pore path::

        BF = (1 - phi_a) + phi_a / fu + phi_lip f_non Kow
        K  = phi_aq A BF + phi_fat f_non Koil            log10 Koil = 1.115 logP - 1.35
        D  = phi_aq A (10^(-4.15 - 0.6555 log10 MW) + phi_a D_bound (1 - fu) / fu) / K   cm2/s
        PS = PS_lip + PS_pore                                    mL/min/100 g
        PS_lip = 10^(2 - 2.7437 + 0.71 logP - 0.0061 MW) cm/h x f_non S phi_aq
        CL = Q / fu (1 - exp(-PS fu / Q))
        k_blood = CL / (100 K) per minute;   k_lymph = L BF / K

    A is the share of the water that a macromolecule can enter, 1 below 1500 g/mol; L the lymph
    flow per tissue volume. What fat cells dissolve is taken as in balance with the fluid around
    them and as moving no further by itself.

    "dancik": the same BF, K = phi_aq BF, D as above; 1 / k_free = 1 / (P S) + 1 / Q per aqueous
    volume, k = k_free / BF. "surrey" (Chen, Lian et al., Pharm Res 2016;33:1602):
    BF = 0.65 + 0.325 / fu' + 0.025 f_non 0.9 Kow^0.69, D = D_free / BF, K = phi_aq BF, loss by
    flow alone, k = Q / (fu K). fu' is in 2.7 % albumin, from fu in plasma with 4.5 %. The
    published flows, 7.9 and 8.6 mL/min/100 mL, lie near the one used here at the trunk, 7.7.

    Binding is linear in all of them: inside a bolus of mg/mL albumin saturates and strongly bound
    acids leave faster than computed here.
    """
    if law not in LAWS:
        right = "one of " + ", ".join(LAWS)
        refuse([Fault(key="law", wrong=f"{law!r} is not known", right=right)])
    if law != "recommended" and drug.is_macromolecule:
        limit = CONSTANTS["protein_from_mw"].value
        wrong = f'"{law}" knows no lymph and does not hold for {drug.mw_g_mol:g} g/mol'
        refuse([Fault(key="law", wrong=wrong, right=f"recommended, from {limit:g} g/mol on")])
    refuse(number("binding", binding, at_least=0.0))
    return _LAWS[law](drug, composition, binding)


def holds_for(law: Law, drug: Drug) -> bool:
    """Whether a parameter set can be used for a medicine.

    Neither published set knows macromolecules; Dancik's has no way out but the lipid path.
    """
    if law == "recommended":
        return True
    return not drug.is_macromolecule and (law == "surrey" or drug.logp is not None)


def _assumed(drug: Drug, composition: Composition) -> tuple[str, ...]:
    """Message ids of what has to be taken for granted."""
    unknown = {
        "fraction-unbound-not-known": drug.fraction_unbound is None,
        "logp-not-known": drug.logp is None,
        "pka-not-known": drug.kind in ("acid", "base") and drug.pka is None,
    }
    return (*composition.assumptions, *(name for name, holds in unknown.items() if holds))


def _free_cm2_s(drug: Drug) -> float:
    c = CONSTANTS
    exponent = c["free_diffusivity_mw_exponent"].value * math.log10(drug.mw_g_mol)
    return float(10.0 ** (c["free_diffusivity_log10"].value + exponent))


def _wall_cm_h(drug: Drug) -> float:
    """Permeability of the capillary wall for the non-ionised form, 100 times that of Potts-Guy."""
    if drug.logp is None:
        return 0.0
    c = CONSTANTS
    return float(
        10.0
        ** (
            c["lipid_permeability_log10"].value
            + c["lipid_permeability_per_logp"].value * drug.logp
            + c["lipid_permeability_per_mw"].value * drug.mw_g_mol
        )
    )


def _oil_over_water(drug: Drug) -> float:
    """Partition of the non-ionised form between oil and water: measured, else from logP."""
    c = CONSTANTS
    if drug.log_oil is not None:
        return float(10.0**drug.log_oil)
    if drug.logp is None:
        return 0.0
    return float(10.0 ** (c["oil_per_logp"].value * drug.logp + c["oil_log10"].value))


def _tissue_unbound(unbound: float, factor: float) -> float:
    """Unbound fraction of the fluid where bound over free is a factor of that in plasma."""
    return 1.0 / (1.0 + factor * (1.0 / unbound - 1.0))


def _binding(drug: Drug, composition: Composition, unbound: float) -> tuple[float, float]:
    """BF, and the mobile bound part of D_free, cm2/s."""
    phi_a = composition.protein_fraction
    lipid = 0.0
    if drug.logp is not None:
        lipid = composition.lipid_fraction * drug.neutral_fraction * 10.0**drug.logp
    bound = phi_a * CONSTANTS["bound_diffusivity"].value * (1.0 - unbound) / unbound
    return (1.0 - phi_a) + phi_a / unbound + lipid, bound


def _recommended(drug: Drug, composition: Composition, factor: float) -> Transport:
    unbound = 1.0 if drug.fraction_unbound is None else drug.fraction_unbound
    binding, bound_cm2_s = _binding(drug, composition, _tissue_unbound(unbound, factor))
    neutral = drug.neutral_fraction
    wet = composition.water_fraction
    if drug.is_macromolecule:
        wet *= accessible_fraction(drug.mw_g_mol, composition.excluded_fraction)
    capacity = wet * binding + composition.fat_fraction * neutral * _oil_over_water(drug)
    area = composition.capillary_area_cm2_cm3 * composition.water_fraction
    lipid_ps = _wall_cm_h(drug) * neutral * area * 100.0 / 60.0
    pore_ps = pore_permeability_ml_min_100g(drug.mw_g_mol, composition.pore_scale)
    flow = composition.blood_flow_ml_min_100g
    free_clearance = 0.0
    if flow > 0.0:
        free_clearance = flow / unbound * -math.expm1(-(lipid_ps + pore_ps) * unbound / flow)
    return Transport(
        diffusivity_mm2_h=wet * (_free_cm2_s(drug) + bound_cm2_s) / capacity * _MM2_H_PER_CM2_S,
        clearance_blood_per_h=free_clearance * 60.0 / (100.0 * capacity),
        clearance_lymph_per_h=composition.lymph_flow_per_h * binding / capacity,
        degradation_per_h=drug.degradation_per_h,
        capacity=capacity,
        binding_factor=binding,
        permeability_lipid_ml_min_100g=lipid_ps,
        permeability_pore_ml_min_100g=pore_ps,
        assumptions=_assumed(drug, composition),
    )


def _dancik(drug: Drug, composition: Composition, factor: float) -> Transport:
    unbound = 1.0 if drug.fraction_unbound is None else drug.fraction_unbound
    binding, bound_cm2_s = _binding(drug, composition, _tissue_unbound(unbound, factor))
    wet = composition.water_fraction
    flow_per_h = composition.blood_flow_ml_min_100g * 60.0 / (100.0 * wet)
    wall_per_h = _wall_cm_h(drug) * composition.capillary_area_cm2_cm3
    both = flow_per_h + wall_per_h
    return Transport(
        diffusivity_mm2_h=(_free_cm2_s(drug) + bound_cm2_s) / binding * _MM2_H_PER_CM2_S,
        clearance_blood_per_h=flow_per_h * wall_per_h / both / binding if both > 0.0 else 0.0,
        clearance_lymph_per_h=0.0,
        degradation_per_h=drug.degradation_per_h,
        capacity=wet * binding,
        binding_factor=binding,
        permeability_lipid_ml_min_100g=wall_per_h * wet * 100.0 / 60.0,
        permeability_pore_ml_min_100g=0.0,
        assumptions=_assumed(drug, composition),
    )


def _surrey(drug: Drug, composition: Composition, factor: float) -> Transport:
    c = CONSTANTS
    in_plasma = 1.0 if drug.fraction_unbound is None else drug.fraction_unbound
    diluted = c["surrey_albumin"].value / c["plasma_albumin"].value
    in_dermis = _tissue_unbound(in_plasma, factor * diluted)
    lipid = 0.0
    if drug.logp is not None:
        lipid = c["surrey_lipid"].value * drug.neutral_fraction
        lipid *= c["surrey_kow_factor"].value * 10.0 ** (c["surrey_kow_exponent"].value * drug.logp)
    binding = c["surrey_free"].value + c["surrey_protein"].value / in_dermis + lipid
    capacity = composition.water_fraction * binding
    free_clearance = composition.blood_flow_ml_min_100g / in_plasma
    return Transport(
        diffusivity_mm2_h=_free_cm2_s(drug) / binding * _MM2_H_PER_CM2_S,
        clearance_blood_per_h=free_clearance * 60.0 / (100.0 * capacity),
        clearance_lymph_per_h=0.0,
        degradation_per_h=drug.degradation_per_h,
        capacity=capacity,
        binding_factor=binding,
        permeability_lipid_ml_min_100g=math.inf,
        permeability_pore_ml_min_100g=0.0,
        assumptions=_assumed(drug, composition),
    )


_LAWS = {"recommended": _recommended, "dancik": _dancik, "surrey": _surrey}
