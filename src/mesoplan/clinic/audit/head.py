"""The head of the log outside the database: a small file that only ever moves forward."""

import fcntl
import json
import os
from pathlib import Path

from mesoplan.clinic.audit.chain import Head
from mesoplan.core.errors import Fault, InputError


def read_head(path: Path) -> Head:
    """The head last written; the empty one where there is no file yet.

    Raises
    ------
    InputError
        If the file is damaged.
    """
    try:
        values = json.loads(path.read_text("utf-8"))
        return Head(int(values["sequence"]), str(values["mac"]))
    except FileNotFoundError:
        return Head()
    except (OSError, ValueError, KeyError, TypeError) as error:
        right = "restore the clinic's folder from a backup"
        raise InputError([Fault(str(path), f"is damaged ({error})", right)]) from None


def advance_head(path: Path, head: Head) -> None:
    """Write a later head; an earlier one, from a process that comes late, changes nothing."""
    with path.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if path.exists() and read_head(path).sequence >= head.sequence:
            return
        made = path.with_suffix(".new")
        with made.open("w", encoding="utf-8") as file:
            json.dump({"sequence": head.sequence, "mac": head.mac}, file)
            file.flush()
            # A loss of power must not leave an empty file under the name of the whole one.
            os.fsync(file.fileno())
        made.replace(path)
