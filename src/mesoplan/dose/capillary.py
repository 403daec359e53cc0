"""How a molecule's size decides its way through capillary pores and between tissue fibres."""

import math

from mesoplan.dose.constants import CONSTANTS


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
    a = kT / (6 pi eta D0) and r_p = 4.5 nm, the small pores of Rippe and Haraldsson; anchored at
    glycerol in human fat (Coppack 2005). The few large pores let large molecules out with the
    fluid that streams from blood to tissue; against that stream none return (Noer and Lassen
    1979 found none of albumin), so they are deliberately not counted here.

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


def stokes_radius_nm(mw_g_mol: float) -> float:
    """Radius a = kT / (6 pi eta D0) of a sphere that diffuses as fast in water, nm."""
    c = CONSTANTS
    energy_j = c["boltzmann"].value * c["temperature"].value
    viscosity_pa_s = c["water_viscosity"].value * 1e-3
    free_m2_s = water_diffusivity_cm2_s(mw_g_mol) * 1e-4
    return 1e9 * energy_j / (6.0 * math.pi * viscosity_pa_s * free_m2_s)


def passes_pores(mw_g_mol: float) -> bool:
    """Whether a molecule is narrower than the pores."""
    return stokes_radius_nm(mw_g_mol) < CONSTANTS["pore_radius"].value


def accessible_fraction(mw_g_mol: float, excluded_fraction: float) -> float:
    """Share of the aqueous volume of a tissue that a macromolecule can enter.

    exp(-n (a + r_f)^2), the form of Ogston 1958 with fibres of radius r_f, their number n chosen
    so that albumin finds `excluded_fraction` closed. The law is of spheres: a long chain keeps
    the share of a sphere of 200 000 g/mol, else it would stream off faster than albumin.

    Parameters
    ----------
    mw_g_mol : float
        Molar mass.
    excluded_fraction : float
        Of albumin, 0 to below 1.
    """
    c = CONSTANTS
    fibre = c["fibre_radius"].value
    sphere = min(mw_g_mol, c["exclusion_to_mw"].value)
    own = stokes_radius_nm(sphere) + fibre
    albumin = stokes_radius_nm(c["albumin_mw"].value) + fibre
    return float((1.0 - excluded_fraction) ** ((own / albumin) ** 2))


def _hindered_cm2_s(mw_g_mol: float) -> float:
    c = CONSTANTS
    ratio = stokes_radius_nm(mw_g_mol) / c["pore_radius"].value
    if ratio >= 1.0:
        return 0.0
    drag = (
        1.0
        + c["hindrance_1"].value * ratio
        + c["hindrance_3"].value * ratio**3
        + c["hindrance_5"].value * ratio**5
    )
    return float(water_diffusivity_cm2_s(mw_g_mol) * (1.0 - ratio) ** 2 * drag)
