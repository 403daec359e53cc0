"""Finding patients by name, birth date or record number."""

import datetime as dt
import re
import uuid

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.patients.names import plain
from mesoplan.core.errors import Fault, InputError

MOST_WORDS, MOST_LETTERS = 8, 100
_DAY = re.compile(r"(\d{1,2})[./](\d{1,2})[./](\d{4})|(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)


def search(found: QuerySet[Patient], text: str) -> QuerySet[Patient]:
    """Patients by parts of their name in any order, birth date or record number.

    A date is read day first, or as year-month-day. A record that was joined to another is found
    by its number too.

    Raises
    ------
    InputError
        For a text that is too long to search for.
    """
    words = _words(text)
    for word in words:
        day = day_of(word)
        if day is not None:
            found = found.filter(birth_date=day)
        else:
            bare, numbered = plain(word), Q(pk__in=_by_number(word))
            found = found.filter(Q(search_name__contains=bare) | numbered if bare else numbered)
    return found


def restricted_match(text: str) -> Patient | None:
    """The restricted record that somebody evidently means: by its number, or name and birth date.

    Who means no one in particular learns nothing of restricted records.
    """
    words = _words(text)
    restricted = Patient.objects.filter(merged_into=None, restricted=True)
    if len(words) == 1 and day_of(words[0]) is None:
        return restricted.filter(pk__in=_by_number(words[0])).first()
    days = [day for day in map(day_of, words) if day is not None]
    names = {part for word in words if day_of(word) is None for part in plain(word).split()}
    for patient in restricted.filter(birth_date__in=days) if len(days) == 1 else ():
        if names and set(plain(patient.family_name).split()) <= names:
            return patient
    return None


def day_of(word: str) -> dt.date | None:
    """The day that a word is; ``None`` where it is none of the calendar."""
    match = _DAY.fullmatch(word)
    if match is None:
        return None
    d, m, y, iso_y, iso_m, iso_d = match.groups()
    try:
        return dt.date(int(iso_y or y), int(iso_m or m), int(iso_d or d))
    except ValueError:
        return None


def _words(text: str) -> list[str]:
    text = text.replace("\x00", " ").strip()
    words = text.split()
    if len(text) > MOST_LETTERS or len(words) > MOST_WORDS:
        right = _("search for fewer words")
        raise InputError([Fault("q", _("is too long"), right)])
    return words


def _by_number(word: str) -> list[uuid.UUID]:
    """Records of a number, through every joining to the one that stands."""
    found = list(Patient.objects.filter(record_number__iexact=word))
    standing: set[uuid.UUID] = set()
    while found:
        standing |= {p.pk for p in found if p.merged_into_id is None}
        joined = [p.merged_into_id for p in found if p.merged_into_id is not None]
        found = list(Patient.objects.filter(pk__in=joined)) if joined else []
    return list(standing)
