"""Points, volumes and fills of whole cases, by hand from the contract."""

import math
from pathlib import Path

import numpy as np
import pytest

from helpers import FACE, LIDOCAINE, PAIN, REMOVE, changed, checked, fault_keys, rules


def test_a_stated_case_by_hand(tmp_path: Path) -> None:
    plan = checked(tmp_path, PAIN)
    # 60 / 10 = 6, 50 / 10 = 5; 3 mm at 30 degrees is 1.5 mm, the back's skin 2.54 mm
    assert len(plan.points) == 30
    assert [point.id for point in plan.points] == list(range(1, 31))
    assert (plan.points[0].x_mm, plan.points[0].y_mm) == (5, 5)
    assert [point.depth_mm for point in plan.points] == pytest.approx([1.5] * 30)
    assert {point.plane for point in plan.points} == {"dermis"}
    assert {point.volume_ml for point in plan.points} == {0.02}
    assert {point.path_mm for point in plan.points} == {None}
    (syringe,) = plan.syringes
    assert syringe.volume_ml == 2.0  # as prepared
    assert syringe.injected_ml == pytest.approx(0.6)
    assert syringe.graduation_ml == 0.01
    assert syringe.fills == 1
    (strength,) = syringe.substances
    assert strength.substance == "lidocaine"
    assert strength.expressed_as == "hydrochloride"
    assert (strength.amount.value, strength.amount.unit) == (20.0, "mg")  # 2 mL x 10 mg/mL
    assert (strength.concentration.value, strength.concentration.unit) == (10.0, "mg/mL")
    (total,) = plan.totals
    # 0.6 mL x 10 mg/mL = 6 mg; 4.5 mg/kg x 62 kg = 279 mg is below 300 mg
    assert total.amount.value == pytest.approx(6.0)
    assert total.limit is not None
    assert total.limit.value == pytest.approx(279.0)
    assert total.fraction == pytest.approx(6 / 279)
    (placement,) = plan.placements
    assert placement.area_cm2 == pytest.approx(30.0)
    assert placement.count == 30


def test_volume_per_area_is_shared_by_the_points_of_each_area(tmp_path: Path) -> None:
    values = changed(PAIN, technique__volume_per_point=REMOVE, technique__volume_per_area="0.9 mL")
    values["areas"].append({"site": "upper-back", "side": "right", "rectangle_mm": [40, 30]})
    plan = checked(tmp_path, values)
    # 30 points share 0.9 mL: 0.03; 12 points share 0.9 mL: 0.075
    by_area = {area: [p.volume_ml for p in plan.points if p.area == area] for area in (0, 1)}
    assert by_area[0] == pytest.approx([0.03] * 30)
    assert by_area[1] == pytest.approx([0.075] * 12)
    assert plan.syringes[0].injected_ml == pytest.approx(1.8)


def test_a_stated_volume_is_never_rounded_and_a_warning_says_so(tmp_path: Path) -> None:
    plan = checked(tmp_path, changed(PAIN, technique__volume_per_point="0.0137 mL"))
    assert {point.volume_ml for point in plan.points} == {0.0137}
    (finding,) = [f for f in plan.findings if f.rule == "undeliverable"]
    assert finding.severity == "warning"
    assert "0.0137" in finding.message


def test_punctures_per_tenth_are_told(tmp_path: Path) -> None:
    plan = checked(tmp_path, changed(PAIN, technique__volume_per_point="0.0125 mL"))
    assert plan.placements[0].punctures_per_tenth_ml == 8
    assert "undeliverable" not in rules(plan, "warning")


def test_each_syringe_is_a_pass_over_the_same_positions(tmp_path: Path) -> None:
    saline = {"product": "sodium-chloride-0.9", "volume": "1 mL"}
    plan = checked(
        tmp_path, changed(PAIN, syringes=[{"contents": [LIDOCAINE]}, {"contents": [saline]}])
    )
    assert len(plan.points) == 60
    assert [p.id for p in plan.points] == list(range(1, 61))
    first, second = plan.points[:30], plan.points[30:]
    assert {p.syringe for p in first} == {0}
    assert {p.syringe for p in second} == {1}
    assert [(p.x_mm, p.y_mm) for p in first] == [(p.x_mm, p.y_mm) for p in second]
    assert {row.substance: row.amount.value for row in plan.totals} == {
        "lidocaine": pytest.approx(6.0),
        "sodium-chloride": pytest.approx(5.4),  # 0.6 mL x 9 mg/mL
    }


def test_areas_restrict_a_pass(tmp_path: Path) -> None:
    values = changed(PAIN, syringes=[{"areas": [1], "contents": [LIDOCAINE]}])
    values["areas"].append({"site": "upper-back", "side": "right", "rectangle_mm": [40, 30]})
    plan = checked(tmp_path, values)
    assert {p.area for p in plan.points} == {1}
    assert len(plan.points) == 12


def test_what_is_prepared_beyond_need_is_left_over(tmp_path: Path) -> None:
    (syringe,) = checked(tmp_path, PAIN).syringes
    # 30 punctures, 20 per needle: 2 needles. Lost 2 x 0.035 + 0.045 (1 mL syringe) = 0.115
    assert syringe.lost_ml == pytest.approx(0.115)
    assert syringe.left_over_ml == pytest.approx(2 - 0.6 - 0.115)
    assert syringe.mixtures == 1


def test_what_is_missing_is_prepared_again(tmp_path: Path) -> None:
    contents = [{"product": "lidocaine-hydrochloride-10", "volume": "0.25 mL"}]
    plan = checked(tmp_path, changed(PAIN, syringes=[{"contents": contents}]))
    # 0.6 + 0.115 = 0.715 mL of mixtures of 0.25 mL: 3
    assert plan.syringes[0].mixtures == 3
    assert plan.totals[0].amount.value == pytest.approx(6.0)  # what is left over is not counted


def test_a_mixture_dilutes_each_part(tmp_path: Path) -> None:
    contents = [LIDOCAINE, {"product": "sodium-chloride-0.9", "volume": "3 mL"}]
    plan = checked(tmp_path, changed(PAIN, syringes=[{"contents": contents}]))
    (syringe,) = plan.syringes
    assert syringe.volume_ml == 5.0
    by_name = {s.substance: s for s in syringe.substances}
    assert by_name["lidocaine"].concentration.value == pytest.approx(4.0)  # 20 mg in 5 mL
    assert by_name["sodium-chloride"].concentration.value == pytest.approx(5.4)  # 27 mg in 5 mL
    assert plan.totals[0].amount.value == pytest.approx(2.4)  # 0.6 mL x 4 mg/mL


def test_a_substance_with_a_strength(tmp_path: Path) -> None:
    contents = [{"substance": "caffeine", "strength": "5 % w/v", "volume": "2 mL"}]
    plan = checked(tmp_path, changed(PAIN, syringes=[{"contents": contents}]))
    (strength,) = plan.syringes[0].substances
    assert strength.amount.value == pytest.approx(100)  # 5 % w/v = 50 mg/mL, 2 mL
    assert strength.concentration.value == pytest.approx(50)
    assert plan.syringes[0].ph is None
    assert any(not f.checked and "caffeine" in f.subjects for f in plan.findings)
    (salt,) = [f for f in plan.findings if f.rule == "salt-or-base"]
    assert (salt.severity, salt.checked) == ("warning", True)


def test_a_powder_is_reconstituted(tmp_path: Path) -> None:
    powder = {
        "product": "onabotulinumtoxina-100",
        "reconstitute": {"with": "sodium-chloride-0.9", "volume": "2.5 mL"},
        "volume": "0.6 mL",
    }
    contents = [powder, {"product": "lidocaine-hydrochloride-10", "volume": "0.4 mL"}]
    plan = checked(tmp_path, changed(PAIN, syringes=[{"contents": contents}]))
    by_name = {s.substance: s for s in plan.syringes[0].substances}
    # 100 U / 2.5 mL = 40 U/mL, 0.6 mL = 24 U in 1 mL; 0.4 mL x 10 mg/mL = 4 mg in 1 mL
    assert by_name["onabotulinumtoxina"].amount.value == pytest.approx(24)
    assert by_name["onabotulinumtoxina"].concentration.unit == "U/mL"
    assert by_name["lidocaine"].concentration.value == pytest.approx(4)
    # 0.6 mL injected: 14.4 U
    assert plan.totals[0].amount.value == pytest.approx(14.4)


def test_threads_have_a_path_and_a_volume_each(tmp_path: Path) -> None:
    plan = checked(
        tmp_path,
        changed(
            PAIN,
            technique={
                "id": "retrograde-linear",
                "needle": "30G 13 mm",
                "angle_deg": 10,
                "inserted_mm": 10.0,
                "spacing_mm": 10.0,
                "volume_per_point": "0.05 mL",
            },
        ),
    )
    # length along the skin 10 cos 10 = 9.848 mm: 60 mm holds 6; rows 10 mm apart: 5
    assert len(plan.points) == 30
    length = 10 * math.cos(math.radians(10))
    assert [p.path_mm for p in plan.points] == [pytest.approx((length, 0.0))] * 30
    assert {p.volume_ml for p in plan.points} == {0.05}
    assert plan.syringes[0].injected_ml == pytest.approx(1.5)


def test_a_film_has_rows_and_a_volume_per_area(tmp_path: Path) -> None:
    film = {
        "id": "intraepidermic",
        "needle": "30G 13 mm",
        "angle_deg": 15,
        "inserted_mm": 0.2,
        "spacing_mm": 5.0,
        "volume_per_area": "1.0 mL",
    }
    plan = checked(tmp_path, changed(PAIN, technique=film))
    assert len(plan.points) == 10  # 50 / 5 rows
    assert [p.path_mm for p in plan.points] == [pytest.approx((60.0, 0.0))] * 10
    assert sum(p.volume_ml for p in plan.points) == pytest.approx(1.0)
    assert fault_keys(
        tmp_path, changed(PAIN, technique={**film, "volume_per_point": "0.01 mL"})
    ) == ["technique.volume_per_area"]
    per_point = {k: v for k, v in film.items() if k != "volume_per_area"}
    per_point["volume_per_point"] = "0.01 mL"
    assert fault_keys(tmp_path, changed(PAIN, technique=per_point)) == [
        "technique.volume_per_point"
    ]


def test_ten_thousand_points_and_not_one_more(tmp_path: Path) -> None:
    grid = changed(PAIN, technique__spacing_mm=1.0, areas__0__rectangle_mm=[100, 100])
    assert len(checked(tmp_path, grid).points) == 10_000
    over = changed(grid, areas__0__rectangle_mm=[101, 100])
    assert fault_keys(tmp_path, over) == ["technique.spacing_mm"]
    two_passes = changed(grid, syringes=[{"contents": [LIDOCAINE]}, {"contents": [LIDOCAINE]}])
    assert fault_keys(tmp_path, two_passes) == ["technique.spacing_mm"]
    half = changed(two_passes, areas__0__rectangle_mm=[100, 50])
    assert len(checked(tmp_path, half).points) == 10_000


def test_a_measured_skin_changes_the_plane(tmp_path: Path) -> None:
    thin = {"epidermis_mm": 0.06, "dermis_mm": 1.2}
    before = checked(tmp_path, PAIN).placements[0]
    after = checked(tmp_path, changed(PAIN, areas__0__skin=thin)).placements[0]
    # the tip lies at 1.5 mm, below 0.06 + 1.2 = 1.26 mm
    assert (before.plane, after.plane) == ("dermis", "subcutis")
    assert before.probability_dermis > 0.9
    assert after.probability_below_dermis > 0.7


def test_hexagonal_spacing_in_a_plan(tmp_path: Path) -> None:
    plan = checked(tmp_path, changed(PAIN, technique__pattern="hexagonal"))
    points = np.array([(p.x_mm, p.y_mm) for p in plan.points])
    gaps = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(gaps, np.inf)
    assert gaps.min(axis=1) == pytest.approx(np.full(len(points), 10.0), rel=1e-12)
    assert plan.placements[0].row_spacing_mm == pytest.approx(10 * math.sqrt(3) / 2)


def test_a_stated_spacing_holds_for_rows_too(tmp_path: Path) -> None:
    plan = checked(tmp_path, changed(PAIN, technique__pattern="rows"))
    assert len(plan.points) == 30
    plan = checked(
        tmp_path, changed(PAIN, technique__pattern="rows", technique__row_spacing_mm=25.0)
    )
    assert len(plan.points) == 12


def test_the_protocols_own_grid_on_both_cheeks(tmp_path: Path) -> None:
    plan = checked(tmp_path, FACE)
    # 10 mm squares: 60 x 50 holds 30, 45 x 30 holds 4 x 3 = 12; 0.02 mL each
    assert [sum(p.area == a for p in plan.points) for a in (0, 1)] == [30, 12]
    assert plan.syringes[0].injected_ml == pytest.approx(0.84)
    assert plan.totals[0].amount.value == pytest.approx(0.84 * 14)
