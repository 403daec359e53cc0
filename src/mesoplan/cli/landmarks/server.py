"""The server on this machine: pages, the photograph, and what the pages hand in.

It listens on the loopback address only, on a port and under a path that nobody can guess, and
answers only requests that were meant for it.
"""

import json
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from mesoplan.cli.landmarks.pages import STRICT, content_type, policy, static_folder
from mesoplan.cli.landmarks.session import Session
from mesoplan.core.errors import InputError
from mesoplan.core.photo import LARGEST_BYTES

HOST = "127.0.0.1"
_JSON = "application/json"
_BYTES = "application/octet-stream"
_LARGEST_JSON_BYTES = 4_000_000
_SILENCE_S = 60.0


class Server(ThreadingHTTPServer):
    """A server of one session.

    Parameters
    ----------
    session : Session
        What is worked on.
    """

    daemon_threads = True
    allow_reuse_address = False

    def __init__(self, session: Session) -> None:
        self.session = session
        self.folder = static_folder()
        self.token = secrets.token_urlsafe(24)
        self.entering = threading.Lock()
        super().__init__((HOST, 0), _Handler)

    @property
    def origin(self) -> str:
        """Scheme, address and port."""
        return f"http://{HOST}:{self.server_port}"

    def address(self, page: str) -> str:
        """Address of a page of ``landmarks/``."""
        return f"{self.origin}/{self.token}/landmarks/{page}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that hangs up is nobody's fault, and nothing of a request is printed."""


@contextmanager
def serving(session: Session) -> Iterator[Server]:
    """A server that runs while the block does."""
    with Server(session) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    server: Server
    timeout = _SILENCE_S
    server_version = "mesoplan"
    sys_version = ""

    def do_GET(self) -> None:
        path = self._meant_for_us()
        if path is None:
            return
        if path == "api/session":
            self._call(self.server.session.describe)
        elif path == "api/picture":
            self._picture()
        else:
            self._static(path)

    def do_POST(self) -> None:
        path = self._meant_for_us()
        if path is None:
            return
        session = self.server.session
        calls: dict[str, Callable[[bytes], dict[str, Any]]] = {
            "api/found": session.take_found,
            "api/mesh": session.mesh,
            "api/judge": session.judge,
            "api/save": session.save,
        }
        # A page of another origin cannot send these without asking, and asking is refused.
        if self.headers.get("Origin") != self.server.origin:
            self._refuse(HTTPStatus.FORBIDDEN)
        elif path == "api/photo":
            name = parse_qs(urlsplit(self.path).query).get("name", [""])[0]
            self._take(_BYTES, LARGEST_BYTES, lambda body: session.take_photo(body, name))
        elif path in calls:
            self._take(_JSON, _LARGEST_JSON_BYTES, calls[path])
        else:
            self._refuse(HTTPStatus.NOT_FOUND)

    def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
        """Nothing is logged: paths hold the token, bodies hold a face."""

    def _meant_for_us(self) -> str | None:
        """The path behind the token, where host and token are right."""
        # Another name for this address would let a page from elsewhere read the answer.
        if self.headers.get("Host") != f"{HOST}:{self.server.server_port}":
            self._refuse(HTTPStatus.FORBIDDEN)
            return None
        _, token, path = (*unquote(urlsplit(self.path).path).split("/", 2), "", "")[:3]
        if not secrets.compare_digest(token.encode(), self.server.token.encode()):
            self._refuse(HTTPStatus.NOT_FOUND)
            return None
        return path

    def _body(self, kind: str, largest: int) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if self.headers.get_content_type() != kind:
            self._refuse(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        elif not (length.isascii() and length.isdigit()):
            self._refuse(HTTPStatus.LENGTH_REQUIRED)
        elif int(length) > largest:
            self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        else:
            return self.rfile.read(int(length))
        return None

    def _take(self, kind: str, largest: int, take: Callable[[bytes], dict[str, Any]]) -> None:
        body = self._body(kind, largest)
        if body is not None:
            self._call(lambda: take(body))

    def _call(self, call: Callable[[], dict[str, Any]]) -> None:
        try:
            with self.server.entering:
                document, status = call(), HTTPStatus.OK
        except InputError as error:
            faults = [fault.line() for fault in error.faults]
            document, status = {"faults": faults}, HTTPStatus.UNPROCESSABLE_ENTITY
        self._send(status, _JSON, json.dumps(document, allow_nan=False).encode())

    def _picture(self) -> None:
        try:
            with self.server.entering:
                content = self.server.session.picture()
        except InputError:
            self._refuse(HTTPStatus.NOT_FOUND)
        else:
            self._send(HTTPStatus.OK, "image/png", content)

    def _static(self, path: str) -> None:
        parts = PurePosixPath(path).parts
        file = self.server.folder.joinpath(*parts)
        if ".." in parts or "\0" in path or "\\" in path or not _below(file, self.server.folder):
            self._refuse(HTTPStatus.NOT_FOUND)
        else:
            self._send(HTTPStatus.OK, content_type(file), file.read_bytes(), policy(path))

    def _refuse(self, status: HTTPStatus) -> None:
        faults = [f"request: {status.phrase}; reload the page from the address that was printed"]
        # What was not read would be taken for the next request.
        self.close_connection = True
        self._send(status, _JSON, json.dumps({"faults": faults}).encode())

    def _send(self, status: HTTPStatus, kind: str, content: bytes, rules: str = STRICT) -> None:
        self.send_response(status)
        headers = {
            "Content-Type": kind,
            "Content-Length": str(len(content)),
            "Content-Security-Policy": rules,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
        }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def _below(file: Path, folder: Path) -> bool:
    return file.is_file() and file.resolve().is_relative_to(folder.resolve())
