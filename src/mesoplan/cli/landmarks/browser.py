"""Finds faces without a person: an installed Chromium, driven by Playwright."""

import os
import queue
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from mesoplan.cli.landmarks.server import Server, serving
from mesoplan.cli.landmarks.session import Found, Session
from mesoplan.core.errors import Fault, InputError

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = "MESOPLAN_CHROMIUM"
"""Environment variable that names the Chromium to use."""

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
"""The picture was decoded here and is handed over as plain PNG; every page is our own."""

LONGEST_S = 180.0
_STEP_MS = 100.0


def find_chromium() -> str:
    """Path of an installed Chromium.

    Raises
    ------
    InputError
        If there is none.
    """
    named = os.environ.get(CHROMIUM)
    if named:
        path = shutil.which(named)
        if path is None:
            wrong = f"{named} is no program that can be run"
            raise InputError([Fault(CHROMIUM, wrong, "name the program of Chromium or Chrome")])
        return path
    for name in _NAMES:
        path = shutil.which(name)
        if path is not None:
            return path
    wrong = "no Chromium or Chrome was found"
    right = f"install one, name it in {CHROMIUM}, or use --open with any browser"
    raise InputError([Fault("chromium", wrong, right)])


def find_faces(session: Session) -> Found:
    """What the detector finds on the photograph of a session.

    Raises
    ------
    InputError
        If Playwright or Chromium is missing or does not run.
    """
    playwright = _playwright()
    program = find_chromium()
    with serving(session) as server:
        try:
            with page_of(playwright, program, server) as page:
                page.goto(server.address("detect.html"))
                return _await(session, page)
        except playwright.Error as error:
            first = str(error).strip().splitlines()[0]
            wrong = f"{Path(program).name} did not run ({first})"
            right = f"install Chromium or Chrome, or name another in {CHROMIUM}"
            raise InputError([Fault("chromium", wrong, right)]) from error


@contextmanager
def page_of(playwright: ModuleType, program: str, server: Server) -> "Iterator[Page]":
    """A page in a fresh profile that reaches one server and nothing else."""
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=program, headless=True, args=list(ARGUMENTS)
        )
        try:
            context = browser.new_context(service_workers="block", accept_downloads=False)
            context.route(
                lambda address: not address.startswith(f"{server.origin}/"),
                lambda route: route.abort(),
            )
            yield context.new_page()
        finally:
            browser.close()


def _await(session: Session, page: "Page") -> Found:
    for _ in range(int(LONGEST_S * 1000.0 / _STEP_MS)):
        try:
            return session.found.get_nowait()
        except queue.Empty:
            # Playwright handles what the page asks for only while it is waited on.
            page.wait_for_timeout(_STEP_MS)
    return Found(faces=None, failure="failed", detail=f"no answer within {LONGEST_S:g} s")


def _playwright() -> Any:
    try:
        from playwright import sync_api
    except ImportError as error:
        wrong = "Playwright is not installed"
        right = 'run pip install "mesoplan[landmarks]", or use --open'
        raise InputError([Fault("playwright", wrong, right)]) from error
    return sync_api
