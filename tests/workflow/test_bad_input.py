"""Every bad input of a case file: exit 2, one line per fault with its key, nothing written."""

import datetime as dt
import random
import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpers import (
    ASKED,
    FACE,
    LIDOCAINE,
    PAIN,
    REMOVE,
    changed,
    fault_keys,
    faults,
    run,
    toml,
    write_case,
)
from mesoplan import Case, check, read_case
from mesoplan.core.errors import Fault, InputError

NAN, INF = float("nan"), float("inf")
LINE = re.compile(r"error: (?P<key>\S[^:]*): (?P<wrong>.+?); (?P<right>.+)")
AREA = {"site": "upper-back", "side": "left"}
# No protocol prevents localized pain: what the case does not state, nobody states.
ALONE = {"treatment__intent": "prevent", "treatment__reason": "a long drive"}


def refused(folder: Path, values: Any) -> list[str]:
    """Run the command line on a bad case, check how it refuses, give the keys of the faults."""
    path = values if isinstance(values, Path) else write_case(folder, values)
    before = sorted(folder.rglob("*"))
    keys: list[str] = []
    for command in (["plan", path], ["check", path], ["check", path, "--json"]):
        ran = run(*command)
        assert ran.code == 2
        assert ran.out == ""
        assert "Traceback" not in ran.err
        lines = ran.err.splitlines()
        matches = [LINE.fullmatch(line) for line in lines]
        assert all(matches), ran.err
        assert len(set(lines)) == len(lines), f"said twice: {ran.err}"
        keys = sorted(match["key"] for match in matches if match)
    assert sorted(folder.rglob("*")) == before
    return keys


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n\n",
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)),
        b"\xff\xfea\x00",
        b'format = "mesoplan/case"\x00',
        b"this is not TOML",
        b'{"format": "mesoplan/case"}',
        b"[patient\nage_years = 3",
        b"a = 1\na = 2\n",
        b"x = " + b"[" * 3000,
        "format = 'mesoplan/case'\nname = 'é'".encode("latin-1"),
        b"%PDF-1.4",
    ],
)
def test_a_file_that_is_no_case_is_one_fault(tmp_path: Path, content: bytes) -> None:
    assert len(refused(tmp_path, content)) == 1


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path, tmp_path / "absent.toml") == ["absent.toml"]


def test_a_folder_is_no_case(tmp_path: Path) -> None:
    folder = tmp_path / "folder.toml"
    folder.mkdir()
    assert refused(tmp_path, folder) == ["folder.toml"]


def test_a_path_below_a_file_is_no_case(tmp_path: Path) -> None:
    path = write_case(tmp_path, PAIN) / "case.toml"
    assert len(refused(tmp_path, path)) == 1


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    assert len(refused(tmp_path, b"# " + b"x" * 5_000_000)) == 1


def test_a_byte_order_mark_and_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    text = toml(PAIN).replace("\n", "\r\n")
    assert faults(tmp_path, b"\xef\xbb\xbf" + text.encode()) == ()


@pytest.mark.parametrize(
    ("changes", "keys"),
    [
        ({"format": REMOVE}, ["format"]),
        ({"format": "mesoplan/plan"}, ["format"]),
        ({"format": 3}, ["format"]),
        ({"version": REMOVE}, ["version"]),
        ({"version": 2}, ["version"]),
        ({"version": 0}, ["version"]),
        ({"version": "1"}, ["version"]),
        ({"version": True}, ["version"]),
        ({"patient": REMOVE}, ["patient"]),
        ({"treatment": REMOVE}, ["treatment"]),
        ({"areas": REMOVE}, ["areas"]),
        ({"areas": []}, ["areas"]),
        ({"areas": 3}, ["areas"]),
        ({"areas": ["cheek"]}, ["areas[0]"]),
        ({"today": 3}, ["today"]),
        # engine
        ({"engine": 3}, ["engine"]),
        ({"engine__law": "dancik"}, ["engine.law"]),
        ({"engine__parameters": "fick"}, ["engine.parameters"]),
        ({"engine__parameters": 1}, ["engine.parameters"]),
        ({"engine__flow": "spate"}, ["engine.flow"]),
        ({"engine__flow": True}, ["engine.flow"]),
        ({"engine__runs": -1}, ["engine.runs"]),
        ({"engine__runs": 1025}, ["engine.runs"]),
        ({"engine__runs": 2.5}, ["engine.runs"]),
        ({"engine__runs": NAN}, ["engine.runs"]),
        ({"engine__runs": "64"}, ["engine.runs"]),
        ({"engine__runs": True}, ["engine.runs"]),
        ({"engine__seed": -1}, ["engine.seed"]),
        ({"engine__seed": 2**31 + 1}, ["engine.seed"]),
        ({"engine__seed": 0.5}, ["engine.seed"]),
        ({"engine__runs": -1, "engine__flow": 3}, ["engine.flow", "engine.runs"]),
        # patient
        ({"patient__age_years": REMOVE}, ["patient.age_years"]),
        ({"patient__age_years": -1}, ["patient.age_years"]),
        ({"patient__age_years": 121}, ["patient.age_years"]),
        ({"patient__age_years": NAN}, ["patient.age_years"]),
        ({"patient__age_years": INF}, ["patient.age_years"]),
        ({"patient__age_years": "46"}, ["patient.age_years"]),
        ({"patient__age_years": True}, ["patient.age_years"]),
        ({"patient__sex": "f"}, ["patient.sex"]),
        ({"patient__sex": 1}, ["patient.sex"]),
        ({"patient__weight_kg": 0}, ["patient.weight_kg"]),
        ({"patient__weight_kg": -62}, ["patient.weight_kg"]),
        ({"patient__weight_kg": 1e12}, ["patient.weight_kg"]),
        ({"patient__weight_kg": NAN}, ["patient.weight_kg"]),
        ({"patient__weight_kg": -INF}, ["patient.weight_kg"]),
        ({"patient__weight_kg": "62,5"}, ["patient.weight_kg"]),
        ({"patient__weight_kg": "62 kg"}, ["patient.weight_kg"]),
        ({"patient__phototype": 0}, ["patient.phototype"]),
        ({"patient__phototype": 7}, ["patient.phototype"]),
        ({"patient__phototype": 2.5}, ["patient.phototype"]),
        ({"patient__phototype": "III"}, ["patient.phototype"]),
        ({"patient__pregnant": "no"}, ["patient.pregnant"]),
        ({"patient__pregnant": 0}, ["patient.pregnant"]),
        ({"patient__breastfeeding": "false"}, ["patient.breastfeeding"]),
        ({"patient__allergies": "procaine"}, ["patient.allergies"]),
        (
            {"patient__allergies": ["procaine", 3, ""]},
            ["patient.allergies[1]", "patient.allergies[2]"],
        ),
        ({"patient__conditions": [{"area": "thigh"}]}, ["patient.conditions[0].id"]),
        (
            {"patient__conditions": [{"id": "psoriasis", "area": "thighs"}]},
            ["patient.conditions[0].area"],
        ),
        (
            {"patient__conditions": [{"id": "psoriasis", "place": "thigh"}]},
            ["patient.conditions[0].place"],
        ),
        ({"patient__medicines": [True]}, ["patient.medicines[0]"]),
        ({"patient__history": [{}]}, ["patient.history[0].date", "patient.history[0].substance"]),
        (
            {
                "patient__history": [
                    {"substance": "onabotulinumtoxinA", "amount": 64, "date": "2026-13-01"}
                ]
            },
            ["patient.history[0].amount", "patient.history[0].date"],
        ),
        (
            {
                "patient__history": [
                    {"substance": "onabotulinumtoxinA", "date": dt.date(2026, 11, 24)}
                ]
            },
            ["patient.history[0].date"],
        ),
        ({"patient__birth_date": dt.date(2027, 1, 1)}, ["patient.birth_date"]),
        ({"patient__birth_date": "31/01/1980"}, ["patient.birth_date"]),
        ({"patient__birth_date": dt.datetime(1980, 1, 31, tzinfo=dt.UTC)}, ["patient.birth_date"]),
        ({"patient__birth_date": dt.date(1850, 1, 1)}, ["patient.birth_date"]),
        ({"patient__birth_date": dt.date(1990, 1, 1)}, ["patient.age_years"]),
        # treatment
        ({"treatment__indication": REMOVE}, ["treatment.indication"]),
        ({"treatment__indication": "wrinkels"}, ["treatment.indication"]),
        ({"treatment__indication": ""}, ["treatment.indication"]),
        ({"treatment__intent": "cure"}, ["treatment.intent"]),
        ({"treatment__protocol": "my-own"}, ["treatment.protocol"]),
        ({"treatment__protocol": "mesobotox-treat"}, ["treatment.protocol"]),
        ({"treatment__date": "2026-02-30"}, ["treatment.date"]),
        ({"treatment__date": 20261123}, ["treatment.date"]),
        ({"treatment__country": "France"}, ["treatment.country"]),
        ({"treatment__country": "UK"}, ["treatment.country"]),
        ({"treatment__country": 33}, ["treatment.country"]),
        ({"treatment__sessions": 0}, ["treatment.sessions"]),
        ({"treatment__sessions": 2.5}, ["treatment.sessions"]),
        ({"treatment__sessions": 10**9}, ["treatment.sessions"]),
        ({"treatment__interval_days": 0}, ["treatment.interval_days"]),
        ({"treatment__interval_days": -14}, ["treatment.interval_days"]),
        ({"treatment__target_depth_mm": 0}, ["treatment.target_depth_mm"]),
        ({"treatment__target_depth_mm": "1 mm"}, ["treatment.target_depth_mm"]),
        # today
        ({"today__caffeine_mg": -1}, ["today.caffeine_mg"]),
        ({"today__caffeine_mg": "200 mg"}, ["today.caffeine_mg"]),
        (
            {"today__anaesthetics": [{"substance": "lidocaine", "amount": "50", "form": "spray"}]},
            ["today.anaesthetics[0].amount", "today.anaesthetics[0].form"],
        ),
        (
            {"today__anaesthetics": [{}]},
            [f"today.anaesthetics[0].{k}" for k in ("amount", "form", "substance")],
        ),
        # areas
        ({"areas__0__site": REMOVE}, ["areas[0].site"]),
        ({"areas__0__site": "chek"}, ["areas[0].site"]),
        ({"areas__0__side": "leftish"}, ["areas[0].side"]),
        ({"areas__0__rectangle_mm": [60]}, ["areas[0].rectangle_mm"]),
        ({"areas__0__rectangle_mm": [60, 50, 40]}, ["areas[0].rectangle_mm"]),
        ({"areas__0__rectangle_mm": [60, 0]}, ["areas[0].rectangle_mm"]),
        ({"areas__0__rectangle_mm": [-60, 50]}, ["areas[0].rectangle_mm"]),
        ({"areas__0__rectangle_mm": [60, 1e9]}, ["areas[0].rectangle_mm"]),
        ({"areas__0__rectangle_mm": [60, NAN]}, ["areas[0].rectangle_mm"]),
        ({"areas__0__rectangle_mm": ["60 mm", 50]}, ["areas[0].rectangle_mm"]),
        ({"areas__0__rectangle_mm": "60 x 50"}, ["areas[0].rectangle_mm"]),
        ({"areas__0__rectangle_mm": REMOVE}, ["areas[0]"]),
        ({"areas__0__ellipse_mm": [60, 50]}, ["areas[0]"]),
        ({"areas__0__skin": {"dermis_mm": 0}}, ["areas[0].skin.dermis_mm"]),
        ({"areas__0__skin": {"epidermis_mm": -0.1}}, ["areas[0].skin.epidermis_mm"]),
        ({"areas__0": {**AREA, "outline_mm": [[0, 0], [1, 1]]}}, ["areas[0].outline_mm"]),
        ({"areas__0": {**AREA, "outline_mm": [[0, 0], [9], [9, 9]]}}, ["areas[0].outline_mm[1]"]),
        (
            {"areas__0": {**AREA, "outline_mm": [[0, 0], [60, 40], [60, 0], [0, 40]]}},
            ["areas[0].outline_mm"],
        ),
        (
            {"areas__0": {**AREA, "outline_mm": [[0, 0], [60, 0], [NAN, 40]]}},
            ["areas[0].outline_mm[2]"],
        ),
        ({"areas__0__rectangle_mm": [9.9, 50]}, ["areas[0]"]),
        ({"technique__margin_mm": 25.5}, ["areas[0]"]),
        # technique
        ({"technique__id": "papules-and-more"}, ["technique.id"]),
        ({"technique__needle": "30G"}, ["technique.needle"]),
        ({"technique__needle": "30G 4"}, ["technique.needle"]),
        ({"technique__needle": "30G -4 mm"}, ["technique.needle"]),
        ({"technique__needle": "99G 4 mm"}, ["technique.needle"]),
        (
            {"technique__needle": "30G 2 mm"},
            ["technique.inserted_mm"],
        ),  # 3 mm inserted
        ({"technique__inserted_mm": 4.1}, ["technique.inserted_mm"]),
        ({"technique__inserted_mm": 0}, ["technique.inserted_mm"]),
        ({"technique__angle_deg": 0}, ["technique.angle_deg"]),
        ({"technique__angle_deg": 91}, ["technique.angle_deg"]),
        ({"technique__angle_deg": NAN}, ["technique.angle_deg"]),
        ({"technique__spacing_mm": 0}, ["technique.spacing_mm"]),
        ({"technique__spacing_mm": -10}, ["technique.spacing_mm"]),
        ({"technique__spacing_mm": INF}, ["technique.spacing_mm"]),
        ({"technique__spacing_mm": 1e-9}, ["technique.spacing_mm"]),
        ({"technique__spacing_mm": 0.4}, ["technique.spacing_mm"]),  # 150 x 125 = 18750 points
        ({"technique__margin_mm": -1}, ["technique.margin_mm"]),
        ({"technique__pattern": "triangular"}, ["technique.pattern"]),
        ({"technique__volume_per_point": 0.02}, ["technique.volume_per_point"]),
        ({"technique__volume_per_point": "0,02 mL"}, ["technique.volume_per_point"]),
        ({"technique__volume_per_point": "0.02"}, ["technique.volume_per_point"]),
        ({"technique__volume_per_point": "0.02mL"}, ["technique.volume_per_point"]),
        ({"technique__volume_per_point": "20 mg"}, ["technique.volume_per_point"]),
        ({"technique__volume_per_point": "0 mL"}, ["technique.volume_per_point"]),
        ({"technique__volume_per_point": "-0.02 mL"}, ["technique.volume_per_point"]),
        ({"technique__volume_per_point": "nan mL"}, ["technique.volume_per_point"]),
        ({"technique__volume_per_area": "1 mL"}, ["technique.volume_per_area"]),
        ({**ALONE, "technique__volume_per_point": REMOVE}, ["technique.volume_per_point"]),
        ({**ALONE, "technique__spacing_mm": REMOVE}, ["technique.spacing_mm"]),
        # syringes
        ({"syringes": []}, ["syringes"]),
        ({**ALONE, "syringes": REMOVE}, ["syringes"]),
        ({"syringes": [{}]}, ["syringes[0].contents"]),
        ({"syringes": [{"contents": []}]}, ["syringes[0].contents"]),
        ({"syringes": [{"contents": ["lidocaine"]}]}, ["syringes[0].contents[0]"]),
        ({"syringes__0__areas": [1]}, ["syringes[0].areas[0]"]),
        ({"syringes__0__areas": [0, 0]}, ["syringes[0].areas[1]"]),
        ({"syringes__0__areas": []}, ["syringes[0].areas"]),
        ({"syringes__0__areas": [-1]}, ["syringes[0].areas[0]"]),
        ({"syringes__0__areas": [True]}, ["syringes[0].areas[0]"]),
        ({"syringes__0__prepared_by": "nurse"}, ["syringes[0].prepared_by"]),
        ({"syringes__0__contents__0__volume": REMOVE}, ["syringes[0].contents[0].volume"]),
        ({"syringes__0__contents__0__volume": 2}, ["syringes[0].contents[0].volume"]),
        ({"syringes__0__contents__0__product": "magic"}, ["syringes[0].contents[0].product"]),
        ({"syringes__0__contents__0__product": REMOVE}, ["syringes[0].contents[0]"]),
        ({"syringes__0__contents__0__substance": "lidocaine"}, ["syringes[0].contents[0]"]),
        ({"syringes__0__contents__0__strength": "10 mg/mL"}, ["syringes[0].contents[0].strength"]),
        (
            {"syringes__0__contents__0": {"substance": "caffeine", "volume": "1 mL"}},
            ["syringes[0].contents[0].strength"],
        ),
        (
            {
                "syringes__0__contents__0": {
                    "substance": "caffeine",
                    "volume": "1 mL",
                    "strength": "50 %",
                }
            },
            ["syringes[0].contents[0].strength"],
        ),
        (
            {
                "syringes__0__contents__0": {
                    "product": "onabotulinumtoxina-100",
                    "volume": "1 mL",
                }
            },
            ["syringes[0].contents[0].reconstitute"],
        ),
        (
            {
                "syringes__0__contents__0__reconstitute": {
                    "with": "sodium-chloride-0.9",
                    "volume": "1 mL",
                }
            },
            ["syringes[0].contents[0].reconstitute"],
        ),
        (
            {
                "syringes__0__contents__0": {
                    "product": "onabotulinumtoxina-100",
                    "volume": "1 mL",
                    "reconstitute": {"with": "onabotulinumtoxina-50"},
                }
            },
            [f"syringes[0].contents[0].reconstitute.{k}" for k in ("volume", "with")],
        ),
    ],
)
def test_each_bad_value_is_refused_with_its_key(
    tmp_path: Path, changes: dict[str, Any], keys: list[str]
) -> None:
    assert refused(tmp_path, changed(PAIN, **changes)) == keys


def test_all_faults_of_a_file_come_together(tmp_path: Path) -> None:
    values = changed(
        PAIN,
        version=7,
        colour="blue",
        patient__age_years=-3,
        patient__weigth_kg=62,
        treatment__country="Atlantis",
        today__caffeine_mg=NAN,
        areas__0__side="up",
        technique__volume_per_point="0,02 mL",
        technique__inserted_mm=9.0,
        syringes__0__contents__0__volume="2 cc",
    )
    values["areas"].append({**AREA, "outline_mm": [[0, 0], [60, 40], [60, 0], [0, 40]]})
    assert set(refused(tmp_path, values)) >= {
        "version",
        "colour",
        "patient.age_years",
        "patient.weigth_kg",
        "treatment.country",
        "today.caffeine_mg",
        "areas[0].side",
        "technique.volume_per_point",
        "syringes[0].contents[0].volume",
    }


def test_faults_of_placement_come_with_faults_of_reading(tmp_path: Path) -> None:
    """What can still be laid out is laid out, so that no second run finds more."""
    values = changed(PAIN, patient__weigth_kg=62, technique__inserted_mm=9.0)
    values["areas"] += [
        {**AREA, "outline_mm": [[0, 0], [60, 40], [60, 0], [0, 40]]},
        {**AREA, "rectangle_mm": [3, 3]},
    ]
    assert refused(tmp_path, values) == [
        "areas[1].outline_mm",
        "areas[2]",
        "patient.weigth_kg",
        "technique.inserted_mm",
    ]


def test_faults_of_placement_come_without_the_patient(tmp_path: Path) -> None:
    values = changed(PAIN, patient__age_years=REMOVE, technique__inserted_mm=9.0)
    assert refused(tmp_path, values) == ["patient.age_years", "technique.inserted_mm"]


@pytest.mark.parametrize(
    ("changes", "key", "near"),
    [
        ({"pateint": {"age_years": 3}}, "pateint", "patient"),
        ({"area": []}, "area", "areas"),
        ({"patient__wieght_kg": 62}, "patient.wieght_kg", "weight_kg"),
        ({"patient__alergies": []}, "patient.alergies", "allergies"),
        ({"treatment__indikation": "x"}, "treatment.indikation", "indication"),
        ({"treatment__session": 3}, "treatment.session", "sessions"),
        ({"today__cafeine_mg": 1}, "today.cafeine_mg", "caffeine_mg"),
        ({"areas__0__rectangle": [6, 5]}, "areas[0].rectangle", "rectangle_mm"),
        ({"areas__0__skin": {"dermis": 1}}, "areas[0].skin.dermis", "dermis_mm"),
        ({"technique__spacing": 4}, "technique.spacing", "spacing_mm"),
        ({"syringes__0__content": []}, "syringes[0].content", "contents"),
        ({"syringes__0__contents__0__volum": "1"}, "syringes[0].contents[0].volum", "volume"),
    ],
)
def test_an_unknown_key_names_the_nearest_known_one(
    tmp_path: Path, changes: dict[str, Any], key: str, near: str
) -> None:
    (fault,) = faults(tmp_path, changed(PAIN, **changes))
    assert fault.key == key
    assert "unknown" in fault.wrong
    assert f'"{near}"' in fault.right


@pytest.mark.parametrize(
    ("section", "field", "text", "near"),
    [
        ("areas__0__site", "areas[0].site", "chek", "cheek"),
        ("treatment__indication", "treatment.indication", "melasme-", "melasma"),
        ("technique__id", "technique.id", "papul", "papule"),
    ],
)
def test_an_unknown_id_names_the_nearest_known_one(
    tmp_path: Path, section: str, field: str, text: str, near: str
) -> None:
    (fault,) = faults(tmp_path, changed(PAIN, **{section: text}))
    assert fault.key == field
    assert text in fault.wrong
    assert near in fault.right


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("weight_kg = 62.0", "weight_kg = 62,5", "patient.weight_kg"),
        ("spacing_mm = 10.0", "spacing_mm = 10,0", "technique.spacing_mm"),
        ("date = 2026-11-23", "date = 2026-02-30", "treatment.date"),
        ("date = 2026-11-23", "date = 2026-13-01", "treatment.date"),
        ("rectangle_mm = [60, 50]", "rectangle_mm = [60; 50]", "areas.rectangle_mm"),
        ("pregnant = false", "pregnant = no", "patient.pregnant"),
    ],
)
def test_what_toml_itself_refuses_still_names_the_key(
    tmp_path: Path, old: str, new: str, key: str
) -> None:
    text = toml(PAIN)
    assert old in text
    (found,) = refused(tmp_path, text.replace(old, new))
    assert found.replace("[0]", "") == key


def test_no_line_is_wrapped_or_broken(tmp_path: Path) -> None:
    values = changed(PAIN, treatment__indication="x " * 300, technique__id="a\nb\tc")
    assert refused(tmp_path, values) == ["technique.id", "treatment.indication"]


@pytest.mark.parametrize("text", ["a: b; c", "[red]x[/red]", "{0}%s", "\x1b[31m", "a\u2028b"])
def test_what_a_line_quotes_does_not_confuse_it(tmp_path: Path, text: str) -> None:
    path = write_case(tmp_path, changed(PAIN, areas__0__site=text))
    ran = run("check", path)
    assert ran.code == 2
    assert len(ran.err.splitlines()) == 1
    assert ran.err.startswith("error: areas[0].site: ")
    if "[" in text and "\x1b" not in text:
        assert text in ran.err


def test_no_mixture_anywhere(tmp_path: Path) -> None:
    """An indication without protocol and without [[syringes]]: key syringes."""
    alone = changed(PAIN, **ALONE)
    assert fault_keys(tmp_path, alone) == []
    assert fault_keys(tmp_path, changed(alone, syringes=REMOVE)) == ["syringes"]
    bare = changed(alone, syringes=REMOVE, technique=REMOVE)
    assert "syringes" in fault_keys(tmp_path, bare)
    # a protocol that asks for the mixture in place of proposing one
    prevent = changed(FACE, treatment__intent="prevent")
    assert fault_keys(tmp_path, prevent) == ["syringes"]


def test_dates_are_never_compared_with_the_clock(tmp_path: Path) -> None:
    for year in (1990, 2150):
        values = changed(PAIN, treatment__date=dt.date(year, 6, 1))
        values["patient"]["history"] = [{"substance": "lidocaine", "date": dt.date(year, 6, 1)}]
        assert faults(tmp_path, values) == ()


@pytest.mark.parametrize("site", ["forehead", "submental", "scalp", "nose"])
@pytest.mark.parametrize("side", ["left", "right", "midline"])
def test_side_is_accepted_on_every_site(tmp_path: Path, site: str, side: str) -> None:
    assert faults(tmp_path, changed(PAIN, areas__0__site=site, areas__0__side=side)) == ()


@pytest.mark.parametrize(
    "engine",
    [
        {"runs": 0},
        {"runs": 1024, "seed": 2**31},
        {"seed": 0},
        *({"parameters": law} for law in ("recommended", "dancik", "surrey")),
        *({"flow": flow} for flow in ("as-mixed", "rest", "injection", "epinephrine")),
    ],
)
def test_every_way_of_the_engine_is_accepted(tmp_path: Path, engine: dict[str, Any]) -> None:
    assert faults(tmp_path, changed(PAIN, engine=engine)) == ()
    case = read_case(write_case(tmp_path, changed(PAIN, engine=engine)))
    assert {name: getattr(case.engine, name) for name in engine} == engine


JUNK: list[Any] = [
    None,
    True,
    -1,
    0,
    1e-12,
    1e308,
    10**30,
    NAN,
    INF,
    "",
    " ",
    "x",
    "0,5 mL",
    "1 mL",
    "1e9 kg",
    "🙂",
    "lidocaine",
    [],
    [[]],
    [1, 2],
    [NAN, INF],
    [[0, 0], [9, 9], [9, 0], [0, 9]],
    {},
    {"x": 1},
    [{}],
    [{"id": 3}],
    dt.date(1, 1, 1),
    dt.date(9999, 12, 31),
    dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC),
]


def leaves(value: Any, way: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a case where something else could stand."""
    found = [way] if way else []
    items = value.items() if isinstance(value, dict) else ()
    if isinstance(value, list):
        items = enumerate(value)
    for key, part in items:
        found += leaves(part, (*way, key))
    return found


RICH = changed(
    PAIN,
    engine={"parameters": "dancik", "flow": "injection", "runs": 8, "seed": 2},
    patient={
        **ASKED,
        "allergies": ["procaine"],
        "conditions": ["epilepsy", {"id": "psoriasis", "area": "thigh"}],
        "medicines": ["warfarin", "ATC:N06AB08"],
        "history": [
            {"substance": "onabotulinumtoxinA", "amount": "64 U", "date": dt.date(2026, 6, 20)}
        ],
    },
    today={
        "anaesthetics": [{"substance": "lidocaine", "amount": "50 mg", "form": "block"}],
        "caffeine_mg": 200,
    },
    areas__0__skin={"epidermis_mm": 0.06, "dermis_mm": 2.0},
    syringes=[
        {"prepared_by": "practitioner", "areas": [0], "contents": [LIDOCAINE]},
        {
            "contents": [
                {
                    "product": "onabotulinumtoxina-100",
                    "reconstitute": {"with": "sodium-chloride-0.9", "volume": "2.5 mL"},
                    "volume": "0.6 mL",
                },
                {"substance": "caffeine", "strength": "50 mg/mL", "volume": "1 mL"},
            ]
        },
    ],
)
PLACES = leaves(RICH)


def test_the_rich_case_is_a_case(tmp_path: Path) -> None:
    assert faults(tmp_path, RICH) == ()


def mutate(places: list[tuple[Any, ...]], junk: list[Any]) -> dict[str, Any]:
    values = changed(RICH)
    for way, value in zip(places, junk, strict=True):
        place: Any = values
        try:
            for part in way[:-1]:
                place = place[part]
            if value is None:
                del place[way[-1]]
            else:
                place[way[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue  # an earlier mutation took the place away
    return values


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_mutations_give_a_case_or_an_input_error(data: st.DataObject) -> None:
    places = data.draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=3))
    junk = data.draw(
        st.lists(
            st.one_of(st.sampled_from(JUNK), st.floats(), st.text(max_size=6)),
            min_size=len(places),
            max_size=len(places),
        )
    )
    with tempfile.TemporaryDirectory() as folder:
        path = write_case(Path(folder), mutate(places, junk))
        found: tuple[Fault, ...] = ()
        try:
            case = read_case(path)
        except InputError as error:
            found = error.faults
        else:
            assert isinstance(case, Case)
            check(case)
            return
    assert found
    assert all(len(fault.line().splitlines()) == 1 for fault in found)


@pytest.mark.parametrize("place", PLACES, ids=lambda way: ".".join(map(str, way)))
def test_every_place_with_every_junk_never_exits_with_1(tmp_path: Path, place: Any) -> None:
    for value in JUNK:
        path = write_case(tmp_path, mutate([place], [value]))
        ran = run("check", path, "--json")
        assert ran.code in (0, 2, 3), ran.err
        assert (ran.code == 2) == bool(ran.error_lines)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 2**32))
def test_damaged_files_are_refused_or_read(seed: int) -> None:
    rng = random.Random(seed)
    content = bytearray(toml(RICH).encode())
    for _ in range(rng.randint(1, 4)):
        place = rng.randrange(len(content))
        kind = rng.random()
        if kind < 0.4:
            content[place] = rng.randrange(256)
        elif kind < 0.7:
            del content[place : place + rng.randint(1, 40)]
        else:
            content[place:place] = content[place - 30 : place]
    with tempfile.TemporaryDirectory() as folder:
        ran = run("check", write_case(Path(folder), bytes(content)), "--json")
    assert ran.code in (0, 2, 3)
    assert (ran.code == 2) == bool(ran.error_lines)
