"""Where on a face something may lie, or nothing may be injected: distances from every place."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from mesoplan.anatomy.face.clip import Region, whole_polygons
from mesoplan.anatomy.face.mesh import Anchors, Face, path_anchors, ring_anchors
from mesoplan.model.face import DangerZone, FaceRegion, ForbiddenZone, Offset, Spot

Array = NDArray[np.float64]
FaceSide = Literal["right", "left"]
SIDES: tuple[FaceSide, FaceSide] = ("right", "left")


@dataclass(frozen=True)
class Field:
    """One zone on one face: the distance of the skin from it.

    Parameters
    ----------
    zone : DangerZone or ForbiddenZone
        What it is.
    side : str or None
        ``None`` for a zone across the midline.
    distance_mm : ndarray, shape (n,)
        At every fine vertex: from the middle of a circle, the line of a corridor, or the border
        of a forbidden zone (negative inside).
    reach_mm : float
        The zone is where the distance is at most this.
    middle_mm : ndarray, shape (k, 3)
        Its middle or its line.
    """

    zone: DangerZone | ForbiddenZone
    side: FaceSide | None
    distance_mm: Array
    reach_mm: float
    middle_mm: Array

    def at(self, face: Face, anchors: Anchors) -> Array:
        """Distance of each place from the zone's middle, line or border."""
        return face.at(anchors, self.distance_mm)


def ring_polygon(
    rings: Sequence[Sequence[int]],
    holes: Sequence[Sequence[int]],
    face: Face,
    side: FaceSide | None,
) -> Region:
    """Rings of the right side as a polygon of the canonical map; the left is mirrored."""
    mirror = face.canonical.mirror

    def polygon(ring: Sequence[int]) -> shapely.Polygon:
        chosen = mirror[list(ring)] if side == "left" else list(ring)
        return shapely.Polygon(face.canonical.uv[chosen])

    whole = shapely.union_all([polygon(ring) for ring in rings])
    return whole_polygons(whole.difference(shapely.union_all([polygon(hole) for hole in holes])))


def region_polygon(region: FaceRegion, face: Face, side: str | None) -> Region:
    """A region in the canonical map; one across the midline is halved for a single side."""
    if region.sided:
        return ring_polygon(region.rings, region.holes, face, "left" if side == "left" else "right")
    whole = ring_polygon(region.rings, region.holes, face, None)
    if side not in SIDES:
        return whole
    # The canonical map is its own mirror image about u = 0.5, the patient's right below it.
    low, high = (0.0, 0.5) if side == "right" else (0.5, 1.0)
    return whole_polygons(whole.intersection(shapely.box(low, -1.0, high, 2.0)))


def forbidden_fields(zones: Iterable[ForbiddenZone], face: Face) -> tuple[Field, ...]:
    """All forbidden zones on a face, both sides."""
    found = []
    for zone in zones:
        sides: tuple[FaceSide | None, ...] = SIDES if zone.sided else (None,)
        found += [_forbidden(zone, face, side) for side in sides]
    return tuple(found)


def danger_fields(zones: Iterable[DangerZone], face: Face) -> tuple[Field, ...]:
    """All structures that may lie under the skin of a face, both sides."""
    found = []
    for zone in zones:
        sides: tuple[FaceSide | None, ...] = SIDES if zone.sided else (None,)
        found += [_danger(zone, face, side) for side in sides]
    return tuple(found)


def _forbidden(zone: ForbiddenZone, face: Face, side: FaceSide | None) -> Field:
    mirror = face.canonical.mirror
    border = []
    for ring in zone.rings:
        chosen = mirror[list(ring)].tolist() if side == "left" else ring
        border.append(face.at(ring_anchors(chosen, face.canonical), face.skin_mm))
    line = np.concatenate(border)
    distance, _ = cKDTree(line).query(face.skin_mm)
    polygon = ring_polygon(zone.rings, (), face, side)
    inside = shapely.intersects_xy(polygon, face.uv[:, 0], face.uv[:, 1])
    keep = 0.0 if zone.keep_mm is None else zone.keep_mm.central
    return Field(zone, side, np.where(inside, -distance, distance), keep, line)


def _danger(zone: DangerZone, face: Face, side: FaceSide | None) -> Field:
    if zone.spot is not None:
        middle = spot_mm(zone.spot, face, side or "right")[None]
        distance = np.linalg.norm(face.skin_mm - middle, axis=1)
        return Field(zone, side, distance, zone.radius_mm or 0.0, middle)
    path = face.canonical.mirror[list(zone.path)].tolist() if side == "left" else zone.path
    line = face.at(path_anchors(path, face.canonical), face.skin_mm)
    distance, _ = cKDTree(line).query(face.skin_mm)
    return Field(zone, side, np.asarray(distance), zone.half_width_mm or 0.0, line)


def spot_mm(spot: Spot, face: Face, side: FaceSide) -> Array:
    """The middle of a circle on the skin, in the frame of the camera.

    Lateral and upward rules are averaged each for itself; the place so found is brought to the
    skin along the head's forward axis.
    """
    axes, origin = face.head_axes, face.midline_mm
    sign = 1.0 if side == "left" else -1.0

    def of(rule: Offset, axis: int) -> float:
        if rule.origin == "midline":
            return rule.mm
        landmark = face.canonical.mirror[rule.origin] if side == "left" else rule.origin
        along = float((face.base_mm[landmark] - origin) @ axes[axis])
        return (sign * along if axis == 0 else along) + rule.mm

    lateral = sign * float(np.mean([of(rule, 0) for rule in spot.lateral]))
    up = float(np.mean([of(rule, 1) for rule in spot.up]))
    return on_skin(face, lateral, up)


def on_skin(face: Face, lateral_mm: float, up_mm: float) -> Array:
    """The foremost place of the skin at a place of the head's frontal plane.

    Beside the face it is the nearest vertex.
    """
    axes = face.head_axes
    local = (face.skin_mm - face.midline_mm) @ axes.T
    triangles = face.fine.triangles
    a, b, c = (local[triangles[:, i]] for i in range(3))
    ab, ac = b[:, :2] - a[:, :2], c[:, :2] - a[:, :2]
    area = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]
    ap = np.array([lateral_mm, up_mm]) - a[:, :2]
    with np.errstate(divide="ignore", invalid="ignore"):
        v = (ap[:, 0] * ac[:, 1] - ap[:, 1] * ac[:, 0]) / area
        w = (ab[:, 0] * ap[:, 1] - ab[:, 1] * ap[:, 0]) / area
    inside = (v >= -1e-9) & (w >= -1e-9) & (v + w <= 1.0 + 1e-9)
    if not inside.any():
        near = np.hypot(local[:, 0] - lateral_mm, local[:, 1] - up_mm).argmin()
        return np.asarray(face.skin_mm[near])
    rows = np.flatnonzero(inside)
    place = a[rows] + v[rows, None] * (b[rows] - a[rows]) + w[rows, None] * (c[rows] - a[rows])
    front = place[place[:, 2].argmax()]
    return np.asarray(face.midline_mm + front @ axes)
