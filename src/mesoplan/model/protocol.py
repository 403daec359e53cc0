"""Techniques, indications and protocols: versioned regimens with their evidence."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mesoplan.model.base import Id, Record, Trust
from mesoplan.model.figure import Figure, Sourced
from mesoplan.model.substance import Plane

Intent = Literal["treat", "maintain", "prevent"]
Pattern = Literal["square", "hexagonal", "rows", "line", "poisson"]
Grade = Literal["high", "moderate", "low", "very low", "none"]


class Technique(Record):
    """A way of injecting. Several figures for one quantity are several sources that disagree.

    ``deposit`` points: one bolus each; rows: punctures so dense along rows that the row is the
    source; threads: laid along the needle's track; film: a superficial stroke whose deposited
    share is not known.
    """

    id: Id
    name: str
    other_names: tuple[str, ...] = ()
    description: str
    deposit: Literal["points", "rows", "threads", "film"]
    plane: Plane
    pattern: Pattern
    depth_mm: tuple[Figure, ...] = ()
    angle_deg: tuple[Figure, ...] = ()
    volume_per_point_ml: tuple[Figure, ...] = ()
    spacing_mm: tuple[Figure, ...] = ()
    needles: tuple[str, ...] = ()
    pain: str = ""
    uses: str = ""
    never: tuple[str, ...] = ()
    punctures_per_needle: Figure | None = None
    sources: tuple[str, ...]
    trust: Trust


class Trial(Sourced):
    """A study behind, or against, a protocol."""

    result: Literal["positive", "negative", "mixed", "uncontrolled", "review", "practice"]
    text: str


class Evidence(Record):
    """How well a protocol is supported, in GRADE words, with every trial on either side."""

    grade: Grade
    statement: str
    trials: tuple[Trial, ...] = ()
    alternative: str
    sources: tuple[str, ...]


class Dilution(Record):
    """What a powder is dissolved in."""

    diluent: Id
    volume: str


class Ingredient(Record):
    """One entry of a protocol's mixture."""

    product: Id
    volume: str
    reconstitute: Dilution | None = None


class ProtocolSyringe(Sourced):
    """A protocol's mixture, prepared in one syringe."""

    contents: Annotated[tuple[Ingredient, ...], Field(min_length=1)]


class OwnMixture(Record):
    """A clinic's own mixture, to be named in a case; ``own`` is the formulary's edition."""

    id: Id
    name: str
    contents: Annotated[tuple[Ingredient, ...], Field(min_length=1)]
    own: str


class ProtocolTechnique(Record):
    """A protocol's technique; each figure with its own source."""

    id: Id
    needle: str
    angle_deg: Figure
    inserted_mm: Figure
    spacing_mm: Figure
    pattern: Pattern
    margin_mm: Figure | None = None
    volume_per_point_ml: Figure | None = None
    volume_per_cm2_ml: Figure | None = None
    row_spacing_mm: Figure | None = None


class Protocol(Record):
    """A versioned regimen for an indication and an intent.

    ``own`` is the edition of the clinic's formulary it comes from; empty for the catalogue's.
    Where ``syringes`` is empty no source supports a dose: ``ask`` says what the practitioner
    must state.
    """

    id: Id
    version: str
    name: str
    indication: Id
    intent: Intent
    default: bool
    purpose: str
    technique: ProtocolTechnique
    syringes: tuple[ProtocolSyringe, ...] = ()
    ask: str = ""
    session_volume_ml: Figure | None = None
    sessions: Figure
    interval_days: Figure
    scale: Id
    instruments: tuple[str, ...]
    review: str
    evidence: Evidence
    own: str = ""

    @model_validator(mode="after")
    def _dose_or_question(self) -> Self:
        if bool(self.syringes) == bool(self.ask):
            raise ValueError("a protocol states its mixture or asks for it, never both or neither")
        return self


class Indication(Sourced):
    """What is treated. ``aesthetic`` decides which contraindications apply."""

    id: Id
    name: str
    synonyms: tuple[str, ...] = ()
    aesthetic: bool
    definition: str
    sites: tuple[Id, ...] = ()
