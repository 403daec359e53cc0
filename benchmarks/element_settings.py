"""Meshes and steps of the two finite-element peers of the kernel benchmark.

Customary: bilinear elements and steps of second order, refined until the error is met. Tuned:
biquadratic elements and steps of fourth order, coarsened by hand against the known answer.
"""

from dataclasses import dataclass

import numpy as np
from skin import REACH_MM, TIMES_H, graded_depths
from steps import schedule

# Close together where the field is steep; the last one lies inside the mesh.
PROBE_RADII_MM = REACH_MM * np.linspace(0.0, 1.0, 40) ** 2
PROBE_EDGE_MM = graded_depths(0.01, 0.01, 0.1)


@dataclass(frozen=True)
class Settings:
    """Meshes as graded_radii and graded_depths take them, polynomial degree, and time steps."""

    text: str
    degree: int
    radial: tuple[float, float]
    depth: tuple[float, float, float]
    auc_radial: tuple[float, float]
    auc_depth: tuple[float, float, float]
    scheme: str
    levels: int
    repeat: int
    growth: float
    per_interval: int
    tuned: bool

    @property
    def schedule(self) -> list[tuple[float, int, bool]]:
        longest = np.diff(TIMES_H) / self.per_interval
        return schedule(TIMES_H, self.levels, self.repeat, self.growth, longest)


def settings() -> tuple[Settings, ...]:
    """The customary one, then tuned ones from coarse to fine; the first that meets counts."""
    tuned = dict(
        degree=2, auc_radial=(0.075, 1.0), auc_depth=(0.075, 0.08, 0.5), scheme="sdirk4",
        levels=4, repeat=2, growth=2.0, per_interval=2, tuned=True,
    )  # fmt: skip
    return (
        Settings(
            "customary: bilinear, second order", 1, (0.06, 0.3), (0.03, 0.02, 0.1),
            (0.018, 1.5), (0.018, 0.02, 0.08), "sdirk2", 6, 5, 2.0, 12, tuned=False,
        ),
        Settings("tuned", radial=(0.3, 0.4), depth=(0.25, 0.08, 0.4), **tuned),
        Settings("tuned", radial=(0.2, 0.5), depth=(0.15, 0.08, 0.3), **tuned),
    )  # fmt: skip
