"""The one face of the tests, pictures made from it, and a browser where there is one.

The portrait is of NASA's Great Images, in the public domain, and ships with scikit-image.
"""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from mesoplan.cli.landmarks import browser
from mesoplan.cli.landmarks.server import Server, serving
from mesoplan.cli.landmarks.session import Session
from mesoplan.core.errors import InputError
from mesoplan.model.landmarks import Landmarks
from mesoplan.workflow.landmarks_file import read_landmarks

FIXTURE = Path(__file__).parent / "fixtures" / "portrait-landmarks.json"


def portrait_file() -> Path:
    """The file inside the package, read by no code of that package."""
    found = find_spec("skimage")
    assert found is not None
    assert found.origin is not None
    return Path(found.origin).parent / "data" / "astronaut.png"


def portrait() -> Image.Image:
    return Image.open(portrait_file()).convert("RGB")


def recorded() -> Landmarks:
    """The landmarks of the portrait as they were once found."""
    return read_landmarks(FIXTURE)


def recorded_document() -> dict[str, Any]:
    return json.loads(FIXTURE.read_text(encoding="utf-8"))


def points_px(landmarks: Landmarks) -> np.ndarray:
    return np.asarray(landmarks.points)[:, :2]


def encoded(image: Image.Image, kind: str = "PNG", **options: Any) -> bytes:
    content = BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def need_browser() -> str:
    """The Chromium of this machine; without one the test is skipped."""
    if find_spec("playwright") is None:
        pytest.skip("Playwright is not installed")
    try:
        return browser.find_chromium()
    except InputError as error:
        pytest.skip(str(error))


@dataclass
class Watched:
    """A page with what it asked for and what it complained of."""

    page: Any
    server: Server
    session: Session
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    policies: dict[str, str] = field(default_factory=dict)

    def screen(self, place: tuple[float, float]) -> tuple[float, float]:
        """Where a place of the picture lies on the screen."""
        script = (
            "(e, [x, y]) => { const p = new DOMPoint(x, y).matrixTransform(e.getScreenCTM());"
            " return [p.x, p.y]; }"
        )
        x, y = self.page.locator("#stage > svg").evaluate(script, list(place))
        return x, y

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def title(self, text: str) -> None:
        """Wait until a step is shown."""
        self.page.get_by_role("heading", name=text).wait_for(timeout=90_000)


@contextmanager
def watched(session: Session, *flags: str, page_name: str = "index.html") -> Iterator[Watched]:
    """A real page of the server in a fresh headless Chromium."""
    program = need_browser()
    playwright = browser._playwright()
    usual = browser.ARGUMENTS
    browser.ARGUMENTS = (*usual, *flags)
    try:
        with serving(session) as server, browser.page_of(playwright, program, server) as page:
            seen = Watched(page, server, session)
            page.set_viewport_size({"width": 1280, "height": 800})
            page.on("request", lambda request: seen.asked.append(request.url))
            page.on("pageerror", lambda error: seen.complaints.append(str(error)))
            page.on(
                "console",
                lambda said: (
                    seen.complaints.append(said.text)
                    if said.type == "error" or "Content Security Policy" in said.text
                    else None
                ),
            )
            page.on(
                "response",
                lambda answer: seen.policies.update(
                    {
                        answer.url.rsplit("/", 1)[-1]: answer.headers.get(
                            "content-security-policy", ""
                        )
                    }
                ),
            )
            page.goto(server.address(page_name))
            yield seen
    finally:
        browser.ARGUMENTS = usual


def without_programs(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """A machine on which no browser is on the path."""
    monkeypatch.delenv(browser.CHROMIUM, raising=False)
    monkeypatch.setenv("PATH", str(folder))
    assert shutil.which("chromium") is None
