"""Opens register files: size limits, zip archives with bomb limits, hash, progress."""

import hashlib
import lzma
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from mesoplan.catalogue.registers.faults import refuse
from mesoplan.core.errors import Fault, InputError

Progress = Callable[[int, int], None]
"""Called with the bytes read and the bytes to read."""

LARGEST_RATIO = 200
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    UnicodeError,
)
_TICK = 256 * 1024


class Tally:
    """Bytes and hash over all files of one import."""

    def __init__(self, total: int, progress: Progress | None) -> None:
        self.total = total
        self.done = 0
        self._shown = 0
        self._progress = progress
        self._hash = hashlib.sha256()

    def add(self, data: bytes) -> None:
        """Count bytes that were read."""
        self._hash.update(data)
        self.done += len(data)
        if self._progress is not None and self.done - self._shown >= _TICK:
            self._shown = self.done
            self._progress(self.done, max(self.total, self.done))

    def finish(self) -> str:
        """Show the end and return the SHA-256 of everything read."""
        if self._progress is not None:
            self._progress(self.done, max(self.done, 1))
        return self._hash.hexdigest()


class ByteLines:
    """Lines of one binary stream, counted, hashed, and never longer than allowed."""

    def __init__(
        self, stream: IO[bytes], name: str, *, most: int, longest: int, tally: Tally | None = None
    ) -> None:
        self.name = name
        self.line = 0
        self._stream = stream
        self._left = most
        self._most = most
        self._longest = longest
        self._tally = tally

    def __iter__(self) -> Iterator[bytes]:
        while line := self.next(self._longest + 1):
            if len(line) > self._longest:
                wrong = f"a line of more than {self._longest} bytes"
                raise refuse(self.name, self.line, wrong, "give the register's own file")
            yield line

    def next(self, size: int) -> bytes:
        """The next line, or at most ``size`` bytes of it; empty at the end.

        Raises
        ------
        InputError
            When the stream is broken or larger than allowed.
        """
        try:
            data = self._stream.readline(size)
        except OSError as error:
            wrong = f"cannot be read ({error.strerror})"
            raise refuse(self.name, None, wrong, "give a readable file") from error
        except _BROKEN_ZIP as error:
            wrong = f"the archive is damaged behind line {self.line}"
            raise refuse(self.name, None, wrong, "download it again") from error
        if data:
            self.line += 1
        self._left -= len(data)
        if self._left < 0:
            wrong = f"larger than {self._most} bytes"
            raise refuse(self.name, None, wrong, "give the register's own file")
        if self._tally is not None:
            self._tally.add(data)
        return data


class Source:
    """A file, or the one member of an archive, that can be opened several times."""

    def __init__(self, path: Path, name: str, *, most: int, longest: int, member: str = "") -> None:
        self.path = path
        self.name = name
        self.size = 0
        self._most = most
        self._longest = longest
        self._member = member

    @contextmanager
    def open(self, tally: Tally | None = None) -> Iterator[ByteLines]:
        """Open it for reading from the start."""
        limits = {"most": self._most, "longest": self._longest}
        if not self._member:
            with _opened(self.path, self.name) as stream:
                yield ByteLines(stream, self.name, tally=tally, **limits)
            return
        with _archive(self.path, self.name) as archive:
            try:
                inner = archive.open(self._member)
            except (*_BROKEN_ZIP, KeyError, OSError) as error:
                wrong = "the archive is damaged, encrypted or of an unknown kind"
                raise refuse(self.name, None, wrong, "download it again") from error
            with inner:
                yield ByteLines(inner, self.name, tally=tally, **limits)

    def start(self, size: int = 64) -> bytes:
        """The first bytes that are no white space."""
        with self.open() as lines:
            while line := lines.next(size):
                if line.strip(b"\xef\xbb\xbf \t\r\n"):
                    return line.lstrip(b"\xef\xbb\xbf \t\r\n")
        return b""


def file_source(path: Path, *, most: int, longest: int) -> Source:
    """A plain file.

    Raises
    ------
    InputError
        If it is none, is empty, or is larger than allowed.
    """
    source = Source(path, path.name, most=most, longest=longest)
    try:
        if not path.is_file():
            raise refuse(str(path), None, "no such file", "give the path of a register file")
        source.size = path.stat().st_size
    except (OSError, ValueError) as error:
        raise refuse(str(path), None, "cannot be reached", "give a readable file") from error
    if source.size == 0:
        raise refuse(path.name, None, "the file is empty", "download it again")
    if source.size > most:
        wrong = f"{source.size} bytes, more than the {most} allowed"
        raise refuse(path.name, None, wrong, "give the register's own file")
    return source


def zip_source(path: Path, wanted: Callable[[str], bool], *, most: int, longest: int) -> Source:
    """The one member of an archive whose name is wanted.

    The sizes an archive states are only a first check: reading stops at ``most`` anyway.

    Raises
    ------
    InputError
        If the archive is damaged or suspiciously dense, or has not exactly one such member.
    """
    with _archive(path, path.name) as archive:
        found = [info for info in archive.infolist() if wanted(info.filename) and info.file_size]
    if len(found) != 1:
        wrong = f"{len(found)} register files in the archive"
        raise refuse(path.name, None, wrong, "give an archive with one product.txt or JSON file")
    info = found[0]
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise refuse(path.name, None, "an unusual compression", "give a plain zip archive")
    if info.file_size > most or info.file_size > LARGEST_RATIO * max(info.compress_size, 1):
        wrong = f"unpacks from {info.compress_size} to {info.file_size} bytes"
        raise refuse(path.name, None, wrong, f"at most {LARGEST_RATIO} times and {most} bytes")
    member = Path(info.filename.replace("\\", "/")).name
    name = f"{path.name}/{member}"
    source = Source(path, name, most=most, longest=longest, member=info.filename)
    source.size = info.file_size
    return source


@contextmanager
def _opened(path: Path, name: str) -> Iterator[IO[bytes]]:
    try:
        stream = path.open("rb")
    except OSError as error:
        wrong = f"cannot be read ({error.strerror})"
        raise refuse(name, None, wrong, "give a readable file") from error
    with stream:
        yield stream


@contextmanager
def _archive(path: Path, name: str) -> Iterator[zipfile.ZipFile]:
    with _opened(path, name) as stream:
        try:
            archive = zipfile.ZipFile(stream)
        except (*_BROKEN_ZIP, OSError) as error:
            raise refuse(name, None, "the archive is damaged", "download it again") from error
        with archive:
            yield archive


def usable_folder(path: Path) -> None:
    """Check that a path is a folder.

    Raises
    ------
    InputError
        If it is none.
    """
    try:
        if path.is_dir():
            return
    except (OSError, ValueError):
        pass
    raise InputError([Fault(str(path), "no such folder", "give the folder of the register files")])
