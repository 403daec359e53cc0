"""The server as a process: taken ports, sudden death under load, TLS, the demo, what it imports."""

import datetime as dt
import json
import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509

from clinic.postgres import cluster, free_port
from clinic.serving import Served, command, environment, run, served
from clinic.sessions import csrf_of, in_clinic, signed_in_at
from landmark_helpers import need_browser
from mesoplan.cli.landmarks import browser as chromium
from mesoplan.clinic.serve.certificates import certificates

THREADS, LOAD_S = 6, 4.0


# -------------------------------------------------------------------------------- taken ports
@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
def test_port_that_is_taken_is_one_line_and_exit_2(tmp_path, host):
    with socket.socket() as other:
        other.bind((host, 0))
        other.listen()
        port = other.getsockname()[1]
        done = run("serve", "--folder", str(tmp_path / "clinic"), "--port", str(port))
    assert done.returncode == 2
    (line,) = done.stderr.strip().splitlines()
    assert line.startswith("error: port:")
    assert f"{port} cannot be used" in line
    assert done.stdout == ""
    assert not (tmp_path / "clinic").exists()


def test_folder_that_cannot_be_is_one_line_and_exit_2(tmp_path):
    (tmp_path / "file").write_text("x")
    done = run("serve", "--folder", str(tmp_path / "file"), "--port", str(free_port()))
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1


# ------------------------------------------------------------------------------- sudden death
@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request) -> Iterator[str]:
    if request.param == "sqlite":
        yield ""
        return
    with cluster() as url:
        yield url


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: Any, **_named: Any) -> None:
        """A redirect is the answer."""


class Load:
    """Threads that receive lots until the server is gone; which were acknowledged."""

    def __init__(self, clinic: Served, session: str) -> None:
        self.clinic, self.session = clinic, session
        self.token = csrf_of(clinic, session)
        self.kept: list[str] = []
        self.other: list[int] = []
        self._gone = threading.Event()
        self._threads = [threading.Thread(target=self._write, args=(n,)) for n in range(THREADS)]

    def __enter__(self) -> "Load":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._gone.set()
        for thread in self._threads:
            thread.join(60)

    def _write(self, number: int) -> None:
        opener = urllib.request.build_opener(_Stay)
        count = 0
        while not self._gone.is_set():
            name = f"K{number}x{count}"
            values = {
                "csrfmiddlewaretoken": self.token, "product": "hyaluronic-acid-10",
                "lot_number": name, "expires_on": "2099-12-31", "containers": str(1 + count % 9),
            }  # fmt: skip
            request = urllib.request.Request(
                f"{self.clinic.base}/stock/receipt/",
                urllib.parse.urlencode(values).encode(),
                {"Cookie": f"mesoplan-session={self.session}"},
            )
            try:
                opener.open(request, timeout=30).close()
            except urllib.error.HTTPError as error:
                (self.kept.append(name) if error.code == 302 else self.other.append(error.code))
                error.close()
            except OSError:
                return
            count += 1


_LOOK = """
import json
from mesoplan.clinic.models import AuditEvent, Lot
rows = AuditEvent.objects.filter(action="stock.received").values_list("details", flat=True)
print(json.dumps({
    "lots": {str(lot.pk): [lot.lot_number, [e.containers for e in lot.events.all()]]
        for lot in Lot.objects.all()},
    "logged": {json.loads(row)["lot"]: json.loads(row)["containers"] for row in rows},
    "rows": len(rows),
}))
"""


def test_kill_under_load_loses_nothing_that_was_acknowledged(tmp_path, database_url):
    folder = tmp_path / "clinic"
    with served(folder, database_url=database_url) as clinic:
        session = signed_in_at(clinic, "practitioner")
        with Load(clinic, session) as load:
            time.sleep(LOAD_S)
            clinic.kill()
    assert load.other == []
    assert len(load.kept) > 10
    # started anew as somebody would, and read by its own pages and by a program
    with served(folder) as again:
        request = urllib.request.Request(
            f"{again.base}/stock/", headers={"Cookie": f"mesoplan-session={session}"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            assert load.kept[-1] in answer.read().decode()
    done = in_clinic(folder, _LOOK)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    lots = found["lots"]
    assert set(load.kept) - {number for number, _events in lots.values()} == set()
    # each lot has its event and its row of the log, or is not there at all
    assert {key: kept for key, (_number, (kept,)) in lots.items()} == found["logged"]
    assert found["rows"] == len(lots)
    verified = run("audit", "verify", "--folder", str(folder))
    assert verified.returncode == 0, verified.stderr


def test_stop_with_a_signal_ends_everything(tmp_path):
    with served(tmp_path / "clinic") as clinic:
        os.kill(clinic.process.pid, signal.SIGINT)
        assert clinic.process.wait(30) in (0, 130)
        port = int(clinic.base.rsplit(":", 1)[1])
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0


# ---------------------------------------------------------------------------------------- TLS
@pytest.fixture(scope="module")
def lan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lan") / "clinic"
    with served(folder, "--lan") as clinic:
        end = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(
                    f"{clinic.base}/health/", context=trusting(clinic), timeout=5
                ):
                    break
            except OSError:
                assert time.monotonic() < end
                time.sleep(0.2)
        yield clinic


def trusting(clinic: Served) -> ssl.SSLContext:
    """Trusts the clinic's authority and nobody else, as a tablet does that installed it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(clinic.folder / "tls" / "authority.pem")
    return context


def port_of(clinic: Served) -> int:
    return int(clinic.base.rsplit(":", 1)[1])


def test_certificate_is_verified_for_names_and_addresses(lan):
    (address,) = re.findall(r"The clinic is at (https://\S+)", "\n".join(lan.lines))
    for base in (lan.base, address, lan.base.replace("localhost", "127.0.0.1")):
        with urllib.request.urlopen(f"{base}/health/", context=trusting(lan), timeout=10) as answer:
            assert answer.read() == b"ok"
            assert answer.status == 200


def test_certificate_is_not_valid_for_another_name_or_authority(lan):
    with socket.create_connection(("127.0.0.1", port_of(lan)), timeout=10) as wire:  # noqa: SIM117
        with pytest.raises(ssl.SSLCertVerificationError, match=r"[Hh]ostname mismatch"):
            trusting(lan).wrap_socket(wire, server_hostname="clinic.example")
    with socket.create_connection(("127.0.0.1", port_of(lan)), timeout=10) as wire:  # noqa: SIM117
        with pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(wire, server_hostname="localhost")


def test_old_protocols_are_refused(lan):
    place = ("127.0.0.1", port_of(lan))
    with (
        socket.create_connection(place, timeout=10) as wire,
        trusting(lan).wrap_socket(wire, server_hostname="localhost") as tls,
    ):
        assert tls.version() in ("TLSv1.2", "TLSv1.3")
    # asked by a program that still speaks them
    for old in ("-tls1", "-tls1_1"):
        done = subprocess.run(
            ["openssl", "s_client", "-connect", f"127.0.0.1:{port_of(lan)}", old, "-cipher",
             "ALL:@SECLEVEL=0"],
            input="", capture_output=True, text=True, check=False, timeout=20,
        )  # fmt: skip
        assert "alert protocol version" in done.stderr or "alert" in done.stderr, done.stderr
        assert "Cipher is (NONE)" in done.stdout


def test_plain_http_gets_no_page(lan):
    with socket.create_connection(("127.0.0.1", port_of(lan)), timeout=10) as wire:
        wire.sendall(b"GET /accounts/login/ HTTP/1.1\r\nHost: localhost\r\n\r\n")
        got = b""
        try:
            while part := wire.recv(4096):
                got += part
        except ConnectionError:
            pass
    assert b"<html" not in got
    assert b"200 OK" not in got


def test_other_host_name_is_refused(lan):
    request = urllib.request.Request(
        f"{lan.base}/accounts/login/", headers={"Host": "evil.example"}
    )
    with pytest.raises(urllib.error.HTTPError) as error:
        urllib.request.urlopen(request, context=trusting(lan), timeout=10)
    assert error.value.code == 400
    error.value.close()


def test_guide_hands_over_the_certificate_and_nothing_else(lan):
    guide = f"http://127.0.0.1:{port_of(lan) + 1}"
    with urllib.request.urlopen(guide, timeout=10) as answer:
        text = answer.read().decode()
    assert 'href="/mesoplan-clinic.crt"' in text
    assert "iPad" in text
    assert re.search(r"https://[\w.:-]+", text)
    with urllib.request.urlopen(f"{guide}/mesoplan-clinic.crt", timeout=10) as answer:
        content = answer.read()
        assert answer.headers["Content-Type"] == "application/x-x509-ca-cert"
    assert content == (lan.folder / "tls" / "authority.pem").read_bytes()
    assert x509.load_pem_x509_certificate(content).issuer
    for path in ("/authority.key", "/tls/authority.key", "/../tls/server.key", "/patients/"):
        with urllib.request.urlopen(f"{guide}{path}", timeout=10) as answer:
            assert b"PRIVATE" not in answer.read()
    assert any(f":{port_of(lan) + 1}" in line for line in lan.lines)


def test_keys_of_the_authority_are_for_their_owner_alone(lan):
    for name in ("authority.key", "server.key"):
        assert oct((lan.folder / "tls" / name).stat().st_mode)[-3:] == "600"


def test_two_tablets_at_once_with_a_cookie_bound_to_the_host(lan):
    program = need_browser()
    for role in ("practitioner", "nurse"):
        signed_in_at(lan, role)
    with chromium._playwright().sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=str(program), args=list(chromium.ARGUMENTS)
        )
        # Chromium has no list of authorities of its own to add to; the chain is proved above.
        tablets = [opened.new_context(ignore_https_errors=True).new_page() for _ in range(2)]
        for page, role in zip(tablets, ("practitioner", "nurse"), strict=True):
            page.goto(lan.base)
            page.fill("#id_login", role)
            page.fill("#id_password", "a long password!")
        for page in tablets:
            page.get_by_role("button", name="Sign in", exact=True).click()
            page.wait_for_load_state()
        for page in tablets:
            page.goto(f"{lan.base}/patients/")
            assert page.locator("h1").inner_text() == "Patients"
            cookies = page.context.cookies()
            (kept,) = [c for c in cookies if "mesoplan" in c["name"]]
            assert kept["name"] == "__Host-mesoplan"
            assert kept["secure"]
            assert kept["httpOnly"]
            assert (kept["path"], kept["sameSite"]) == ("/", "Strict")
            assert all(c["secure"] for c in cookies)
        opened.close()


def test_certificate_is_renewed_before_it_ends_and_the_authority_stays(tmp_path):
    now = dt.datetime(2026, 11, 25, tzinfo=dt.UTC)
    names = ["clinic", "192.0.2.7"]
    made = certificates(tmp_path, names, now)
    authority, chain = made.authority.read_bytes(), made.chain.read_bytes()
    certificates(tmp_path, names, now + dt.timedelta(days=360))
    assert made.chain.read_bytes() == chain
    certificates(tmp_path, names, now + dt.timedelta(days=370))
    assert made.chain.read_bytes() != chain
    later = made.chain.read_bytes()
    certificates(tmp_path, [*names, "192.0.2.8"], now + dt.timedelta(days=370))
    assert made.chain.read_bytes() != later
    assert made.authority.read_bytes() == authority


# --------------------------------------------------------------------------------------- demo
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_demo_says_so_on_each_page_and_takes_its_folder_away(tmp_path, how):
    port = free_port()
    process = subprocess.Popen(
        command("serve", "--demo", "--port", str(port)),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True,
        env=environment(TMPDIR=str(tmp_path), HOME=str(tmp_path / "home")),
    )  # fmt: skip
    lines: list[str] = []
    try:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if line.startswith("The clinic is at"):
                break
        end = time.monotonic() + 60
        while True:
            try:
                with urllib.request.urlopen(
                    f"http://localhost:{port}/accounts/login/", timeout=5
                ) as answer:
                    text = answer.read().decode()
                break
            except OSError:
                assert time.monotonic() < end
                assert process.poll() is None, process.communicate()
                time.sleep(0.2)
        assert '<div class="demo" role="note">DEMO: invented records' in text
        assert len(list(tmp_path.glob("mesoplan-demo-*"))) == 1
        assert any(line.startswith("DEMO:") for line in lines)
        os.kill(process.pid, how)
        process.wait(40)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        _out, errors = process.communicate()
    assert list(tmp_path.glob("mesoplan-demo-*")) == [], errors
    assert not (tmp_path / "home").exists()


def test_demo_banner_is_black():
    css = Path("src/mesoplan/clinic/static/clinic/clinic.css")
    root = Path(__file__).resolve().parents[2]
    (rule,) = re.findall(r"\.demo \{([^}]*)\}", (root / css).read_text("utf-8"))
    assert "background: #000" in rule
    assert "color: #fff" in rule


def test_demo_beside_a_folder_is_refused(tmp_path):
    done = run("serve", "--demo", "--folder", str(tmp_path))
    assert done.returncode == 2
    assert "error: folder:" in done.stderr


# ------------------------------------------------------------------------------ what it imports
CASE = """
format = "mesoplan/case"
version = 1
[patient]
birth_date = 1980-01-31
[treatment]
indication = "facial-rejuvenation"
intent = "treat"
date = 2026-11-25
[[areas]]
site = "cheek"
side = "left"
rectangle_mm = [40, 30]
"""


@pytest.mark.parametrize(
    "arguments", [["plan", "--help"], ["--version"], ["plan", "CASE", "--out", "OUT"]]
)
def test_library_and_its_commands_never_import_django(tmp_path, arguments):
    (tmp_path / "case.toml").write_text(CASE)
    names = {"CASE": str(tmp_path / "case.toml"), "OUT": str(tmp_path / "out")}
    program = (
        "import sys\n"
        "from mesoplan.cli.app import main\n"
        "try:\n    code = main()\nexcept SystemExit as end:\n    code = end.code\n"
        "found = [n for n in sys.modules if n.split('.')[0] in ('django', 'allauth', 'gunicorn')"
        " or n.startswith('mesoplan.clinic')]\n"
        "print('CODE', code, 'FOUND', found[:5])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *[names.get(a, a) for a in arguments]],
        env=environment(HOME=str(tmp_path)), capture_output=True, text=True, check=False,
    )  # fmt: skip
    last = done.stdout.strip().splitlines()[-1]
    assert last.endswith("FOUND []"), done.stdout + done.stderr
    assert re.match(r"CODE (0|1|3|None) ", last), done.stdout + done.stderr


def test_library_plans_a_case_without_django(tmp_path):
    (tmp_path / "case.toml").write_text(CASE)
    program = (
        "import sys, mesoplan\n"
        "plan = mesoplan.plan(mesoplan.read_case(sys.argv[1]))\n"
        "assert len(plan.points) > 5\n"
        "print([n for n in sys.modules if n.split('.')[0] == 'django'])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "case.toml")], env=environment(),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "[]", done.stderr
