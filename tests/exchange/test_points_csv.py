"""Points of a plan as CSV."""

import csv
import io
from pathlib import Path

import pytest

from helpers import PAIN, changed, checked, run, write_case
from mesoplan.core.errors import InputError
from mesoplan.exchange.points_csv import COLUMNS, points_csv, write_points_csv


def test_one_row_per_puncture(tmp_path: Path) -> None:
    plan = checked(tmp_path, PAIN)
    text = points_csv(plan)
    assert text.count("\r\n") == 31
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    assert [int(row["point"]) for row in rows] == list(range(1, 31))
    last = rows[-1]  # the upper right corner: 60 - 5, 50 - 5
    assert (float(last["x_mm"]), float(last["y_mm"])) == (55.0, 45.0)
    assert (last["site"], last["side"], last["plane"]) == ("upper-back", "left", "dermis")
    assert (float(last["volume_ml"]), last["row"]) == (0.02, "E")
    assert (last["path_dx_mm"], last["path_dy_mm"]) == ("", "")
    assert {row["plan"] for row in rows} == {plan.provenance.inputs}


def test_numbers_survive_the_journey(tmp_path: Path) -> None:
    plan = checked(tmp_path, changed(PAIN, technique__pattern="hexagonal"))
    rows = list(csv.DictReader(io.StringIO(points_csv(plan))))
    assert [(float(r["x_mm"]), float(r["y_mm"])) for r in rows] == [
        (p.x_mm, p.y_mm) for p in plan.points
    ]


def test_threads_have_their_path(tmp_path: Path) -> None:
    thread = {
        "id": "retrograde-linear",
        "needle": "30G 13 mm",
        "angle_deg": 10,
        "inserted_mm": 10.0,
        "spacing_mm": 10.0,
        "volume_per_point": "0.05 mL",
    }
    rows = list(
        csv.DictReader(io.StringIO(points_csv(checked(tmp_path, changed(PAIN, technique=thread)))))
    )
    # 10 cos 10 degrees
    assert float(rows[0]["path_dx_mm"]) == pytest.approx(9.848, abs=1e-3)
    assert float(rows[0]["path_dy_mm"]) == 0


def test_a_side_that_was_not_given_is_empty(tmp_path: Path) -> None:
    area = {"site": "upper-back", "rectangle_mm": [60, 50]}
    plan = checked(tmp_path, changed(PAIN, areas=[area]))
    assert next(csv.DictReader(io.StringIO(points_csv(plan))))["side"] == ""


def test_a_file_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    plan = checked(tmp_path, PAIN)
    blocked = write_case(tmp_path, PAIN) / "points.csv"
    with pytest.raises(InputError) as caught:
        write_points_csv(plan, blocked)
    assert len(caught.value.faults) == 1
    assert write_points_csv(plan, tmp_path / "points.csv").read_bytes().startswith(b"plan,point")


def test_an_unwritable_csv_leaves_nothing_behind(tmp_path: Path) -> None:
    case = write_case(tmp_path, PAIN)
    before = sorted(tmp_path.rglob("*"))
    ran = run("plan", case, "--csv", case / "points.csv")
    assert ran.code == 2
    assert len(ran.error_lines) == 1
    assert ran.out == ""
    assert sorted(tmp_path.rglob("*")) == before
