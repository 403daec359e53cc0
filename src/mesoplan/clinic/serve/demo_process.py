"""Fills a demo clinic in a process of its own.

Typesetting starts threads, and a process with threads must not be forked: the server's processes,
which are, would wait for them for ever.
"""

import datetime as dt
import multiprocessing
import multiprocessing.queues
from pathlib import Path

from mesoplan.clinic.serve.start import set_up
from mesoplan.core.errors import Fault, InputError


def fill_apart(folder: Path, now: dt.datetime) -> list[str]:
    """Fill the folder; lines for the terminal.

    Raises
    ------
    InputError
        If the process failed; it has said why on standard error.
    """
    context = multiprocessing.get_context("spawn")
    lines = context.SimpleQueue()
    process = context.Process(target=_fill, args=(folder, now, lines))
    process.start()
    process.join()
    if process.exitcode != 0 or lines.empty():
        right = "see the lines above, and report it"
        raise InputError([Fault("demo", "the records could not be made", right)])
    found: list[str] = lines.get()
    return found


def _fill(
    folder: Path, now: dt.datetime, lines: "multiprocessing.queues.SimpleQueue[list[str]]"
) -> None:
    set_up(folder)
    from mesoplan.clinic.serve.demo import fill

    lines.put(fill(now))
