"""Coordinate frames.

Area frame
    Every area has its own flat frame in millimetres: origin at the lower left corner of the
    area's bounding box as seen by someone who faces the skin, x to the right, y up.
Depth
    Positive into the skin, 0 at the skin surface, along the surface normal.
Side
    Always the patient's own left or right, never the viewer's.
"""

from typing import Literal

Side = Literal["left", "right", "midline"]
"""The patient's own side."""

Point2 = tuple[float, float]
"""(x_mm, y_mm) in an area frame."""
