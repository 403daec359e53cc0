"""What is computed survives plan.json: finite numbers, no arrays, and the same plan back."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

import mesoplan
from evaluate.exposed import planned
from mesoplan.model.plan import Plan
from safety.cases import bare, catalogue

EXAMPLES = Path(__file__).parents[2] / "examples"
SECTIONS = ("indicators", "systemic")


def numbers(value: Any) -> list[float]:
    """Every number in a document."""
    if isinstance(value, dict):
        return [n for part in value.values() for n in numbers(part)]
    if isinstance(value, list):
        return [n for part in value for n in numbers(part)]
    return [value] if isinstance(value, int | float) and not isinstance(value, bool) else []


@pytest.mark.parametrize("name", ["mesolift", "cellulite"])
def test_the_computed_parts_survive_the_document(name: str) -> None:
    case = mesoplan.read_case(EXAMPLES / f"{name}.toml")
    case = case.model_copy(update={"engine": case.engine.model_copy(update={"runs": 12})})
    plan = mesoplan.plan(case)
    document = plan.document()
    text = json.dumps(document, allow_nan=False, ensure_ascii=False)
    assert json.loads(text) == document
    assert "exposure" not in document
    for section in SECTIONS:
        assert document[section]
        found = numbers(document[section])
        assert all(math.isfinite(number) for number in found)
    # every substance that is computed stands beside a cream, one way or the other
    beside = {row["substance"] for row in document["systemic"] if row["cream"] is not None}
    assert beside == {area.substance for area in plan.exposure.areas}
    assert any(row["validity"] for row in document["systemic"])
    assert any(row["drivers"] for row in document["indicators"])
    back = Plan.model_validate_json(text)
    for section in SECTIONS:
        assert getattr(back, section) == getattr(plan, section)
    assert back.case == plan.case


@pytest.mark.parametrize("with_law", ["recommended", "dancik", "surrey"])
@pytest.mark.parametrize("name", ["thiocolchicoside", "lidocaine"])
def test_every_law_gives_a_document(name: str, with_law: str) -> None:
    """Of thiocolchicoside no logP is known, and a cream's law knows no other way to the blood."""
    plan = planned(bare(name), engine={"parameters": with_law, "runs": 2})
    text = json.dumps(plan.document(), allow_nan=False)
    assert json.loads(text)["indicators"]


def test_a_check_computes_none_of_it() -> None:
    case = mesoplan.read_case(EXAMPLES / "mesolift.toml")
    document = mesoplan.check(case).document()
    assert [document[section] for section in SECTIONS] == [None, None]


def test_what_the_results_rest_on_has_a_source_in_the_catalogue() -> None:
    data = catalogue()
    for figure in (*data.varied_inputs.values(), *data.engine_figures.values()):
        assert figure.sources
        assert set(figure.sources) <= set(data.sources), figure.id
        assert figure.trust in {"verified", "read", "recalled", "computed", "proposal"}
        assert figure.name
        assert figure.unit
