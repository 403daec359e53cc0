"""The command line: exit codes, files, output, JSON, faults of usage."""

import json
import math
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import mesoplan
from helpers import FACE, PAIN, REMOVE, changed, run, write_case

FILES = {"plan.json", "sheet.pdf", "patient.pdf", "map.svg", "exposure.svg"}
BLOCKED = changed(PAIN, patient__allergies=["lidocaine"])
# A small area keeps the exposure of these tests short.
SMALL = changed(PAIN, areas__0__rectangle_mm=[30, 20])

QUANTITY = {"value": float, "unit": str}
NULL = type(None)
DOCUMENT: dict[str, Any] = {
    "format": str,
    "version": int,
    "status": str,
    "unchecked": int,
    "case": dict,
    "protocol": {
        "id": str,
        "version": str,
        "intent": str,
        "departures": list,
        "evidence": {"grade": str, "statement": str, "sources": list},
    },
    "syringes": [
        {
            "volume_ml": float,
            "ph": (float, NULL),
            "osmolality_mosm_kg": (float, NULL),
            "substances": [
                {
                    "substance": str,
                    "expressed_as": str,
                    "amount": QUANTITY,
                    "concentration": QUANTITY,
                }
            ],
        }
    ],
    "points": [
        {
            "id": int,
            "area": int,
            "x_mm": float,
            "y_mm": float,
            "depth_mm": float,
            "plane": str,
            "volume_ml": float,
            "syringe": int,
        }
    ],
    "totals": [
        {
            "substance": str,
            "amount": QUANTITY,
            "limit": (dict, NULL),
            "fraction": (float, NULL),
            "source": (str, NULL),
        }
    ],
    "findings": [
        {
            "rule": str,
            "severity": str,
            "checked": bool,
            "overridable": bool,
            "subjects": list,
            "message": str,
            "clears_when": str,
            "sources": list,
        }
    ],
    "indicators": [
        {
            "id": str,
            "substance": str,
            "value": (float, NULL),
            "unit": str,
            "definition": str,
            "verdict": str,
            "limit": (float, NULL),
        }
    ],
    "systemic": [{"substance": str, "cmax": (dict, NULL), "tmax": (dict, NULL)}],
    "schedule": [{"session": int, "date": (str, NULL), "kind": str}],
    "supplies": [{"item": str, "count": int}],
    "provenance": {"mesoplan": str, "catalogue": str, "inputs": str, "engine": str},
}


def conforms(value: Any, shape: Any, way: str = "plan") -> None:
    """Every key the contract names is there and of its type; more may be."""
    if isinstance(shape, dict):
        assert isinstance(value, dict), way
        for key, part in shape.items():
            assert key in value, f"{way}.{key} is missing"
            conforms(value[key], part, f"{way}.{key}")
    elif isinstance(shape, list):
        assert isinstance(value, list), way
        assert value, f"{way} is empty"
        for number, row in enumerate(value):
            conforms(row, shape[0], f"{way}[{number}]")
    else:
        kinds = shape if isinstance(shape, tuple) else (shape,)
        if float in kinds and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        assert isinstance(value, kinds), f"{way}: {value!r}"
        assert not (isinstance(value, bool) and bool not in kinds), way
        assert not isinstance(value, float) or math.isfinite(value), way


def snapshot(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_plan_writes_its_files_beside_the_case(tmp_path: Path) -> None:
    case = write_case(tmp_path, SMALL, "my.case")
    ran = run("plan", case)
    assert ran.code == 0
    assert ran.error_lines == []
    made = tmp_path / "my.case-plan"
    assert {path.name for path in made.iterdir()} == FILES
    assert {path.name for path in tmp_path.iterdir()} == {"my.case.toml", "my.case-plan"}
    for name in FILES:
        assert name in ran.out
    assert (made / "sheet.pdf").read_bytes().startswith(b"%PDF-")
    assert (made / "patient.pdf").read_bytes().startswith(b"%PDF-")
    assert b"<svg" in (made / "map.svg").read_bytes()[:400]


def test_the_document_has_what_the_contract_names(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    ran = run("plan", write_case(tmp_path, FACE), "--out", out, "--json")
    assert ran.code == 0
    assert ran.error_lines == []
    conforms(ran.document, DOCUMENT)
    assert ran.document["format"] == "mesoplan/plan"
    assert ran.document["version"] == 1
    assert json.loads((out / "plan.json").read_text(encoding="utf-8")) == ran.document
    assert {row["severity"] for row in ran.document["findings"]} <= {"critical", "warning", "info"}
    assert {row["verdict"] for row in ran.document["indicators"]} <= {"met", "missed", "none"}
    assert {row["plane"] for row in ran.document["points"]} <= {"epidermis", "dermis", "subcutis"}
    named = {row["id"] for row in ran.document["indicators"]}
    assert {"coverage", "homogeneity", "target-distance", "share-in-target"} <= named
    assert ran.document["protocol"]["evidence"]["sources"]
    assert ran.document["provenance"]["mesoplan"] == mesoplan.__version__


def test_check_is_the_same_document_without_exposure(tmp_path: Path) -> None:
    case = write_case(tmp_path, SMALL)
    checked = run("check", case, "--json").document
    shape = {k: v for k, v in DOCUMENT.items() if k not in ("indicators", "systemic")}
    conforms(checked, shape)
    assert checked["indicators"] is None
    assert checked["systemic"] is None
    assert checked["protocol"]["id"] == "localized-pain-treat"
    planned = run("plan", case, "--json").document
    same = set(planned) - {"indicators", "systemic"}
    assert {k: planned[k] for k in same} == {k: checked[k] for k in same}
    assert planned["indicators"]
    assert planned["systemic"][0]["substance"] == "lidocaine"
    assert planned["systemic"][0]["cmax"]["value"] > 0
    assert planned["systemic"][0]["cmax"]["unit"] == "mg/L"
    assert planned["systemic"][0]["tmax"]["unit"] == "h"


def test_without_a_protocol_the_document_has_null_and_a_warning(tmp_path: Path) -> None:
    alone = {"treatment__intent": "prevent", "treatment__reason": "a long drive"}
    ran = run("check", write_case(tmp_path, changed(SMALL, **alone)), "--json")
    assert ran.code == 0
    assert ran.document["protocol"] is None
    warned = [f["rule"] for f in ran.document["findings"] if f["severity"] == "warning"]
    assert warned == ["no-protocol"]
    assert ran.document["status"] == "open"


def test_check_writes_nothing(tmp_path: Path) -> None:
    case = write_case(tmp_path, SMALL)
    assert run("check", case).code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["case.toml"]


def test_planning_twice_gives_the_same_plan(tmp_path: Path) -> None:
    case = write_case(tmp_path, SMALL)
    documents = []
    for number in (1, 2):
        out = tmp_path / f"out{number}"
        assert run("plan", case, "--out", out).code == 0
        documents.append((out / "plan.json").read_bytes())
    assert documents[0] == documents[1]


def test_planning_again_replaces_the_report(tmp_path: Path) -> None:
    case = write_case(tmp_path, SMALL)
    run("plan", case)
    mine = tmp_path / "case-plan" / "notes.txt"
    mine.write_text("keep", encoding="utf-8")
    write_case(tmp_path, changed(SMALL, patient__weight_kg=70.0))
    assert run("plan", case).code == 0
    document = json.loads((tmp_path / "case-plan" / "plan.json").read_text(encoding="utf-8"))
    assert document["case"]["patient"]["weight_kg"] == 70.0
    assert mine.read_text(encoding="utf-8") == "keep"


def test_a_critical_finding_exits_with_3_and_writes(tmp_path: Path) -> None:
    case = write_case(tmp_path, changed(SMALL, patient__allergies=["lidocaine"]))
    ran = run("plan", case)
    assert ran.code == 3
    assert ran.error_lines == []
    assert "BLOCKED" in ran.out
    document = json.loads((tmp_path / "case-plan" / "plan.json").read_text(encoding="utf-8"))
    assert document["status"] == "blocked"
    assert {path.name for path in (tmp_path / "case-plan").iterdir()} == FILES
    assert run("check", case, "--json").code == 3


def test_an_unchecked_rule_never_exits_with_3(tmp_path: Path) -> None:
    values = changed(SMALL, patient={"age_years": 40}, today=REMOVE)
    ran = run("check", write_case(tmp_path, values), "--json")
    assert ran.code == 0
    assert ran.document["status"] == "open"
    assert ran.document["unchecked"] > 3


def test_the_summary_starts_with_what_was_not_checked(tmp_path: Path) -> None:
    ran = run("check", write_case(tmp_path, changed(SMALL, patient__allergies=REMOVE)))
    assert "NOT CHECKED" in ran.out.splitlines()[0]
    ran = run("check", write_case(tmp_path, SMALL))
    assert "NOT CHECKED" not in ran.out.splitlines()[0]


@pytest.mark.parametrize("place", ["below a file", "a file", "a file of the report is a folder"])
def test_a_folder_that_cannot_be_written(tmp_path: Path, place: str) -> None:
    case = write_case(tmp_path, SMALL)
    out = case if place == "a file" else case / "out"
    if place == "a file of the report is a folder":
        out = tmp_path / "out"
        (out / "map.svg").mkdir(parents=True)
    before = sorted(tmp_path.rglob("*"))
    ran = run("plan", case, "--out", out)
    assert ran.code == 2
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 1
    assert ran.err.startswith("error: out: ")
    assert sorted(tmp_path.rglob("*")) == before


def test_the_default_folder_can_be_in_the_way(tmp_path: Path) -> None:
    case = write_case(tmp_path, SMALL)
    (tmp_path / "case-plan").write_text("a file", encoding="utf-8")
    ran = run("plan", case)
    assert ran.code == 2
    assert len(ran.error_lines) == 1
    assert (tmp_path / "case-plan").read_text(encoding="utf-8") == "a file"


def test_files_can_be_read_by_others(tmp_path: Path) -> None:
    run("plan", write_case(tmp_path, SMALL))
    assert stat.S_IMODE((tmp_path / "case-plan").stat().st_mode) & 0o500 == 0o500


@pytest.mark.parametrize(
    "arguments",
    [
        ["frobnicate"],
        ["plan"],
        ["check"],
        ["check", "a.toml", "b.toml"],
        ["check", "--bad"],
        ["plan", "case.toml", "--out"],
        ["catalogue", "frobnicate"],
        ["catalogue", "list"],
        ["catalogue", "list", "frogs"],
        ["catalogue", "show", "substance"],
        ["catalogue", "show", "substance", "lidocan"],
        ["catalogue", "show", "frog", "kermit"],
        ["spacing", "absent.toml", "--substance", "lidocaine"],
        ["spacing", "absent.toml", "--substance", "lidocaine", "--coverage", "much"],
    ],
)
def test_faults_of_usage_are_one_line(arguments: list[str]) -> None:
    ran = run(*arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert len(ran.err.splitlines()) == 1
    assert ran.err.startswith("error: ")
    assert "Traceback" not in ran.err


@pytest.mark.parametrize("arguments", [[], ["catalogue"]])
def test_a_bare_command_shows_its_help_in_lines(arguments: list[str]) -> None:
    """Help is help and no fault of hundreds of characters on one line."""
    ran = run(*arguments)
    assert ran.error_lines == []
    assert "Usage" in ran.out + ran.err
    assert len((ran.out + ran.err).splitlines()) > 5


@pytest.mark.parametrize("arguments", [["--help"], ["plan", "--help"], ["catalogue", "--help"]])
def test_help(arguments: list[str]) -> None:
    ran = run(*arguments)
    assert ran.code == 0
    assert "Usage" in ran.out
    assert ran.err == ""


def test_version() -> None:
    ran = run("--version")
    assert ran.code == 0
    assert mesoplan.__version__ in ran.out
    assert len(ran.out.splitlines()) == 1


def test_colons_in_a_file_name_do_no_harm(tmp_path: Path) -> None:
    case = write_case(tmp_path, SMALL, "a b; [red]é")
    assert run("check", case).code == 0


def real(*arguments: str | Path, **extra: Any) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from mesoplan.cli.app import main; main()"]
    return subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, text=True, check=False, **extra
    )


def test_a_real_process_plans(tmp_path: Path) -> None:
    write_case(tmp_path, SMALL)
    done = real("plan", "case.toml", "--json", cwd=tmp_path)
    assert done.returncode == 0
    assert json.loads(done.stdout)["format"] == "mesoplan/plan"
    assert {path.name for path in (tmp_path / "case-plan").iterdir()} == FILES


def test_a_real_process_refuses_and_blocks(tmp_path: Path) -> None:
    bad = real("plan", write_case(tmp_path, changed(SMALL, colour="blue"), "bad"), cwd=tmp_path)
    assert (bad.returncode, bad.stdout) == (2, "")
    assert bad.stderr.startswith("error: colour: unknown key")
    assert bad.stderr.count("\n") == 1
    blocked = real("check", write_case(tmp_path, BLOCKED, "blocked"))
    assert blocked.returncode == 3


def test_a_narrow_terminal_wraps_no_error(tmp_path: Path) -> None:
    values = changed(SMALL, treatment__indication="x" * 200)
    done = real("check", write_case(tmp_path, values), env={**os.environ, "COLUMNS": "20"})
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


def test_a_reader_who_leaves_early_is_no_fault_of_the_program(tmp_path: Path) -> None:
    """``mesoplan check case.toml --json | head -1``."""
    case = write_case(tmp_path, changed(SMALL, technique__spacing_mm=0.5))
    code = "from mesoplan.cli.app import main; main()"
    piped = subprocess.Popen(
        [sys.executable, "-c", code, "check", str(case), "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert piped.stdout is not None
    assert piped.stderr is not None
    assert piped.stdout.readline() == "{\n"
    piped.stdout.close()
    text = piped.stderr.read()
    piped.stderr.close()
    piped.wait(timeout=60)
    assert "Traceback" not in text
    assert "fault of the program" not in text


def test_a_terminal_without_utf8_can_plan(tmp_path: Path) -> None:
    env = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0", "LC_ALL": "C"}
    done = real("check", write_case(tmp_path, SMALL), env=env)
    assert done.returncode == 0, done.stderr
    done = real("check", write_case(tmp_path, SMALL), "--json", env=env)
    assert done.returncode == 0, done.stderr
    json.loads(done.stdout)
