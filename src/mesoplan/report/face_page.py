"""The turnable face: one HTML file that holds the face, the points and what may lie beneath.

The page itself is built from ``frontend/viewer`` and holds no text and no data; both are put
into it here as one JSON document. It asks nothing of any network.
"""

import base64
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mesoplan.core.errors import Fault, InputError

TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "view.title": "View",
        "view.right": "Right 45°",
        "view.front": "Front",
        "view.left": "Left 45°",
        "view.help": "Drag or arrow keys turn, wheel or + − zoom, 1 2 3 choose a view.",
        "view.canvas": "Face in three dimensions; the points are also listed in the table",
        "side.right": "Patient’s right",
        "side.left": "Patient’s left",
        "show.title": "Show",
        "show.photo": "Photo",
        "show.points": "Points",
        "show.regions": "Regions",
        "show.zones": "May lie here",
        "show.forbidden": "Forbidden",
        "layer.title": "Exposure",
        "layer.none": "None",
        "zones.title": "What may lie here, and forbidden zones",
        "zones.forbidden": "forbidden",
        "points.title": "Points ({count})",
        "points.label": "Point",
        "points.area": "Area",
        "points.depth": "Depth, mm",
        "points.volume": "Volume, mL",
        "picked.close": "Close",
        "notes.title": "Notes",
        "unknown": "not known",
        "no-webgl": "This browser cannot show three dimensions (WebGL is missing or switched off)."
        " The tables are complete; the face is not shown.",
        "no-photo": "The photo could not be read; the face is shown without it.",
        "no-script": "This page needs JavaScript. Without it nothing of the plan is shown.",
    }
)
"""Every word of the page that is not data, in English; another language is another mapping."""

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_PHOTO = re.compile(r"data:image/jpeg;base64,[A-Za-z0-9+/]+={0,2}")
_DATA = '<script type="application/json" id="face-data"></script>'
_TITLE = "<title></title>"
_NO_SCRIPT = '<noscript id="no-script"></noscript>'

Xyz = tuple[float, float, float]
Line = NDArray[np.float64]
"""Points of a line on the skin, n by 3, mm."""


@dataclass(frozen=True)
class Mesh:
    """The skin as triangles.

    Parameters
    ----------
    positions_mm : array of n by 3
        x towards the patient's left, y up, z out of the face.
    triangles : array of m by 3
        Numbers of vertices, counter-clockwise as seen from outside.
    uv : array of n by 2, optional
        Place in the photo, 0 to 1, from its upper left corner; needed with a photo.
    """

    positions_mm: NDArray[np.float64]
    triangles: NDArray[np.int64]
    uv: NDArray[np.float64] | None = None


@dataclass(frozen=True)
class LegendStep:
    """One colour of a legend and what it stands for."""

    label: str
    colour: str


@dataclass(frozen=True)
class ExposureLayer:
    """One exposure as a colour per vertex: n by 4 bytes, sRGB and opacity."""

    id: str
    name: str
    rgba: NDArray[np.uint8]
    legend: tuple[LegendStep, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Outline:
    """A region by its lines on the skin."""

    name: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Zone:
    """What may lie beneath, or where no point may lie.

    Parameters
    ----------
    name, note, kind : str
        Printed as they are; ``kind`` such as *artery*.
    colour : str
        ``#rrggbb``.
    lines : tuple of arrays
        On the skin; dashed unless ``forbidden``.
    forbidden : bool
        Whether no point may lie here.
    fill : tuple of int
        Triangles of the mesh to tint.
    """

    name: str
    note: str
    kind: str
    colour: str
    lines: tuple[Line, ...]
    forbidden: bool = False
    fill: tuple[int, ...] = ()


@dataclass(frozen=True)
class FacePoint:
    """One point of injection with the normal of the skin there; ``None``: not known."""

    id: str
    label: str
    area: str
    position_mm: Xyz
    normal: Xyz
    depth_mm: float | None
    volume_ml: float | None
    text: str = ""


@dataclass(frozen=True)
class Thread:
    """One thread, from its entry to its end."""

    start_mm: Xyz
    end_mm: Xyz


@dataclass(frozen=True)
class FacePage:
    """Everything the page shows.

    Parameters
    ----------
    title : str
        Heading of the page.
    intended : str
        What the page is meant for, below the heading.
    mesh : Mesh
        The face.
    marks : tuple of str
        Strong lines at the top, such as *DRAFT – not approved*.
    photo : str, optional
        The photo as :func:`photo_uri` writes it.
    texts : mapping
        Every word of the page, by the ids of :data:`TEXTS`.
    language : str
        Language of all of it, as HTML names it; numbers follow it.
    """

    title: str
    intended: str
    mesh: Mesh
    marks: tuple[str, ...] = ()
    photo: str | None = None
    exposures: tuple[ExposureLayer, ...] = ()
    regions: tuple[Outline, ...] = ()
    zones: tuple[Zone, ...] = ()
    points: tuple[FacePoint, ...] = ()
    threads: tuple[Thread, ...] = ()
    notes: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=lambda: TEXTS)
    language: str = "en"

    def __post_init__(self) -> None:
        faults = [*_mesh_faults(self), *_layer_faults(self), *_drawn_faults(self)]
        if self.photo is not None and not _PHOTO.fullmatch(self.photo):
            faults.append(Fault("photo", "not a JPEG as a data address", "use photo_uri"))
        if set(self.texts) != set(TEXTS):
            odd = ", ".join(sorted(set(self.texts) ^ set(TEXTS)))
            faults.append(Fault("texts", f"missing or unknown: {odd}", "give the ids of TEXTS"))
        if faults:
            raise InputError(faults)


def photo_uri(jpeg: bytes) -> str:
    """A JPEG as the data address that :class:`FacePage` takes.

    Parameters
    ----------
    jpeg : bytes
        Content of the file. It becomes part of the page as it is, so it should hold no EXIF.

    Returns
    -------
    str
    """
    return "data:image/jpeg;base64," + base64.b64encode(jpeg).decode("ascii")


def face_page(data: FacePage) -> str:
    """The page as one HTML file that needs nothing else.

    Parameters
    ----------
    data : FacePage
        What it shows.

    Returns
    -------
    str
        HTML, to be written as UTF-8.

    Raises
    ------
    FileNotFoundError
        If the page has not been built; ``node build.mjs`` in ``frontend/`` builds it.
    """
    document = json.dumps(_document(data), allow_nan=False, separators=(",", ":"))
    # ASCII only, so no line separator is left; without "<" no element can end or begin
    inert = document.replace("<", "\\u003c")
    page = _template()
    for place, filled in (
        (_TITLE, f"<title>{html.escape(data.title)}</title>"),
        (_NO_SCRIPT, f"<noscript>{html.escape(data.texts['no-script'])}</noscript>"),
        (_DATA, _DATA.replace("></", f">{inert}</")),
    ):
        if page.count(place) != 1:
            raise ValueError(f"the page was built without its place for {place}")
        page = page.replace(place, filled)
    return page


def _template() -> str:
    file = resources.files("mesoplan.web") / "static" / "viewer" / "face.html"
    if not file.is_file():
        right = "run make pages in the source folder, or install a wheel, which carries them"
        raise InputError([Fault("face.html", "the page of the face was not built", right)])
    return file.read_text(encoding="utf-8")


def _mesh_faults(data: FacePage) -> list[Fault]:
    mesh = data.mesh
    count = len(mesh.positions_mm)
    faults = []
    if mesh.positions_mm.ndim != 2 or mesh.positions_mm.shape[1:] != (3,) or count < 3:
        faults.append(Fault("mesh.positions_mm", "wrong shape", "give n by 3, n at least 3"))
    if not np.isfinite(mesh.positions_mm).all():
        faults.append(Fault("mesh.positions_mm", "not finite", "give finite numbers"))
    triangles = mesh.triangles
    if triangles.ndim != 2 or triangles.shape[1:] != (3,) or triangles.size == 0:
        faults.append(Fault("mesh.triangles", "wrong shape", "give m by 3, m at least 1"))
    elif triangles.min() < 0 or triangles.max() >= count:
        faults.append(Fault("mesh.triangles", "no such vertex", f"number them 0 to {count - 1}"))
    if mesh.uv is None:
        if data.photo is not None:
            faults.append(Fault("mesh.uv", "missing", "a photo needs it"))
    elif mesh.uv.shape != (count, 2) or not np.isfinite(mesh.uv).all():
        faults.append(Fault("mesh.uv", "wrong shape or not finite", f"give {count} by 2"))
    return faults


def _layer_faults(data: FacePage) -> list[Fault]:
    count = len(data.mesh.positions_mm)
    faults = _repeated("exposures", [layer.id for layer in data.exposures])
    for number, layer in enumerate(data.exposures):
        if layer.rgba.shape != (count, 4) or layer.rgba.dtype != np.uint8:
            key = f"exposures[{number}].rgba"
            faults.append(Fault(key, "wrong shape or type", f"give {count} by 4 bytes"))
        faults += [
            Fault(f"exposures[{number}].legend[{step}].colour", "not a colour", "give #rrggbb")
            for step, entry in enumerate(layer.legend)
            if not _COLOUR.fullmatch(entry.colour)
        ]
    return faults


def _drawn_faults(data: FacePage) -> list[Fault]:
    faults = _repeated("points", [point.id for point in data.points])
    for number, point in enumerate(data.points):
        known = [x for x in (point.depth_mm, point.volume_ml) if x is not None]
        if not np.isfinite([*point.position_mm, *point.normal, *known]).all():
            faults.append(Fault(f"points[{number}]", "not finite", "give finite numbers"))
        if not np.any(point.normal):
            faults.append(Fault(f"points[{number}].normal", "no direction", "give a direction"))
    for number, thread in enumerate(data.threads):
        if not np.isfinite([*thread.start_mm, *thread.end_mm]).all():
            faults.append(Fault(f"threads[{number}]", "not finite", "give finite numbers"))
    drawn = {f"regions[{number}]": one.lines for number, one in enumerate(data.regions)}
    drawn |= {f"zones[{number}]": one.lines for number, one in enumerate(data.zones)}
    faults += [
        Fault(f"{key}.lines", "not a line", "give n by 3, n at least 2, finite")
        for key, lines in drawn.items()
        if not all(_is_line(line) for line in lines)
    ]
    last = len(data.mesh.triangles) - 1
    for number, zone in enumerate(data.zones):
        if not _COLOUR.fullmatch(zone.colour):
            faults.append(Fault(f"zones[{number}].colour", "not a colour", "give #rrggbb"))
        if zone.fill and not 0 <= min(zone.fill) <= max(zone.fill) <= last:
            right = f"number them 0 to {last}"
            faults.append(Fault(f"zones[{number}].fill", "no such triangle", right))
    return faults


def _repeated(key: str, ids: list[str]) -> list[Fault]:
    twice = sorted({one for one in ids if ids.count(one) > 1})
    return [Fault(key, f"the id {one} twice", "give each its own") for one in twice]


def _is_line(line: Line) -> bool:
    flat = line.ndim == 2 and line.shape[1] == 3 and len(line) >= 2
    return bool(flat and np.isfinite(line).all())


def _floats(values: NDArray[np.float64]) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f4").tobytes()).decode("ascii")


def _whole(values: NDArray[np.int64]) -> str:
    return base64.b64encode(np.ascontiguousarray(values, dtype="<u4").tobytes()).decode("ascii")


def _lines(lines: tuple[Line, ...]) -> list[str]:
    return [_floats(line) for line in lines]


def _document(data: FacePage) -> dict[str, Any]:
    """What the page reads; ``frontend/viewer/document.ts`` has the same names."""
    mesh = data.mesh
    return {
        "language": data.language,
        "title": data.title,
        "marks": list(data.marks),
        "intended": data.intended,
        "photo": data.photo,
        "mesh": {
            "positions": _floats(mesh.positions_mm),
            "uv": None if mesh.uv is None else _floats(mesh.uv),
            "triangles": _whole(mesh.triangles),
        },
        "exposures": [
            {
                "id": layer.id,
                "name": layer.name,
                "rgba": base64.b64encode(np.ascontiguousarray(layer.rgba).tobytes()).decode(),
                "legend": [{"label": s.label, "colour": s.colour} for s in layer.legend],
                "note": layer.note,
            }
            for layer in data.exposures
        ],
        "regions": [{"name": one.name, "lines": _lines(one.lines)} for one in data.regions],
        "zones": [
            {
                "name": zone.name,
                "note": zone.note,
                "kind": zone.kind,
                "colour": zone.colour,
                "lines": _lines(zone.lines),
                "forbidden": zone.forbidden,
                "fill": list(zone.fill),
            }
            for zone in data.zones
        ],
        "points": [
            {
                "id": point.id,
                "label": point.label,
                "area": point.area,
                "position": list(point.position_mm),
                "normal": list(point.normal),
                "depth_mm": point.depth_mm,
                "volume_ml": point.volume_ml,
                "text": point.text,
            }
            for point in data.points
        ],
        "threads": [
            {"from": list(thread.start_mm), "to": list(thread.end_mm)} for thread in data.threads
        ],
        "notes": list(data.notes),
        "texts": dict(data.texts),
    }
