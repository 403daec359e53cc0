"""What the catalogue refuses of its own files."""

from pathlib import Path

import pytest

from mesoplan.catalogue import load_catalogue
from mesoplan.catalogue.read import read_records
from mesoplan.catalogue.store import build_catalogue
from mesoplan.catalogue.verify import verify
from mesoplan.core.errors import CatalogueError

SOURCE = """
[[source]]
id = "S1"
citation = "A paper."
kind = "P"
seen = "2026-11-01"
"""
NEEDLE = """
[[needle]]
id = "30g-4mm"
gauge = 30
length_mm = 4.0
outer_diameter_mm = 0.31
sources = ["S1"]
trust = "read"
"""


def folder(tmp_path: Path, text: str) -> Path:
    (tmp_path / "data.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_sound_folder_has_no_fault(tmp_path: Path) -> None:
    found = verify(build_catalogue(folder(tmp_path, SOURCE + NEEDLE)))
    assert found.faults == ()
    assert found.by_trust == {"read": 1}


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        (NEEDLE + NEEDLE, "stands twice"),
        (NEEDLE.replace("gauge = 30", 'gauge = "thin"'), "30g-4mm.gauge"),
        (NEEDLE.replace('sources = ["S1"]', "sources = []"), "source"),
        (NEEDLE.replace('sources = ["S1"]', ""), "30g-4mm.sources"),
        (NEEDLE.replace('trust = "read"', 'trust = "sure"'), "30g-4mm.trust"),
        (NEEDLE.replace("length_mm = 4.0", "length_mm = -4.0"), "30g-4mm.length_mm"),
        (NEEDLE + "colour = 3\n", "30g-4mm.colour"),
        ("[[frog]]\nid = 'kermit'\n", "frog"),
        ("not toml", "data.toml"),
    ],
)
def test_a_broken_record_is_refused_with_its_place(tmp_path: Path, text: str, wrong: str) -> None:
    with pytest.raises(CatalogueError) as caught:
        read_records(folder(tmp_path, SOURCE + text))
    assert wrong in str(caught.value)


def test_a_figure_without_a_known_source_is_a_fault(tmp_path: Path) -> None:
    found = verify(build_catalogue(folder(tmp_path, NEEDLE)))
    assert any("S1" in fault for fault in found.faults)


def test_a_source_that_nothing_cites_is_a_fault(tmp_path: Path) -> None:
    found = verify(build_catalogue(folder(tmp_path, SOURCE)))
    assert any("nothing cites" in fault for fault in found.faults)


def test_the_version_follows_the_content(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one = build_catalogue(folder(tmp_path / "a", SOURCE + NEEDLE))
    same = build_catalogue(folder(tmp_path / "b", NEEDLE + SOURCE))
    other = build_catalogue(folder(tmp_path / "b", SOURCE + NEEDLE.replace("0.31", "0.32")))
    assert one.version == same.version != other.version


def test_the_shipped_catalogue_is_sound() -> None:
    assert verify(load_catalogue()).faults == ()
