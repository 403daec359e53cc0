"""How the command line speaks: tables on standard output, one line per fault on standard error."""

import json
import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console

from mesoplan.core.errors import Fault

DONE, PROGRAM_FAULT, BAD_INPUT, CRITICAL = 0, 1, 2, 3


def out() -> Console:
    """A console on standard output, as wide as the terminal."""
    return Console(highlight=False)


def err() -> Console:
    """A console on standard error, for progress."""
    return Console(stderr=True, highlight=False)


def print_json(document: Any) -> None:
    """One JSON document on standard output and nothing else."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False, indent=2) + "\n")


def print_faults(faults: Iterable[Fault]) -> None:
    """One line per fault on standard error, never wrapped."""
    for fault in faults:
        sys.stderr.write(f"error: {fault.line()}\n")
