"""Faults of the computer that a page can explain: disk full, database busy, clock set back.

The mapping is narrow: an error that is not among these stays a failure of the program.
"""

import errno
import sys

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views import defaults

from mesoplan.clinic.audit.record import ClockSetBackError
from mesoplan.clinic.patients.storage import DamagedFileError

_FULL_ERRNO = (errno.ENOSPC, errno.EDQUOT)
_FULL_STATE, _BUSY_STATE = "53100", "55P03"
"""PostgreSQL's codes of a full disk and of a lock that was not had in time."""
_FULL_WORDS = "database or disk is full"
_BUSY_WORDS = ("database is locked", "database table is locked")


def message_for(error: BaseException | None) -> str | None:
    """What to do about a fault of the computer; ``None`` for any other error."""
    if isinstance(error, ClockSetBackError | DamagedFileError):
        return str(error)
    if _is_full(error):
        return _(
            "The disk of the clinic's computer is full. Make room on it or ask whoever looks"
            " after it, then do this again. Until then write on the printed sheet."
        )
    if _is_busy(error):
        return _(
            "The record is busy with other work, such as a backup. Wait a minute, then do this"
            " again."
        )
    return None


def _is_full(error: BaseException | None) -> bool:
    if isinstance(error, OperationalError):
        return _FULL_WORDS in str(error) or _state(error) == _FULL_STATE
    return isinstance(error, OSError) and error.errno in _FULL_ERRNO


def _is_busy(error: BaseException | None) -> bool:
    if not isinstance(error, OperationalError):
        return False
    return str(error).startswith(_BUSY_WORDS) or _state(error) == _BUSY_STATE


def _state(error: BaseException) -> str:
    return str(getattr(error.__cause__, "sqlstate", ""))


def fault_page(request: HttpRequest, message: str) -> HttpResponse:
    """The page of a fault."""
    return render(request, "clinic/fault.html", {"message": message}, status=503)


def failed(request: HttpRequest) -> HttpResponse:
    """What answers where a view or a middleware failed, such as at the keeping of a session."""
    message = message_for(sys.exc_info()[1])
    return defaults.server_error(request) if message is None else fault_page(request, message)
