"""Outcome scales: worked checks by hand, bounds, and every fault named by its item."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesoplan.catalogue import load_catalogue
from mesoplan.core.errors import InputError
from mesoplan.evaluate.scale_scores import (
    MelasmaRegion,
    hexsel_css,
    masi,
    melasma_area,
    mmasi,
    ndi,
    posas_observer,
    posas_patient,
    rmdq,
    salt,
    salt_class,
    vancouver,
)
from mesoplan.evaluate.scales import (
    Score,
    cr_pcss,
    fitzpatrick_wrinkle,
    gais,
    gais_from_rank,
    glogau,
    nrs,
    nurnberger_muller,
    pain_change_matters,
    percent_change,
    submental_fat,
    vas,
    wsrs,
)

REGIONS = ("forehead", "right_malar", "left_malar", "chin")
OBSERVER = ("vascularity", "pigmentation", "thickness", "relief", "pliability", "surface_area")
PATIENT = ("pain", "itching", "colour", "stiffness", "thickness", "irregularity")
CLEAR = MelasmaRegion(0, 0, 0)


def keys(refused):
    return [fault.key for fault in refused.value.faults]


def face(**regions):
    return {name: regions.get(name, CLEAR) for name in REGIONS}


def test_melasma_by_hand():
    worst = MelasmaRegion(6, 4, 4)
    assert masi(dict.fromkeys(REGIONS, worst)).value == 48.0
    assert masi(face(chin=worst)).value == 4.8  # 0.1 x 6 x 8
    assert mmasi(dict.fromkeys(REGIONS, worst)).value == 24.0
    assert mmasi(face(chin=worst)).value == 2.4  # 0.1 x 6 x 4
    # left unlike right: 0.3 x 3 x (2 + 1) + 0.3 x 2 x (4 + 3) = 2.7 + 4.2
    uneven = face(left_malar=MelasmaRegion(3, 2, 1), right_malar=MelasmaRegion(2, 4, 3))
    assert masi(uneven).value == pytest.approx(6.9)
    assert mmasi(uneven).value == pytest.approx(4.2)  # 0.3 x 3 x 2 + 0.3 x 2 x 4


@pytest.mark.parametrize(
    ("percent", "code"),
    [(0, 0), (0.1, 1), (9.9, 1), (10, 2), (29.9, 2), (30, 3), (50, 4), (70, 5), (89.9, 5), (90, 6),
     (100, 6)],
)  # fmt: skip
def test_melasma_area(percent, code):
    assert melasma_area(percent) == code


def test_hair_by_hand():
    half_top = salt(0, 0, 50, 0)
    assert half_top.value == 20.0
    assert half_top.grade == "mild"
    assert salt(0, 0, 50.1, 0).grade == "moderate"
    assert salt(100, 100, 100, 100).value == 100.0
    # 0.18 x 10 + 0.18 x 30 + 0.40 x 60 + 0.24 x 5 = 1.8 + 5.4 + 24 + 1.2
    assert salt(10, 30, 60, 5).value == pytest.approx(32.4)
    assert [salt(v, v, v, v).grade for v in (0, 20, 49, 50, 94, 95)] == [
        "none", "mild", "moderate", "severe", "severe", "very severe",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "name"),
    [(0, "S0"), (1, "S1"), (24.9, "S1"), (25, "S2"), (50, "S3"), (74, "S3"), (75, "S4"),
     (99.9, "S4"), (100, "S5")],
)  # fmt: skip
def test_hair_classes(value, name):
    assert salt_class(value) == name


def test_cellulite_by_hand():
    score = hexsel_css(2, 2, 2, 2, 2)
    assert (score.value, score.grade) == (10.0, "moderate")
    assert hexsel_css(0, 0, 0, 0, 0).grade == "none"
    assert hexsel_css(1, 0, 0, 0, 0).grade == "mild"
    assert hexsel_css(3, 1, 1, 1, 0).grade == "moderate"
    assert hexsel_css(3, 3, 3, 1, 1).grade == "severe"
    assert hexsel_css(3, 3, 3, 3, 3).value == 15.0


def test_scars_by_hand():
    assert vancouver(3, 2, 5, 3).value == 13.0
    assert vancouver(1, 0, 2, 1).value == 4.0
    assert posas_observer(dict(zip(OBSERVER, (1, 2, 3, 4, 5, 6), strict=True))).value == 21.0
    score = posas_patient(dict.fromkeys(PATIENT, 10))
    assert (score.value, score.version) == (60.0, "2.0")


def test_another_version_of_the_scar_scale_is_not_scored():
    with pytest.raises(InputError) as refused:
        posas_observer(dict.fromkeys(OBSERVER, 1), version="3.0")
    assert keys(refused) == ["version"]


def test_back_and_neck_by_hand():
    assert rmdq([True] * 7 + [False] * 17).value == 7.0
    assert ndi([0] * 10).grade == "none"
    assert (ndi([2] * 10).value, ndi([2] * 10).grade) == (20.0, "moderate")
    # nine items of 16 points in all: 16 x 10 / 9, as 35.6 % of 50
    assert ndi([2, 2, 2, 2, 2, 2, 2, 2, 0, None]).value == pytest.approx(16 * 10 / 9)
    assert ndi([5] * 10).grade == "complete"


def test_single_ratings():
    assert [gais(v).grade for v in (-1, 0, 3)] == ["worse", "no change", "very much improved"]
    assert [gais_from_rank(r).value for r in (1, 2, 3, 4, 5)] == [3, 2, 1, 0, -1]
    assert glogau(3).grade == "wrinkles at rest"
    assert [fitzpatrick_wrinkle(v).grade.split()[0] for v in (1, 3, 4, 6, 7, 9)] == [
        "I", "I", "II", "II", "III", "III",
    ]  # fmt: skip
    assert wsrs(5).grade == "extreme"
    assert nurnberger_muller(2).grade == "standing, not lying"
    assert cr_pcss(4).grade == "severe"
    assert submental_fat(3).grade == "severe"
    assert submental_fat(4, "patient").grade == "very large"
    assert vas(37.5).value == 37.5
    assert nrs(10).value == 10.0


def test_change():
    assert percent_change(8, 6) == -25.0
    assert percent_change(0, 3) is None
    assert percent_change(12.0, 7.1) == pytest.approx(-40.833333)
    assert pain_change_matters(8, 6)
    assert pain_change_matters(3, 2)
    assert not pain_change_matters(9, 8)
    assert not pain_change_matters(5, 6)
    assert not pain_change_matters(0, 0)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda: gais(4), ["change"]),
        (lambda: gais(True), ["change"]),
        (lambda: gais_from_rank(0), ["rank"]),
        (lambda: glogau(0), ["photo_type"]),
        (lambda: fitzpatrick_wrinkle(10), ["score"]),
        (lambda: wsrs(6), ["grade"]),
        (lambda: nurnberger_muller(4), ["stage"]),
        (lambda: cr_pcss(-1), ["grade"]),
        (lambda: submental_fat(5), ["grade"]),
        (lambda: submental_fat(1, "mother"), ["rater"]),
        (lambda: vas(100.5), ["millimetres"]),
        (lambda: vas(math.nan), ["millimetres"]),
        (lambda: nrs(4.5), ["points"]),
        (lambda: percent_change(-1, math.inf), ["before", "after"]),
        (lambda: pain_change_matters(11, -1), ["before", "after"]),
        (lambda: hexsel_css(4, 0, -1, 0, 3), ["depressions", "raised_lesions"]),
        (lambda: vancouver(3, 3, 5, 4), ["pigmentation", "height"]),
        (lambda: posas_patient(dict.fromkeys(PATIENT, 1) | {"pain": 0}), ["pain"]),
        (lambda: posas_patient(dict.fromkeys(OBSERVER, 1)), [
            "pain", "itching", "colour", "stiffness", "irregularity",
            "vascularity", "pigmentation", "relief", "pliability", "surface_area",
        ]),
        (lambda: masi({"forehead": CLEAR}), ["right_malar", "left_malar", "chin"]),
        (lambda: mmasi(face(chin=MelasmaRegion(7, 5, 0))), ["chin.area", "chin.darkness"]),
        (lambda: melasma_area(101), ["percent"]),
        (lambda: salt(0, 0, 101, -1), ["top", "back"]),
        (lambda: salt_class(100.1), ["value"]),
        (lambda: rmdq([True] * 23), ["applies"]),
        (lambda: rmdq([True] * 23 + [2]), ["applies[23]"]),
        (lambda: ndi([0] * 9), ["items"]),
        (lambda: ndi([0] * 9 + [6]), ["items[9]"]),
        (lambda: ndi([0] * 7 + [None] * 3), ["items"]),
    ],
)  # fmt: skip
def test_what_is_out_of_bounds_is_refused_by_its_item(call, expected):
    with pytest.raises(InputError) as refused:
        call()
    assert keys(refused) == expected


def _one_of_each() -> list[Score]:
    return [
        gais(0), glogau(1), fitzpatrick_wrinkle(1), wsrs(1), nurnberger_muller(0),
        hexsel_css(0, 0, 0, 0, 0), cr_pcss(0), vancouver(0, 0, 0, 0),
        posas_observer(dict.fromkeys(OBSERVER, 1)), posas_patient(dict.fromkeys(PATIENT, 1)),
        vas(0), nrs(0), rmdq([False] * 24), ndi([0] * 10), masi(face()), mmasi(face()),
        salt(0, 0, 0, 0), submental_fat(0), submental_fat(0, "patient"),
    ]  # fmt: skip


def test_bounds_are_those_of_the_catalogue():
    scales = load_catalogue().scales
    for score in _one_of_each():
        record = scales[score.scale]
        assert (record.lowest, record.highest) == (score.lowest, score.highest), score.scale


regions = st.builds(MelasmaRegion, st.integers(0, 6), st.integers(0, 4), st.integers(0, 4))
percent = st.floats(0, 100)


@given(st.fixed_dictionaries(dict.fromkeys(REGIONS, regions)))
def test_melasma_stays_in_bounds_and_the_modified_score_never_exceeds_it(rated):
    whole, modified = masi(rated), mmasi(rated)
    assert 0 <= whole.value <= 48
    assert 0 <= modified.value <= 24
    assert modified.value <= whole.value


@given(percent, percent, percent, percent)
def test_hair_stays_in_bounds_and_between_its_quarters(left, right, top, back):
    score = salt(left, right, top, back)
    quarters = (left, right, top, back)
    assert 0 <= score.value <= 100 + 1e-9
    assert min(quarters) - 1e-9 <= score.value <= max(quarters) + 1e-9


@given(st.lists(st.integers(0, 3), min_size=5, max_size=5))
def test_cellulite_is_the_sum(items):
    assert hexsel_css(*items).value == sum(items)


@given(st.lists(st.none() | st.integers(0, 5), min_size=10, max_size=10))
def test_the_neck_index_stays_in_bounds(items):
    if items.count(None) > 2:
        with pytest.raises(InputError):
            ndi(items)
    else:
        assert 0 <= ndi(items).value <= 50


@given(st.floats(0.001, 1e6), st.floats(0, 1e6))
def test_percent_change_reaches_the_second_score(before, after):
    change = percent_change(before, after)
    assert change is not None
    assert change >= -100
    assert before * (1 + change / 100) == pytest.approx(after, abs=1e-6 * max(before, 1))


@given(st.integers(), st.sampled_from([gais, wsrs, nrs, glogau, cr_pcss, nurnberger_muller]))
def test_any_whole_number_is_scored_in_bounds_or_refused(value, scale):
    sample = scale(1)
    if sample.lowest <= value <= sample.highest:
        assert scale(value).value == value
    else:
        with pytest.raises(InputError) as refused:
            scale(value)
        assert len(refused.value.faults) == 1
