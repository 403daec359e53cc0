"""Reads the US drug directory: JSON of openFDA, tab-separated product.txt, or a zip with one."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from mesoplan.catalogue.registers.draft import Draft
from mesoplan.catalogue.registers.faults import FaultList
from mesoplan.catalogue.registers.kinds import REGISTERS
from mesoplan.catalogue.registers.ndc_json import read_ndc_json
from mesoplan.catalogue.registers.ndc_text import read_ndc_text
from mesoplan.catalogue.registers.source import Source, Tally, file_source, zip_source

_ZIP = b"PK"


def ndc_sources(path: Path) -> list[Source]:
    """The one file to read.

    Raises
    ------
    InputError
        If it is missing, empty or too large, or an archive without exactly one register file.
    """
    facts = REGISTERS["ndc"]
    source = file_source(path, most=facts.largest_file, longest=facts.longest_line)
    if source.start().startswith(_ZIP):
        source = zip_source(path, _wanted, most=facts.largest_file, longest=facts.longest_line)
    return [source]


def _wanted(name: str) -> bool:
    plain = PurePosixPath(name.replace("\\", "/")).name.casefold()
    return plain == "product.txt" or (plain.endswith(".json") and not plain.startswith("."))


def read_ndc(sources: list[Source], tally: Tally, faults: FaultList) -> Iterator[Draft]:
    """Every product of the file."""
    source = sources[0]
    if source.start().startswith((b"{", b"[")):
        return read_ndc_json(source, tally, faults)
    return read_ndc_text(source, tally, faults)
