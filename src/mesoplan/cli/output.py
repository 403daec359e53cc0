"""How the command line speaks: tables on standard output, one line per fault on standard error."""

import io
import json
import sys
from collections.abc import Iterable
from typing import Any

import typer
from rich.console import Console

from mesoplan.core.errors import Fault

DONE, PROGRAM_FAULT, BAD_INPUT, CRITICAL = 0, 1, 2, 3


def out() -> Console:
    """A console on standard output, as wide as the terminal."""
    return Console(highlight=False)


def err() -> Console:
    """A console on standard error, for progress."""
    return Console(stderr=True, highlight=False)


def help_when_bare(context: typer.Context) -> None:
    """Help for a command group called without a command."""
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


def speak_any_encoding() -> None:
    """On a terminal that is not UTF-8 a letter it lacks becomes ``?``, never a fault."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def print_json(document: Any) -> None:
    """One JSON document on standard output and nothing else."""
    sys.stdout.write(json.dumps(document, allow_nan=False, indent=2) + "\n")


def print_faults(faults: Iterable[Fault]) -> None:
    """One line per fault on standard error, never wrapped."""
    for fault in faults:
        sys.stderr.write(f"error: {fault.line()}\n")
