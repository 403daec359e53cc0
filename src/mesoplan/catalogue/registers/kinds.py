"""The registers that can be read: their names, terms, and how much a file may hold."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mesoplan.model.register import RegisterKind

MIB = 1024 * 1024


@dataclass(frozen=True)
class RegisterFacts:
    """What is true of a register as a whole.

    ``largest_file`` in bytes; ``longest_line`` likewise, and for JSON the longest record.
    """

    title: str
    country: str
    notice: str
    largest_file: int
    longest_line: int


REGISTERS: Mapping[RegisterKind, RegisterFacts] = MappingProxyType(
    {
        "bdpm": RegisterFacts(
            title="Base de données publique des médicaments",
            country="FR",
            notice="Source: base-donnees-publique.medicaments.gouv.fr, as of the imported file.",
            largest_file=64 * MIB,
            longest_line=64 * 1024,
        ),
        "ndc": RegisterFacts(
            title="National Drug Code Directory",
            country="US",
            notice="Do not rely on openFDA to make decisions regarding medical care.",
            largest_file=2048 * MIB,
            longest_line=4 * MIB,
        ),
        "spl": RegisterFacts(
            title="Structured Product Labeling",
            country="US",
            notice="The label text of the maker decides; not every label is reviewed by the FDA.",
            largest_file=64 * MIB,
            longest_line=16 * MIB,
        ),
    }
)

MOST_COLUMNS = 200
"""Columns of a tab-separated file; public files have 12 to 20."""

MOST_INGREDIENTS = 2000
"""Ingredients of one product; homoeopathic ranges list several hundred."""

LONGEST_TEXT = 4000
"""Characters of one field."""
