"""A headless Chromium on a page of this folder, served from this machine only."""

import functools
import http.server
import shutil
import threading
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
MODULES = HERE.parents[1] / "frontend" / "node_modules"
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class _Handler(http.server.SimpleHTTPRequestHandler):
    """Files of this folder, and of frontend/node_modules under /node_modules/."""

    extensions_map = {
        **http.server.SimpleHTTPRequestHandler.extensions_map,
        ".js": "text/javascript",
        ".wasm": "application/wasm",
    }

    def translate_path(self, path: str) -> str:
        if path.startswith("/node_modules/"):
            inside = super().translate_path(path.removeprefix("/node_modules"))
            return str(MODULES / Path(inside).relative_to(self.directory))
        return super().translate_path(path)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def page(name: str) -> Generator[Any]:
    """A page of this folder in its own browser; every request to elsewhere is refused.

    Skips the test where Chromium, Playwright or frontend/node_modules is missing.
    """
    program = next(filter(None, map(shutil.which, NAMES)), None)
    if program is None:
        pytest.skip("no Chromium")
    if not (MODULES / "three").is_dir():
        pytest.skip("no frontend/node_modules: run npm ci in frontend")
    play = pytest.importorskip("playwright.sync_api")
    handler = functools.partial(_Handler, directory=str(HERE))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        origin = f"http://127.0.0.1:{server.server_port}/"
        try:
            with play.sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
                try:
                    tab = browser.new_page()
                    tab.route("**/*", functools.partial(_only, origin))
                    tab.goto(origin + name)
                    yield tab
                finally:
                    browser.close()
        finally:
            server.shutdown()
            thread.join()


def _only(origin: str, route: Any) -> None:
    url = route.request.url
    if url.startswith((origin, "data:", "blob:")):
        route.continue_()
    else:
        route.abort()
