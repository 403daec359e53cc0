"""What transport needs to know of a medicine."""

from dataclasses import dataclass
from typing import Literal

from mesoplan.core.errors import Fault
from mesoplan.dose._checks import number, refuse
from mesoplan.dose.constants import CONSTANTS

Kind = Literal["acid", "base", "neutral", "zwitterion"]
KINDS: tuple[Kind, ...] = ("acid", "base", "neutral", "zwitterion")


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
    log_oil : float, optional
        log10 of the measured partition of the non-ionised form between vegetable oil and water;
        estimated from `logp` where not given.

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
    log_oil: float | None = None

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
        if self.log_oil is not None:
            faults += number("log_oil", self.log_oil, at_least=-20.0, at_most=20.0)
        faults += number("degradation_per_h", self.degradation_per_h, at_least=0.0)
        refuse(faults)

    @property
    def is_macromolecule(self) -> bool:
        """Whether the laws of proteins hold: diffusivity of Young 1980, excluded volume."""
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
