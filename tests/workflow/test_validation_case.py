"""Validation case files: read strictly, every fault with its key, all of them together."""

import math
import re
from pathlib import Path
from typing import get_args

import pytest

from helpers import run
from mesoplan.catalogue import load_catalogue
from mesoplan.core.errors import InputError
from mesoplan.dose import Release
from mesoplan.dose.flow import FlowName
from mesoplan.workflow.case_text import parse_table
from mesoplan.workflow.validate import read_folder, shipped_cases
from mesoplan.workflow.validation_case import parse_validation_case
from mesoplan.workflow.validation_records import Beyond, Phase, ValidationCase
from mesoplan.workflow.validation_units import parse_measure

EXAMPLE = """\
format = "mesoplan/validation"
version = 1
id = "V13"
source = "a journal"
species = "human"
site = "upper-arm"
tolerance_factor = 2.0
fitted = []
[substance]
mw_g_mol = 66500.0
kind = "neutral"
logp = -3.0
[injection]
route = "intradermal"
amount = "1 mg"
volume = "0.1 mL"
depth_mm = 0.8
points = 1
[systemic]
[reference]
[[observed]]
quantity = "half_life"
value = "29.1 h"
spread = "9.6 h"
at = "24 h"
ratio_to_reference = false
"""
"""The documented form with everything optional left open."""


def parse(text: str) -> ValidationCase:
    return parse_validation_case(parse_table(text.encode(), "case"), load_catalogue())


def keys(text: str) -> list[str]:
    with pytest.raises(InputError) as caught:
        parse(text)
    return [fault.key for fault in caught.value.faults]


def test_the_documented_form_is_read() -> None:
    case = parse(EXAMPLE)
    assert (case.id, case.source, case.species, case.tolerance_factor) == (
        "V13",
        "a journal",
        "human",
        2.0,
    )
    assert case.fitted == ()
    assert case.arm.site == "upper-arm"
    assert case.arm.injection.volume_ml == pytest.approx(0.1)
    assert case.arm.injection.amount_unit == "mg"
    assert case.observed[0].measure.base == 29.1
    assert case.observed[0].spread is not None
    assert case.observed[0].at_h == 24.0
    assert case.reference == case.arm


@pytest.mark.parametrize(
    ("text", "kind", "base"),
    [
        ("18 min", "time", 0.3),
        ("10 d", "time", 240.0),
        ("36 %", "share", 0.36),
        ("0.36", "share", 0.36),
        (0.36, "share", 0.36),
        ("20.7 %/h", "rate", 0.207),
        ("0.024 1/h", "rate", 0.024),
        ("0.5 /d", "rate", 0.5 / 24),
        ("0.01 min-1", "rate", 0.6),
        ("1.2 cm", "length", 12.0),
        ("1024 ng/mL", "concentration", 1.024),
        ("80 µU/mL", "concentration", 0.08),
        ("80 μU/mL", "concentration", 0.08),
        ("0.8 mM", "concentration", 0.8),
        ("55 pmol/L", "concentration", 5.5e-8),
        ("7896 ng·h/mL", "exposure", 7.896),
        ("7896 ng.h/mL", "exposure", 7.896),
        ("7896 ng h/mL", "exposure", 7.896),
        ("7896 h*ng/mL", "exposure", 7.896),
        ("60 µg/mL·min", "exposure", 1.0),
        ("3 mM·h", "exposure", 3.0),
    ],
)
def test_units_of_publications(text: object, kind: str, base: float) -> None:
    assert parse_measure(text, "k", kind).base == pytest.approx(base)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("29,1 h", "time"),
        ("29.1", "time"),
        (29.1, "time"),
        ("29.1h", "time"),
        ("-1 h", "time"),
        ("0 h", "time"),
        ("nan h", "time"),
        ("1e999 h", "time"),
        (True, "share"),
        ("5 mg", "time"),
        ("5 h", "rate"),
        ("5 mg", "concentration"),
        ("5 mg/L", "exposure"),
        ([], "time"),
    ],
)
def test_other_texts_are_refused_with_an_example(text: object, kind: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_measure(text, "observed[0].value", kind)  # type: ignore[arg-type]
    fault = caught.value.faults[0]
    assert fault.key == "observed[0].value"
    assert "such as" in fault.right


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('format = "mesoplan/validation"', 'format = "mesoplan/case"', "format"),
        ("version = 1", "version = 2", "version"),
        ("version = 1", "version = true", "version"),
        ('id = "V13"', "", "id"),
        ('id = "V13"', 'id = ""', "id"),
        ('source = "a journal"', "", "source"),
        ('species = "human"', "", "species"),
        ("tolerance_factor = 2.0", "", "tolerance_factor"),
        ("tolerance_factor = 2.0", "tolerance_factor = 0.9", "tolerance_factor"),
        ("fitted = []", "", "fitted"),
        ("fitted = []", "fitted = [3]", "fitted"),
        ("fitted = []", "fited = []\nfitted = []", "fited"),
        ('"upper-arm"', '"upper-leg-of-a-table"', "site"),
        ("mw_g_mol = 66500.0", "", "substance.mw_g_mol"),
        ("mw_g_mol = 66500.0", "mw_g_mol = -2", "substance.mw_g_mol"),
        ("mw_g_mol = 66500.0", 'mw_g_mol = "66500"', "substance.mw_g_mol"),
        ("mw_g_mol = 66500.0", "mw_g_mol = 66500.0\nmw = 3", "substance.mw"),
        ('kind = "neutral"', 'kind = "salty"', "substance.kind"),
        (
            'kind = "neutral"',
            'kind = "neutral"\nfraction_unbound = 0',
            "substance.fraction_unbound",
        ),
        ("mw_g_mol = 66500.0", 'id = "unobtainium"', "substance.id"),
        ('route = "intradermal"', 'route = "oral"', "injection.route"),
        ('route = "intradermal"', "", "injection.route"),
        ('amount = "1 mg"', "", "injection.amount"),
        ('amount = "1 mg"', "amount = 1", "injection.amount"),
        ('volume = "0.1 mL"', 'volume = "0 mL"', "injection.volume"),
        ('volume = "0.1 mL"', "", "injection.volume"),
        ("depth_mm = 0.8", "depth_mm = -1", "injection.depth_mm"),
        ("depth_mm = 0.8", "depth_mm = 500", "injection.depth_mm"),
        ("points = 1", "points = 0", "injection.points"),
        ("points = 1", "points = 2.5", "injection.points"),
        ("points = 1", "points = 4", "injection.spacing_mm"),
        ("points = 1", 'beyond_model = ["magic"]', "injection.beyond_model"),
        ("points = 1", 'flow = "fast"', "injection.flow"),
        ("points = 1", "flow = 3", "injection.flow"),
        ("points = 1", 'infusion = "6"', "injection.infusion"),
        ("points = 1", 'infusion = "0 h"', "injection.infusion"),
        ("points = 1", "release_half_life = 3", "injection.release_half_life"),
        ("points = 1", 'release_half_life = "-3 h"', "injection.release_half_life"),
        ("points = 1", 'held_for = "24 mm"', "injection.held_for"),
        ("points = 1", 'infusion = "6 h"\nheld_for = "1 h"', "injection.held_for"),
        (
            "points = 1",
            'held_for = "1 h"\nrelease_half_life = "1 h"',
            "injection.held_for",
        ),
        ("[injection]", "[tissue]\nlymph_per_h = 0\n[injection]", "tissue.lymph_per_h"),
        ("[injection]", '[tissue]\nlymph_per_h = "fast"\n[injection]', "tissue.lymph_per_h"),
        ("[injection]", "[tissue]\nlymph_per_h = 11\n[injection]", "tissue.lymph_per_h"),
        ("[injection]", "[tissue]\nlymph = 0.1\n[injection]", "tissue.lymph"),
        ("logp = -3.0", "log_oil = 13", "substance.log_oil"),
        ("logp = -3.0", 'log_oil = "oily"', "substance.log_oil"),
        ("logp = -3.0", "logp = -11", "substance.logp"),
        ("[reference]", '[reference]\nflow = "fast"', "reference.flow"),
        ("[reference]", '[reference]\nheld_for = "1"', "reference.held_for"),
        ("[systemic]", '[systemic]\nhalf_life = "10"', "systemic.half_life"),
        ("[systemic]", '[systemic]\nvolume = "6 kg"', "systemic.volume"),
        ("[systemic]", "[systemic]\nhalflife = 3", "systemic.halflife"),
        ("[reference]", '[reference]\nroute = "oral"', "reference.route"),
        ("[reference]", "[reference]\nreason = 3", "reference.reason"),
        ('quantity = "half_life"', 'quantity = "half life"', "observed[0].quantity"),
        ('quantity = "half_life"', "", "observed[0].quantity"),
        ('value = "29.1 h"', "", "observed[0].value"),
        ('value = "29.1 h"', 'value = "29.1 mm"', "observed[0].value"),
        ('spread = "9.6 h"', 'spread = "9.6"', "observed[0].spread"),
        ('at = "24 h"', 'at = "24"', "observed[0].at"),
        ('at = "24 h"', "at_mm = -3", "observed[0].at_mm"),
        ("ratio_to_reference = false", "ratio = false", "observed[0].ratio"),
        ("ratio_to_reference = false", "ratio_to_reference = 1", "observed[0].ratio_to_reference"),
    ],
)
def test_each_fault_names_its_key(old: str, new: str, key: str) -> None:
    assert old in EXAMPLE
    assert key in keys(EXAMPLE.replace(old, new, 1))


def test_a_time_is_due_and_a_ratio_needs_its_second_arm() -> None:
    text = EXAMPLE.replace('"half_life"', '"residual_fraction"').replace('"29.1 h"', '"36 %"')
    text = text.replace('"9.6 h"', '"4 %"')
    assert keys(text.replace('at = "24 h"', "")) == ["observed[0].at"]
    alone = EXAMPLE.replace("[reference]\n", "").replace("ratio_to_reference = false", "")
    alone = alone.replace('value = "29.1 h"', "value = 0.5\nratio_to_reference = true")
    assert "observed[0].ratio_to_reference" in keys(alone)


def test_all_faults_of_a_file_come_together() -> None:
    text = EXAMPLE.replace('"neutral"', '"x"').replace('"1 mg"', '"1"').replace('"29.1 h"', '"1"')
    text = text.replace("[reference]", "[reference]\npoints = 0").replace("2.0", "0")
    found = keys(text)
    wanted = {
        "tolerance_factor",
        "substance.kind",
        "injection.amount",
        "reference.points",
        "observed[0].value",
    }
    assert wanted <= set(found)
    assert len(found) == len(set(found))


def test_an_animal_needs_no_human_site() -> None:
    text = EXAMPLE.replace('"human"', '"sheep"').replace('"upper-arm"', '"hind leg"')
    assert parse(text).arm.site is None
    assert parse(EXAMPLE.replace('site = "upper-arm"\n', "")).arm.site is None


def test_the_reference_inherits_what_it_does_not_say() -> None:
    case = parse(EXAMPLE.replace("[reference]", '[reference]\nvolume = "0.2 mL"'))
    assert case.reference is not None
    assert case.reference.injection.depth_mm == 0.8
    assert case.reference.injection.volume_ml == pytest.approx(0.2)
    other = parse(EXAMPLE.replace("[reference]", '[reference]\nroute = "subcutaneous"'))
    assert other.reference is not None
    assert other.reference.injection.depth_mm is None  # 0.8 mm is a depth of the first route
    small = EXAMPLE.replace(
        "[reference]",
        '[reference.substance]\nmw_g_mol = 200\nkind = "base"\n[reference.systemic]'
        '\nhalf_life = "2 h"\n',
    )
    third = parse(small).reference
    assert third is not None
    assert third.substance.drug is not None
    assert third.substance.drug.mw_g_mol == 200
    assert third.disposition.half_life_h == 2.0


def test_flow_release_lymph_and_oil_are_read_and_inherited() -> None:
    text = EXAMPLE.replace("points = 1", 'flow = "epinephrine"\ninfusion = "90 min"')
    text = text.replace("logp = -3.0", "log_oil = 1.5")
    text = text.replace("[injection]", "[tissue]\nlymph_per_h = 0.15\n[injection]")
    case = parse(text)
    assert case.arm.injection.flow == "epinephrine"
    assert case.arm.injection.release == Release.steady(1.5)
    assert case.arm.substance.drug is not None
    assert case.arm.substance.drug.log_oil == 1.5
    assert case.arm.lymph_per_h == 0.15
    assert case.reference == case.arm
    other = parse(text.replace("[reference]", '[reference]\nflow = "rest"\nheld_for = "2 d"'))
    assert other.reference is not None
    assert other.reference.injection.flow == "rest"
    assert other.reference.injection.release == Release.at_once(48.0)
    slow = parse(EXAMPLE.replace("points = 1", 'release_half_life = "2 h"'))
    assert slow.arm.injection.release.rate_per_h == pytest.approx(math.log(2) / 2)
    plain = parse(EXAMPLE).arm
    assert (plain.injection.flow, plain.injection.release) == ("rest", Release())
    assert plain.lymph_per_h is None


def test_properties_beside_an_id_replace_those_of_the_catalogue() -> None:
    text = EXAMPLE.replace('mw_g_mol = 66500.0\nkind = "neutral"\nlogp = -3.0', 'id = "Lidocaine"')
    plain = parse(text).arm.substance
    assert plain.drug is not None
    assert plain.half_life_h is not None
    changed = parse(text.replace('"Lidocaine"', '"lidocaine"\nlogp = 1.5')).arm.substance
    assert changed.drug is not None
    assert changed.drug.logp == 1.5
    assert changed.drug.mw_g_mol == plain.drug.mw_g_mol


def test_bad_folders_and_bad_files_end_with_2_and_one_line_per_fault(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder in (tmp_path / "none", empty):
        ran = run("validate", "--cases", folder)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith("error: --cases: ")
    (empty / "a.toml").write_text(EXAMPLE.replace("[injection]", "[injektion]"))
    (empty / "b.toml").write_text(EXAMPLE)
    (empty / "c.toml").write_text(EXAMPLE)
    (empty / "d.toml").write_text("id = \x00")
    for arguments in ((), ("--json",)):
        ran = run("validate", "--cases", empty, *arguments)
        assert (ran.code, ran.out) == (2, "")
        lines = ran.err.splitlines()
        assert all(line.startswith("error: ") and "; " in line for line in lines)
        named = [line.removeprefix("error: ").split(":")[0] for line in lines]
        assert {"a.toml injection", "a.toml injektion", "c.toml id", "d.toml"} <= set(named)


def test_the_shipped_cases_are_read_and_say_where_they_come_from() -> None:
    cases = read_folder(shipped_cases(), load_catalogue())
    assert len({case.id for case in cases}) == len(cases) >= 30
    assert all(case.source and case.note and case.grade for case in cases)
    fitted = {case.id.split("-")[0] for case in cases if case.fitted}
    assert fitted == {"V1", "V8", "V9", "V12", "V13", "V15", "V16", "V43"}


PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "validate.md"


def test_the_example_of_the_how_to_is_read_and_every_key_is_documented() -> None:
    text = PAGE.read_text(encoding="utf-8")
    example = re.findall(r"^```toml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert [parse(part).id for part in example] == ["example"]
    words = [*get_args(Beyond), *get_args(FlowName), *get_args(Phase)]
    keys = [
        "lymph_per_h",
        "infusion",
        "release_half_life",
        "held_for",
        "log_oil",
        "flow",
        "ordinal",
    ]
    assert [word for word in (*words, *keys) if f"`{word}`" not in text] == []
