"""Photographs of the head with their landmarks as recorded, for tests without a browser.

``cd tests && ../.venv/bin/python -m face.recorded`` draws all views, finds the landmarks and
writes ``recorded.npz`` anew.
"""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from face.truth import Camera, View

Array = NDArray[np.float64]

FILE = Path(__file__).with_name("recorded.npz")

VIEWS: dict[str, View] = {
    "frontal": View(),
    "frontal-again": View(
        yaw_deg=-3.0,
        pitch_deg=4.0,
        roll_deg=5.0,
        distance_mm=1200.0,
        field_mm=330.0,
        width_px=900,
        height_px=1200,
        centre_mm=(12.0, -30.0),
        light=(-0.5, 0.3, 1.0),
    ),
    "near": View(distance_mm=500.0, field_mm=340.0),
    "far-landscape": View(
        distance_mm=3000.0, field_mm=400.0, width_px=1200, height_px=800, centre_mm=(-60.0, -20.0)
    ),
    "small": View(distance_mm=2000.0, field_mm=700.0, width_px=480, height_px=640),
    "yaw-left-12": View(yaw_deg=12.0),
    "yaw-right-20": View(yaw_deg=-20.0),
    "yaw-left-35": View(yaw_deg=35.0),
    "yaw-right-35": View(yaw_deg=-35.0),
    "pitch-up-10": View(pitch_deg=10.0),
    "pitch-down-10": View(pitch_deg=-10.0),
    "roll-left-15": View(roll_deg=15.0),
    "mirrored": View(yaw_deg=12.0, mirrored=True),
}
"""Name of each photograph and how it is taken."""


@dataclass(frozen=True)
class Recorded:
    """A photograph of the head and the landmarks that were found on it.

    Parameters
    ----------
    view : View
        How it was taken: yaw, pitch, roll, distance, size.
    points_px : ndarray, shape (478, 3)
        Landmarks in the detector's order; z negative towards the camera.
    """

    view: View
    points_px: Array

    @property
    def camera(self) -> Camera:
        """For ``cast`` and ``project``."""
        return self.view.camera

    @property
    def width_px(self) -> int:
        """Width of the picture."""
        return self.view.width_px

    @property
    def height_px(self) -> int:
        """Height of the picture."""
        return self.view.height_px

    @property
    def yaw_deg(self) -> float:
        """True turn towards the patient's left."""
        return self.view.yaw_deg

    @property
    def pitch_deg(self) -> float:
        """True turn upwards."""
        return self.view.pitch_deg

    @property
    def roll_deg(self) -> float:
        """True inclination towards the patient's left shoulder."""
        return self.view.roll_deg

    @property
    def mirrored(self) -> bool:
        """Whether the patient's right lies at high x."""
        return self.view.mirrored

    @property
    def mm_per_px_true(self) -> float:
        """Scale in the face plane."""
        return self.camera.mm_per_px_face


@cache
def renders() -> dict[str, Recorded]:
    """All photographs with their recorded landmarks, by name."""
    with np.load(FILE) as stored:
        return {name: Recorded(view, stored[name].astype(float)) for name, view in VIEWS.items()}


def record() -> None:
    """Draw, detect and write all."""
    from face.detect import detect
    from face.render import render

    photographs = render(*VIEWS.values())
    found = {
        name: detect(photograph.png).astype(np.float32)
        for name, photograph in zip(VIEWS, photographs, strict=True)
    }
    np.savez_compressed(FILE, **found)


if __name__ == "__main__":
    record()
