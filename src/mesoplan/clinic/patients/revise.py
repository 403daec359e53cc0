"""Changing a record: on its newest state, with its revision raised and its line in the log."""

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.people.models import User
from mesoplan.core.errors import Fault, InputError


@dataclass(frozen=True)
class Revision:
    """A record under change: its row, held until the transaction ends, and details for the log."""

    patient: Patient
    details: dict[str, Any]


@contextmanager
def revised(
    patient: Patient,
    action: str,
    *,
    by: User | None,
    now: dt.datetime,
    subject: str = "",
    details: Mapping[str, Any] | None = None,
) -> Iterator[Revision]:
    """Change a record in one transaction; two tablets that write at once do not undo each other.

    Parameters
    ----------
    patient : Patient
        Which record; what it holds may be old, and is read anew.
    action, by, now, subject, details
        As for ``audited``.

    Yields
    ------
    Revision
        Its row is saved at the end, with the next revision.

    Raises
    ------
    InputError
        If the record was joined to another one.
    """
    with audited(by, action, now=now, patient=patient, subject=subject, details=details) as log:
        row = Patient.objects.select_for_update().get(pk=patient.pk)
        refuse_joined(row)
        yield Revision(row, log)
        row.revision += 1
        row.save()
    patient.refresh_from_db()


def refuse_joined(patient: Patient) -> None:
    """Refuse to write to a record that was joined to another: nobody would read it there.

    Raises
    ------
    InputError
        If it was.
    """
    if patient.merged_into_id is not None:
        wrong = "this record was joined to another one"
        raise InputError([Fault("patient", wrong, "open that one and write it there")])
