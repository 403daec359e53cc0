"""Vocabulary of the catalogue: sources, classes, conditions, medicines, scales, entries."""

from typing import Literal

from mesoplan.model.base import Id, Record
from mesoplan.model.figure import Sourced


class Source(Record):
    """Where a fact comes from. ``kind`` P paper, L label, R regulator, T training, C commercial,
    W weak, M this project.
    """

    id: str
    citation: str
    kind: Literal["P", "L", "R", "T", "C", "W", "M"]
    seen: str
    locator: str = ""


class SubstanceClass(Sourced):
    """A class of substances.

    ``additive``: maximum doses of its members are summed as fractions. ``allergy_class``: an
    allergy to one member counts for all. ``cross_reacts_with``: so do those classes.
    """

    id: Id
    name: str
    synonyms: tuple[str, ...] = ()
    parents: tuple[Id, ...] = ()
    additive: bool = False
    allergy_class: bool = True
    cross_reacts_with: tuple[Id, ...] = ()


class Condition(Record):
    """A condition of a patient. ``field``: matters only where it lies in the treated field."""

    id: Id
    name: str
    synonyms: tuple[str, ...] = ()
    field: bool = False


class Medicine(Record):
    """A medicine that patients take, with the ATC codes that say what it is."""

    id: Id
    name: str
    synonyms: tuple[str, ...] = ()
    atc: tuple[str, ...]


class Scale(Sourced):
    """An outcome scale."""

    id: Id
    name: str
    scoring: str
    lowest: float | None = None
    highest: float | None = None
    better: Literal["lower", "higher", "by sign"]


class Entry(Sourced):
    """A piece of knowledge: a definition, an origin, a layer of the skin, or a common claim
    with what the evidence says of it.
    """

    id: Id
    kind: Literal["definition", "origin", "layer", "claim"]
    title: str
    text: str
    evidence: str = ""
    verdict: Literal["supported", "not supported", "contradicted", "not known", ""] = ""
