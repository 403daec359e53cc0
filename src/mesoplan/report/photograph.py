"""Points, regions, zones and exposure drawn on the photograph, as SVG over the picture."""

import base64
import io
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image

from mesoplan.anatomy.face.clip import below, polygons_of
from mesoplan.anatomy.face.patch import Chart
from mesoplan.anatomy.face.zones import Field
from mesoplan.catalogue import Catalogue
from mesoplan.model.exposure import AreaExposure
from mesoplan.model.face import DangerZone
from mesoplan.model.plan import Plan
from mesoplan.report import svg
from mesoplan.report.area_drawing import ink
from mesoplan.report.face_scene import Scene, coloured, sampled, zone_colour
from mesoplan.report.numbers import plain, readable_unit
from mesoplan.report.positions import Position, letters, rows
from mesoplan.report.ramp import GREY_RAMP, RAMP
from mesoplan.report.raster import raster
from mesoplan.report.words import Words, is_blocked

Array = NDArray[np.float64]

_AROUND = 0.06
_MOST_PX = 1100
_TEXT = 2.7
_LABELS_FROM_MM = 5.0
"""Below this distance on paper numbers of neighbours would run into each other."""


@dataclass(frozen=True)
class Frame:
    """The part of a photograph that is shown, and its scale on paper."""

    left_px: float
    top_px: float
    right_px: float
    bottom_px: float
    mm_per_px: float

    @property
    def width_mm(self) -> float:
        """Width on paper."""
        return (self.right_px - self.left_px) * self.mm_per_px

    @property
    def height_mm(self) -> float:
        """Height on paper."""
        return (self.bottom_px - self.top_px) * self.mm_per_px

    def at(self, x_px: float, y_px: float) -> tuple[float, float]:
        """A place of the picture on paper."""
        return (x_px - self.left_px) * self.mm_per_px, (y_px - self.top_px) * self.mm_per_px


@dataclass(frozen=True)
class Picture:
    """A finished drawing with its size on paper."""

    body: str
    width_mm: float
    height_mm: float


def photograph_svg(plan: Plan, catalogue: Catalogue) -> str:
    """All photographs of a plan, one below the other, as a standalone SVG.

    Parameters
    ----------
    plan : Plan
        A plan with areas on photographs.
    catalogue : Catalogue
        Names, texts, regions and zones.
    """
    words = Words(catalogue)
    parts, top, width = [], 0.0, 0.0
    for photo in plan.case.photographs:
        picture = photograph(Scene(plan, catalogue, photo), words, 236.0, None)
        place = f"translate(6 {svg.mm(top + 6.0)})"
        parts.append(svg.group([picture.body], transform=place))
        top += picture.height_mm + 8.0
        width = max(width, picture.width_mm)
    return svg.document(
        parts,
        width + 12.0,
        top + 6.0,
        unit="mm",
        title=words.text("photograph.title"),
        description=_described(plan, words),
    )


def _described(plan: Plan, words: Words) -> str:
    areas = ", ".join(words.numbered(plan, row.area) for row in plan.mapped)
    return words.text("photograph.described", count=str(len(plan.points)), areas=areas)


def photograph(scene: Scene, words: Words, width_mm: float, height_mm: float | None) -> Picture:
    """One photograph: points and regions on the left, exposure on the right, what they mean.

    Parameters
    ----------
    scene : Scene
        The photograph.
    words : Words
        Texts.
    width_mm : float
        Room on paper.
    height_mm : float, optional
        Of the pictures at most.
    """
    computed = bool(scene.substances) and not is_blocked(scene.plan)
    panel_mm = 0.5 * (width_mm - 4.0) if computed else width_mm
    frame = _frame(scene, panel_mm, height_mm)
    panels = [_points_panel(scene, words, frame)]
    if computed:
        panels.append(_exposure_panel(scene, words, frame, scene.substances[0]))
    parts, left = [], 0.0
    for panel in panels:
        parts.append(svg.group([panel], transform=f"translate({svg.mm(left)} 5)"))
        left += frame.width_mm + 4.0
    top = frame.height_mm + 9.5
    for line in _legend(scene, words, max(width_mm, 60.0)):
        parts.append(svg.text(0.0, top, line, _TEXT, fill=svg.SOFT))
        top += 3.7
    return Picture(svg.group(parts), max(left - 4.0, width_mm), top)


def _frame(scene: Scene, width_mm: float, height_mm: float | None) -> Frame:
    """Around the face, or around the areas, and a little more."""
    if scene.face is not None:
        seen = scene.face.base_px
    else:
        own = [row for row in scene.plan.mapped if row.photo == scene.photo.file]
        seen = np.array([corner for row in own for ring in row.outlines_px for corner in ring])
    low, high = seen.min(axis=0), seen.max(axis=0)
    around = _AROUND * float((high - low).max())
    left, top = np.maximum(low - around, 0.0)
    right = min(float(high[0]) + around, float(scene.photo.width_px))
    bottom = min(float(high[1]) + around, float(scene.photo.height_px))
    scale = width_mm / (right - left)
    if height_mm is not None:
        scale = min(scale, height_mm / (bottom - top))
    return Frame(float(left), float(top), right, bottom, scale)


def _background(scene: Scene, frame: Frame) -> list[str]:
    box = dict(width=frame.width_mm, height=frame.height_mm)
    picture = scene.picture
    if picture is None:
        return [svg.element("rect", x=0.0, y=0.0, fill="#e9ecec", **box)]
    factor = picture.width / scene.photo.width_px
    left, top = round(factor * frame.left_px), round(factor * frame.top_px)
    right, bottom = round(factor * frame.right_px), round(factor * frame.bottom_px)
    crop = picture.crop((left, top, right, bottom))
    return [_image(crop, "JPEG", box)]


def _image(image: Image.Image, kind: str, box: dict[str, float]) -> str:
    held = io.BytesIO()
    if kind == "JPEG":
        image.save(held, "JPEG", quality=88)
    else:
        image.save(held, "PNG", compress_level=6)
    data = base64.b64encode(held.getvalue()).decode("ascii")
    address = f"data:image/{kind.lower()};base64,{data}"
    return (
        f'<image x="0" y="0" {svg.attributes(**box)} preserveAspectRatio="none" href="{address}"/>'
    )


def _heading(words: Words, frame: Frame, title: str, scene: Scene) -> list[str]:
    size = min(3.4, 3.4 * frame.width_mm / svg.width_of(title, 4.2))
    parts = [svg.text(0.0, -1.6, title, size, font_weight="700")]
    if scene.face is not None:
        right = scene.photo.landmarks.patient_right if scene.photo.landmarks else None
        sides = ["photograph.side-right", "photograph.side-left"]
        if right == "image-right":
            sides.reverse()
        if right is None:
            sides = ["photograph.side-unknown"]
        ends = [(1.2, "start"), (frame.width_mm - 1.2, "end")]
        parts += [
            _haloed(x, frame.height_mm - 1.4, words.text(name), 2.6, anchor=anchor)
            for (x, anchor), name in zip(ends, sides, strict=False)
        ]
    return parts


def _haloed(
    x: float, y: float, content: str, size: float, *, fill: str = svg.INK, anchor: str = "start"
) -> str:
    """A text on a picture, with a pale rim beneath; not every renderer knows paint-order."""
    rim: dict[str, str | float] = dict(
        stroke="#ffffff", stroke_width=0.28 * size, stroke_linejoin="round"
    )
    return svg.text(x, y, content, size, fill="#ffffff", text_anchor=anchor, **rim) + svg.text(
        x, y, content, size, fill=fill, text_anchor=anchor
    )


def _points_panel(scene: Scene, words: Words, frame: Frame) -> str:
    colours = ink(scene.plan)
    parts = _background(scene, frame)
    parts += _zones(scene, frame)
    parts += _regions(scene, frame, colours.line)
    parts += _punctures(scene, frame, colours.dot)
    parts += _heading(words, frame, words.text("photograph.points"), scene)
    return _clipped(parts, frame, "points")


def _clipped(parts: list[str], frame: Frame, name: str) -> str:
    box = svg.element("rect", x=0.0, y=-5.0, width=frame.width_mm, height=frame.height_mm + 5.0)
    return svg.group(
        [
            f'<clipPath id="clip-{name}">{box}</clipPath>',
            f'<g clip-path="url(#clip-{name})">',
            *parts,
            "</g>",
        ]
    )


def _regions(scene: Scene, frame: Frame, colour: str) -> list[str]:
    parts = []
    for row in scene.plan.mapped:
        if row.photo != scene.photo.file:
            continue
        path = " ".join(_path(ring, frame) for ring in row.outlines_px)
        parts.append(
            svg.element(
                "path", class_="region", d=path, fill="#ffffff", fill_opacity=0.10,
                fill_rule="evenodd", stroke="#ffffff", stroke_width=0.9, stroke_opacity=0.75,
            )
        )  # fmt: skip
        parts.append(svg.element("path", d=path, fill="none", stroke=colour, stroke_width=0.4))
    return parts


def _path(ring: Iterable[tuple[float, float]], frame: Frame) -> str:
    places = [frame.at(x, y) for x, y in ring]
    return "M" + "L".join(f"{svg.mm(x)},{svg.mm(y)}" for x, y in places) + "Z"


def _zones(scene: Scene, frame: Frame) -> list[str]:
    parts = []
    for number, field in enumerate(scene.dangers):
        path = _zone_path(scene, field, frame)
        if path is None:
            continue
        colour = zone_colour(field)
        parts.append(
            svg.element(
                "path", class_="danger", d=path[0], fill=colour, fill_opacity=0.10,
                stroke=colour, stroke_width=0.35, stroke_dasharray="1.2 0.8",
            )
        )  # fmt: skip
        parts.append(_haloed(*path[1], _key(scene, number), 2.5, fill=colour, anchor="middle"))
    for field in scene.forbidden:
        path = _zone_path(scene, field, frame)
        if path is not None:
            parts.append(
                svg.element(
                    "path", class_="forbidden", d=path[0], fill=zone_colour(field),
                    fill_opacity=0.22, stroke=zone_colour(field), stroke_width=0.45,
                )
            )  # fmt: skip
    return parts


def _key(scene: Scene, number: int) -> str:
    """One letter for a structure on both sides."""
    names = list(dict.fromkeys(field.zone.id for field in scene.dangers))
    return letters(names.index(scene.dangers[number].zone.id)).lower()


def _zone_path(scene: Scene, field: Field, frame: Frame) -> tuple[str, tuple[float, float]] | None:
    face = scene.face
    if face is None:
        return None
    ahead = face.fine.triangles[face.triangle_normals[:, 2] > 0.05]
    shape = below(field.distance_mm, field.reach_mm, ahead, face.photo_px)
    if shape.is_empty:
        return None
    rings = [
        ring.coords for part in polygons_of(shape) for ring in (part.exterior, *part.interiors)
    ]
    largest = max(polygons_of(shape), key=lambda part: part.area)
    middle = largest.representative_point()
    path = " ".join(_path(shapely.LineString(ring).simplify(0.05).coords, frame) for ring in rings)
    return path, frame.at(middle.x, middle.y)


def _punctures(scene: Scene, frame: Frame, colour: str) -> list[str]:
    plan = scene.plan
    place = {(p.area, round(p.x_mm, 3), round(p.y_mm, 3)): p.photo_px for p in scene.points}
    parts = []
    for area in scene.areas:
        found = rows(plan, area)
        spacing = next(p.spacing_mm for p in plan.placements if p.area == area)
        scale = next(row.scale.mm_per_px for row in plan.mapped if row.area == area)
        gap = spacing / scale * frame.mm_per_px
        radius = min(0.75, max(0.3, 0.14 * gap))
        for row in found:
            for spot in row.positions:
                seen = place.get((area, spot.x_mm, spot.y_mm))
                if seen is None:
                    continue
                x, y = frame.at(*seen)
                if spot.path_mm is not None:
                    parts.append(_thread(scene, area, spot, frame, colour))
                parts.append(
                    svg.element(
                        "circle", class_="point", cx=x, cy=y, r=radius, fill=colour,
                        stroke="#ffffff", stroke_width=0.3,
                    )
                )  # fmt: skip
                if gap >= _LABELS_FROM_MM or spot.number == 1:
                    label = f"{row.letter}{spot.number}" if gap >= _LABELS_FROM_MM else row.letter
                    parts.append(_haloed(x + radius + 0.3, y - radius, label, 2.1))
    return parts


def _thread(scene: Scene, area: int, spot: Position, frame: Frame, colour: str) -> str:
    share = np.linspace(0.0, 1.0, 8)
    dx, dy = spot.path_mm or (0.0, 0.0)
    seen = scene.patch(area).seen(spot.x_mm + share * dx, spot.y_mm + share * dy).photo_px
    places = (frame.at(float(x), float(y)) for x, y in seen)
    line = "M" + "L".join(f"{svg.mm(x)},{svg.mm(y)}" for x, y in places)
    return svg.element("path", d=line, fill="none", stroke=colour, stroke_width=0.35)


def _exposure_panel(scene: Scene, words: Words, frame: Frame, substance: str) -> str:
    width = min(_MOST_PX, round(5.0 * frame.width_mm))
    factor = width / (frame.right_px - frame.left_px)
    height = round(factor * (frame.bottom_px - frame.top_px))
    largest = scene.largest(substance)
    pixels = np.zeros((height, width, 4), dtype=np.uint8)
    for area in scene.exposures(substance):
        values, shown = _on_pixels(scene, area, frame, factor, (width, height))
        colour = coloured(values, largest, _ramp(scene))
        pixels[shown, :3] = np.rint(colour[shown]).astype(np.uint8)
        pixels[shown, 3] = 215
    box = dict(width=frame.width_mm, height=frame.height_mm)
    parts = _background(scene, frame)
    parts.append(_image(Image.fromarray(pixels, "RGBA"), "PNG", box))
    parts += _outlines(scene, frame)
    unit_factor, unit = readable_unit(largest, f"{scene.exposures(substance)[0].unit}·h/cm²")
    parts += _bar(frame, f"{plain(largest * unit_factor, 2)} {unit}", scene)
    title = words.text("photograph.exposure", name=words.substance(substance))
    parts += _heading(words, frame, title, scene)
    return _clipped(parts, frame, "exposure")


def _ramp(scene: Scene) -> tuple[str, ...]:
    return GREY_RAMP if is_blocked(scene.plan) else RAMP


def _outlines(scene: Scene, frame: Frame) -> list[str]:
    return [
        svg.element(
            "path",
            d=" ".join(_path(ring, frame) for ring in row.outlines_px),
            fill="none",
            stroke="#ffffff",
            stroke_width=0.35,
        )
        for row in scene.plan.mapped
        if row.photo == scene.photo.file
    ]


def _on_pixels(
    scene: Scene, area: AreaExposure, frame: Frame, factor: float, size: tuple[int, int]
) -> tuple[Array, NDArray[np.bool_]]:
    """Exposure at each pixel of the panel, and which pixels show the area."""
    patch = scene.patch(area.area)
    width, height = size
    mapping = patch.mapping
    corner = np.array([frame.left_px, frame.top_px])
    if isinstance(mapping, Chart):
        face = mapping.face
        place = np.column_stack(
            [
                (face.photo_px[mapping.vertices] - corner) * factor,
                face.skin_mm[mapping.vertices, 2],
            ]
        )
        triangle, weights, _ = raster(place, mapping.triangles, width, height)
        seen = triangle >= 0
        flat = np.einsum(
            "ki,kij->kj", weights[seen], mapping.flat_mm[mapping.triangles[triangle[seen]]]
        )
    else:
        row, column = np.mgrid[0:height, 0:width]
        px = np.column_stack([column.ravel() + 0.5, row.ravel() + 0.5]) / factor + corner
        laid = mapping.laid(px)  # type: ignore[attr-defined]
        finite = np.isfinite(laid).all(axis=1)
        seen = finite.reshape(height, width)
        flat = laid[finite]
    within = np.zeros(seen.shape, dtype=bool)
    within[seen] = patch.inside(flat[:, 0], flat[:, 1])
    values = np.zeros(seen.shape)
    values[seen] = sampled(area, flat[:, 0], flat[:, 1])
    return values, within


def _bar(frame: Frame, label: str, scene: Scene) -> list[str]:
    steps, width, left, top = 24, 26.0, 1.5, 1.5
    back = svg.element(
        "rect", x=0.6, y=0.6, width=width + 1.8, height=7.6, fill="#ffffff", fill_opacity=0.82
    )
    values = np.linspace(0.0, 1.0, steps)
    colours = coloured(values, 1.0, _ramp(scene))
    boxes = [
        svg.element(
            "rect",
            x=left + i * width / steps,
            y=top,
            width=width / steps + 0.05,
            height=2.2,
            fill="#" + "".join(f"{round(c):02x}" for c in colour),
        )
        for i, colour in enumerate(colours)
    ]
    ends = [
        svg.text(left, top + 5.4, "0", 2.5),
        svg.text(left + width, top + 5.4, label, 2.5, text_anchor="end"),
    ]
    return [back, *boxes, *ends]


def _legend(scene: Scene, words: Words, width: float) -> list[str]:
    own = [row for row in scene.plan.mapped if row.photo == scene.photo.file]
    scale = own[0].scale
    sentences = [
        words.text(
            "photograph.scale",
            mm=plain(scale.mm_per_px),
            method=words.text(f"photograph.method-{scale.method}"),
            percent=plain(100.0 * scale.relative_sd, 2),
        )
    ]
    if scene.face is None:
        sentences.append(words.text("photograph.flat"))
        return [line for text in sentences for line in svg.wrap(text, width, _TEXT)]
    named: dict[str, str] = {}
    for number, field in enumerate(scene.dangers):
        zone = field.zone
        if isinstance(zone, DangerZone):
            named[zone.id] = words.text(
                "photograph.may-lie",
                key=_key(scene, number),
                structure=zone.structure,
                depth=_depth(zone, words),
            )
    sentences.append(words.text("photograph.legend"))
    if named:
        sentences.append("; ".join(named.values()) + ".")
    sentences.append(words.text("photograph.drafts"))
    if scene.picture is None:
        sentences.append(words.text("photograph.no-picture"))
    return [line for text in sentences for line in svg.wrap(text, width, _TEXT)]


def _depth(zone: DangerZone, words: Words) -> str:
    if zone.depth_mm is None:
        return words.text("photograph.depth-unknown")
    low, high = zone.depth_mm.bounds
    return words.text("photograph.depth", low=plain(low), high=plain(high))
