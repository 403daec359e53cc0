"""Label XML: products, kits, newest label, and what a hostile file may try."""

from pathlib import Path

import pytest
from register_helpers import SPL, load, opened, refused

LABEL = (SPL / "lakeject.xml").read_text()


def test_a_label(tmp_path: Path) -> None:
    load("spl", SPL / "lakeject.xml", tmp_path / "s.sqlite")
    with opened(tmp_path / "s.sqlite") as store:
        found = store.get("spl:9001-0062")
    assert found is not None
    assert (found.name, found.generic) == ("Lakeject", "lidocaine hydrochloride")
    assert found.routes == ("intradermal",)  # by its code: the word is new
    assert (found.status, found.marketing) == ("NDA", "active from 2008-02-21")
    assert found.dated == "2020-11-30"
    assert found.excipients_listed
    active, moiety, inactive = found.ingredients
    assert (active.code, str(active.quantity)) == ("V13007Z41A", "50 mg/mL")  # 40 mg in 0.8 mL
    assert (moiety.role, moiety.link) == ("moiety", active.link)
    assert (inactive.role, inactive.name) == ("inactive", "PROPYLENE GLYCOL")


def test_a_kit_keeps_its_parts_apart(tmp_path: Path) -> None:
    load("spl", SPL, tmp_path / "s.sqlite")
    with opened(tmp_path / "s.sqlite") as store:
        kit = store.get("spl:9001-0079")
    assert kit is not None
    assert kit.dosage_form == "KIT: INJECTION, SOLUTION; SWAB"
    assert kit.routes == ("subcutaneous", "cutaneous")
    assert [(item.part, item.routes) for item in kit.ingredients] == [
        ("Lakekit syringe", ("subcutaneous",)),
        ("Lakekit syringe", ("subcutaneous",)),
        ("Swab", ("cutaneous",)),
    ]


@pytest.mark.parametrize("names", [("a.xml", "b.xml"), ("b.xml", "a.xml")])
def test_of_two_labels_of_a_product_the_newest_counts(
    names: tuple[str, str], tmp_path: Path
) -> None:
    folder = tmp_path / "labels"
    folder.mkdir()
    (folder / names[0]).write_text(LABEL)
    newer = LABEL.replace("20201130", "20220101").replace("Lakeject", "Lakeject new")
    (folder / names[1]).write_text(newer)
    made = load("spl", folder, tmp_path / "s.sqlite")
    assert (made.records, made.passed_over) == (1, 1)
    with opened(tmp_path / "s.sqlite") as store:
        found = store.get("spl:9001-0062")
        assert not [p for p in store.search("lakeject") if p.name == "Lakeject"]
    assert found is not None
    assert found.name == "Lakeject new"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            f'<!DOCTYPE d [<!ENTITY l0 "ha">{LAUGHS}]><document>&l8;</document>',
            "declares a document type or entities",
        ),
        (
            '<!DOCTYPE d [<!ENTITY f SYSTEM "file:///etc/hostname">]><document>&f;</document>',
            "declares a document type or entities",
        ),
        ('<!DOCTYPE d SYSTEM "http://127.0.0.1/x.dtd"><document/>', "declares a document type"),
        ("<html><body/></html>", 'the root is "html"'),
        (LABEL[:900], "no XML"),
        (LABEL.replace("</name>", "</nom>", 1), "x.xml:10: no XML"),
        ('<?xml version="1.0" encoding="utf-99"?><document/>', "no XML"),
        ("<document xmlns='urn:hl7-org:v3'>" + "<a>" * 300, "nested deeper than 200"),
        (LABEL.replace('"9001-0062"', '"none"'), 'x.xml:7: "NONE" is no product code'),
        ("<document xmlns='urn:hl7-org:v3'/>", "no product with a code"),
        (LABEL.replace("Lakeject", "L" * 5000), "imported"),
    ],
)
def test_hostile_and_broken_labels(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "x.xml"
    path.write_text(text)
    if says == "imported":
        assert load("spl", path, tmp_path / "s.sqlite").records == 1
        return
    assert says in refused("spl", path, tmp_path / "s.sqlite")[0]
    assert not (tmp_path / "s.sqlite").exists()


def test_a_folder_without_labels(tmp_path: Path) -> None:
    (line,) = refused("spl", tmp_path, tmp_path / "s.sqlite")
    assert "no XML file in the folder" in line
