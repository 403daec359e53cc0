"""The canonical face: 468 points, 898 triangles, their map in the plane, left and right paired."""

import json
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from mesoplan.catalogue.read import data_folder

Array = NDArray[np.float64]
Indices = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class CanonicalFace:
    """The mesh on which regions, zones and points are stored.

    Parameters
    ----------
    vertices_mm : ndarray, shape (468, 3)
        x to the patient's left, y up, z forward.
    uv : ndarray, shape (468, 2)
        Its map in the plane, without a fold; v down.
    triangles : ndarray, shape (898, 3)
        One disk, eyes and mouth closed; its border is the oval of the face.
    mirror : ndarray, shape (468,)
        The point on the other side of each; an involution.
    pose_weight : ndarray, shape (468,)
        Weight of each point when a pose is fitted; most are 0.
    """

    vertices_mm: Array
    uv: Array
    triangles: Indices
    mirror: Indices
    pose_weight: Array


@cache
def canonical_face() -> CanonicalFace:
    """The canonical face of @mediapipe/face_mesh 0.4.1633559619 (Apache-2.0), see NOTICE."""
    text = (data_folder() / "face" / "canonical.json").read_text(encoding="utf-8")
    document = json.loads(text)
    weight = np.zeros(len(document["vertices_cm"]))
    for landmark, value in document["pose_weights"]:
        weight[landmark] = value
    return CanonicalFace(
        vertices_mm=10.0 * np.asarray(document["vertices_cm"], dtype=float),
        uv=np.asarray(document["uv"], dtype=float),
        triangles=np.asarray(document["triangles"], dtype=np.int64),
        mirror=np.asarray(document["mirror"], dtype=np.int64),
        pose_weight=weight,
    )
