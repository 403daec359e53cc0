"""mesoplan catalogue: list, show and verify what the catalogue holds."""

from typing import Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from mesoplan.catalogue import Catalogue
from mesoplan.catalogue.read import KINDS
from mesoplan.catalogue.verify import verify
from mesoplan.cli.output import DONE, PROGRAM_FAULT, help_when_bare, out, print_faults, print_json
from mesoplan.core.errors import Fault, InputError
from mesoplan.workflow.calls import default_catalogue
from mesoplan.workflow.verify_protocols import broken_protocols

catalogue_app = typer.Typer(help="Browse and verify the catalogue.", rich_markup_mode=None)
catalogue_app.callback(invoke_without_command=True)(help_when_bare)
_PLURAL = {f"{kind}s": kind for kind in KINDS} | {
    "mixtures": "mixture",
    "classes": "class",
    "supplies": "supply",
    "entries": "entry",
    "emergencies": "emergency",
}
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, nothing else.")]


def _kind(text: str) -> str:
    kind = _PLURAL.get(text.lower(), text.lower())
    if kind not in {*KINDS, "mixture"}:
        raise InputError([Fault("KIND", f'"{text}" is unknown', f"one of {', '.join(KINDS)}")])
    return kind


@catalogue_app.command("list")
def list_kind(kind: Annotated[str, typer.Argument(metavar="KIND")], as_json: AsJson = False) -> int:  # noqa: FBT002
    """List the records of a kind."""
    records = default_catalogue().records.get(_kind(kind), {})
    if as_json:
        print_json([{"id": name, "name": _title(record)} for name, record in records.items()])
        return DONE
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, record in sorted(records.items()):
        table.add_row(escape(name), escape(_title(record)))
    out().print(table)
    return DONE


def _title(record: Any) -> str:
    own = getattr(record, "own", "")
    return f"{_plain_title(record)} (own, unreviewed: {own})" if own else _plain_title(record)


def _plain_title(record: Any) -> str:
    for field in ("name", "title", "citation", "label", "message", "text"):
        value = getattr(record, field, None)
        if isinstance(value, str):
            return value
    return ""


@catalogue_app.command()
def show(
    kind: Annotated[str, typer.Argument(metavar="KIND")],
    name: Annotated[str, typer.Argument(metavar="ID")],
    as_json: AsJson = False,  # noqa: FBT002
) -> int:
    """Show one record with its figures, sources and marks of trust."""
    catalogue = default_catalogue()
    found = _kind(kind)
    records = catalogue.records.get(found, {})
    known = catalogue.find(found, name) if records else None
    key = known or (name if name in records else None)
    if key is None:
        near = catalogue.names[found].nearest(name) if records else None
        right = f'did you mean "{near}"?' if near else f"see mesoplan catalogue list {found}"
        raise InputError([Fault("ID", f'no {found} "{name}"', right)])
    document = catalogue.records[found][key].model_dump(mode="json", exclude_defaults=True)
    if as_json:
        print_json(document)
        return DONE
    console = out()
    for line in _lines(document, 0):
        console.print(line, soft_wrap=True, markup=False)
    for source in sorted(_cited(document)):
        console.print(f"[{source}] {_citation(catalogue, source)}", soft_wrap=True, markup=False)
    return DONE


def _lines(value: dict[str, Any], depth: int) -> list[str]:
    lines: list[str] = []
    pad = "  " * depth
    for key, item in value.items():
        if isinstance(item, dict):
            figure = _figure(item)
            if figure is not None:
                lines.append(f"{pad}{key}: {figure}")
            else:
                lines += [f"{pad}{key}:", *_lines(item, depth + 1)]
        elif isinstance(item, list) and item and isinstance(item[0], dict):
            for row in item:
                figure = _figure(row)
                if figure is not None:
                    lines.append(f"{pad}{key}: {figure}")
                else:
                    lines += [f"{pad}{key}:", *_lines(row, depth + 1)]
        else:
            text = ", ".join(str(part) for part in item) if isinstance(item, list) else str(item)
            lines.append(f"{pad}{key}: {text}")
    return lines


def _figure(item: dict[str, Any]) -> str | None:
    """A figure on one line: value or range, unit, trust, sources."""
    if "unit" not in item or not {"value", "low"} & item.keys():
        return None
    if not item.keys() <= {"value", "low", "high", "unit", "sources", "trust", "note"}:
        return None
    number = f"{item['value']:g}" if "value" in item else ""
    if "low" in item:
        number = f"{number} ({item['low']:g}–{item['high']:g})".strip()
    unit = "" if item["unit"] == "1" else f" {item['unit']}"
    note = f"; {item['note']}" if item.get("note") else ""
    return f"{number}{unit}  [{item['trust']}: {', '.join(item['sources'])}{note}]"


def _cited(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = set(value.get("sources", ()))
        return own.union(*(_cited(item) for item in value.values()))
    if isinstance(value, list):
        return set().union(*(_cited(item) for item in value))
    return set()


def _citation(catalogue: Catalogue, source: str) -> str:
    record = catalogue.sources.get(source)
    return record.citation if record else "not in the list of sources"


@catalogue_app.command("verify")
def verify_command(as_json: AsJson = False) -> int:  # noqa: FBT002
    """Verify that figures have sources, references are kept and protocols keep their limits."""
    catalogue = default_catalogue()
    result = verify(catalogue)
    faults = result.faults or tuple(broken_protocols(catalogue))
    if as_json:
        print_json(
            {
                "faults": list(faults),
                "by_trust": result.by_trust,
                "by_kind": result.by_kind,
            }
        )
    else:
        table = Table(title="Statements by mark of trust", title_justify="left")
        for trust in result.by_trust:
            table.add_column(trust, justify="right")
        table.add_row(*(str(count) for count in result.by_trust.values()))
        out().print(table)
        kinds = ", ".join(f"{count} {kind}" for kind, count in result.by_kind.items() if count)
        out().print(kinds)
        out().print("no faults" if not faults else f"{len(faults)} faults")
    print_faults([Fault("catalogue", text, "mend the data file") for text in faults])
    return PROGRAM_FAULT if faults else DONE
