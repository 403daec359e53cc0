"""A sealed stream: AES-256-GCM in numbered chunks, so that a file of any size is read in order.

Each chunk is bound to the header, to its number and to whether it is the last: a chunk that is
changed, left out, repeated, put elsewhere, or a file cut off, is found and named.
"""

import io
import json
import secrets
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from mesoplan.core.errors import Fault, InputError

MAGIC = b"mesoplan/backup\n"
VERSION = 1
CHUNK_BYTES = 1 << 20
_TAG_BYTES = 16
_PREFIX_BYTES = 4
_LARGEST_CHUNK = 1 << 24
_RIGHT = "use another backup file, or the code of the clinic that made it"


def _fault(wrong: str) -> InputError:
    return InputError([Fault("backup", wrong, _RIGHT)])


def _associated(header: bytes, number: int, last: bool) -> bytes:  # noqa: FBT001
    return header + number.to_bytes(8, "big") + (b"\x01" if last else b"\x00")


class SealWriter(io.RawIOBase):
    """Takes bytes, writes sealed chunks; ``close`` writes the last one."""

    def __init__(self, target: BinaryIO, key: bytes) -> None:
        self._target, self._cipher = target, AESGCM(key)
        self._prefix = secrets.token_bytes(_PREFIX_BYTES)
        self._waiting, self._number = bytearray(), 0
        header = {"version": VERSION, "chunk": CHUNK_BYTES, "nonce": self._prefix.hex()}
        self._header = json.dumps(header, sort_keys=True).encode() + b"\n"
        target.write(MAGIC + self._header)

    def writable(self) -> bool:
        """Yes."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Take bytes."""
        self._waiting += data
        while len(self._waiting) > CHUNK_BYTES:
            self._put(bytes(self._waiting[:CHUNK_BYTES]), last=False)
            del self._waiting[:CHUNK_BYTES]
        return len(data)

    def close(self) -> None:
        """Write the last chunk."""
        if not self.closed:
            self._put(bytes(self._waiting), last=True)
        super().close()

    def _put(self, chunk: bytes, *, last: bool) -> None:
        nonce = self._prefix + self._number.to_bytes(8, "big")
        associated = _associated(self._header, self._number, last)
        self._target.write(self._cipher.encrypt(nonce, chunk, associated))
        self._number += 1


class SealReader(io.RawIOBase):
    """Gives the bytes of a sealed stream.

    Raises
    ------
    InputError
        If it is no backup, of a later version, sealed with another key, changed or cut off.
    """

    def __init__(self, source: BinaryIO, key: bytes) -> None:
        self._source, self._cipher = source, AESGCM(key)
        if source.read(len(MAGIC)) != MAGIC:
            raise _fault("is no backup of mesoplan")
        self._header = source.readline(1000)
        try:
            values = json.loads(self._header)
            version, chunk = values["version"], values["chunk"]
            self._prefix = bytes.fromhex(values["nonce"])
        except (ValueError, KeyError, TypeError):
            raise _fault("its header is damaged") from None
        if isinstance(version, int) and version > VERSION:
            raise _fault(f"has format {version}, this program reads {VERSION}")
        # The header is not proved yet: no size is taken from it that a writer would not use.
        sound = isinstance(chunk, int) and 0 < chunk <= _LARGEST_CHUNK
        if not (sound and version == VERSION and len(self._prefix) == _PREFIX_BYTES):
            raise _fault("its header is damaged")
        self._size = chunk + _TAG_BYTES
        self._ready, self._number, self._done = bytearray(), 0, False
        self._next = source.read(self._size)

    def readable(self) -> bool:
        """Yes."""
        return True

    def readinto(self, buffer: bytearray) -> int:  # type: ignore[override]
        """Give bytes."""
        while not self._ready and not self._done:
            self._open()
        count = min(len(buffer), len(self._ready))
        buffer[:count] = self._ready[:count]
        del self._ready[:count]
        return count

    def finish(self) -> None:
        """Read to the end, so that a file that is cut off is found."""
        while not self._done:
            self._open()

    def _open(self) -> None:
        sealed, self._next = self._next, self._source.read(self._size)
        last = not self._next
        nonce = self._prefix + self._number.to_bytes(8, "big")
        try:
            associated = _associated(self._header, self._number, last)
            self._ready += self._cipher.decrypt(nonce, sealed, associated)
        except InvalidTag:
            place = f"chunk {self._number + 1}"
            if self._number == 0:
                raise _fault(f"cannot be opened at {place}: another code, or damaged") from None
            raise _fault(f"is damaged or cut off at {place}") from None
        self._number += 1
        self._done = last
