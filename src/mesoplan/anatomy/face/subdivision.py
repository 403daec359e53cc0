"""Loop subdivision of a fixed mesh as one sparse matrix."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from mesoplan.catalogue.canonical import CanonicalFace, canonical_face

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

LEVELS = 2
"""Edges of a face are then about 2 mm long, against a spacing of points of 5 mm and more."""


@dataclass(frozen=True)
class Subdivision:
    """A mesh refined ``levels`` times.

    Parameters
    ----------
    matrix : sparse array, shape (n, base vertices)
        Applied to any value at the base vertices it gives the value at the fine ones; rows sum
        to 1.
    triangles : ndarray, shape (m, 3)
        Triangle 4^levels·i and those that follow it lie in base triangle i.
    corner_weights : ndarray, shape (m, 3, 3)
        Barycentric coordinates, in its base triangle, of each corner of each fine triangle.
    levels : int
        How often each triangle was split in four.
    """

    matrix: "sp.csr_array"
    triangles: Indices
    corner_weights: Array
    levels: int

    @property
    def per_triangle(self) -> int:
        """Fine triangles per base triangle."""
        return int(4**self.levels)


def loop_subdivision(triangles: Indices, vertex_count: int, levels: int) -> Subdivision:
    """Loop's scheme (C. Loop 1987, weights of Warren), borders as cubic splines.

    Parameters
    ----------
    triangles : ndarray, shape (m, 3)
        A manifold mesh, oriented alike.
    vertex_count : int
        Number of vertices.
    levels : int
        How often to split.
    """
    matrix = sp.csr_array(sp.eye_array(vertex_count))
    corners = np.broadcast_to(np.eye(3), (len(triangles), 3, 3)).copy()
    fine = triangles
    for _ in range(levels):
        step, fine_next = _split(fine, matrix.shape[0])
        matrix = sp.csr_array(step @ matrix)
        corners = _split_corners(corners)
        fine = fine_next
    return Subdivision(matrix, fine, corners, levels)


@cache
def face_subdivision() -> Subdivision:
    """The subdivision of the canonical face."""
    face: CanonicalFace = canonical_face()
    return loop_subdivision(face.triangles, len(face.vertices_mm), LEVELS)


def _split(triangles: Indices, count: int) -> tuple["sp.csr_array", Indices]:
    """One step: the matrix from old to old and new vertices, and the triangles."""
    half = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    opposite = np.concatenate([triangles[:, 2], triangles[:, 0], triangles[:, 1]])
    edges, number = np.unique(np.sort(half, axis=1), axis=0, return_inverse=True)
    number = number.ravel()
    uses = np.bincount(number, minlength=len(edges))
    border = uses == 1
    rows, columns, weights = [], [], []

    def put(row: Indices, column: Indices, weight: Array | float) -> None:
        rows.append(row)
        columns.append(column)
        weights.append(np.broadcast_to(weight, row.shape))

    new = count + np.arange(len(edges))
    for end in (0, 1):
        put(new, edges[:, end], np.where(border, 0.5, 0.375))
    inner = ~border[number]
    put(new[number[inner]], opposite[inner], 0.125)
    on_border = np.zeros(count, dtype=bool)
    on_border[edges[border].ravel()] = True
    both = np.concatenate([edges, edges[:, ::-1]])
    valence = np.bincount(both[:, 0], minlength=count)
    share = np.where(valence == 3, 3.0 / 16.0, 3.0 / (8.0 * np.maximum(valence, 1)))
    free = ~on_border[both[:, 0]]
    put(both[free, 0], both[free, 1], share[both[free, 0]])
    rim = np.concatenate([edges[border], edges[border][:, ::-1]])
    put(rim[:, 0], rim[:, 1], 0.125)
    old = np.arange(count)
    put(old, old, np.where(on_border, 0.75, 1.0 - valence * share))
    matrix = sp.csr_array(
        (np.concatenate(weights), (np.concatenate(rows), np.concatenate(columns))),
        shape=(count + len(edges), count),
    )
    m = len(triangles)
    ab, bc, ca = (count + number[i * m : (i + 1) * m] for i in range(3))
    a, b, c = triangles.T
    children = np.stack(
        [
            np.stack([a, ab, ca], 1),
            np.stack([ab, b, bc], 1),
            np.stack([ca, bc, c], 1),
            np.stack([ab, bc, ca], 1),
        ],
        axis=1,
    )
    return matrix, children.reshape(-1, 3)


def _split_corners(corners: Array) -> Array:
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    ab, bc, ca = 0.5 * (a + b), 0.5 * (b + c), 0.5 * (c + a)
    children = np.stack(
        [
            np.stack([a, ab, ca], 1),
            np.stack([ab, b, bc], 1),
            np.stack([ca, bc, c], 1),
            np.stack([ab, bc, ca], 1),
        ],
        axis=1,
    )
    return children.reshape(-1, 3, 3)
