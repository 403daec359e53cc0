"""Quantities of a field after summing: hours above a level, peaks."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mesoplan.evaluate.quantities import hours_above, peak
from mesoplan.model.exposure import AreaExposure


def area(times: list[float], courses: list[list[float]], free: list[float]) -> AreaExposure:
    """A field of one node, one course per depth cell."""
    concentration = np.array(courses).T[:, None, None, :]
    depths = len(courses)
    return AreaExposure(
        area=0,
        substance="caffeine",
        unit="mg",
        x_mm=np.zeros(1),
        y_mm=np.zeros(1),
        depth_mm=np.arange(depths) + 0.5,
        cell_mm=np.ones(depths),
        inside=np.ones((1, 1), dtype=bool),
        auc=np.zeros((1, 1, depths)),
        times_h=np.array(times),
        concentration=concentration,
        free_share=np.array(free),
        layer_bottom_mm=(0.1, 1.5, 5.0),
    )


def test_hours_above_by_hand() -> None:
    field = area(
        [0.0, 0.5, 2.0, 4.0],
        [
            # above 2 all the time, at the end just so: 4 h
            [9.0, 5.0, 3.0, 2.0],
            # never
            [1.0, 1.9, 1.5, 0.5],
            # falls from 8 to 0.5 in 1.5 h: ln(8/2) / ln(8/0.5) = 1/2 of it, and 0.5 h before
            [8.0, 8.0, 0.5, 0.0],
            # rises from 0 to 4 in half an hour: linear, half of it; then falls 4 to 0 in 1.5 h
            [0.0, 4.0, 0.0, 0.0],
            # rises from 1 to 4 in the last two hours: ln(4/2) / ln(4/1) = 1/2
            [0.0, 0.0, 1.0, 4.0],
        ],
        [1.0] * 5,
    )
    found = hours_above(field, 2.0)[0, 0]
    assert found == pytest.approx([4.0, 0.0, 1.25, 1.0, 1.0])


def test_the_free_part_counts_unless_told_otherwise() -> None:
    # total 8 to 0.5; at a free share of one half the level 2 is 4 of total: ln 2 / ln 16 = 1/4
    field = area([0.0, 2.0], [[8.0, 0.5], [8.0, 0.5]], [1.0, 0.5])
    assert hours_above(field, 2.0)[0, 0] == pytest.approx([1.0, 0.5])
    assert hours_above(field, 2.0, free=False)[0, 0] == pytest.approx([1.0, 1.0])
    assert peak(field)[0, 0] == pytest.approx([8.0, 8.0])
    assert peak(field, free=True)[0, 0] == pytest.approx([8.0, 4.0])


@given(
    st.floats(0.05, 20.0),
    st.floats(1.1, 900.0),
    st.lists(st.floats(0.01, 3.0), min_size=1, max_size=8),
)
def test_an_exponential_decay_is_exact_whatever_the_times(
    half_life: float, start: float, steps: list[float]
) -> None:
    times = np.concatenate([[0.0], np.cumsum(steps)])
    field = area(times.tolist(), [(start * 2.0 ** (-times / half_life)).tolist()], [1.0])
    exact = min(half_life * math.log2(start), times[-1])
    assert hours_above(field, 1.0)[0, 0, 0] == pytest.approx(exact, rel=1e-6)


def test_nothing_counts_after_the_last_time() -> None:
    field = area([0.0, 1.0], [[5.0, 4.0]], [1.0])
    assert hours_above(field, 2.0)[0, 0, 0] == 1.0
    longer = replace(
        field,
        times_h=np.array([0.0, 1.0, 3.0]),
        concentration=np.array([5.0, 4.0, 3.0])[:, None, None, None],
    )
    assert hours_above(longer, 2.0)[0, 0, 0] == 3.0


def test_a_small_negative_ringing_is_below_every_level() -> None:
    # straight from 3 to -1: above 1 for half of the time
    field = area([0.0, 2.0], [[3.0, -1.0]], [1.0])
    assert hours_above(field, 1.0)[0, 0, 0] == pytest.approx(1.0)
