"""Reads Structured Product Labeling XML, one file or a folder; refuses entities and DTDs."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from mesoplan.catalogue.registers.draft import Draft
from mesoplan.catalogue.registers.faults import FaultList, quoted, refuse
from mesoplan.catalogue.registers.kinds import REGISTERS
from mesoplan.catalogue.registers.source import ByteLines, Source, Tally, file_source
from mesoplan.catalogue.registers.spl_product import HL7, spl_product

DEEPEST = 200
MOST_FILES = 200_000
_CHUNK = 64 * 1024
_PRODUCT = f"{HL7}manufacturedProduct"
_PRODUCT_OLD = f"{HL7}manufacturedMedicine"
_RIGHT = "give a Structured Product Labeling file"


def spl_sources(path: Path) -> list[Source]:
    """The XML file, or every XML file below a folder in name order.

    Raises
    ------
    InputError
        If there is none, or one is empty or too large.
    """
    facts = REGISTERS["spl"]
    files = [path]
    try:
        if path.is_dir():
            files = sorted(p for p in path.rglob("*") if p.suffix.casefold() == ".xml")
            if not files:
                raise refuse(str(path), None, "no XML file in the folder", _RIGHT)
    except (OSError, ValueError) as error:
        raise refuse(str(path), None, "cannot be reached", "give a readable path") from error
    if len(files) > MOST_FILES:
        raise refuse(str(path), None, f"{len(files)} files", f"at most {MOST_FILES}")
    limits = {"most": facts.largest_file, "longest": facts.longest_line}
    return [file_source(file, **limits) for file in files]


def read_spl(sources: list[Source], tally: Tally, faults: FaultList) -> Iterator[Draft]:
    """Every product of every file."""
    for source in sources:
        count = 0
        for draft in _file(source, tally, faults):
            count += 1
            yield draft
        if not count:
            faults.add(source.name, None, "no product with a code", _RIGHT)


def _file(source: Source, tally: Tally, faults: FaultList) -> Iterator[Draft]:
    with source.open(tally) as lines:
        stream = _Feed(lines)
        try:
            yield from _products(stream, source.name, faults)
        except ParseError as error:
            wrong = f"no XML: {str(error).split(':')[0]}"
            raise refuse(source.name, error.position[0], wrong, _RIGHT) from error
        except DefusedXmlException as error:
            wrong = "declares a document type or entities"
            raise refuse(
                source.name, stream.line, wrong, "remove them; labels have none"
            ) from error
        except (ValueError, LookupError, UnicodeError) as error:
            wrong = f"no XML: {quoted(str(error))}"
            raise refuse(source.name, stream.line, wrong, _RIGHT) from error


class _Feed:
    """A stream that hands out one line at a time, so that events have their line."""

    def __init__(self, lines: ByteLines) -> None:
        self._lines = lines
        self._at_start = True
        self.line = 0

    def read(self, _size: int = -1) -> bytes:
        data = self._lines.next(_CHUNK)
        self.line += self._at_start
        self._at_start = data.endswith(b"\n")
        return data


def _products(stream: _Feed, file: str, faults: FaultList) -> Iterator[Draft]:
    """Walk the document; the text of sections is dropped as it goes by."""
    dated: list[str] = []
    path: list[Element] = []
    starts: list[int] = []
    events = ElementTree.iterparse(
        cast("IO[bytes]", stream), events=("start", "end"), forbid_dtd=True
    )
    for event, element in events:
        if event == "start":
            path.append(element)
            if len(path) == 1 and element.tag != f"{HL7}document":
                wrong = f"the root is {quoted(str(element.tag))}"
                raise refuse(file, stream.line, wrong, f"{_RIGHT}, whose root is document")
            if len(path) > DEEPEST:
                wrong = f"elements nested deeper than {DEEPEST}"
                raise refuse(file, stream.line, wrong, _RIGHT)
            if element.tag in (_PRODUCT, _PRODUCT_OLD):
                starts.append(stream.line)
            continue
        path.pop()
        if element.tag == f"{HL7}effectiveTime" and len(path) == 1:
            dated.append(element.get("value", ""))
        if element.tag in (_PRODUCT, _PRODUCT_OLD):
            line = starts.pop()
            if not starts:
                made = spl_product(element, file, line, "".join(dated[:1]), faults)
                if made is not None:
                    yield made
        if not starts:
            element.clear()
            if path and len(path[-1]) and path[-1][-1] is element:
                del path[-1][-1]
