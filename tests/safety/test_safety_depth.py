"""Depth: planes, zone limits, particles in zones, substances meant for the subcutis.

At 90° the tip lies at the inserted length L with a standard deviation of 0.1 L; its 95th
percentile is L (1 + 0.1 x 1.644854) = 1.164485 L.
"""

import dataclasses

import pytest

from mesoplan.model.site import Forbidden
from safety.cases import PAPULE, bare, catalogue, check, none_of, product, the_one, use

LIDOCAINE = product("lidocaine-hydrochloride-10")


def straight(mm: float, **more) -> dict:
    return {**PAPULE, "needle": "30G 13 mm", "angle_deg": 90, "inserted_mm": mm, **more}


def on(site: str, position: str | None = None, **more) -> list[dict]:
    area = {"site": site, "rectangle_mm": [60, 50], **more}
    return [area if position is None else {**area, "position": position}]


@pytest.mark.parametrize(
    ("site", "position", "at_mm", "above_mm"),
    [
        ("forehead", "medial", 2.5, 2.51),
        ("forehead", None, 2.5, 2.51),
        ("forehead", "lateral", 3.5, 3.51),
        ("glabella", "medial", 2.5, 2.51),
        ("glabella", None, 2.5, 2.51),
        # The medial limit includes the whole glabella.
        ("glabella", "lateral", 2.5, 2.51),
    ],
)
def test_planned_depth_beyond_a_zone_limit(site, position, at_mm, above_mm):
    at = use(LIDOCAINE, technique=straight(at_mm), areas=on(site, position))
    none_of(at, "critical")
    above = use(LIDOCAINE, technique=straight(above_mm), areas=on(site, position))
    the_one(above, "critical", site, overridable=True)


@pytest.mark.parametrize(
    ("site", "position", "below_mm", "above_mm"),
    [
        # 1.80 x 1.164485 = 2.0961, 1.81 x 1.164485 = 2.1077: medial 2.1 mm.
        ("forehead", "medial", 1.80, 1.81),
        ("forehead", None, 1.80, 1.81),
        ("glabella", None, 1.80, 1.81),
        # 1.63 x 1.164485 = 1.8981, 1.64 x 1.164485 = 1.9098: lateral 1.9 mm.
        ("forehead", "lateral", 1.63, 1.64),
    ],
)
def test_the_95th_percentile_beyond_the_lowest_depth_of_the_artery(
    site, position, below_mm, above_mm
):
    below = use(LIDOCAINE, technique=straight(below_mm), areas=on(site, position))
    none_of(below, "warning", site, rule="zone-depth")
    above = use(LIDOCAINE, technique=straight(above_mm), areas=on(site, position))
    the_one(above, "warning", site, rule="zone-depth")
    none_of(above, "critical")


def test_the_angle_counts_not_the_inserted_length():
    # 4 mm at 30 degrees lie at 2 mm; at 45 degrees at 2.83 mm.
    flat = {**PAPULE, "angle_deg": 30, "inserted_mm": 4.0}
    none_of(use(LIDOCAINE, technique=flat, areas=on("forehead")), "critical")
    steep = {**flat, "angle_deg": 45}
    the_one(
        use(LIDOCAINE, technique=steep, areas=on("forehead")),
        "critical",
        "forehead",
        overridable=True,
    )


def test_other_sites_have_no_zone_limit():
    none_of(use(LIDOCAINE, technique=straight(3.0), areas=on("thigh")), "critical")


@pytest.mark.parametrize("site", ["nose", "temple", "glabella", "lower-eyelid"])
def test_danger_zones_are_flagged(site):
    the_one(use(LIDOCAINE, areas=on(site)), "warning", site)


@pytest.mark.parametrize("site", ["glabella", "nose", "lower-eyelid", "temple"])
@pytest.mark.parametrize(
    "entry",
    [
        product("triamcinolone-acetonide-10"),
        product("triamcinolone-acetonide-40"),
        product("methylprednisolone-acetate-40"),
        bare("triamcinolone-acetonide", "10 mg/mL"),
        product("hyaluronic-acid-10"),
        product("hyaluronic-acid-cross-linked-20"),
        product("polynucleotides-20"),
    ],
    ids=lambda entry: entry.get("product", "bare"),
)
def test_suspensions_and_gels_in_the_zones_of_blindness(site, entry):
    written = entry.get("product", entry.get("substance"))
    the_one(use(entry, areas=on(site)), "critical", written, site, overridable=True)


@pytest.mark.parametrize(
    "entry", [product("triamcinolone-acetonide-10"), product("hyaluronic-acid-10")]
)
@pytest.mark.parametrize("site", ["cheek", "forehead", "chin"])
def test_suspensions_and_gels_elsewhere(site, entry):
    none_of(use(entry, areas=on(site)), "critical")


def test_a_solution_in_the_zones_is_not_critical():
    for name in ("dexamethasone-4", "hyaluronic-acid-14-mannitol", "lidocaine-hydrochloride-10"):
        none_of(use(product(name), areas=on("glabella")), "critical")


def test_a_gel_made_part_of_a_mixture_still_counts():
    plan = use(product("hyaluronic-acid-10"), LIDOCAINE, areas=on("temple"))
    the_one(plan, "critical", "hyaluronic-acid-10", "temple", overridable=True)


@pytest.mark.parametrize(
    ("inserted_mm", "critical"),
    [
        # Chin skin 1.2 to 1.9 mm: mean 1.55, standard deviation 0.175.
        # 1.85: 0.30 / sqrt(0.185^2 + 0.175^2) = 1.178, probability 0.881.
        (1.85, True),
        # 1.90: 0.35 / sqrt(0.190^2 + 0.175^2) = 1.355, probability 0.912.
        (1.90, False),
    ],
)
def test_a_substance_for_the_subcutis_needs_a_probability_of_nine_in_ten(inserted_mm, critical):
    plan = use(
        product("deoxycholic-acid-10", "2 mL"),
        technique=straight(inserted_mm, volume_per_point="0.2 mL"),
        areas=on("submental"),
        treatment={"indication": "submental-fat"},
    )
    probability = plan.placements[0].probability_below_dermis
    assert probability == pytest.approx(0.881 if critical else 0.912, abs=0.001)
    if critical:
        the_one(plan, "critical", "deoxycholic-acid", "submental")
    else:
        none_of(plan, "critical")


def test_a_measured_skin_counts():
    # Epidermis 0.05 and dermis 1.25 mm measured (5 %): mean 1.30, sd 0.0625.
    # 1.85: 0.55 / sqrt(0.185^2 + 0.0625^2) = 2.817, probability 0.998.
    plan = use(
        product("deoxycholic-acid-10", "2 mL"),
        technique=straight(1.85, volume_per_point="0.2 mL"),
        areas=on("submental", skin={"epidermis_mm": 0.05, "dermis_mm": 1.25}),
        treatment={"indication": "submental-fat"},
    )
    assert plan.placements[0].probability_below_dermis == pytest.approx(0.998, abs=0.001)
    none_of(plan, "critical")


@pytest.mark.parametrize(
    ("technique", "warns"),
    [
        (PAPULE, False),  # 0.78 mm in a skin of 1.1 to 1.8 mm
        (straight(1.0), False),
        (straight(2.5), True),  # below the dermis
    ],
)
def test_a_plane_other_than_intended_warns(technique, warns):
    plan = use(LIDOCAINE, technique=technique)
    if warns:
        the_one(plan, "warning", "cheek", rule="plane")
    else:
        none_of(plan, "warning", rule="plane")


def test_a_deep_technique_that_stays_in_the_dermis_warns():
    shallow = {**PAPULE, "id": "point-by-point"}
    the_one(use(LIDOCAINE, technique=shallow), "warning", "cheek", rule="plane")


def test_a_point_in_a_forbidden_zone_is_critical():
    data = catalogue()
    reason = Forbidden(reason="for this test", sources=("S159",), trust="read")
    site = data.sites["cheek"].model_copy(update={"forbidden": reason})
    barred = dataclasses.replace(
        data, records={**data.records, "site": {**data.records["site"], "cheek": site}}
    )
    none_of(check(data), "critical")
    the_one(check(barred), "critical", "cheek")
