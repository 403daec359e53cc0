"""A plan's field: the kernels of all its points, summed on a patch of skin.

For each grid cell the contributions of the points in reach are summed in one vector that holds
all quantities and depths; the result is written once. Rows are shared among threads that hold
no lock, so that a server may call from several threads at a time.
"""

import math
import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numba
import numpy as np
import numpy.typing as npt

from mesoplan.core.errors import Fault
from mesoplan.dose._checks import Floats, axis, number, refuse
from mesoplan.dose.table import RadialTable

SMALL_GRID_BYTES = 64 * 2**20
"""Results up to this size are computed in double precision unless told otherwise."""

_ROWS_PER_TASK = 8


@dataclass(frozen=True, init=False)
class Sources:
    """Injection points, or short lines of them, on the patch.

    Parameters
    ----------
    x_mm, y_mm : array_like, shape (points,)
        Place of the puncture, or of the start of the line.
    amount : array_like, shape (points,)
        Amount in the tissue; its unit is that of the result per mm3.
    kernel_index : array_like of int, shape (points,), optional
        Which kernel of the table; the first by default.
    path_dx_mm, path_dy_mm : array_like, shape (points,), optional
        Vector from start to end of a line; 0 by default. The amount is spread evenly.

    Raises
    ------
    InputError
        Naming every array that cannot be used.
    """

    x_mm: Floats
    y_mm: Floats
    amount: Floats
    kernel_index: npt.NDArray[np.int64]
    path_dx_mm: Floats
    path_dy_mm: Floats

    def __init__(
        self,
        x_mm: npt.ArrayLike,
        y_mm: npt.ArrayLike,
        amount: npt.ArrayLike,
        kernel_index: npt.ArrayLike = 0,
        path_dx_mm: npt.ArrayLike = 0.0,
        path_dy_mm: npt.ArrayLike = 0.0,
    ) -> None:
        x = np.atleast_1d(np.asarray(x_mm, dtype=np.float64))
        given = {
            "x_mm": x_mm,
            "y_mm": y_mm,
            "amount": amount,
            "path_dx_mm": path_dx_mm,
            "path_dy_mm": path_dy_mm,
        }
        faults: list[Fault] = []
        for key, value in given.items():
            array = np.atleast_1d(np.asarray(value, dtype=np.float64))
            if array.shape != x.shape and (np.ndim(value) > 0 or x.ndim != 1):
                wrong, right = f"has shape {array.shape}", f"shape {x.shape}"
                faults.append(Fault(key=key, wrong=wrong, right=right))
                continue
            array = np.broadcast_to(array, x.shape).copy()
            faults += axis(key, array, at_least=0.0 if key == "amount" else None)
            object.__setattr__(self, key, array)
        index = np.asarray(kernel_index)
        if index.dtype.kind not in "iu" or (index.ndim > 0 and index.shape != x.shape):
            right = "whole numbers, one per point"
            faults.append(Fault(key="kernel_index", wrong=f"is {index.dtype}", right=right))
        elif np.any(index < 0):
            right = "0 for the first kernel of the table"
            faults.append(Fault(key="kernel_index", wrong="is negative", right=right))
        refuse(faults)
        whole = np.broadcast_to(index.astype(np.int64), x.shape).copy()
        object.__setattr__(self, "kernel_index", whole)

    def split(self, step_mm: float) -> "Sources":
        """Points only: each line becomes the midpoints of equal parts no longer than the step.

        Parameters
        ----------
        step_mm : float
            Largest distance between neighbours on a line, mm.

        Returns
        -------
        Sources
            Same total amount, no lines.

        Raises
        ------
        InputError
            Naming ``step_mm`` if it is not above 0.
        """
        refuse(number("step_mm", step_mm, above=0.0))
        length = np.hypot(self.path_dx_mm, self.path_dy_mm)
        parts = np.maximum(1, np.ceil(length / step_mm - 1e-9)).astype(np.int64)
        owner = np.repeat(np.arange(parts.size), parts)
        place = np.arange(owner.size) - np.repeat(np.cumsum(parts) - parts, parts)
        share = (place + 0.5) / parts[owner]
        return Sources(
            x_mm=self.x_mm[owner] + share * self.path_dx_mm[owner],
            y_mm=self.y_mm[owner] + share * self.path_dy_mm[owner],
            amount=self.amount[owner] / parts[owner],
            kernel_index=self.kernel_index[owner],
        )


@dataclass(frozen=True, init=False)
class PatchGrid:
    """Rectangular grid on a flat patch.

    Parameters
    ----------
    x_mm : array_like, shape (nx,)
        Strictly rising.
    y_mm : array_like, shape (ny,)
        Strictly rising.

    Raises
    ------
    InputError
        Naming the axis that is not.
    """

    x_mm: Floats
    y_mm: Floats

    def __init__(self, x_mm: npt.ArrayLike, y_mm: npt.ArrayLike) -> None:
        faults: list[Fault] = []
        for key, value in (("x_mm", x_mm), ("y_mm", y_mm)):
            array = np.atleast_1d(np.asarray(value, dtype=np.float64))
            faults += axis(key, array, rising=True)
            object.__setattr__(self, key, array)
        refuse(faults)


def superpose(
    table: RadialTable,
    sources: Sources,
    grid: PatchGrid,
    *,
    line_step_mm: float = 0.25,
    dtype: type[np.float64] | type[np.float32] | None = None,
    threads: int | None = None,
) -> npt.NDArray[np.floating]:
    """Sum the kernels of all sources on the grid.

    Parameters
    ----------
    table : RadialTable
        Kernels over radius, with their cut-off radii.
    sources : Sources
        Points and lines with their amounts in the tissue.
    grid : PatchGrid
        Where to sum.
    line_step_mm : float
        Lines are split into points no further apart than this. Half the softness of the bolus
        is enough.
    dtype : numpy.float64 or numpy.float32, optional
        Precision of sum and result. By default double for results up to `SMALL_GRID_BYTES`,
        single above: single adds about 1e-6 of the peak.
    threads : int, optional
        As many as the machine has by default.

    Returns
    -------
    array, shape (quantities, ny, nx, depths)
        Sum of amount x kernel; a view whose memory runs over (ny, nx, quantities, depths).

    Raises
    ------
    InputError
        If a source asks for a kernel that the table does not hold, or a step or a number of
        threads cannot be used.

    Notes
    -----
    Linear between the radii of the table (error: `RadialTable.interpolation_error`); nothing
    beyond the cut-off radius (error: `RadialTable.relative_cut` of the kernel's peak per point).
    """
    points = sources.split(line_step_mm)
    workers = (os.cpu_count() or 1) if threads is None else threads
    faults = number("threads", workers, at_least=1)
    if np.any(points.kernel_index >= len(table.values)):
        wrong = f"asks for kernel {points.kernel_index.max()}"
        right = f"the table holds {len(table.values)}, the first is 0"
        faults.append(Fault(key="kernel_index", wrong=wrong, right=right))
    refuse(faults)
    quantities, depths = table.values.shape[2:]
    cells = grid.y_mm.size * grid.x_mm.size
    if dtype is None:
        small = cells * quantities * depths * 8 <= SMALL_GRID_BYTES
        dtype = np.float64 if small else np.float32
    flat = np.ascontiguousarray(
        table.values.reshape(*table.values.shape[:2], quantities * depths), dtype=dtype
    )
    out = np.empty((grid.y_mm.size, grid.x_mm.size, quantities * depths), dtype=dtype)
    order = np.argsort(points.x_mm, kind="stable")
    x, y = points.x_mm[order], points.y_mm[order]
    amount, index = points.amount[order].astype(dtype), points.kernel_index[order]

    def rows(start: int) -> None:
        stop = min(start + _ROWS_PER_TASK, grid.y_mm.size)
        _sum_rows(
            out, start, stop, grid.x_mm, grid.y_mm, x, y, amount, index,
            flat, table.cutoff_mm, table.step_mm,
        )  # fmt: skip

    starts = range(0, grid.y_mm.size, _ROWS_PER_TASK)
    if workers == 1 or len(starts) == 1:
        for start in starts:
            rows(start)
    else:
        with ThreadPoolExecutor(workers) as pool:
            for done in pool.map(rows, starts):
                del done
    shaped = out.reshape(grid.y_mm.size, grid.x_mm.size, quantities, depths)
    return shaped.transpose(2, 0, 1, 3)


@numba.njit(cache=True, nogil=True, fastmath=True)
def _sum_rows(  # type: ignore[no-untyped-def]  # pragma: no cover - compiled
    out, start, stop, grid_x, grid_y, x, y, amount, index, flat, cutoff, step
):
    points = x.size
    near = np.empty(points, np.int64)
    near_dy2 = np.empty(points)
    length = out.shape[2]
    last = flat.shape[1] - 2
    for iy in range(start, stop):
        count = 0
        for p in range(points):
            dy = grid_y[iy] - y[p]
            if abs(dy) < cutoff[index[p]]:
                near[count] = p
                near_dy2[count] = dy * dy
                count += 1
        for ix in range(grid_x.size):
            cell = out[iy, ix]
            cell[:] = 0
            for i in range(count):
                p = near[i]
                k = index[p]
                dx = grid_x[ix] - x[p]
                r2 = dx * dx + near_dy2[i]
                if r2 < cutoff[k] * cutoff[k]:
                    place = math.sqrt(r2) / step
                    j = min(int(place), last)
                    upper = amount[p] * out.dtype.type(place - j)
                    lower = amount[p] - upper
                    inner = flat[k, j]
                    outer = flat[k, j + 1]
                    for q in range(length):
                        cell[q] += lower * inner[q] + upper * outer[q]
