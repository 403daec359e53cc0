"""The recovery code: the backup key in letters that can be written down and typed."""

import base64
import hashlib

from mesoplan.core.errors import Fault, InputError

_GROUP = 4
_CHECK = 4
_LETTERS = 52


def recovery_code(key: bytes) -> str:
    """A key as groups of four letters and digits, the last group its checksum."""
    letters = base64.b32encode(key).decode().rstrip("=")
    text = letters + _checksum(letters)
    return "-".join(text[i : i + _GROUP] for i in range(0, len(text), _GROUP))


def key_of(code: str) -> bytes:
    """The key of a recovery code, however it is spaced.

    Raises
    ------
    InputError
        If a letter is wrong or missing.
    """
    text = "".join(c for c in code.upper() if c.isalnum()).replace("0", "O").replace("1", "I")
    letters, check = text[:-_CHECK], text[-_CHECK:]
    if len(letters) != _LETTERS or _checksum(letters) != check:
        right = "type it as it was printed: 14 groups of four"
        raise InputError([Fault("recovery code", "a letter is wrong or missing", right)])
    try:
        return base64.b32decode(letters + "=" * (-len(letters) % 8))
    except ValueError:
        right = "only A to Z and 2 to 7 stand in it"
        raise InputError([Fault("recovery code", "holds another letter", right)]) from None


def _checksum(letters: str) -> str:
    return base64.b32encode(hashlib.sha256(letters.encode()).digest()).decode()[:_CHECK]
