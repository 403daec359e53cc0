"""The US directory: JSON, tab-separated text and zip archives; bombs, cut files, odd records."""

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from register_helpers import NDC_JSON, NDC_TEXT, load, opened, refused

from mesoplan.catalogue.registers import source
from mesoplan.catalogue.registers.kinds import REGISTERS

HEADER = NDC_TEXT.read_text().splitlines()[0]


def test_json_records(tmp_path: Path) -> None:
    assert load("ndc", NDC_JSON, tmp_path / "s.sqlite").records == 4
    with opened(tmp_path / "s.sqlite") as store:
        one, old, twin, plain = (
            store.get(f"ndc:9001-00{code}") for code in ("17", "24", "24_c", "31")
        )
    assert one is not None
    assert (one.name, one.generic) == ("Calmicaine", "Procaine Hydrochloride")
    assert one.routes == ("infiltration", "intradermal")
    assert str(one.ingredients[0].quantity) == "20 mg/mL"
    assert (one.status, one.marketing) == ("NDA", "from 1998-03-04")
    assert old is not None
    assert old.marketing == "to 2018-09-10"
    assert twin is not None
    assert (twin.name, str(twin.ingredients[0].quantity)) == ("Oleodepot Twin", "50 U/mL")
    assert plain is not None
    assert plain.name == "Tabletine"


def test_json_on_one_line_gives_the_same(tmp_path: Path) -> None:
    one_line = tmp_path / "one.json"
    one_line.write_text(json.dumps(json.loads(NDC_JSON.read_text())))
    load("ndc", NDC_JSON, tmp_path / "s.sqlite")
    load("ndc", one_line, tmp_path / "t.sqlite")
    with opened(tmp_path / "s.sqlite") as one, opened(tmp_path / "t.sqlite") as other:
        assert list(one.injectables()) == list(other.injectables())


def test_text_records(tmp_path: Path) -> None:
    assert load("ndc", NDC_TEXT, tmp_path / "s.sqlite").records == 3
    with opened(tmp_path / "s.sqlite") as store:
        one, muddle, short = (store.get(f"ndc:9001-00{code}") for code in ("17", "48", "55"))
    assert one is not None
    assert one.name == "Calmicaine MPF"
    assert one.routes == ("infiltration", "intradermal", "soft-tissue")
    assert [str(item.quantity) for item in one.ingredients] == ["20 mg/mL", "9 mg/mL"]
    assert muddle is not None
    assert muddle.strength_text == "70; 5600 mg/1; [iU]/1"
    assert [item.strength for item in muddle.ingredients] == [None, None, None]
    assert short is not None
    assert (short.status, short.ingredients) == (None, ())


def write_zip(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name.replace("__", "."), data)
    return path


def test_a_zip_with_one_register_file(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "n.zip", product__txt=NDC_TEXT.read_bytes(), package__txt=b"x\ty\n")
    made = load("ndc", path, tmp_path / "s.sqlite")
    assert (made.records, made.files) == (3, ("n.zip/product.txt",))


def test_a_fault_in_a_zip_names_the_line_of_its_file(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "n.zip", product__txt=f"{HEADER}\nX\tbad\n".encode())
    (line,) = refused("ndc", path, tmp_path / "s.sqlite")
    assert line.startswith('n.zip/product.txt:2: "bad" is no product code')


def test_zip_bombs_are_refused_unopened(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "n.zip", product__txt=b"\n" * 20_000_000)
    (line,) = refused("ndc", path, tmp_path / "s.sqlite")
    assert "unpacks from" in line


def test_a_zip_that_lies_about_its_size_is_cut_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "LARGEST_RATIO", 10**9)
    path = write_zip(tmp_path / "n.zip", product__txt=HEADER.encode() + b"\n" + b" " * 3_000_000)
    data = path.read_bytes()
    size = (len(HEADER) + 1 + 3_000_000).to_bytes(4, "little")
    path.write_bytes(data.replace(size, (400).to_bytes(4, "little")))
    (line,) = refused("ndc", path, tmp_path / "s.sqlite")
    assert line.startswith("n.zip")


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"other__txt": b"x"}, "0 register files"),
        ({"product__txt": b"x", "more__json": b"{}"}, "2 register files"),
    ],
)
def test_other_archives(members: dict[str, bytes], says: str, tmp_path: Path) -> None:
    (line,) = refused("ndc", write_zip(tmp_path / "n.zip", **members), tmp_path / "s.sqlite")
    assert says in line


def test_a_damaged_archive(tmp_path: Path) -> None:
    path = write_zip(tmp_path / "n.zip", product__txt=NDC_TEXT.read_bytes())
    data = bytearray(path.read_bytes())
    data[60:90] = b"\xaa" * 30
    path.write_bytes(bytes(data))
    (line,) = refused("ndc", path, tmp_path / "s.sqlite")
    assert "archive is damaged" in line
    path.write_bytes(b"PK\x03\x04 and nothing else")
    (line,) = refused("ndc", path, tmp_path / "s.sqlite")
    assert "archive is damaged" in line


def record(**fields: Any) -> str:
    return json.dumps({"meta": {}, "results": [{"product_ndc": "9001-0017"} | fields]}, indent=1)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('{"results": [\n{"product_ndc": "9001-0017"},\n{"product_ndc" 5}]}', ":3: no JSON"),
        ('{"results": [\n{"product_ndc": "9001-0017"}', ":2: the file ends in the middle"),
        ('{"meta": {}}', "holds no product"),
        ('{"results": []}', "holds no product"),
        ('{"results": [\n7]}', ":2: a result is no object"),
        (record(product_ndc=5), 'product_ndc "" is no product code'),
        (record(route="ORAL"), "route is no list of texts"),
        (record(active_ingredients=[{"strength": "1"}]), "active_ingredients is no list"),
        (record(route=["ORAL"] * 3000), "a list of more than 2000"),
        ('{"results": [' + "[" * 100_000, ":1: a record with more than 10000 brackets"),
        ('{"results": [{"product_ndc": "9001-0017", "n": 1e99999}]}x', "x.json:1:"),
    ],
)
def test_broken_json(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(text)
    lines = refused("ndc", path, tmp_path / "s.sqlite")
    assert says in lines[0]
    assert not (tmp_path / "s.sqlite").exists()


def test_text_that_is_no_unicode_does_not_break_the_import(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_text(record(brand_name="A \ud800 B"))
    assert load("ndc", path, tmp_path / "s.sqlite").records == 1


def test_an_endless_record_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    size = REGISTERS["ndc"].longest_line + 200_000
    path.write_text('{"results": [{"product_ndc": "' + "9" * size + '"}]}')
    (line,) = refused("ndc", path, tmp_path / "s.sqlite")
    assert "a record of more than" in line


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("PRODUCTID\tPRODUCTNDC\tNDCPACKAGECODE\n", "x.txt:1: the first line lacks the columns"),
        (f"{HEADER}\nX\tnone\n", 'x.txt:2: "none" is no product code'),
        (f"{HEADER}\n", "holds no product"),
    ],
)
def test_broken_text(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "x.txt"
    path.write_text(text)
    (line,) = refused("ndc", path, tmp_path / "s.sqlite")
    assert says in line


def test_the_size_limit_is_checked_first(tmp_path: Path) -> None:
    path = tmp_path / "huge.json"
    with path.open("wb") as stream:
        stream.truncate(REGISTERS["ndc"].largest_file + 1)
    (line,) = refused("ndc", path, tmp_path / "s.sqlite")
    assert "more than the" in line
