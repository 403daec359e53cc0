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
_SUPERSAXO = "fitted to lymph shares of Supersaxo, Hein, Steffen, Pharm Res 1990;7:167"

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
        "pore_radius": Constant(6.4, "nm", _SUPERSAXO, "computed"),
        "hindrance_1": Constant(-2.104, "1", _RENKIN, "recalled"),
        "hindrance_3": Constant(2.09, "1", _RENKIN, "recalled"),
        "hindrance_5": Constant(-0.95, "1", _RENKIN, "recalled"),
        "small_diffusivity": Constant(1.01e-4, "cm2/s", "in water at 37 C, x MW^-0.46", "recalled"),
        "small_diffusivity_exponent": Constant(-0.46, "1", "in water at 37 C", "recalled"),
        "protein_diffusivity": Constant(8.34e-8, "cm2 cP/(s K)", _YOUNG, "recalled"),
        "protein_from_mw": Constant(
            1500.0, "g/mol", "above it the law of proteins and lymph", "proposal"
        ),
        "temperature": Constant(310.0, "K", "body temperature", "recalled"),
        "water_viscosity": Constant(0.69, "cP", "water at 37 C", "recalled"),
        "boltzmann": Constant(1.380649e-23, "J/K", "SI definition", "recalled"),
    }
)
