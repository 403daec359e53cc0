"""Numbers as a sheet prints them: no more digits than the number deserves."""

import math

_PREFIXES: dict[str, tuple[tuple[float, str], ...]] = {
    "mg": ((1.0, "mg"), (1e-3, "µg"), (1e-6, "ng")),
    "U": ((1.0, "U"), (1e-3, "mU"), (1e-6, "µU")),
}


def plain(value: float, digits: int = 3) -> str:
    """A number with at most ``digits`` significant digits, without exponent.

    Digits before the decimal point are never rounded away.
    """
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def volume(value_ml: float) -> str:
    """A volume in mL as read from a scale: never rounded below a microlitre."""
    text = f"{value_ml:.2f}"
    if abs(float(text) - value_ml) > 5e-5:
        text = f"{value_ml:.3f}"
    if abs(float(text) - value_ml) > 5e-5:
        text = f"{value_ml:.4f}"
    return text


def percent(share: float) -> str:
    """A share as a percentage; a small one keeps a digit, so that it is not printed as 0."""
    value = 100.0 * share
    if 0 < value < 0.1:
        return "< 0.1 %"
    return f"{plain(value, 2)} %"


def readable_unit(largest: float, unit: str) -> tuple[float, str]:
    """Factor and unit in which ``largest`` is a comfortable number.

    Parameters
    ----------
    largest : float
        The largest value to be shown, in ``unit``.
    unit : str
        A unit that starts with ``mg`` or ``U`` (``mg/mL``, ``U·h/cm²``).

    Returns
    -------
    tuple of float and str
        What to multiply values with, and the unit they then have.
    """
    if largest == 0:
        return 1.0, unit
    for amount, steps in _PREFIXES.items():
        if unit == amount or unit.startswith((f"{amount}/", f"{amount}·")):
            rest = unit[len(amount) :]
            for size, name in steps:
                if largest >= 0.1 * size:
                    return 1.0 / size, f"{name}{rest}"
            size, name = steps[-1]
            return 1.0 / size, f"{name}{rest}"
    return 1.0, unit
