"""The commands of the clinic: serve, backup, restore, audit verify. Django is imported late."""

import datetime as dt
import os
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from mesoplan.catalogue.user_folder import user_folder
from mesoplan.cli.output import CRITICAL, DONE, err, help_when_bare, out
from mesoplan.core.errors import Fault, InputError

audit_app = typer.Typer(help="The audit log of the clinic.", rich_markup_mode=None)
audit_app.callback(invoke_without_command=True)(help_when_bare)

FolderOption = Annotated[
    Path | None, typer.Option("--folder", help="The clinic's folder; by default in your data.")
]


ShowCode = Annotated[
    bool, typer.Option("--show-recovery-code", help="Print the recovery code, make nothing.")
]


def _needs_the_clinic() -> None:
    if find_spec("django") is None or find_spec("gunicorn") is None:
        right = 'install it: pip install "mesoplan[clinic]"'
        raise InputError([Fault("clinic", "its part of mesoplan is not installed", right)])


def _folder(given: Path | None) -> Path:
    return given or Path(os.environ.get("MESOPLAN_CLINIC") or user_folder() / "clinic")


def serve_command(
    folder: FolderOption = None,
    port: Annotated[int, typer.Option(min=1024, max=65534, help="Port.")] = 8017,
    lan: Annotated[bool, typer.Option("--lan", help="Also for tablets on the network.")] = False,  # noqa: FBT002
    demo: Annotated[bool, typer.Option("--demo", help="Invented records, thrown away.")] = False,  # noqa: FBT002
) -> int:
    """Run the clinic in a browser."""
    _needs_the_clinic()
    from mesoplan.clinic.serve.run import run

    def say(line: str) -> None:
        out().print(line, soft_wrap=True, highlight=False, markup=False)

    if demo:
        if folder is not None:
            right = "leave --folder out: a demo has a folder of its own"
            raise InputError([Fault("folder", "stands beside --demo", right)])
        with tempfile.TemporaryDirectory(prefix="mesoplan-demo-") as made:
            run(Path(made), port=port, lan=lan, demo=True, say=say)
        return DONE
    run(_folder(folder), port=port, lan=lan, demo=False, say=say)
    return DONE


def backup_command(
    folder: FolderOption = None,
    to: Annotated[Path | None, typer.Option("--out", help="File to write.")] = None,
    show_code: ShowCode = False,  # noqa: FBT002
) -> int:
    """Back the clinic up into one sealed file."""
    _needs_the_clinic()
    from mesoplan.clinic.backup.code import recovery_code
    from mesoplan.clinic.folder import ClinicFolder
    from mesoplan.clinic.serve.start import set_up

    place = _existing(_folder(folder))
    if show_code:
        out().print(recovery_code(ClinicFolder(place).key("backup")), highlight=False)
        return DONE
    set_up(place)
    from mesoplan.clinic.backup.make import make_backup
    from mesoplan.clinic.backup.scheduled import name_of

    now = dt.datetime.now(dt.UTC)
    target = to or ClinicFolder(place).backups / name_of(now)
    if target.exists():
        raise InputError([Fault("out", f"{target} exists", "name a new file")])
    make_backup(target, by=None, now=now)
    out().print(str(target), soft_wrap=True, highlight=False)
    return DONE


def restore_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    into: Annotated[Path, typer.Option("--into", help="A new folder.")],
    code_file: Annotated[
        Path | None,
        typer.Option("--recovery-code-file", help="File with the recovery code; else asked for."),
    ] = None,
    database_url: Annotated[
        str | None, typer.Option(help="Of a clinic on PostgreSQL: an empty database.")
    ] = None,
) -> int:
    """Restore a backup into a new folder and verify it."""
    _needs_the_clinic()
    from mesoplan.clinic.backup.code import key_of
    from mesoplan.clinic.backup.restore import restore

    if code_file is None:
        code = typer.prompt("Recovery code", hide_input=False)
    else:
        try:
            code = code_file.read_text("utf-8")
        except OSError as error:
            wrong = f"cannot be read ({error.strerror})"
            raise InputError([Fault("recovery-code-file", wrong, "name the file")]) from None
    found = restore(file, into, key_of(code), database_url=database_url)
    out().print(
        f"Restored into {found['folder']}: {found['audit_rows']} rows of the log, chain whole;"
        f" {found['files']} files, all opened. Made {found['made_at']} by mesoplan"
        f" {found['mesoplan']}.",
        soft_wrap=True,
        highlight=False,
    )
    return DONE


@audit_app.command("verify")
def audit_verify_command(folder: FolderOption = None) -> int:
    """Verify the chain of the audit log."""
    _needs_the_clinic()
    from mesoplan.clinic.serve.start import set_up

    set_up(_existing(_folder(folder)))
    from mesoplan.clinic.audit.models import AuditEvent
    from mesoplan.clinic.audit.record import log_break

    broken = log_break()
    if broken is None:
        count = AuditEvent.objects.count()
        out().print(f"The log is whole: {count} rows.", highlight=False)
        return DONE
    err().print(f"error: audit: {broken}; keep the folder as it is and restore a backup beside it",
                soft_wrap=True, highlight=False, markup=False)  # fmt: skip
    return CRITICAL


def _existing(folder: Path) -> Path:
    if not (folder / "keys").is_dir():
        right = "name the folder of a clinic, or start one with mesoplan serve"
        raise InputError([Fault("folder", f"{folder} is no clinic", right)])
    return folder
