"""What reaches the blood: from cleared fractions to a plasma curve."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mesoplan.core.errors import Fault
from mesoplan.dose._checks import Floats, axis, number, refuse


@dataclass(frozen=True)
class PlasmaCurve:
    """Plasma concentration over time.

    Parameters
    ----------
    times_h : array, shape (times,)
        Times after the first injection.
    concentration_per_l : array, shape (times,)
        Amount unit of the uptake per litre.
    auc_to_last : float
        Integral from 0 to the last time, amount x h / L, exact for the given uptake.
    auc : float
        The same from 0 to infinity for what was taken up until the last time.
    """

    times_h: Floats
    concentration_per_l: Floats
    auc_to_last: float
    auc: float

    @property
    def cmax(self) -> float:
        """Greatest concentration at any of the times."""
        return float(self.concentration_per_l.max())

    @property
    def tmax_h(self) -> float:
        """Time of the greatest concentration, h."""
        return float(self.times_h[self.concentration_per_l.argmax()])


@dataclass(frozen=True)
class PlasmaModel:
    """Linear disposition: one central compartment, optionally one peripheral.

    Parameters
    ----------
    volume_l : float
        Volume of the central compartment, L.
    half_life_h : float
        Half-life of the loss from the central compartment, ln 2 / k10; with one compartment the
        terminal half-life.
    to_peripheral_per_h, from_peripheral_per_h : float
        Exchange rates k12 and k21, 1/h; 0 for one compartment.

    Raises
    ------
    InputError
        Naming every property that cannot be used.
    """

    volume_l: float
    half_life_h: float
    to_peripheral_per_h: float = 0.0
    from_peripheral_per_h: float = 0.0

    def __post_init__(self) -> None:
        faults = [
            *number("volume_l", self.volume_l, above=0.0),
            *number("half_life_h", self.half_life_h, above=0.0),
            *number("to_peripheral_per_h", self.to_peripheral_per_h, at_least=0.0),
            *number("from_peripheral_per_h", self.from_peripheral_per_h, at_least=0.0),
        ]
        if not faults and self.to_peripheral_per_h > 0.0 and self.from_peripheral_per_h == 0.0:
            right = "a rate above 0, else the peripheral compartment never empties"
            faults.append(Fault(key="from_peripheral_per_h", wrong="is 0", right=right))
        refuse(faults)

    @classmethod
    def two(cls, volume_central_l: float, k10: float, k12: float, k21: float) -> "PlasmaModel":
        """Two compartments from their rate constants, 1/h.

        Raises
        ------
        InputError
            Naming every argument that is not above 0.
        """
        refuse(
            [
                *number("volume_central_l", volume_central_l, above=0.0),
                *number("k10", k10, above=0.0),
                *number("k12", k12, above=0.0),
                *number("k21", k21, above=0.0),
            ]
        )
        return cls(
            volume_l=volume_central_l,
            half_life_h=float(np.log(2.0)) / k10,
            to_peripheral_per_h=k12,
            from_peripheral_per_h=k21,
        )

    def curve(self, times_h: npt.ArrayLike, taken_up: npt.ArrayLike) -> PlasmaCurve:
        """Plasma curve of a cumulative uptake.

        Parameters
        ----------
        times_h : array_like, shape (times,)
            Strictly rising from 0.
        taken_up : array_like, shape (times,)
            Amount that has reached the blood up to each time, 0 at time 0, never falling.

        Returns
        -------
        PlasmaCurve
            At the given times. Between two times the uptake rate is taken as constant; amounts
            are exact and the compartments are solved exactly (eigenvalues of the rate matrix).

        Raises
        ------
        InputError
            Naming ``times_h`` or ``taken_up``.
        """
        times = np.atleast_1d(np.asarray(times_h, dtype=np.float64))
        total = np.atleast_1d(np.asarray(taken_up, dtype=np.float64))
        faults = axis("times_h", times, at_least=0.0, rising=True)
        faults += axis("taken_up", total, at_least=0.0)
        if not faults and (times.size < 2 or times[0] != 0.0):
            right = "two or more times, the first 0"
            faults.append(Fault(key="times_h", wrong="does not start at 0", right=right))
        if not faults and (total.shape != times.shape or total[0] != 0.0):
            right = "one amount per time, the first 0"
            faults.append(Fault(key="taken_up", wrong="does not match the times", right=right))
        if not faults and np.any(np.diff(total) < -1e-12 * max(total.max(), 1e-300)):
            right = "amounts that never fall"
            faults.append(Fault(key="taken_up", wrong="falls", right=right))
        refuse(faults)
        rate, share = self._response()
        step = np.diff(times)
        inflow = np.diff(total) / step
        state = np.zeros((times.size, rate.size))
        decay = np.exp(-np.outer(step, rate))
        gained = -np.expm1(-np.outer(step, rate)) / rate * share * inflow[:, None]
        for i in range(step.size):
            state[i + 1] = state[i] * decay[i] + gained[i]
        # The integral of each exponential follows from its balance: in = out + left.
        left = state[-1]
        to_last = float(np.sum((share * total[-1] - left) / rate)) / self.volume_l
        auc = float(np.sum(share / rate)) * float(total[-1]) / self.volume_l
        return PlasmaCurve(
            times_h=times,
            concentration_per_l=state.sum(axis=1) / self.volume_l,
            auc_to_last=to_last,
            auc=auc,
        )

    def _response(self) -> tuple[Floats, Floats]:
        """Exponents and shares of the central amount after a unit put in at once."""
        k10 = float(np.log(2.0)) / self.half_life_h
        k12, k21 = self.to_peripheral_per_h, self.from_peripheral_per_h
        if k12 == 0.0:
            return np.array([k10]), np.ones(1)
        total = k10 + k12 + k21
        root = float(np.sqrt(total**2 - 4.0 * k10 * k21))
        fast = 0.5 * (total + root)
        slow = k10 * k21 / fast
        return np.array([fast, slow]), np.array([fast - k21, k21 - slow]) / (fast - slow)
