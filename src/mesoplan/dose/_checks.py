"""Refusals shared by this room: each check returns the faults it finds, ``refuse`` raises them."""

import math
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

from mesoplan.core.errors import Fault, InputError

Floats = npt.NDArray[np.float64]
Complexes = npt.NDArray[np.complex128]
Whole = npt.NDArray[np.int64]


def number(
    key: str,
    value: float,
    *,
    above: float = -math.inf,
    at_least: float = -math.inf,
    at_most: float = math.inf,
) -> list[Fault]:
    """Check one number; the faults found, at most one.

    Parameters
    ----------
    key : str
        Name of the argument, as the user knows it.
    value : float
        The number.
    above, at_least, at_most : float
        Exclusive lower limit, inclusive lower limit, inclusive upper limit.
    """
    rights = ["a finite number"]
    if above > -math.inf:
        rights.append(f"above {above:g}")
    if at_least > -math.inf:
        rights.append(f"at least {at_least:g}")
    if at_most < math.inf:
        rights.append(f"at most {at_most:g}")
    if math.isfinite(value) and value > above and at_least <= value <= at_most:
        return []
    return [Fault(key=key, wrong=f"{value!r} cannot be used", right=", ".join(rights))]


def axis(
    key: str, values: Floats, *, at_least: float | None = None, rising: bool = False
) -> list[Fault]:
    """Check a one-dimensional array: finite, optionally bounded below and strictly rising."""
    if values.ndim != 1:
        return [Fault(key=key, wrong=f"has {values.ndim} dimensions", right="a plain list")]
    if not np.all(np.isfinite(values)):
        return [Fault(key=key, wrong="holds a value that is not finite", right="finite numbers")]
    if at_least is not None and np.any(values < at_least):
        wrong = f"holds {values.min():g}"
        return [Fault(key=key, wrong=wrong, right=f"numbers of at least {at_least:g}")]
    if rising and np.any(np.diff(values) <= 0):
        return [Fault(key=key, wrong="is not in rising order", right="strictly rising numbers")]
    return []


def refuse(faults: Iterable[Fault]) -> None:
    """Raise all faults at once; do nothing without faults.

    Raises
    ------
    InputError
        If there is at least one fault.
    """
    found = tuple(faults)
    if found:
        raise InputError(found)
