"""Draws the head as a photograph, with three.js in headless Chromium.

``cd tests && ../.venv/bin/python -m face.render DIR`` writes the photographs of all views.
"""

import base64
import sys
from dataclasses import dataclass
from pathlib import Path

from face.browser import page
from face.head import IRIS_DIAMETER_MM, head
from face.truth import Camera, View


@dataclass(frozen=True)
class Render:
    """A photograph of the head: PNG bytes and the camera that took it."""

    png: bytes
    camera: Camera


def render(*views: View) -> list[Render]:
    """Photographs of the head, in one browser."""
    mesh = head()
    drawn = {
        "vertices": mesh.vertices_mm.tolist(),
        "skin": mesh.skin.tolist(),
        "eyes": [eye.tolist() for eye in mesh.eyes],
        "centres": mesh.eye_centres_mm.tolist(),
        "irisDiameter": IRIS_DIAMETER_MM,
    }
    made = []
    with page("render.html") as tab:
        tab.wait_for_function("window.ready === true")
        for view in views:
            camera = view.camera
            how = {
                "modelView": camera.model_view.tolist(),
                "projection": camera.projection.tolist(),
                "light": view.light,
                "width": view.width_px,
                "height": view.height_px,
            }
            url = tab.evaluate("([head, camera]) => window.draw(head, camera)", [drawn, how])
            made.append(Render(base64.b64decode(url.partition(",")[2]), camera))
    return made


if __name__ == "__main__":
    from face.recorded import VIEWS

    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, photograph in zip(VIEWS, render(*VIEWS.values()), strict=True):
        (folder / f"{name}.png").write_bytes(photograph.png)
