"""The one table of units, and quantities written as text.

Inside the library numbers carry their unit in the name (``depth_mm``); quantities with a
unit of their own live only at the borders: case files, catalogue files and documents. The
table is closed on purpose: a unit that nobody foresaw is refused, not converted.
"""

import re
from typing import Literal

from pydantic import BaseModel, ConfigDict

from mesoplan.core.errors import Fault, InputError

Dimension = Literal[
    "mass",
    "volume",
    "units",
    "mass concentration",
    "unit concentration",
    "mass per body weight",
    "units per body weight",
    "mass per area",
    "units per area",
    "percent w/v",
]

BASE_UNIT: dict[Dimension, str] = {
    "mass": "mg",
    "volume": "mL",
    "units": "U",
    "mass concentration": "mg/mL",
    "unit concentration": "U/mL",
    "mass per body weight": "mg/kg",
    "units per body weight": "U/kg",
    "mass per area": "mg/cm2",
    "units per area": "U/cm2",
    "percent w/v": "mg/mL",
}
"""The unit a dimension is held in inside the library."""

UNITS: dict[str, tuple[Dimension, float]] = {
    "kg": ("mass", 1e6),
    "g": ("mass", 1e3),
    "mg": ("mass", 1.0),
    "µg": ("mass", 1e-3),
    "μg": ("mass", 1e-3),
    "ug": ("mass", 1e-3),
    "mcg": ("mass", 1e-3),
    "ng": ("mass", 1e-6),
    "L": ("volume", 1e3),
    "mL": ("volume", 1.0),
    "ml": ("volume", 1.0),
    "µL": ("volume", 1e-3),
    "μL": ("volume", 1e-3),
    "uL": ("volume", 1e-3),
    "U": ("units", 1.0),
    "IU": ("units", 1.0),
    "g/mL": ("mass concentration", 1e3),
    "g/L": ("mass concentration", 1.0),
    "mg/mL": ("mass concentration", 1.0),
    "mg/ml": ("mass concentration", 1.0),
    "mg/L": ("mass concentration", 1e-3),
    "µg/mL": ("mass concentration", 1e-3),
    "μg/mL": ("mass concentration", 1e-3),
    "ug/mL": ("mass concentration", 1e-3),
    "mcg/mL": ("mass concentration", 1e-3),
    "% w/v": ("percent w/v", 10.0),
    "U/mL": ("unit concentration", 1.0),
    "IU/mL": ("unit concentration", 1.0),
    "mg/kg": ("mass per body weight", 1.0),
    "µg/kg": ("mass per body weight", 1e-3),
    "U/kg": ("units per body weight", 1.0),
    "mg/cm2": ("mass per area", 1.0),
    "U/cm2": ("units per area", 1.0),
}
"""Accepted unit texts with their factor to the base unit.

Case counts, because mg and Mg or mL and ML are tenfold-slip country. Per cent weight in volume
is 1 g in 100 mL. Potency units (U, IU) stay units: they never convert to mass.
"""

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]+)?|\.[0-9]+)")
_TEXT = re.compile(r"(?P<number>\S+) (?P<unit>\S.*)")
_LARGEST = 1e9
_SMALLEST = 1e-15


class Quantity(BaseModel):
    """A value with its unit, as documents carry it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    value: float
    unit: str

    def __str__(self) -> str:
        return f"{format_number(self.value)} {self.unit}"


def parse_quantity(
    text: object, key: str, dimensions: tuple[Dimension, ...], example: str, *, zero: bool = False
) -> Quantity:
    """Read a quantity written as ``number, space, unit`` into the base unit of its dimension.

    Parameters
    ----------
    text : object
        What the file holds; anything but a text is refused.
    key : str
        Key named in the fault.
    dimensions : tuple of Dimension
        The dimensions that make sense here.
    example : str
        Accepted form, quoted in the fault (``"0.02 mL"``).
    zero : bool
        Whether 0 is an acceptable amount.

    Raises
    ------
    InputError
        For a bare number, decimal comma, unknown unit, wrong dimension, negative, zero,
        non-finite or absurdly large amount.
    """
    right = f'write a number, a space and a unit, such as "{example}"'

    def refuse(wrong: str) -> InputError:
        return InputError([Fault(key, wrong, right)])

    if isinstance(text, bool) or not isinstance(text, str):
        if isinstance(text, int | float) and not isinstance(text, bool):
            raise refuse(f"{text} has no unit")
        raise refuse(f"{text!r} is no quantity")
    if re.search(r"[0-9],[0-9]", text):
        raise refuse(f'"{text}" has a decimal comma')
    match = _TEXT.fullmatch(text)
    if match is None:
        if _NUMBER.fullmatch(text.strip()):
            raise refuse(f'"{text}" has no unit')
        raise refuse(f'"{text}" is no quantity')
    number, unit = match["number"], match["unit"]
    if not _NUMBER.fullmatch(number):
        raise refuse(f'"{number}" in "{text}" is no plain decimal number')
    if unit not in UNITS:
        accepted = ", ".join(u for u, (d, _) in UNITS.items() if d in dimensions and u.isascii())
        wrong = f'unknown unit "{unit}" in "{text}"'
        raise InputError([Fault(key, wrong, f"{right}; accepted here: {accepted}")])
    dimension, factor = UNITS[unit]
    if dimension not in dimensions:
        raise refuse(f'"{text}" is a {dimension}, not a {" or ".join(dimensions)}')
    value = float(number) * factor
    if value < 0 or (value == 0 and not zero):
        raise refuse(f'"{text}" must be above zero')
    if value > _LARGEST or 0 < value < _SMALLEST:
        raise refuse(f'"{text}" is beyond any dose')
    return Quantity(value=value, unit=BASE_UNIT[dimension])


def format_number(value: float) -> str:
    """A number as people read it: at most four significant digits, no exponent."""
    if value == 0:
        return "0"
    text = f"{value:.4g}"
    if "e" in text:
        text = f"{float(text):.10f}" if abs(value) < 1 else f"{float(text):.0f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text
