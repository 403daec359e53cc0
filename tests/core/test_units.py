"""Quantities as text, against pint as the other program."""

import math

import pint
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesoplan.core.errors import InputError
from mesoplan.core.units import BASE_UNIT, UNITS, Quantity, format_number, parse_quantity

REGISTRY = pint.UnitRegistry()
REGISTRY.define("potency = [potency]")

ANY = tuple(BASE_UNIT)
EXPRESSIONS = {
    "kg": "kilogram",
    "g": "gram",
    "mg": "milligram",
    "µg": "microgram",
    "μg": "microgram",
    "ug": "microgram",
    "mcg": "microgram",
    "ng": "nanogram",
    "L": "litre",
    "mL": "millilitre",
    "ml": "millilitre",
    "µL": "microlitre",
    "μL": "microlitre",
    "uL": "microlitre",
    "U": "potency",
    "IU": "potency",
    "g/mL": "gram/millilitre",
    "g/L": "gram/litre",
    "mg/mL": "milligram/millilitre",
    "mg/ml": "milligram/millilitre",
    "mg/L": "milligram/litre",
    "µg/mL": "microgram/millilitre",
    "μg/mL": "microgram/millilitre",
    "ug/mL": "microgram/millilitre",
    "mcg/mL": "microgram/millilitre",
    "% w/v": "gram/(100 millilitre)",
    "U/mL": "potency/millilitre",
    "IU/mL": "potency/millilitre",
    "mg/kg": "milligram/kilogram",
    "µg/kg": "microgram/kilogram",
    "U/kg": "potency/kilogram",
    "mg/cm2": "milligram/centimetre**2",
    "U/cm2": "potency/centimetre**2",
}
BASES = {
    "mg": "milligram",
    "mL": "millilitre",
    "U": "potency",
    "mg/mL": "milligram/millilitre",
    "U/mL": "potency/millilitre",
    "mg/kg": "milligram/kilogram",
    "U/kg": "potency/kilogram",
    "mg/cm2": "milligram/centimetre**2",
    "U/cm2": "potency/centimetre**2",
}


def read(text: object, *dimensions: str) -> Quantity:
    return parse_quantity(text, "a.b", dimensions or ANY, "0.02 mL")


def test_every_accepted_unit_has_an_independent_expression() -> None:
    assert set(EXPRESSIONS) == set(UNITS)
    assert set(BASES) == set(BASE_UNIT.values())


@pytest.mark.parametrize("unit", EXPRESSIONS)
def test_each_unit_converts_as_pint_does(unit: str) -> None:
    found = read(f"3.7 {unit}")
    other = (3.7 * REGISTRY.parse_expression(EXPRESSIONS[unit])).to(BASES[found.unit])
    assert found.value == pytest.approx(other.magnitude, rel=1e-12)


def test_quantities_of_the_contract() -> None:
    assert read("0.02 mL") == Quantity(value=0.02, unit="mL")
    assert read("10 mg/mL") == Quantity(value=10, unit="mg/mL")
    assert read("64 U") == Quantity(value=64, unit="U")
    # 1 % w/v is 1 g in 100 mL = 1000 mg / 100 mL = 10 mg/mL
    assert read("1 % w/v") == Quantity(value=10, unit="mg/mL")


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("0,02 mL", "decimal comma"),
        ("1.000,5 mL", "decimal comma"),
        (0.02, "no unit"),
        (3, "no unit"),
        ("0.02", "no unit"),
        ("0.02mL", "quantity"),
        ("mL", "quantity"),
        ("", "quantity"),
        ("0.02 ", "no unit"),
        ("0.02 ML", "unknown unit"),
        ("0.02 Mg", "unknown unit"),
        ("2 cc", "unknown unit"),
        ("2 drops", "unknown unit"),
        ("1 %", "unknown unit"),
        ("1  mL", "quantity"),
        ("-0.02 mL", "above zero"),
        ("0 mL", "above zero"),
        ("-0 mL", "above zero"),
        ("nan mL", "number"),
        ("inf mL", "number"),
        ("1e400 mL", "number"),
        ("1e-3 mL", "number"),
        ("0x10 mL", "number"),
        ("1_000 mL", "number"),
        ("1/2 mL", "number"),
        ("9" * 400 + " mL", "dose"),
        ("99999999999999 kg", "dose"),
        (True, "quantity"),
        (None, "quantity"),
        ([1, "mL"], "quantity"),
        ({"value": 1}, "quantity"),
    ],
)
def test_other_forms_are_refused_with_key_and_accepted_form(text: object, wrong: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text)
    (fault,) = caught.value.faults
    assert fault.key == "a.b"
    assert wrong in fault.wrong
    assert '"0.02 mL"' in fault.right


@pytest.mark.parametrize(
    ("text", "dimension"),
    [
        ("1 mg", "volume"),
        ("1 mL", "mass"),
        ("1 U", "mass"),
        ("1 mg", "units"),
        ("1 U/mL", "mass concentration"),
        ("1 % w/v", "mass concentration"),
        ("1 mg/mL", "percent w/v"),
        ("1 mg", "mass per body weight"),
    ],
)
def test_another_dimension_is_refused(text: str, dimension: str) -> None:
    with pytest.raises(InputError) as caught:
        read(text, dimension)
    assert text in caught.value.faults[0].wrong


def test_botulinum_units_never_become_mass() -> None:
    assert read("10 IU", "units").unit == "U"
    for dimension in ("mass", "mass concentration", "volume"):
        with pytest.raises(InputError):
            read("10 U", dimension)


def test_zero_is_accepted_only_where_asked_for() -> None:
    assert parse_quantity("0 mg", "k", ("mass",), "50 mg", zero=True).value == 0
    with pytest.raises(InputError):
        parse_quantity("-1 mg", "k", ("mass",), "50 mg", zero=True)


@given(
    st.decimals(min_value="0.000001", max_value="900", allow_nan=False, places=6),
    st.sampled_from(sorted(EXPRESSIONS)),
)
def test_round_trip(number: object, unit: str) -> None:
    """What was read and written again reads as the same quantity."""
    found = read(f"{number:f} {unit}")
    again = read(f"{found.value:.18f} {found.unit}")
    assert again.unit == found.unit
    assert math.isclose(again.value, found.value, rel_tol=1e-9, abs_tol=1e-15)


@given(st.text(max_size=12))
def test_any_text_is_a_quantity_or_one_fault(text: str) -> None:
    lines: list[str] = []
    try:
        found = read(text)
    except InputError as error:
        lines = [fault.line() for fault in error.faults]
    else:
        assert math.isfinite(found.value)
        assert found.value > 0
        return
    assert len(lines) == 1
    assert len(lines[0].splitlines()) == 1


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (0.02, "0.02"),
        (1234.56, "1235"),
        (123456.0, "123500"),
        (0.0000123456, "0.00001235"),
        (-2.5, "-2.5"),
        (100.0, "100"),
    ],
)
def test_numbers_as_people_read_them(value: float, text: str) -> None:
    assert format_number(value) == text
