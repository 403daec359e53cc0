"""Backups: the sealed stream, the recovery code, what a restore proves, thinning and when."""

import datetime as dt
import hashlib
import io
import json
import os
import sqlite3
import tarfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import settings as example_settings
from hypothesis import strategies as st

from clinic.conftest import NOW
from clinic.sessions import in_clinic
from mesoplan.clinic.backup import restore as restoring
from mesoplan.clinic.backup import sealed
from mesoplan.clinic.backup.code import key_of, recovery_code
from mesoplan.clinic.backup.scheduled import is_due, name_of, thin_out
from mesoplan.clinic.backup.sealed import SealReader, SealWriter
from mesoplan.clinic.folder import ClinicFolder
from mesoplan.clinic.models import AuditEvent, BackupRun
from mesoplan.core.errors import InputError

KEY = bytes(range(32))
SMALL = 64
"""A chunk small enough to try every place of a stream."""
HEAD = len(sealed.MAGIC)


def seal(content: bytes, key: bytes = KEY) -> bytes:
    target = io.BytesIO()
    writer = SealWriter(target, key)
    writer.write(content)
    writer.close()
    return target.getvalue()


def opened(stream: bytes, key: bytes = KEY) -> bytes:
    reader = SealReader(io.BytesIO(stream), key)
    found = reader.read()
    reader.finish()
    return found


def body_at(stream: bytes) -> int:
    return stream.index(b"\n", HEAD) + 1


def chunks(stream: bytes) -> list[bytes]:
    start, step = body_at(stream), sealed.CHUNK_BYTES + 16
    return [stream[i : i + step] for i in range(start, len(stream), step)]


@pytest.fixture
def small(monkeypatch):
    monkeypatch.setattr(sealed, "CHUNK_BYTES", SMALL)


# ------------------------------------------------------------------------------ sealed stream
@example_settings(max_examples=40, deadline=None)
@given(
    around=st.sampled_from([0, 1, 2, 3]),
    off=st.integers(-2, 2),
    seed=st.binary(min_size=1, max_size=7),
    cuts=st.lists(st.integers(1, 2 * SMALL), max_size=6),
)
def test_stream_of_any_size_written_in_any_pieces_comes_back(around, off, seed, cuts):
    size = max(0, around * SMALL + off)
    content = (seed * (size + 1))[:size]
    before, sealed.CHUNK_BYTES = sealed.CHUNK_BYTES, SMALL
    try:
        target = io.BytesIO()
        writer, at = SealWriter(target, KEY), 0
        for cut in cuts:
            writer.write(content[at : at + cut])
            at += cut
        writer.write(content[at:])
        writer.close()
        assert opened(target.getvalue()) == content
        assert len(chunks(target.getvalue())) == max(1, -(-size // SMALL))
    finally:
        sealed.CHUNK_BYTES = before


@pytest.mark.parametrize("off", [-1, 0, 1])
def test_stream_around_a_real_chunk_comes_back(off):
    content = os.urandom(sealed.CHUNK_BYTES + off)
    assert opened(seal(content)) == content
    assert len(chunks(seal(content))) == 1 + (off > 0)


@pytest.mark.usefixtures("small")
def test_change_of_any_byte_is_found_and_named():
    whole = seal(bytes(range(200)))
    for place in range(len(whole)):
        # a bit, a letter that means something in JSON numbers, and a bracket
        for other in {whole[place] ^ 1, ord("e"), ord("9"), ord("-"), ord("[")} - {whole[place]}:
            changed = whole[:place] + bytes([other]) + whole[place + 1 :]
            with pytest.raises(InputError) as error:
                opened(changed)
            (fault,) = error.value.faults
            assert fault.key == "backup", place


@pytest.mark.usefixtures("small")
def test_cut_at_any_byte_is_found():
    whole = seal(bytes(range(200)))
    for length in range(len(whole)):
        with pytest.raises(InputError):
            opened(whole[:length])


@pytest.mark.usefixtures("small")
def test_chunks_left_out_repeated_swapped_added_or_from_another_backup_are_named():
    whole, other = seal(bytes(range(200))), seal(bytes(range(200)))
    head, parts = whole[: body_at(whole)], chunks(whole)
    assert len(parts) == 4
    wrong = {
        1: [parts[1:], [parts[1], parts[0], *parts[2:]], chunks(other)],
        2: [[parts[0], *parts[2:]], [parts[0], parts[0], *parts[1:]], parts[:2]],
        3: [[parts[0], parts[1], parts[3], parts[2]], [*parts[:2], chunks(other)[2], parts[3]]],
        4: [[*parts, parts[3]], [*parts, b"x"]],
    }
    for place, streams in wrong.items():
        for stream in streams:
            with pytest.raises(InputError, match=f"at chunk {place}"):
                opened(head + b"".join(stream))


def test_other_key_other_file_and_later_version_are_told_apart():
    whole = seal(b"content")
    with pytest.raises(InputError, match="another code, or damaged"):
        opened(whole, bytes(32))
    with pytest.raises(InputError, match="is no backup of mesoplan"):
        opened(b"SQLite format 3\x00" + whole)
    later = whole.replace(b'"version": 1', b'"version": 2')
    with pytest.raises(InputError, match="has format 2, this program reads 1"):
        opened(later)


@pytest.mark.parametrize(
    "header",
    [
        {"chunk": 10**30}, {"chunk": 1e300}, {"chunk": -1}, {"chunk": 0}, {"chunk": None},
        {"nonce": "ab" * 300}, {"nonce": ""}, {"nonce": "xy"}, {"nonce": 7}, {"version": "one"},
    ],
)  # fmt: skip
def test_header_that_lies_is_damaged_and_asks_for_no_memory(header):
    whole = seal(b"content")
    values = json.loads(whole[HEAD : body_at(whole)]) | header
    lying = sealed.MAGIC + json.dumps(values).encode() + b"\n" + whole[body_at(whole) :]
    with pytest.raises(InputError, match="its header is damaged"):
        opened(lying)


def test_two_backups_of_the_same_share_no_bytes():
    one, other = seal(b"x" * 5000), seal(b"x" * 5000)
    assert one[body_at(one) :][:64] != other[body_at(other) :][:64]


# ------------------------------------------------------------------------------ recovery code
def test_recovery_code_comes_back_however_it_is_typed():
    code = recovery_code(KEY)
    assert [len(group) for group in code.split("-")] == [4] * 14
    spaced = code.lower().replace("-", "  ")
    for typed in (code, spaced, code.replace("O", "0").replace("I", "1"), f"\n{code}\n"):
        assert key_of(typed) == KEY
    assert "O" in code
    assert "I" in recovery_code(bytes([0x42] * 32))
    assert key_of(recovery_code(bytes([0x42] * 32)).replace("I", "1")) == bytes([0x42] * 32)


def test_recovery_code_with_any_one_letter_wrong_is_refused():
    code = recovery_code(KEY)
    for place, letter in enumerate(code):
        if letter == "-":
            continue
        for other in ("A" if letter != "A" else "B", "8", ""):
            with pytest.raises(InputError) as error:
                key_of(code[:place] + other + code[place + 1 :])
            assert error.value.faults[0].key == "recovery code"
    for wrong in ("", "nonsense", code + "A", code[5:]):
        with pytest.raises(InputError):
            key_of(wrong)


@given(st.binary(min_size=32, max_size=32))
def test_every_key_has_its_code(key):
    assert key_of(recovery_code(key)) == key


@given(st.text(max_size=80))
def test_no_text_breaks_the_reading_of_a_code(text):
    with pytest.raises(InputError):
        key_of(text)


# ------------------------------------------------------------------- a clinic of its own
_FILL = """
import datetime as dt, sys
from pathlib import Path
from django.core.management import call_command
from mesoplan.clinic.audit.record import note
from mesoplan.clinic.backup.make import make_backup
from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.patients.storage import store
now = dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)
call_command("migrate", *{migrate!r}, verbosity=0)
patient = Patient.objects.create(record_number="T-1", family_name="Sample", given_names="Alba",
    birth_date=dt.date(1980, 1, 31), created_at=now)
for number in range(5):
    note(None, "test.happened", now=now, patient=patient)
store(b"photograph", kind="photograph", media_type="image/jpeg", now=now, by=None, patient=patient)
make_backup(Path({target!r}), by=None, now=now)
note(None, "test.after", now=now)
"""


def clinic(root: Path, *migrate: str) -> tuple[Path, Path, bytes]:
    """A clinic with five rows of the log, a patient and a file; its backup and its key."""
    folder, target = root / "clinic", root / "one.mesoplan"
    done = in_clinic(folder, _FILL.format(target=str(target), migrate=migrate))
    assert done.returncode == 0, done.stderr
    return folder, target, ClinicFolder(folder).key("backup")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    return clinic(tmp_path_factory.mktemp("made"))


def members(file: Path, key: bytes) -> dict[str, bytes]:
    reader = SealReader(io.BytesIO(file.read_bytes()), key)
    with tarfile.open(fileobj=io.BytesIO(reader.read())) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar}


def resealed(target: Path, key: bytes, held: dict[str, bytes]) -> Path:
    with target.open("wb") as file:
        writer = SealWriter(file, key)
        with tarfile.open(fileobj=writer, mode="w|") as tar:
            for name, content in held.items():
                entry = tarfile.TarInfo(name)
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
        writer.close()
    return target


def with_manifest(target: Path, made, change) -> Path:
    _folder, file, key = made
    held = members(file, key)
    manifest = json.loads(held["manifest.json"])
    change(manifest, held)
    held["manifest.json"] = json.dumps(manifest).encode()
    return resealed(target, key, held)


def test_restored_clinic_is_the_one_that_was_backed_up(made, tmp_path):
    folder, file, key = made
    found = restoring.restore(file, tmp_path / "again", key)
    assert (found["audit_rows"], found["files"], found["made_at"]) == (5, 1, NOW.isoformat())
    again = ClinicFolder(tmp_path / "again")
    for name in ("django", "audit", "files", "backup"):
        assert again.key(name) == ClinicFolder(folder).key(name)
    assert json.loads(again.audit_head.read_text())["sequence"] == 5
    assert oct((again.keys / "audit.key").stat().st_mode)[-3:] == "600"
    with sqlite3.connect(again.database) as database:
        assert database.execute("SELECT family_name FROM clinic_patient").fetchall() == [
            ("Sample",)
        ]
    database.close()


def test_backup_is_unreadable_and_never_holds_its_own_key(made):
    _folder, file, key = made
    raw = file.read_bytes()
    assert b"Sample" not in raw
    assert b"SQLite" not in raw
    held = members(file, key)
    assert {"manifest.json", "database.sqlite3", "keys/audit.key"} < set(held)
    for name, content in held.items():
        assert key not in content, name
        assert key.hex().encode() not in content.lower(), name
    assert "keys/backup.key" not in held
    assert oct(file.stat().st_mode)[-3:] == "600"
    listed = json.loads(held.pop("manifest.json"))["members"]
    assert listed == {name: hashlib.sha256(data).hexdigest() for name, data in held.items()}


def test_restore_into_a_folder_that_holds_something_touches_nothing(made, tmp_path):
    _folder, file, key = made
    (tmp_path / "note.txt").write_text("mine")
    with pytest.raises(InputError, match="is not empty"):
        restoring.restore(file, tmp_path, key)
    assert [p.name for p in tmp_path.iterdir()] == ["note.txt"]


@pytest.mark.parametrize("key", [bytes(32), b"\x01" * 32])
def test_restore_with_another_code_leaves_no_record(made, tmp_path, key):
    with pytest.raises(InputError, match="another code"):
        restoring.restore(made[1], tmp_path / "again", key)
    assert list((tmp_path / "again").iterdir()) == []


def test_restore_of_a_file_cut_off_is_refused(made, tmp_path):
    _folder, file, key = made
    short = tmp_path / "short.mesoplan"
    short.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(InputError, match="chunk"):
        restoring.restore(short, tmp_path / "again", key)
    with pytest.raises(InputError, match="name a file that is there"):
        restoring.restore(tmp_path / "none.mesoplan", tmp_path / "other", key)


def _other_hash(manifest, held):
    manifest["members"]["keys/files.key"] = "0" * 64


def _member_gone(manifest, held):
    del held[next(name for name in held if name.endswith(".aes"))]


def _member_more(manifest, held):
    held["files/zz/more.aes"] = b"x"


@pytest.mark.parametrize("change", [_other_hash, _member_gone, _member_more])
def test_backup_unlike_its_manifest_is_refused(made, tmp_path, change):
    wrong = with_manifest(tmp_path / "wrong.mesoplan", made, change)
    with pytest.raises(InputError, match="is not what its manifest says"):
        restoring.restore(wrong, tmp_path / "again", made[2])


@pytest.mark.parametrize("name", ["../out.txt", "/tmp/out.txt", "files/../../out.txt"])
def test_backup_writes_nowhere_else(made, tmp_path, name):
    held = members(made[1], made[2])
    wrong = resealed(tmp_path / "wrong.mesoplan", made[2], {name: b"x"} | held)
    with pytest.raises(InputError, match="holds"):
        restoring.restore(wrong, tmp_path / "again", made[2])
    assert not (tmp_path / "out.txt").exists()


def _cut_log(manifest, held):
    """The log without its last row, as a whole chain; the manifest remembers the head."""
    path = Path(manifest.pop("scratch"))
    path.write_bytes(held["database.sqlite3"])
    with sqlite3.connect(path) as database:
        database.execute("DROP TRIGGER clinic_audit_no_delete")
        database.execute("DELETE FROM clinic_auditevent WHERE sequence = 5")
    database.close()
    held["database.sqlite3"] = path.read_bytes()
    manifest["members"]["database.sqlite3"] = hashlib.sha256(path.read_bytes()).hexdigest()


def test_chain_is_verified_against_the_head_of_the_manifest(made, tmp_path):
    def change(manifest, held):
        _cut_log(manifest | {"scratch": str(tmp_path / "x.sqlite3")}, held)

    wrong = with_manifest(tmp_path / "wrong.mesoplan", made, change)
    with pytest.raises(InputError, match="rows 5 to 5 are missing at the end"):
        restoring.restore(wrong, tmp_path / "again", made[2])


def test_file_that_cannot_be_opened_fails_the_restore(made, tmp_path):
    def change(manifest, held):
        name = next(name for name in held if name.endswith(".aes"))
        held[name] = held[name][:-1] + bytes([held[name][-1] ^ 1])
        manifest["members"][name] = hashlib.sha256(held[name]).hexdigest()

    wrong = with_manifest(tmp_path / "wrong.mesoplan", made, change)
    with pytest.raises(InputError, match="cannot be opened"):
        restoring.restore(wrong, tmp_path / "again", made[2])


def test_backup_of_a_later_program_is_refused_by_name(made, tmp_path):
    def change(manifest, held):
        manifest["migrations"].append("clinic.0999_from_the_future")
        manifest["mesoplan"] = "9.9.9"

    later = with_manifest(tmp_path / "later.mesoplan", made, change)
    with pytest.raises(InputError, match=r"later mesoplan 9\.9\.9: clinic\.0999") as error:
        restoring.restore(later, tmp_path / "again", made[2])
    assert "does not verify" in str(error.value)


def test_backup_of_an_earlier_program_is_brought_up_to_date(tmp_path):
    _folder, file, key = clinic(tmp_path, "clinic", "0001")
    applied = json.loads(members(file, key)["manifest.json"])["migrations"]
    assert "clinic.0001_initial" in applied
    assert "clinic.0002_audit_is_append_only" not in applied
    found = restoring.restore(file, tmp_path / "again", key)
    assert found["audit_rows"] == 5
    database = sqlite3.connect(tmp_path / "again" / "clinic.sqlite3")
    with pytest.raises(sqlite3.DatabaseError, match="append-only"):
        database.execute("DELETE FROM clinic_auditevent")
    database.close()


# -------------------------------------------------------------------------- scheduled backups
@pytest.fixture
def folder(settings, tmp_path):
    made = ClinicFolder(tmp_path / "own")
    made.prepare()
    settings.CLINIC_FOLDER = made
    return made


def touch(folder: ClinicFolder, *days: str) -> None:
    for day in days:
        moment = dt.datetime.fromisoformat(day).replace(hour=3, tzinfo=dt.UTC)
        (folder.backups / name_of(moment)).write_bytes(b"x")


def test_old_backups_are_thinned_to_the_first_of_each_month(folder):
    now = dt.datetime(2026, 11, 25, 2, tzinfo=dt.UTC)
    touch(
        folder, "2025-01-09", "2025-01-10", "2026-09-01", "2026-09-02", "2026-09-30", "2026-10-05",
        "2026-11-02", "2026-11-03", "2026-11-10", "2026-11-11", "2026-11-24",
    )  # fmt: skip
    other = folder.backups / "before-update-clinic-20260101-030000.mesoplan"
    other.write_bytes(b"x")
    gone = thin_out(now)
    assert [name[7:15] for name in gone] == [
        "20250110", "20260902", "20260930", "20261103", "20261110",
    ]  # fmt: skip
    left = sorted(p.name[7:15] for p in folder.backups.glob("clinic-*"))
    assert left == ["20250109", "20260901", "20261005", "20261102", "20261111", "20261124"]
    assert other.exists()
    assert thin_out(now) == []


def test_file_with_another_name_stays_and_stops_nothing(folder):
    mine = folder.backups / "clinic-copy-for-the-notary.mesoplan"
    mine.write_bytes(b"x")
    touch(folder, "2025-01-09", "2025-01-10")
    assert len(thin_out(dt.datetime(2026, 11, 25, 4, tzinfo=dt.UTC))) == 1
    assert mine.exists()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("last", "now", "due"),
    [
        (None, "2026-11-25T00:00", True),
        ("2026-11-24T03:01", "2026-11-25T02:59", False),
        ("2026-11-24T03:01", "2026-11-25T03:00", True),
        ("2026-11-25T03:00", "2026-11-25T03:05", False),
        ("2026-11-25T03:00", "2026-11-25T23:59", False),
        ("2026-11-24T01:00", "2026-11-25T02:01", True),
        ("2026-11-24T10:00", "2026-11-25T03:00", True),
        ("2026-11-01T03:00", "2026-11-25T01:00", True),
    ],
)
def test_backup_is_due_once_a_day_after_its_hour(last, now, due):
    if last:
        BackupRun.objects.create(
            file="x", made_at=dt.datetime.fromisoformat(f"{last}+00:00"), size=1, sha256="x",
            audit_sequence=1,
        )  # fmt: skip
    assert is_due(dt.datetime.fromisoformat(f"{now}+00:00"), 3) is due


@pytest.mark.parametrize(
    "line", ["backup_hour = 24", "backup_hour = -1", "idle_minutes = 0", "backup_hour = true"]
)
def test_hour_that_is_none_is_refused_before_the_server_starts(tmp_path, line):
    (tmp_path / "clinic.toml").write_text(line + "\n")
    with pytest.raises(InputError, match=r"clinic\.toml"):
        ClinicFolder(tmp_path).settings()


_AGAIN = """
import datetime as dt
from pathlib import Path
from mesoplan.clinic.backup.make import make_backup
from mesoplan.clinic.backup.models import BackupRun
from mesoplan.clinic.backup.scheduled import back_up
from mesoplan.clinic.audit.models import AuditEvent
from mesoplan.core.errors import InputError
now = dt.datetime(2026, 11, 25, 10, tzinfo=dt.UTC)
before = BackupRun.objects.count()
try:
    run = {act}
    print(run.file, run.size, run.sha256, run.verified_at == now)
except InputError as error:
    print("refused:", error)
print(BackupRun.objects.count() - before)
print(*AuditEvent.objects.order_by("-sequence").values_list("action", flat=True)[:2])
"""


def again(folder: Path, act: str) -> list[str]:
    done = in_clinic(folder, _AGAIN.format(act=act))
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_backup_that_cannot_be_written_leaves_no_file_and_no_row(made, tmp_path):
    (tmp_path / "file").write_bytes(b"")
    target = tmp_path / "file" / "x.mesoplan"
    said, more, last = again(made[0], f"make_backup(Path({str(target)!r}), by=None, now=now)")
    assert said.startswith("refused: backup: cannot write")
    assert more == "0"
    assert "backup.made" not in last.split()[0]


def test_disk_full_while_writing_leaves_what_was_there(made, tmp_path):
    target = tmp_path / "one.mesoplan"
    target.write_bytes(b"the one of yesterday")
    (tmp_path / ".one.mesoplan.new").symlink_to("/dev/full")
    said, more, _last = again(made[0], f"make_backup(Path({str(target)!r}), by=None, now=now)")
    assert "No space left on device" in said
    assert more == "0"
    assert target.read_bytes() == b"the one of yesterday"
    assert [p.name for p in tmp_path.iterdir()] == ["one.mesoplan"]


def test_daily_backup_is_proved_and_stands_in_the_log(made):
    said, more, last = again(made[0], "back_up(by=None, now=now)")
    name, size, digest, proved = said.split()
    content = (made[0] / "backups" / name).read_bytes()
    assert (int(size), digest) == (len(content), hashlib.sha256(content).hexdigest())
    assert (proved, more, last) == ("True", "1", "backup.proved backup.made")


# ------------------------------------------------------------------------------------- pages
@pytest.mark.parametrize(
    ("role", "status"), [("owner", 200), ("practitioner", 403), ("nurse", 403), ("auditor", 403)]
)
def test_page_and_code_are_the_owner_s(signed_in, role, status):
    page = signed_in(role)
    assert page.get("/backup/").status_code == status
    wrong = page.post("/backup/code/", {"password": "not mine at all"})
    assert wrong.status_code == (422 if status == 200 else 403)
    assert page.get("/backup/code/").status_code == 405
    if status == 200:
        answer = page.post("/backup/code/", {"password": "a long password!"})
        from django.conf import settings

        assert recovery_code(settings.CLINIC_FOLDER.key("backup")) in answer.content.decode()
        assert AuditEvent.objects.filter(action="backup.code-shown").count() == 1
