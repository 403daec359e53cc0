"""The example cases with their numbers worked out by hand."""

from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from helpers import run

EXAMPLES = Path(__file__).parents[1] / "examples"
NAMES = sorted(path.stem for path in EXAMPLES.glob("*.toml"))


def rounded(rows: dict[str, Any]) -> dict[str, Any]:
    return {name: pytest.approx(value, rel=1e-9) for name, value in rows.items()}


# points, mL injected, amount by substance, fraction of the lowest label by substance, status, exit
# code, critical rules, warnings
BY_HAND: dict[str, tuple[Any, ...]] = {
    "facial-rejuvenation": (
        30 + 30,  # 6 x 5 on each cheek
        60 * 0.02,
        {"hyaluronic-acid": 1.2 * 14},  # 16.8 mg
        {"hyaluronic-acid": None},
        ("open", 0),
        set(),
        {"dose-no-limit"},
    ),
    "mesolift": (
        25 * 20,  # rows 4 mm apart: floor(100 / 4) x floor(82 / 4)
        500 * 0.005,
        {"hyaluronic-acid": 2.5 * 5},  # 12.5 mg
        {"hyaluronic-acid": None},
        ("open", 0),
        set(),
        {"dose-no-limit", "country"},
    ),
    "mesobotox": (
        7 * 3 + 6 * 3,
        39 * 0.01,
        {
            # 100 U / 2.5 mL = 40 U/mL; 0.6 mL in 1 mL = 24 U/mL; 0.39 mL = 9.36 U
            "onabotulinumtoxina": 0.39 * 24,
            # the diluent: 0.6 mL of 9 mg/mL in 1 mL = 5.4 mg/mL
            "sodium-chloride": 0.39 * 5.4,
            # 0.4 mL of 10 mg/mL in 1 mL = 4 mg/mL
            "lidocaine": 0.39 * 4,
        },
        # 400 U in 3 months; GB label 200 mg, below 4.5 mg/kg x 64 kg = 288 mg
        {
            "onabotulinumtoxina": 9.36 / 400,
            "sodium-chloride": None,
            "lidocaine": 1.56 / 200,
        },
        ("open", 0),
        set(),
        {"solution", "country"},
    ),
    "cellulite": (
        6 * 5 + 5 * 5,  # pitch 20 mm on 120 x 100 and 100 x 100
        55 * 0.1,
        {
            # 125 mg/mL x 1 mL in 10 mL = 12.5 mg/mL; 5.5 mL = 68.75 mg; and 80 mg from a coffee
            "caffeine": 68.75 + 80,
            "sodium-chloride": 5.5 * 9 * 0.9,  # 9 mL of 9 mg/mL in 10 mL
        },
        {"caffeine": 148.75 / 500, "sodium-chloride": None},  # 500 mg a session by label
        ("open", 0),
        set(),
        {"solution", "country"},
    ),
    "blocked-two-anaesthetics": (
        2 * (12 * 8),  # 96 positions in two passes
        192 * 0.1,
        {"lidocaine": 9.6 * 20, "mepivacaine": 9.6 * 20},
        # 60 kg: 4.5 mg/kg = 270 mg below 300; 4.4 mg/kg = 264 mg below 300; sum 1.438
        {"lidocaine": 192 / 270, "mepivacaine": 192 / 264},
        ("blocked", 3),
        {"additive-maximum"},
        {"volume-protocol"},  # 19.2 mL; 1.25 x 3 mL, the protocol's most, is 3.75 mL
    ),
    "prevention": (
        # 60 x 40 holds 6 x 4 at 10 mm; of the ellipse's box the four corners (25, 15) from the
        # middle fall out: (25/30)^2 + (15/20)^2 = 1.26; (15/30)^2 + (15/20)^2 = 0.81 stays
        6 * 4 - 4,
        20 * 0.01,
        {"hyaluronic-acid": 0.2 * 10},
        {"hyaluronic-acid": None},
        ("open", 0),
        set(),
        {"dose-no-limit"},
    ),
    "biorevitalisation-threads": (
        # 10 mm at 5 degrees is a thread of 9.962 mm: 5 in 52 mm; 35 / 7 = 5 rows
        5 * 5,
        25 * 0.03,
        {"hyaluronic-acid": 0.75 * 10},
        {"hyaluronic-acid": None},
        ("open", 0),
        set(),
        # the tip at 0.872 mm is in the dermis with a probability of 47 %: below a half warns
        {"dose-no-limit", "country", "plane"},
    ),
    "keloid-lesion": (
        # 30 x 12 mm holds 3 x 1 at 10 mm, the outer ones 10 mm of 15 from the middle; the small
        # lesion is narrower than the pitch and takes one deposit
        3 + 1,
        4 * 0.1,
        {"triamcinolone-acetonide": 0.4 * 40},
        # the US label states no ceiling; 40 mg a session is practice
        {"triamcinolone-acetonide": 16 / 40},
        ("ok", 0),
        set(),
        set(),
    ),
    "spacing-search": (
        4 * 2,  # floor(48 / 12) x floor(32 / 12)
        8 * 0.1,
        {"lidocaine": 0.8 * 10},
        {"lidocaine": 8 / 200},  # GB label; 4.5 mg/kg x 80 kg = 360 mg lies higher
        ("open", 0),
        set(),
        {"country"},  # lidocaine neat: limit, pH and licence are known
    ),
}


def test_every_example_is_asserted() -> None:
    assert sorted(BY_HAND) == NAMES


@pytest.mark.parametrize("name", BY_HAND)
def test_numbers_by_hand(name: str) -> None:
    count, volume, amounts, fractions, (status, code), critical, warnings = BY_HAND[name]
    ran = run("check", EXAMPLES / f"{name}.toml", "--json")
    plan = ran.document
    assert ran.code == code
    assert plan["status"] == status
    assert len(plan["points"]) == count
    assert sum(point["volume_ml"] for point in plan["points"]) == pytest.approx(volume)
    assert {t["substance"]: t["amount"]["value"] for t in plan["totals"]} == rounded(amounts)
    found = {t["substance"]: t["fraction"] for t in plan["totals"]}
    assert found == {n: v if v is None else pytest.approx(v) for n, v in fractions.items()}
    by_severity = {
        severity: {f["rule"] for f in plan["findings"] if f["severity"] == severity}
        for severity in ("critical", "warning")
    }
    assert by_severity["critical"] == critical
    assert by_severity["warning"] == warnings


def test_default_protocols_of_healthy_adults_give_at_most_three_warnings() -> None:
    for name in ("facial-rejuvenation", "mesobotox"):
        plan = run("check", EXAMPLES / f"{name}.toml", "--json").document
        assert sum(f["severity"] == "warning" for f in plan["findings"]) <= 3


def test_the_blocked_case_is_blocked_by_the_sum_alone() -> None:
    plan = run("check", EXAMPLES / "blocked-two-anaesthetics.toml", "--json").document
    assert all(total["fraction"] < 1 for total in plan["totals"])
    (finding,) = [f for f in plan["findings"] if f["severity"] == "critical"]
    # 192 / 270 + 192 / 264 = 0.7111 + 0.7273 = 1.438
    assert "1.438" in finding["message"]
    assert {"lidocaine", "mepivacaine"} <= set(finding["subjects"])
    assert finding["overridable"] is False


def test_the_toxin_is_reconstituted() -> None:
    plan = run("check", EXAMPLES / "mesobotox.toml", "--json").document
    (syringe,) = plan["syringes"]
    toxin = syringe["substances"][0]
    assert toxin["substance"] == "onabotulinumtoxina"
    assert toxin["amount"] == {"value": pytest.approx(24), "unit": "U"}
    assert toxin["concentration"] == {"value": pytest.approx(24), "unit": "U/mL"}


def test_prevention_states_its_departure() -> None:
    plan = run("check", EXAMPLES / "prevention.toml", "--json").document
    assert plan["protocol"]["intent"] == "prevent"
    assert plan["protocol"]["departures"]
    assert "does not apply to this mixture" in plan["protocol"]["evidence"]["statement"]


def test_the_threads_lie_along_the_needle() -> None:
    plan = run("check", EXAMPLES / "biorevitalisation-threads.toml", "--json").document
    # the protocol lays papules of another hyaluronan: its evidence is not that of the threads
    assert plan["protocol"]["id"] == "biorevitalisation-treat"
    departures = {text.split(":")[0] for text in plan["protocol"]["departures"]}
    assert departures >= {"technique", "mixture", "volume", "spacing", "interval"}
    assert plan["protocol"]["evidence"]["grade"] == "does not apply"
    # 10 cos 5 degrees = 9.962 mm; depth of the tip 10 sin 5 degrees = 0.872 mm
    assert {round(point["path_mm"][0], 3) for point in plan["points"]} == {9.962}
    assert {round(point["depth_mm"], 3) for point in plan["points"]} == {0.872}
    dates = [row["date"] for row in plan["schedule"] if row["kind"] == "treatment"]
    assert dates == ["2026-11-23", "2026-12-14", "2027-01-04"]


def test_the_spacing_search_narrows_until_the_goal_is_met() -> None:
    ran = run(
        "spacing", EXAMPLES / "spacing-search.toml", "--substance", "lidocaine",
        "--coverage", "0.8", "--json",
    )  # fmt: skip
    assert ran.code == 0
    before, after = ran.document["before"], ran.document["after"]
    assert before["spacing_mm"] == 12.0
    assert before["points"] == 8
    assert before["coverage"] < 0.8 <= after["coverage"]
    assert after["spacing_mm"] < 12.0
    # nothing raises an amount without showing both: 0.1 mL of 10 mg/mL each
    assert before["amount"] == pytest.approx(8.0)
    assert after["amount"] == pytest.approx(after["points"] * 1.0)
    assert after["critical"] == []


@pytest.mark.parametrize("name", BY_HAND)
def test_the_sheet_of_every_example_has_four_pages(name: str, tmp_path: Path) -> None:
    run("plan", EXAMPLES / f"{name}.toml", "--out", tmp_path / "out")
    assert len(PdfReader(tmp_path / "out" / "sheet.pdf").pages) == 4
