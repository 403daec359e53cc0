"""Versioned consent texts: the shipped drafts, and the clinic's own after them."""

import datetime as dt
import tomllib
from importlib.resources import files

from django.db.models import Max

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.consent.models import ConsentText
from mesoplan.clinic.people.models import User
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.hashing import content_hash

KINDS = ("treatment", "photograph")


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


def change_text(kind: str, title: str, body: str, *, by: User, now: dt.datetime) -> ConsentText:
    """The next version of a text. What was signed keeps the version it was signed with.

    Raises
    ------
    InputError
        For an unknown kind, or a title or a text that is missing or says the same.
    """
    if kind not in KINDS:
        raise InputError([Fault("kind", f"{kind!r} is none", f"one of {', '.join(KINDS)}")])
    title, body = title.strip(), body.replace("\r\n", "\n").strip()
    faults = []
    if len(title) < 3:
        faults.append(Fault("title", "is missing", "write a title"))
    if len(body) < 40:
        faults.append(Fault("body", "is missing", "write what is agreed to"))
    before = current_text(kind, now)
    if (before.title, before.body) == (title, body):
        faults.append(Fault("body", "says the same as before", "change it, or leave it"))
    if faults:
        raise InputError(faults)
    with audited(by, "consent.text", now=now, details={"kind": kind}) as note:
        last = ConsentText.objects.filter(kind=kind).aggregate(last=Max("version"))["last"] or 0
        made = ConsentText.objects.create(
            kind=kind, version=last + 1, title=title, body=body, made_at=now, made_by=by
        )
        note |= {"version": made.version, "hash": content_hash([title, body])}
    return made
