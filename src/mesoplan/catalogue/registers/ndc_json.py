"""Reads the JSON of openFDA's drug directory record by record, never the whole file at once."""

from collections.abc import Iterator
from typing import Any

import ijson

from mesoplan.catalogue.registers.draft import Draft, product
from mesoplan.catalogue.registers.faults import FaultList, quoted, refuse
from mesoplan.catalogue.registers.kinds import LONGEST_TEXT, MOST_INGREDIENTS, REGISTERS
from mesoplan.catalogue.registers.ndc_text import NDC_CODE, date, marketing
from mesoplan.catalogue.registers.route_codes import route_ids
from mesoplan.catalogue.registers.source import Source, Tally
from mesoplan.catalogue.registers.strengths import us_quantity
from mesoplan.catalogue.registers.text import spaced

_CHUNK = 16 * 1024
_MOST_BRACKETS = 10_000
_RIGHT = "give the register's own file"


def read_ndc_json(source: Source, tally: Tally, faults: FaultList) -> Iterator[Draft]:
    """Every product of ``results``."""
    for line, record in _records(source, tally):
        made = _product(record, source.name, line, faults)
        if made is not None:
            yield made


def _records(source: Source, tally: Tally) -> Iterator[tuple[int, Any]]:
    """Line of the end of each record, and the record.

    The parser is fed line by line, so that a fault has its line. A record that goes on for longer
    than allowed is refused before it fills the memory, one with too many brackets before their
    nesting overruns the parser's stack.
    """
    found: list[Any] = []
    parser = ijson.items_coro(_Sink(found), "results.item", use_float=True)
    line, since, brackets, at_start = 0, 0, 0, True
    with source.open(tally) as lines:
        while data := lines.next(_CHUNK):
            line += at_start
            at_start = data.endswith(b"\n")
            since += len(data)
            brackets += data.count(b"[") + data.count(b"{")
            if since > REGISTERS["ndc"].longest_line:
                wrong = f"a record of more than {REGISTERS['ndc'].longest_line} bytes"
                raise refuse(source.name, line, wrong, _RIGHT)
            if brackets > _MOST_BRACKETS:
                wrong = f"a record with more than {_MOST_BRACKETS} brackets"
                raise refuse(source.name, line, wrong, _RIGHT)
            _feed(parser, data.removeprefix(b"\xef\xbb\xbf") if line == 1 else data, source, line)
            if found:
                yield from ((line, record) for record in found)
                found.clear()
                since = brackets = 0
    try:
        parser.close()
    except (ijson.JSONError, ValueError) as error:
        right = "download the file again"
        raise refuse(source.name, line, "the file ends in the middle", right) from error


class _Sink:
    """What the parser sends its records to."""

    def __init__(self, found: list[Any]) -> None:
        self._found = found

    def send(self, record: Any) -> None:
        self._found.append(record)

    def close(self) -> None:
        """Nothing to close."""


def _feed(parser: Any, data: bytes, source: Source, line: int) -> None:
    try:
        parser.send(data)
    except (ijson.JSONError, ValueError, OverflowError, RecursionError, StopIteration) as error:
        reason = str(error).splitlines()[0] if str(error) else "broken"
        reason = reason.removeprefix("parse error: ").removeprefix("lexical error: ")
        raise refuse(source.name, line, f"no JSON: {quoted(reason)[1:-1]}", _RIGHT) from error


def _product(record: Any, file: str, line: int, faults: FaultList) -> Draft | None:
    if not isinstance(record, dict):
        faults.add(file, line, "a result is no object", _RIGHT)
        return None
    code = _text(record, "product_ndc").upper()
    if not NDC_CODE.fullmatch(code):
        right = "labeler and product, such as 0409-9137"
        faults.add(file, line, f"product_ndc {quoted(code)} is no product code", right)
        return None
    routes, contents = record.get("route") or [], record.get("active_ingredients") or []
    if not isinstance(routes, list) or not all(isinstance(r, str) for r in routes):
        faults.add(file, line, f"{code}: route is no list of texts", _RIGHT)
        return None
    if not isinstance(contents, list) or not all(_is_content(item) for item in contents):
        faults.add(file, line, f"{code}: active_ingredients is no list of named parts", _RIGHT)
        return None
    if len(contents) > MOST_INGREDIENTS or len(routes) > MOST_INGREDIENTS:
        faults.add(file, line, f"{code}: a list of more than {MOST_INGREDIENTS}", _RIGHT)
        return None
    written = tuple(spaced(route) for route in routes if route.strip())
    generic = _text(record, "generic_name")
    made = product(
        {
            "id": f"ndc:{code}",
            "kind": "ndc",
            "code": code,
            "name": _text(record, "brand_name") or generic or code,
            "generic": generic or None,
            "dosage_form": _text(record, "dosage_form") or None,
            "routes": route_ids(written),
            "routes_written": written,
            "status": _text(record, "marketing_category") or None,
            "marketing": marketing(
                _text(record, "marketing_start_date"), _text(record, "marketing_end_date")
            ),
            "holder": _text(record, "labeler_name") or None,
            "ingredients": tuple(_content(item) for item in contents),
            "dated": date(_text(record, "listing_expiration_date")) or None,
        },
        faults,
        file,
        line,
    )
    return None if made is None else Draft(made, file, line, _text(record, "product_id") or None)


def _text(record: dict[str, Any], name: str) -> str:
    value = record.get(name)
    return spaced(value)[:LONGEST_TEXT] if isinstance(value, str) else ""


def _is_content(item: Any) -> bool:
    return isinstance(item, dict) and isinstance(item.get("name"), str) and bool(item["name"])


def _content(item: dict[str, Any]) -> dict[str, Any]:
    strength = _text(item, "strength")
    return {
        "name": _text(item, "name"),
        "strength": strength or None,
        "quantity": us_quantity(strength),
    }
