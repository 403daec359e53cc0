"""Numbers and texts of the sheets."""

import tomllib
from importlib.resources import files

import pytest

from mesoplan.core.units import Quantity
from mesoplan.report.numbers import percent, plain, readable_unit, volume
from mesoplan.report.words import Words


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0.02718, "0.0272"), (5.4375, "5.44"), (200.0, "200"), (12345.6, "12346"), (0.0, "0")],
)
def test_plain(value, shown):
    assert plain(value) == shown


@pytest.mark.parametrize(
    ("value", "shown"), [(0.01, "0.01"), (0.6, "0.60"), (0.0125, "0.0125"), (0.005, "0.005")]
)
def test_volume_is_never_rounded_away(value, shown):
    assert volume(value) == shown


def test_percent_of_little_is_not_zero():
    assert percent(0.0001) == "< 0.1 %"
    assert percent(0.0) == "0 %"
    assert percent(1.312) == "131 %"


def test_readable_unit():
    assert readable_unit(0.002, "mg/L") == (pytest.approx(1000.0), "µg/L")
    assert readable_unit(0.002, "U·h/mL") == (pytest.approx(1000.0), "mU·h/mL")
    assert readable_unit(3.0, "mg") == (1.0, "mg")
    assert readable_unit(0.002, "mm") == (1.0, "mm")


def test_unknown_quantity_is_a_word(catalogue):
    words = Words(catalogue)
    assert words.quantity(None) == "not known"
    assert words.number(None, "mL") == "not known"
    assert words.quantity(Quantity(value=0.03271, unit="mg/L"), 2) == "0.033 mg/L"


def test_fonts_come_with_their_licence():
    folder = files("mesoplan.report") / "fonts"
    names = [item.name for item in folder.iterdir()]
    assert "LICENSE-OFL.txt" in names
    assert sum(name.endswith(".ttf") for name in names) == 4


def test_message_file_holds_only_texts():
    folder = files("mesoplan.catalogue") / "data" / "messages"
    table = tomllib.loads((folder / "en-sheet.toml").read_text(encoding="utf-8"))
    assert set(table) == {"sheet"}
