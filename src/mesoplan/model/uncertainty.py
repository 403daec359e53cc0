"""What the runs of uncertainty vary, and single figures that the evaluation rests on."""

from typing import Literal

from mesoplan.model.base import Id
from mesoplan.model.figure import Figure, Sourced


class VariedInput(Sourced):
    """One input of the exposure and its distribution from ``low`` to ``high``.

    normal: the middle is the mean, the range is read as mean ± 2 standard deviations; uniform
    and log-uniform end at the range.
    """

    id: Id
    name: str
    shape: Literal["uniform", "log-uniform", "normal"]
    low: float
    high: float
    unit: str


class EngineFigure(Figure):
    """A figure of the evaluation that belongs to no substance, site or technique."""

    id: Id
    name: str
