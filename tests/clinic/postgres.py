"""A throw-away PostgreSQL cluster, made with Debian's own programs as an ordinary user."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


def programs() -> Path | None:
    """The folder of the newest ``initdb``."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster on a free loopback port; yields the URL of an empty database.

    The server refuses to run as root, so that root hands the folder to the user that Debian
    makes for it.
    """
    folder = programs()
    if folder is None:
        if os.environ.get("MESOPLAN_NO_SKIP"):
            pytest.fail("PostgreSQL is not installed")
        pytest.skip("PostgreSQL is not installed: /usr/lib/postgresql is empty")
    root = Path(tempfile.mkdtemp(prefix="mesoplan-pg-"))
    other = {}
    if os.getuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(root, user.pw_uid, user.pw_gid)
        other = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    port, data = free_port(), root / "data"

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [str(folder / program), *arguments],
            cwd=root, check=True, capture_output=True, **other,
        )  # fmt: skip

    run("initdb", "--auth=trust", "--username=clinic", "--encoding=UTF8", str(data))
    options = f"-p {port} -k {root} -c listen_addresses=127.0.0.1 -c fsync=off"
    run("pg_ctl", "start", "-w", "-D", str(data), "-l", str(root / "log"), "-o", options)
    try:
        url = f"postgresql://clinic@127.0.0.1:{port}"
        run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "clinic", "clinic")
        run("createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "clinic", "restored")
        yield f"{url}/clinic"
    finally:
        run("pg_ctl", "stop", "-m", "immediate", "-D", str(data))
        shutil.rmtree(root, ignore_errors=True)
