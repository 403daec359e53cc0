"""The built pages: where they lie, their types, and what each may load."""

from importlib.resources import files
from pathlib import Path

from mesoplan.core.errors import Fault, InputError

STRICT = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
DETECTOR = (
    "default-src 'none'; script-src 'self' 'unsafe-eval'; connect-src 'self'; "
    "img-src 'self' blob: data:; worker-src 'self' blob:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'"
)
"""The detector's own code makes functions out of text; it may, in a page with nothing else."""

DETECTOR_PAGE = "landmarks/facemesh.html"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
}


def static_folder() -> Path:
    """The folder of the built pages.

    Raises
    ------
    InputError
        If they were not built.
    """
    folder = Path(str(files("mesoplan.web"))) / "static"
    if not (folder / DETECTOR_PAGE).is_file():
        wrong = "the pages of this copy of mesoplan were not built"
        raise InputError([Fault("landmarks", wrong, "run make pages, which needs Node 20")])
    return folder


def content_type(path: Path) -> str:
    """Media type of a built file."""
    return _TYPES.get(path.suffix, "application/octet-stream")


def policy(name: str) -> str:
    """Content policy of a built file, by its path below the folder."""
    return DETECTOR if name == DETECTOR_PAGE else STRICT
