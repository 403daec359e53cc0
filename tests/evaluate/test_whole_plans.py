"""Plans of several areas, threads and depths: runs without variation are the plan again."""

import numpy as np
import pytest

import mesoplan
from evaluate.exposed import case_of, parts_of, planned
from evaluate.test_spread import band, centred
from safety.cases import DEEP, PAPULE, bare, catalogue, product, syringe

THREADS = {
    "id": "retrograde-linear",
    "needle": "30G 13 mm",
    "angle_deg": 10,
    "inserted_mm": 8.0,
    "spacing_mm": 6.0,
    "volume_per_point": "0.01 mL",
}
UNLIKE = [
    {"site": "cheek", "side": "left", "rectangle_mm": [20, 20]},
    {"site": "cheek", "side": "right", "rectangle_mm": [90, 60]},
]
CASES = {
    "areas of unlike size and strength": dict(
        areas=UNLIKE,
        syringes=[
            {**syringe(bare("tranexamic-acid", "100 mg/mL")), "areas": [0]},
            {**syringe(bare("tranexamic-acid", "10 mg/mL")), "areas": [1]},
        ],
    ),
    "threads": dict(
        syringes=[syringe(bare("tranexamic-acid", "50 mg/mL"))],
        technique=THREADS,
        areas=[{"site": "thigh", "rectangle_mm": [60, 40]}],
    ),
    "a level far below the peak": dict(syringes=[syringe(bare("tranexamic-acid", "100 mg/mL"))]),
}


@pytest.mark.parametrize("parts", CASES.values(), ids=CASES)
def test_runs_without_variation_are_the_plan_again(parts) -> None:  # type: ignore[no-untyped-def]
    plan = mesoplan.plan(case_of(engine={"runs": 2}, **parts), centred(1e-6))
    for name in ("coverage", "exposure-mean", "conformity", "areal-dose"):
        row = band(plan, name)
        assert row.low == pytest.approx(row.value, rel=0.08), name
        assert row.high == pytest.approx(row.value, rel=0.08), name


def test_areas_weigh_by_their_size() -> None:
    parts = CASES["areas of unlike size and strength"]
    found = planned(**parts)
    rows = {row.area: row.value for row in found.indicators if row.id == "exposure-mean"}
    # 20 x 20 and 90 x 60 mm of the same skin
    assert rows[None] == pytest.approx((400 * rows[0] + 5400 * rows[1]) / 5800, rel=1e-6)


def test_the_dose_per_area_counts_areas_that_get_it() -> None:
    alone = planned(product("abobotulinumtoxina-500"), areas=UNLIKE[:1])
    beside = planned(
        areas=UNLIKE,
        syringes=[
            {**syringe(product("abobotulinumtoxina-500")), "areas": [0]},
            {**syringe(bare("tranexamic-acid")), "areas": [1]},
        ],
    )
    doses = [
        next(
            row
            for row in plan.indicators
            if row.id == "areal-dose" and row.substance.startswith("abo")
        )
        for plan in (alone, beside)
    ]
    assert doses[0].value == pytest.approx(doses[1].value)
    assert doses[0].verdict == doses[1].verdict


def test_a_target_that_gets_nothing_is_not_covered() -> None:
    # the tip stays in the dermis, the fat is meant, and the fluid clears before it gets there
    found = planned(
        bare("deoxycholic-acid", "0.001 mg/mL"),
        areas=[{"site": "abdomen", "rectangle_mm": [10, 10]}],
        technique={**PAPULE, "volume_per_point": "0.005 mL", "inserted_mm": 0.5},
    )
    coverage = next(row for row in found.indicators if row.id == "coverage")
    assert coverage.value is not None
    assert coverage.value <= 1.0
    assert next(row for row in found.indicators if row.id == "exposure-d98").value is not None


def test_fluid_deep_in_the_fat_is_seen() -> None:
    # 12 mm below the surface of an abdomen: 10 x 0.02 mL lie in the fat, none is lost from sight
    made = parts_of(
        bare("lidocaine"),
        areas=[{"site": "abdomen", "rectangle_mm": [30, 20]}],
        technique={**DEEP, "inserted_mm": 12.0, "angle_deg": 90, "needle": "27G 13 mm"},
    )
    (area,) = made.exposure.areas
    start = area.concentration[0]
    seen = float((start * area.cell_mm).sum()) * area.place_mm2 / 1000.0
    assert seen == pytest.approx(6 * 0.02 * 10, rel=0.02)


def test_threads_are_as_wide_as_their_fluid() -> None:
    # 0.01 mL along L mm: a cylinder of sqrt(10 / (pi L)) mm; the middle of its fluid lies at
    # R / sqrt(2), and the soft edge of a third of the spot's radius widens it a little
    made = parts_of(
        bare("lidocaine"),
        areas=[{"site": "thigh", "rectangle_mm": [60, 40]}],
        technique=THREADS,
    )
    (run,) = made.passes
    length = float(np.hypot(run.dx_mm[0], run.dy_mm[0]))
    (area,) = made.exposure.areas
    row = int(np.abs(area.y_mm - run.y_mm[0]).argmin())
    near = np.abs(area.y_mm - area.y_mm[row]) < 3.0
    x = (area.x_mm > run.x_mm[0] + 2.0) & (area.x_mm < run.x_mm[0] + length - 2.0)
    summed = (area.concentration[0] @ area.cell_mm)[near][:, x].mean(axis=1)
    spread = np.sqrt(np.average((area.y_mm[near] - run.y_mm[0]) ** 2, weights=summed))
    radius = np.sqrt(10.0 / (np.pi * length))
    # the variance across of a cylinder is R^2 / 4
    assert 0.45 * radius < spread < 0.75 * radius


def test_a_trace_of_epinephrine_closes_no_vessels() -> None:
    found = {
        strength: planned(
            syringes=[syringe(bare("lidocaine"), bare("epinephrine", f"{strength} mg/mL"))]
        )
        for strength in ("0.00002", "0.01")
    }
    rest = planned(bare("lidocaine", "5 mg/mL"))
    aucs = [
        next(
            r.value for r in p.indicators if r.id == "exposure-mean" and r.substance == "lidocaine"
        )
        for p in (rest, found["0.00002"], found["0.01"])
    ]
    assert aucs[1] == pytest.approx(aucs[0], rel=1e-6)
    assert aucs[2] > 1.1 * aucs[0]
    # what must not be injected says why it has no exposure
    blocked = [r for r in found["0.01"].indicators if r.substance == "epinephrine"]
    assert [r.value for r in blocked] == [None]
    assert blocked[0].definition.startswith("Not computed")


def test_plasma_exposure_is_what_reached_the_blood_over_its_clearance() -> None:
    plan = planned(bare("diclofenac"), patient={"weight_kg": 60.0})
    (row,) = plan.systemic
    constants = catalogue().substances["diclofenac"].pharmacokinetics
    volume = constants.volume_l_per_kg.central * 60.0
    clearance = np.log(2) / constants.half_life_h.central * volume
    assert row.auc.value == pytest.approx(row.reached.value / clearance, rel=0.01)
