"""Superposition by distances: against the grid, a plain sum and the influence matrix."""

import numpy as np
import pytest

from mesoplan.core.errors import InputError
from mesoplan.dose import (
    Bolus,
    Layer,
    Medium,
    PatchGrid,
    RadialTable,
    Release,
    Sources,
    distances_mm,
    influence,
    superpose,
    superpose_along,
    tabulate,
)

MEDIUM = Medium([Layer(0.1, 0.4, 0.0, 1.0), Layer(1.7, 0.4, 5.0, 1.0), Layer(8.0, 0.8, 9.0, 0.3)])
BOLI = [Bolus.gaussian(0.8, 0.4), Bolus.gaussian(1.8, 0.6)]
DEPTHS = np.array([0.0, 0.1, 0.5, 1.2, 1.8, 3.0])
X, Y = np.arange(0, 10.1, 0.7), np.arange(0, 6.1, 0.9)
ACROSS, ALONG = (axis.ravel() for axis in np.meshgrid(X, Y))


@pytest.fixture(scope="module")
def table() -> RadialTable:
    return tabulate(MEDIUM, BOLI, [0.1, 0.5], DEPTHS)


@pytest.fixture(scope="module")
def sources() -> Sources:
    rng = np.random.default_rng(5)
    return Sources(
        rng.uniform(0, 10, 9), rng.uniform(0, 6, 9), rng.uniform(0.5, 2, 9), rng.integers(0, 2, 9)
    )


def test_distances_are_those_of_pythagoras() -> None:
    points = Sources([1.0, -2.0, 0.0], [2.0, 0.5, 0.0], [1.0, 1.0, 1.0])
    found = distances_mm(points, [4.0, 1.0], [6.0, 2.0])
    expected = [[5.0, np.hypot(6.0, 5.5), np.hypot(4.0, 6.0)], [0.0, np.hypot(3, 1.5), 5**0.5]]
    np.testing.assert_allclose(found, expected, rtol=1e-15)


def test_cells_of_a_grid_as_the_grid_has_them(table: RadialTable, sources: Sources) -> None:
    grid = superpose(table, sources, PatchGrid(X, Y)).astype(np.float64)
    distance = distances_mm(sources, ACROSS, ALONG)
    along = superpose_along(table, distance, sources.amount, sources.kernel_index)
    assert along.shape == (3, ACROSS.size, 5)
    np.testing.assert_allclose(along.reshape(grid.shape), grid, rtol=1e-10, atol=1e-12 * grid.max())


@pytest.mark.parametrize("quantity", [0, 1, 2])
def test_influence_times_amounts_is_the_sum(
    table: RadialTable, sources: Sources, quantity: int
) -> None:
    distance = distances_mm(sources, ACROSS, ALONG)
    along = superpose_along(table, distance, sources.amount, sources.kernel_index)[quantity]
    matrix = influence(table, distance, sources.kernel_index, quantity=quantity)
    assert matrix.shape == (ACROSS.size * 5, 9)
    np.testing.assert_allclose(
        (matrix @ sources.amount).reshape(along.shape), along, rtol=1e-12, atol=1e-15
    )
    # nothing beyond the cut-off is held
    assert matrix.nnz == 5 * (distance < table.cutoff_mm[sources.kernel_index]).sum()
    assert matrix.nnz < 0.9 * np.prod(matrix.shape)


def test_a_cell_between_two_radii_by_hand(table: RadialTable) -> None:
    # a quarter of the way from radius 6 to radius 7 of the table, of each kernel its own
    place = 6.25 * table.step_mm
    for kernel in (0, 1):
        found = superpose_along(table, [[place]], [2.0], kernel)[:, 0]
        expected = 2.0 * (0.75 * table.values[kernel, 6] + 0.25 * table.values[kernel, 7])
        np.testing.assert_allclose(found, expected, rtol=1e-12)
    assert not np.allclose(table.values[0], table.values[1])


def test_amounts_add_up_whatever_the_way_round(table: RadialTable, sources: Sources) -> None:
    distance = distances_mm(sources, ACROSS, ALONG)
    whole = superpose_along(table, distance, sources.amount, sources.kernel_index)
    doubled = superpose_along(table, distance, 2 * sources.amount, sources.kernel_index)
    np.testing.assert_allclose(doubled, 2 * whole, rtol=1e-12)
    order = np.random.default_rng(0).permutation(9)
    shuffled = superpose_along(
        table, distance[:, order], sources.amount[order], sources.kernel_index[order]
    )
    np.testing.assert_allclose(shuffled, whole, rtol=1e-9, atol=1e-12 * whole.max())
    first, rest = sources.amount.copy(), sources.amount.copy()
    first[4:], rest[:4] = 0.0, 0.0
    parts = [superpose_along(table, distance, a, sources.kernel_index) for a in (first, rest)]
    np.testing.assert_allclose(parts[0] + parts[1], whole, rtol=1e-9, atol=1e-12 * whole.max())


def test_what_no_skin_joins_does_nothing(table: RadialTable) -> None:
    near, apart = [[0.4, 1.0], [2.0, 0.1]], [[0.4, np.inf], [np.inf, 0.1]]
    amounts, kernels = [1.5, 0.7], [1, 0]
    found = superpose_along(table, apart, amounts, kernels)
    assert np.all(np.isfinite(found))
    for cell in (0, 1):
        alone = superpose_along(table, [[apart[cell][cell]]], [amounts[cell]], kernels[cell])
        np.testing.assert_allclose(found[:, cell], alone[:, 0], rtol=1e-12)
    assert np.all(superpose_along(table, near, amounts, kernels)[0, 0] > found[0, 0])
    matrix = influence(table, apart, kernels)
    assert matrix.nnz == 2 * 5
    assert np.all(superpose_along(table, [[np.inf]], [1.0]) == 0.0)
    assert influence(table, [[np.inf]]).nnz == 0


def test_each_kernel_ends_at_its_own_cutoff(table: RadialTable) -> None:
    short, long = sorted(table.cutoff_mm)
    assert short < long
    between = 0.5 * (short + long)
    reached = [superpose_along(table, [[between]], [1.0], k).max() > 0.0 for k in (0, 1)]
    assert reached == [cutoff == long for cutoff in table.cutoff_mm]


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"distance_mm": [0.5, 1.0]}, "distance_mm"),
        ({"distance_mm": [[0.5, -1.0]]}, "distance_mm"),
        ({"distance_mm": [[0.5, np.nan]]}, "distance_mm"),
        ({"amount": [1.0]}, "amount"),
        ({"amount": [1.0, -1.0]}, "amount"),
        ({"amount": [1.0, np.inf]}, "amount"),
        ({"kernel_index": [0, 2]}, "kernel_index"),
        ({"kernel_index": [0, -1]}, "kernel_index"),
        ({"kernel_index": [0.0, 1.0]}, "kernel_index"),
        ({"kernel_index": [0]}, "kernel_index"),
    ],
)
def test_bad_input_is_refused(table: RadialTable, change: dict[str, object], key: str) -> None:
    good = {"distance_mm": [[0.5, 1.0]], "amount": [1.0, 2.0], "kernel_index": [0, 1]}
    given = {**good, **change}
    with pytest.raises(InputError) as caught:
        superpose_along(table, **given)  # type: ignore[arg-type]
    assert [fault.key for fault in caught.value.faults] == [key]
    if key != "amount":
        with pytest.raises(InputError) as caught:
            influence(table, given["distance_mm"], given["kernel_index"])  # type: ignore[arg-type]
        assert [fault.key for fault in caught.value.faults] == [key]


@pytest.mark.parametrize("quantity", [-1, 3])
def test_a_quantity_that_is_not_in_the_table_is_refused(table: RadialTable, quantity: int) -> None:
    with pytest.raises(InputError) as caught:
        influence(table, [[0.5]], quantity=quantity)
    assert [fault.key for fault in caught.value.faults] == ["quantity"]


def test_joined_tables_keep_their_kernels_in_order(table: RadialTable) -> None:
    step = table.step_mm
    slow = tabulate(
        MEDIUM, [Bolus.gaussian(3.5, 0.9)], [0.1, 0.5], DEPTHS,
        step_mm=step, release=Release.steady(0.7),
    )  # fmt: skip
    # kernels 0 and 1 of the first table go to places 2 and 0, the slow one to place 1
    joined = RadialTable.joined([table, slow], [2, 0, 1])
    for place, (own, kernel) in {2: (table, 0), 0: (table, 1), 1: (slow, 0)}.items():
        assert joined.cutoff_mm[place] == own.cutoff_mm[kernel]
        radii = own.values.shape[1]
        np.testing.assert_array_equal(joined.values[place, :radii], own.values[kernel])
        assert np.all(joined.values[place, radii:] == 0.0)
        far = np.linspace(0.0, joined.cutoff_mm.max() + 1.0, 40)[:, None]
        np.testing.assert_array_equal(
            superpose_along(joined, far, [1.3], place), superpose_along(own, far, [1.3], kernel)
        )
    np.testing.assert_array_equal(joined.depth_edge_mm, DEPTHS)


def test_tables_that_do_not_match_are_refused(table: RadialTable) -> None:
    others = [
        tabulate(MEDIUM, BOLI[:1], [0.1, 0.5], DEPTHS, step_mm=1.5 * table.step_mm),
        tabulate(MEDIUM, BOLI[:1], [0.1, 0.6], DEPTHS, step_mm=table.step_mm),
        tabulate(MEDIUM, BOLI[:1], [0.1, 0.5], DEPTHS + 0.1, step_mm=table.step_mm),
    ]
    for other in others:
        with pytest.raises(InputError, match="tables"):
            RadialTable.joined([table, other], [0, 1, 2])
