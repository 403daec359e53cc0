"""Running a clinic: one verb for the command line."""

import datetime as dt
import os
import socket
from collections.abc import Callable
from pathlib import Path

from mesoplan.clinic.folder import ClinicFolder
from mesoplan.clinic.serve.start import bring_up_to_date, set_up
from mesoplan.core.errors import Fault, InputError

GUIDE_PORT_AFTER = 1
"""The guide's port lies this much above the clinic's."""


def run(
    folder: Path,
    *,
    port: int,
    lan: bool,
    demo: bool,
    say: Callable[[str], None],
) -> None:
    """Start a clinic and serve it until it is stopped.

    Parameters
    ----------
    folder : Path
        The clinic's folder.
    port : int
        Port on this computer.
    lan : bool
        Also for tablets on the network, with TLS.
    demo : bool
        Fill the folder with invented records first.
    say : callable
        Prints a line.

    Raises
    ------
    InputError
        If the folder is wrong or the port is taken.
    """
    host = "0.0.0.0" if lan else "127.0.0.1"  # noqa: S104  the network is what was asked for
    _refuse_taken(host, port)
    now = dt.datetime.now(dt.UTC)
    certificate = key = None
    address = f"http://localhost:{port}"
    if lan:
        from mesoplan.clinic.serve.certificates import addresses, certificates
        from mesoplan.clinic.serve.guide import serve_guide

        _refuse_taken(host, port + GUIDE_PORT_AFTER)
        prepared = ClinicFolder(folder.expanduser().resolve())
        prepared.prepare()
        names = addresses()
        made = certificates(prepared.root / "tls", names, now)
        certificate, key = made.chain, made.key
        os.environ["MESOPLAN_CLINIC_TLS"] = "1"
        os.environ["MESOPLAN_CLINIC_HOSTS"] = " ".join(names)
        address = f"https://{names[-1]}:{port}"
        serve_guide(host, port + GUIDE_PORT_AFTER, address, made.authority)
        guide = f"http://{names[-1]}:{port + GUIDE_PORT_AFTER}"
        say(f"How tablets get the clinic's certificate: {guide}")
    if demo:
        os.environ["MESOPLAN_CLINIC_DEMO"] = "1"
    set_up(folder)
    before = bring_up_to_date(now)
    if before:
        say(f"The tables were brought up to date; a backup from before lies in {before}")
    from django.conf import settings

    from mesoplan.clinic.people.invite import first_owner_link

    if demo:
        from mesoplan.clinic.serve.demo_process import fill_apart

        for line in fill_apart(folder, now):
            say(line)
    link = first_owner_link(now)
    if link:
        say(f"First start. Make the owner's account, within 48 hours: {address}{link}")
    say(f"The clinic is at {address}  (stop it with Ctrl+C)")

    from django.db import connections

    from mesoplan.clinic.serve.jobs import start_jobs
    from mesoplan.clinic.serve.server import ClinicServer

    connections.close_all()
    if not demo:
        hour = int(settings.CLINIC_FOLDER.settings().get("backup_hour", 3))
        start_jobs(folder.expanduser().resolve(), hour)
    ClinicServer(f"{host}:{port}", certificate, key).run()


def _refuse_taken(host: str, port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            wrong = f"{port} cannot be used ({error.strerror})"
            raise InputError([Fault("port", wrong, "give another with --port")]) from None
