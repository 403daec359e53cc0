"""What a layer of skin is made of, as far as transport feels it, and the named defaults."""

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
    fat_fraction : float
        Triglyceride per tissue volume, phi_fat: what fat cells hold.
    excluded_fraction : float
        Share of the aqueous volume that albumin cannot enter.
    blood_flow_ml_min_100g : float
        Blood flow; 0 without capillaries.
    pore_scale : float
        Capillary pore pathway relative to fat.
    lymph_per_h : float
        Share of albumin that the lymph carries off, 1/h.
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
    fat_fraction: float
    excluded_fraction: float
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
                *number("fat_fraction", self.fat_fraction, at_least=0.0, at_most=1.0),
                *number("excluded_fraction", self.excluded_fraction, at_least=0.0, at_most=0.99),
                *number("blood_flow_ml_min_100g", self.blood_flow_ml_min_100g, at_least=0.0),
                *number("pore_scale", self.pore_scale, at_least=0.0),
                *number("lymph_per_h", self.lymph_per_h, at_least=0.0),
                *number("capillary_area_cm2_cm3", self.capillary_area_cm2_cm3, at_least=0.0),
            ]
        )

    @property
    def lymph_flow_per_h(self) -> float:
        """Lymph flow per tissue volume, 1/h: the loss of albumin over the volume it can enter."""
        return self.lymph_per_h * self.water_fraction * (1.0 - self.excluded_fraction)

    def perfused(self, flow_multiplier: float) -> "Composition":
        """The same tissue with its blood flow multiplied, its vessels as they are.

        Raises
        ------
        InputError
            Naming ``flow_multiplier`` if it is negative or not finite.
        """
        refuse(number("flow_multiplier", flow_multiplier, at_least=0.0))
        return replace(self, blood_flow_ml_min_100g=self.blood_flow_ml_min_100g * flow_multiplier)

    def vascular(self, vessel_multiplier: float) -> "Composition":
        """The same tissue with more or fewer vessels: flow, pores and walls alike.

        Raises
        ------
        InputError
            Naming ``vessel_multiplier`` if it is negative or not finite.
        """
        refuse(number("vessel_multiplier", vessel_multiplier, at_least=0.0))
        return replace(
            self,
            blood_flow_ml_min_100g=self.blood_flow_ml_min_100g * vessel_multiplier,
            pore_scale=self.pore_scale * vessel_multiplier,
            capillary_area_cm2_cm3=self.capillary_area_cm2_cm3 * vessel_multiplier,
        )


_RODGERS = "tissue table of Rodgers & Rowland 2005, seen in public code"
_OSP = "Dancik et al., Adv Drug Deliv Rev 2013;65:221, as in the OSP skin model"

DERMIS_CONSTANTS: Mapping[str, Constant] = MappingProxyType(
    {
        "water_fraction": Constant(0.60, "1", _OSP, "read"),
        "protein_fraction": Constant(0.32, "1", _OSP, "read"),
        "lipid_fraction": Constant(0.001, "1", _OSP, "read"),
        "fat_fraction": Constant(0.0, "1", "no fat cells", "recalled"),
        "excluded_fraction": Constant(
            0.578, "1", "albumin, rat skin: Am J Physiol 1989;257:H1819", "read"
        ),
        "blood_flow_ml_min_100g": Constant(
            7.7,
            "mL/min/100 g",
            "133Xe, human leg skin at rest, 5.7 +/- 1.3 (Sejrsen), over the leg's share of the "
            "flow of the trunk, 0.74 (Park 1997)",
            "computed",
        ),
        "pore_scale": Constant(
            3.0,
            "1",
            "P of Cr-EDTA in muscle, 6.0e-6 cm/s (Shibata, Jpn J Physiol 1991;41:725), times "
            "the capillary wall of the dermis, over the pore law of fat; 1 to 6 possible",
            "computed",
        ),
        "lymph_per_h": Constant(
            0.018,
            "1/h",
            "intradermal albumin in man, 0.024 from a half-life of 29.1 +/- 9.6 h "
            "(J Am Acad Dermatol 1983;9, OSTI 6743268), less the 0.006 of its small pores",
            "computed",
        ),
        "capillary_area_cm2_cm3": Constant(100.0, "cm2/cm3", _OSP, "read"),
    }
)

SUBCUTIS_CONSTANTS: Mapping[str, Constant] = MappingProxyType(
    {
        "water_fraction": Constant(
            0.135, "1", "extracellular water of adipose tissue; 0.10 to 0.18: " + _RODGERS, "read"
        ),
        "protein_fraction": Constant(
            0.15,
            "1",
            "albumin of fat fluid over serum, 7.4 and 48.9 g/L: "
            "Ellmerer et al., Am J Physiol Endocrinol 2000;278:E352",
            "read",
        ),
        "lipid_fraction": Constant(
            0.001, "1", "membranes and fluid as in the dermis; fat cells count apart", "proposal"
        ),
        "fat_fraction": Constant(
            0.80, "1", "neutral lipid of adipose tissue, 0.79 to 0.85: " + _RODGERS, "read"
        ),
        "excluded_fraction": Constant(
            0.441, "1", "albumin, rat subcutis: Am J Physiol 1989;257:H1819", "read"
        ),
        "blood_flow_ml_min_100g": Constant(
            4.1,
            "mL/min/100 g",
            "133Xe, human abdominal fat, 4.4 upper and 3.8 lower: Ardilouze et al. 2004",
            "read",
        ),
        "pore_scale": Constant(1.0, "1", "the tissue of the glycerol measurement", "computed"),
        "lymph_per_h": Constant(
            0.0105,
            "1/h",
            "subcutaneous albumin in man at rest, 0.017 (Noer & Lassen 1979), less the 0.0065 of "
            "its small pores; 0.074 in all after exercise (Jensen, Clin Physiol Funct Imaging "
            "2012;32:126)",
            "computed",
        ),
        "capillary_area_cm2_cm3": Constant(30.0, "cm2/cm3", "middle of 20 to 40", "recalled"),
    }
)

EPIDERMIS_CONSTANTS: Mapping[str, Constant] = MappingProxyType(
    {
        "water_fraction": Constant(0.60, "1", "as dermis: " + _OSP, "read"),
        "protein_fraction": Constant(0.32, "1", "as dermis: " + _OSP, "read"),
        "lipid_fraction": Constant(0.001, "1", "as dermis: " + _OSP, "read"),
        "fat_fraction": Constant(0.0, "1", "no fat cells", "recalled"),
        "excluded_fraction": Constant(
            0.578, "1", "as dermis: Am J Physiol 1989;257:H1819", "proposal"
        ),
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
SUBCUTIS = _default(SUBCUTIS_CONSTANTS)
EPIDERMIS = _default(EPIDERMIS_CONSTANTS, "epidermis-diffuses-as-dermis")

PAPILLARY_CONSTANTS: Mapping[str, Constant] = MappingProxyType(
    {
        "thickness_mm": Constant(0.2, "mm", "middle of 0.1 to 0.3 mm", "recalled"),
        "most_of_dermis": Constant(
            1.0 / 3.0, "1", "so that a thin dermis keeps a reticular part", "proposal"
        ),
        "vessels_over_reticular": Constant(
            3.0,
            "1",
            "the upper plexus is denser; no profile in numbers was found, 1 to 10 possible",
            "proposal",
        ),
    }
)


def dermal_parts(
    dermis_mm: float, vessels_over_reticular: float | None = None
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Papillary and reticular dermis: thickness, mm, and vessels relative to the mean dermis.

    The mean over the thickness stays 1, so that what was measured over the whole dermis is kept.

    Parameters
    ----------
    dermis_mm : float
        Thickness of the dermis, above 0.
    vessels_over_reticular : float, optional
        Density of the vessels of the papillary over those of the reticular part.
    """
    c = PAPILLARY_CONSTANTS
    ratio = c["vessels_over_reticular"].value
    if vessels_over_reticular is not None:
        ratio = vessels_over_reticular
    papillary = min(c["thickness_mm"].value, c["most_of_dermis"].value * dermis_mm)
    reticular = dermis_mm - papillary
    sparse = dermis_mm / (ratio * papillary + reticular)
    return (papillary, ratio * sparse), (reticular, sparse)
