"""Triangles to pixels: which triangle each pixel shows, and where in it."""

import numba
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@numba.njit(cache=True)
def _fill(place, triangles, triangle, weights, depth):  # type: ignore[no-untyped-def]
    height, width = triangle.shape
    for t in range(triangles.shape[0]):
        ax, ay, az = place[triangles[t, 0]]
        bx, by, bz = place[triangles[t, 1]]
        cx, cy, cz = place[triangles[t, 2]]
        area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
        if area == 0.0:
            continue
        left = max(0, int(np.ceil(min(ax, bx, cx) - 0.5)))
        right = min(width - 1, int(np.floor(max(ax, bx, cx) - 0.5)))
        top = max(0, int(np.ceil(min(ay, by, cy) - 0.5)))
        bottom = min(height - 1, int(np.floor(max(ay, by, cy) - 0.5)))
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                x, y = column + 0.5, row + 0.5
                v = ((x - ax) * (cy - ay) - (y - ay) * (cx - ax)) / area
                w = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / area
                u = 1.0 - v - w
                if u < 0.0 or v < 0.0 or w < 0.0:
                    continue
                z = u * az + v * bz + w * cz
                if z > depth[row, column]:
                    depth[row, column] = z
                    triangle[row, column] = t
                    weights[row, column, 0] = u
                    weights[row, column, 1] = v
                    weights[row, column, 2] = w


def raster(
    place: Array, triangles: NDArray[np.int64], width_px: int, height_px: int
) -> tuple[NDArray[np.int64], Array, Array]:
    """The nearest triangle at the middle of each pixel.

    Parameters
    ----------
    place : ndarray, shape (n, 3)
        Vertices: x right and y down in pixels, z towards the eye.
    triangles : ndarray, shape (m, 3)
        Triangles, of either orientation.
    width_px, height_px : int
        Size of the picture.

    Returns
    -------
    triangle : ndarray, shape (height, width)
        Number of the triangle, -1 for none.
    weights : ndarray, shape (height, width, 3)
        Barycentric coordinates in it.
    depth : ndarray, shape (height, width)
        z there; -inf for none.
    """
    triangle = np.full((height_px, width_px), -1, dtype=np.int64)
    weights = np.zeros((height_px, width_px, 3))
    depth = np.full((height_px, width_px), -np.inf)
    _fill(np.ascontiguousarray(place, dtype=np.float64), triangles, triangle, weights, depth)
    return triangle, weights, depth
