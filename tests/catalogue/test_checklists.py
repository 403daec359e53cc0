"""Tick lists of a session, and what the countries say of who injects, as data."""

from pathlib import Path
from typing import get_args

import pytest

from helpers import run
from mesoplan.catalogue import load_catalogue
from mesoplan.catalogue.read import read_records
from mesoplan.catalogue.store import build_catalogue
from mesoplan.catalogue.verify import verify
from mesoplan.core.errors import CatalogueError
from mesoplan.model.rule import Checklist

LIST = """
[[checklist]]
id = "hands"
phase = "asepsis-before"
title = "Hands"
items = ["Hands washed."]
sources = ["S1"]
trust = "read"
"""
PHASES = get_args(Checklist.model_fields["phase"].annotation)


def folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "lists.toml").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("phase", PHASES)
def test_every_phase_of_a_session_has_a_list(phase: str) -> None:
    rows = [row for row in load_catalogue().checklists.values() if row.phase == phase]
    assert rows
    assert any(row.applies_to == type(row.applies_to)() for row in rows), "none for every plan"


def test_every_list_has_items_each_once_and_a_source() -> None:
    for row in load_catalogue().checklists.values():
        assert row.title
        assert row.items
        assert len(set(row.items)) == len(row.items)
        assert all(item.endswith(".") for item in row.items)


@pytest.mark.parametrize(
    ("phase", "word"),
    [
        ("before", "NOT stopped for mesotherapy"),
        ("before", "Emergency kit"),
        ("before", "consent"),
        ("asepsis-before", "One patient, one vial"),
        ("asepsis-before", "No tap water"),
        ("asepsis-before", "septum"),
        ("asepsis-during", "new sterile needle"),
        ("asepsis-after", "Antiseptic"),
        ("aftercare", "nodule"),
        ("aftercare", "12 weeks"),
        ("record", "lot, expiry"),
    ],
)
def test_what_a_list_must_hold(phase: str, word: str) -> None:
    rows = [row for row in load_catalogue().checklists.values() if row.phase == phase]
    assert any(word in item for row in rows for item in row.items)


@pytest.mark.parametrize("word", ["checklist", "checklists", "CHECKLISTS"])
def test_the_lists_are_listed(word: str) -> None:
    ran = run("catalogue", "list", word, "--json")
    assert ran.code == 0
    titles = {row["id"]: row["name"] for row in ran.document}
    assert titles["asepsis-before"] == "Asepsis before the first puncture"


@pytest.mark.parametrize(
    ("old", "new", "wrong"),
    [
        ('"asepsis-before"', '"soon"', "hands.phase"),
        ('items = ["Hands washed."]', "items = 3", "hands.items"),
        ('sources = ["S1"]', "", "hands.sources"),
        ('title = "Hands"', "", "hands.title"),
    ],
)
def test_a_broken_list_is_refused_with_its_place(
    tmp_path: Path, old: str, new: str, wrong: str
) -> None:
    with pytest.raises(CatalogueError) as caught:
        read_records(folder(tmp_path, LIST.replace(old, new)))
    assert wrong in str(caught.value)


def test_a_list_for_a_class_that_does_not_exist_is_a_fault(tmp_path: Path) -> None:
    text = LIST + 'applies_to = { classes = ["sugar"] }\n'
    faults = verify(build_catalogue(folder(tmp_path, text))).faults
    assert "checklist hands: unknown sugar in classes" in faults


def test_standing_facts_of_a_country_say_check_locally() -> None:
    rules = [r for r in load_catalogue().country_rules.values() if r.severity == "info"]
    assert {"FR", "GB", "US", "IT", "ES", "BR", "PH"} == {rule.country for rule in rules}
    for rule in rules:
        assert rule.message.endswith("Check locally.")
        assert rule.legal_text
        assert rule.text_date
