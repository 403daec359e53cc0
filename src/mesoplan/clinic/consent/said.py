"""Texts that people type beside a consent: trimmed, printable, no longer than is kept."""

import unicodedata

from mesoplan.core.errors import Fault

_NOT_PRINTED = ("Cc", "Cs", "Co", "Cn")


def said(text: str, key: str, *, least: int, most: int, right: str) -> tuple[str, list[Fault]]:
    """A line as it is kept, and what is wrong with it."""
    line = " ".join(text.split())
    faults = []
    if len(line) < least:
        faults.append(Fault(key, "is missing", right))
    if len(line) > most:
        faults.append(Fault(key, f"is longer than {most} letters", "shorten it"))
    return line, [*faults, *unprintable(line, key)]


def unprintable(text: str, key: str) -> list[Fault]:
    """A fault where a text holds what no printer prints; line ends and tabs are fine."""
    if all(c in "\n\t" or unicodedata.category(c) not in _NOT_PRINTED for c in text):
        return []
    return [Fault(key, "holds a character that cannot be printed", "type it again")]
