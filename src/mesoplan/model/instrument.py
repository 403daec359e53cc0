"""Needles, delivering syringes and the other things laid on the tray."""

from typing import Literal

from mesoplan.model.base import Id, Positive
from mesoplan.model.figure import Figure, Sourced


class Needle(Sourced):
    """A needle; ``dead_space_ml`` is what stays in its hub."""

    id: Id
    gauge: int
    length_mm: Positive
    outer_diameter_mm: Positive
    dead_space_ml: Figure | None = None

    @property
    def label(self) -> str:
        """As cases and labels write it: ``30G 4 mm``."""
        return f"{self.gauge}G {self.length_mm:g} mm"


class Syringe(Sourced):
    """A delivering syringe and its smallest graduation.

    One with a fixed needle cannot take the needle of a plan.
    """

    id: Id
    name: str
    volume_ml: Positive
    graduation_ml: Positive
    fixed_needle: bool = False
    dead_space_ml: Figure


class Supply(Sourced):
    """Something else a session needs. ``per`` says what the count goes with."""

    id: Id
    name: str
    per: Literal["session", "area", "needle", "patient"]
    count: Positive
