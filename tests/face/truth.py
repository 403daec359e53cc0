"""Cameras, and the way between pixels and the true skin."""

from collections.abc import Generator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from face.head import Indices, head

Array = NDArray[np.float64]

FACE_PLANE_MM = (0.0, -32.0, 14.0)
"""A fixed place of the head: the mean of the skin under the 468 landmarks seen from the front.

The face plane goes through it, across the optical axis. The drawn irises lie as far forward."""


@dataclass(frozen=True)
class View:
    """How a photograph is taken.

    Parameters
    ----------
    yaw_deg, pitch_deg, roll_deg : float
        Turns of the head: towards the patient's left, upwards, towards their left shoulder.
    distance_mm : float
        From the camera to the middle of the eyes, along the optical axis.
    field_mm : float
        Height of what the picture shows there; it takes the place of a focal length.
    width_px, height_px : int
        Size of the picture.
    centre_mm : tuple
        What of the head is in the middle of the picture: x and y from the middle of the eyes, in
        the axes of the camera.
    light : tuple
        Where the light comes from, in the axes of the camera.
    mirrored : bool
        Whether the picture is a mirror image, as of a front camera.
    """

    yaw_deg: float = 0.0
    pitch_deg: float = 0.0
    roll_deg: float = 0.0
    distance_mm: float = 1500.0
    field_mm: float = 360.0
    width_px: int = 768
    height_px: int = 1024
    centre_mm: tuple[float, float] = (0.0, -25.0)
    light: tuple[float, float, float] = (0.3, 0.5, 1.0)
    mirrored: bool = False

    @cached_property
    def camera(self) -> "Camera":
        """The camera of this view."""
        yaw, pitch, roll = np.radians([self.yaw_deg, self.pitch_deg, self.roll_deg])
        x, y = self.centre_mm
        return Camera(
            rotation=_turn_y(yaw) @ _turn_x(-pitch) @ _turn_z(-roll),
            shift_mm=np.array([-x, -y, -self.distance_mm]),
            focal_px=self.height_px * self.distance_mm / self.field_mm,
            width_px=self.width_px,
            height_px=self.height_px,
            mirrored=self.mirrored,
        )


@dataclass(frozen=True)
class Camera:
    """A pinhole whose axis goes through the middle of the picture.

    Parameters
    ----------
    rotation : ndarray, shape (3, 3)
        From the head to the camera.
    shift_mm : ndarray, shape (3,)
        Where the head's origin lies before the camera.
    focal_px : float
        Focal length; pixels are square.
    width_px, height_px : int
        Size of the picture.
    mirrored : bool
        Whether the picture is mirrored left to right.
    """

    rotation: Array
    shift_mm: Array
    focal_px: float
    width_px: int
    height_px: int
    mirrored: bool = False

    @property
    def model_view(self) -> Array:
        """Head to camera, shape (4, 4), for column vectors."""
        matrix = np.eye(4)
        matrix[:3, :3] = self.rotation
        matrix[:3, 3] = self.shift_mm
        return matrix

    @property
    def projection(self) -> Array:
        """Camera to clip coordinates of WebGL, shape (4, 4), for column vectors."""
        near, far = 100.0, 10_000.0
        sense = -1.0 if self.mirrored else 1.0
        matrix = np.zeros((4, 4))
        matrix[0, 0] = sense * 2.0 * self.focal_px / self.width_px
        matrix[1, 1] = 2.0 * self.focal_px / self.height_px
        matrix[2, 2] = -(far + near) / (far - near)
        matrix[2, 3] = -2.0 * far * near / (far - near)
        matrix[3, 2] = -1.0
        return matrix

    def to_camera(self, xyz_mm: ArrayLike) -> Array:
        """Places of the head in the frame of the camera, shape (n, 3)."""
        return np.atleast_2d(np.asarray(xyz_mm, dtype=float)) @ self.rotation.T + self.shift_mm

    def mm_per_px_at(self, xyz_mm: ArrayLike) -> Array:
        """Scale in the planes across the optical axis through places of the head, shape (n,)."""
        return -self.to_camera(xyz_mm)[:, 2] / self.focal_px

    @property
    def mm_per_px_face(self) -> float:
        """Scale in the face plane, see ``FACE_PLANE_MM``."""
        return float(self.mm_per_px_at(FACE_PLANE_MM)[0])

    @property
    def mm_per_px_irises(self) -> float:
        """Scale at the drawn irises, mean of both."""
        return float(self.mm_per_px_at(np.concatenate(head().iris_ring_mm)).mean())


def _turn_x(angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[1.0, 0.0, 0.0], [0.0, c, -s], [0.0, s, c]])


def _turn_y(angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])


def _turn_z(angle: float) -> Array:
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def project(camera: Camera, xyz_mm: ArrayLike) -> Array:
    """Where places of the head come to lie on the picture, hidden or not.

    Parameters
    ----------
    camera : Camera
        Of the photograph.
    xyz_mm : array_like, shape (n, 3)
        Places in the frame of the head; nan stays nan.

    Returns
    -------
    ndarray, shape (n, 2)
        Pixels.
    """
    place = camera.to_camera(xyz_mm)
    plane = camera.focal_px * place[:, :2] / -place[:, 2:]
    sense = -1.0 if camera.mirrored else 1.0
    middle = np.array([camera.width_px / 2.0, camera.height_px / 2.0])
    return np.asarray(middle + plane * np.array([sense, -1.0]))


def cast(camera: Camera, xy_px: ArrayLike) -> Array:
    """The true skin that pixels show.

    Parameters
    ----------
    camera : Camera
        Of the photograph.
    xy_px : array_like, shape (n, 2 or more)
        Pixels; further columns are left aside.

    Returns
    -------
    ndarray, shape (n, 3)
        Places in the frame of the head; nan where a pixel shows the background or an eyeball.
    """
    return _skin_hit(camera, xy_px)[0]


def facing_deg(camera: Camera, xy_px: ArrayLike) -> Array:
    """Angle between the normal of the true skin that pixels show and the way to the camera.

    Shape (n,); nan where ``cast`` gives nan.
    """
    skin, triangle = _skin_hit(camera, xy_px)
    there = triangle >= 0
    corners = camera.to_camera(head().vertices_mm)[head().skin[triangle[there]]]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    way = -camera.to_camera(skin[there])
    cosine = (normal * way).sum(axis=1)
    cosine /= np.linalg.norm(normal, axis=1) * np.linalg.norm(way, axis=1)
    angle = np.full(len(skin), np.nan)
    angle[there] = np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0)))
    return angle


def cast_eyes(camera: Camera, xy_px: ArrayLike) -> Array:
    """The eyeball that pixels show, as in ``cast``; nan where they show none."""
    mesh = head()
    away, _, _ = _first_hit(camera, xy_px, mesh.skin)
    before, ball, _ = _first_hit(camera, xy_px, np.concatenate(mesh.eyes))
    ball[~(before < away)] = np.nan
    return ball


def visible(camera: Camera, xyz_mm: ArrayLike, within_mm: float = 0.05) -> NDArray[np.bool_]:
    """Whether places of the skin are seen, shape (n,): nothing of the head lies before them."""
    places = np.atleast_2d(np.asarray(xyz_mm, dtype=float))
    seen = cast(camera, project(camera, places))
    off = np.linalg.norm(np.nan_to_num(seen - places, nan=np.inf), axis=1)
    return np.asarray(off <= within_mm)


def truth_spacing(xyz_mm: ArrayLike) -> Array:
    """Distance of each place to its nearest neighbour in mm, shape (n,), in a straight line.

    Within one region of the face it is as good as the way along the skin at 5 mm, and 0.3 %
    shorter in the mean at 10 mm. Places that are nan have nan and are nobody's neighbour.
    """
    places = np.atleast_2d(np.asarray(xyz_mm, dtype=float))
    there = ~np.isnan(places).any(axis=1)
    apart = np.linalg.norm(places[there, None] - places[None, there], axis=2)
    np.fill_diagonal(apart, np.inf)
    spacing = np.full(len(places), np.nan)
    if len(apart) > 1:
        spacing[there] = apart.min(axis=1)
    return spacing


def _skin_hit(camera: Camera, xy_px: ArrayLike) -> tuple[Array, Indices]:
    """The skin before which no eyeball lies, and its triangle; nan and -1 where there is none."""
    mesh = head()
    away, skin, triangle = _first_hit(camera, xy_px, mesh.skin)
    before, _, _ = _first_hit(camera, xy_px, np.concatenate(mesh.eyes))
    other = ~(away < before)
    skin[other] = np.nan
    triangle[other] = -1
    return skin, triangle


def _first_hit(
    camera: Camera, xy_px: ArrayLike, triangles: Indices
) -> tuple[Array, Array, Indices]:
    """Depth before the camera of the first triangle on each ray, the place, and which it is.

    The test of Möller and Trumbore (1997), with all rays from the origin; infinite, nan and -1
    where a ray misses or a pixel is nan.
    """
    pixels = np.atleast_2d(np.asarray(xy_px, dtype=float))[:, :2]
    sense = -1.0 if camera.mirrored else 1.0
    across = sense * (pixels[:, 0] - camera.width_px / 2.0) / camera.focal_px
    up = -(pixels[:, 1] - camera.height_px / 2.0) / camera.focal_px
    rays = np.stack([across, up, -np.ones(len(pixels))], axis=1)
    corners = camera.to_camera(head().vertices_mm)[triangles]
    a = corners[:, 0]
    ab, ac = corners[:, 1] - a, corners[:, 2] - a
    # From the origin every scalar triple product is linear in the ray: matrix products.
    normal = np.cross(ab, ac)
    volume = np.einsum("ij,ij->i", a, normal)
    beside_b, beside_c = np.cross(ac, a), np.cross(a, ab)
    drawn = project(camera, head().vertices_mm)[triangles]
    low, high = drawn.min(axis=1), drawn.max(axis=1)
    depth = np.full(len(rays), np.inf)
    first = np.full(len(rays), -1)
    for group in _neighbours(pixels, np.flatnonzero(~np.isnan(pixels).any(axis=1))):
        near, far = pixels[group].min(axis=0) - 1e-6, pixels[group].max(axis=0) + 1e-6
        chosen = np.flatnonzero(((low <= far) & (high >= near)).all(axis=1))
        if not len(chosen):
            continue
        part = rays[group]
        down = part @ normal[chosen].T
        solid = np.abs(down) > 1e-9
        down = np.where(solid, down, 1.0)
        v, w = (part @ beside_b[chosen].T) / down, (part @ beside_c[chosen].T) / down
        # 1e-9: a ray along an edge belongs to both triangles rather than to none.
        hit = solid & (np.minimum(np.minimum(v, w), 1.0 - v - w) >= -1e-9)
        away = np.where(hit, volume[chosen] / down, np.inf)
        depth[group] = away.min(axis=1)
        first[group] = np.where(hit.any(axis=1), chosen[away.argmin(axis=1)], -1)
    found = np.isfinite(depth)
    places = np.full((len(rays), 3), np.nan)
    along = rays[found] * depth[found, None]
    places[found] = (along - camera.shift_mm) @ camera.rotation
    return depth, places, first


def _neighbours(pixels: Array, rows: Indices, most: int = 32) -> Generator[Indices]:
    """The rows in groups of neighbouring pixels, halved along their longer side."""
    if len(rows) <= most:
        if len(rows):
            yield rows
        return
    axis = int(np.ptp(pixels[rows], axis=0).argmax())
    ordered = rows[np.argsort(pixels[rows, axis], kind="stable")]
    half = len(rows) // 2
    yield from _neighbours(pixels, ordered[:half], most)
    yield from _neighbours(pixels, ordered[half:], most)
