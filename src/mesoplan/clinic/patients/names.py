"""Names as they are compared: without accents, case, hyphens and apostrophes."""

import unicodedata

_LETTERS = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th",
     "-": " ", "‐": " ", "‑": " ", "'": None, "’": None, "ʼ": None, "`": None}
)  # fmt: skip
"""Letters that are no base letter with an accent, and signs that people leave out."""


def plain(text: str) -> str:
    """Text as it is compared and searched; both databases compare it letter by letter."""
    split = unicodedata.normalize("NFKD", text.casefold().translate(_LETTERS))
    bare = "".join(c for c in split if not unicodedata.combining(c)).translate(_LETTERS)
    return " ".join(bare.split())


def search_name(family_name: str, given_names: str) -> str:
    """Both names in one text."""
    return f"{plain(family_name)} {plain(given_names)}"
