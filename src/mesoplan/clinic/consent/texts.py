"""Versioned consent texts: the shipped drafts, and the clinic's own after them."""

import datetime as dt
import tomllib
from importlib.resources import files

from django.db import IntegrityError, transaction

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.consent.models import ConsentText
from mesoplan.clinic.consent.said import said, unprintable
from mesoplan.clinic.people.models import User
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.hashing import content_hash

KINDS = ("treatment", "photograph")
_LEAST_LETTERS, _MOST_LETTERS = 40, 20_000


def current_text(kind: str, now: dt.datetime) -> ConsentText:
    """The latest version of a text; the shipped draft becomes version 1 where there is none."""
    found = ConsentText.objects.filter(kind=kind).order_by("-version").first()
    if found is not None:
        return found
    shipped = files("mesoplan.clinic.consent") / "data" / f"{kind}-1.toml"
    values = tomllib.loads(shipped.read_text("utf-8"))
    made, _new = ConsentText.objects.get_or_create(
        kind=kind,
        version=1,
        defaults={"title": values["title"], "body": values["body"].strip(), "made_at": now},
    )
    return made


def change_text(
    kind: str, title: str, body: str, *, based_on: int, by: User, now: dt.datetime
) -> ConsentText:
    """The next version of a text. What was signed keeps the version it was signed with.

    The shipped draft may be adopted as it stands: whoever does so answers for it.

    Parameters
    ----------
    kind, title, body
        Which text, and what it says from now on.
    based_on : int
        The version that was changed.
    by, now
        Who and when.

    Raises
    ------
    InputError
        For an unknown kind, a title or a text that is missing, too long or says the same, and
        where somebody else made a version meanwhile.
    """
    if kind not in KINDS:
        raise InputError([Fault("kind", f"{kind!r} is none", f"one of {', '.join(KINDS)}")])
    title, faults = said(title, "title", least=3, most=200, right="write a title")
    body = body.replace("\r\n", "\n").strip()
    if len(body) < _LEAST_LETTERS:
        faults.append(Fault("body", "is missing", "write what is agreed to"))
    if len(body) > _MOST_LETTERS:
        wrong = f"is longer than {_MOST_LETTERS} letters"
        faults.append(Fault("body", wrong, "shorten it: nobody reads it"))
    faults += unprintable(body, "body")
    with audited(by, "consent.text", now=now, details={"kind": kind}) as note:
        before = current_text(kind, now)
        if before.version != based_on:
            wrong = f"version {before.version} was made meanwhile"
            faults.append(Fault("version", wrong, "load the page anew"))
        if (before.title, before.body) == (title, body) and not before.is_draft:
            faults.append(Fault("body", "says the same as before", "change it, or leave it"))
        if faults:
            raise InputError(faults)
        try:
            with transaction.atomic():
                made = ConsentText.objects.create(
                    kind=kind, version=based_on + 1, title=title, body=body, made_at=now, made_by=by
                )
        except IntegrityError:
            wrong = f"version {based_on + 1} was made meanwhile"
            raise InputError([Fault("version", wrong, "load the page anew")]) from None
        note |= {"version": made.version, "hash": content_hash([title, body])}
    return made
