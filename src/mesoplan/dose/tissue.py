"""From a medicine and a tissue to diffusivity, clearance and capacity."""

import math
from dataclasses import dataclass
from typing import Literal

from mesoplan.core.errors import Fault
from mesoplan.dose._checks import number, refuse
from mesoplan.dose.composition import DERMIS, EPIDERMIS, SUBCUTIS, Composition
from mesoplan.dose.constants import CONSTANTS
from mesoplan.dose.layer import Layer
from mesoplan.dose.medium import Medium

Kind = Literal["acid", "base", "neutral", "zwitterion"]
KINDS: tuple[Kind, ...] = ("acid", "base", "neutral", "zwitterion")

_MM2_H_PER_CM2_S = 3600.0 * 100.0


@dataclass(frozen=True)
class Drug:
    """What transport needs to know of a medicine.

    Parameters
    ----------
    mw_g_mol : float
        Molar mass, g/mol.
    kind : {"acid", "base", "neutral", "zwitterion"}
        Ionisation.
    logp : float, optional
        log10 of the octanol-water partition coefficient of the non-ionised form.
    pka : float, optional
        pKa of an acid, or of the conjugate acid of a base.
    fraction_unbound : float, optional
        Unbound fraction in plasma, above 0 to 1.
    degradation_per_h : float
        First-order loss in tissue, 1/h.

    Raises
    ------
    InputError
        Naming every property that cannot be used.
    """

    mw_g_mol: float
    kind: Kind
    logp: float | None = None
    pka: float | None = None
    fraction_unbound: float | None = None
    degradation_per_h: float = 0.0

    def __post_init__(self) -> None:
        faults = number("mw_g_mol", self.mw_g_mol, above=0.0)
        if self.kind not in KINDS:
            right = "one of " + ", ".join(KINDS)
            faults.append(Fault(key="kind", wrong=f"{self.kind!r} is not known", right=right))
        if self.logp is not None:
            faults += number("logp", self.logp, at_least=-20.0, at_most=20.0)
        if self.pka is not None:
            faults += number("pka", self.pka, at_least=-20.0, at_most=40.0)
        if self.fraction_unbound is not None:
            faults += number("fraction_unbound", self.fraction_unbound, above=0.0, at_most=1.0)
        faults += number("degradation_per_h", self.degradation_per_h, at_least=0.0)
        refuse(faults)

    @property
    def is_macromolecule(self) -> bool:
        """Whether the laws of proteins hold: water diffusivity of Young 1980, and lymph."""
        return self.mw_g_mol >= CONSTANTS["protein_from_mw"].value

    @property
    def neutral_fraction(self) -> float:
        """Non-ionised fraction at pH 7.4 (Henderson-Hasselbalch).

        1 for a neutral drug and where the pKa is not known; 0 for a zwitterion, which carries
        charge at any pH near 7.4.
        """
        if self.kind == "zwitterion":
            return 0.0
        if self.kind == "neutral" or self.pka is None:
            return 1.0
        ph = CONSTANTS["tissue_ph"].value
        shift = ph - self.pka if self.kind == "acid" else self.pka - ph
        return float(1.0 / (1.0 + 10.0**shift))


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


def water_diffusivity_cm2_s(mw_g_mol: float) -> float:
    """Diffusivity D0 in water at 37 C, cm2/s.

    1.01e-4 MW^-0.46 below 1500 g/mol; above it 8.34e-8 T / (eta MW^(1/3)), Young et al. 1980.
    """
    c = CONSTANTS
    if mw_g_mol < c["protein_from_mw"].value:
        power = mw_g_mol ** c["small_diffusivity_exponent"].value
        return float(c["small_diffusivity"].value * power)
    warmth = c["temperature"].value / c["water_viscosity"].value
    return float(c["protein_diffusivity"].value * warmth * mw_g_mol ** (-1.0 / 3.0))


def pore_permeability_ml_min_100g(mw_g_mol: float, pore_scale: float = 1.0) -> float:
    """Permeability-surface product of capillary pores, mL/min/100 g.

    PS = s 2.6 g(MW) / g(92) with g = D0 H(a / r_p), the hindrance of Renkin 1954
    H(l) = (1 - l)^2 (1 - 2.104 l + 2.09 l^3 - 0.95 l^5), the Stokes-Einstein radius
    a = kT / (6 pi eta D0) and r_p = 6.4 nm; anchored at glycerol in human fat (Coppack 2005).

    Parameters
    ----------
    mw_g_mol : float
        Molar mass.
    pore_scale : float
        s, 1 in fat.

    Returns
    -------
    float
        0 where the molecule is wider than the pore.
    """
    c = CONSTANTS
    anchor = _hindered_cm2_s(c["glycerol_mw"].value)
    return pore_scale * c["glycerol_pore_ps"].value * _hindered_cm2_s(mw_g_mol) / anchor


def _hindered_cm2_s(mw_g_mol: float) -> float:
    c = CONSTANTS
    free = water_diffusivity_cm2_s(mw_g_mol)
    energy_j = c["boltzmann"].value * c["temperature"].value
    viscosity_pa_s = c["water_viscosity"].value * 1e-3
    radius_nm = 1e9 * energy_j / (6.0 * math.pi * viscosity_pa_s * free * 1e-4)
    ratio = radius_nm / c["pore_radius"].value
    if ratio >= 1.0:
        return 0.0
    drag = (
        1.0
        + c["hindrance_1"].value * ratio
        + c["hindrance_3"].value * ratio**3
        + c["hindrance_5"].value * ratio**5
    )
    return float(free * (1.0 - ratio) ** 2 * drag)


def transport(drug: Drug, composition: Composition) -> Transport:
    """Coefficients of a medicine in a tissue.

    Parameters
    ----------
    drug : Drug
        The medicine.
    composition : Composition
        The tissue.

    Returns
    -------
    Transport
        With every assumption named.

    Notes
    -----
    Binding and diffusion after Dancik et al. 2013::

        BF = (1 - phi_a) + phi_a / fu + phi_lip f_non Kow
        D  = (10^(-4.15 - 0.6555 log10 MW) + phi_a D_bound (1 - fu) / fu) / BF     cm2/s
        K  = phi_aq BF

    Clearance after Renkin and Crone, with the binding capacity of blood and a pore path::

        PS     = PS_lip + PS_pore                                    mL/min/100 g
        PS_lip = 10^(2 - 2.7437 + 0.71 logP - 0.0061 MW) cm/h x f_non S phi_aq
        CL     = Q / fu (1 - exp(-PS fu / Q))
        k      = CL / (100 phi_aq BF)                                per minute

    Lymph counts from 1500 g/mol on. Binding is taken as linear: inside a bolus of mg/mL albumin
    saturates and strongly bound acids leave faster than computed here.
    """
    c = CONSTANTS
    assumptions = list(composition.assumptions)
    unbound = drug.fraction_unbound
    if unbound is None:
        unbound = 1.0
        assumptions.append("fraction-unbound-not-known")
    if drug.logp is None:
        assumptions.append("logp-not-known")
    if drug.kind in ("acid", "base") and drug.pka is None:
        assumptions.append("pka-not-known")
    neutral, phi_a = drug.neutral_fraction, composition.protein_fraction
    lipid_binding = 0.0
    lipid_ps = 0.0
    if drug.logp is not None:
        lipid_binding = composition.lipid_fraction * neutral * 10.0**drug.logp
        log_speed = (
            c["lipid_permeability_log10"].value
            + c["lipid_permeability_per_logp"].value * drug.logp
            + c["lipid_permeability_per_mw"].value * drug.mw_g_mol
        )
        area = composition.capillary_area_cm2_cm3 * composition.water_fraction
        lipid_ps = 10.0**log_speed * neutral * area * 100.0 / 60.0
    pore_ps = pore_permeability_ml_min_100g(drug.mw_g_mol, composition.pore_scale)
    binding = (1.0 - phi_a) + phi_a / unbound + lipid_binding
    free_cm2_s = 10.0 ** (
        c["free_diffusivity_log10"].value
        + c["free_diffusivity_mw_exponent"].value * math.log10(drug.mw_g_mol)
    )
    bound_cm2_s = phi_a * c["bound_diffusivity"].value * (1.0 - unbound) / unbound
    capacity = composition.water_fraction * binding
    flow = composition.blood_flow_ml_min_100g
    free_clearance = 0.0
    if flow > 0.0:
        free_clearance = flow / unbound * -math.expm1(-(lipid_ps + pore_ps) * unbound / flow)
    return Transport(
        diffusivity_mm2_h=(free_cm2_s + bound_cm2_s) / binding * _MM2_H_PER_CM2_S,
        clearance_blood_per_h=free_clearance * 60.0 / (100.0 * capacity),
        clearance_lymph_per_h=composition.lymph_per_h if drug.is_macromolecule else 0.0,
        degradation_per_h=drug.degradation_per_h,
        capacity=capacity,
        binding_factor=binding,
        permeability_lipid_ml_min_100g=lipid_ps,
        permeability_pore_ml_min_100g=pore_ps,
        assumptions=tuple(assumptions),
    )


def skin_transports(
    drug: Drug, *, flow_multiplier: float = 1.0
) -> tuple[Transport, Transport, Transport]:
    """Coefficients in epidermis, dermis and subcutis, in this order.

    Parameters
    ----------
    drug : Drug
        The medicine.
    flow_multiplier : float
        Factor on the blood flow of dermis and subcutis.

    Raises
    ------
    InputError
        Naming ``flow_multiplier`` if it is negative or not finite.
    """
    return (
        transport(drug, EPIDERMIS),
        transport(drug, DERMIS.perfused(flow_multiplier)),
        transport(drug, SUBCUTIS.perfused(flow_multiplier)),
    )


def skin_medium(
    drug: Drug,
    epidermis_mm: float,
    dermis_mm: float,
    subcutis_mm: float,
    flow_multiplier: float = 1.0,
) -> Medium:
    """Skin of three layers for one medicine.

    Parameters
    ----------
    drug : Drug
        The medicine.
    epidermis_mm, dermis_mm, subcutis_mm : float
        Thicknesses, mm, above 0.
    flow_multiplier : float
        Factor on the blood flow of dermis and subcutis.

    Raises
    ------
    InputError
        Naming every argument that cannot be used.
    """
    refuse(
        [
            *number("epidermis_mm", epidermis_mm, above=0.0),
            *number("dermis_mm", dermis_mm, above=0.0),
            *number("subcutis_mm", subcutis_mm, above=0.0),
        ]
    )
    parts = skin_transports(drug, flow_multiplier=flow_multiplier)
    thicknesses = (epidermis_mm, dermis_mm, subcutis_mm)
    return Medium([p.layer(h) for p, h in zip(parts, thicknesses, strict=True)])
