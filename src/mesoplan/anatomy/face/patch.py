"""A region of a face laid flat: the surface that placement and dose work on."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from shapely.affinity import translate

from mesoplan.anatomy.face.clip import Region, below, carried, whole_polygons
from mesoplan.anatomy.face.flatten import flatten, stretch
from mesoplan.anatomy.face.mesh import Anchors, Face, locate
from mesoplan.anatomy.face.zones import Field
from mesoplan.anatomy.layers import SkinLayers
from mesoplan.anatomy.mapping import MappedPatch, Seen
from mesoplan.core.errors import Fault, InputError

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

_AROUND_UV = 0.03
"""Skin laid flat around a region, in widths of the canonical map: about 4 mm."""
_SMALLEST_MM2 = 1.0
_LEAST_CUT_CM2 = 1e-4


@dataclass(frozen=True)
class Chart:
    """A piece of a face laid flat.

    Parameters
    ----------
    face : Face
        The whole face.
    vertices : ndarray, shape (k,)
        Its fine vertices.
    fine_triangles : ndarray, shape (m,)
        Its fine triangles in the face.
    triangles : ndarray, shape (m, 3)
        The same as corners among ``vertices``.
    flat_mm : ndarray, shape (k, 2)
        The vertices in the frame of the area.
    """

    face: Face
    vertices: Indices
    fine_triangles: Indices
    triangles: Indices
    flat_mm: Array

    @property
    def stretch(self) -> tuple[float, float]:
        """Length laid flat over length on the skin, 5th and 95th percentile of the edges."""
        ratio = stretch(self.face.skin_mm[self.vertices], self.triangles, self.flat_mm)
        low, high = np.percentile(ratio, [5.0, 95.0])
        return float(low), float(high)

    def anchors(self, x_mm: Array, y_mm: Array) -> Anchors:
        """The anchors of places of the area frame."""
        triangle, weights = locate(np.column_stack([x_mm, y_mm]), self.flat_mm, self.triangles)
        fine = self.fine_triangles[triangle]
        corners = self.face.fine.corner_weights[fine]
        return Anchors(
            fine // self.face.fine.per_triangle, np.einsum("ki,kij->kj", weights, corners)
        )

    def seen(self, x_mm: Array, y_mm: Array) -> Seen:
        """Where places of the area frame lie."""
        face, anchors = self.face, self.anchors(x_mm, y_mm)
        normal = face.at(anchors, face.normals)
        return Seen(
            photo_px=face.at(anchors, face.photo_px),
            facing_deg=face.facing_deg(anchors),
            position_mm=face.at(anchors, face.skin_mm),
            normal=normal / np.linalg.norm(normal, axis=1, keepdims=True),
            triangle=anchors.triangle,
            weights=anchors.weights,
        )

    def moved(self, x_mm: float, y_mm: float) -> "Chart":
        """The chart in a frame shifted by (x, y)."""
        flat = self.flat_mm + np.array([x_mm, y_mm])
        return Chart(self.face, self.vertices, self.fine_triangles, self.triangles, flat)


def chart_of(face: Face, region: Region) -> Chart:
    """The skin of a region, given in the canonical map, and a little around it, laid flat.

    It is turned so that up in the area frame is up on the photograph, as closely as it can be.
    """
    fine = face.fine.triangles
    middles = face.uv[fine].mean(axis=1)
    around = region.buffer(_AROUND_UV)
    shapely.prepare(around)
    chosen = np.flatnonzero(shapely.contains_xy(around, middles[:, 0], middles[:, 1]))
    chosen = _largest(fine[chosen], chosen)
    vertices, corners = np.unique(fine[chosen], return_inverse=True)
    triangles = corners.reshape(-1, 3)
    skin = face.skin_mm[vertices]
    flat = flatten(skin, triangles, face.uv[vertices] * [1.0, -1.0])
    return Chart(face, vertices, chosen, triangles, _upright(flat, skin))


def face_patch(
    face: Face,
    region: Region,
    layers: SkinLayers,
    key: str,
    *,
    forbidden: Sequence[Field] = (),
    erased_px: Sequence[shapely.Polygon] = (),
) -> MappedPatch:
    """The surface of a region without what must not or cannot be injected.

    Parameters
    ----------
    face : Face
        The patient's face.
    region : polygon
        In the canonical map.
    layers : SkinLayers
        Skin of the region's site.
    key : str
        What a fault names.
    forbidden : sequence of Field
        Cut out, with the distance that each keeps.
    erased_px : sequence of polygon
        Outlines on the photograph of what is no skin to treat; cut out.

    Raises
    ------
    InputError
        If nothing is left.
    """
    chart = chart_of(face, region)
    uv = face.uv[chart.vertices]
    photo = face.photo_px[chart.vertices]
    whole = carried(region, uv, chart.triangles, chart.flat_mm)
    kept, cut = whole, []
    for field in forbidden:
        name = field.zone.id
        gone = field_outline(field, chart)
        kept, lost = _without(kept, gone)
        cut += [(name, lost)] if lost > 0.0 else []
    if erased_px:
        ahead = chart.triangles[face.triangle_normals[chart.fine_triangles][:, 2] > 0.0]
        gone = carried(
            whole_polygons(shapely.union_all(list(erased_px))), photo, ahead, chart.flat_mm
        )
        kept, lost = _without(kept, gone)
        cut += [("erased", lost)] if lost > 0.0 else []
    kept = whole_polygons(kept, _SMALLEST_MM2)
    if kept.is_empty:
        wrong = "nothing is left of the region"
        right = "erase less, or choose another region"
        raise InputError([Fault(key, wrong, right)])
    left, bottom, _, _ = kept.bounds
    chart = chart.moved(-left, -bottom)
    return MappedPatch(translate(kept, -left, -bottom), layers, chart, _summed(cut))


def field_outline(field: Field, chart: Chart) -> Region:
    """A zone in the frame of a chart, as far as the chart reaches."""
    near = field.distance_mm[chart.vertices]
    return below(near, field.reach_mm, chart.triangles, chart.flat_mm)


def _without(kept: Region, gone: Region) -> tuple[Region, float]:
    """What is left, and the area taken away in cm²."""
    left = whole_polygons(kept.difference(gone))
    lost = (kept.area - left.area) / 100.0
    return left, lost if lost > _LEAST_CUT_CM2 else 0.0


def _summed(cut: Sequence[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    names = dict.fromkeys(name for name, _ in cut)
    return tuple((name, sum(lost for other, lost in cut if other == name)) for name in names)


def _largest(triangles: Indices, numbers: Indices) -> Indices:
    """Of the pieces that hang together by edges the largest."""
    half = np.sort(triangles[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
    _, edge = np.unique(half, axis=0, return_inverse=True)
    owner = np.repeat(np.arange(len(triangles)), 3)
    incidence = csr_array((np.ones(len(owner)), (owner, edge.ravel())))
    _, piece = connected_components(incidence @ incidence.T, directed=False)
    return np.asarray(numbers[piece == np.bincount(piece).argmax()])


def _upright(flat: Array, skin: Array) -> Array:
    """Turned to lie as on the photograph."""
    own, seen = flat - flat.mean(axis=0), skin[:, :2] - skin[:, :2].mean(axis=0)
    cross = (own[:, 0] * seen[:, 1] - own[:, 1] * seen[:, 0]).sum()
    turn = np.arctan2(cross, (own * seen).sum())
    cos, sin = np.cos(turn), np.sin(turn)
    return np.asarray(own @ np.array([[cos, sin], [-sin, cos]]))
