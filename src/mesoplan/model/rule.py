"""Safety rules as data: small typed kinds that the safety room evaluates."""

from typing import Literal

from mesoplan.model.base import Id, Record
from mesoplan.model.figure import Sourced
from mesoplan.model.finding import Severity


class Selector(Record):
    """What a rule applies to; every field that is given must match, an empty one matches all.

    ``classes`` match through the class tree, ``atc`` by prefix, ``aesthetic`` by indication.
    """

    substances: tuple[Id, ...] = ()
    classes: tuple[Id, ...] = ()
    aesthetic: bool | None = None
    indications: tuple[Id, ...] = ()
    face: bool | None = None
    sites: tuple[Id, ...] = ()


class RuleText(Sourced):
    """The common part of a rule: how severe, what it says, what would clear it."""

    id: Id
    severity: Severity
    overridable: bool = False
    message: str
    clears_when: str


class ConditionRule(RuleText):
    """A condition of the patient speaks against something. ``in_field``: only in the area."""

    conditions: tuple[Id, ...]
    in_field: bool = False
    applies_to: Selector = Selector()


class MedicineRule(RuleText):
    """A medicine the patient takes speaks against something; ``atc`` are prefixes."""

    atc: tuple[str, ...]
    applies_to: Selector = Selector()


class PairRule(Sourced):
    """Two substances or classes in one syringe. A pair without a rule is unknown.

    ``only_with``: the rule holds where all these are in the syringe too; ``products``: where one
    of these is. ``condition`` says in words what the data held for.
    """

    id: Id
    a: Id
    b: Id
    verdict: Literal["compatible", "incompatible"]
    condition: str = ""
    only_with: tuple[Id, ...] = ()
    products: tuple[Id, ...] = ()
    text: str


class ExcipientRule(RuleText):
    """An excipient or vehicle that does not belong in a plane."""

    excipients: tuple[Id, ...]
    plane: Literal["any", "dermis"]


class CountryRule(RuleText):
    """What a country forbids. ``act`` is the thing done; ``text_date`` the date of the text."""

    country: str
    act: Literal["mixing", "adipocyte-lysis", "lightening", "any"]
    applies_to: Selector = Selector()
    legal_text: str
    text_date: str


class Emergency(Sourced):
    """A card of the emergency plan; printed only where it applies."""

    id: Id
    title: str
    signs: str
    steps: tuple[str, ...]
    applies_to: Selector = Selector()


class Checklist(Sourced):
    """A tick list of a session. ``phase`` says when it is worked through; ``record`` is what the
    notes must hold.
    """

    id: Id
    phase: Literal[
        "before", "asepsis-before", "asepsis-during", "asepsis-after", "aftercare", "record"
    ]
    title: str
    items: tuple[str, ...]
    applies_to: Selector = Selector()
