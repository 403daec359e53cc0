"""The pages of the sheet that show photographs, and the face from several sides."""

import base64
import io
from typing import Any

from PIL import Image

from mesoplan.catalogue import Catalogue
from mesoplan.model.plan import Plan
from mesoplan.report import svg
from mesoplan.report.face_scene import Scene
from mesoplan.report.face_views import face_views
from mesoplan.report.photograph import photograph
from mesoplan.report.words import Words

_WIDTH_MM = 182.0
_FACE_HEIGHT_MM = 112.0
_BODY_HEIGHT_MM = 185.0


def photograph_page(
    plan: Plan, catalogue: Catalogue, words: Words
) -> tuple[list[dict[str, Any]], dict[str, str]]:
    """What the template prints for each photograph, and its pictures by file name."""
    pages: list[dict[str, Any]] = []
    pictures: dict[str, str] = {}
    for number, photo in enumerate(plan.case.photographs):
        scene = Scene(plan, catalogue, photo)
        on_face = scene.face is not None
        drawn = photograph(scene, words, _WIDTH_MM, _FACE_HEIGHT_MM if on_face else _BODY_HEIGHT_MM)
        name, views = f"photograph-{number}.svg", None
        title = words.text("photograph.page-title" if on_face else "photograph.title")
        pictures[name] = svg.document(
            [drawn.body], drawn.width_mm, drawn.height_mm, unit="mm", title=title, description=title
        )
        if on_face:
            views = f"face-{number}.svg"
            pictures[views] = _wrapped(face_views(scene), words.text("photograph.face-views"))
        pages.append(
            {
                "title": title,
                "hint": words.text("photograph.page-hint"),
                "alt": title,
                "picture": name,
                "views": views,
                "views-hint": words.text("photograph.face-views"),
            }
        )
    return pages, pictures


def _wrapped(png: bytes, title: str) -> str:
    """A PNG inside an SVG: the typesetter takes texts only."""
    width, height = Image.open(io.BytesIO(png)).size
    address = "data:image/png;base64," + base64.b64encode(png).decode("ascii")
    box = svg.attributes(width=width, height=height)
    return svg.document(
        [f'<image x="0" y="0" {box} href="{address}"/>'],
        width,
        height,
        unit="px",
        title=title,
        description=title,
    )
