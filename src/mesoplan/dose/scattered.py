"""Superposition by distances alone: any surface, any cells, and the sparse influence matrix.

A surface gives the distance along the skin from each cell to each point; how it bends does not
matter here, as long as it bends little over the reach of a kernel.
"""

import numba
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array

from mesoplan.core.errors import Fault
from mesoplan.dose._checks import Floats, refuse
from mesoplan.dose.superposition import Sources
from mesoplan.dose.table import RadialTable


def distances_mm(sources: Sources, x_mm: npt.ArrayLike, y_mm: npt.ArrayLike) -> Floats:
    """Straight distances of cells from points on a flat patch, shape (cells, points).

    Parameters
    ----------
    sources : Sources
        Points; lines have to be split first, see `Sources.split`.
    x_mm, y_mm : array_like, shape (cells,)
        Places of the cells.
    """
    x = np.atleast_1d(np.asarray(x_mm, dtype=np.float64))
    y = np.atleast_1d(np.asarray(y_mm, dtype=np.float64))
    return np.hypot(x[:, None] - sources.x_mm, y[:, None] - sources.y_mm)


def superpose_along(
    table: RadialTable,
    distance_mm: npt.ArrayLike,
    amount: npt.ArrayLike,
    kernel_index: npt.ArrayLike = 0,
) -> Floats:
    """Sum the kernels of all points in cells at given distances along the skin.

    Parameters
    ----------
    table : RadialTable
        Kernels over radius.
    distance_mm : array_like, shape (cells, points)
        Infinite where the skin does not lead from one to the other.
    amount : array_like, shape (points,)
        Amount in the tissue of each point.
    kernel_index : array_like of int, shape (points,), optional
        Which kernel of the table; the first by default.

    Returns
    -------
    array, shape (quantities, cells, depths)
        Sum of amount x kernel.

    Raises
    ------
    InputError
        Naming ``distance_mm``, ``amount`` or ``kernel_index``.
    """
    distance, amounts, index = _checked(table, distance_mm, amount, kernel_index)
    quantities, depths = table.values.shape[2:]
    flat = np.ascontiguousarray(table.values.reshape(*table.values.shape[:2], -1))
    out = np.zeros((distance.shape[0], quantities * depths))
    _sum_cells(out, distance, amounts, index, flat, table.cutoff_mm, table.step_mm)
    return out.reshape(-1, quantities, depths).transpose(1, 0, 2)


def influence(
    table: RadialTable,
    distance_mm: npt.ArrayLike,
    kernel_index: npt.ArrayLike = 0,
    *,
    quantity: int = 0,
) -> csr_array:
    """Sparse matrix of what a unit amount at each point does in each cell and depth.

    Parameters
    ----------
    table, distance_mm, kernel_index
        As `superpose_along`.
    quantity : int
        0 is the AUC, then the concentrations at the times of the table.

    Returns
    -------
    csr_array, shape (cells x depths, points)
        Times the vector of amounts it gives what `superpose_along` sums, cell by cell, all
        depths of a cell together. Nothing is held beyond the cut-off.

    Raises
    ------
    InputError
        Naming ``distance_mm``, ``kernel_index`` or ``quantity``.
    """
    points = np.shape(distance_mm)[-1] if np.ndim(distance_mm) else 0
    distance, _, index = _checked(table, distance_mm, np.zeros(points), kernel_index)
    quantities, depths = table.values.shape[2:]
    if not 0 <= quantity < quantities:
        right = f"0 to {quantities - 1}"
        refuse([Fault(key="quantity", wrong=f"{quantity} is not in the table", right=right)])
    near = distance < table.cutoff_mm[index]
    cell, point = np.nonzero(near)
    place = distance[near] / table.step_mm
    below = np.minimum(place.astype(np.int64), table.values.shape[1] - 2)
    part = (place - below)[:, None]
    kernel = table.values[:, :, quantity]
    value = (1.0 - part) * kernel[index[point], below] + part * kernel[index[point], below + 1]
    rows = cell[:, None] * depths + np.arange(depths)
    columns = np.broadcast_to(point[:, None], rows.shape)
    shape = (distance.shape[0] * depths, distance.shape[1])
    return csr_array((value.ravel(), (rows.ravel(), columns.ravel())), shape=shape)


def _checked(
    table: RadialTable,
    distance_mm: npt.ArrayLike,
    amount: npt.ArrayLike,
    kernel_index: npt.ArrayLike,
) -> tuple[Floats, Floats, npt.NDArray[np.int64]]:
    distance = np.ascontiguousarray(distance_mm, dtype=np.float64)
    amounts = np.asarray(amount, dtype=np.float64)
    faults = []
    if distance.ndim != 2 or np.any(np.isnan(distance)) or np.any(distance < 0.0):
        right = "numbers of at least 0, shape (cells, points)"
        faults.append(Fault(key="distance_mm", wrong="cannot be used", right=right))
        refuse(faults)
    points = distance.shape[1]
    if amounts.shape != (points,) or not np.all(np.isfinite(amounts)) or np.any(amounts < 0.0):
        right = f"{points} finite numbers of at least 0"
        faults.append(Fault(key="amount", wrong="cannot be used", right=right))
    index = np.asarray(kernel_index)
    whole = index.dtype.kind in "iu" and (index.ndim == 0 or index.shape == (points,))
    if not whole or np.any(index < 0) or np.any(index >= len(table.values)):
        right = f"{points} whole numbers from 0 to {len(table.values) - 1}"
        faults.append(Fault(key="kernel_index", wrong="cannot be used", right=right))
    refuse(faults)
    return distance, amounts, np.broadcast_to(index.astype(np.int64), (points,)).copy()


# Not all of fastmath: distances may be infinite.
@numba.njit(cache=True, nogil=True, fastmath={"contract", "reassoc"})
def _sum_cells(  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    out, distance, amount, index, flat, cutoff, step
):
    last = flat.shape[1] - 2
    for c in range(out.shape[0]):
        cell = out[c]
        for p in range(amount.size):
            k = index[p]
            if distance[c, p] < cutoff[k]:
                place = distance[c, p] / step
                j = min(int(place), last)
                upper = amount[p] * (place - j)
                lower = amount[p] - upper
                inner = flat[k, j]
                outer = flat[k, j + 1]
                for q in range(cell.size):
                    cell[q] += lower * inner[q] + upper * outer[q]
