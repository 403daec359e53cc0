"""Raised lesions as areas: volume, points, shares, depth and what is not computed."""

import math
from pathlib import Path
from typing import Any

import pytest

import mesoplan
from helpers import PAIN, REMOVE, changed, checked, fault_keys, faults, write_case
from mesoplan.anatomy.layers import skin_layers
from mesoplan.catalogue import load_catalogue

TRIAMCINOLONE = {"product": "triamcinolone-acetonide-10", "volume": "1 mL"}
LESION = {"site": "abdomen", "lesion_mm": [40, 20, 4]}
FLAT = {"site": "abdomen", "rectangle_mm": [60, 50]}
KELOID: dict[str, Any] = changed(
    PAIN,
    treatment__indication="keloid",
    areas=[LESION],
    technique={
        "id": "intralesional",
        "needle": "27G 13 mm",
        "angle_deg": 30,
        "inserted_mm": 6.0,
        "spacing_mm": 10.0,
        "pattern": "square",
        "volume_per_point": "0.05 mL",
    },
    syringes=[{"prepared_by": "practitioner", "contents": [TRIAMCINOLONE]}],
)
PER_CM3 = {"technique__volume_per_point": REMOVE, "technique__volume_per_cm3": "0.5 mL"}


def test_the_volume_is_half_an_ellipsoid(tmp_path: Path) -> None:
    (placement,) = checked(tmp_path, KELOID).placements
    # pi / 6 x 40 x 20 x 4 = 1675.516 mm3
    assert placement.lesion_cm3 == pytest.approx(1.675516, rel=1e-6)
    # half axes 20 and 10 mm, height 4 mm: half of 4/3 pi a b c
    assert placement.lesion_cm3 == pytest.approx(2 / 3 * math.pi * 20 * 10 * 4 / 1000)
    # seen from above it is an ellipse: pi / 4 x 40 x 20 = 628.3 mm2
    assert placement.area_cm2 == pytest.approx(math.pi / 4 * 40 * 20 / 100, rel=2e-3)
    assert placement.height_mm == 4.0


def test_a_flat_area_has_neither_height_nor_volume(tmp_path: Path) -> None:
    (placement,) = checked(tmp_path, changed(KELOID, areas=[FLAT])).placements
    assert placement.height_mm == 0.0
    assert placement.lesion_cm3 is None


@pytest.mark.parametrize("pattern", ["square", "hexagonal"])
@pytest.mark.parametrize("margin_mm", [0, 2])
def test_points_lie_inside_the_ellipse(tmp_path: Path, pattern: str, margin_mm: float) -> None:
    values = changed(
        KELOID,
        technique__spacing_mm=4.0,
        technique__pattern=pattern,
        technique__margin_mm=margin_mm,
    )
    points = checked(tmp_path, values).points
    assert len(points) > 20
    for point in points:
        # the frame starts at the lower left corner of the box of 40 x 20 mm
        x, y = (point.x_mm - 20) / 20, (point.y_mm - 10) / 10
        assert x * x + y * y <= 1 + 1e-6
    gaps = [
        math.dist((p.x_mm, p.y_mm), (q.x_mm, q.y_mm)) for p in points for q in points if p.id < q.id
    ]
    assert min(gaps) == pytest.approx(4.0)


def test_a_lesion_smaller_than_the_spacing_takes_one_deposit_in_its_middle(tmp_path: Path) -> None:
    small = {"site": "abdomen", "lesion_mm": [6, 4, 2]}
    (point,) = checked(tmp_path, changed(KELOID, areas=[small])).points
    assert (point.x_mm, point.y_mm) == pytest.approx((3.0, 2.0))
    assert point.volume_ml == 0.05


def test_a_flat_area_smaller_than_the_spacing_is_still_refused(tmp_path: Path) -> None:
    small = {"site": "abdomen", "ellipse_mm": [6, 4]}
    assert fault_keys(tmp_path, changed(KELOID, areas=[small])) == ["areas[0]"]


def test_a_small_lesion_does_not_hide_a_flat_area_without_points(tmp_path: Path) -> None:
    areas = [{"site": "abdomen", "lesion_mm": [6, 4, 2]}, {"site": "abdomen", "ellipse_mm": [6, 4]}]
    assert fault_keys(tmp_path, changed(KELOID, areas=areas)) == ["areas[1]"]


def test_a_volume_per_cm3_is_shared_by_the_points_of_each_lesion(tmp_path: Path) -> None:
    other = {"site": "abdomen", "lesion_mm": [20, 10, 2]}
    plan = checked(tmp_path, changed(KELOID, areas=[LESION, other], **PER_CM3))
    for area, lesion_ml in ((0, 0.5 * 1.675516), (1, 0.5 * math.pi / 6 * 0.4)):
        volumes = [p.volume_ml for p in plan.points if p.area == area]
        assert sum(volumes) == pytest.approx(lesion_ml, rel=1e-6)
        assert volumes == pytest.approx([lesion_ml / len(volumes)] * len(volumes))
    injected_ml = 0.5 * 1.675516 + 0.5 * math.pi / 6 * 0.4
    assert plan.syringes[0].injected_ml == pytest.approx(injected_ml, rel=1e-6)
    # 10 mg/mL
    assert plan.totals[0].amount.value == pytest.approx(10 * injected_ml, rel=1e-6)


def test_a_volume_per_cm3_is_shown_as_a_departure(tmp_path: Path) -> None:
    values = changed(
        KELOID,
        treatment__protocol="keloid-triamcinolone-10-treat",
        syringes=REMOVE,
        technique={"volume_per_cm3": "0.5 mL"},
    )
    plan = checked(tmp_path, values)
    assert plan.protocol is not None
    assert [text for text in plan.protocol.departures if "per cm³ of lesion" in text]
    assert plan.protocol.evidence.grade == "does not apply"


def test_the_exposure_in_a_lesion_is_not_computed(tmp_path: Path) -> None:
    lidocaine = {"product": "lidocaine-hydrochloride-10", "volume": "1 mL"}
    values = changed(KELOID, syringes__0__contents=[lidocaine])
    plan = mesoplan.plan(mesoplan.read_case(write_case(tmp_path, values)))
    assert plan.indicators is not None
    (coverage,) = [row for row in plan.indicators if row.id == "coverage"]
    assert coverage.value is None
    assert coverage.verdict == "none"
    assert coverage.substance == "lidocaine"
    assert coverage.definition.startswith("Not computed: in a lesion")
    assert not [row for row in plan.indicators if row.id == "homogeneity"]
    assert plan.exposure is not None
    assert plan.exposure.areas == ()
    assert plan.exposure.plasma == ()
    # what needs no transport is still told
    assert {"share-in-target", "target-distance"} <= {row.id for row in plan.indicators}


def test_a_lesion_beside_a_flat_area(tmp_path: Path) -> None:
    lidocaine = {"product": "lidocaine-hydrochloride-10", "volume": "1 mL"}
    values = changed(KELOID, areas=[LESION, FLAT], syringes__0__contents=[lidocaine])
    plan = mesoplan.plan(mesoplan.read_case(write_case(tmp_path, values)))
    assert [p.height_mm for p in plan.placements] == [4.0, 0.0]
    assert {point.area for point in plan.points} == {0, 1}
    # what is known of the flat area alone would pass for the whole: none of it is shown
    assert plan.exposure is not None
    assert plan.exposure.areas == ()
    (coverage,) = [row for row in plan.indicators or () if row.id == "coverage"]
    assert coverage.value is None
    assert coverage.definition.startswith("Not computed: in a lesion")
    (blood,) = plan.systemic or ()
    assert (blood.cmax, blood.reached, blood.licensed) == (None, None, None)
    assert blood.note.startswith("Not computed: in a lesion")
    # all that was injected counts for the totals, the lesion's share too
    assert plan.totals[0].amount.value == pytest.approx(10 * 0.05 * len(plan.points))
    assert fault_keys(tmp_path, changed(values, **PER_CM3)) == ["technique.volume_per_cm3"]


def test_the_height_counts_as_dermis_for_the_plane(tmp_path: Path) -> None:
    site = load_catalogue().sites["abdomen"]
    plain, raised = skin_layers(site), skin_layers(site, None, 4.0)
    assert raised.dermis_mm == pytest.approx(plain.dermis_mm + 4.0)
    assert raised.epidermis == plain.epidermis
    # 8 mm at 30 degrees is 4 mm deep: fat in flat skin, scar in a lesion 4 mm high
    deep = changed(KELOID, technique__inserted_mm=8.0)
    (lesion,) = checked(tmp_path, deep).placements
    (flat,) = checked(tmp_path, changed(deep, areas=[FLAT])).placements
    assert lesion.depth_mm == flat.depth_mm == pytest.approx(4.0)
    assert (lesion.plane, flat.plane) == ("dermis", "subcutis")
    assert lesion.probability_below_dermis < 0.1 < 0.9 < flat.probability_below_dermis


def test_a_zone_depth_counts_from_the_level_of_the_skin(tmp_path: Path) -> None:
    def rules(area: dict[str, Any]) -> set[str]:
        values = changed(KELOID, areas=[area], technique__inserted_mm=12.0)
        return {f.rule for f in checked(tmp_path, values).findings} & {"zone-limit", "zone-depth"}

    site = next(
        s
        for s in load_catalogue().sites.values()
        for rule in s.zone_rules
        if rule.limit_mm is not None and s.forbidden is None and 3 < rule.limit_mm.central < 6
    )
    # 12 mm at 30 degrees is 6 mm under the top; 20 mm of scar lie above the skin
    assert "zone-limit" in rules({"site": site.id, "ellipse_mm": [40, 40]})
    assert rules({"site": site.id, "lesion_mm": [40, 40, 20]}) == set()


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ([20, 8], "areas[0].lesion_mm"),
        ([20, 8, 3, 1], "areas[0].lesion_mm"),
        ("20 x 8 x 3", "areas[0].lesion_mm"),
        ([20, 8, 0], "areas[0].lesion_mm"),
        ([20, 8, -3], "areas[0].lesion_mm"),
        ([20, 8, 101], "areas[0].lesion_mm"),
        ([2001, 8, 3], "areas[0].lesion_mm"),
        ([20, "8", 3], "areas[0].lesion_mm"),
        ([20, True, 3], "areas[0].lesion_mm"),
        ([20, float("nan"), 3], "areas[0].lesion_mm"),
        ([20, float("inf"), 3], "areas[0].lesion_mm"),
    ],
)
def test_a_lesion_that_is_none_is_refused_with_its_key(
    tmp_path: Path, value: Any, key: str
) -> None:
    found = faults(tmp_path, changed(KELOID, areas=[{"site": "abdomen", "lesion_mm": value}]))
    assert {fault.key for fault in found} == {key}


def test_a_lesion_has_one_shape(tmp_path: Path) -> None:
    both = {"site": "abdomen", "lesion_mm": [20, 8, 3], "ellipse_mm": [20, 8]}
    (fault,) = faults(tmp_path, changed(KELOID, areas=[both]))
    assert fault.key == "areas[0]"
    assert "lesion_mm" in fault.right


@pytest.mark.parametrize("text", ["0.5", "0,5 mL", "0.5 mg", "-0.5 mL", "0 mL"])
def test_a_volume_per_cm3_is_a_quantity_of_volume(tmp_path: Path, text: str) -> None:
    values = changed(KELOID, **{**PER_CM3, "technique__volume_per_cm3": text})
    assert fault_keys(tmp_path, values) == ["technique.volume_per_cm3"]


def test_one_way_to_state_a_volume(tmp_path: Path) -> None:
    keys = fault_keys(tmp_path, changed(KELOID, technique__volume_per_cm3="0.5 mL"))
    assert keys
    assert all(key.startswith("technique") for key in keys)


def test_an_outline_keeps_the_coordinates_of_the_case(tmp_path: Path) -> None:
    corners = [[100, 200], [160, 200], [160, 250], [100, 250]]
    moved = checked(tmp_path, changed(KELOID, areas=[{"site": "abdomen", "outline_mm": corners}]))
    flat = checked(tmp_path, changed(KELOID, areas=[FLAT]))
    assert [p.x_mm for p in moved.points] == pytest.approx([p.x_mm + 100 for p in flat.points])
    assert [p.y_mm for p in moved.points] == pytest.approx([p.y_mm + 200 for p in flat.points])
