"""Regions and zones of the face, drawn once on the canonical face.

Both name landmarks of the patient's right side; the left is their mirror image. Numbers of
landmarks are those of the canonical face of 468 points.
"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from mesoplan.model.base import Id, NonNegative, Positive, Record
from mesoplan.model.figure import Figure, Sourced

Landmark = Annotated[int, Field(ge=0, lt=468)]
Ring = Annotated[tuple[Landmark, ...], Field(min_length=3)]


class FaceRegion(Sourced):
    """A region of the face: the rings of landmarks around its parts.

    A region of ``sided`` lies once on either side and is drawn on the right; any other reaches
    over the midline and its rings go all around. ``holes`` are left out. ``facing`` tells from
    which side it is well seen: from the front, or from its own side only.
    """

    id: Id
    name: str
    synonyms: tuple[str, ...] = ()
    site: str
    sided: bool
    rings: tuple[Ring, ...]
    holes: tuple[Ring, ...] = ()
    hair: bool = False
    """Whether hair may reach into it, so that somebody must say where it ends."""
    facing: Literal["front", "side"] = "front"


class ForbiddenZone(Sourced):
    """Where no point may lie: rings of landmarks on the right side or across the midline.

    ``keep_mm`` is a straight distance kept around the rings.
    """

    id: Id
    name: str
    sided: bool
    rings: tuple[Ring, ...]
    keep_mm: Figure | None = None
    reason: str


class Offset(Sourced):
    """Where a structure lies along one direction, from a landmark or from the midline.

    Parameters
    ----------
    origin : int or str
        A landmark of the right side, or ``midline``.
    mm : float
        Lateral: away from the midline; up: towards the forehead.
    sd_mm : float
        Standard deviation between people.
    """

    origin: Landmark | Literal["midline"]
    mm: float
    sd_mm: NonNegative


class Spot(Record):
    """The middle of a circle; several rules for one direction are averaged, and all are shown."""

    lateral: Annotated[tuple[Offset, ...], Field(min_length=1)]
    up: Annotated[tuple[Offset, ...], Field(min_length=1)]


class DangerZone(Sourced):
    """Where a vessel, nerve or other structure may lie: a circle or a corridor.

    ``radius_mm`` of a circle, ``half_width_mm`` of a corridor along ``path`` hold how far it
    varies between people and how far the landmarks may be off. ``depth_mm`` is how deep below
    the skin it lies, shallowest to deepest; ``None``: not known.
    """

    id: Id
    name: str
    structure: str
    kind: Literal["artery", "vein", "nerve", "foramen", "duct", "gland"]
    sided: bool = True
    spot: Spot | None = None
    radius_mm: Positive | None = None
    path: tuple[Landmark, ...] = ()
    half_width_mm: Positive | None = None
    depth_mm: Figure | None = None

    @model_validator(mode="after")
    def _circle_or_corridor(self) -> Self:
        circle = self.spot is not None and self.radius_mm is not None
        corridor = len(self.path) >= 2 and self.half_width_mm is not None
        if circle == corridor:
            raise ValueError("give spot and radius_mm, or path and half_width_mm")
        return self
