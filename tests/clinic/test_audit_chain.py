"""The audit log: whatever is done to it behind the program's back is found and named."""

import datetime as dt
import hashlib
import hmac
import json
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from clinic.conftest import NOW
from mesoplan.clinic.audit.chain import CHAINED, START, Head, first_break, mac_of
from mesoplan.clinic.audit.models import AuditEvent
from mesoplan.clinic.audit.record import ClockSetBackError, audited, log_break, note

KEY = bytes(range(32))


def log(count: int) -> list[AuditEvent]:
    rows: list[AuditEvent] = []
    for number in range(1, count + 1):
        row = AuditEvent(
            sequence=number,
            at=f"2026-11-25T09:00:0{number}.000+00:00",
            actor="a",
            action="patient.read",
            patient="p",
            subject="",
            details=json.dumps({"n": number}, separators=(",", ":")),
            previous=rows[-1].mac if rows else START,
        )
        row.mac = mac_of(row, KEY)
        rows.append(row)
    return rows


def test_code_is_the_hmac_of_the_canonical_fields() -> None:
    row = log(1)[0]
    fields = {name: getattr(row, name) for name in CHAINED}
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert row.mac == hmac.new(KEY, text.encode(), hashlib.sha256).hexdigest()


def test_whole_log_has_no_break() -> None:
    rows = log(5)
    assert first_break(rows, KEY, [Head(5, rows[4].mac), Head(3, rows[2].mac)]) is None
    assert first_break([], KEY) is None


@pytest.mark.parametrize("name", CHAINED[1:-1])
def test_edit_of_any_field_is_found_at_its_row(name: str) -> None:
    rows = log(5)
    setattr(rows[2], name, getattr(rows[2], name) + "x")
    assert first_break(rows, KEY) == "row 3 was changed"


def test_edit_with_a_code_made_without_the_key_is_found() -> None:
    rows = log(4)
    rows[1].action = "patient.write"
    rows[1].mac = mac_of(rows[1], bytes(32))
    rows[2].previous = rows[1].mac
    assert first_break(rows, KEY) == "row 2 was changed"


def test_removal_reordering_and_truncation_are_named() -> None:
    rows = log(5)
    assert first_break(rows[:1] + rows[2:], KEY) == "row 2 is missing"
    assert first_break(rows[1:], KEY) == "row 1 is missing"
    swapped = [rows[0], rows[2], rows[1], *rows[3:]]
    assert first_break(swapped, KEY) == "row 2 is missing"
    assert first_break([*rows[:3], rows[2], *rows[3:]], KEY) == "row 3 stands twice or out of order"
    head = Head(5, rows[4].mac)
    assert first_break(rows[:3], KEY, [head]) == "rows 4 to 5 are missing at the end"
    assert first_break([], KEY, [head]) == "rows 1 to 5 are missing at the end"


def test_renumbered_rows_after_a_removal_are_found() -> None:
    rows = log(4)
    for row in rows[2:]:
        row.sequence -= 1
    assert first_break([rows[0], *rows[2:]], KEY) == "row 2 does not follow row 1"


def test_whole_log_rewritten_with_the_key_is_found_by_the_head_outside() -> None:
    real, forged = log(3), log(3)
    for number, row in enumerate(forged):
        row.actor = "b"
        row.previous = forged[number - 1].mac if number else START
        row.mac = mac_of(row, KEY)
    assert first_break(forged, KEY) is None
    found = first_break(forged, KEY, [Head(3, real[2].mac)])
    assert found == "row 3 is not the one that was seen outside the database"


@pytest.mark.django_db
def test_database_refuses_to_change_or_remove_a_row() -> None:
    note(None, "test.happened", now=NOW)
    row = AuditEvent.objects.get()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEvent.objects.filter(pk=row.pk).update(action="test.other")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("DELETE FROM clinic_auditevent")
    assert AuditEvent.objects.get().action == "test.happened"


@pytest.mark.django_db
def test_what_fails_leaves_no_row_and_no_trace() -> None:
    def fail() -> None:
        with audited(None, "test.failed", now=NOW):
            note(None, "test.inner", now=NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not AuditEvent.objects.exists()


@pytest.mark.django_db
def test_clock_set_back_is_refused_and_small_slack_is_not() -> None:
    note(None, "test.first", now=NOW)
    note(None, "test.slack", now=NOW - dt.timedelta(minutes=1, seconds=59))
    with pytest.raises(ClockSetBackError, match="set the clock"):
        note(None, "test.back", now=NOW - dt.timedelta(minutes=5))
    assert AuditEvent.objects.count() == 2


@pytest.mark.django_db
def test_head_outside_follows_the_log_and_finds_a_cut_tail(
    django_capture_on_commit_callbacks: Any,
) -> None:
    settings.CLINIC_FOLDER.audit_head.unlink(missing_ok=True)
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(3):
            note(None, "test.happened", now=NOW)
    assert log_break() is None
    with connection.cursor() as cursor:  # as somebody would with the file in hand
        cursor.execute("DROP TRIGGER clinic_audit_no_delete")
        cursor.execute("DELETE FROM clinic_auditevent WHERE sequence = 3")
    assert log_break() == "rows 3 to 3 are missing at the end"
    settings.CLINIC_FOLDER.audit_head.unlink()
