"""Restoring a backup into an empty folder, and proving that it can be."""

import hashlib
import json
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any, cast

from mesoplan.clinic.backup.members import MANIFEST, POSTGRESQL, SQLITE
from mesoplan.clinic.backup.sealed import SealReader
from mesoplan.clinic.folder import FOLDER_VARIABLE, ClinicFolder
from mesoplan.core.errors import Fault, InputError

_PLACES = {SQLITE: "clinic.sqlite3"}


def unpack(file: Path, into: Path, key: bytes) -> dict[str, Any]:
    """Unpack a backup into an empty folder, every hash checked.

    Returns
    -------
    dict
        The manifest.

    Raises
    ------
    InputError
        If the folder is not empty, the key is another, or the file is damaged.
    """
    if into.exists() and any(into.iterdir()):
        raise InputError([Fault("into", f"{into} is not empty", "name a new folder")])
    try:
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        found: dict[str, str] = {}
        manifest: dict[str, Any] = {}
        with file.open("rb") as source:
            reader = SealReader(source, key)
            with tarfile.open(fileobj=cast("Any", reader), mode="r|") as tar:
                for entry in tar:
                    content = tar.extractfile(entry)
                    if content is None or not _plain(entry.name):
                        raise InputError([Fault("backup", f"holds {entry.name!r}", "use another")])
                    data = content.read()
                    if entry.name == MANIFEST:
                        manifest = json.loads(data)
                        continue
                    found[entry.name] = hashlib.sha256(data).hexdigest()
                    _put(into / _PLACES.get(entry.name, entry.name), data)
            reader.finish()
    except tarfile.TarError as error:
        raise InputError([Fault("backup", f"is damaged ({error})", "use another")]) from None
    except OSError as error:
        right = "name a file that is there, and a folder with room"
        raise InputError([Fault("backup", f"{error}", right)]) from None
    if not manifest or manifest["members"] != found:
        raise InputError([Fault("backup", "is not what its manifest says", "use another")])
    _put(into / "keys" / "backup.key", key.hex().encode())
    return manifest


def _plain(name: str) -> bool:
    parts = Path(name).parts
    return bool(parts) and not name.startswith("/") and ".." not in parts


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)


def restore(
    file: Path, into: Path, key: bytes, *, database_url: str | None = None
) -> dict[str, Any]:
    """Restore a backup: unpack, bring the tables up to date, verify.

    Parameters
    ----------
    database_url : str, optional
        For a clinic on PostgreSQL: an empty database to restore into.

    Returns
    -------
    dict
        What was checked: rows of the log, files, migrations.

    Raises
    ------
    InputError
        If anything of it is not what was backed up. What was unpacked stays to be looked at.
    """
    manifest = unpack(file, into, key)
    if (into / POSTGRESQL).exists():
        _into_postgresql(into, database_url)
    head = {"sequence": manifest["audit"]["sequence"], "mac": manifest["audit"]["mac"]}
    _put(ClinicFolder(into).audit_head, json.dumps(head).encode())
    environment = os.environ | {FOLDER_VARIABLE: str(into)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "mesoplan.clinic.backup.check"]
    done = subprocess.run(  # noqa: S603  this very program
        command, env=environment, input=json.dumps(manifest), capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        wrong = (done.stderr.strip().splitlines() or ["no answer"])[-1]
        raise InputError([Fault("backup", f"does not verify: {wrong}", "use another backup")])
    return cast("dict[str, Any]", json.loads(done.stdout))


def _into_postgresql(into: Path, database_url: str | None) -> None:
    right = "give --database-url of an empty PostgreSQL database"
    if not database_url:
        raise InputError([Fault("database-url", "the clinic was on PostgreSQL", right)])
    dump = into / POSTGRESQL
    command = ["pg_restore", "--no-owner", "--exit-on-error", f"--dbname={database_url}", str(dump)]
    done = subprocess.run(  # noqa: S603
        command, capture_output=True, text=True, check=False
    )
    if done.returncode:
        wrong = done.stderr.strip()[-300:]
        raise InputError([Fault("database-url", f"cannot be filled: {wrong}", right)])
    dump.unlink()
    settings = into / "clinic.toml"
    kept = settings.read_text("utf-8").splitlines() if settings.exists() else []
    lines = [line for line in kept if not line.strip().startswith("database_url")]
    settings.write_text(
        "\n".join([*lines, f"database_url = {json.dumps(database_url)}", ""]), "utf-8"
    )


def prove(file: Path, key: bytes) -> dict[str, Any]:
    """Restore an SQLite backup into a throw-away folder; what was checked."""
    with tempfile.TemporaryDirectory(prefix="mesoplan-proof-") as scratch:
        return restore(file, Path(scratch) / "clinic", key)
