"""GS1 codes of packs: product (01), lot (10), expiry (17), serial (21), as a scanner sends them."""

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from biip import ParseError
from biip.gs1_messages import GS1Message

from mesoplan.core.errors import Fault, InputError

_SYMBOLOGY = re.compile(r"^\](d2|C1|Q3|e0|J1)")
_RIGHT = "scan the data matrix on the pack, or type product, lot and expiry"


@dataclass(frozen=True)
class PackCode:
    """What a pack says of itself."""

    gtin: str
    lot_number: str
    expires_on: dt.date
    serial: str = ""


def read_pack(text: str) -> PackCode:
    """Read a GS1 element string, with group separators or in brackets.

    Raises
    ------
    InputError
        If it is none, its check digit is wrong, or product, lot or expiry is missing.
    """
    bare = _SYMBOLOGY.sub("", text.strip())
    try:
        message = GS1Message.parse_hri(bare) if bare.startswith("(") else GS1Message.parse(bare)
    except ParseError as error:
        wrong = f"is no GS1 code ({error})".replace("\n", " ")
        raise InputError([Fault("scan", wrong, _RIGHT)]) from None
    for one in message.element_strings:
        if one.ai.ai == "01" and one.gtin is None:
            wrong = f"its product number {one.value} has a wrong check digit"
            raise InputError([Fault("scan", wrong, _RIGHT)])
    found = {one.ai.ai: one.value for one in message.element_strings}
    missing = [name for ai, name in (("01", "product"), ("10", "lot"), ("17", "expiry"))
               if ai not in found]  # fmt: skip
    if missing:
        raise InputError([Fault("scan", f"says no {', '.join(missing)}", _RIGHT)])
    return PackCode(found["01"], found["10"], _expiry(found["17"]), found.get("21", ""))


def _expiry(text: str) -> dt.date:
    """YYMMDD; day 00 is the last of the month; the century is this one."""
    try:
        year, month, day = 2000 + int(text[:2]), int(text[2:4]), int(text[4:6])
        return dt.date(year, month, day or calendar.monthrange(year, month)[1])
    except (ValueError, calendar.IllegalMonthError):
        wrong = f"its expiry {text!r} is no date"
        raise InputError([Fault("scan", wrong, _RIGHT)]) from None
