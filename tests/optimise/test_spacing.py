"""The search for a spacing."""

from pathlib import Path

import pytest

from helpers import PAIN, changed, run, write_case
from mesoplan import read_case
from mesoplan.core.errors import InputError
from mesoplan.optimise.spacing import Trial, widest_spacing
from mesoplan.workflow.suggest import suggest_spacing

SMALL = changed(
    PAIN,
    areas__0__rectangle_mm=[36, 24],
    technique__spacing_mm=12.0,
    technique__volume_per_point="0.1 mL",
)


def trial(spacing_mm: float, coverage: float, critical: tuple[str, ...] = ()) -> Trial:
    return Trial(spacing_mm, coverage, 1, 0.1, 1.0, "mg", critical)


def search(table: dict[float, Trial], goal: float) -> tuple[float | None, list[float]]:
    found = widest_spacing(table.__getitem__, table[max(table)], tuple(table), goal)
    after = None if found.after is None else found.after.spacing_mm
    return after, [t.spacing_mm for t in found.tried]


def test_the_widest_that_meets_the_goal_wins() -> None:
    table = {s: trial(s, 1 - s / 20) for s in (4.0, 10.0, 6.0, 8.0)}
    assert search(table, 0.65) == (6.0, [10.0, 8.0, 6.0])
    assert search(table, 0.6) == (8.0, [10.0, 8.0])
    assert search(table, 0.95) == (None, [10.0, 8.0, 6.0, 4.0])


def test_a_spacing_that_breaks_a_limit_is_passed_over() -> None:
    table = {8.0: trial(8.0, 0.9, ("dose-maximum",)), 6.0: trial(6.0, 0.9)}
    assert search(table, 0.9)[0] == 6.0


def test_coverage_may_rise_and_fall() -> None:
    table = {10.0: trial(10.0, 0.5), 9.0: trial(9.0, 0.8), 8.0: trial(8.0, 0.7)}
    assert search(table, 0.75)[0] == 9.0


def test_a_suggestion_is_the_plan_at_that_spacing(tmp_path: Path) -> None:
    case = read_case(write_case(tmp_path, SMALL))
    found = suggest_spacing(case, "lidocaine", 0.01, spacings_mm=[12.0, 6.0])
    assert found.after is not None
    assert found.after.spacing_mm == 12.0  # the widest already does
    assert found.before == found.after
    assert found.after.points == 3 * 2
    none = suggest_spacing(case, "lidocaine", 1.0, spacings_mm=[12.0])
    assert none.after is None
    tight = suggest_spacing(case, "lidocaine", 0.01, spacings_mm=[6.0])
    assert tight.after is not None
    assert tight.after.points == 6 * 4
    assert tight.after.amount == pytest.approx(24 * 0.1 * 10)
    assert tight.after.coverage > found.after.coverage


@pytest.mark.parametrize("coverage", [0.0, -0.1, 1.1, float("nan"), float("inf")])
def test_a_goal_that_is_no_share_is_refused(tmp_path: Path, coverage: float) -> None:
    case = read_case(write_case(tmp_path, SMALL))
    with pytest.raises(InputError) as caught:
        suggest_spacing(case, "lidocaine", coverage)
    assert [fault.key for fault in caught.value.faults] == ["coverage"]


@pytest.mark.parametrize(
    ("contents", "substance"),
    [
        # caffeine has no level that was measured: never a goal
        ({"substance": "caffeine", "strength": "5 mg/mL", "volume": "2 mL"}, "caffeine"),
        ({"product": "lidocaine-hydrochloride-10", "volume": "2 mL"}, "caffeine"),
        ({"product": "lidocaine-hydrochloride-10", "volume": "2 mL"}, "nonsense"),
    ],
)
def test_without_a_known_level_there_is_no_goal(
    tmp_path: Path, contents: dict[str, str], substance: str
) -> None:
    path = write_case(tmp_path, changed(SMALL, syringes=[{"contents": [contents]}]))
    ran = run("spacing", path, "--substance", substance)
    assert ran.code == 2
    assert ran.out == ""
    assert len(ran.error_lines) == 1
    assert ran.error_lines[0].startswith("error: substance: ")


def test_the_command_shows_before_and_after(tmp_path: Path) -> None:
    path = write_case(tmp_path, SMALL)
    ran = run("spacing", path, "--substance", "lidocaine", "--coverage", "0.05")
    assert ran.code == 0
    assert "before: 12 mm" in ran.out
    assert "after: " in ran.out
    ran = run("spacing", path, "--substance", "lidocaine", "--coverage", "0.05", "--json")
    assert set(ran.document) == {"before", "after"}
