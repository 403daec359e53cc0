"""Substances: what a syringe may contain, with chemistry, limits and cautions."""

from typing import Literal, Self

from pydantic import model_validator

from mesoplan.model.base import Id, Positive, Record
from mesoplan.model.figure import Figure, Sourced

Plane = Literal["epidermis", "dermis", "subcutis"]
Basis = Literal["label", "practice", "proposal"]
MoleculeKind = Literal["acid", "base", "neutral", "zwitterion"]


class Form(Record):
    """A salt, ester, hydrate or base in which amounts of the substance are stated."""

    name: str
    molar_mass_g_mol: Figure


class Gel(Sourced):
    """A solution so viscous from ``from_mg_ml`` on that it holds itself back for ``lag_h``."""

    from_mg_ml: Positive
    lag_h: Positive


class Molecule(Record):
    """What the transport law needs; ``None`` is not known."""

    kind: MoleculeKind | None = None
    molar_mass_g_mol: Figure | None = None
    logp: Figure | None = None
    log_oil: Figure | None = None
    pka: tuple[Figure, ...] = ()
    fraction_unbound: Figure | None = None
    degradation_per_h: Figure | None = None
    solubility_mg_ml: Figure | None = None
    gel: Gel | None = None


class SystemicDose(Sourced):
    """A single dose that a label gives into the blood, to hold the share from the skin against.

    ``form`` as in a limit. ``bioavailability`` is 1 by an intravenous route; where it is not known
    amounts are compared and the exposure in plasma is not.
    """

    amount: str
    route: Literal["intravenous", "oral", "intramuscular", "subcutaneous", "inhaled"]
    form: str
    use: str
    bioavailability: Figure | None = None


class Pharmacokinetics(Record):
    """Published constants of the plasma curve; ``None`` is not known."""

    volume_l_per_kg: Figure | None = None
    half_life_h: Figure | None = None
    toxic_plasma_mg_l: Figure | None = None
    systemic_dose: SystemicDose | None = None


class Limit(Sourced):
    """A maximum amount.

    ``basis`` label: from a product label or SmPC, exceeding it is critical; practice or
    proposal: exceeding it is a warning. ``countries`` empty: applies where no country's own
    label is on record. ``per`` interval counts the history of ``interval_months``.
    ``indications`` and ``only_with`` restrict it to those indications, or to mixtures that also
    hold that substance.
    """

    per: Literal["session", "day", "interval"]
    amount: str | None = None
    per_kg: str | None = None
    interval_months: Positive | None = None
    form: str
    basis: Basis
    countries: tuple[str, ...] = ()
    indications: tuple[Id, ...] = ()
    only_with: Id | None = None

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if self.amount is None and self.per_kg is None:
            raise ValueError("a limit needs amount or per_kg")
        if (self.per == "interval") != (self.interval_months is not None):
            raise ValueError("interval_months belongs to per = interval, and only there")
        return self


class NoMaximum(Sourced):
    """Countries whose label states no numeric maximum; another country's does not count there."""

    countries: tuple[str, ...]


class StrengthLimit(Sourced):
    """A range of final concentration outside which a warning is due."""

    maximum: str
    basis: Basis


class Interval(Sourced):
    """The least time between two sessions with the substance; ``class_wide`` counts its class."""

    days: Positive
    basis: Basis
    critical: bool
    whole_class: Id | None = None


class LabelUse(Sourced):
    """A label so narrow that anything else is refused (deoxycholic acid)."""

    indications: tuple[Id, ...]
    sites: tuple[Id, ...]
    plane: Plane
    volume_per_point_ml: Positive
    spacing_mm: Positive
    max_points: int
    max_volume_ml: Positive
    max_sessions: int
    unmixed: bool


class Level(Sourced):
    """An exposure that was shown to have an effect, in one substance, product and effect."""

    quantity: Literal["peak-free", "areal-dose", "time-above"]
    value: float
    unit: Literal["mg/L", "mM", "U/cm2", "mg/cm2"]
    hours: float | None = None
    effect: str
    products: tuple[Id, ...] = ()


class Block(Sourced):
    """Why the substance must not be offered; ``plane`` any, or only in the dermis.

    ``indications`` and ``techniques`` restrict the block to these; empty means all.
    """

    plane: Literal["any", "dermis"]
    indications: tuple[Id, ...] = ()
    techniques: tuple[Id, ...] = ()
    reason: str


class Caution(Sourced):
    """Something a prescriber should know."""

    text: str


class LabelledRoute(Sourced):
    """A route for which a label exists; empty ``sites`` and ``countries`` mean any."""

    route: Literal[
        "intradermal",
        "subcutaneous",
        "intralesional",
        "infiltration",
        "perineural",
        "epidural",
        "intramuscular",
        "intravenous",
        "intra-articular",
        "soft-tissue",
        "cutaneous",
        "oral",
    ]
    sites: tuple[Id, ...] = ()
    countries: tuple[str, ...] = ()
    indication: str = ""


class Substance(Record):
    """One substance of the catalogue. Amounts and limits name the form they are stated in."""

    id: Id
    name: str
    synonyms: tuple[str, ...] = ()
    role: Literal["active", "vehicle", "excipient", "device-material"]
    atc: tuple[str, ...] = ()
    classes: tuple[Id, ...] = ()
    measured_in: Literal["mass", "units", "volume"] = "mass"
    forms: tuple[Form, ...] = ()
    molecule: Molecule = Molecule()
    pharmacokinetics: Pharmacokinetics = Pharmacokinetics()
    solution_ph: Figure | None = None
    usual_strength: tuple[Figure, ...] = ()
    meant_for: Plane | None = None
    particulate: bool = False
    macromolecule: bool = False
    licensed_routes: tuple[LabelledRoute, ...] = ()
    limits: tuple[Limit, ...] = ()
    no_maximum: NoMaximum | None = None
    strength_limits: tuple[StrengthLimit, ...] = ()
    intervals: tuple[Interval, ...] = ()
    label_use: LabelUse | None = None
    levels: tuple[Level, ...] = ()
    block: Block | None = None
    cautions: tuple[Caution, ...] = ()

    def takes(self, unit: str) -> bool:
        """Whether amounts of it are stated in a unit's kind: potency units, or mass."""
        return unit.startswith("U") == (self.measured_in == "units")
