"""The face in three dimensions from several sides, as one picture for the printed sheet.

Drawn by a depth buffer of our own and not by the browser that shows the turnable page: the
sheet must come out the same on a machine without one.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from mesoplan.anatomy.face.mesh import Face
from mesoplan.anatomy.face.patch import Chart
from mesoplan.report.face_scene import Scene, coloured, sampled
from mesoplan.report.ramp import GREY_RAMP, RAMP
from mesoplan.report.raster import raster
from mesoplan.report.words import is_blocked

Array = NDArray[np.float64]

VIEWS_DEG = (-40.0, 0.0, 40.0)
"""Turns about the vertical: the patient's right side, the front, the left."""
_PX_PER_MM = 2.6
_OVER = 2
"""Pixels are averaged two by two against jagged edges."""
_DOT_MM = 1.3
_SKIN = np.array([206.0, 178.0, 160.0])
_GAP_PX = 24
_AROUND_MM = 4.0
_HIDDEN_MM = 1.5
"""A puncture this far behind the foremost skin is hidden; nearer, it lies in that skin."""
_AMBIENT = 0.62
_LIGHT = np.array([0.0, 0.25, 0.97])


def face_views(scene: Scene, views_deg: Sequence[float] = VIEWS_DEG) -> bytes:
    """A PNG of the face from several sides, with photograph, exposure and punctures.

    Parameters
    ----------
    scene : Scene
        A photograph with a face.
    views_deg : sequence of float
        Turn of the camera for each view; positive shows the patient's left side.

    Raises
    ------
    ValueError
        If the photograph shows no face.
    """
    if scene.face is None:
        raise ValueError("the photograph shows no face")
    pictures = [_view(scene, scene.face, turn) for turn in views_deg]
    height = max(picture.height for picture in pictures)
    width = sum(picture.width for picture in pictures) + _GAP_PX * (len(pictures) - 1)
    whole = Image.new("RGB", (width, height), "white")
    left = 0
    for picture in pictures:
        whole.paste(picture, (left, (height - picture.height) // 2))
        left += picture.width + _GAP_PX
    held = io.BytesIO()
    whole.save(held, "PNG", compress_level=4)
    return held.getvalue()


def exposure_colours(scene: Scene, face: Face, substance: str) -> tuple[Array, NDArray[np.bool_]]:
    """Colour of the exposure at every fine vertex, and which vertices lie in an area."""
    ramp = GREY_RAMP if is_blocked(scene.plan) else RAMP
    colour = np.zeros((len(face.skin_mm), 3))
    held = np.zeros(len(face.skin_mm), dtype=bool)
    largest = scene.largest(substance)
    for area in scene.exposures(substance):
        patch = scene.patch(area.area)
        if not isinstance(patch.mapping, Chart):
            continue
        vertices, flat = patch.mapping.vertices, patch.mapping.flat_mm
        inside = patch.inside(flat[:, 0], flat[:, 1])
        values = sampled(area, flat[inside, 0], flat[inside, 1])
        colour[vertices[inside]] = coloured(values, largest, ramp)
        held[vertices[inside]] = True
    return colour, held


@dataclass(frozen=True)
class _Camera:
    """A turn about the vertical and a scale; x right and y down in pixels, z towards the eye."""

    axes: Array
    left_mm: float
    top_mm: float
    px_per_mm: float

    def place(self, places_mm: Array) -> Array:
        turned = places_mm @ self.axes.T
        offset = np.array([self.left_mm, self.top_mm, 0.0])
        return np.asarray((turned - offset) * [1.0, -1.0, 1.0] * self.px_per_mm)


def _view(scene: Scene, face: Face, turn_deg: float) -> Image.Image:
    turn = np.radians(turn_deg)
    axes = np.array(
        [[np.cos(turn), 0.0, -np.sin(turn)], [0.0, 1.0, 0.0], [np.sin(turn), 0.0, np.cos(turn)]]
    )
    seen = face.skin_mm @ axes.T
    low, high = seen.min(axis=0) - _AROUND_MM, seen.max(axis=0) + _AROUND_MM
    scale = _PX_PER_MM * _OVER
    width, height = (round(scale * float(high[i] - low[i])) for i in (0, 1))
    camera = _Camera(axes, float(low[0]), float(high[1]), scale)
    triangles = face.fine.triangles
    triangle, weights, depth = raster(camera.place(face.skin_mm), triangles, width, height)
    shown = triangle >= 0
    corners, share = triangles[triangle[shown]], weights[shown]
    colour = _of_skin(scene, face, corners, share)
    colour = _with_exposure(scene, face, triangle[shown], share, colour)
    normal = np.einsum("ki,kij->kj", share, face.normals[corners]) @ axes.T
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    light = _AMBIENT + (1.0 - _AMBIENT) * np.clip(normal @ _LIGHT, 0.0, 1.0)
    pixels = np.full((height, width, 3), 255.0)
    pixels[shown] = colour * light[:, None]
    _dots(scene, camera, depth, pixels)
    image = Image.fromarray(np.rint(np.clip(pixels, 0, 255)).astype(np.uint8), "RGB")
    return image.resize((width // _OVER, height // _OVER), Image.Resampling.BOX)


def _of_skin(scene: Scene, face: Face, corners: NDArray[np.int64], share: Array) -> Array:
    """Colour of the photograph at each pixel; a plain skin without one."""
    picture = scene.picture
    if picture is None:
        return np.broadcast_to(_SKIN, (len(share), 3)).copy()
    pixels = np.asarray(picture, dtype=float)
    factor = picture.width / scene.photo.width_px
    place = np.einsum("ki,kij->kj", share, face.photo_px[corners]) * factor - 0.5
    x = np.clip(place[:, 0], 0.0, picture.width - 1.001)
    y = np.clip(place[:, 1], 0.0, picture.height - 1.001)
    j, i = x.astype(int), y.astype(int)
    u, v = (x - j)[:, None], (y - i)[:, None]
    upper = (1 - u) * pixels[i, j] + u * pixels[i, j + 1]
    lower = (1 - u) * pixels[i + 1, j] + u * pixels[i + 1, j + 1]
    return np.asarray((1 - v) * upper + v * lower)


def _with_exposure(
    scene: Scene, face: Face, triangle: NDArray[np.int64], share: Array, colour: Array
) -> Array:
    """Exposure of the first substance over the skin, sampled at each pixel."""
    if not scene.substances:
        return colour
    substance = scene.substances[0]
    largest = scene.largest(substance)
    ramp = GREY_RAMP if is_blocked(scene.plan) else RAMP
    for area in scene.exposures(substance):
        patch = scene.patch(area.area)
        chart = patch.mapping
        if not isinstance(chart, Chart):
            continue
        own = np.full(len(face.fine.triangles), -1)
        own[chart.fine_triangles] = np.arange(len(chart.fine_triangles))
        rows = np.flatnonzero(own[triangle] >= 0)
        corners = chart.triangles[own[triangle[rows]]]
        flat = np.einsum("ki,kij->kj", share[rows], chart.flat_mm[corners])
        inside = patch.inside(flat[:, 0], flat[:, 1])
        rows, flat = rows[inside], flat[inside]
        tint = coloured(sampled(area, flat[:, 0], flat[:, 1]), largest, ramp)
        colour[rows] = 0.25 * colour[rows] + 0.75 * tint
    return colour


def _dots(scene: Scene, camera: _Camera, depth: Array, pixels: Array) -> None:
    """Punctures as dark discs with a white rim, where the skin does not hide them."""
    held = [p.position_mm for p in scene.points if p.position_mm is not None]
    if not held:
        return
    radius = 0.5 * _DOT_MM * camera.px_per_mm
    reach = int(np.ceil(radius * 1.5))
    height, width, _ = pixels.shape
    for x, y, z in camera.place(np.array(held)):
        column, row = int(x), int(y)
        if not (0 <= column < width and 0 <= row < height):
            continue
        if z < depth[row, column] - _HIDDEN_MM * camera.px_per_mm:
            continue
        top, left = max(0, row - reach), max(0, column - reach)
        block = pixels[top : row + reach + 1, left : column + reach + 1]
        rows, columns = np.mgrid[0 : block.shape[0], 0 : block.shape[1]]
        away = np.hypot(columns + left + 0.5 - x, rows + top + 0.5 - y)
        block[away <= 1.4 * radius] = 255.0
        block[away <= radius] = (26.0, 31.0, 36.0)
