"""What this machine can do at most: memory, cache and multiply-adds, measured with compiled loops.

Each loop runs on as many threads as the work it is compared with; the best of several runs counts,
because a limit is what the machine can reach.
"""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numba
import numpy as np

REPEATS = 12
_IN_CACHE = 4096


@numba.njit(nogil=True, fastmath=True)
def _fill(out, value):
    for i in range(out.size):
        out[i] = value


@numba.njit(nogil=True, fastmath=True)
def _triad(out, a, b, factor):
    for i in range(out.size):
        out[i] = a[i] + factor * b[i]


@numba.njit(nogil=True, fastmath=True)
def _gather(cell, table, lower, upper, rounds):
    """Two rows of a cached table are weighed and added to a cell that stays in the first cache."""
    for n in range(rounds):
        row = (n * 7) % (table.shape[0] - 1)
        inner, outer = table[row], table[row + 1]
        for q in range(cell.size):
            cell[q] += lower * inner[q] + upper * outer[q]


@numba.njit(nogil=True, fastmath=True)
def _horner(out, x, c, rounds):
    for _ in range(rounds):
        for i in range(x.size):
            value, p = x[i], out[i]
            p = p * value + c
            p = p * value + c
            p = p * value + c
            p = p * value + c
            p = p * value + c
            p = p * value + c
            p = p * value + c
            p = p * value + c
            p = p * value + c
            p = p * value + c
            p = p * value + c
            p = p * value + c
            p = p * value + c
            p = p * value + c
            p = p * value + c
            p = p * value + c
            out[i] = p


def _best(work: Callable[[int], object], threads: int) -> float:
    """Least seconds in which all threads do their share."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(work, range(threads)))
        taken = []
        for _ in range(REPEATS):
            start = time.perf_counter()
            list(pool.map(work, range(threads)))
            taken.append(time.perf_counter() - start)
    return min(taken)


def fill_bytes_per_s(dtype: type, threads: int, megabytes: int = 256) -> float:
    parts = [np.empty(megabytes * 10**6 // np.dtype(dtype).itemsize // threads, dtype)
             for _ in range(threads)]  # fmt: skip
    value = np.dtype(dtype).type(1)
    return sum(part.nbytes for part in parts) / _best(lambda i: _fill(parts[i], value), threads)


def fresh_bytes_per_s(dtype: type, threads: int, megabytes: int = 128) -> float:
    """Fill memory just asked for: the system hands it out page by page, zeroed."""
    size = megabytes * 10**6 // np.dtype(dtype).itemsize // threads
    value = np.dtype(dtype).type(1)
    seconds = _best(lambda _: _fill(np.empty(size, dtype), value), threads)
    return size * np.dtype(dtype).itemsize * threads / seconds


def triad_bytes_per_s(dtype: type, threads: int, megabytes: int = 256) -> float:
    """a = b + s c as STREAM counts it: two reads and one write."""
    size = megabytes * 10**6 // np.dtype(dtype).itemsize // threads
    parts = [tuple(np.ones(size, dtype) for _ in range(3)) for _ in range(threads)]
    factor = np.dtype(dtype).type(3)
    seconds = _best(lambda i: _triad(*parts[i], factor), threads)
    return sum(3 * part[0].nbytes for part in parts) / seconds


def gather_flops(dtype: type, threads: int, rows: int, length: int) -> float:
    """Multiply-adds per second x 2 of the superposition's inner loop without its bookkeeping."""
    rounds = max(2, int(2e7 / length))
    tables = [np.ones((rows, length), dtype) for _ in range(threads)]
    cells = [np.zeros(length, dtype) for _ in range(threads)]
    one = np.dtype(dtype).type(1e-6)
    seconds = _best(lambda i: _gather(cells[i], tables[i], one, one, rounds), threads)
    return 4.0 * rounds * length * threads / seconds


def peak_flops(dtype: type, threads: int) -> float:
    """Multiply-adds per second x 2 in registers: long polynomials of cached numbers."""
    rounds = 400
    xs = [np.full(_IN_CACHE, 0.5, dtype) for _ in range(threads)]
    outs = [np.ones(_IN_CACHE, dtype) for _ in range(threads)]
    c = np.dtype(dtype).type(0.25)
    seconds = _best(lambda i: _horner(outs[i], xs[i], c, rounds), threads)
    return 2.0 * 16 * rounds * _IN_CACHE * threads / seconds
