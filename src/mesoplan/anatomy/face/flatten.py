"""Flattening of a piece of skin, as rigid as possible.

Local-global iteration of Liu et al. 2008 (A local/global approach to mesh parameterization):
every triangle is turned, never stretched, then one linear system lays them side by side.
"""

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.sparse.linalg import splu

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

ITERATIONS = 60
_LEAST_WEIGHT = 1e-3


def flatten(vertices_mm: Array, triangles: Indices, start: Array) -> Array:
    """Positions in the plane with as little stretch as possible.

    Parameters
    ----------
    vertices_mm : ndarray, shape (n, 3)
        A disk of skin.
    triangles : ndarray, shape (m, 3)
        Its triangles, oriented alike.
    start : ndarray, shape (n, 2)
        A map without folds to begin with, oriented like the triangles.

    Returns
    -------
    ndarray, shape (n, 2)
        In mm. Where the skin is curved in two directions some stretch stays; ``stretch`` tells.
    """
    local, cotangent = _in_own_plane(vertices_mm, triangles)
    matrix = _laplacian(triangles, cotangent, len(vertices_mm))
    solver = splu(sp.csc_array(matrix[1:, 1:]))
    flat = _scaled(start, vertices_mm, triangles)
    for _ in range(ITERATIONS):
        right = _turned(flat, local, triangles, cotangent)
        moved = np.zeros_like(flat)
        moved[1:] = solver.solve(right[1:])
        change = np.abs((moved - moved.mean(axis=0)) - (flat - flat.mean(axis=0))).max()
        flat = moved
        if change < 1e-4:
            break
    return flat


def stretch(vertices_mm: Array, triangles: Indices, flat: Array) -> Array:
    """Length on the flat over length on the skin of every edge of every triangle."""
    ends = triangles[:, [1, 2, 0]]
    on_skin = np.linalg.norm(vertices_mm[triangles] - vertices_mm[ends], axis=2)
    on_flat = np.linalg.norm(flat[triangles] - flat[ends], axis=2)
    return np.asarray(on_flat / on_skin)


def _in_own_plane(vertices: Array, triangles: Indices) -> tuple[Array, Array]:
    """Corners of each triangle in its own plane, and the cotangent opposite each edge i → i+1."""
    a, b, c = (vertices[triangles[:, i]] for i in range(3))
    ab, ac = b - a, c - a
    length = np.linalg.norm(ab, axis=1)
    normal = np.cross(ab, ac)
    double = np.linalg.norm(normal, axis=1)
    along = (ab * ac).sum(axis=1) / length
    local = np.zeros((len(triangles), 3, 2))
    local[:, 1, 0] = length
    local[:, 2, 0] = along
    local[:, 2, 1] = double / length
    cotangent = np.empty((len(triangles), 3))
    for i in range(3):
        opposite = vertices[triangles[:, (i + 2) % 3]]
        one, two = (
            vertices[triangles[:, i]] - opposite,
            vertices[triangles[:, (i + 1) % 3]] - opposite,
        )
        cotangent[:, i] = (one * two).sum(axis=1) / double
    # An obtuse angle has a negative weight, which may turn a triangle over.
    return local, np.maximum(cotangent, _LEAST_WEIGHT)


def _laplacian(triangles: Indices, cotangent: Array, count: int) -> "sp.csr_array":
    i, j = triangles.ravel(), triangles[:, [1, 2, 0]].ravel()
    weight = cotangent.ravel()
    rows = np.concatenate([i, j, i, j])
    columns = np.concatenate([j, i, i, j])
    values = np.concatenate([-weight, -weight, weight, weight])
    return sp.csr_array((values, (rows, columns)), shape=(count, count))


def _turned(flat: Array, local: Array, triangles: Indices, cotangent: Array) -> Array:
    """The right side of the system: every triangle's own edges, turned as it lies now."""
    ends = [1, 2, 0]
    edge_flat = flat[triangles[:, ends]] - flat[triangles]
    edge_own = local[:, ends] - local
    # The best turn of a plane triangle, in closed form: the angle of Σ w·conj(own)·flat.
    real = (cotangent * (edge_own * edge_flat).sum(axis=2)).sum(axis=1)
    cross = edge_own[..., 0] * edge_flat[..., 1] - edge_own[..., 1] * edge_flat[..., 0]
    imaginary = (cotangent * cross).sum(axis=1)
    size = np.hypot(real, imaginary)
    cos, sin = real / size, imaginary / size
    x = cos[:, None] * edge_own[..., 0] - sin[:, None] * edge_own[..., 1]
    y = sin[:, None] * edge_own[..., 0] + cos[:, None] * edge_own[..., 1]
    pull = cotangent[..., None] * np.stack([x, y], axis=2)
    right = np.zeros_like(flat)
    np.add.at(right, triangles[:, ends].ravel(), pull.reshape(-1, 2))
    np.add.at(right, triangles.ravel(), -pull.reshape(-1, 2))
    return right


def _scaled(start: Array, vertices: Array, triangles: Indices) -> Array:
    ratio = stretch(vertices, triangles, start)
    return start / np.median(ratio)
