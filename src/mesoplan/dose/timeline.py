"""What changes with time: losses in windows, and how an injected amount becomes free to move."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mesoplan.core.errors import Fault
from mesoplan.dose._checks import Floats, number, refuse


@dataclass(frozen=True)
class Window:
    """A span of time with losses of its own, such as while the blood flow is raised.

    Parameters
    ----------
    until_h : float
        End of the window, hours after the injection; it starts where the one before ends.
    clearance_per_h : tuple of float
        Loss of each layer, 1/h, in the order of the layers.

    Raises
    ------
    InputError
        Naming every property that cannot be used.
    """

    until_h: float
    clearance_per_h: tuple[float, ...]

    def __post_init__(self) -> None:
        faults = number("until_h", self.until_h, above=0.0)
        for i, loss in enumerate(self.clearance_per_h):
            faults += number(f"clearance_per_h[{i}]", loss, at_least=0.0)
        refuse(faults)


@dataclass(frozen=True)
class Release:
    """How the injected amount becomes free to move; what is still held is not in the field.

    Build it with `at_once`, `first_order` or `steady`.

    Parameters
    ----------
    rate_per_h : float
        First-order release, 1/h; infinite where all is free at once.
    duration_h : float
        Length of a steady release, h; 0 without one. An infusion, or a depot that dissolves as
        fast as the tissue carries the dissolved part off.
    lag_h : float
        Time before anything is released, h: a gel that holds its content first.

    Raises
    ------
    InputError
        Naming every property that cannot be used, or if a release is both steady and first order.
    """

    rate_per_h: float = math.inf
    duration_h: float = 0.0
    lag_h: float = 0.0

    def __post_init__(self) -> None:
        faults = [
            *number("duration_h", self.duration_h, at_least=0.0),
            *number("lag_h", self.lag_h, at_least=0.0),
        ]
        if self.rate_per_h != math.inf:
            faults += number("rate_per_h", self.rate_per_h, above=0.0)
            if self.duration_h > 0.0:
                right = "one of rate_per_h and duration_h"
                faults.append(Fault(key="duration_h", wrong="stands beside a rate", right=right))
        refuse(faults)

    @classmethod
    def at_once(cls, lag_h: float = 0.0) -> "Release":
        """All of it free at a time."""
        return cls(lag_h=lag_h)

    @classmethod
    def first_order(cls, rate_per_h: float, lag_h: float = 0.0) -> "Release":
        """A constant share of what is still held, per hour."""
        return cls(rate_per_h=rate_per_h, lag_h=lag_h)

    @classmethod
    def steady(cls, duration_h: float, lag_h: float = 0.0) -> "Release":
        """The same amount in every hour until nothing is held."""
        return cls(duration_h=duration_h, lag_h=lag_h)

    @property
    def is_prompt(self) -> bool:
        """Whether all is free from the start."""
        return self.lag_h == 0.0 and self.duration_h == 0.0 and self.rate_per_h == math.inf

    def held(self, times_h: Floats) -> Floats:
        """Share of the amount not yet released, shape (times,).

        At the very moment of a release at once it counts as released.
        """
        since = times_h - self.lag_h
        if self.duration_h > 0.0:
            return np.clip(1.0 - since / self.duration_h, 0.0, 1.0)
        if self.rate_per_h == math.inf:
            return np.where(since < 0.0, 1.0, 0.0)
        return np.exp(-self.rate_per_h * np.maximum(since, 0.0))


@dataclass(frozen=True)
class Span:
    """A stretch of time in which losses and kind of release do not change.

    Parameters
    ----------
    start_h, stop_h : float
        The last span never stops.
    window : int, optional
        Index of the window; ``None`` after the last one.
    pulse : float
        Share of the amount that becomes free at the start.
    steady_per_h : float
        Share that becomes free per hour.
    first_order : float
        Share still held at the start that is released at `rate_per_h`.
    rate_per_h : float
        Rate of the first-order release.
    """

    start_h: float
    stop_h: float
    window: int | None
    pulse: float = 0.0
    steady_per_h: float = 0.0
    first_order: float = 0.0
    rate_per_h: float = 0.0


def spans(windows: Sequence[Window], release: Release) -> tuple[Span, ...]:
    """All spans from time 0 on, in order."""
    ends = [window.until_h for window in windows]
    lag, last = release.lag_h, release.lag_h + release.duration_h
    cuts = sorted({0.0, *ends, lag, last})
    found = []
    for start, stop in zip(cuts, [*cuts[1:], math.inf], strict=True):
        window = next((i for i, end in enumerate(ends) if start < end), None)
        prompt = release.rate_per_h == math.inf and release.duration_h == 0.0
        steady = release.duration_h > 0.0 and lag <= start < last
        slow = release.rate_per_h != math.inf and start >= lag
        found.append(
            Span(
                start_h=start,
                stop_h=stop,
                window=window,
                pulse=1.0 if prompt and start == lag else 0.0,
                steady_per_h=1.0 / release.duration_h if steady else 0.0,
                first_order=float(release.held(np.array([start]))[0]) if slow else 0.0,
                rate_per_h=release.rate_per_h if slow else 0.0,
            )
        )
    return tuple(found)
