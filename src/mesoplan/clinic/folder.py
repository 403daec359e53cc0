"""The clinic's folder: where its database, files and keys lie, and who may read them.

The keys lie outside the database, readable by their owner alone: whoever copies the database
has neither the photographs nor a way to forge the audit log.
"""

import os
import secrets
import tomllib
from dataclasses import dataclass
from pathlib import Path

from mesoplan.core.errors import Fault, InputError

FOLDER_VARIABLE = "MESOPLAN_CLINIC"
"""Environment variable that names the clinic's folder to the server's processes."""
_KEY_NAMES = ("django", "audit", "files", "backup")
_KEY_BYTES = 32
_SETTINGS = {
    "database_url": str,
    "country": str,
    "idle_minutes": int,
    "clinic_name": str,
    "backup_hour": int,
    "require_second_factor": bool,
}
_KINDS = {str: "text", int: "whole number", bool: "true or false"}
_RANGES = {"idle_minutes": range(1, 24 * 60 + 1), "backup_hour": range(24)}


@dataclass(frozen=True)
class ClinicFolder:
    """Paths of one clinic. Nothing is made before ``prepare``."""

    root: Path

    @property
    def database(self) -> Path:
        """The embedded SQLite database."""
        return self.root / "clinic.sqlite3"

    @property
    def files(self) -> Path:
        """Encrypted photographs and documents."""
        return self.root / "files"

    @property
    def sheets(self) -> Path:
        """Today's approved sheets as plain PDFs, for the day on which the server fails."""
        return self.root / "sheets"

    @property
    def backups(self) -> Path:
        """Where scheduled backups go."""
        return self.root / "backups"

    @property
    def keys(self) -> Path:
        """Keys, and the head of the audit log."""
        return self.root / "keys"

    @property
    def audit_head(self) -> Path:
        """The last row of the audit log as it was seen outside the database."""
        return self.keys / "audit-head.json"

    @property
    def settings_file(self) -> Path:
        """``clinic.toml``: name, country, database, idle time."""
        return self.root / "clinic.toml"

    def prepare(self) -> None:
        """Make the folder and the keys that do not exist yet; both only for their owner.

        Raises
        ------
        InputError
            If the folder cannot be written.
        """
        try:
            for folder in (self.root, self.files, self.sheets, self.backups, self.keys):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name in _KEY_NAMES:
                _make_key(self.keys / f"{name}.key")
        except OSError as error:
            wrong = f"cannot write to {self.root} ({error.strerror})"
            raise InputError(
                [Fault("folder", wrong, "name a folder that can be written")]
            ) from None

    def key(self, name: str) -> bytes:
        """A key by name: django, audit, files or backup.

        Raises
        ------
        InputError
            If it is missing or damaged.
        """
        path = self.keys / f"{name}.key"
        try:
            value = bytes.fromhex(path.read_text("ascii").strip())
        except (OSError, ValueError):
            value = b""
        if len(value) != _KEY_BYTES:
            right = "restore it from a backup; without it nothing it protects can be read"
            raise InputError([Fault(str(path), "the key is missing or damaged", right)])
        return value

    def settings(self) -> dict[str, str | int]:
        """What ``clinic.toml`` says, checked; empty where there is none.

        Raises
        ------
        InputError
            For a file that is no TOML, an unknown key or a value of the wrong kind.
        """
        if not self.settings_file.exists():
            return {}
        try:
            values = tomllib.loads(self.settings_file.read_text("utf-8"))
        except (OSError, ValueError) as error:
            raise InputError([Fault("clinic.toml", str(error), "write valid TOML")]) from None
        faults = [
            Fault(f"clinic.toml: {key}", "is not known", f"use one of {', '.join(_SETTINGS)}")
            for key in values
            if key not in _SETTINGS
        ]
        faults += [
            Fault(f"clinic.toml: {key}", f"{values[key]!r} is no {_KINDS[kind]}", "correct it")
            for key, kind in _SETTINGS.items()
            if key in values and type(values[key]) is not kind
        ]
        faults += [
            Fault(
                f"clinic.toml: {key}",
                f"{values[key]} is out of range",
                f"{allowed[0]} to {allowed[-1]}",
            )
            for key, allowed in _RANGES.items()
            if type(values.get(key)) is int and values[key] not in allowed
        ]
        if faults:
            raise InputError(faults)
        return values


def _make_key(path: Path) -> None:
    """Write a fresh key, unless there is one; two processes that start together make one."""
    if path.exists():
        return
    made = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(made, path)
    except FileExistsError:
        pass
    finally:
        made.unlink()
