"""The store: atomic replacement, locks, damage, search, routes, and bytes of every kind."""

import sqlite3
import tempfile
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from register_helpers import (
    BDPM,
    MOMENT,
    NDC_JSON,
    NDC_TEXT,
    SPL,
    bdpm_folder,
    filled,
    load,
    opened,
    refused,
    refused_or_none,
)

from mesoplan.catalogue.names import folded
from mesoplan.catalogue.registers import (
    default_store_path,
    find_register_product,
    import_register,
    route_id,
)
from mesoplan.core.errors import InputError

GOOD = b"90000086\tNEUF, solution injectable\tsolution injectable\tintradermique\n"


def content(store: Path) -> list[object]:
    with closing(sqlite3.connect(store)) as base:
        return [
            base.execute("SELECT id, document FROM product ORDER BY id").fetchall(),
            base.execute("SELECT * FROM product_route").fetchall(),
            base.execute("SELECT * FROM register").fetchall(),
            base.execute(
                "SELECT rowid FROM product_text WHERE product_text MATCH 'calmicaine'"
            ).fetchall(),
        ]


def test_a_broken_import_leaves_every_row_of_the_old_one(tmp_path: Path) -> None:
    store = filled(tmp_path)
    before = content(store)
    broken = bdpm_folder(tmp_path / "r", GOOD + b"oops\tB\tf\torale\n")
    assert len(refused("bdpm", broken, store)) == 1
    assert content(store) == before


def test_a_new_import_replaces_its_register_and_no_other(tmp_path: Path) -> None:
    store = filled(tmp_path)
    load("bdpm", bdpm_folder(tmp_path / "r", GOOD), store)
    with opened(store) as now:
        assert [p.id for p in now.by_route("intradermal")] == [
            "bdpm:90000086",
            "ndc:9001-0017",
            "spl:9001-0062",
        ]
        assert now.get("bdpm:90000017") is None
        assert [p.id for p in now.search("calmicaine")] == ["ndc:9001-0017"]
        assert {row.kind: row.records for row in now.provenance()} == {
            "bdpm": 1,
            "ndc": 4,
            "spl": 2,
        }


def test_the_same_file_gives_the_same_hash_and_rows(tmp_path: Path) -> None:
    one = load("bdpm", BDPM, tmp_path / "s.sqlite")
    rows = content(tmp_path / "s.sqlite")
    assert load("bdpm", BDPM, tmp_path / "s.sqlite") == one
    assert content(tmp_path / "s.sqlite")[:3] == rows[:3]


def test_an_import_beside_another_says_so_and_a_reader_goes_on(tmp_path: Path) -> None:
    store = filled(tmp_path)
    with closing(sqlite3.connect(store, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM product")
        with opened(store) as reader:
            assert len(reader.by_route("intradermal")) == 4
        (line,) = refused("bdpm", BDPM, store)
        assert "another import is writing the store; wait until it is done" in line
        writer.execute("ROLLBACK")
    load("bdpm", BDPM, store)


def test_a_reader_sees_the_old_products_until_the_import_is_done(tmp_path: Path) -> None:
    store = filled(tmp_path)
    with opened(store) as reader:
        rows = reader.injectables()
        first = next(rows)
        load("bdpm", bdpm_folder(tmp_path / "r", GOOD), store)
        rest = [first.id, *(p.id for p in rows)]
    assert "bdpm:90000017" in rest
    assert "bdpm:90000086" not in rest


def test_no_store_yet(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="mesoplan pharmacopoeia import bdpm"):
        opened(tmp_path / "none.sqlite")


@pytest.mark.parametrize("bytes_", [b"not a database at all, but long enough" * 40, b"SQLite"])
def test_a_damaged_store(bytes_: bytes, tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    path.write_bytes(bytes_)
    with pytest.raises(InputError, match="import the registers again"):
        opened(path)
    assert "is damaged" in refused("bdpm", BDPM, path)[0]
    assert path.read_bytes() == bytes_


def test_a_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "s.sqlite"
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE mine (x)")
        base.commit()
    with pytest.raises(InputError, match="another program or version"):
        opened(path)
    assert "another program or version" in refused("bdpm", BDPM, path)[0]


def test_search_folds_case_and_accents_and_cuts_words(tmp_path: Path) -> None:
    with opened(filled(tmp_path)) as store:
        assert [p.id for p in store.search("calmicaïne FORTE")] == ["bdpm:90000017"]
        assert {p.id for p in store.search("calmic")} == {"bdpm:90000017", "ndc:9001-0017"}
        assert [p.id for p in store.search("mysterine base")] == ["bdpm:90000062"]
        assert [p.id for p in store.search("acide tranexamique")] == ["bdpm:90000055"]
        assert store.search("no such words") == ()
        assert {p.id for p in store.search("procaine", ["peauvax"])} >= {"bdpm:90000024"}


@given(st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_text_can_be_searched(text: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        load("ndc", NDC_JSON, Path(folder) / "s.sqlite")
        with opened(Path(folder) / "s.sqlite") as store:
            if any(letter.isalnum() for letter in folded(text)):
                store.search(text)
            else:
                with pytest.raises(InputError, match="holds no word"):
                    store.search(text)


@pytest.mark.parametrize(
    "text",
    ["intradermal", "Intradermique", "INTRACUTANÉE", "idinj", "C38238", "20030000", "100000073595"],
)
def test_words_and_codes_of_the_intradermal_route(text: str) -> None:
    assert route_id(text) == "intradermal"


def test_routes_list_products_off_the_market_too(tmp_path: Path) -> None:
    with opened(filled(tmp_path)) as store:
        found = {p.id: p.status for p in store.by_route("intradermal")}
    assert found["bdpm:90000024"] == "Autorisation abrogée"


def test_a_product_by_its_id(tmp_path: Path) -> None:
    store = filled(tmp_path)
    assert find_register_product("BDPM:90000017", store).name.startswith("CALMICAÏNE")
    with pytest.raises(InputError, match="not in the imported registers"):
        find_register_product("bdpm:1", store)


def test_the_place_of_the_store(tmp_path: Path) -> None:
    home, data = str(tmp_path / "h"), str(tmp_path / "d")
    both = {"MESOPLAN_HOME": home, "XDG_DATA_HOME": data}
    assert default_store_path(both) == tmp_path / "h" / "pharmacopoeia.sqlite"
    assert default_store_path({"XDG_DATA_HOME": data}) == (
        tmp_path / "d" / "mesoplan" / "pharmacopoeia.sqlite"
    )
    assert default_store_path({}).parts[-3:] == ("share", "mesoplan", "pharmacopoeia.sqlite")


def test_a_moment_needs_its_zone(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="time zone"):
        import_register("bdpm", BDPM, tmp_path / "s.sqlite", datetime(2026, 1, 1))  # noqa: DTZ001


def test_progress_is_told_in_bytes(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    import_register(
        "ndc", NDC_TEXT, tmp_path / "s.sqlite", MOMENT, lambda done, all_: seen.append((done, all_))
    )
    assert seen[-1] == (NDC_TEXT.stat().st_size, NDC_TEXT.stat().st_size)


SEEDS = {
    "bdpm": (BDPM / "CIS_bdpm.txt").read_bytes(),
    "ndc": NDC_JSON.read_bytes(),
    "text": NDC_TEXT.read_bytes(),
    "spl": (SPL / "lakeject.xml").read_bytes(),
}


@given(
    st.sampled_from(sorted(SEEDS)),
    st.lists(
        st.tuples(st.integers(0, 3000), st.integers(0, 40), st.binary(max_size=12)), max_size=5
    ),
    st.integers(0, 4000),
)
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_imported_or_refused(
    name: str, edits: list[tuple[int, int, bytes]], cut: int
) -> None:
    data = SEEDS[name]
    for at, length, new in edits:
        data = data[:at] + new + data[at + length :]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        store = place / "s.sqlite"
        load("ndc", NDC_JSON, store)
        before = content(store)
        path = bdpm_folder(place / "r", data[:cut], data)
        if name != "bdpm":
            path = path / "CIS_bdpm.txt"
        kind = {"bdpm": "bdpm", "spl": "spl"}.get(name, "ndc")
        lines = refused_or_none(kind, path, store)
        if lines is not None:
            assert all(line and "\n" not in line for line in lines)
            assert content(store) == before
