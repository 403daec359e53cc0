"""Map and exposure picture: geometry, words, and the same bytes for the same plan."""

import xml.etree.ElementTree as ET
from dataclasses import replace

import numpy as np
import pytest
from report_plans import AREAS, make_plan

from mesoplan.model.exposure import Exposure
from mesoplan.report import exposure_svg, map_svg, warm_up
from mesoplan.report.chart_style import FULL, SMALL
from mesoplan.report.charts import exposure_spec
from mesoplan.report.exposure import exposure_strip
from mesoplan.report.fields import dermal_cells, dermal_course, dermal_exposure
from mesoplan.report.layout import reduction, shelves
from mesoplan.report.positions import letters, rows
from mesoplan.report.ramp import GREY_RAMP, RAMP, rgb
from mesoplan.report.words import Words

SVG = "{http://www.w3.org/2000/svg}"


def parsed(text: str) -> ET.Element:
    return ET.fromstring(text)


def of_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [element for element in root.iter() if element.get("class") == name]


def words_of(root: ET.Element) -> str:
    return " ".join(element.text or "" for element in root.iter(f"{SVG}text"))


@pytest.fixture(scope="module")
def drawn(plan, catalogue):
    return parsed(map_svg(plan, catalogue))


def test_map_has_one_dot_per_place(drawn):
    assert len(of_class(drawn, "point")) == 30 + 30 + 24


def test_passes_share_their_dots(large, catalogue):
    assert len(of_class(parsed(map_svg(large, catalogue)), "point")) == 30 + 30 + 24 + 12


def test_threads_are_lines_of_their_length(threads, catalogue):
    lines = of_class(parsed(map_svg(threads, catalogue)), "thread")
    assert len(lines) == 30
    for line in lines:
        assert float(line.get("y1")) - float(line.get("y2")) == pytest.approx(8.0)
        assert float(line.get("x1")) == pytest.approx(float(line.get("x2")))


def test_map_is_in_millimetres_at_true_size(drawn):
    width = drawn.get("width")
    assert width.endswith("mm")
    assert drawn.get("viewBox").split()[2] == width.removesuffix("mm")
    (bar,) = of_class(drawn, "bar")
    assert float(bar.get("width")) == 50.0
    first, second = of_class(drawn, "point")[:2]
    assert float(second.get("cx")) - float(first.get("cx")) == pytest.approx(10.0)


def test_map_names_sides_rows_and_marks(drawn):
    text = words_of(drawn)
    for part in ("1 LEFT cheek", "2 RIGHT cheek", "A", "E", "× 6", "must measure 50 mm", "DRAFT"):
        assert part in text
    assert "facial artery" in text
    assert drawn.find(f"{SVG}title").text
    assert "1 LEFT cheek: 30 places." in drawn.find(f"{SVG}desc").text


def test_right_side_of_a_face_is_drawn_on_the_left(drawn):
    text = words_of(drawn)
    assert text.index("2 RIGHT cheek") < text.index("1 LEFT cheek")


def test_blocked_map_is_grey_and_says_so(blocked, catalogue):
    root = parsed(map_svg(blocked, catalogue))
    assert "NOT RELEASED" in words_of(root)
    for dot in of_class(root, "point"):
        assert len(set(rgb(dot.get("fill")))) <= 3
        assert max(rgb(dot.get("fill"))) - min(rgb(dot.get("fill"))) < 20


def test_rows_are_lettered_from_the_top(plan):
    found = rows(plan, 0)
    assert [row.letter for row in found] == ["A", "B", "C", "D", "E"]
    assert found[0].y_mm > found[-1].y_mm
    assert [place.number for place in found[0].positions] == [1, 2, 3, 4, 5, 6]
    assert letters(25) == "Z"
    assert letters(26) == "AA"


def test_rows_of_the_plan_keep_their_letters(plan):
    points = tuple(p.model_copy(update={"row": f"R{int(p.y_mm)}"}) for p in plan.points)
    found = rows(plan.model_copy(update={"points": points}), 0)
    assert [row.letter for row in found] == ["R45", "R35", "R25", "R15", "R5"]


def test_pictures_are_the_same_for_the_same_plan(plan, catalogue):
    assert map_svg(plan, catalogue) == map_svg(plan, catalogue)
    assert exposure_svg(plan, catalogue) == exposure_svg(plan, catalogue)


def test_exposure_has_six_panels(plan, catalogue):
    text = words_of(parsed(exposure_svg(plan, catalogue)))
    for part in (
        "Dermal exposure",
        "Exposure over depth",
        "Time course in the dermis",
        "Share of the target layer",
        "Plasma",
        "Injection and cream",
        "nine in ten of 64 runs",
        "U·h/cm²",
        "DRAFT",
    ):
        assert part in text


def test_exposure_without_computation_says_so(threads, catalogue):
    root = parsed(exposure_svg(threads, catalogue))
    assert words_of(root).count("not computed") == 6


def test_plasma_without_constants_is_not_known(plan, catalogue):
    exposure = Exposure(areas=plan.exposure.areas, plasma=())
    text = exposure_svg(plan.model_copy(update={"exposure": exposure}), catalogue)
    assert "no published constants" in text


def test_reasons_and_assumptions_are_told(plan, catalogue):
    first = plan.exposure.areas[0]
    assumed = type(first)(**{**vars(first), "assumptions": ("logp-not-known",)})
    exposure = Exposure(
        areas=(assumed, *plan.exposure.areas[1:]),
        plasma=(),
        not_computed=(("caffeine", "not-computed.kind"),),
    )
    text = exposure_svg(plan.model_copy(update={"exposure": exposure}), catalogue)
    assert "Caffeine: Not computed" in text
    assert "partition coefficient is not known" in text


def test_blocked_exposure_is_grey(blocked, catalogue):
    text = exposure_svg(blocked, catalogue)
    assert "NOT RELEASED" in text
    assert RAMP[3] not in text


def test_small_figure_has_three_columns(plan, catalogue):
    root = parsed(exposure_strip(plan, catalogue))
    assert 1.2 < float(root.get("width")) / float(root.get("height")) < 2.5


def areas_of(spec) -> list[dict]:
    return [layer for layer in spec["layer"] if layer["mark"]["type"] == "area"]


def test_bands_lie_about_the_curves_and_need_runs(plan, catalogue):
    words = Words(catalogue)
    with_runs = exposure_spec(plan, words, FULL)["concat"]
    exposure = replace(plan.exposure, spreads=())
    without = exposure_spec(plan.model_copy(update={"exposure": exposure}), words, FULL)["concat"]
    for number in (1, 2, 3, 4):
        assert any(area["data"]["values"] for area in areas_of(with_runs[number])), number
        assert not any(area["data"]["values"] for area in areas_of(without[number])), number
    (band,) = [area for area in areas_of(with_runs[1]) if area["data"]["values"]]
    row = band["data"]["values"][10]
    assert row["top"] == pytest.approx(4 * row["value"], rel=1e-3)


def test_cream_panel_compares_only_what_is_known(plan, catalogue):
    words = Words(catalogue)
    rows = exposure_spec(plan, words, FULL)["concat"][5]["data"]["values"]
    assert [(row["name"], row["value"]) for row in rows] == [
        ("Lidocaine", 0.77),
        ("Lidocaine", 0.0021),
    ]
    assert (rows[1]["low"], rows[1]["high"]) == (0.00021, 0.021)
    unknown = plan.model_copy(update={"systemic": plan.systemic[1:]})
    panel = exposure_spec(unknown, words, FULL)["concat"][5]
    assert "no law for a cream holds" in " ".join(panel["encoding"]["text"]["value"])


def test_chosen_substance_changes_the_map(plan, catalogue):
    words = Words(catalogue)
    toxin = exposure_spec(plan, words, FULL)
    other = exposure_spec(plan, words, FULL, "lidocaine")
    assert toxin["concat"][0] != other["concat"][0]
    assert toxin["concat"][2] == other["concat"][2]


def test_spec_refuses_a_plan_without_exposure(threads, catalogue):
    with pytest.raises(ValueError, match="no computed exposure"):
        exposure_spec(threads, Words(catalogue), SMALL)


def test_dermal_exposure_is_the_sum_through_the_dermis(plan):
    area = plan.exposure.areas[0]
    cells = dermal_cells(area)
    assert cells.sum() == pytest.approx(1.7 - 0.06)
    uniform = type(area)(**{**vars(area), "auc": np.full_like(area.auc, 3.0)})
    # 3 mg·h/mL through 1.64 mm is 3 · 0.164 mg·h/cm²
    assert dermal_exposure(uniform) == pytest.approx(3.0 * 0.164)
    steady = type(area)(**{**vars(area), "concentration": np.full_like(area.concentration, 2.0)})
    assert dermal_course(steady) == pytest.approx(2.0)


def test_ramps_fall_in_lightness():
    for ramp in (RAMP, GREY_RAMP):
        light = [0.2126 * r + 0.7152 * g + 0.0722 * b for r, g, b in map(rgb, ramp)]
        assert light == sorted(light, reverse=True)


def test_shelves_never_overlap_or_leave_the_paper():
    sizes = [(60.0, 50.0), (70.0, 20.0), (100.0, 30.0), (30.0, 10.0)]
    boxes = shelves(sizes, 150.0, 5.0)
    assert all(box.left + box.width <= 150.0 for box in boxes)
    for i, a in enumerate(boxes):
        for b in boxes[i + 1 :]:
            apart_x = a.left + a.width <= b.left or b.left + b.width <= a.left
            apart_y = a.top + a.height <= b.top or b.top + b.height <= a.top
            assert apart_x or apart_y


def test_reduction_is_one_where_it_fits():
    def sizes(factor):
        return [(100.0 / factor, 100.0 / factor)]

    assert reduction(sizes, 100.0, 100.0, 0.0) == 1.0
    assert reduction(sizes, 60.0, 100.0, 0.0) == 2.0


def test_wheal_disc_follows_the_placement(catalogue):
    small, large = (
        make_plan(
            areas=AREAS[:1],
            placements=tuple(
                p.model_copy(update={"wheal_diameter_mm": width})
                for p in make_plan(areas=AREAS[:1]).placements
            ),
        )
        for width in (2.0, 6.0)
    )
    assert map_svg(small, catalogue) != map_svg(large, catalogue)


def test_area_without_punctures_says_so(plan, catalogue):
    points = tuple(point for point in plan.points if point.area != 1)
    root = parsed(map_svg(plan.model_copy(update={"points": points}), catalogue))
    assert "60 × 50 mm · no punctures" in words_of(root)


def test_no_exposure_at_all_still_draws(plan, catalogue):
    areas = tuple(
        type(area)(
            **{**vars(area), "auc": 0.0 * area.auc, "concentration": 0.0 * area.concentration}
        )
        for area in plan.exposure.areas
    )
    still = plan.model_copy(update={"exposure": Exposure(areas=areas, plasma=())})
    assert "NaN" not in exposure_svg(still, catalogue)


def test_warm_engine_draws_the_same(plan, catalogue):
    before = exposure_svg(plan, catalogue)
    thread = warm_up()
    thread.join()
    assert exposure_svg(plan, catalogue) == before
