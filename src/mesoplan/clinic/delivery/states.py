"""Holding a delivery while it is changed, and which state may follow which."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.delivery.models import Delivery
from mesoplan.clinic.people.models import User
from mesoplan.core.errors import Fault, InputError

State = Delivery.State
ORDER = (
    State.RECHECK,
    State.PREPARATION,
    State.TIME_OUT,
    State.GIVING,
    State.OBSERVATION,
    State.SIGNED,
)
"""The way of every delivery."""
RUNNING = ORDER[:-1]


@contextmanager
def held(
    delivery: Delivery,
    states: tuple[str, ...],
    action: str,
    *,
    by: User,
    now: dt.datetime,
    details: dict[str, Any] | None = None,
) -> Iterator[Delivery]:
    """A delivery's row, held and saved in one transaction with its line in the log.

    Raises
    ------
    InputError
        If it is in none of the states: somebody else went on meanwhile, or it is over.
    """
    with audited(
        by,
        action,
        now=now,
        patient=delivery.patient_id,
        subject=f"delivery:{delivery.pk}",
        details=details,
    ):
        locked = Delivery.objects.select_for_update().get(pk=delivery.pk)
        if locked.state not in states:
            wrong = f"is in {locked.get_state_display().lower()}, this belongs to {states[0]}"
            raise InputError([Fault("delivery", wrong, "load the page anew")])
        yield locked
        locked.save()
    delivery.refresh_from_db()
