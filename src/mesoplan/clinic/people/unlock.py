"""Opening a locked screen again by the personal code; after some wrong ones the session ends."""

import datetime as dt
import hashlib
from enum import Enum

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction

from mesoplan.clinic.audit.record import note
from mesoplan.clinic.people.models import User
from mesoplan.clinic.people.pin import WRONG_AT_MOST, is_pin

_COUNTED_FOR_S = 24 * 3600
"""Longer than any session lasts."""


class Outcome(Enum):
    """What became of a try."""

    OPEN = "open"
    WRONG = "wrong"
    OUT = "out"
    """Too many wrong ones: the session must end."""


def try_code(user: User, session: SessionBase, code: str, now: dt.datetime) -> Outcome:
    """Try a code for the lock of a session.

    The tries of one session wait for each other, so that many at once are counted one by one.
    The count lies beside the session, which every request writes back as it read it.

    Parameters
    ----------
    user : User
        Whose session it is; nobody else's code opens it.
    session : SessionBase
        The locked session.
    code : str
        What was typed.
    now : datetime
        For the log.
    """
    key = f"wrong-codes:{hashlib.sha256((session.session_key or '').encode()).hexdigest()}"
    with transaction.atomic():
        row = Session.objects.select_for_update().filter(session_key=session.session_key).first()
        wrong = int(cache.get(key, 0))
        if row is None or wrong >= WRONG_AT_MOST:
            return Outcome.OUT
        if is_pin(user, code):
            cache.delete(key)
            note(user, "user.unlocked", now=now)
            return Outcome.OPEN
        cache.set(key, wrong + 1, _COUNTED_FOR_S)
        note(user, "user.wrong-code", now=now, details={"wrong": wrong + 1})
        return Outcome.OUT if wrong + 1 >= WRONG_AT_MOST else Outcome.WRONG
