"""Coordinate frames.

Area frame
    Every area has its own flat frame in millimetres: x to the right and y up as seen by
    someone who faces the skin. The origin is the lower left corner of the bounding box; an
    outline keeps the coordinates it was given in.
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
