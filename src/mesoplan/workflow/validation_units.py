"""Measured values written as text: times, shares, rates, lengths, concentrations, exposures.

Wider than the table of units for doses: published measurements come in minutes, per cent per
hour and nanograms times hours. It is closed all the same; what nobody foresaw is refused.
"""

import math
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from mesoplan.core.errors import Fault, InputError

Kind = Literal["time", "share", "rate", "length", "concentration", "exposure"]
Basis = Literal["plain", "mass", "units", "molar"]

EXAMPLES: dict[Kind, str] = {
    "time": "29.1 h",
    "share": "36 %",
    "rate": "20.7 %/h",
    "length": "8 mm",
    "concentration": "0.8 mg/L",
    "exposure": "2.5 mg·h/L",
}

_TIME = {"s": 1.0 / 3600.0, "min": 1.0 / 60.0, "h": 1.0, "d": 24.0, "wk": 168.0}
_SHARE = {"": 1.0, "1": 1.0, "%": 0.01}
_LENGTH = {"µm": 1e-3, "um": 1e-3, "mm": 1.0, "cm": 10.0}
_LITRE = {"L": 1.0, "dL": 0.1, "mL": 1e-3, "ml": 1e-3, "µL": 1e-6, "uL": 1e-6}
_AMOUNT: dict[str, tuple[Basis, float]] = {
    **{
        unit: ("mass", size) for unit, size in {"g": 1e3, "mg": 1.0, "ng": 1e-6, "pg": 1e-9}.items()
    },
    **dict.fromkeys(("µg", "ug", "mcg"), ("mass", 1e-3)),
    **dict.fromkeys(("U", "IU"), ("units", 1.0)),
    **dict.fromkeys(("mU", "mIU"), ("units", 1e-3)),
    **dict.fromkeys(("µU", "uU", "µIU", "uIU"), ("units", 1e-6)),
    **{unit: ("molar", size) for unit, size in {"mol": 1e3, "mmol": 1.0, "nmol": 1e-6}.items()},
    **dict.fromkeys(("µmol", "umol"), ("molar", 1e-3)),
    "pmol": ("molar", 1e-9),
}
_MOLAR = {"M": 1e3, "mM": 1.0, "µM": 1e-3, "uM": 1e-3, "nM": 1e-6}
_NUMBER = re.compile(r"[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?")
_TIMES = "|".join(_TIME)


@dataclass(frozen=True)
class Measure:
    """A measured value as it was written.

    Parameters
    ----------
    value : float
        In its own unit.
    unit : str
        As written; empty for a bare number.
    factor : float
        Own unit to base unit: h, 1, 1/h, mm, and mg, U or mmol per L (times h).
    basis : {"plain", "mass", "units", "molar"}
        What a concentration counts.
    """

    value: float
    unit: str
    factor: float
    basis: Basis = "plain"

    @property
    def base(self) -> float:
        """The value in the base unit."""
        return self.value * self.factor


def parse_measure(value: object, key: str, kind: Kind, *, zero: bool = False) -> Measure:
    """Read a measured value.

    Parameters
    ----------
    value : object
        What the file holds: ``number, space, unit``; a bare number only for a share.
    key : str
        Key named in the fault.
    kind : Kind
        What is measured.
    zero : bool
        Whether 0 makes sense.

    Raises
    ------
    InputError
        For anything that cannot be used.
    """
    example = EXAMPLES[kind]
    right = f'write a number, a space and a unit, such as "{example}"'

    def refuse(wrong: str) -> InputError:
        return InputError([Fault(key, wrong, right)])

    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise refuse(f"{value!r} is no quantity")
    number, _, unit = str(value).strip().partition(" ")
    unit = unit.strip().replace("μ", "µ")
    if re.search(r"\d,\d", number):
        raise refuse(f'"{value}" has a decimal comma')
    if not _NUMBER.fullmatch(number):
        raise refuse(f'"{value}" is no quantity')
    if not unit and kind != "share":
        raise refuse(f'"{value}" has no unit')
    found = _READ[kind](unit)
    if found is None:
        raise refuse(f'unknown unit "{unit}" in "{value}"')
    amount = float(number)
    if not math.isfinite(amount) or amount < 0.0 or (amount == 0.0 and not zero):
        raise refuse(f'"{value}" must be above zero')
    basis, factor = found
    return Measure(amount, unit, factor, basis)


def _table(sizes: dict[str, float]) -> Callable[[str], tuple[Basis, float] | None]:
    def read(unit: str) -> tuple[Basis, float] | None:
        return ("plain", sizes[unit]) if unit in sizes else None

    return read


def _rate(unit: str) -> tuple[Basis, float] | None:
    inverse = re.fullmatch(rf"({_TIMES})(\^-1|-1|⁻¹)", unit)
    if inverse is not None:
        return "plain", 1.0 / _TIME[inverse[1]]
    share, slash, time = unit.partition("/")
    if not slash or share.strip() not in _SHARE or time.strip() not in _TIME:
        return None
    return "plain", _SHARE[share.strip()] / _TIME[time.strip()]


def _concentration(unit: str) -> tuple[Basis, float] | None:
    if unit in _MOLAR:
        return "molar", _MOLAR[unit]
    amount, slash, volume = unit.partition("/")
    if not slash or amount not in _AMOUNT or volume not in _LITRE:
        return None
    basis, size = _AMOUNT[amount]
    return basis, size / _LITRE[volume]


def _exposure(unit: str) -> tuple[Basis, float] | None:
    plain = re.sub(r"\s*[·⋅.*×x ]\s*", "·", unit)
    for pattern in (
        rf"(?P<a>[^·/]+)·(?P<t>{_TIMES})/(?P<v>[^·/]+)",
        rf"(?P<t>{_TIMES})·(?P<a>[^·/]+)/(?P<v>[^·/]+)",
        rf"(?P<a>[^·/]+)/(?P<v>[^·/]+)·(?P<t>{_TIMES})",
        rf"(?P<m>[^·/]+)·(?P<t>{_TIMES})",
    ):
        match = re.fullmatch(pattern, plain)
        if match is None:
            continue
        part = match.groupdict()
        found = _concentration(part["m"] if "m" in part else f"{part['a']}/{part['v']}")
        if found is not None:
            return found[0], found[1] * _TIME[part["t"]]
    return None


_READ: dict[Kind, Callable[[str], tuple[Basis, float] | None]] = {
    "time": _table(_TIME),
    "share": _table(_SHARE),
    "rate": _rate,
    "length": _table(_LENGTH),
    "concentration": _concentration,
    "exposure": _exposure,
}
