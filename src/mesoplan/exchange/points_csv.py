"""Points of a plan as CSV: one row per puncture and pass, units in the column names."""

import csv
import io
from pathlib import Path

from mesoplan.core.errors import Fault, InputError
from mesoplan.model.plan import Plan

COLUMNS = (
    "plan", "point", "area", "site", "side", "row", "x_mm", "y_mm", "depth_mm", "plane",
    "volume_ml", "syringe", "path_dx_mm", "path_dy_mm",
)  # fmt: skip


def points_csv(plan: Plan) -> str:
    """The points as CSV text (RFC 4180); what does not apply is empty."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for point in plan.points:
        area = plan.case.areas[point.area]
        dx, dy = point.path_mm or ("", "")
        writer.writerow(
            [
                plan.provenance.inputs, point.id, point.area, area.site, area.side or "",
                point.row, point.x_mm, point.y_mm, point.depth_mm, point.plane,
                point.volume_ml, point.syringe, dx, dy,
            ]
        )  # fmt: skip
    return text.getvalue()


def write_points_csv(plan: Plan, path: str | Path) -> Path:
    """Write the points as CSV.

    Raises
    ------
    InputError
        If the file cannot be written.
    """
    target = Path(path)
    try:
        target.write_text(points_csv(plan), encoding="utf-8", newline="")
    except OSError as error:
        right = "name a file in a folder that can be written"
        raise InputError([Fault("out", f"{target}: {error.strerror}", right)]) from error
    return target
