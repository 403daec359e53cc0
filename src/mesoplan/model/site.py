"""Body sites: skin layers, blood flow, zone rules and what lies beneath."""

from typing import Literal

from mesoplan.model.base import Id, Record
from mesoplan.model.figure import Figure, Sourced


class ZoneRule(Sourced):
    """A depth rule of a site. A forehead area without a position uses the medial rule."""

    id: Id
    structure: str
    position: Literal["medial", "lateral"] | None = None
    warn_above_mm: Figure | None = None
    limit_mm: Figure | None = None


class Forbidden(Sourced):
    """Why a site must not be injected at all."""

    reason: str


class Danger(Sourced):
    """A structure that may lie here; never a statement that anywhere is safe."""

    structure: str
    depth_mm: Figure | None = None
    position: str = ""


class Site(Record):
    """A body site. ``skin_mm`` is epidermis and dermis together; flow is relative to the trunk."""

    id: Id
    name: str
    synonyms: tuple[str, ...] = ()
    face: bool
    forbidden: Forbidden | None = None
    epidermis_mm: Figure
    skin_mm: Figure
    subcutis_mm: Figure | None = None
    flow_multiplier: Figure
    zone_rules: tuple[ZoneRule, ...] = ()
    dangers: tuple[Danger, ...] = ()
    danger_zone: str = ""
    never: tuple[str, ...] = ()
