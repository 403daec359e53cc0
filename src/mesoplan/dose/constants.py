"""Every number of the tissue laws with its unit, source and mark of trust.

Trust: "verified" checked against two sources, "read" seen in the source, "recalled" from
knowledge and not re-checked, "computed" here from others, "proposal" chosen here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Trust = Literal["verified", "read", "recalled", "computed", "proposal"]


@dataclass(frozen=True)
class Constant:
    """A number with its origin.

    Parameters
    ----------
    value : float
        The number.
    unit : str
        Its unit; "1" without one.
    source : str
        Where it is published, or why it was chosen.
    trust : str
        Mark of trust, see the head of this file.
    """

    value: float
    unit: str
    source: str
    trust: Trust


_DANCIK = "Dancik, Miller, Jaworska, Kasting, Adv Drug Deliv Rev 2013;65:221, as in the OSP model"
_POTTS_GUY = "Potts & Guy, Pharm Res 1992;9:663, times 100 for capillaries: " + _DANCIK
_COPPACK = "interstitial glycerol, human abdominal fat: Coppack et al., Diabetes 2005"
_YOUNG = "Young, Carroad, Bell, Biotechnol Bioeng 1980;22:947"
_RENKIN = "Renkin, J Gen Physiol 1954;38:225"
_RIPPE = "small pores, 4.4 and 4.5 nm: Rippe & Haraldsson, Acta Physiol Scand 1987;131:411"
_OGSTON = "form of Ogston, Trans Faraday Soc 1958;54:1754, anchored at the albumin of the tissue"
_SURREY = "Chen, Han, Saib, Lian, Pharm Res 2016;33:1602, as in the code of LC_DPK"
_OIL = "vegetable oil over water as used for adipose tissue by Poulin & Theil, seen in public code"

CONSTANTS: Mapping[str, Constant] = MappingProxyType(
    {
        "free_diffusivity_log10": Constant(-4.15, "log10(cm2/s)", _DANCIK, "read"),
        "free_diffusivity_mw_exponent": Constant(-0.6555, "1", _DANCIK, "read"),
        "bound_diffusivity": Constant(1e-7, "cm2/s", "albumin-bound: " + _DANCIK, "read"),
        "lipid_permeability_log10": Constant(2.0 - 2.7437, "log10(cm/h)", _POTTS_GUY, "read"),
        "lipid_permeability_per_logp": Constant(0.71, "1", _POTTS_GUY, "read"),
        "lipid_permeability_per_mw": Constant(-0.0061, "mol/g", _POTTS_GUY, "read"),
        "tissue_ph": Constant(7.4, "1", "plasma pH; dermal fluid is 7.2 to 7.4", "recalled"),
        "glycerol_pore_ps": Constant(2.6, "mL/min/100 g", _COPPACK + ", 2.2 to 3.1", "read"),
        "glycerol_mw": Constant(92.0, "g/mol", "molar mass of glycerol, C3H8O3", "computed"),
        "pore_radius": Constant(4.5, "nm", _RIPPE, "read"),
        "fibre_radius": Constant(0.55, "nm", "of hyaluronan chains; " + _OGSTON, "recalled"),
        "exclusion_to_mw": Constant(
            200_000.0, "g/mol", "the law of spheres is used no further", "proposal"
        ),
        "albumin_mw": Constant(66500.0, "g/mol", "molar mass of albumin", "recalled"),
        "oil_per_logp": Constant(1.115, "1", _OIL, "read"),
        "oil_log10": Constant(-1.35, "log10", _OIL, "read"),
        "hindrance_1": Constant(-2.104, "1", _RENKIN, "recalled"),
        "hindrance_3": Constant(2.09, "1", _RENKIN, "recalled"),
        "hindrance_5": Constant(-0.95, "1", _RENKIN, "recalled"),
        "small_diffusivity": Constant(1.01e-4, "cm2/s", "in water at 37 C, x MW^-0.46", "recalled"),
        "small_diffusivity_exponent": Constant(-0.46, "1", "in water at 37 C", "recalled"),
        "protein_diffusivity": Constant(8.34e-8, "cm2 cP/(s K)", _YOUNG, "recalled"),
        "protein_from_mw": Constant(1500.0, "g/mol", "above it the law of proteins", "proposal"),
        "surrey_free": Constant(0.65, "1", _SURREY, "read"),
        "surrey_protein": Constant(0.325, "1", _SURREY, "read"),
        "surrey_lipid": Constant(0.025, "1", _SURREY, "read"),
        "surrey_kow_factor": Constant(0.9, "1", _SURREY, "read"),
        "surrey_kow_exponent": Constant(0.69, "1", _SURREY, "read"),
        "surrey_albumin": Constant(2.7, "% w/v", _SURREY, "read"),
        "plasma_albumin": Constant(4.5, "% w/v", "albumin of human plasma", "recalled"),
        "temperature": Constant(310.0, "K", "body temperature", "recalled"),
        "water_viscosity": Constant(0.69, "cP", "water at 37 C", "recalled"),
        "boltzmann": Constant(1.380649e-23, "J/K", "SI definition", "recalled"),
    }
)
