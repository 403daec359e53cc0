"""The errors of mesoplan and the one shape of a fault.

MesoplanError
├── InputError        what the user gave is wrong; carries every fault found
├── CatalogueError    a catalogue file is wrong
└── StaleInputError   a derived object belongs to other inputs
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One thing wrong with an input.

    Parameters
    ----------
    key : str
        Where: the dotted key of a file (``areas[0].site``) or the name of an argument.
    wrong : str
        What is wrong with it.
    right : str
        What would be right.
    """

    key: str
    wrong: str
    right: str

    def line(self) -> str:
        """The fault on one line, as the command line prints it."""
        text = " ".join(f"{self.key}: {self.wrong}; {self.right}".split())
        return "".join(letter for letter in text if letter.isprintable())


class MesoplanError(Exception):
    """Root of all errors raised on purpose."""


class InputError(MesoplanError):
    """Input that cannot be used; ``faults`` holds every fault, not only the first."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(fault.line() for fault in self.faults))


class CatalogueError(MesoplanError):
    """A catalogue file that breaks its own rules."""


class StaleInputError(MesoplanError):
    """A derived object whose inputs have changed since; names the field."""
