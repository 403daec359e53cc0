"""`mesoplan validate`: what it prints, what it writes and where, and what its pictures show."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path

import pytest

from helpers import Ran, run
from mesoplan.catalogue.messages import read_messages
from mesoplan.core.errors import InputError
from mesoplan.report.validation_chart import (
    FOLDER,
    NAMES,
    Comparison,
    Prediction,
    by_quantity_svg,
    predicted_observed_svg,
    write_validation,
)

CASE = """\
format = "mesoplan/validation"
version = 1
id = "{id}"
source = "a journal"
species = "{species}"
tolerance_factor = 2.0
fitted = []
[substance]
mw_g_mol = 200
kind = "neutral"
logp = 1
[injection]
route = "intradermal"
amount = "1 mg"
volume = "0.1 mL"
[[observed]]
quantity = "half_life"
value = "{value}"
spread = "3 min"
[[observed]]
quantity = "tmax"
value = "10 min"
"""


@pytest.fixture
def cases(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two measurements of a small molecule; no half-life in plasma, so no peak."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "cases"
    folder.mkdir()
    for name, species, value in (("V14", "rat", "100 h"), ("V3", "human", "12 min")):
        text = CASE.format(id=name, species=species, value=value)
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return folder


def validated(cases: Path, *more: str | Path) -> Ran:
    ran = run("validate", "--cases", cases, *more)
    assert (ran.code, ran.err) == (0, "")
    return ran


def test_pictures_lie_in_the_current_directory(cases: Path, tmp_path: Path) -> None:
    ran = validated(cases)
    folder = tmp_path / FOLDER
    assert sorted(path.name for path in folder.iterdir()) == sorted(NAMES)
    last = ran.out.splitlines()[-1]
    assert last == f"Pictures: {FOLDER}/{NAMES[0]}, {FOLDER}/{NAMES[1]}"
    assert "Parameter set: recommended" in ran.out
    assert "1 met, 1 missed, 2 not modelled" in ran.out


def test_pictures_lie_where_out_says(cases: Path, tmp_path: Path) -> None:
    target = tmp_path / "deep" / "er"
    ran = validated(cases, "--out", target)
    assert sorted(path.name for path in target.iterdir()) == sorted(NAMES)
    assert str(target / NAMES[0]) in ran.out
    assert not (tmp_path / FOLDER).exists()


def test_json_prints_one_document_and_writes_nothing(cases: Path, tmp_path: Path) -> None:
    found = validated(cases, "--json").document
    assert [(row["id"], row["verdict"]) for row in found] == [
        ("V3", "met"), ("V3", "not modelled"), ("V14", "missed"), ("V14", "not modelled"),
    ]  # fmt: skip
    assert {path.name for path in tmp_path.iterdir()} == {"cases"}


def test_json_with_out_writes_and_still_prints_only_the_document(
    cases: Path, tmp_path: Path
) -> None:
    ran = validated(cases, "--json", "--out", tmp_path / "here")
    assert len(json.loads(ran.out)) == 4
    assert sorted(path.name for path in (tmp_path / "here").iterdir()) == sorted(NAMES)


def test_a_parameter_set_changes_the_prediction_and_stands_in_the_picture(
    cases: Path, tmp_path: Path
) -> None:
    """Pores carry a small molecule off; the sets without pores keep or lose it otherwise."""
    found = {}
    for law in ("recommended", "dancik", "surrey"):
        folder = tmp_path / law
        rows = validated(cases, "--json", "--out", folder, "--parameters", law).document
        found[law] = rows[0]["predicted"]["value"]
        assert f"Parameter set: {law}." in words(folder / NAMES[0])
    assert found["dancik"] > 1.2 * found["recommended"]
    assert found["surrey"] < 0.9 * found["recommended"]
    assert "Parameter set: surrey" in validated(cases, "--parameters", "surrey").out


def test_bad_options_end_with_2_and_one_line(cases: Path, tmp_path: Path) -> None:
    for name in ("Dancik", "best", ""):
        ran = run("validate", "--cases", cases, "--parameters", name)
        assert (ran.code, ran.out, len(ran.error_lines)) == (2, "", 1)
        assert ran.err.startswith("error: --parameters: ")
        assert "one of recommended, dancik, surrey" in ran.err
    (tmp_path / "file").write_text("", encoding="utf-8")
    for options in ((), ("--json",)):
        ran = run("validate", "--cases", cases, "--out", tmp_path / "file", *options)
        assert (ran.code, ran.out, len(ran.error_lines)) == (2, "", 1)
        assert ran.err.startswith("error: --out: ")


# ---- The pictures ----

SVG = "{http://www.w3.org/2000/svg}"
TEXTS = read_messages()


def prediction(**changes: object) -> Prediction:
    plain = Prediction("V1", "half_life", "h", 24.0, 12.0, 3.0, True, "human")
    return replace(plain, **changes)  # type: ignore[arg-type]


ONE_OF_EACH = Comparison(
    (
        prediction(),
        prediction(id="V2", predicted=48.0, met=False),
        prediction(id="V3", basis="fitted", spread=None),
        prediction(id="V4", basis="animal", met=False, predicted=1.0),
        prediction(id="V5", basis="ordinal", quantity="tmax", unit="1", spread=None),
    ),
    "recommended",
    not_shown=7,
)


def words(svg: Path | str) -> str:
    text = svg.read_text(encoding="utf-8") if isinstance(svg, Path) else svg
    return " ".join(element.text or "" for element in ET.fromstring(text).iter(f"{SVG}text"))


def marks(svg: str) -> list[ET.Element]:
    """The drawn points, in the order of the rows."""
    return [
        path
        for path in ET.fromstring(svg).iter(f"{SVG}path")
        if path.get("aria-roledescription") == "point"
    ]


def test_each_prediction_is_a_mark_with_its_numbers() -> None:
    drawn = predicted_observed_svg(ONE_OF_EACH, TEXTS)
    text = words(drawn)
    for part in (
        "V1 · half-life at the site", "V5 · time of the peak, two arms", "24 | 12 ± 3 h", "48 | 12",
        "5 measurements, 3 of them a test of the engine", "not modelled or predicted as 0: 7.",
        "predicted / observed", "predicted too low", "predicted too high",
    ):  # fmt: skip
        assert part in text, part
    assert len(marks(drawn)) == 5
    root = ET.fromstring(drawn)
    assert root.find(f"{SVG}title").text == "Predicted over observed"  # type: ignore[union-attr]
    assert root.find(f"{SVG}desc").text  # type: ignore[union-attr]


def test_grey_print_tells_verdicts_and_bases_apart() -> None:
    """The missed are hollow, and every basis has a shape of its own."""
    found = marks(predicted_observed_svg(ONE_OF_EACH, TEXTS))
    fills = [mark.get("fill") for mark in found]
    assert fills == ["#0b5563", "#ffffff", "#0b5563", "#ffffff", "#0b5563"]
    shapes = [re.sub(r"[-\d.]+", "", mark.get("d") or "") for mark in found]
    sizes = [mark.get("d") for mark in found]
    assert shapes[0] == shapes[1]
    assert len({sizes[0], *sizes[2:]}) == 4


def test_a_mark_stands_where_its_ratio_is() -> None:
    """On an axis from 0.05 to 20 a ratio of 1 is the middle, 2 and 1/2 lie alike on its sides."""
    ratios = (0.001, 0.05, 0.5, 1.0, 2.0, 20.0, 1000.0)
    found = Comparison(
        tuple(prediction(id=f"V{i}", predicted=12.0 * r) for i, r in enumerate(ratios)), "dancik"
    )
    places = [
        float(re.match(r"translate\(([-\d.]+)", mark.get("transform") or "")[1])  # type: ignore[index]
        for mark in marks(predicted_observed_svg(found, TEXTS))
    ]
    assert places[0] == places[1] == pytest.approx(0.0, abs=0.01)
    assert places[5] == places[6] == pytest.approx(2 * places[3])
    assert places[4] - places[3] == pytest.approx(places[3] - places[2])
    assert "not modelled" not in words(predicted_observed_svg(found, TEXTS))


def test_by_quantity_gives_the_mean_of_what_was_not_fitted() -> None:
    """Folds 2, 4 and 12 of the three tests: their geometric mean is 96^(1/3) = 4.58."""
    text = words(by_quantity_svg(ONE_OF_EACH, TEXTS))
    assert "fold error 4.58 (n = 3)" in text
    assert "—" in text
    assert text.index("half-life at the site") < text.index("time of the peak")


def test_the_same_rows_give_the_same_bytes_and_all_of_them_count() -> None:
    for draw in (predicted_observed_svg, by_quantity_svg):
        first = draw(ONE_OF_EACH, TEXTS)
        assert draw(ONE_OF_EACH, TEXTS) == first
        assert not re.search(r"(clip|gradient)_?\d", first)
        for changes in (
            {"predicted": 30.0}, {"observed": 13.0}, {"met": False}, {"basis": "fitted"},
        ):  # fmt: skip
            other = (prediction(**changes), *ONE_OF_EACH.predictions[1:])
            assert draw(replace(ONE_OF_EACH, predictions=other), TEXTS) != first, changes
        assert draw(replace(ONE_OF_EACH, law="surrey"), TEXTS) != first
    wider = (prediction(spread=4.0), *ONE_OF_EACH.predictions[1:])
    before = predicted_observed_svg(ONE_OF_EACH, TEXTS)
    assert predicted_observed_svg(replace(ONE_OF_EACH, predictions=wider), TEXTS) != before


def test_no_prediction_at_all_is_still_a_picture(tmp_path: Path) -> None:
    none = Comparison((), "dancik", not_shown=3)
    for path in write_validation(none, tmp_path, TEXTS):
        assert "0: 3." in words(path)


def test_a_file_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / NAMES[0]).mkdir()
    with pytest.raises(InputError) as caught:
        write_validation(ONE_OF_EACH, tmp_path, TEXTS)
    assert caught.value.faults[0].key == "--out"
