"""Builds case texts for tests, and runs the command line inside the test's own process.

The standard cases are lopsided on purpose: areas wider than high, left unlike right.
"""

import contextlib
import copy
import datetime as dt
import io
import json
import math
import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mesoplan import Plan, check, read_case
from mesoplan.cli.app import main
from mesoplan.core.errors import Fault, InputError

REMOVE = object()
"""Given to ``changed`` in place of a value: takes the key away."""

ASKED: dict[str, Any] = {
    "age_years": 46,
    "sex": "female",
    "weight_kg": 62.0,
    "phototype": 3,
    "pregnant": False,
    "breastfeeding": False,
    "allergies": [],
    "conditions": [],
    "medicines": [],
    "history": [],
}
"""A healthy adult who was asked everything."""

LEFT: dict[str, Any] = {"site": "cheek", "side": "left", "rectangle_mm": [60, 50]}
RIGHT: dict[str, Any] = {"site": "cheek", "side": "right", "rectangle_mm": [45, 30]}

FACE: dict[str, Any] = {
    "format": "mesoplan/case",
    "version": 1,
    "patient": ASKED,
    "treatment": {
        "indication": "facial-rejuvenation",
        "intent": "treat",
        "date": dt.date(2026, 11, 23),
        "country": "FR",
    },
    "today": {"anaesthetics": [], "caffeine_mg": 0},
    "areas": [LEFT, RIGHT],
}
"""The default protocol on both cheeks."""

LIDOCAINE: dict[str, Any] = {"product": "lidocaine-hydrochloride-10", "volume": "2 mL"}

PAIN: dict[str, Any] = {
    "format": "mesoplan/case",
    "version": 1,
    "patient": ASKED,
    "treatment": {
        "indication": "localized-pain",
        "intent": "treat",
        "date": dt.date(2026, 11, 23),
        "country": "US",
    },
    "today": {"anaesthetics": [], "caffeine_mg": 0},
    "areas": [{"site": "upper-back", "side": "left", "rectangle_mm": [60, 50]}],
    "technique": {
        "id": "micro-deposit",
        "needle": "30G 4 mm",
        "angle_deg": 30,
        "inserted_mm": 3.0,
        "spacing_mm": 10.0,
        "pattern": "square",
        "volume_per_point": "0.02 mL",
    },
    "syringes": [{"prepared_by": "practitioner", "contents": [LIDOCAINE]}],
}
"""A case that states everything itself: 6 x 5 points of 0.02 mL lidocaine 10 mg/mL."""


def changed(values: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """A deep copy with other values; ``patient__age_years=30`` reaches into tables."""
    fresh = copy.deepcopy(values)
    for path, value in changes.items():
        place: Any = fresh
        *way, last = [int(part) if part.isdigit() else part for part in path.split("__")]
        for part in way:
            place = place[part] if isinstance(part, int) else place.setdefault(part, {})
        if value is REMOVE:
            del place[last]
        else:
            place[last] = value
    return fresh


def toml(values: dict[str, Any]) -> str:
    """TOML with one key a line, as people write case files."""
    lines = [f"{_key(k)} = {_value(v)}" for k, v in values.items() if not _is_section(v)]
    for key, value in values.items():
        if not _is_section(value):
            continue
        tables = [value] if isinstance(value, dict) else value
        header = f"[{_key(key)}]" if isinstance(value, dict) else f"[[{_key(key)}]]"
        for table in tables:
            lines += ["", header, *(f"{_key(k)} = {_value(v)}" for k, v in table.items())]
    return "\n".join(lines) + "\n"


def _is_section(value: Any) -> bool:
    rows = isinstance(value, list) and value and all(isinstance(v, dict) for v in value)
    return isinstance(value, dict) or bool(rows)


def _key(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else _text(text)


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else ("inf" if value > 0 else "-inf")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, list):
        return "[" + ", ".join(_value(part) for part in value) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in value.items()) + "}"
    return repr(value)


def write_case(folder: Path, values: dict[str, Any] | str | bytes, name: str = "case") -> Path:
    """The case as a file."""
    path = folder / f"{name}.toml"
    if isinstance(values, bytes):
        path.write_bytes(values)
    else:
        path.write_text(values if isinstance(values, str) else toml(values), encoding="utf-8")
    return path


def checked(folder: Path, values: dict[str, Any]) -> Plan:
    """The plan of a case without its exposure."""
    return check(read_case(write_case(folder, values)))


def faults(folder: Path, values: dict[str, Any] | str | bytes) -> tuple[Fault, ...]:
    """The faults of a case; empty where it can be planned."""
    try:
        read_case(write_case(folder, values))
    except InputError as error:
        return error.faults
    return ()


def fault_keys(folder: Path, values: dict[str, Any] | str | bytes) -> list[str]:
    """The keys of all faults of a case, sorted."""
    return sorted(fault.key for fault in faults(folder, values))


def rules(plan: Plan, severity: str) -> set[str]:
    """The rules of the findings of one severity."""
    return {finding.rule for finding in plan.findings if finding.severity == severity}


@dataclass(frozen=True)
class Ran:
    """What a command gave back."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """Standard output as the one JSON document it must be."""
        return json.loads(self.out)

    @property
    def error_lines(self) -> list[str]:
        """The lines of standard error that tell of a fault."""
        return [line for line in self.err.splitlines() if line.startswith("error: ")]


def run(*arguments: str | Path) -> Ran:
    """Run ``mesoplan`` in this process; a fault of the program is raised, never swallowed."""
    out, err = io.StringIO(), io.StringIO()
    before, hook = sys.argv, sys.excepthook
    sys.argv = ["mesoplan", *(str(argument) for argument in arguments)]
    code: Any = 0
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main()
            except SystemExit as stop:
                code = stop.code
    finally:
        sys.argv, sys.excepthook = before, hook
    return Ran(int(code or 0), out.getvalue(), err.getvalue())
