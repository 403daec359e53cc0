"""Areas on photographs in a case file: the picture, its landmarks, outlines and scale."""

import io
import math
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mesoplan.core.errors import Fault, InputError
from mesoplan.core.photo import Photo, read_photo
from mesoplan.model.case import Limb, Photograph
from mesoplan.model.landmarks import Landmarks, Pixel, Ruler
from mesoplan.workflow.landmarks_file import read_landmarks
from mesoplan.workflow.table import Table

LARGEST_SHOWN_PX = 1600
_LARGEST_PX = 100_000.0
_LONGEST_MM = 2000.0


@dataclass
class Photographs:
    """The photographs of one case file, each read once.

    ``folder`` is what their paths are relative to; ``None`` where a case does not come from a
    file, and can name none.
    """

    folder: Path | None
    found: dict[str, Photograph] = field(default_factory=dict)
    _refused: set[str] = field(default_factory=set)
    _landmarks_of: dict[str, str | None] = field(default_factory=dict)

    def named(self, table: Table) -> Photograph | None:
        """The photograph of an area's table with its landmarks."""
        name, marks = table.text("photo"), table.text("landmarks")
        if name is None:
            if marks is not None:
                table.fault("landmarks", "has no photo", "name the photograph as photo")
            return None
        if self.folder is None:
            table.fault("photo", "this case is no file", "plan it from a file beside its picture")
            return None
        if name in self._landmarks_of and self._landmarks_of[name] != marks:
            wrong = "differs from that of another area on the same photograph"
            table.fault("landmarks", wrong, f"write {self._landmarks_of[name]!r} for both")
            return None
        self._landmarks_of[name] = marks
        if name in self._refused:
            return None
        if name not in self.found:
            try:
                self.found[name] = self._read(table, name, marks)
            except InputError as error:
                table.faults.extend(error.faults)
                self._refused.add(name)
                return None
        return self.found[name]

    def _read(self, table: Table, name: str, marks: str | None) -> Photograph:
        folder = self.folder or Path()
        photo = read_photo(folder / name, table.path("photo"))
        landmarks = None
        if marks is not None:
            landmarks = read_landmarks(folder / marks, table.path("landmarks"))
            _same_picture(landmarks, photo, table.path("landmarks"), name)
        return Photograph(
            file=name,
            sha256=photo.sha256,
            width_px=photo.width_px,
            height_px=photo.height_px,
            landmarks=landmarks,
            picture=shown(photo),
        )


def shown(photo: Photo) -> bytes:
    """The upright picture for drawing: a JPEG of at most 1600 pixels, without metadata."""
    image = photo.image.convert("RGB")
    image.thumbnail((LARGEST_SHOWN_PX, LARGEST_SHOWN_PX))
    held = io.BytesIO()
    image.save(held, "JPEG", quality=90)
    return held.getvalue()


def _same_picture(landmarks: Landmarks, photo: Photo, key: str, name: str) -> None:
    """Landmarks of one picture say nothing of another."""
    right = f"make them from this picture: mesoplan landmarks {name}"
    if landmarks.photo.sha256 != photo.sha256:
        wrong = f"were found on another picture than {name}"
        raise InputError([Fault(key, wrong, right)])
    size = (landmarks.photo.width_px, landmarks.photo.height_px)
    if size != (photo.width_px, photo.height_px):
        wrong = f"speak of {size[0]} × {size[1]} pixels, the picture has {photo.width_px} × "
        raise InputError([Fault(key, f"{wrong}{photo.height_px}", right)])


def outline_px(table: Table, name: str = "outline_px") -> tuple[Pixel, ...] | None:
    """Corners of an outline on the picture."""
    rows = table.items(name)
    return None if rows is None else _ring(table, name, rows)


def erased_px(table: Table) -> tuple[tuple[Pixel, ...], ...]:
    """Outlines of what is left out; none where not given."""
    rows = table.items("erased_px")
    found = []
    for number, row in enumerate(rows or ()):
        name = f"erased_px[{number}]"
        if isinstance(row, list):
            ring = _ring(table, name, row)
            found += [] if ring is None else [ring]
        else:
            table.fault(name, f"{row!r} is no outline", "write a list of corners [[x, y], …]")
    return tuple(found)


def scale(table: Table | None) -> Ruler | None:
    """A ruler or marker on the picture."""
    if table is None:
        return None
    table.need("from_px", "one end as [x, y] in pixels")
    table.need("to_px", "the other end as [x, y] in pixels")
    table.need("length_mm", "the length between them in mm")
    kind = table.choice("kind", ("ruler", "marker")) or "ruler"
    start, end = (_corner(table, n, table.values.get(n)) for n in ("from_px", "to_px"))
    length = table.number("length_mm", 0, _LONGEST_MM)
    table.close()
    if start is None or end is None or length is None:
        return None
    return Ruler.model_validate(dict(kind=kind, from_px=start, to_px=end, length_mm=length))


def limb(table: Table | None) -> Limb | None:
    """A limb to be unrolled."""
    if table is None:
        return None
    table.need("circumference_mm", "its circumference in mm")
    table.need("edges_px", "its two edges at one height, [[x, y], [x, y]]")
    circumference = table.number("circumference_mm", 50, _LONGEST_MM)
    rows = table.items("edges_px") or []
    ends = [_corner(table, "edges_px", row) for row in rows]
    table.close()
    if len(ends) != 2 and "edges_px" in table.values:
        wrong = f"{len(ends)} places are not two edges"
        table.fault("edges_px", wrong, "write [[x, y], [x, y]]")
        return None
    if circumference is None or len(ends) != 2 or ends[0] is None or ends[1] is None:
        return None
    if math.dist(ends[0], ends[1]) < 20.0:
        table.fault("edges_px", "lie within 20 pixels", "mark the two edges of the limb")
        return None
    return Limb(circumference_mm=circumference, edges_px=(ends[0], ends[1]))


def _ring(table: Table, name: str, rows: list[Any]) -> tuple[Pixel, ...] | None:
    corners = [_corner(table, f"{name}[{i}]", row) for i, row in enumerate(rows)]
    found = tuple(corner for corner in corners if corner is not None)
    if len(found) < len(corners):
        return None
    if len(found) < 3:
        right = "write at least three corners such as [[10, 10], [60, 10], [30, 40]]"
        table.fault(name, f"{len(found)} corners make no area", right)
        return None
    return found


def _corner(table: Table, name: str, row: Any) -> Pixel | None:
    if row is None:
        return None
    if not isinstance(row, list) or len(row) != 2:
        table.fault(name, f"{row!r} is no place", "write a place as [x, y] in pixels")
        return None
    x, y = (table.number_of(v, name, -_LARGEST_PX, _LARGEST_PX, open_low=False) for v in row)
    return None if x is None or y is None else (x, y)
