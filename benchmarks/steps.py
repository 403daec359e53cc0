"""Time steps for the finite elements: diagonally implicit Runge-Kutta schemes and their schedules.

The schemes are stable and damping for stiff modes, which Crank-Nicolson is not; one matrix serves
all stages of all steps of one length. This file loads in the system's Python too.
"""

import numpy as np

_G2 = 1 - 0.5**0.5
_G3 = 0.43586652150845967
TABLEAUS = {
    "sdirk2": [[_G2], [1 - _G2, _G2]],
    # Alexander, SIAM J. Numer. Anal. 1977;14:1006.
    "sdirk3": [
        [_G3],
        [(1 - _G3) / 2, _G3],
        [-(6 * _G3**2 - 16 * _G3 + 1) / 4, (6 * _G3**2 - 20 * _G3 + 5) / 4, _G3],
    ],
    # Hairer & Wanner, Solving Ordinary Differential Equations II, table IV.6.5.
    "sdirk4": [
        [1 / 4],
        [1 / 2, 1 / 4],
        [17 / 50, -1 / 25, 1 / 4],
        [371 / 1360, -137 / 2720, 15 / 544, 1 / 4],
        [25 / 24, -49 / 48, 125 / 16, -85 / 12, 1 / 4],
    ],
}


def schedule(
    times_h: np.ndarray, levels: int, repeat: int, growth: float, longest_h: np.ndarray
) -> list[tuple[float, int, bool]]:
    """(step, number of steps, whether an output time is reached).

    Up to the first time the step grows by a factor from level to level; from then on each
    interval is cut evenly into steps no longer than its own limit.
    """
    first = times_h[0] / (repeat * sum(growth**i for i in range(levels)))
    out = [(float(first * growth**i), repeat, i == levels - 1) for i in range(levels)]
    for gap, limit in zip(np.diff(times_h), longest_h, strict=True):
        count = int(np.ceil(gap / limit - 1e-9))
        out.append((float(gap / count), count, True))
    return out
