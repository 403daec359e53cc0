"""The commands of mesoplan and their exit codes: 0 done, 1 program, 2 input, 3 critical."""

import sys
from contextlib import nullcontext
from pathlib import Path
from types import TracebackType
from typing import Annotated

import typer

from mesoplan.cli.catalogue_commands import catalogue_app
from mesoplan.cli.clinic_commands import (
    audit_app,
    backup_command,
    restore_command,
    serve_command,
)
from mesoplan.cli.landmarks_command import landmarks_command
from mesoplan.cli.output import (
    BAD_INPUT,
    CRITICAL,
    DONE,
    PROGRAM_FAULT,
    err,
    help_when_bare,
    out,
    print_faults,
    print_json,
    speak_any_encoding,
)
from mesoplan.cli.pharmacopoeia_commands import pharmacopoeia_app
from mesoplan.cli.summary import print_summary
from mesoplan.cli.validate_command import validate_command
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.units import format_number
from mesoplan.exchange.points_csv import staged_points_csv
from mesoplan.model.plan import Plan
from mesoplan.report import warm_up
from mesoplan.version import VERSION
from mesoplan.workflow import calls
from mesoplan.workflow.suggest import suggest_spacing

app = typer.Typer(
    help="Plan mesotherapy: what to inject, where and how, where it goes, whether it is safe.",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(catalogue_app, name="catalogue")
app.add_typer(pharmacopoeia_app, name="pharmacopoeia")
app.command("landmarks")(landmarks_command)
app.command("validate")(validate_command)
app.command("serve")(serve_command)
app.command("backup")(backup_command)
app.command("restore")(restore_command)
app.add_typer(audit_app, name="audit")

CaseFile = Annotated[Path, typer.Argument(metavar="CASE", help="A case file in TOML.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document, nothing else.")]


@app.command()
def plan(
    case: CaseFile,
    out_folder: Annotated[
        Path | None, typer.Option("--out", help="Folder for the files; by default CASE-plan.")
    ] = None,
    csv: Annotated[
        Path | None, typer.Option("--csv", help="Also write the points as CSV here.")
    ] = None,
    as_json: AsJson = False,  # noqa: FBT002
) -> int:
    """Plan a case, compute its exposure, screen it and write the sheets."""
    warm_up()
    folder = out_folder or case.with_name(f"{case.stem}-plan")
    with err().status("reading the case") as progress:
        read = calls.read_case(case)
        progress.update("computing points, exposure and findings")
        made = calls.plan(read)
        progress.update("writing the sheets")
        with nullcontext() if csv is None else staged_points_csv(made, csv):
            files = calls.write_report(made, folder)
        files = files if csv is None else (*files, csv)
    return _show(made, files, as_json=as_json)


@app.command()
def check(case: CaseFile, as_json: AsJson = False) -> int:  # noqa: FBT002
    """Lay out points, sum doses and screen a case, without exposure and files."""
    return _show(calls.check(calls.read_case(case)), (), as_json=as_json)


@app.command()
def spacing(
    case: CaseFile,
    substance: Annotated[str, typer.Option(help="Substance whose known level counts.")],
    coverage: Annotated[float, typer.Option(help="Share of the target layer, 0 to 1.")] = 0.9,
    as_json: AsJson = False,  # noqa: FBT002
) -> int:
    """Find the widest spacing for a stated coverage; before and after are shown."""
    found = suggest_spacing(calls.read_case(case), substance, coverage)
    rows = {"before": found.before, "after": found.after}
    if as_json:
        print_json({name: None if t is None else vars(t) for name, t in rows.items()})
        return DONE
    for name, trial in rows.items():
        text = "no spacing meets the goal within the limits"
        if trial is not None:
            text = (
                f"{format_number(trial.spacing_mm)} mm, coverage {format_number(trial.coverage)}, "
                f"{trial.points} points, {format_number(trial.volume_ml)} mL, "
                f"{format_number(trial.amount)} {trial.unit} {substance}"
            )
        out().print(f"{name:>6}: {text}", soft_wrap=True)
    return DONE


def _show(made: Plan, files: tuple[Path, ...], *, as_json: bool) -> int:
    if as_json:
        print_json(made.document())
    else:
        print_summary(out(), made, files)
    return CRITICAL if made.status == "blocked" else DONE


@app.callback(invoke_without_command=True)
def version(
    context: typer.Context,
    show: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,  # noqa: FBT002
) -> None:
    """Plan mesotherapy: what to inject, where and how, where it goes, whether it is safe."""
    if show:
        sys.stdout.write(f"mesoplan {VERSION} · catalogue {calls.default_catalogue().version}\n")
        raise typer.Exit
    help_when_bare(context)


def _one_line(kind: type[BaseException], error: BaseException, _: TracebackType | None) -> None:
    """A fault of the program on one line; the interpreter then exits with 1."""
    fault = Fault("mesoplan", f"a fault of the program ({kind.__name__}: {error})", "report it")
    print_faults([fault])


# Typer carries its own copy of click; its root of usage errors is reached by a public name.
_UsageRoot: type[Exception] = typer.BadParameter.__mro__[2]


def main() -> None:
    """Run the command line; the exit code follows the contract."""
    sys.excepthook = _one_line
    speak_any_encoding()
    try:
        # Not through ``app()``, which would put a traceback printer in place of the hook.
        code = typer.main.get_command(app)(standalone_mode=False)
    except InputError as error:
        print_faults(error.faults)
        sys.exit(BAD_INPUT)
    except _UsageRoot as error:
        print_faults([Fault("command", str(error).rstrip("."), "see mesoplan --help")])
        sys.exit(BAD_INPUT)
    except (typer.Abort, KeyboardInterrupt):
        print_faults([Fault("mesoplan", "stopped by the user", "start it again")])
        sys.exit(PROGRAM_FAULT)
    sys.exit(code if isinstance(code, int) else DONE)
