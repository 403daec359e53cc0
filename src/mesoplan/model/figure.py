"""A figure: a number or a range with its unit, its sources and its mark of trust."""

from typing import Self

from pydantic import model_validator

from mesoplan.model.base import Record, Trust


class Sourced(Record):
    """Anything that states a fact: who says so, and how far to trust it."""

    sources: tuple[str, ...]
    trust: Trust
    note: str = ""

    @model_validator(mode="after")
    def _has_source(self) -> Self:
        if not self.sources:
            raise ValueError("a stated fact needs at least one source")
        return self


class Figure(Sourced):
    """One published value, or a range from ``low`` to ``high``.

    Where sources conflict a catalogue entry holds several figures; they are never averaged.
    """

    value: float | None = None
    low: float | None = None
    high: float | None = None
    unit: str

    @model_validator(mode="after")
    def _value_or_range(self) -> Self:
        if (self.low is None) != (self.high is None):
            raise ValueError("a range needs both low and high")
        if self.value is None and self.low is None:
            raise ValueError("a figure needs a value or a range")
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError("low lies above high")
        return self

    @property
    def central(self) -> float:
        """The value, or the middle of the range where only a range is published."""
        if self.value is not None:
            return self.value
        low, high = self.bounds
        return 0.5 * (low + high)

    @property
    def bounds(self) -> tuple[float, float]:
        """(low, high); both the value where no range is published."""
        if self.low is not None and self.high is not None:
            return self.low, self.high
        return self.value or 0.0, self.value or 0.0


def proposal(value: float, unit: str, note: str) -> Figure:
    """A figure of this project's own, marked as such."""
    return Figure(
        value=value, unit=unit, sources=("mesoplan-proposal",), trust="proposal", note=note
    )
