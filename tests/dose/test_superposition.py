"""The sum over points: against a plain sum, and under changes of every input."""

from dataclasses import replace

import numpy as np
import pytest

from mesoplan.core.errors import InputError
from mesoplan.dose import (
    Bolus,
    Layer,
    Medium,
    PatchGrid,
    RadialTable,
    Sources,
    superpose,
    tabulate,
)

MEDIUM = Medium([Layer(0.1, 0.4, 0.0, 1.0), Layer(1.7, 0.4, 5.0, 1.0), Layer(8.0, 0.8, 9.0, 0.3)])
TIMES = [0.1, 0.5]
DEPTHS = np.linspace(0, 3, 13)
BOLI = [Bolus.gaussian(0.8, 0.4), Bolus.gaussian(1.8, 0.6)]
GRID = PatchGrid(np.arange(0, 12.1, 0.5), np.arange(0, 8.1, 0.5))


@pytest.fixture(scope="module")
def table() -> RadialTable:
    return tabulate(MEDIUM, BOLI, TIMES, DEPTHS)


@pytest.fixture
def sources() -> Sources:
    rng = np.random.default_rng(3)
    return Sources(
        rng.uniform(0, 12, 15),
        rng.uniform(0, 8, 15),
        rng.uniform(0.5, 2, 15),
        rng.integers(0, 2, 15),
        rng.choice([0.0, 3.0], 15),
        rng.choice([0.0, -2.0], 15),
    )


def plain_sum(table: RadialTable, sources: Sources, step_mm: float) -> np.ndarray:
    X, Y = np.meshgrid(GRID.x_mm, GRID.y_mm)
    axis = np.arange(table.values.shape[1]) * table.step_mm
    out = np.zeros((*X.shape, *table.values.shape[2:]))
    for i in range(sources.x_mm.size):
        dx, dy = sources.path_dx_mm[i], sources.path_dy_mm[i]
        n = max(1, int(np.ceil(np.hypot(dx, dy) / step_mm)))
        for s in (np.arange(n) + 0.5) / n:
            r = np.hypot(X - sources.x_mm[i] - s * dx, Y - sources.y_mm[i] - s * dy)
            kernel = table.values[sources.kernel_index[i]]
            j = np.minimum((r / table.step_mm).astype(int), axis.size - 2)
            w = (r / table.step_mm - j)[..., None, None]
            near = (r < table.cutoff_mm[sources.kernel_index[i]])[..., None, None]
            value = np.where(near, (1 - w) * kernel[j] + w * kernel[j + 1], 0.0)
            out += sources.amount[i] / n * value
    return out.transpose(2, 0, 1, 3)


@pytest.mark.parametrize("threads", [1, 2])
def test_equals_the_plain_sum(table: RadialTable, sources: Sources, threads: int) -> None:
    expected = plain_sum(table, sources, 0.5)
    got = superpose(table, sources, GRID, line_step_mm=0.5, threads=threads)
    assert got.shape == (3, 17, 25, 12)
    assert got.dtype == np.float64
    np.testing.assert_allclose(got, expected, rtol=1e-12, atol=1e-14 * expected.max())
    single = superpose(table, sources, GRID, line_step_mm=0.5, dtype=np.float32)
    assert single.dtype == np.float32
    for a, b in zip(single, expected, strict=True):
        assert np.abs(a - b).max() < 2e-6 * b.max()


def test_against_kernels_at_the_exact_radii(table: RadialTable) -> None:
    x, y = np.array([3.1, 6.3]), np.array([4.2, 3.7])
    got = superpose(table, Sources(x, y, [1.0, 2.0]), GRID)
    X, Y = np.meshgrid(GRID.x_mm, GRID.y_mm)
    exact = 0.0
    for i, amount in enumerate([1.0, 2.0]):
        r = np.hypot(X - x[i], Y - y[i]).ravel()
        k = MEDIUM.kernel(BOLI[0], TIMES, r)
        overlap = np.minimum(k.edge_mm[1:], DEPTHS[1:, None]) - np.maximum(
            k.edge_mm[:-1], DEPTHS[:-1, None]
        )
        weights = np.maximum(overlap, 0) / 0.25
        field = np.concatenate([k.auc[None], k.concentration]) @ weights.T
        exact = exact + amount * field.reshape(3, *X.shape, 12)
    error = np.abs(got - exact).max(axis=(1, 2, 3)) / np.asarray(exact).max(axis=(1, 2, 3))
    assert error.max() < 2e-3
    assert table.interpolation_error < 1e-3


def test_source_and_detector_swap(table: RadialTable) -> None:
    a, b = (2.0, 3.5), (3.5, 4.0)
    grid = PatchGrid([2.0, 3.5], [3.5, 4.0])
    there = superpose(table, Sources(*[[v] for v in a], [1.0]), grid)[:, 1, 1]
    back = superpose(table, Sources(*[[v] for v in b], [1.0]), grid)[:, 0, 0]
    np.testing.assert_allclose(there, back, rtol=1e-12)
    assert there.max() > 0


def test_lines_keep_their_amount_and_direction(table: RadialTable) -> None:
    line = Sources([2.0], [4.0], [3.0], [0], [6.0], [0.0])
    parts = line.split(0.5)
    assert parts.x_mm.size == 12
    assert parts.amount.sum() == pytest.approx(3.0)
    np.testing.assert_allclose(np.diff(parts.x_mm), 0.5)
    assert parts.x_mm.mean() == pytest.approx(5.0)
    field = superpose(table, line, GRID)[0, 8, :, 3]
    assert field[10] == pytest.approx(field[8], rel=0.02)  # even along the line
    assert Sources([1.0], [1.0], [1.0]).split(0.5).x_mm.tolist() == [1.0]


@pytest.mark.parametrize(
    "name", ["x_mm", "y_mm", "amount", "kernel_index", "path_dx_mm", "path_dy_mm"]
)
def test_every_property_of_a_source_counts(table: RadialTable, sources: Sources, name: str) -> None:
    value = getattr(sources, name).copy()
    value[4] = 1 - value[4] if name == "kernel_index" else value[4] + 0.7
    names = ("x_mm", "y_mm", "amount", "kernel_index", "path_dx_mm", "path_dy_mm")
    given = {key: getattr(sources, key) for key in names}
    changed = Sources(**{**given, name: value})
    before, after = superpose(table, sources, GRID), superpose(table, changed, GRID)
    assert np.abs(after - before).max() > 1e-3 * before.max()


def test_grid_and_step_count(table: RadialTable) -> None:
    line = Sources([2.0], [4.0], [3.0], [0], [6.0], [0.0])
    fine, rough = (superpose(table, line, GRID, line_step_mm=s) for s in (0.2, 2.0))
    assert np.abs(fine - rough).max() > 1e-3 * fine.max()
    moved = PatchGrid(GRID.x_mm + 0.2, GRID.y_mm)
    assert np.abs(superpose(table, line, moved) - fine).max() > 1e-3 * fine.max()


def test_nothing_beyond_the_cut_off(table: RadialTable) -> None:
    grid = PatchGrid(np.arange(0, 40, 0.25), [0.0])
    field = superpose(table, Sources([0.0], [0.0], [1.0]), grid)
    far = grid.x_mm >= table.cutoff_mm[0]
    assert np.all(field[:, :, far] == 0)
    assert field[:, :, ~far].max() > 0
    tighter = tabulate(MEDIUM, BOLI[:1], TIMES, DEPTHS, relative_cut=1e-6)
    assert tighter.cutoff_mm[0] > table.cutoff_mm[0]
    more = superpose(tighter, Sources([0.0], [0.0], [1.0]), grid)
    assert np.abs(more - field)[0].max() < 3e-4 * field[0].max()


def test_no_sources_give_zero(table: RadialTable) -> None:
    assert not superpose(table, Sources([], [], []), GRID).any()


def test_large_results_are_single_precision(table: RadialTable) -> None:
    grid = PatchGrid(np.arange(600.0), np.arange(600.0))
    assert superpose(table, Sources([5.0], [5.0], [1.0]), grid).dtype == np.float32


def test_depth_bins_keep_the_amount() -> None:
    kernel = MEDIUM.kernel(BOLI[0], TIMES, np.arange(40) * 0.1)
    table = RadialTable.from_kernels([kernel], np.linspace(0, 9.8, 50))
    binned = table.values[0, 5].sum(axis=-1) * 0.2
    whole = np.concatenate([kernel.auc[None], kernel.concentration])[:, 5] @ kernel.cell_mm
    np.testing.assert_allclose(binned, whole, rtol=1e-12)


@pytest.mark.parametrize(
    ("build", "key"),
    [
        (lambda: Sources([1.0], [1.0, 2.0], [1.0]), "y_mm"),
        (lambda: Sources([float("nan")], [1.0], [1.0]), "x_mm"),
        (lambda: Sources([1.0], [1.0], [-1.0]), "amount"),
        (lambda: Sources([1.0], [1.0], [1.0], [-1]), "kernel_index"),
        (lambda: Sources([1.0], [1.0], [1.0], [0.5]), "kernel_index"),
        (lambda: Sources([1.0], [1.0], [1.0]).split(0.0), "step_mm"),
        (lambda: PatchGrid([0.0, 0.0], [1.0]), "x_mm"),
        (lambda: PatchGrid([0.0], [float("inf")]), "y_mm"),
        (lambda: tabulate(MEDIUM, [], TIMES, DEPTHS), "boli"),
        (lambda: tabulate(MEDIUM, BOLI, TIMES, [0.0, 99.0]), "depth_edges_mm"),
        (lambda: tabulate(MEDIUM, BOLI, TIMES, DEPTHS, step_mm=-1.0), "step_mm"),
        (lambda: tabulate(MEDIUM, BOLI, TIMES, DEPTHS, relative_cut=0.0), "relative_cut"),
        (lambda: RadialTable.from_kernels([], DEPTHS), "kernels"),
        (
            lambda: RadialTable.from_kernels([MEDIUM.kernel(BOLI[0], TIMES, [0, 1, 3])], DEPTHS),
            "kernels",
        ),
    ],
)
def test_bad_input_is_refused(build: object, key: str) -> None:
    with pytest.raises(InputError) as caught:
        build()  # type: ignore[operator]
    assert [fault.key for fault in caught.value.faults] == [key]


def test_a_kernel_that_is_not_there_is_refused(table: RadialTable) -> None:
    with pytest.raises(InputError, match="kernel_index"):
        superpose(table, Sources([1.0], [1.0], [1.0], [2]), GRID)
    with pytest.raises(InputError, match="threads"):
        superpose(table, Sources([1.0], [1.0], [1.0]), GRID, threads=0)


def test_table_keeps_its_kernels_apart(table: RadialTable) -> None:
    swapped = replace(table, values=table.values[::-1], cutoff_mm=table.cutoff_mm[::-1])
    one = superpose(table, Sources([5.0], [4.0], [1.0], [0]), GRID)
    np.testing.assert_array_equal(one, superpose(swapped, Sources([5.0], [4.0], [1.0], [1]), GRID))
