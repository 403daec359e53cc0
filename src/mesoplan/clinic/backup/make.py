"""Making a backup: database, encrypted files, keys and settings in one sealed file."""

import datetime as dt
import hashlib
import io
import json
import os
import sqlite3
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from mesoplan.clinic.audit.chain import Head
from mesoplan.clinic.audit.models import AuditEvent
from mesoplan.clinic.audit.record import note
from mesoplan.clinic.backup.members import MANIFEST, POSTGRESQL, SQLITE
from mesoplan.clinic.backup.models import BackupRun
from mesoplan.clinic.backup.sealed import SealWriter
from mesoplan.clinic.people.models import User
from mesoplan.core.errors import Fault, InputError
from mesoplan.version import VERSION


def make_backup(target: Path, *, by: User | None, now: dt.datetime) -> BackupRun | None:
    """Write a sealed backup; the file appears only when it is whole.

    Returns
    -------
    BackupRun or None
        Its row, written after the copy was taken; ``None`` before the first migration.

    Raises
    ------
    InputError
        If the folder cannot be written, or PostgreSQL's own program fails.
    """
    made = target.with_name(f".{target.name}.new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file, tempfile.TemporaryDirectory() as scratch:
            manifest = _write(file, Path(scratch), now)
            file.flush()
            os.fsync(file.fileno())
        made.replace(target)
    except OSError as error:
        wrong = f"cannot write {target} ({error.strerror})"
        raise InputError([Fault("backup", wrong, "name a folder with room")]) from error
    finally:
        if made.exists():
            made.unlink()
    if "clinic_backuprun" not in connection.introspection.table_names():
        return None
    digest = hashlib.sha256()
    with target.open("rb") as file:
        while chunk := file.read(1 << 20):
            digest.update(chunk)
    run = BackupRun.objects.create(
        file=target.name,
        made_at=now,
        size=target.stat().st_size,
        sha256=digest.hexdigest(),
        audit_sequence=manifest["audit"]["sequence"],
    )
    note(by, "backup.made", now=now, details={"run": run.pk, "sha256": run.sha256})
    return run


def _write(file: Any, scratch: Path, now: dt.datetime) -> dict[str, Any]:
    folder = settings.CLINIC_FOLDER
    copy, head, applied = _database(scratch)
    members = {copy.name: copy}
    for path in sorted(folder.files.rglob("*.aes")):
        members[f"files/{path.relative_to(folder.files)}"] = path
    for name in ("django", "audit", "files"):
        members[f"keys/{name}.key"] = folder.keys / f"{name}.key"
    for path in sorted((folder.root / "formulary").glob("*.toml")):
        members[f"formulary/{path.name}"] = path
    if folder.settings_file.exists():
        members["clinic.toml"] = folder.settings_file
    hashes = {}
    writer = SealWriter(file, folder.key("backup"))
    with tarfile.open(fileobj=writer, mode="w|") as tar:
        for name, path in members.items():
            content = path.read_bytes()
            hashes[name] = hashlib.sha256(content).hexdigest()
            _add(tar, name, content, now)
        manifest = {
            "format": "mesoplan/backup",
            "version": 1,
            "mesoplan": VERSION,
            "made_at": now.isoformat(),
            "migrations": applied,
            "audit": {"sequence": head.sequence, "mac": head.mac},
            "members": hashes,
        }
        _add(tar, MANIFEST, json.dumps(manifest, indent=1).encode(), now)
    writer.close()
    return manifest


def _add(tar: tarfile.TarFile, name: str, content: bytes, now: dt.datetime) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode, entry.mtime = len(content), 0o600, int(now.timestamp())
    tar.addfile(entry, io.BytesIO(content))


def _database(scratch: Path) -> tuple[Path, Head, list[str]]:
    """A consistent copy, the last row of its log, and the migrations it has."""
    if connection.vendor == "sqlite":
        copy = scratch / SQLITE
        connection.ensure_connection()
        with sqlite3.connect(copy) as target:
            connection.connection.backup(target)
        target.close()
        return copy, _sqlite_head(copy), _applied()
    copy = scratch / POSTGRESQL
    values = connection.settings_dict
    environment = os.environ | {"PGPASSWORD": values["PASSWORD"]}
    command = ["pg_dump", "--format=custom", f"--file={copy}", *_where(values), values["NAME"]]
    # The head is read first: rows that come while the dump begins only lie after it.
    last = AuditEvent.objects.order_by("-sequence").first() if _has_log() else None
    _run(command, environment)
    return copy, Head(last.sequence, last.mac) if last else Head(), _applied()


def _has_log() -> bool:
    return "clinic_auditevent" in connection.introspection.table_names()


def _where(values: dict[str, Any]) -> list[str]:
    named = (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER"))
    return [f"{option}={values[key]}" for option, key in named if values[key]]


def _run(command: list[str], environment: dict[str, str]) -> None:
    try:
        done = subprocess.run(  # noqa: S603  a fixed program, its values from the settings
            command, env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        right = "install PostgreSQL's client programs"
        raise InputError([Fault("backup", f"{command[0]} was not found", right)]) from None
    if done.returncode:
        wrong = f"{command[0]} failed: {done.stderr.strip()[-300:]}"
        raise InputError([Fault("backup", wrong, "see whether the database answers")])


def _applied() -> list[str]:
    return sorted(
        f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()
    )


def _sqlite_head(copy: Path) -> Head:
    with sqlite3.connect(copy) as database:
        try:
            row = database.execute(
                "SELECT sequence, mac FROM clinic_auditevent ORDER BY sequence DESC LIMIT 1"
            ).fetchone()
        except sqlite3.OperationalError:
            row = None
    database.close()
    return Head(*row) if row else Head()
