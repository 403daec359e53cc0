"""The same medicine as a cream: the barrier by hand, what lies on the skin, what is not known."""

import math
from dataclasses import replace

import numpy as np
import pytest

from evaluate.exposed import SMALL, parts_of, planned
from mesoplan.dose import Bolus, Drug
from mesoplan.evaluate.bed import column_of
from mesoplan.evaluate.cream import absorbed_mg_cm2, barrier_cm_h, creams
from safety.cases import DEEP, PAPULE, bare, catalogue, syringe


def test_the_barrier_by_hand() -> None:
    # 10^(-2.7437 + 0.71 * 1.5 - 0.0061 * 200) = 10^-2.8987 cm/h of what is not ionised
    neutral = Drug(200.0, "neutral", logp=1.5)
    assert barrier_cm_h(neutral, catalogue()) == pytest.approx(10**-2.8987, rel=1e-9)
    base = Drug(200.0, "base", logp=1.5, pka=8.4)
    assert barrier_cm_h(base, catalogue()) == pytest.approx(10**-2.8987 / 11, rel=1e-9)


def test_the_barrier_where_the_law_was_not_made() -> None:
    assert barrier_cm_h(Drug(200.0, "neutral"), catalogue()) is None
    assert barrier_cm_h(Drug(200.0, "zwitterion", logp=-1.0), catalogue()) is None
    assert barrier_cm_h(Drug(1500.0, "neutral", logp=1.0), catalogue()) is None
    assert barrier_cm_h(Drug(1499.0, "neutral", logp=1.0), catalogue()) is not None


def test_what_passes_ends_with_what_lies_on_the_skin() -> None:
    # 2 mg of cream of 10 mg/mL (1 g/mL) hold 0.02 mg per cm2
    assert absorbed_mg_cm2(10.0, 1e-5, 24.0, 2.0) == pytest.approx(2.4e-3)
    assert absorbed_mg_cm2(10.0, 1e-4, 24.0, 2.0) == pytest.approx(0.02)
    # the border: 2 / 1000 cm3 per cm2 in 24 h
    assert absorbed_mg_cm2(10.0, 0.002 / 24.0, 24.0, 2.0) == pytest.approx(0.02)
    assert absorbed_mg_cm2(30.0, 1e-5, 24.0, 2.0) == pytest.approx(7.2e-3)
    assert absorbed_mg_cm2(10.0, 1e-5, 8.0, 2.0) == pytest.approx(0.8e-3)
    assert absorbed_mg_cm2(10.0, 1e-4, 24.0, 1.0) == pytest.approx(0.01)


def mean_of_the_dermis(run, drug) -> float:  # type: ignore[no-untyped-def]
    """Mean AUC of the dermis of 1 mg/mm2 at the surface, mg h/mL: a kernel summed over the plane.

    Radii close together where the kernel of so small a bolus is steep.
    """
    spans = ((0.0, 0.2, 200), (0.2, 4.0, 400), (4.0, 40.0, 360))
    radii = np.concatenate([np.linspace(a, b, n, endpoint=False) for a, b, n in spans])
    kernel = column_of(drug, run.bed).medium().kernel(Bolus.gaussian(0.0, 0.02), [], radii)
    plane = np.trapezoid(kernel.auc * 2 * math.pi * radii[:, None], radii, axis=0)
    top, bottom = run.bed.layers.epidermis.mean_mm, run.bed.layers.skin.mean_mm
    dermis = (kernel.depth_mm > top) & (kernel.depth_mm < bottom)
    return 1000 * float(np.average(plane[dermis], weights=kernel.cell_mm[dermis]))


def test_a_cream_that_is_not_spent_by_hand() -> None:
    # Tranexamic acid carries charge; caffeine does not. P = 10^(-2.7437 + 0.71 * 0.078
    # - 0.0061 * 194.19) = 10^-3.87287 = 1.3401e-4 cm/h: in 24 h 0.032 mg of 10 mg/mL, more than
    # lies there (0.02). With a tenth of the barrier 0.0032 mg pass, with ten times all of it.
    made = parts_of(bare("caffeine"))
    (found,) = creams(made.laid, made.exposure, catalogue()).values()
    per = mean_of_the_dermis(made.passes[0], made.laid[0].drug) / 100
    assert found.cream.value == pytest.approx(0.02 * per, rel=5e-3)
    assert found.high.value == pytest.approx(0.02 * per, rel=5e-3)
    assert found.low.value == pytest.approx(1.3401e-4 / 10 * 10 * 24 * per, rel=5e-3)
    assert found.ratio == pytest.approx(found.injected.value / found.cream.value)
    assert {found.cream.unit, found.injected.unit, found.low.unit} == {"mg·h/mL"}
    # beside it what is injected, as the plan tells it
    plan = planned(bare("caffeine"))
    mean = next(i for i in plan.indicators if i.id == "exposure-dermis")
    assert plan.systemic[0].cream.injected.value == pytest.approx(mean.value, rel=1e-9)


def test_a_spent_cream_has_no_range_and_says_so() -> None:
    # lidocaine: all of it passes, even with a tenth of the barrier
    made = parts_of(bare("lidocaine"))
    (found,) = creams(made.laid, made.exposure, catalogue()).values()
    assert found.low == found.high == found.cream
    per = mean_of_the_dermis(made.passes[0], made.laid[0].drug) / 100
    assert found.cream.value == pytest.approx(0.02 * per, rel=5e-3)
    texts = catalogue().messages
    values = dict(strength="10", amount="2", hours="24", factor="10")
    assert found.note == texts.text("cream.note-spent", **values)
    # caffeine: the upper end is all that lies on the skin; with 25 times the cream it is not
    assert planned(bare("caffeine")).systemic[0].cream.note == texts.text(
        "cream.note-spent", **values
    )
    data = catalogue()
    thick = data.engine_figures["cream-amount"].model_copy(update={"value": 50.0})
    figures = {**data.engine_figures, "cream-amount": thick}
    made = parts_of(bare("caffeine"))
    changed = replace(data, records={**data.records, "engine-figure": figures})
    (row,) = creams(made.laid, made.exposure, changed).values()
    assert row.note == texts.text("cream.note", **{**values, "amount": "50"})
    assert row.high.value == pytest.approx(10 * row.cream.value, rel=1e-9)


def test_each_figure_of_the_cream_counts() -> None:
    made = parts_of(bare("caffeine"))
    (before,) = creams(made.laid, made.exposure, catalogue()).values()
    for name, value in (
        ("barrier-intercept", -5.0), ("barrier-error", 30.0), ("cream-amount", 1.0),
        ("cream-time", 12.0),
    ):  # fmt: skip
        data = catalogue()
        figure = data.engine_figures[name].model_copy(update={"value": value})
        figures = {**data.engine_figures, name: figure}
        changed = replace(data, records={**data.records, "engine-figure": figures})
        (after,) = creams(made.laid, made.exposure, changed).values()
        assert (after.low, after.cream, after.high) != (before.low, before.cream, before.high), name


def test_the_strongest_of_several_mixtures_is_the_cream() -> None:
    one = planned(bare("caffeine", "20 mg/mL")).systemic[0].cream
    two = (
        planned(
            syringes=[syringe(bare("caffeine", "5 mg/mL")), syringe(bare("caffeine", "20 mg/mL"))]
        )
        .systemic[0]
        .cream
    )
    assert two.cream == one.cream
    assert two.injected.value == pytest.approx(1.25 * one.injected.value, rel=1e-5)


@pytest.mark.parametrize(
    "name", ["tranexamic-acid", "triamcinolone-acetonide", "onabotulinumtoxina", "hyaluronic-acid"]
)
def test_what_no_law_tells_is_not_known(name: str) -> None:
    found = planned(bare(name)).systemic[0].cream
    assert (found.cream, found.low, found.high, found.ratio) == (None, None, None, None)
    assert found.injected.value > 0.0
    assert found.note == catalogue().messages.text("cream.not-known")
    assert found.injected.unit.startswith("U" if name == "onabotulinumtoxina" else "mg")


def test_beside_a_film_nothing_is_said() -> None:
    film = {**PAPULE, "id": "intraepidermic", "volume_per_area": "0.2 mL"}
    del film["volume_per_point"]
    found = planned(bare("caffeine"), technique=film).systemic[0].cream
    assert (found.injected, found.cream, found.ratio) == (None, None, None)
    assert found.note == catalogue().messages.text("indicator.film")


def test_deeper_leaves_less_in_the_dermis_and_the_cream_as_it_is() -> None:
    shallow = planned(bare("caffeine")).systemic[0].cream
    deep = planned(bare("caffeine"), technique=DEEP, areas=[SMALL]).systemic[0].cream
    assert deep.cream == shallow.cream
    assert deep.injected.value < 0.5 * shallow.injected.value
