"""mesoplan pharmacopoeia on the command line: JSON, exit codes, error lines."""

import json
from pathlib import Path
from typing import Any

import pytest

from helpers import run

FIXTURES = Path(__file__).parents[1] / "catalogue" / "fixtures"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("MESOPLAN_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def done(*arguments: str) -> str:
    ran = run("pharmacopoeia", *arguments)
    assert (ran.code, ran.err) == (0, "")
    return ran.out


def parsed(*arguments: str) -> Any:
    return json.loads(done(*arguments, "--json"))


def fails(*arguments: str) -> str:
    ran = run("pharmacopoeia", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == ran.error_lines
    return ran.err


@pytest.mark.usefixtures("home")
def test_nothing_imported_yet() -> None:
    for arguments in (("search", "x"), ("route", "intradermal"), ("show", "bdpm:1"), ("eligible",)):
        assert "import one first: mesoplan pharmacopoeia import bdpm FOLDER" in fails(*arguments)


def test_import_and_ask(home: Path) -> None:
    made = parsed("import", "bdpm", str(FIXTURES / "bdpm"))
    assert (made["kind"], made["records"]) == ("bdpm", 7)
    assert [path.name for path in home.iterdir()] == ["pharmacopoeia.sqlite"]
    listed = parsed("route", "Intradermique")
    assert listed == {
        "route": "intradermal",
        "products": [
            {
                "id": "bdpm:90000017",
                "name": "CALMICAÏNE FORTE 20 mg/ml, solution injectable",
                "routes": ["infiltration", "intradermal", "subcutaneous"],
                "status": "Autorisation active; Commercialisée",
            },
            {
                "id": "bdpm:90000024",
                "name": "PEAUVAX, suspension injectable",
                "routes": ["intradermal"],
                "status": "Autorisation abrogée; Non commercialisée",
            },
        ],
    }
    assert "2 products labelled for the intradermal route" in done("route", "C38238")
    assert [p["id"] for p in parsed("search", "novocaine")["products"]] == ["bdpm:90000017"]
    shown = parsed("show", "bdpm:90000017")
    assert shown["substances"][0]["substance"] == "procaine"
    assert shown["provenance"]["files"] == ["CIS_bdpm.txt", "CIS_COMPO_bdpm.txt"]
    assert "active: CHLORHYDRATE DE PROCAÏNE, 20 mg / 1 ml = 20 mg/mL" in done(
        "show", "bdpm:90000017"
    )


@pytest.mark.usefixtures("home")
def test_eligible() -> None:
    done("import", "bdpm", str(FIXTURES / "bdpm"))
    one = parsed("eligible", "bdpm:90000031")
    assert one["verdict"] == "excluded"
    text = done("eligible", "bdpm:90000031")
    assert "not known: pH" in text
    assert "[read: S108]" in text
    every = parsed("eligible")["products"]
    assert len(every) == 6
    only = parsed("eligible", "--verdict", "labelled")["products"]
    assert [p["id"] for p in only] == ["bdpm:90000017", "bdpm:90000024"]
    assert "2 labelled, 2 off-label, 2 excluded" in done("eligible")


def test_a_broken_file_writes_nothing(home: Path, tmp_path: Path) -> None:
    (tmp_path / "r").mkdir()
    (tmp_path / "r" / "CIS_bdpm.txt").write_text("1\tA\tf\torale\n2\tB\tf\torale\n")
    lines = fails("import", "bdpm", str(tmp_path / "r")).splitlines()
    assert lines[0].startswith('error: CIS_bdpm.txt:1: "1" is no product code; 8 digits')
    assert lines[1].startswith("error: CIS_bdpm.txt:2: ")
    assert not home.exists()


@pytest.mark.usefixtures("home")
def test_bad_arguments() -> None:
    assert "one of bdpm, ndc, spl" in fails("import", "rote-liste", "x")
    assert "no such file" in fails("import", "ndc", "nowhere.json")
    done("import", "spl", str(FIXTURES / "spl"))
    assert "one of cutaneous, intradermal" in fails("route", "sideways")
    assert "see mesoplan pharmacopoeia search" in fails("show", "spl:0")
    assert "one of labelled" in fails("eligible", "--verdict", "maybe")
    assert "holds no word" in fails("search", "--", "-?-")
