"""From the bytes of a case file to its TOML table, with faults that name their key."""

import re
import tomllib
from pathlib import Path
from typing import Any

from mesoplan.core.errors import Fault, InputError

_LARGEST_BYTES = 4_000_000
_RIGHT = "give a case file in TOML, UTF-8, as the documentation shows"


def read_table(path: Path) -> dict[str, Any]:
    """The TOML table of a file.

    Raises
    ------
    InputError
        If the file is missing, empty, too large, binary or no TOML.
    """
    key = path.name or str(path)
    try:
        size = path.stat().st_size
        if size > _LARGEST_BYTES:
            raise InputError([Fault(key, f"{size} bytes are too many for a case file", _RIGHT)])
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise InputError([Fault(key, "there is no such file", _RIGHT)]) from error
    except OSError as error:
        raise InputError([Fault(key, f"cannot be read ({error.strerror})", _RIGHT)]) from error
    return parse_table(content, key)


def parse_table(content: bytes, key: str) -> dict[str, Any]:
    """The TOML table of a file's bytes.

    Raises
    ------
    InputError
        As ``read_table``.
    """
    if not content.strip():
        raise InputError([Fault(key, "the file is empty", _RIGHT)])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError([Fault(key, "the file is not UTF-8 text", _RIGHT)]) from error
    if "\0" in text:
        raise InputError([Fault(key, "the file is binary", _RIGHT)])
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InputError([_syntax_fault(text, str(error), key)]) from error
    except ValueError as error:
        raise InputError([Fault(key, f"is not TOML ({error})", _RIGHT)]) from error
    except RecursionError as error:
        raise InputError([Fault(key, "the file is nested too deeply", _RIGHT)]) from error


def _syntax_fault(text: str, message: str, key: str) -> Fault:
    """A TOML syntax error turned into a fault of the key whose line it stands on."""
    found = re.search(r"at line (\d+)", message)
    if found is None:
        return Fault(key, f"is not TOML ({message})", _RIGHT)
    number = int(found.group(1))
    lines = text.splitlines()
    line = lines[number - 1] if number <= len(lines) else ""
    name = re.match(r"\s*([\w.-]+)\s*=\s*(.*)", line)
    if name is None:
        return Fault(key, f"is not TOML ({message})", _RIGHT)
    section = ""
    for earlier in lines[: number - 1]:
        header = re.match(r"\s*\[+\s*([\w.-]+)\s*\]+", earlier)
        section = f"{header.group(1)}." if header else section
    value = name.group(2).strip()
    if re.match(r"[+-]?\d+,\d", value):
        return Fault(
            f"{section}{name.group(1)}",
            f"{value} has a decimal comma",
            "write the number with a decimal point",
        )
    if re.match(r"\d{4}-\d{2}-\d{2}", value):
        return Fault(
            f"{section}{name.group(1)}",
            f"{value} is no calendar date",
            "write a date such as 2026-11-22",
        )
    return Fault(f"{section}{name.group(1)}", f"is not TOML ({message})", _RIGHT)
