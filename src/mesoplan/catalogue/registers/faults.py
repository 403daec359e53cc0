"""Collects the faults of register files, each with its file and line."""

from typing import NoReturn

from mesoplan.core.errors import Fault, InputError

MOST_FAULTS = 50


def key(file: str, line: int | None = None) -> str:
    """Where a fault lies: ``CIS_bdpm.txt:123``."""
    name = "".join(letter if letter.isprintable() else "?" for letter in file)
    return name if line is None else f"{name}:{line}"


def refuse(file: str, line: int | None, wrong: str, right: str) -> InputError:
    """One fault of a file, as an error to raise."""
    return InputError([Fault(key(file, line), wrong, right)])


def quoted(text: str, most: int = 60) -> str:
    """A text of a file, short and printable, for an error line."""
    short = text if len(text) <= most else f"{text[:most]}…"
    return '"' + "".join(letter if letter.isprintable() else "?" for letter in short) + '"'


class FaultList:
    """Faults found so far; gives up at ``MOST_FAULTS`` because more would help nobody."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, file: str, line: int | None, wrong: str, right: str) -> None:
        """Note a fault.

        Raises
        ------
        InputError
            When the most are reached.
        """
        self._faults.append(Fault(key(file, line), wrong, right))
        if len(self._faults) >= MOST_FAULTS:
            more = f"{MOST_FAULTS} faults, and reading stopped here"
            self._faults.append(Fault(key(file, line), more, "mend or download the file again"))
            self.stop()

    def stop(self) -> NoReturn:
        """Raise what was found."""
        raise InputError(self._faults)

    def check(self) -> None:
        """Raise what was found, if anything was.

        Raises
        ------
        InputError
            With every fault.
        """
        if self._faults:
            self.stop()
