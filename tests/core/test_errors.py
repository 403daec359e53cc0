"""Faults, hashes and countries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesoplan.core.countries import COUNTRIES
from mesoplan.core.errors import Fault, InputError, MesoplanError
from mesoplan.core.hashing import canonical_json, content_hash


def test_a_fault_is_one_line_whatever_it_quotes() -> None:
    fault = Fault("a.b", 'the text "x\ny\r\tz" is wrong', "write  one line")
    assert fault.line() == 'a.b: the text "x y z" is wrong; write one line'


@given(st.text(max_size=30), st.text(max_size=30))
def test_no_text_breaks_a_fault_line(wrong: str, right: str) -> None:
    assert len(Fault("key", wrong, right).line().splitlines()) == 1


def test_an_input_error_carries_every_fault() -> None:
    both = (Fault("a", "w", "r"), Fault("b", "w", "r"))
    error = InputError(both)
    assert error.faults == both
    assert isinstance(error, MesoplanError)
    assert str(error).splitlines() == ["a: w; r", "b: w; r"]


def test_a_hash_does_not_depend_on_the_order_of_keys() -> None:
    assert content_hash({"a": 1, "b": [1, 2]}) == content_hash({"b": [1, 2], "a": 1})
    assert content_hash({"b": [2, 1], "a": 1}) != content_hash({"a": 1, "b": [1, 2]})
    # echo -n '{}' | sha256sum
    known = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert content_hash({}) == f"sha256:{known}"


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_json_without_a_number_for_it_is_refused(value: float) -> None:
    with pytest.raises(ValueError):
        canonical_json({"a": value})


def test_countries_are_the_249_of_iso_3166() -> None:
    assert len(COUNTRIES) == 249
    assert {"FR", "IT", "ES", "GB", "US"} <= COUNTRIES
    assert not {"UK", "XX", "EU"} & COUNTRIES
