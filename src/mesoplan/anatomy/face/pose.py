"""How a head is turned on a photograph: the canonical face fitted to the landmarks."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mesoplan.catalogue.canonical import CanonicalFace
from mesoplan.model.figure import Figure, proposal

Array = NDArray[np.float64]

FRONTAL_DEG = proposal(
    15.0,
    "deg",
    "the scale by the iris was 8 % short to 2 % long up to 15 degrees of turn, 18 to 19 % long"
    " at 35, on renderings of one head",
)
OBLIQUE_DEG = proposal(
    45.0,
    "deg",
    "landmarks were 2.2 mm off at 45 degrees on renderings of one face, 1.2 mm from the front",
)
NEUTRAL_PITCH_DEG = Figure(
    value=-7.0,
    low=-8.6,
    high=-6.0,
    unit="deg",
    sources=("mesoplan-computed",),
    trust="computed",
    note="read on a synthetic head that looks straight ahead, eight pictures; half of it is the"
    " difference of that head from the average face, half the detector's; taken off every pitch",
)


@dataclass(frozen=True)
class Pose:
    """Turn of the head against the camera, in degrees.

    ``yaw_deg`` is positive where the patient looks towards their own left, ``pitch_deg`` where
    they look up, ``roll_deg`` where the head is inclined towards their own left shoulder.
    """

    yaw_deg: float
    pitch_deg: float
    roll_deg: float

    @property
    def frontal(self) -> bool:
        """Whether yaw and pitch lie within the gate for a photograph from the front."""
        gate = FRONTAL_DEG.central
        return abs(self.yaw_deg) <= gate and abs(self.pitch_deg) <= gate


def similarity(source: Array, target: Array, weight: Array) -> tuple[float, Array, Array]:
    """Factor, rotation and shift that lay weighted points over others (Umeyama 1991).

    Parameters
    ----------
    source, target : ndarray, shape (n, d)
        Points and where they should come to lie.
    weight : ndarray, shape (n,)
        Weights, not all 0.

    Returns
    -------
    factor : float
    rotation : ndarray, shape (d, d)
        A turn, never a mirror image.
    shift : ndarray, shape (d,)
        target ≈ factor · rotation · source + shift.
    """
    share = weight / weight.sum()
    middle, aim = share @ source, share @ target
    a, b = source - middle, target - aim
    u, sizes, vt = np.linalg.svd((b * share[:, None]).T @ a)
    sign = np.ones(len(sizes))
    sign[-1] = np.sign(np.linalg.det(u @ vt))
    rotation = (u * sign) @ vt
    factor = float((sizes * sign).sum() / (share @ (a * a).sum(axis=1)))
    return factor, rotation, aim - factor * rotation @ middle


def pose_of(vertices_mm: Array, canonical: CanonicalFace) -> Pose:
    """The pose of a metric mesh in the frame of the camera.

    The pitch is counted from what a head that looks straight ahead reads (NEUTRAL_PITCH_DEG).

    Parameters
    ----------
    vertices_mm : ndarray, shape (468, 3)
        x to the patient's left as the camera sees a face from the front, y up, z to the camera.
    canonical : CanonicalFace
        The face that looks straight into the camera.
    """
    _, turn, _ = similarity(canonical.vertices_mm, vertices_mm, canonical.pose_weight)
    # turn = Ry(yaw) · Rx(-pitch) · Rz(-roll): the nose points along its third column.
    ahead = turn[:, 2]
    yaw = math.degrees(math.atan2(ahead[0], ahead[2]))
    pitch = math.degrees(math.asin(max(-1.0, min(1.0, ahead[1]))))
    roll = -math.degrees(math.atan2(turn[1, 0], turn[1, 1]))
    return Pose(yaw, pitch - NEUTRAL_PITCH_DEG.central, roll)
