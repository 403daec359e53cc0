"""Outlines carried over a mesh: from one of its maps to another, and where a value stays low."""

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.affinity import affine_transform

Array = NDArray[np.float64]
Indices = NDArray[np.int64]
Region: TypeAlias = "shapely.Polygon | shapely.MultiPolygon"

_SEAM = 1e-7
"""Pieces that share an edge are grown by this much, so that no seam stays between them."""


def carried(outline: Region, source: Array, triangles: Indices, target: Array) -> Region:
    """An outline in one map of a mesh, as it lies in another.

    Each triangle's share of the outline is carried by the affine map of that triangle.

    Parameters
    ----------
    outline : polygon
        In the coordinates of ``source``.
    source, target : ndarray, shape (n, 2)
        The mesh's vertices in both maps.
    triangles : ndarray, shape (m, 3)
        Triangles to carry over; where ``source`` folds, only those of one sheet.
    """
    pieces = shapely.polygons(source[triangles])
    valid = shapely.area(pieces) > 1e-14
    shapely.prepare(outline)
    whole = valid & shapely.covers(outline, pieces)
    touched = np.flatnonzero(valid & ~whole & shapely.intersects(outline, pieces))
    found = list(shapely.polygons(target[triangles[whole]]))
    for row in touched:
        shared = pieces[row].intersection(outline)
        if shared.area > 0.0:
            matrix = _affine(source[triangles[row]], target[triangles[row]])
            found += [affine_transform(part, matrix) for part in polygons_of(shared)]
    return joined(found)


def below(values: Array, level: float, triangles: Indices, target: Array) -> Region:
    """Where a value, linear on each triangle, is at most ``level``, in the map ``target``.

    Parameters
    ----------
    values : ndarray, shape (n,)
        At the vertices.
    level : float
        The border.
    triangles : ndarray, shape (m, 3)
        Triangles to look at.
    target : ndarray, shape (n, 2)
        Vertices in the plane.
    """
    at = values[triangles] - level
    inside = at <= 0.0
    found = list(shapely.polygons(target[triangles[inside.all(axis=1)]]))
    for row in np.flatnonzero(inside.any(axis=1) & ~inside.all(axis=1)):
        corners: list[Array] = []
        for i in range(3):
            j = (i + 1) % 3
            if inside[row, i]:
                corners.append(target[triangles[row, i]])
            if inside[row, i] != inside[row, j]:
                corners.append(
                    _crossing(triangles[row, i], triangles[row, j], values, level, target)
                )
        if len(corners) >= 3:
            found.append(shapely.Polygon(corners))
    # Neighbours share their edges to the last bit, so no seam has to be closed.
    return whole_polygons(shapely.union_all(found))


def _crossing(one: int, other: int, values: Array, level: float, target: Array) -> Array:
    """Where the border crosses an edge, the same from either side of it."""
    a, b = min(one, other), max(one, other)
    share = (values[a] - level) / (values[a] - values[b])
    return np.asarray(target[a] + share * (target[b] - target[a]))


def joined(parts: Iterable[shapely.Geometry]) -> Region:
    """The union of pieces without the seams between them."""
    grown = shapely.union_all(shapely.buffer(list(parts), _SEAM, join_style="mitre"))
    return whole_polygons(grown.buffer(-_SEAM, join_style="mitre"))


def polygons_of(shape: shapely.Geometry) -> list[shapely.Polygon]:
    """The polygons of any shape; lines and points are left out."""
    parts = shapely.get_parts(shape, return_index=False)
    found: list[shapely.Polygon] = []
    for part in parts:
        if isinstance(part, shapely.Polygon):
            found.append(part)
        elif isinstance(part, shapely.MultiPolygon | shapely.GeometryCollection):
            found += polygons_of(part)
    return found


def whole_polygons(shape: shapely.Geometry, least: float = 1e-9) -> Region:
    """A shape's polygons above a least area; one polygon where there is just one."""
    parts = [part for part in polygons_of(shape) if part.area > least]
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _affine(source: Array, target: Array) -> list[float]:
    """[a, b, d, e, x, y] of the map that takes three corners to three others."""
    at = np.column_stack([source, np.ones(3)])
    solved = np.linalg.solve(at, target)
    return [
        solved[0, 0], solved[1, 0], solved[0, 1], solved[1, 1], solved[2, 0], solved[2, 1],
    ]  # fmt: skip
