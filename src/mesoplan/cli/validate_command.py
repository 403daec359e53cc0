"""mesoplan validate: the engine against published measurements."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text

from mesoplan.catalogue.messages import read_messages
from mesoplan.cli.output import DONE, err, out, print_json
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.units import format_number
from mesoplan.dose.tissue import LAWS, Law
from mesoplan.report.validation_chart import FOLDER, Basis, Comparison, Prediction, write_validation
from mesoplan.workflow.validate import validate
from mesoplan.workflow.validation_rows import Row, summarise

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, nothing else.")]
_WIDE = 140
"""Columns of the table in a file or a pipe, where no screen limits it."""

_PARTS = re.compile(r"\d+|\D+")

_STYLE = {"met": "green", "missed": "bold red", "not modelled": "dim"}


def validate_command(
    cases: Annotated[
        Path | None,
        typer.Option("--cases", help="Folder of validation cases; by default those that ship."),
    ] = None,
    out_folder: Annotated[
        Path | None,
        typer.Option("--out", help=f"Folder for the pictures; by default {FOLDER}."),
    ] = None,
    parameters: Annotated[
        str,
        typer.Option("--parameters", help="Parameter set of the skin: " + ", ".join(LAWS) + "."),
    ] = "recommended",
    as_json: AsJson = False,  # noqa: FBT002
) -> int:
    """Run the engine against published measurements, without fitting."""
    law = next((law for law in LAWS if law == parameters), None)
    if law is None:
        right = "one of " + ", ".join(LAWS)
        raise InputError([Fault("--parameters", f'"{parameters}" is unknown', right)])
    with err().status("predicting published measurements"):
        rows = sorted(validate(cases, law=law), key=_order)
    folder = out_folder or (None if as_json else Path(FOLDER))
    files: tuple[Path, ...] = ()
    if folder is not None:
        files = write_validation(_comparison(rows, law), folder, read_messages())
    if as_json:
        print_json([row.document() for row in rows])
        return DONE
    console = out()
    if not console.is_terminal:
        console.width = max(console.width, _WIDE)
    console.print(_table(rows))
    for line in (*_reasons(rows), *_summary(rows, law), *_written(files)):
        console.print(Text(line), soft_wrap=True)
    return DONE


def _order(row: Row) -> list[tuple[int, str]]:
    """Cases as people count: V3 before V14, V15-246 before V15-5200."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in _PARTS.findall(row.id)]


def _comparison(rows: Sequence[Row], law: Law) -> Comparison:
    """What the charts can show: every row with a fold error."""
    shown = tuple(
        Prediction(
            id=row.id,
            quantity=row.quantity,
            unit=row.unit,
            predicted=row.predicted,
            observed=row.observed,
            spread=row.spread,
            met=row.verdict == "met",
            basis=_basis_of(row),
        )
        for row in rows
        if row.predicted is not None and row.fold_error is not None
    )
    return Comparison(shown, law, not_shown=len(rows) - len(shown))


def _basis_of(row: Row) -> Basis:
    if row.ordinal:
        return "ordinal"
    if row.fitted:
        return "fitted"
    return "animal" if row.indirect else "human"


def _written(files: Sequence[Path]) -> list[str]:
    return [f"Pictures: {', '.join(str(file) for file in files)}"] if files else []


def _table(rows: Sequence[Row]) -> Table:
    table = Table(title="Predicted against observed", title_justify="left", expand=False)
    right = ("predicted", "observed", "fold")
    for name in ("id", "quantity", *right, "unit", "verdict", "basis"):
        side: JustifyMethod = "right" if name in right else "left"
        table.add_column(name, justify=side, overflow="fold")
    for row in rows:
        spread = "" if row.spread is None else f" ± {format_number(row.spread)}"
        table.add_row(
            row.id,
            row.quantity,
            "—" if row.predicted is None else format_number(row.predicted),
            f"{format_number(row.observed)}{spread}",
            "—" if row.fold_error is None else f"{row.fold_error:.2f}",
            row.unit,
            Text(row.verdict, _STYLE[row.verdict]),
            ", ".join(_basis(row)),
        )
    return table


def _basis(row: Row) -> list[str]:
    species = f"indirect: {row.species}" if row.indirect else row.species
    marks = {"fitted": bool(row.fitted), "ordinal": row.ordinal}
    return [species, *(mark for mark, holds in marks.items() if holds)]


def _reasons(rows: Sequence[Row]) -> list[str]:
    return [f"{row.id} {row.quantity}: {row.reason}" for row in rows if row.reason]


def _summary(rows: Sequence[Row], law: Law) -> list[str]:
    found = summarise(rows)
    means = (
        ("unfitted", found.fold_unfitted, f"{found.unfitted} predictions"),
        ("unfitted, in people", found.fold_unfitted_human, "the direct ones among them"),
        ("fitted", found.fold_fitted, f"{found.fitted} predictions, no test of the engine"),
    )
    return [
        f"Parameter set: {law}",
        f"{found.met} met, {found.missed} missed, {found.not_modelled} not modelled",
        *(
            f"Geometric mean fold error, {name}: "
            + ("none" if mean is None else f"{mean:.2f} ({what})")
            for name, mean, what in means
        ),
    ]
