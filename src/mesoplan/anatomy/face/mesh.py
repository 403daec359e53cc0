"""A face in millimetres: the fine mesh of one photograph, and places on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from mesoplan.anatomy.face.pose import Pose, pose_of
from mesoplan.anatomy.face.subdivision import Subdivision, face_subdivision
from mesoplan.catalogue.canonical import CanonicalFace, canonical_face
from mesoplan.model.landmarks import Landmarks

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True)
class Anchors:
    """Places on the canonical face, the same on every photograph of every face.

    Parameters
    ----------
    triangle : ndarray, shape (k,)
        Triangles of the canonical face.
    weights : ndarray, shape (k, 3)
        Barycentric coordinates there; they sum to 1.
    """

    triangle: Indices
    weights: Array


@dataclass(frozen=True)
class Face:
    """The skin of a face as one photograph shows it.

    The frame is that of the camera: x to the patient's left, y up, z to the camera, in mm; a
    mirrored photograph is turned back. Perspective is neglected: the camera is taken to be far
    away. Depth is that of the detector, an average face bent to the landmarks; a swelling or a
    hollow of the patient's own is not in it.

    Parameters
    ----------
    base_mm : ndarray, shape (468, 3)
        The landmarks.
    base_px : ndarray, shape (468, 2)
        The same on the upright picture.
    mm_per_px : float
        Scale.
    """

    base_mm: Array
    base_px: Array
    mm_per_px: float

    @classmethod
    def of(cls, landmarks: Landmarks) -> "Face":
        """The face of a landmarks file.

        The detector takes every picture for unmirrored. Where the patient's right lies at the
        right of the picture, each point is the one of the other side, and x is turned round.
        """
        points = np.asarray(landmarks.points, dtype=float)[:468]
        scale = landmarks.calibration.mm_per_px
        sense = 1.0
        if landmarks.patient_right == "image-right":
            points = points[canonical_face().mirror]
            sense = -1.0
        place = points - points.mean(axis=0)
        base_mm = scale * place * np.array([sense, -1.0, -1.0])
        return cls(base_mm, points[:, :2], scale)

    @property
    def canonical(self) -> CanonicalFace:
        """The mesh that all faces share."""
        return canonical_face()

    @property
    def fine(self) -> Subdivision:
        """Its subdivision."""
        return face_subdivision()

    @cached_property
    def skin_mm(self) -> Array:
        """Fine vertices, shape (n, 3)."""
        return np.asarray(self.fine.matrix @ self.base_mm)

    @cached_property
    def photo_px(self) -> Array:
        """Fine vertices on the picture, shape (n, 2)."""
        return np.asarray(self.fine.matrix @ self.base_px)

    @cached_property
    def uv(self) -> Array:
        """Fine vertices in the plane of the canonical map, shape (n, 2): exactly linear."""
        uv = np.empty((self.fine.matrix.shape[0], 2))
        base = self.canonical.uv[self.canonical.triangles]
        corners = np.repeat(base, self.fine.per_triangle, axis=0)
        uv[self.fine.triangles] = self.fine.corner_weights @ corners
        return uv

    @cached_property
    def triangle_normals(self) -> Array:
        """Unit normals of the fine triangles, out of the skin, shape (m, 3)."""
        a, b, c = (self.skin_mm[self.fine.triangles[:, i]] for i in range(3))
        normal = np.cross(b - a, c - a)
        return np.asarray(normal / np.linalg.norm(normal, axis=1, keepdims=True))

    @cached_property
    def normals(self) -> Array:
        """Unit normals of the fine vertices, shape (n, 3), weighted by area."""
        a, b, c = (self.skin_mm[self.fine.triangles[:, i]] for i in range(3))
        heavy = np.cross(b - a, c - a)
        total = np.zeros_like(self.skin_mm)
        for i in range(3):
            np.add.at(total, self.fine.triangles[:, i], heavy)
        return np.asarray(total / np.linalg.norm(total, axis=1, keepdims=True))

    @cached_property
    def pose(self) -> Pose:
        """How the head is turned against the camera."""
        return pose_of(self.base_mm, self.canonical)

    @cached_property
    def head_axes(self) -> Array:
        """Rows: towards the patient's left, up, forward; of the head, not of the camera.

        Left is along all pairs of mirrored landmarks, up from 152 (chin) to 10 (forehead).
        """
        mirror = self.canonical.mirror
        pairs = np.flatnonzero(self.canonical.vertices_mm[:, 0] > 1e-6)
        left = (self.base_mm[pairs] - self.base_mm[mirror[pairs]]).sum(axis=0)
        left /= np.linalg.norm(left)
        up = self.base_mm[10] - self.base_mm[152]
        up -= (up @ left) * left
        up /= np.linalg.norm(up)
        return np.stack([left, up, np.cross(left, up)])

    @cached_property
    def midline_mm(self) -> Array:
        """The mean of the landmarks on the midline."""
        on = np.flatnonzero(self.canonical.mirror == np.arange(len(self.canonical.mirror)))
        return np.asarray(self.base_mm[on].mean(axis=0))

    def fine_place(self, anchors: Anchors) -> tuple[Indices, Array]:
        """Fine triangle and barycentric coordinates in it of each anchor."""
        triangle, weights = anchors.triangle, anchors.weights
        for _ in range(self.fine.levels):
            # Children: 0 to 2 at the corners, 3 in the middle (loop_subdivision).
            corner = np.where((weights > 0.5).any(axis=1), weights.argmax(axis=1), 3)
            at_corner = 2.0 * weights
            rows = np.flatnonzero(corner < 3)
            at_corner[rows, corner[rows]] -= 1.0
            # Middle child: corners ab, bc, ca.
            a, b, c = weights.T
            middle = np.stack([1.0 - 2.0 * c, 1.0 - 2.0 * a, 1.0 - 2.0 * b], axis=1)
            weights = np.where((corner == 3)[:, None], middle, at_corner)
            triangle = 4 * triangle + corner
        return triangle, weights

    def at(self, anchors: Anchors, values: Array) -> Array:
        """Values of fine vertices, of shape (n, …), at anchors."""
        triangle, weights = self.fine_place(anchors)
        return np.asarray(
            np.einsum("ki,ki...->k...", weights, values[self.fine.triangles[triangle]])
        )

    def facing_deg(self, anchors: Anchors) -> Array:
        """Angle between the skin's normal and the way to the camera, in degrees."""
        normal = self.at(anchors, self.normals)
        cosine = normal[:, 2] / np.linalg.norm(normal, axis=1)
        return np.asarray(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))


def ring_anchors(ring: Sequence[int], face: CanonicalFace, step: float = 0.004) -> Anchors:
    """Anchors along the sides of a closed ring of landmarks, straight in the canonical map.

    Parameters
    ----------
    ring : sequence of int
        Landmarks in order; the last is joined to the first.
    face : CanonicalFace
        The mesh.
    step : float
        Greatest distance of two anchors in the map, whose width is 1.
    """
    return _ring_anchors(tuple(ring), face, step)


@lru_cache(maxsize=256)
def _ring_anchors(ring: tuple[int, ...], face: CanonicalFace, step: float) -> Anchors:
    # Kept: rings are data of the catalogue, the same on every face.
    corners = face.uv[list(ring)]
    return locate_uv(_along(corners, np.roll(corners, -1, axis=0), step), face)


def path_anchors(path: Sequence[int], face: CanonicalFace, step: float = 0.004) -> Anchors:
    """Anchors along an open path of landmarks."""
    return _path_anchors(tuple(path), face, step)


@lru_cache(maxsize=256)
def _path_anchors(path: tuple[int, ...], face: CanonicalFace, step: float) -> Anchors:
    corners = face.uv[list(path)]
    found = _along(corners[:-1], corners[1:], step)
    return locate_uv(np.concatenate([found, corners[-1:]]), face)


def _along(start: Array, end: Array, step: float) -> Array:
    parts = []
    for a, b in zip(start, end, strict=True):
        count = max(1, int(np.ceil(np.linalg.norm(b - a) / step)))
        share = np.arange(count)[:, None] / count
        parts.append(a + share * (b - a))
    return np.concatenate(parts)


def locate_uv(places: Array, face: CanonicalFace) -> Anchors:
    """The anchors of places in the canonical map; outside it the nearest triangle is extended."""
    triangle, weights = locate(places, face.uv, face.triangles)
    return Anchors(triangle, weights)


def locate(places: Array, vertices: Array, triangles: Indices) -> tuple[Indices, Array]:
    """Triangle and barycentric coordinates of places in a plane mesh.

    A place outside every triangle gets the one it is least far outside of, with a negative
    coordinate.

    Parameters
    ----------
    places : ndarray, shape (k, 2)
        Places.
    vertices : ndarray, shape (n, 2)
        Vertices of the mesh.
    triangles : ndarray, shape (m, 3)
        Its triangles.
    """
    a, b, c = (vertices[triangles[:, i]] for i in range(3))
    ab, ac = b - a, c - a
    area = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]
    found = np.empty(len(places), dtype=np.int64)
    weights = np.empty((len(places), 3))
    for start in range(0, len(places), 2048):
        part = slice(start, start + 2048)
        ap = places[part, None] - a
        second = (ap[..., 0] * ac[:, 1] - ap[..., 1] * ac[:, 0]) / area
        third = (ab[:, 0] * ap[..., 1] - ab[:, 1] * ap[..., 0]) / area
        least = np.minimum(np.minimum(second, third), 1.0 - second - third)
        best = least.argmax(axis=1)
        rows = np.arange(len(best))
        u, v = second[rows, best], third[rows, best]
        found[part] = best
        weights[part] = np.stack([1.0 - u - v, u, v], axis=1)
    return found, weights
