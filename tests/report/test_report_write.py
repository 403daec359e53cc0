"""Writing a report: all files or none."""

import json

import pytest

from mesoplan.core.errors import InputError
from mesoplan.report import write_report
from mesoplan.report.write import NAMES


def test_writes_the_five_files(plan, catalogue, tmp_path):
    written = write_report(plan, tmp_path / "new" / "out", catalogue)
    assert [path.name for path in written] == list(NAMES)
    assert sorted(path.name for path in (tmp_path / "new" / "out").iterdir()) == sorted(NAMES)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["out"]
    document = json.loads(written[0].read_text(encoding="utf-8"))
    assert document == plan.document()
    assert written[1].read_bytes().startswith(b"%PDF")


def test_replaces_an_older_report_and_leaves_other_files(plan, blocked, catalogue, tmp_path):
    (tmp_path / "mine.txt").write_text("kept")
    write_report(plan, tmp_path, catalogue)
    write_report(blocked, tmp_path, catalogue)
    assert (tmp_path / "mine.txt").read_text() == "kept"
    assert json.loads((tmp_path / "plan.json").read_text())["status"] == "blocked"
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted([*NAMES, "mine.txt"])


def test_folder_below_a_file_is_refused_in_one_line(plan, catalogue, tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError) as caught:
        write_report(plan, tmp_path / "file" / "out", catalogue)
    (fault,) = caught.value.faults
    assert fault.key == "out"
    assert "\n" not in fault.line()


def test_file_in_the_place_of_the_folder_is_refused_and_kept(plan, catalogue, tmp_path):
    (tmp_path / "out").write_text("x")
    with pytest.raises(InputError):
        write_report(plan, tmp_path / "out", catalogue)
    assert (tmp_path / "out").read_text() == "x"
    assert [p.name for p in tmp_path.iterdir()] == ["out"]


def test_a_folder_in_the_place_of_a_file_stops_before_anything_is_replaced(
    plan, catalogue, tmp_path
):
    (tmp_path / "map.svg").mkdir()
    (tmp_path / "plan.json").write_text("old")
    with pytest.raises(InputError):
        write_report(plan, tmp_path, catalogue)
    assert (tmp_path / "plan.json").read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["map.svg", "plan.json"]
