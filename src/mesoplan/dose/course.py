"""One injection through time: spans of different losses and releases, each solved exactly.

Within a span the operator of a mode is constant, so its state at the end follows from that at
the start without steps in time. A steady release has the particular solution A^-1 q; a release at
a first-order rate multiplies each resolvent (see `mesoplan.dose.propagator`).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from mesoplan.dose._checks import Floats
from mesoplan.dose.propagator import CONTOUR_ACCURACY, DepthProblem
from mesoplan.dose.timeline import Release, Span, Window, spans


@dataclass(frozen=True)
class Course:
    """The depth problems of all windows, and the spans in which they act.

    Parameters
    ----------
    problems : tuple of DepthProblem
        One per window, and last that which holds ever after.
    spans : tuple of Span
        In order, the last without end.
    accuracy : float
        As `DepthProblem.fields`.
    """

    problems: tuple[DepthProblem, ...]
    spans: tuple[Span, ...]
    accuracy: float = CONTOUR_ACCURACY

    @classmethod
    def of(
        cls,
        problem: DepthProblem,
        windows: Sequence[Window],
        release: Release,
        clearances: Sequence[Floats],
        accuracy: float = CONTOUR_ACCURACY,
    ) -> "Course":
        """The course of a problem whose losses per cell in each window are `clearances`."""
        during = [
            DepthProblem(problem.size_mm, problem.diffusivity_mm2_h, loss, problem.capacity)
            for loss in clearances
        ]
        return cls((*during, problem), spans(windows, release), accuracy)

    def _problem(self, span: Span) -> DepthProblem:
        return self.problems[-1 if span.window is None else span.window]

    def fields(self, amounts: Floats, kappa_per_mm: Floats, times_h: Floats) -> Floats:
        """Transformed C of each mode at each time; as `DepthProblem.fields`.

        Parameters
        ----------
        amounts : array, shape (depths, modes)
            Transformed bolus.
        kappa_per_mm : array, shape (modes,)
            Wave numbers, above 0.
        times_h : array, shape (times,)
            Rising times.

        Returns
        -------
        array, shape (times, depths, modes)
        """
        if len(self.spans) == 1:
            return self._step(self.spans[0], np.zeros_like(amounts), amounts, kappa_per_mm, times_h)
        out = np.zeros((times_h.size, *amounts.shape))
        state = np.zeros_like(amounts)
        for span in self.spans:
            asked = (times_h >= span.start_h) & (times_h < span.stop_h)
            later = bool(np.any(times_h >= span.stop_h))
            if not later and not np.any(asked):
                break
            local = times_h[asked] - span.start_h
            if later:
                local = np.append(local, span.stop_h - span.start_h)
            found = self._step(span, state, amounts, kappa_per_mm, local)
            out[asked] = found[: int(asked.sum())]
            if later:
                state = found[-1] * self._problem(span).size_mm[:, None]
        return out

    def exposure(self, amounts: Floats, kappa_per_mm: Floats) -> Floats:
        """Integral of the transformed C over all time, shape (depths, modes).

        From the balance of each span: what it starts with and gains less what it ends with has
        passed through the losses, A integral = gain - change.
        """
        total = np.zeros_like(amounts)
        state = np.zeros_like(amounts)
        for span in self.spans:
            problem = self._problem(span)
            length = span.stop_h - span.start_h
            if math.isinf(length):
                gained = state + (span.pulse + span.first_order) * amounts
                return total + problem.exposure(gained, kappa_per_mm)
            gained = state + span.pulse * amounts
            gained = gained + span.steady_per_h * length * amounts
            gained = gained - span.first_order * math.expm1(-span.rate_per_h * length) * amounts
            ended = self._step(span, state, amounts, kappa_per_mm, np.array([length]))[0]
            state = ended * problem.size_mm[:, None]
            total = total + problem.exposure(gained - state, kappa_per_mm)
        raise AssertionError("the last span has no end")

    def whole(
        self, amounts: Floats, times_h: Floats, shares: Sequence[Floats] | None = None
    ) -> tuple[Floats, Floats]:
        """Mode kappa = 0: amounts left and removed in each cell, shape (times, depths) each.

        They sum to what has been released. With `shares`, one array (depths,) for each problem,
        only that share of the loss in its window counts as removed.
        """
        left = np.zeros((times_h.size, amounts.size))
        removed = np.zeros_like(left)
        state, gone = np.zeros_like(amounts), np.zeros_like(amounts)
        for span in self.spans:
            asked = (times_h >= span.start_h) & (times_h < span.stop_h)
            local = times_h[asked] - span.start_h
            later = bool(np.any(times_h >= span.stop_h))
            if later:
                local = np.append(local, span.stop_h - span.start_h)
            if local.size == 0:
                break
            remaining, passed = self._problem(span).whole(
                state + span.pulse * amounts,
                local,
                fed=amounts,
                steady_per_h=span.steady_per_h,
                first_order=span.first_order,
                rate_per_h=span.rate_per_h,
            )
            if shares is not None:
                passed = passed * shares[-1 if span.window is None else span.window]
            count = int(asked.sum())
            left[asked], removed[asked] = remaining[:count], gone + passed[:count]
            if later:
                state, gone = remaining[-1], gone + passed[-1]
        return left, removed

    def _step(
        self, span: Span, state: Floats, amounts: Floats, kappa_per_mm: Floats, times_h: Floats
    ) -> Floats:
        """Transformed C at times counted from the start of a span."""
        problem = self._problem(span)
        start = state + span.pulse * amounts
        if span.steady_per_h:
            held = problem.exposure(span.steady_per_h * amounts, kappa_per_mm)
            moved = problem.fields(
                start - held * problem.size_mm[:, None],
                kappa_per_mm,
                times_h,
                accuracy=self.accuracy,
            )
            return np.asarray(moved + held)
        field = problem.fields(start, kappa_per_mm, times_h, accuracy=self.accuracy)
        if span.first_order:
            slow = problem.fields(
                span.first_order * amounts,
                kappa_per_mm,
                times_h,
                span.rate_per_h,
                self.accuracy,
            )
            field = field + slow
        return field
