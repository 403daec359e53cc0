"""What was really given is summed and screened by the rules of the plan."""

import copy

import pytest

import mesoplan
from helpers import FACE, LIDOCAINE
from mesoplan.core.errors import InputError
from mesoplan.workflow.calls import case_from, default_catalogue
from mesoplan.workflow.given import GivenPoint, screen_given

CATALOGUE = default_catalogue()


def case(**technique):
    values = copy.deepcopy(FACE)
    values["technique"] = {
        "id": "papule",
        "spacing_mm": 10.0,
        "pattern": "square",
        "volume_per_point": "0.02 mL",
    } | technique
    values["syringes"] = [{"prepared_by": "pharmacy", "contents": [dict(LIDOCAINE)]}]
    return case_from(values, "given", CATALOGUE)


def everything(plan):
    return {p.id: GivenPoint(p.volume_ml) for p in plan.points}


def amount(given, substance="lidocaine"):
    (row,) = [t for t in given.totals if t.substance == substance]
    return row.amount.value


def test_all_given_as_planned_equals_the_plan():
    plan = mesoplan.check(case(), CATALOGUE)
    given = screen_given(plan.case, everything(plan), CATALOGUE)
    assert given.totals == plan.totals
    assert given.findings == plan.findings


def test_skipped_points_take_their_amount_away():
    # 30 points left (60 x 50) and 12 right (45 x 30); 0.02 mL of 10 mg/mL is 0.2 mg each.
    plan = mesoplan.check(case(), CATALOGUE)
    assert len(plan.points) == 42
    given = everything(plan)
    for number in (1, 2, 42):
        del given[number]
    assert amount(screen_given(plan.case, given, CATALOGUE)) == pytest.approx(39 * 0.2)


def test_nothing_given_is_nothing():
    plan = mesoplan.check(case(), CATALOGUE)
    given = screen_given(plan.case, {}, CATALOGUE)
    assert amount(given) == 0
    assert given.injected_ml == (0,)


def test_more_in_one_point_counts_and_breaks_the_limit():
    # 4.5 mg/kg x 62 kg = 279 mg; 27.9 mL more of 10 mg/mL in one point goes above it.
    plan = mesoplan.check(case(), CATALOGUE)
    given = everything(plan) | {7: GivenPoint(27.9)}
    found = screen_given(plan.case, given, CATALOGUE)
    assert amount(found) == pytest.approx(41 * 0.2 + 279.0)
    assert any(f.severity == "critical" and "lidocaine" in f.subjects for f in found.findings)
    assert not any(f.severity == "critical" for f in plan.findings)


def test_moved_point_keeps_its_amount_and_stays_on_its_area():
    plan = mesoplan.check(case(), CATALOGUE)
    first = plan.points[0]
    given = everything(plan) | {1: GivenPoint(0.02, first.x_mm + 1.5, first.y_mm - 2.0)}
    found = screen_given(plan.case, given, CATALOGUE)
    assert (found.points[0].x_mm, found.points[0].y_mm) == (first.x_mm + 1.5, first.y_mm - 2.0)
    assert amount(found) == pytest.approx(42 * 0.2)


@pytest.mark.parametrize(
    ("number", "point", "key"),
    [
        (99, GivenPoint(0.02), "points[99]"),
        (1, GivenPoint(0.0), "points[1].volume"),
        (1, GivenPoint(-0.02), "points[1].volume"),
        (1, GivenPoint(float("nan")), "points[1].volume"),
        (1, GivenPoint(0.02, 5.0), "points[1]"),
        (1, GivenPoint(0.02, 500.0, 5.0), "points[1]"),
    ],
)
def test_what_cannot_have_been_given_is_refused(number, point, key):
    plan = mesoplan.check(case(), CATALOGUE)
    with pytest.raises(InputError) as error:
        screen_given(plan.case, everything(plan) | {number: point}, CATALOGUE)
    assert [fault.key for fault in error.value.faults] == [key]


def test_case_from_a_table_is_the_case_of_its_file(tmp_path):
    file = tmp_path / "given.toml"
    file.write_text("format = 'mesoplan/case'\nversion = 1\n", "utf-8")
    values = {"format": "mesoplan/case", "version": 1}
    with pytest.raises(InputError) as from_file:
        mesoplan.read_case(file, CATALOGUE)
    with pytest.raises(InputError) as from_table:
        case_from(values, "given", CATALOGUE)
    assert from_file.value.faults == from_table.value.faults
