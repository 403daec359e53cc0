"""The French register: fields, encodings, stray spaces, missing columns, faults with lines."""

from pathlib import Path

import pytest
from register_helpers import BDPM, bdpm_folder, load, opened, refused

PRODUCTS = (BDPM / "CIS_bdpm.txt").read_bytes()
COMPOSITION = (BDPM / "CIS_COMPO_bdpm.txt").read_bytes()


def test_fields_are_read_without_stray_spaces_and_with_accents(tmp_path: Path) -> None:
    made = load("bdpm", BDPM, tmp_path / "s.sqlite")
    assert (made.records, made.passed_over) == (7, 0)
    assert made.files == ("CIS_bdpm.txt", "CIS_COMPO_bdpm.txt")
    assert made.imported_at == "2026-11-22T09:30:00+00:00"
    with opened(tmp_path / "s.sqlite") as store:
        forte, vaccine = store.get("bdpm:90000017"), store.get("BDPM:90000024")
    assert forte is not None
    assert forte.name == "CALMICAÏNE FORTE 20 mg/ml, solution injectable"
    assert forte.routes == ("infiltration", "intradermal", "subcutaneous")
    assert forte.routes_written == ("infiltration", "intradermique", "sous-cutanée")
    assert (forte.status, forte.marketing) == ("Autorisation active", "Commercialisée")
    assert forte.holder == "LABORATOIRE ÉCUME"
    assert vaccine is not None
    assert vaccine.name == "PEAUVAX, suspension injectable"
    assert vaccine.holder == "VACCINS DU LAC; FILIALE DU LAC"


def test_missing_trailing_columns_are_not_known(tmp_path: Path) -> None:
    load("bdpm", BDPM, tmp_path / "s.sqlite")
    with opened(tmp_path / "s.sqlite") as store:
        oil = store.get("bdpm:90000031")
    assert oil is not None
    assert (oil.status, oil.marketing, oil.holder) == (None, None, None)


def test_composition_and_strengths(tmp_path: Path) -> None:
    load("bdpm", BDPM, tmp_path / "s.sqlite")
    with opened(tmp_path / "s.sqlite") as store:
        vein, powder = store.get("bdpm:90000055"), store.get("bdpm:90000062")
    assert vein is not None
    assert str(vein.ingredients[0].quantity) == "100 mg/mL"  # 0,5 g in 5 ml
    assert powder is not None
    first, second = powder.ingredients
    assert (first.role, first.strength, first.quantity) == ("active", "5.000 UI", None)
    assert (second.role, str(second.quantity), second.link) == ("moiety", "4 mg", "1")


def test_composition_may_be_absent(tmp_path: Path) -> None:
    folder = bdpm_folder(tmp_path / "r", PRODUCTS)
    assert load("bdpm", folder, tmp_path / "s.sqlite").records == 7
    with opened(tmp_path / "s.sqlite") as store:
        found = store.get("bdpm:90000017")
    assert found is not None
    assert found.ingredients == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_encodings_give_the_same_products(encoding: str, tmp_path: Path) -> None:
    text = PRODUCTS.decode("cp1252").encode(encoding)
    load("bdpm", bdpm_folder(tmp_path / "r", text, COMPOSITION), tmp_path / "s.sqlite")
    load("bdpm", BDPM, tmp_path / "t.sqlite")
    with opened(tmp_path / "s.sqlite") as one, opened(tmp_path / "t.sqlite") as other:
        assert list(one.injectables()) == list(other.injectables())


def test_damaged_utf8_is_not_taken_for_cp1252(tmp_path: Path) -> None:
    lines = PRODUCTS.decode("cp1252").encode().split(b"\r\n")
    lines[4] = lines[4].replace("é".encode(), b"\xc3")
    folder = bdpm_folder(tmp_path / "r", b"\r\n".join(lines))
    (line,) = refused("bdpm", folder, tmp_path / "s.sqlite")
    assert line.startswith("CIS_bdpm.txt:5: a byte that is no UTF-8")


ROW = b"90000017\tA\tsolution injectable\torale\n"


@pytest.mark.parametrize(
    ("products", "says"),
    [
        (ROW + b"12\tB\tf\torale\n", 'CIS_bdpm.txt:2: "12" is no product code; 8 digits'),
        (ROW + b"90000024\tB\n", "CIS_bdpm.txt:2: 2 columns; at least 4"),
        (ROW + b"\n\n90000024\t \tf\torale\n", "CIS_bdpm.txt:4: 90000024 has no name"),
        (ROW + b"90000017\tOther\tf\torale\n", "90000017 stands for another product in line 1"),
        (ROW + b"90000024\tB\tcrea", "CIS_bdpm.txt:2: the file ends in the middle"),
        (ROW + b"90000024\tB\x00\tf\torale\n", "CIS_bdpm.txt:2: a NUL byte"),
        (ROW + b"90000024\t\x81\tf\torale\n", "CIS_bdpm.txt:2: byte 0x81 is no text in cp1252"),
        (b"\xff\xfe9\x000\x00", "CIS_bdpm.txt:1: UTF-16 text"),
        (b"", "CIS_bdpm.txt: the file is empty"),
        (b"\n \t\n", "CIS_bdpm.txt: holds no product"),
        (ROW + b"9" * 70_000, "CIS_bdpm.txt:2: a line of more than 65536 bytes"),
        (ROW + b"90000024" + b"\tx" * 300 + b"\n", "CIS_bdpm.txt:2: 301 columns; at most 200"),
        (ROW + b"90000024\t" + b"y" * 5000 + b"\tf\to\n", "CIS_bdpm.txt:2: a field of 5000"),
    ],
)
def test_broken_products_name_file_and_line(products: bytes, says: str, tmp_path: Path) -> None:
    (line,) = refused("bdpm", bdpm_folder(tmp_path / "r", products), tmp_path / "s.sqlite")
    assert says in line
    assert not (tmp_path / "s.sqlite").exists()


@pytest.mark.parametrize(
    ("composition", "says"),
    [
        (b"90000017\tsolution\t1\n", "CIS_COMPO_bdpm.txt:1: 3 columns"),
        (b"90000017\ts\t1\tX\t1 mg\t1 ml\tZZ\t1\n", 'CIS_COMPO_bdpm.txt:1: nature "ZZ"; SA or FT'),
        (b"90000017\ts\t1\t \t1 mg\t1 ml\tSA\t1\n", "CIS_COMPO_bdpm.txt:1: no substance"),
        (b"90000017\ts\t1\tX\n" * 2001, "CIS_COMPO_bdpm.txt:2001: more than 2000 ingredients"),
    ],
)
def test_broken_composition_names_file_and_line(
    composition: bytes, says: str, tmp_path: Path
) -> None:
    folder = bdpm_folder(tmp_path / "r", ROW, composition)
    (line,) = refused("bdpm", folder, tmp_path / "s.sqlite")
    assert says in line


def test_every_fault_is_listed_and_the_list_ends(tmp_path: Path) -> None:
    two = ROW + b"1\tB\tf\torale\n2\tC\tf\torale\n"
    assert len(refused("bdpm", bdpm_folder(tmp_path / "r", two), tmp_path / "s.sqlite")) == 2
    many = b"".join(b"%d\tB\tf\torale\n" % number for number in range(500))
    lines = refused("bdpm", bdpm_folder(tmp_path / "r", many), tmp_path / "s.sqlite")
    assert len(lines) == 51
    assert "reading stopped here" in lines[-1]


def test_a_repeated_line_is_passed_over(tmp_path: Path) -> None:
    made = load("bdpm", bdpm_folder(tmp_path / "r", ROW * 3), tmp_path / "s.sqlite")
    assert (made.records, made.passed_over) == (1, 2)


def test_a_folder_without_the_file_says_so(tmp_path: Path) -> None:
    (line,) = refused("bdpm", tmp_path, tmp_path / "s.sqlite")
    assert "holds no CIS_bdpm.txt" in line
    (line,) = refused("bdpm", tmp_path / "nowhere", tmp_path / "s.sqlite")
    assert "no such folder" in line
