"""Reads strengths where their text can mean one thing only; else they stay text.

French registers write "1,00 mg" with a decimal comma and "100 000 UI" with spaces; "5.000 UI"
could be five or five thousand and is left alone.
"""

import re

from mesoplan.core.units import BASE_UNIT, UNITS, Quantity

_FRENCH = re.compile(r"(\d{1,3}(?: \d{3})+|\d+)(?:[.,](\d+))?\s*([a-zµμ%.]+)", re.IGNORECASE)
_PER_ML = re.compile(
    r"(\d+(?:,\d+)?|\d+\.\d{1,2}) ?ml"
    r"(?: de (?:solution|suspension|solution injectable|solution pour perfusion"
    r"|suspension injectable|solution à diluer pour perfusion|solution à diluer))?",
    re.IGNORECASE,
)
_CONTAINER = re.compile(
    r"(?:une? )?(?:ampoule|flacon|seringue(?: pré-?remplie)?|cartouche)"
    r"(?: de (\d+(?:,\d+)?) ml(?: de solution)?)?",
    re.IGNORECASE,
)
_POWDER = re.compile(r"poudre|lyophilisat", re.IGNORECASE)
_FRENCH_UNITS = {
    "g": "g",
    "mg": "mg",
    "µg": "µg",
    "μg": "µg",
    "microgramme": "µg",
    "microgrammes": "µg",
    "ng": "ng",
    "ui": "IU",
    "u.i": "IU",
    "u.i.": "IU",
    "unité": "U",
    "unités": "U",
    "u": "U",
}
_US = re.compile(r"(\d+(?:\.\d+)?|\.\d+) ?([A-Za-zµ\[\]']+) ?/ ?(\d+(?:\.\d+)?)? ?(mL|L)", re.ASCII)
_US_UNITS = {"[iu]": "IU", "[usp'u]": "U", "u": "U", "g": "g", "mg": "mg", "ug": "ug", "ng": "ng"}
_IN_NAME = re.compile(
    r"(?<![\d,.])\d+(?:[.,]\d+)? ?(?:mg|g|microgrammes|µg|ng|UI|unités)"
    r" ?/ ?(?:\d+(?:,\d+)? ?)?ml\b",
    re.IGNORECASE,
)
_TWO_NUMBERS = re.compile(r"\d +\d")
_LARGEST = 1e9


def french_quantity(strength: str, per: str, part: str) -> Quantity | None:
    """A strength of the French register as mg/mL, U/mL, mg or U per container, or ``None``."""
    match = _FRENCH.fullmatch(strength)
    if match is None:
        return None
    whole, decimals, unit_text = match.groups()
    unit = _FRENCH_UNITS.get(unit_text.casefold())
    if unit is None or ("." in strength.split(unit_text)[0] and len(decimals or "") == 3):
        return None
    amount = float(f"{whole.replace(' ', '')}.{decimals or 0}")
    volume = _PER_ML.fullmatch(per)
    if volume is not None:
        return _concentration(amount, unit, float(volume[1].replace(",", ".")))
    container = _CONTAINER.fullmatch(per)
    if container is None:
        return None
    if container[1] is None or _POWDER.search(part):
        return _base(amount, unit)
    return _concentration(amount, unit, float(container[1].replace(",", ".")))


def named_strength(name: str) -> Quantity | None:
    """The one strength per millilitre that a product's name states, or ``None``.

    ``INSUMAN COMB 25 100 UI/ml`` is not 25100 units: a number behind a number is left alone.
    """
    found = {match.group() for match in _IN_NAME.finditer(name)}
    if len(found) != 1 or _TWO_NUMBERS.search(name):
        return None
    strength, _, per = found.pop().rpartition("/")
    volume = per.strip()
    return french_quantity(
        " ".join(strength.split()), volume if volume[0].isdigit() else "1 ml", ""
    )


def us_quantity(strength: str) -> Quantity | None:
    """A strength such as ``20 mg/mL``, ``40 mg/.8mL`` or ``100 [iU]/mL``, or ``None``."""
    match = _US.fullmatch(strength.strip())
    if match is None:
        return None
    amount, unit_text, volume, volume_unit = match.groups()
    unit = _US_UNITS.get(unit_text.casefold())
    if unit is None:
        return None
    litres = 1000.0 if volume_unit == "L" else 1.0
    return _concentration(float(amount), unit, float(volume or 1) * litres)


def _concentration(amount: float, unit: str, volume_ml: float) -> Quantity | None:
    base = _base(amount, unit)
    if base is None or volume_ml <= 0:
        return None
    value = base.value / volume_ml
    if not 0 < value <= _LARGEST:
        return None
    return Quantity(value=value, unit=f"{base.unit}/mL")


def _base(amount: float, unit: str) -> Quantity | None:
    dimension, factor = UNITS[unit]
    value = round(amount * factor, 12)
    if not 0 < value <= _LARGEST:
        return None
    return Quantity(value=value, unit=BASE_UNIT[dimension])
