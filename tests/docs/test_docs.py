"""The documentation is true: nothing undocumented, every example runs, every control has a test."""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import click
import pytest
import typer

import mesoplan
from mesoplan import dose
from mesoplan.catalogue import load_catalogue
from mesoplan.catalogue.formulary import with_formulary
from mesoplan.catalogue.read import KINDS
from mesoplan.catalogue.verify import verify
from mesoplan.cli import output
from mesoplan.cli.app import app
from mesoplan.core.units import UNITS
from mesoplan.exchange.points_csv import COLUMNS
from mesoplan.model.approval import Approval
from mesoplan.model.base import Record, Trust
from mesoplan.model.case import Case, Named, Photograph
from mesoplan.model.finding import Severity
from mesoplan.model.landmarks import Calibration, Detector, Landmarks, PhotoFile
from mesoplan.model.plan import Plan, Status
from mesoplan.model.protocol import OwnMixture
from mesoplan.report.write import NAMES

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(p for p in DOCS.rglob("*.md") if not {"_build", "generated"} & set(p.parts))
TOP = [ROOT / n for n in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md", "NOTICE")]
FENCE = re.compile(r"^( *)```(\w+)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(path: Path) -> list[tuple[str, str]]:
    return [(m[2], m[3]) for m in FENCE.finditer(path.read_text(encoding="utf-8")) if not m[1]]


# ---- Nothing undocumented ----


def commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, f"{path} {name}")


COMMANDS = dict(commands(typer.main.get_command(app), "mesoplan"))


@pytest.mark.parametrize("path", COMMANDS)
def test_every_command_option_and_argument_is_documented(path: str) -> None:
    text, command = page("reference/commands.md"), COMMANDS[path]
    if not getattr(command, "commands", {}):
        assert f"`{path}" in text
        assert re.search(rf"^{re.escape(path)} ", text, re.MULTILINE), "no usage line"
    for parameter in command.params:
        for name in parameter.opts if parameter.param_type_name == "option" else ():
            assert f"`{name}" in text, name


def test_every_kind_of_record_and_every_written_file_is_documented() -> None:
    text = page("reference/commands.md")
    assert [n for n in (*KINDS, *NAMES) if f"`{n}`" not in text] == []
    fields = page("reference/catalogue-files.md")
    assert "generated/fields.md" in fields


@pytest.mark.parametrize("name", ["DONE", "PROGRAM_FAULT", "BAD_INPUT", "CRITICAL"])
def test_every_exit_code_is_documented(name: str) -> None:
    assert f"\n| {getattr(output, name)} | " in page("reference/exit-codes.md")


def test_every_severity_status_and_mark_of_trust_is_documented() -> None:
    text = page("reference/severities.md")
    for words in (Severity, Status, Trust):
        assert [word for word in get_args(words) if f"`{word}`" not in text] == []


def records(model: type[Record]) -> dict[str, type[Record]]:
    """A record and every record inside it, by name."""
    found = {model.__name__: model}
    todo = [field.annotation for field in model.model_fields.values()]
    while todo:
        part = todo.pop()
        todo += get_args(part)
        if isinstance(part, type) and issubclass(part, Record) and part.__name__ not in found:
            found |= records(part)
    return found


def options(annotation: Any) -> Iterator[str]:
    """Every text that a field allows."""
    for part in get_args(annotation):
        if isinstance(part, str):
            yield part
        else:
            yield from options(part)


# What the reader makes of the file and no file holds.
NOT_WRITTEN = {
    "Case.name", "Case.photographs", "PatientCondition.name", "Treatment.intent_assumed",
    "CaseIngredient.written", "Reconstitute.diluent",
}  # fmt: skip
CASE_FIELDS = [
    (f"{name}.{field}", field, info.annotation)
    for name, model in records(Case).items()
    # landmarks stand in a file and on a page of their own
    if model not in (Named, Photograph, Landmarks, PhotoFile, Detector, Calibration)
    for field, info in model.model_fields.items()
]


@pytest.mark.parametrize(("where", "field", "annotation"), CASE_FIELDS)
def test_every_key_of_a_case_is_documented(where: str, field: str, annotation: Any) -> None:
    text = page("reference/case-file.md")
    if where not in NOT_WRITTEN:
        # sections stand in headings as `[patient]` or `[[areas]]`
        assert re.search(rf"`\[*{field}\]*`", text), field
        assert [word for word in options(annotation) if f"`{word}`" not in text] == []


def test_every_field_of_a_plan_is_documented() -> None:
    text = page("reference/plan-json.md")
    inside = records(Plan)
    for name in records(Case):
        inside.pop(name)
    for name in records(Approval):  # printed, not part of the JSON form
        inside.pop(name)
    inside.pop("Trial")  # an entry of evidence.trials, as the catalogue's files have it
    missing = [
        f"{name}.{field}"
        for name, model in inside.items()
        for field, info in model.model_fields.items()
        if not info.exclude and f"`{field}`" not in text
    ]
    assert missing == []


def test_every_unit_is_documented() -> None:
    text = page("reference/case-file.md")
    # the Greek mu is written like the micro sign
    assert [u for u in UNITS if f"`{u.replace('μ', 'µ')}`" not in text] == []


def test_every_column_of_the_points_is_documented() -> None:
    assert [c for c in COLUMNS if f"`{c}`" not in page("reference/points-csv.md")] == []


def test_every_public_name_is_documented() -> None:
    text = page("reference/python.md")
    names = [f"mesoplan.{name}" for name in mesoplan.__all__]
    assert [name for name in names if not re.search(rf"\b{re.escape(name)}\b", text)] == []
    own = text[text.index("## mesoplan.dose") :]
    assert [name for name in dose.__all__ if not re.search(rf"\b{name}\b", own)] == []


def test_every_id_of_the_catalogue_is_in_the_tables(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DOCS))
    monkeypatch.delitem(sys.modules, "generate", raising=False)
    import generate

    catalogue = load_catalogue()
    tables = generate.ids(catalogue)
    plural = {"class": "classes"}
    for kind, records_of_kind in catalogue.records.items():
        name = plural.get(kind, f"{kind}s")
        if name in tables:
            assert name in page("reference/ids.md"), name
            assert [i for i in records_of_kind if f"| `{i}` |" not in tables[name]] == []
    assert {"sites", "substances", "products", "conditions", "techniques"} <= tables.keys()


def test_every_indication_technique_and_substance_has_a_page(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.syspath_prepend(str(DOCS))
    import generate_pages
    import generate_text

    catalogue = load_catalogue()
    pages = generate_pages.pages(catalogue)
    for kind in ("indication", "technique", "substance"):
        index = pages[f"{kind}s/index"]
        for name, record in catalogue.records[kind].items():
            stem = generate_text.stem(name)
            assert f"]({stem}.md)" in index or f"/{stem}.md)" in index, name
            assert f"`{name}`" in pages[f"{kind}s/{stem}"]
            assert generate_text.escaped(record.name) in pages[f"{kind}s/{stem}"]
    for protocol in catalogue.protocols.values():
        text = pages[f"indications/{protocol.indication}"]
        own = text[text.index(f"`{protocol.id}`, version") :].split("\n### ")[0]
        assert protocol.syringes or "The practitioner states the dose." in own
        assert f"**Evidence: {protocol.evidence.grade}.**" in own
        told = re.findall(r"^- \*(\w+)\*: ", own, re.MULTILINE)
        assert len(told) == len(protocol.evidence.trials)
        assert "negative" not in told[told.count("negative") :], "the negative ones come first"


def test_the_pages_print_what_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(DOCS))
    import generate_pages

    pages = generate_pages.pages(load_catalogue())
    assert all("None" not in re.sub(r"None on record|None\.", "", t) for t in pages.values())
    assert "| depth | not known |" in pages["techniques/mesoperfusion"]
    assert "| ATC | N01BB02 |" in pages["substances/lidocaine"]


def test_the_formulary_of_the_how_to_loads(tmp_path: Path) -> None:
    texts = [text for kind, text in blocks(DOCS / "how-to/own-formulary.md") if kind == "toml"]
    (tmp_path / "clinic.toml").write_text(texts[0], encoding="utf-8")
    merged = with_formulary(load_catalogue(), tmp_path)
    ids = set(merged.products) | set(merged.mixtures) | set(merged.protocols)
    assert {"example-lidocaine-5", "example-back", "example-back-pain"} <= ids
    named = tomllib.loads(texts[1])["treatment"]["protocol"], tomllib.loads(texts[2])
    assert named[0] in merged.protocols
    assert named[1]["syringes"][0]["mixture"] in merged.mixtures
    text = page("reference/formulary.md")
    assert [n for n in OwnMixture.model_fields if f"`{n}`" not in text] == []


# ---- Every example runs ----

WITH_BLOCKS = [p for p in PAGES if any(kind in ("python", "toml") for kind, _ in blocks(p))]


@pytest.mark.parametrize("path", WITH_BLOCKS, ids=lambda p: str(p.relative_to(DOCS)))
def test_examples_of_a_page_run(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A case block may start with `# name.toml`, under which the blocks after it find it."""
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for number, (kind, text) in enumerate(blocks(path)):
        if kind == "toml":
            tomllib.loads(text)
        if kind == "toml" and 'format = "mesoplan/case"' in text:
            name = re.match(r"# (\S+\.toml)\n", text)
            file = tmp_path / (name[1] if name else f"block-{number}.toml")
            file.write_text(text, encoding="utf-8")
            assert mesoplan.read_case(file).areas
        elif kind == "python":
            exec(compile(text, str(path), "exec"), names)


def test_the_pages_do_hold_examples() -> None:
    names = {str(p.relative_to(DOCS)) for p in WITH_BLOCKS}
    assert {"tutorial/first-plan.md", "how-to/use-from-python.md"} <= names
    kinds = [kind for p in WITH_BLOCKS for kind, _ in blocks(p)]
    assert kinds.count("python") >= 5


def test_the_example_of_the_readme_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    scripts = [text for kind, text in blocks(ROOT / "README.md") if kind == "python"]
    assert len(scripts) == 1
    exec(compile(scripts[0], "README.md", "exec"), {})
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == sorted(NAMES)


@pytest.mark.parametrize("name", ["tutorial/first-plan.md", "reference/exit-codes.md"])
def test_error_lines_are_quoted_as_they_are(name: str, tmp_path: Path) -> None:
    first = blocks(DOCS / "tutorial/first-plan.md")
    case = next(text for kind, text in first if kind == "toml")
    case = case.replace("58.0", '"58,0"').replace('"cheek"', '"chek"')
    case += "[technique]\nvolume_per_point = 0.02\n"
    if name == "reference/exit-codes.md":
        case = case.replace("58,0", "62,5")
    file = tmp_path / "bad.toml"
    file.write_text(case, encoding="utf-8")
    with pytest.raises(mesoplan.InputError) as caught:
        mesoplan.read_case(file)
    lines = {f"error: {fault.line()}" for fault in caught.value.faults}
    quoted = re.findall(r"^error: (?!KEY).*$", page(name), re.MULTILINE)
    assert len(quoted) >= 2
    assert set(quoted) <= lines
    shape = re.compile(r"error: [\w.\[\]-]+: .+; .+")
    assert all(shape.fullmatch(line) for line in lines)
    assert "error: KEY: what is wrong; what would be right" in page("reference/exit-codes.md")


# ---- Hazards, versions, words ----

HAZARDS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in page("hazards.md").splitlines()
    if line.startswith("| H")
]


def test_hazards_are_numbered_and_complete() -> None:
    assert len(HAZARDS) >= 15
    assert [row[0] for row in HAZARDS] == [f"H{n:02}" for n in range(1, len(HAZARDS) + 1)]
    assert all(len(row) == 8 and all(row) for row in HAZARDS)
    assert all(re.fullmatch(r"[1-5], (low|medium|high)", row[4]) for row in HAZARDS)


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("row", HAZARDS, ids=lambda row: row[0])
def test_every_control_of_a_hazard_has_a_test(row: list[str]) -> None:
    found = re.findall(r"`([^`]+)`", row[6])
    assert found
    for test in found:
        file, name = test.split("::")
        assert (ROOT / file).is_file(), test
        assert name in functions(ROOT / file), test


def test_every_test_of_the_validation_page_exists() -> None:
    named = re.findall(r"`(\w+\.py)::(\w+)`", page("validation/index.md"))
    assert len(named) >= 10
    assert [n for n in named if n[1] not in functions(ROOT / "tests" / "dose" / n[0])] == []


def test_changelog_starts_with_the_version_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(\d[^\]]*)\]", text, re.MULTILINE)
    assert versions[0] == project["version"] == mesoplan.__version__


@pytest.mark.parametrize("path", [*PAGES, *TOP], ids=lambda p: str(p.relative_to(ROOT)))
def test_no_page_holds_leftovers(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    # written with classes of one letter, so that this file does not hold them either
    assert re.findall(r"\bT[O]DO\b|\bF[I]XME\b|/wor[k]\b|\bshare[d]/", text) == []


def test_no_figure_is_called_verified_that_is_not() -> None:
    marks = verify(load_catalogue()).by_trust
    said = "no figure is `verified`" in page("explanation/honesty-and-evidence.md")
    assert said == (marks.get("verified", 0) == 0)


def make(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run make as from a shell, although the tests may run under make themselves."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    env |= {"MFLAGS": "", "LC_ALL": "C"}
    return subprocess.run(
        ["make", *arguments], cwd=folder, capture_output=True, text=True, check=False, env=env
    )


def test_make_alone_lists_its_targets() -> None:
    listed = make(ROOT).stdout
    for target in ("help", "demo", "test", "lint", "docs", "bench", "lock", "clean"):
        assert re.search(rf"^  {target} +\S", listed, re.MULTILINE), target


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("", "was not found"),
        ('[ "$1" = -c ] && case "$2" in *version_info*) exit 1;; *) echo 3.9.2;; esac', "3.9.2"),
        ('case "$2" in *ensurepip*) exit 1;; esac; exit 0', "python3-venv"),
    ],
)
def test_a_missing_python_is_one_clear_line(script: str, says: str, tmp_path: Path) -> None:
    python = tmp_path / "python"
    if script:
        python.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        python.chmod(0o755)
    for name in ("scripts", "requirements", "pyproject.toml", "Makefile"):
        (tmp_path / name).symlink_to(ROOT / name)
    done = make(tmp_path, "-n", "demo", f"PYTHON={python}")
    assert done.returncode != 0
    assert len(done.stderr.splitlines()) == 1
    assert says in done.stderr
    assert not (tmp_path / ".venv").exists()


def test_every_make_target_named_in_the_documentation_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = {
        name
        for path in [*PAGES, *TOP]
        for name in re.findall(r"(?:`|^)make ([a-z]+)", path.read_text("utf-8"), re.MULTILINE)
    }
    assert named >= {"demo", "test", "lint"}
    assert named <= targets


@pytest.mark.parametrize("name", ["runtime", "dev", "bench"])
def test_locks_are_hashed_and_name_no_host(name: str) -> None:
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    assert re.findall(r"://|--index|--extra-index|--find-links|@ file", text) == []
    packages = re.findall(r"^\S+==\S+.*$", text, re.MULTILINE)
    assert len(packages) > 10
    assert all(line.endswith("\\") for line in packages)
