"""Points of a plan as CSV: one row per puncture and pass, units in the column names."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
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
    with staged_points_csv(plan, target):
        return target


@contextmanager
def staged_points_csv(plan: Plan, target: Path) -> Iterator[None]:
    """Write the points beside their file first and move them there when the block succeeds.

    Raises
    ------
    InputError
        If the file cannot be written; then nothing of the block runs.
    """
    staged = target.with_name(f".{target.name}.part")
    try:
        staged.write_text(points_csv(plan), encoding="utf-8", newline="")
    except OSError as error:
        raise _unwritable(target, error) from error
    try:
        yield
        staged.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        staged.unlink(missing_ok=True)


def _unwritable(target: Path, error: OSError) -> InputError:
    right = "name a file in a folder that can be written"
    return InputError([Fault("csv", f"{target}: {error.strerror}", right)])
