"""Faults of the computer: a page that says what to do, and nothing half-stored."""

import datetime as dt
import errno
import http.client
import io
import json
import socket
import sqlite3
import time
from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from PIL import Image

from clinic.serving import Served, run, served
from clinic.sessions import csrf_of, in_clinic, signed_in_at
from mesoplan.clinic.audit.record import note
from mesoplan.clinic.fault_pages import message_for
from mesoplan.clinic.models import AuditEvent, Patient, StoredFile
from mesoplan.clinic.patients import storage
from mesoplan.clinic.stock import views as stock_views
from mesoplan.clinic.whole_body import WholeBody

NEW = {"family_name": "Fuller", "given_names": "Fay", "birth_date": "1980-02-03"}
FULL = OperationalError("database or disk is full")
LOCKED = OperationalError("database is locked")


def is_fault_page(answer, *words):
    text = answer.content.decode()
    assert answer.status_code == 503
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "Content-Security-Policy" in answer.headers
    for part in ("<h1>Not possible now</h1>", 'role="alert"', '<header class="bar">', "clinic.css"):
        assert part in text
    for word in words:
        assert word in text, text
    return True


@pytest.fixture
def page(signed_in):
    client = signed_in("practitioner")
    client.raise_request_exception = False
    client.get("/")
    return client


def tell(monkeypatch, error):
    """The stock page fails with an error."""

    def fail(*_arguments, **_named):
        raise error

    monkeypatch.setattr(stock_views.Lot.objects, "annotate", fail)


# ------------------------------------------------------------------------------- the mapping
def caused(state):
    error = OperationalError("could not extend file")
    error.__cause__ = Exception()
    error.__cause__.sqlstate = state
    return error


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (FULL, "disk"),
        (caused("53100"), "disk"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "disk"),
        (LOCKED, "busy"),
        (OperationalError("database table is locked: clinic_patient"), "busy"),
        (caused("55P03"), "busy"),
    ],
)
def test_fault_is_told_with_what_to_do(page, monkeypatch, error, words):
    tell(monkeypatch, error)
    assert is_fault_page(page.get("/stock/"), words, "Nothing was changed", "again")


@pytest.mark.parametrize(
    "error",
    [
        OperationalError("no such table: clinic_lot"),
        OperationalError("disk I/O error"),
        OperationalError("attempt to write a readonly database"),
        caused("57P01"),
        OSError(errno.EIO, "Input/output error"),
        OSError(errno.EACCES, "Permission denied"),
        ValueError("database is locked"),
        RuntimeError("database or disk is full"),
    ],
)
def test_any_other_error_stays_a_failure(page, monkeypatch, error):
    assert message_for(error) is None
    tell(monkeypatch, error)
    answer = page.get("/stock/")
    assert answer.status_code == 500
    assert b"The program failed here" in answer.content


# ------------------------------------------------------------------------------ a full disk
_UNTIL_FULL = """
import json
from django.core.management import call_command
from django.db import connection
from django.test import Client
from mesoplan.clinic.audit.record import log_break
from mesoplan.clinic.models import AuditEvent, Patient, User
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
client = Client(raise_request_exception=False, headers={"host": "localhost"})
client.force_login(User.objects.create_user("d", "Dr D", ["practitioner"], "a long password!"),
    "allauth.account.auth_backends.AuthenticationBackend")
client.get("/")
with connection.cursor() as cursor:
    cursor.execute("PRAGMA page_count")
    (pages,) = cursor.fetchone()
    cursor.execute(f"PRAGMA max_page_count = {pages + 12}")
statuses = []
for number in range(500):
    answer = client.post("/patients/new/", {"family_name": f"F{number}" + "x" * 100,
        "given_names": f"G{number}", "birth_date": f"{1930 + number % 60}-02-{1 + number // 60}"})
    statuses.append(answer.status_code)
    if answer.status_code != 302:
        break
pages = client.get("/patients/").status_code
with connection.cursor() as cursor:
    cursor.execute("PRAGMA max_page_count = 1073741823")
print(json.dumps({"statuses": statuses, "text": answer.content.decode(), "reading": pages,
    "kept": Patient.objects.count(), "logged": AuditEvent.objects.filter(
        action="patient.registered").count(), "broken": log_break()}))
"""


def test_database_really_full_keeps_the_whole_or_nothing(tmp_path):
    """Patients are registered until SQLite itself says that the disk is full."""
    done = in_clinic(tmp_path / "clinic", _UNTIL_FULL)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    *before, last = found["statuses"]
    assert set(before) == {302}
    assert last == 503
    assert "Make room" in found["text"]
    assert '<header class="bar">' in found["text"]
    assert found["kept"] == found["logged"] == len(before) > 0
    assert found["broken"] is None
    assert found["reading"] in (200, 503)


def photograph():
    made = io.BytesIO()
    Image.effect_noise((640, 480), 40).convert("RGB").save(made, "JPEG")
    return made.getvalue()


def test_disk_full_at_a_photograph_keeps_nothing(page, patient, monkeypatch, tmp_path):
    full = tmp_path / "one.aes"
    full.with_suffix(".new").symlink_to("/dev/full")
    monkeypatch.setattr(storage, "path_of", lambda _stored: full)
    monkeypatch.setattr("mesoplan.clinic.patients.photos.photo_consent", lambda _patient: True)
    values = {"view": "front", "photo": SimpleUploadedFile("a.jpg", photograph(), "image/jpeg")}
    answer = page.post(f"/patients/{patient.pk}/photographs/", values)
    assert is_fault_page(answer, "full")
    assert not StoredFile.objects.exists()
    assert list(tmp_path.iterdir()) == []
    assert not AuditEvent.objects.filter(action="photograph.added").exists()


def test_fault_in_the_keeping_of_the_session_has_its_page(page, monkeypatch):
    """Before and after the view, where no view can be blamed."""

    def fail(_self, *_arguments, **_named):
        raise FULL

    session = page.session
    del session["last_seen"]  # so that the next page keeps the session anew
    session.save()
    monkeypatch.setattr(SessionStore, "save", fail)
    assert is_fault_page(page.get("/stock/"), "full")


# --------------------------------------------------------------------------------- the clock
def test_clock_set_back_has_its_page(page, patient):
    note(None, "test.happened", now=dt.datetime.now(dt.UTC) + dt.timedelta(days=2))
    before = Patient.objects.count()
    answer = page.post("/patients/new/", NEW)
    assert is_fault_page(answer, "set the clock of this computer right")
    assert Patient.objects.count() == before


def test_fault_page_names_no_patient(page, patient):
    note(None, "test.happened", now=dt.datetime.now(dt.UTC) + dt.timedelta(days=2))
    assert b"Sample" not in page.get(f"/patients/{patient.pk}/").content


# ------------------------------------------------------------------ bodies that break off
def test_body_is_whole_or_fails():
    assert WholeBody(io.BytesIO(b"abc"), 3).read() == b"abc"
    body = WholeBody(io.BytesIO(b"ab\nc"), 9)
    assert (body.readline(), body.read(0)) == (b"ab\n", b"")
    with pytest.raises(ConnectionError, match="5 bytes before"):
        body.read(5)
    with pytest.raises(ConnectionError, match="5 bytes before"):
        WholeBody(io.BytesIO(b"abc"), 8).readline()
    done = WholeBody(io.BytesIO(b"x"), 1)
    assert (done.read(), done.read(), done.readline()) == (b"x", b"", b"")


@pytest.fixture(scope="module")
def clinic(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faults") / "clinic"
    with served(folder) as running:
        yield running


def send_part(clinic: Served, session: str, kind: str, body: bytes, share: float) -> None:
    """A POST whose connection closes after a share of its body."""
    host, port = clinic.base.removeprefix("http://").split(":")
    head = (
        f"POST /patients/new/ HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {clinic.base}\r\n"
        f"Cookie: mesoplan-session={session}\r\nContent-Type: {kind}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    ).encode()
    with socket.create_connection((host, int(port)), timeout=20) as wire:
        wire.sendall(head + body[: int(len(body) * share)])
        if share < 1:
            wire.shutdown(socket.SHUT_WR)
        while wire.recv(65536):
            if share == 1:
                break


def patients(folder: Path) -> list[str]:
    database = sqlite3.connect(f"file:{folder / 'clinic.sqlite3'}?mode=ro", uri=True)
    names = database.execute("SELECT family_name FROM clinic_patient").fetchall()
    database.close()
    return [name for (name,) in names]


def form(token: str, family: str, born: str = "1970-01-02") -> bytes:
    # What a form needs stands first: cut off after it, the rest still looks like a whole form.
    return (
        f"csrfmiddlewaretoken={token}&family_name={family}&given_names=Bo&birth_date={born}"
        f"&phone={'1' * 30}&general_practitioner={'Dr+' * 40}"
    ).encode()


def multipart(token: str, family: str) -> bytes:
    values = {"csrfmiddlewaretoken": token, "family_name": family, "given_names": "Bo",
              "birth_date": "1951-03-04", "general_practitioner": "Dr " * 60}  # fmt: skip
    parts = "".join(
        f'--XX\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in values.items()
    )
    return (parts + "--XX--\r\n").encode()


URLENCODED, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data; boundary=XX"


def test_form_broken_off_keeps_nothing_and_the_server_lives(clinic):
    session = signed_in_at(clinic, "practitioner")
    token = csrf_of(clinic, session)
    for number, share in enumerate((0.55, 0.8, 0.95)):
        send_part(clinic, session, URLENCODED, form(token, f"Broken{number}"), share)
        send_part(clinic, session, MULTIPART, multipart(token, f"Multi{number}"), share)
    assert patients(clinic.folder) == []
    send_part(clinic, session, URLENCODED, form(token, "Whole"), 1)
    send_part(clinic, session, MULTIPART, multipart(token, "Multiwhole"), 1)
    end = time.monotonic() + 10
    while len(patients(clinic.folder)) < 2 and time.monotonic() < end:
        time.sleep(0.1)
    assert sorted(patients(clinic.folder)) == ["Multiwhole", "Whole"]
    assert run("audit", "verify", "--folder", str(clinic.folder)).returncode == 0


def test_record_locked_longer_than_the_wait_has_its_page(clinic):
    """A real lock, held by another program for longer than the clinic waits."""
    session = signed_in_at(clinic, "practitioner", username="locked")
    token = csrf_of(clinic, session)
    before = patients(clinic.folder)
    holder = sqlite3.connect(clinic.folder / "clinic.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    host, port = clinic.base.removeprefix("http://").split(":")
    wire = http.client.HTTPConnection(host, int(port), timeout=90)
    try:
        headers = {"Cookie": f"mesoplan-session={session}", "Content-Type": URLENCODED}
        wire.request("POST", "/patients/new/", form(token, "Waiting", "1966-07-08"), headers)
        answer = wire.getresponse()
        text = answer.read().decode()
    finally:
        wire.close()
        holder.execute("ROLLBACK")
        holder.close()
    assert answer.status == 503
    assert "busy" in text
    assert '<header class="bar">' in text
    assert patients(clinic.folder) == before
