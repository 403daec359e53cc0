"""mesoplan catalogue list, show and verify."""

import pytest

from helpers import run
from mesoplan.catalogue import load_catalogue
from mesoplan.catalogue.read import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_listed_as_text_and_json(kind: str) -> None:
    expected = set(load_catalogue().records[kind])
    ran = run("catalogue", "list", kind, "--json")
    assert ran.code == 0
    assert {row["id"] for row in ran.document} == expected
    assert all(row["name"] for row in ran.document)
    text = run("catalogue", "list", kind)
    assert text.code == 0
    assert len(text.out.splitlines()) >= len(expected)


@pytest.mark.parametrize("word", ["substances", "SITES", "classes", "Protocols", "supplies"])
def test_kinds_in_plural_and_any_letter_case(word: str) -> None:
    assert run("catalogue", "list", word).code == 0


def test_every_record_can_be_shown() -> None:
    for kind, records in load_catalogue().records.items():
        for name in list(records)[:4]:
            ran = run("catalogue", "show", kind, name, "--json")
            assert ran.code == 0
            assert ran.document["id"] == name
            assert run("catalogue", "show", kind, name).code == 0


def test_a_figure_is_shown_with_trust_and_source() -> None:
    ran = run("catalogue", "show", "substance", "Xylocaïne")
    assert ran.code == 0
    assert ran.out.startswith("id: lidocaine")
    assert "half_life_h: 1.6 (1.5–2) h  [read: S166, L-lidocaine-ch" in ran.out
    assert "[S113] " in ran.out  # the citation itself


def test_an_unknown_id_names_the_nearest() -> None:
    ran = run("catalogue", "show", "site", "chek")
    assert ran.code == 2
    assert '"cheek"' in ran.err


def test_the_catalogue_verifies() -> None:
    ran = run("catalogue", "verify")
    assert ran.code == 0
    assert "no faults" in ran.out
    document = run("catalogue", "verify", "--json").document
    assert document["faults"] == []
    assert set(document["by_trust"]) <= {"verified", "read", "recalled", "computed", "proposal"}
    assert document["by_kind"]["substance"] >= 25
    assert document["by_kind"]["product"] >= 15
