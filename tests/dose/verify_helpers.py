"""Independent mathematics for the verification tests: nothing here uses the engine."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import mpmath
import numpy as np


@dataclass(frozen=True)
class Slab:
    """One homogeneous piece of a stack; `amount` is spread evenly in it at time 0."""

    height: float
    D: float
    k: float
    K: float
    amount: float = 0.0


def column(stack: Sequence[Slab], cell: float) -> dict[str, np.ndarray]:
    """Equal cells for a stack: height, D, k, K and amount of each, top first."""
    counts = [round(slab.height / cell) for slab in stack]
    assert np.allclose([n * cell for n in counts], [slab.height for slab in stack])
    spread = {name: np.repeat([getattr(s, name) for s in stack], counts) for name in "DkK"}
    amount = np.repeat([s.amount / n for s, n in zip(stack, counts, strict=True)], counts)
    return {"size": np.full(sum(counts), cell), "amount": amount, **spread}


def coarse(fine: np.ndarray, into: int, axis: int = -1) -> np.ndarray:
    """Means over equal neighbours, so that `into` entries stay along the axis."""
    moved = np.moveaxis(fine, axis, -1)
    return np.moveaxis(moved.reshape(*moved.shape[:-1], into, -1).mean(axis=-1), -1, axis)


def rates(errors: Sequence[float]) -> np.ndarray:
    """Observed order of a quantity whose cells are halved from one entry to the next."""
    e = np.asarray(errors)
    return np.log2(e[:-1] / e[1:])


def laplace(
    stack: Sequence[Slab], cells: Sequence[tuple[float, float]]
) -> Callable[[object, float], tuple[mpmath.mpc, ...]]:
    """Laplace transform in time of one radial mode, in closed form, as means of C over cells.

    In every slab u'' = q^2 u - c0 / (K D), q^2 = (s + k) / D + kappa^2; no flux at both ends.
    Exactly one slab of the stack holds an amount. Outside it the admittances
    Y = KD |u'| / u follow the rule of a transmission line; inside it two conditions stay.
    Each cell must lie in one slab.

    Returns
    -------
    callable
        (s, kappa) -> one value per cell; s = 0 gives the exposure from 0 to infinity.
    """
    edge = [0.0]
    for slab in stack:
        edge.append(edge[-1] + slab.height)
    (home,) = [i for i, slab in enumerate(stack) if slab.amount]
    place = [
        next(i for i in range(len(stack)) if edge[i] - 1e-9 <= a and b <= edge[i + 1] + 1e-9)
        for a, b in cells
    ]

    @cache
    def transform(s: object, kappa: float) -> tuple[mpmath.mpc, ...]:
        q = [mpmath.sqrt((s + slab.k) / slab.D + kappa**2) for slab in stack]
        e = [slab.K * slab.D * qi for slab, qi in zip(stack, q, strict=True)]
        c = [mpmath.cosh(qi * slab.height) for slab, qi in zip(stack, q, strict=True)]
        d = [mpmath.sinh(qi * slab.height) for slab, qi in zip(stack, q, strict=True)]
        down: list[mpmath.mpc] = [mpmath.mpf(0)] * (len(stack) + 1)  # at the top of slab i
        for i in range(len(stack) - 1, home, -1):
            down[i] = e[i] * (down[i + 1] * c[i] + e[i] * d[i]) / (e[i] * c[i] + down[i + 1] * d[i])
        up: list[mpmath.mpc] = [mpmath.mpf(0)] * (len(stack) + 1)  # at the bottom of slab i - 1
        for i in range(home):
            up[i + 1] = e[i] * (up[i] * c[i] + e[i] * d[i]) / (e[i] * c[i] + up[i] * d[i])
        # home: u = p + A cosh q(z - a) + B sinh q(z - a);  e B = Yu (p + A);  -e (...) = Yd (...)
        Yu, Yd, h = up[home], down[home + 1], home
        p = stack[h].amount / stack[h].height / stack[h].K / (stack[h].D * q[h] ** 2)
        # with B = Yu (p + A) / e the lower condition is linear in A
        alone = e[h] * d[h] + Yd * c[h] + (e[h] * c[h] + Yd * d[h]) * Yu / e[h]
        A = -(Yd * p + (e[h] * c[h] + Yd * d[h]) * Yu * p / e[h]) / alone
        B = Yu * (p + A) / e[h]
        face = {h: p + A, h + 1: p + A * c[h] + B * d[h]}  # u at the edges
        for i in range(h - 1, -1, -1):  # above: Y looks up, the far end is the top
            face[i] = face[i + 1] * e[i] / (e[i] * c[i] + up[i] * d[i])
        for i in range(h + 1, len(stack)):
            face[i + 1] = face[i] * e[i] / (e[i] * c[i] + down[i + 1] * d[i])

        def primitive(i: int, z: float) -> mpmath.mpc:
            """Integral of u in slab i."""
            if i == h:
                x = q[i] * (z - edge[i])
                return p * (z - edge[i]) + (A * mpmath.sinh(x) + B * mpmath.cosh(x)) / q[i]
            above = i < h
            x = q[i] * (z - edge[i] if above else edge[i + 1] - z)
            far = face[i] if above else face[i + 1]
            Y = up[i] if above else down[i + 1]
            sign = 1 if above else -1
            return sign * far * (mpmath.sinh(x) + Y / e[i] * mpmath.cosh(x)) / q[i]

        return tuple(
            stack[i].K * (primitive(i, b) - primitive(i, a)) / (b - a)
            for i, (a, b) in zip(place, cells, strict=True)
        )

    return transform


def in_time(
    transform: Callable[[object, float], tuple[mpmath.mpc, ...]],
    kappa: float,
    time: float,
    method: str = "talbot",
) -> np.ndarray:
    """Inverse Laplace transform by mpmath, one value per cell."""
    size = len(transform(mpmath.mpf(1), kappa))
    return np.array(
        [
            float(
                mpmath.invertlaplace(
                    lambda s, i=i: transform(s, kappa)[i], time, method=method
                ).real
            )
            for i in range(size)
        ]
    )
