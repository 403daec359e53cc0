"""Products of public medicine registers, and whether they suit the intradermal route."""

from typing import Literal

from mesoplan.core.units import Quantity
from mesoplan.model.base import Record, Trust

RegisterKind = Literal["bdpm", "ndc", "spl"]
Verdict = Literal["labelled", "off-label", "excluded", "not-injectable"]
Effect = Literal["for", "against", "caution"]


class RegisterIngredient(Record):
    """One ingredient as a register states it.

    ``strength`` and ``per`` are the register's own words; ``quantity`` is set only where they
    can be read in one way. ``role`` moiety: the part of an active ingredient that acts.
    ``routes`` are those of the part of a kit that holds it; empty: those of the product.
    """

    name: str
    role: Literal["active", "moiety", "inactive"] = "active"
    code: str | None = None
    code_system: Literal["bdpm", "unii"] | None = None
    strength: str | None = None
    per: str | None = None
    quantity: Quantity | None = None
    part: str | None = None
    link: str | None = None
    routes: tuple[str, ...] = ()


class RegisterProduct(Record):
    """One product of a register.

    ``routes`` are ids of the table of routes, or the folded text where the table has none;
    ``routes_written`` are the register's own words. ``status`` and ``marketing`` too.
    ``strength_text`` holds strengths that could not be assigned to the ingredients.
    ``excipients_listed``: the register lists them, so that none listed means none.
    """

    id: str
    kind: RegisterKind
    code: str
    name: str
    generic: str | None = None
    dosage_form: str | None = None
    routes: tuple[str, ...] = ()
    routes_written: tuple[str, ...] = ()
    status: str | None = None
    marketing: str | None = None
    holder: str | None = None
    ingredients: tuple[RegisterIngredient, ...] = ()
    strength_text: str | None = None
    excipients_listed: bool = False
    dated: str | None = None


class Provenance(Record):
    """Where the products of a register in the store come from."""

    kind: RegisterKind
    files: tuple[str, ...]
    sha256: str
    records: int
    passed_over: int
    imported_at: str


class Match(Record):
    """An active ingredient and the catalogue substance it stands for, or ``None``."""

    ingredient: str
    substance: str | None = None
    by: Literal["code", "name", "salt", "moiety", "brand"] | None = None


class Reason(Record):
    """Why a product is labelled, spoken against or to be used with caution.

    ``clears_when``: what would take a reason against away; empty where nothing would.
    """

    rule: str
    effect: Effect
    text: str
    clears_when: str = ""
    subjects: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    trust: Trust | None = None


class Eligibility(Record):
    """Whether a product suits the intradermal route.

    ``labelled``: its register lists the route; ``off-label``: it does not, and nothing on record
    speaks against it; ``excluded``: something does; ``not-injectable``: no route by injection.
    ``not_known`` is what the register and the catalogue do not say; it is never empty for an
    injectable, because no register states pH and osmolality.
    """

    id: str
    name: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    not_known: tuple[str, ...] = ()
    substances: tuple[Match, ...] = ()
