"""Products: presentations that can be opened, with strength, excipients and labelled routes."""

from typing import Literal, Self

from pydantic import model_validator

from mesoplan.model.base import Id, Positive, Record
from mesoplan.model.figure import Figure, Sourced
from mesoplan.model.substance import LabelledRoute


class Content(Record):
    """An active content: a strength (``10 mg/mL``), or for a powder an amount per container."""

    substance: Id
    form: str
    strength: str | None = None
    per_container: str | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.strength is None) == (self.per_container is None):
            raise ValueError("give either strength or per_container")
        return self


class Reconstitution(Sourced):
    """How a powder is dissolved, and how long it then keeps."""

    diluents: tuple[Id, ...]
    volumes_ml: tuple[Positive, ...]
    discard_after_h: Positive | None = None


class Product(Sourced):
    """One presentation. ``excipients_complete`` says whether the list is known to be whole.

    ``own`` is the edition of the clinic's formulary, or the register, it comes from; empty for
    the catalogue's.
    """

    id: Id
    name: str
    brands: tuple[str, ...] = ()
    kind: Literal["medicine", "device", "compounded"]
    form: Literal["solution", "suspension", "emulsion", "powder", "gel"]
    contents: tuple[Content, ...]
    container: Literal["ampoule", "vial", "bag", "prefilled-syringe"]
    container_volume_ml: Positive | None = None
    containers_per_pack: int = 1
    single_dose: bool = True
    reconstitution: Reconstitution | None = None
    excipients: tuple[Id, ...] = ()
    excipients_complete: bool = False
    ph: Figure | None = None
    osmolality_mosm_kg: Figure | None = None
    routes: tuple[LabelledRoute, ...] = ()
    label_volume_ml: Figure | None = None
    own: str = ""

    @model_validator(mode="after")
    def _powder(self) -> Self:
        powder = self.form == "powder"
        if powder != (self.reconstitution is not None):
            raise ValueError("a powder, and only a powder, has a reconstitution")
        if powder and self.container_volume_ml is not None:
            raise ValueError("a powder has no container_volume_ml")
        if not powder and self.container_volume_ml is None and not self.own:
            raise ValueError("a liquid has a container_volume_ml")
        if any((content.per_container is not None) != powder for content in self.contents):
            raise ValueError("a powder states per_container, a liquid states strength")
        return self
