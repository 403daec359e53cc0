"""Content hashes: the same content gives the same hash on every machine."""

import hashlib
import json
from typing import Any


def canonical_json(value: Any) -> str:
    """JSON text with sorted keys and no spaces; refuses NaN and infinity.

    Raises
    ------
    ValueError
        If the value holds a number that JSON does not know.
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def content_hash(value: Any) -> str:
    """SHA-256 of the canonical JSON, as ``sha256:`` and 64 hexadecimal digits."""
    digest = hashlib.sha256(canonical_json(value).encode()).hexdigest()
    return f"sha256:{digest}"
