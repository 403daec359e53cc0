"""A real ``mesoplan serve`` in a process of its own, and a browser for it."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clinic.postgres import free_port

_STARTS_WITHIN_S = 90


@dataclass
class Served:
    """A clinic that is served."""

    folder: Path
    base: str
    lines: list[str]
    process: "subprocess.Popen[str]"

    @property
    def first_link(self) -> str:
        """The one-time link of the first owner."""
        (found,) = re.findall(r"https?://\S+/welcome/\S+/", "\n".join(self.lines))
        return found

    def kill(self) -> None:
        """SIGKILL to the server and all its processes."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def environment(**more: str) -> dict[str, str]:
    own = {k: v for k, v in os.environ.items() if not k.startswith("MESOPLAN_CLINIC")}
    own.pop("DJANGO_SETTINGS_MODULE", None)
    return own | more


def command(*arguments: str) -> list[str]:
    program = "import sys; from mesoplan.cli.app import main; sys.exit(main())"
    return [sys.executable, "-u", "-c", program, *arguments]


@contextmanager
def served(folder: Path, *arguments: str, database_url: str = "") -> Iterator[Served]:
    """Serve a folder until the block ends."""
    folder.mkdir(exist_ok=True)
    if database_url:
        (folder / "clinic.toml").write_text(f'database_url = "{database_url}"\n', "utf-8")
    port = free_port()
    errors = folder.with_suffix(".log").open("a+")
    process = subprocess.Popen(
        command("serve", "--folder", str(folder), "--port", str(port), *arguments),
        stdout=subprocess.PIPE, stderr=errors, text=True, env=environment(),
        start_new_session=True,
    )  # fmt: skip
    lines: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.rstrip())
            if line.startswith("The clinic is at"):
                break
        scheme = "https" if "--lan" in arguments else "http"
        base = f"{scheme}://localhost:{port}"
        if scheme == "http":
            _wait_for(base, process, errors)
        yield Served(folder, base, lines, process)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        if process.stdout is not None:
            process.stdout.close()
        process.wait()
        errors.close()


def _wait_for(base: str, process: "subprocess.Popen[str]", errors: Any) -> None:
    end = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < end:
        if process.poll() is not None:
            errors.seek(0)
            raise AssertionError(f"the server ended: {errors.read()[-2000:]}")
        try:
            with urllib.request.urlopen(f"{base}/health/", timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError("the server did not answer")


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """A command of mesoplan in a process of its own."""
    return subprocess.run(
        command(*arguments), env=environment(), capture_output=True, text=True, check=False
    )
