"""The one unit registry, and quantities written as text.

Inside the library numbers carry their unit in the name (``depth_mm``); quantities with a
unit of their own live only at the borders: case files, catalogue files and documents.
"""

import functools
import re
from typing import Any, Literal

import pint
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

UNITS: dict[str, tuple[Dimension, str]] = {
    "kg": ("mass", "kilogram"),
    "g": ("mass", "gram"),
    "mg": ("mass", "milligram"),
    "µg": ("mass", "microgram"),
    "μg": ("mass", "microgram"),
    "ug": ("mass", "microgram"),
    "mcg": ("mass", "microgram"),
    "ng": ("mass", "nanogram"),
    "L": ("volume", "litre"),
    "mL": ("volume", "millilitre"),
    "ml": ("volume", "millilitre"),
    "µL": ("volume", "microlitre"),
    "μL": ("volume", "microlitre"),
    "uL": ("volume", "microlitre"),
    "U": ("units", "potency_unit"),
    "IU": ("units", "potency_unit"),
    "g/mL": ("mass concentration", "gram/millilitre"),
    "g/L": ("mass concentration", "gram/litre"),
    "mg/mL": ("mass concentration", "milligram/millilitre"),
    "mg/ml": ("mass concentration", "milligram/millilitre"),
    "mg/L": ("mass concentration", "milligram/litre"),
    "µg/mL": ("mass concentration", "microgram/millilitre"),
    "μg/mL": ("mass concentration", "microgram/millilitre"),
    "ug/mL": ("mass concentration", "microgram/millilitre"),
    "mcg/mL": ("mass concentration", "microgram/millilitre"),
    "% w/v": ("percent w/v", "milligram/millilitre"),
    "U/mL": ("unit concentration", "potency_unit/millilitre"),
    "IU/mL": ("unit concentration", "potency_unit/millilitre"),
    "mg/kg": ("mass per body weight", "milligram/kilogram"),
    "µg/kg": ("mass per body weight", "microgram/kilogram"),
    "U/kg": ("units per body weight", "potency_unit/kilogram"),
    "mg/cm2": ("mass per area", "milligram/centimetre**2"),
    "U/cm2": ("units per area", "potency_unit/centimetre**2"),
}
"""Accepted unit texts. Case counts, because mg and Mg or mL and ML are tenfold-slip country."""

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

_NUMBER = re.compile(r"[+-]?(\d+(\.\d+)?|\.\d+)")
_TEXT = re.compile(r"(?P<number>\S+) (?P<unit>\S.*)")
_LARGEST = 1e9


class Quantity(BaseModel):
    """A value with its unit, as documents carry it."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    value: float
    unit: str

    def __str__(self) -> str:
        return f"{format_number(self.value)} {self.unit}"


@functools.cache
def registry() -> "pint.UnitRegistry[Any]":
    """The one unit registry of the project (potency units never convert to mass)."""
    units: pint.UnitRegistry[Any] = pint.UnitRegistry(autoconvert_offset_to_baseunit=False)
    units.define("potency_unit = [potency]")
    return units


@functools.cache
def _factor(unit: str) -> float:
    dimension, name = UNITS[unit]
    base = UNITS[BASE_UNIT[dimension]][1]
    scale = 10.0 if dimension == "percent w/v" else 1.0  # 1 % w/v = 1 g/100 mL = 10 mg/mL
    return scale * float(registry().Quantity(1.0, name).to(base).magnitude)


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
    if re.search(r"\d,\d", text):
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
    dimension = UNITS[unit][0]
    if dimension not in dimensions:
        raise refuse(f'"{text}" is a {dimension}, not a {" or ".join(dimensions)}')
    value = float(number) * _factor(unit)
    if value < 0 or (value == 0 and not zero):
        raise refuse(f'"{text}" must be above zero')
    if value > _LARGEST:
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
