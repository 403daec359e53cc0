"""Texts that people write: whether a column can hold them, asked before it is tried."""

from mesoplan.core.errors import Fault, InputError


def refuse_too_long(key: str, text: str, letters: int) -> None:
    """Refuse a text that its column cannot hold; PostgreSQL would fail on it, SQLite would not.

    Raises
    ------
    InputError
        If it has more letters, or a letter that no database keeps.
    """
    if len(text.strip()) > letters:
        wrong = f"has {len(text.strip())} letters"
        raise InputError([Fault(key, wrong, f"write it in {letters} or fewer")])
    if "\x00" in text:
        raise InputError([Fault(key, "holds a letter that cannot be kept", "write it anew")])
