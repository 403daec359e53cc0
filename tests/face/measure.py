"""Prints what the recorded landmarks say of scale and pose, beside the truth.

``cd tests && ../.venv/bin/python -m face.measure``
"""

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from face.head import IRIS_DIAMETER_MM
from face.recorded import Recorded, renders
from face.truth import cast, facing_deg
from mesoplan.catalogue.canonical import canonical_face

RIGHT_IRIS = (469, 471)
LEFT_IRIS = (474, 476)


@dataclass(frozen=True)
class Measured:
    """What landmarks alone say of a photograph.

    Parameters
    ----------
    mm_per_px_iris : float
        Scale by the mean horizontal diameter of the irises, taken as 11.7 mm.
    yaw_deg, pitch_deg, roll_deg : float
        Of the canonical face fitted to the landmarks, depth included.
    """

    mm_per_px_iris: float
    yaw_deg: float
    pitch_deg: float
    roll_deg: float


def measured(seen: Recorded) -> Measured:
    """Scale and pose from landmarks, written without mesoplan's own geometry."""
    points = seen.points_px
    wide_px = [np.linalg.norm(points[a, :2] - points[b, :2]) for a, b in (RIGHT_IRIS, LEFT_IRIS)]
    canonical = canonical_face()
    face = points[:468]
    if seen.mirrored:
        face = face[canonical.mirror] * np.array([-1.0, 1.0, 1.0])
    turn = _procrustes(
        canonical.vertices_mm, face * np.array([1.0, -1.0, -1.0]), canonical.pose_weight
    )
    yaw = np.degrees(np.arctan2(turn[0, 2], turn[2, 2]))
    pitch = np.degrees(np.arcsin(np.clip(turn[1, 2], -1.0, 1.0)))
    roll = np.degrees(np.arctan2(-turn[1, 0], turn[1, 1]))
    return Measured(
        IRIS_DIAMETER_MM / float(np.mean(wide_px)), float(yaw), float(pitch), float(roll)
    )


def _procrustes(
    source: NDArray[np.float64], target: NDArray[np.float64], weight: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The rotation that lays one set of weighted points over another (Kabsch)."""
    share = weight / weight.sum()
    a, b = source - share @ source, target - share @ target
    u, _, vt = np.linalg.svd((b * share[:, None]).T @ a)
    return np.asarray(u @ np.diag([1.0, 1.0, np.linalg.det(u @ vt)]) @ vt)


def skin_scale(seen: Recorded) -> float:
    """Mean scale of the true skin that the 468 landmarks show, in mm per pixel."""
    skin = cast(seen.camera, seen.points_px[:468])
    return float(seen.camera.mm_per_px_at(skin[~np.isnan(skin[:, 0])]).mean())


def wander_mm(seen: Recorded, other: Recorded) -> NDArray[np.float64]:
    """How far apart on the true skin two photographs put the same landmark, shape (468,).

    nan where either shows the landmark beside the skin, or more aslant than 60 degrees: near the
    outline a pixel may miss a cheek and show the ear.
    """
    skin = []
    for one in (seen, other):
        points = one.points_px[:468]
        places = cast(one.camera, points)
        angle = facing_deg(one.camera, points)
        places[np.nan_to_num(angle, nan=90.0) > 60.0] = np.nan
        skin.append(places[canonical_face().mirror] if one.mirrored else places)
    return np.asarray(np.linalg.norm(skin[0] - skin[1], axis=1))


def table() -> str:
    """One line for each photograph."""
    lines = [
        f"{'':16s} |        mm per pixel           | iris scale, % | yaw        | pitch      |"
        " roll       | wander mm   |",
        f"{'photograph':16s} |   iris  irises    face    skin | irises   face | true found |"
        " true found | true found | median  p95 | beside",
    ]
    frontal = renders()["frontal"]
    for name, seen in renders().items():
        found = measured(seen)
        iris = found.mm_per_px_iris
        irises, face = seen.camera.mm_per_px_irises, seen.mm_per_px_true
        wander = wander_mm(seen, frontal)
        there = ~np.isnan(wander)
        middle, most = np.percentile(wander[there], [50, 95])
        lines.append(
            f"{name:16s} | {iris:6.4f}  {irises:6.4f}  {face:6.4f}  {skin_scale(seen):6.4f}"
            f" | {100 * (iris / irises - 1):+6.1f} {100 * (iris / face - 1):+6.1f}"
            f" | {seen.yaw_deg:+4.0f} {found.yaw_deg:+5.1f}"
            f" | {seen.pitch_deg:+4.0f} {found.pitch_deg:+5.1f}"
            f" | {seen.roll_deg:+4.0f} {found.roll_deg:+5.1f}"
            f" | {middle:6.2f} {most:4.1f} | {(~there).sum():6d}"
        )
    lines.append("wander: of a landmark on the true skin against the frontal photograph")
    lines.append("beside: landmarks that show no skin within 60 degrees here or there")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(table())
