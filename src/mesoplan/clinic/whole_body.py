"""The body of a request, whole or not at all.

A connection that breaks ends the stream as if all had come. A form cut off in its middle would
then be kept as if that were what somebody wrote.
"""

from collections.abc import Callable, Iterable
from typing import Any, NoReturn

Application = Callable[[dict[str, Any], Any], Iterable[bytes]]


class WholeBody:
    """A stream that fails where it ends before the length that was announced."""

    def __init__(self, stream: Any, length: int) -> None:
        self._stream, self._left = stream, length

    def read(self, size: int = -1) -> bytes:
        """Bytes of the body.

        Raises
        ------
        ConnectionError
            If there are none left and some are missing.
        """
        wanted = self._left if size < 0 else min(size, self._left)
        found = bytearray()
        while len(found) < wanted:
            more = self._stream.read(wanted - len(found))
            if not more:
                self._broken_off(len(found))
            found += more
        self._left -= len(found)
        return bytes(found)

    def readline(self, size: int = -1) -> bytes:
        """One line of the body; fails as ``read`` does."""
        wanted = self._left if size < 0 else min(size, self._left)
        found: bytes = self._stream.readline(wanted)
        if len(found) < wanted and not found.endswith(b"\n"):
            self._broken_off(len(found))
        self._left -= len(found)
        return found

    def _broken_off(self, came: int) -> NoReturn:
        missing = self._left - came
        raise ConnectionError(f"the request broke off, {missing} bytes before its end")


def with_whole_bodies(application: Application) -> Application:
    """The application, which never sees a body that was cut off."""

    def answer(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        length = environ.get("CONTENT_LENGTH") or "0"
        if length.isdecimal():
            environ["wsgi.input"] = WholeBody(environ["wsgi.input"], int(length))
        return application(environ, start_response)

    return answer
