"""What a layer of skin is made of, as far as transport feels it, and three named defaults."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from mesoplan.dose._checks import number, refuse
from mesoplan.dose.constants import Constant


@dataclass(frozen=True)
class Composition:
    """One layer of living skin.

    Parameters
    ----------
    water_fraction : float
        Aqueous volume per tissue volume, phi_aq.
    protein_fraction : float
        Share of the aqueous volume whose albumin binds as that of plasma, phi_a.
    lipid_fraction : float
        Accessible lipid per aqueous volume, phi_lip.
    blood_flow_ml_min_100g : float
        Blood flow; 0 without capillaries.
    pore_scale : float
        Capillary pore pathway relative to fat.
    lymph_per_h : float
        Share of a macromolecule that the lymph carries off, 1/h.
    capillary_area_cm2_cm3 : float
        Capillary wall per tissue volume.
    assumptions : tuple of str
        Message ids of what the defaults take for granted.

    Raises
    ------
    InputError
        Naming every property that cannot be used.
    """

    water_fraction: float
    protein_fraction: float
    lipid_fraction: float
    blood_flow_ml_min_100g: float
    pore_scale: float
    lymph_per_h: float
    capillary_area_cm2_cm3: float
    assumptions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        refuse(
            [
                *number("water_fraction", self.water_fraction, above=0.0, at_most=1.0),
                *number("protein_fraction", self.protein_fraction, at_least=0.0, at_most=1.0),
                *number("lipid_fraction", self.lipid_fraction, at_least=0.0),
                *number("blood_flow_ml_min_100g", self.blood_flow_ml_min_100g, at_least=0.0),
                *number("pore_scale", self.pore_scale, at_least=0.0),
                *number("lymph_per_h", self.lymph_per_h, at_least=0.0),
                *number("capillary_area_cm2_cm3", self.capillary_area_cm2_cm3, at_least=0.0),
            ]
        )

    def perfused(self, flow_multiplier: float) -> "Composition":
        """The same tissue with its blood flow multiplied.

        Raises
        ------
        InputError
            Naming ``flow_multiplier`` if it is negative or not finite.
        """
        refuse(number("flow_multiplier", flow_multiplier, at_least=0.0))
        return replace(self, blood_flow_ml_min_100g=self.blood_flow_ml_min_100g * flow_multiplier)


_OSP = "Dancik et al., Adv Drug Deliv Rev 2013;65:221, as in the OSP skin model"

DERMIS_CONSTANTS: Mapping[str, Constant] = MappingProxyType(
    {
        "water_fraction": Constant(0.60, "1", _OSP, "read"),
        "protein_fraction": Constant(0.32, "1", _OSP, "read"),
        "lipid_fraction": Constant(0.001, "1", _OSP, "read"),
        "blood_flow_ml_min_100g": Constant(
            5.7, "mL/min/100 g", "133Xe, human leg skin at rest, 5.7 +/- 1.3: Sejrsen", "read"
        ),
        "pore_scale": Constant(
            3.0, "1", "denser capillaries than fat; 2 to 6 possible", "proposal"
        ),
        "lymph_per_h": Constant(
            0.024,
            "1/h",
            "intradermal albumin in man, half-life 29.1 +/- 9.6 h: "
            "J Am Acad Dermatol 1983;9 (OSTI 6743268)",
            "read",
        ),
        "capillary_area_cm2_cm3": Constant(100.0, "cm2/cm3", _OSP, "read"),
    }
)

SUBCUTIS_CONSTANTS: Mapping[str, Constant] = MappingProxyType(
    {
        "water_fraction": Constant(0.20, "1", "middle of 0.10 to 0.30 for fat", "recalled"),
        "protein_fraction": Constant(
            0.11, "1", "dermis, in proportion to water per tissue", "proposal"
        ),
        "lipid_fraction": Constant(
            0.001, "1", "as dermis: triglyceride in fat cells is not counted", "proposal"
        ),
        "blood_flow_ml_min_100g": Constant(
            4.1,
            "mL/min/100 g",
            "133Xe, human abdominal fat, 4.4 upper and 3.8 lower: Ardilouze et al. 2004",
            "read",
        ),
        "pore_scale": Constant(1.0, "1", "the tissue of the glycerol measurement", "computed"),
        "lymph_per_h": Constant(
            0.04, "1/h", "subcutaneous albumin in man, 0.03 to 0.06", "recalled"
        ),
        "capillary_area_cm2_cm3": Constant(30.0, "cm2/cm3", "middle of 20 to 40", "recalled"),
    }
)

EPIDERMIS_CONSTANTS: Mapping[str, Constant] = MappingProxyType(
    {
        "water_fraction": Constant(0.60, "1", "as dermis: " + _OSP, "read"),
        "protein_fraction": Constant(0.32, "1", "as dermis: " + _OSP, "read"),
        "lipid_fraction": Constant(0.001, "1", "as dermis: " + _OSP, "read"),
        "blood_flow_ml_min_100g": Constant(0.0, "mL/min/100 g", "no capillaries", "recalled"),
        "pore_scale": Constant(0.0, "1", "no capillaries", "recalled"),
        "lymph_per_h": Constant(0.0, "1/h", "no lymph vessels", "recalled"),
        "capillary_area_cm2_cm3": Constant(0.0, "cm2/cm3", "no capillaries", "recalled"),
    }
)


def _default(constants: Mapping[str, Constant], *assumptions: str) -> Composition:
    values = {name: constant.value for name, constant in constants.items()}
    return Composition(**values, assumptions=assumptions)


DERMIS = _default(DERMIS_CONSTANTS)
SUBCUTIS = _default(SUBCUTIS_CONSTANTS, "adipocyte-lipid-not-counted")
EPIDERMIS = _default(EPIDERMIS_CONSTANTS, "epidermis-diffuses-as-dermis")
