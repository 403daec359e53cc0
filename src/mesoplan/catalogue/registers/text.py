"""Reads tab-separated register files: encoding found strictly, fields without stray spaces."""

import re
from collections.abc import Iterator

from mesoplan.catalogue.registers.faults import quoted, refuse
from mesoplan.catalogue.registers.kinds import LONGEST_TEXT, MOST_COLUMNS
from mesoplan.catalogue.registers.source import Source, Tally

_HIGH = re.compile(rb"[\x80-\xff]+")
_BOM = b"\xef\xbb\xbf"
_WIDE_BOMS = (b"\xff\xfe", b"\xfe\xff")


def encoding_of(source: Source) -> str:
    """UTF-8 where the whole file is UTF-8, else cp1252.

    A file whose accented letters are mostly UTF-8 but not all is a damaged UTF-8 file: read as
    cp1252 its names would turn to rubbish without a word.

    Raises
    ------
    InputError
        If the file is neither, with the line of the first byte that says so.
    """
    good, first_bad, bad = 0, 0, 0
    with source.open() as lines:
        for number, line in enumerate(lines, start=1):
            if number == 1 and line.startswith(_WIDE_BOMS):
                raise refuse(source.name, 1, "UTF-16 text", "save it as UTF-8 or cp1252")
            if line.isascii():
                continue
            for run in _HIGH.findall(line):
                try:
                    run.decode("utf-8")
                    good += 1
                except UnicodeDecodeError:
                    bad += 1
                    first_bad = first_bad or number
    if not bad:
        return "utf-8"
    if good > bad:
        wrong = "a byte that is no UTF-8 in a file that otherwise is"
        raise refuse(source.name, first_bad, wrong, "download the file again")
    return "cp1252"


def rows(source: Source, tally: Tally) -> Iterator[tuple[int, list[str]]]:
    """Line number and stripped fields of every line that is not blank.

    Raises
    ------
    InputError
        For a byte that the encoding does not know, a NUL, a gigantic line, field or number of
        columns, and for a last line that ends in the middle.
    """
    encoding = encoding_of(source)
    first_columns = 0
    with source.open(tally) as lines:
        for number, line in enumerate(lines, start=1):
            try:
                text = line.removeprefix(_BOM).decode(encoding)
            except UnicodeDecodeError as error:
                byte = line[error.start] if error.start < len(line) else 0
                wrong = f"byte 0x{byte:02X} is no text in {encoding}"
                right = "give a file in UTF-8 or cp1252"
                raise refuse(source.name, number, wrong, right) from error
            if "\0" in text:
                raise refuse(source.name, number, "a NUL byte", "give a text file")
            if not text.strip():
                continue
            fields = [field.strip() for field in text.rstrip("\r\n").split("\t")]
            if len(fields) > MOST_COLUMNS:
                wrong = f"{len(fields)} columns"
                raise refuse(source.name, number, wrong, f"at most {MOST_COLUMNS}")
            too_long = next((field for field in fields if len(field) > LONGEST_TEXT), None)
            if too_long is not None:
                wrong = f"a field of {len(too_long)} characters, {quoted(too_long, 20)}"
                raise refuse(source.name, number, wrong, f"at most {LONGEST_TEXT}")
            first_columns = first_columns or len(fields)
            if not text.endswith("\n") and len(fields) < first_columns:
                wrong = f"the file ends in the middle of a line, after {quoted(fields[-1])}"
                raise refuse(source.name, number, wrong, "download the file again")
            yield number, fields


def spaced(text: str) -> str:
    """Text with single spaces."""
    return " ".join(text.split())
