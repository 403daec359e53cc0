"""A mixture: the contents of one syringe, with what is and is not known of them."""

from typing import Literal

from mesoplan.core.units import Quantity
from mesoplan.model.base import Record


class MixturePart(Record):
    """One thing drawn up, in order."""

    written: str
    product: str | None
    substance: str | None
    volume_ml: float
    containers: int | None = None
    diluent: str | None = None
    diluent_ml: float | None = None
    diluent_containers: int | None = None
    discard_after_h: float | None = None


class MixtureContent(Record):
    """An amount of one substance in the prepared mixture, in the form it is stated in."""

    substance: str
    form: str
    amount: Quantity
    concentration: Quantity
    written: str
    product: str | None
    assumed_form: bool = False


class Mixture(Record):
    """The contents of one syringe as prepared.

    ``ph`` only where measured or labelled for exactly this content; ``osmolality_floor``: the
    sum over the known parts where some are unknown, a lower bound.
    """

    index: int
    areas: tuple[int, ...]
    prepared_by: Literal["pharmacy", "practitioner"] | None
    volume_ml: float
    parts: tuple[MixturePart, ...]
    contents: tuple[MixtureContent, ...]
    excipients: tuple[tuple[str, str], ...]
    excipients_known: bool
    ph: float | None
    osmolality_mosm_kg: float | None
    osmolality_floor: float | None

    def actives(self, vehicles: frozenset[str]) -> tuple[str, ...]:
        """Ids of the substances that are no vehicle, each once, in order."""
        return tuple(
            dict.fromkeys(c.substance for c in self.contents if c.substance not in vehicles)
        )
