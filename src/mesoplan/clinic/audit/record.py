"""Writing to the audit log: in the same transaction as what it tells of."""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from mesoplan.clinic.audit.chain import START, Head, first_break, mac_of
from mesoplan.clinic.audit.head import advance_head, read_head
from mesoplan.clinic.audit.models import AuditEvent
from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.people.models import User
from mesoplan.core.errors import MesoplanError
from mesoplan.core.hashing import canonical_json

_LOCK = 0x6D65736F
"""Advisory lock of the writer in PostgreSQL; SQLite has one writer anyway."""
_CLOCK_SLACK = dt.timedelta(minutes=2)


class ClockSetBackError(MesoplanError):
    """The computer's clock stands before the last row of the log."""


@contextmanager
def audited(
    actor: User | None,
    action: str,
    *,
    now: dt.datetime,
    patient: Patient | uuid.UUID | None = None,
    subject: str = "",
    details: Mapping[str, Any] | None = None,
) -> Iterator[dict[str, Any]]:
    """Do something in one transaction and write it to the log, both or neither.

    Parameters
    ----------
    actor : User or None
        Who; ``None`` for the program itself or somebody unknown.
    action : str
        What, as ``thing.verb``.
    now : datetime
        With its zone.
    patient : Patient or UUID, optional
        Whose record.
    subject : str
        Which thing, by kind and id: ``plan:…``.
    details : mapping, optional
        Ids, counts and hashes; **never text about a patient**.

    Yields
    ------
    dict
        Details to add while doing it.

    Raises
    ------
    ClockSetBackError
        If ``now`` lies before the last row.
    """
    collected = dict(details or {})
    with transaction.atomic():
        _alone()
        yield collected
        _append(actor, action, now, patient, subject, collected)


def note(
    actor: User | None,
    action: str,
    *,
    now: dt.datetime,
    patient: Patient | uuid.UUID | None = None,
    subject: str = "",
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write to the log what changed nothing: a reading, a refusal, a sign-in."""
    with audited(actor, action, now=now, patient=patient, subject=subject, details=details):
        pass


def _alone() -> None:
    """One writer at a time from the start of its transaction, in PostgreSQL as in SQLite.

    What is read first and written then, such as the next record number, is nobody else's.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _append(
    actor: User | None,
    action: str,
    now: dt.datetime,
    patient: Patient | uuid.UUID | None,
    subject: str,
    details: Mapping[str, Any],
) -> None:
    last = AuditEvent.objects.order_by("-sequence").first()
    at = now.astimezone(dt.UTC)
    if last is not None and dt.datetime.fromisoformat(last.at) - _CLOCK_SLACK > at:
        raise ClockSetBackError(
            f"clock: {at:%Y-%m-%d %H:%M} UTC lies before the last entry of the record, {last.at};"
            " set the clock of this computer right"
        )
    owner = patient.pk if isinstance(patient, Patient) else patient
    row = AuditEvent(
        sequence=last.sequence + 1 if last else 1,
        at=at.isoformat(timespec="milliseconds"),
        actor=str(actor.public_id) if actor else "",
        action=action,
        patient=str(owner) if owner else "",
        subject=subject,
        details=canonical_json(dict(details)),
        previous=last.mac if last else START,
    )
    row.mac = mac_of(row, settings.CLINIC_FOLDER.key("audit"))
    row.save(force_insert=True)
    head = Head(row.sequence, row.mac)
    transaction.on_commit(lambda: advance_head(settings.CLINIC_FOLDER.audit_head, head))


def log_break(heads: tuple[Head, ...] = ()) -> str | None:
    """The first break of this clinic's log, against the head outside the database as well."""
    folder = settings.CLINIC_FOLDER
    rows = AuditEvent.objects.order_by("sequence").iterator(chunk_size=2000)
    return first_break(rows, folder.key("audit"), (read_head(folder.audit_head), *heads))
