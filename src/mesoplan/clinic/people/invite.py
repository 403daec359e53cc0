"""One-time links: the first owner, new colleagues, and a lost password or second factor."""

import datetime as dt
import hashlib
import re
import secrets
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.urls import reverse

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.people.models import Invitation, User
from mesoplan.clinic.people.pin import set_pin
from mesoplan.clinic.roles import ROLES
from mesoplan.core.errors import Fault, InputError

HOLDS_FOR = dt.timedelta(hours=48)
_USERNAME = re.compile(r"[a-z][a-z0-9.-]{1,40}")


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def invite(
    roles: list[str],
    *,
    now: dt.datetime,
    by: User | None,
    full_name: str = "",
    user: User | None = None,
) -> str:
    """A link that makes an account with these roles, or renews the access of one.

    Returns
    -------
    str
        The path of the link. It is shown once; the table holds its hash.

    Raises
    ------
    InputError
        For a role that does not exist, or none.
    """
    unknown = [role for role in roles if role not in ROLES]
    if unknown or not roles:
        right = f"choose among {', '.join(ROLES)}"
        raise InputError([Fault("roles", f"{', '.join(unknown) or 'none'} is no role", right)])
    token = secrets.token_urlsafe(32)
    subject = f"user:{user.public_id}" if user else ""
    with audited(by, "user.invited", now=now, subject=subject, details={"roles": roles}):
        if user is not None:
            end_links_for(user, now)
        Invitation.objects.create(
            token_hash=_hash(token),
            roles=roles,
            full_name=full_name,
            user=user,
            made_by=by,
            made_at=now,
            expires_at=now + HOLDS_FOR,
        )
    return reverse("invitation", args=[token])


def first_owner_link(now: dt.datetime) -> str | None:
    """The path of a link for the first owner; ``None`` where somebody has an account.

    Each start of the server makes a new link and ends the one before.
    """
    if User.objects.exists():
        return None
    Invitation.objects.filter(used_at=None).update(expires_at=now)
    return invite(["owner"], now=now, by=None)


def open_links(now: dt.datetime) -> QuerySet[Invitation]:
    """Links that somebody could still use."""
    found = Invitation.objects.filter(used_at=None, expires_at__gt=now)
    return found.select_related("user", "made_by").order_by("expires_at")


def withdraw(link_id: int, *, by: User, now: dt.datetime) -> None:
    """End a link that was not used."""
    with audited(by, "user.link-ended", now=now, subject=f"link:{link_id}"):
        open_links(now).filter(pk=link_id).update(expires_at=now)


def end_links_by(user: User, now: dt.datetime) -> None:
    """End what somebody handed out who may invite no longer: it would be a way back in."""
    open_links(now).filter(made_by=user).update(expires_at=now)


def end_links_for(user: User, now: dt.datetime) -> None:
    """End the links that would renew the access to an account."""
    open_links(now).filter(user=user).update(expires_at=now)


def standing(token: str, now: dt.datetime) -> Invitation | None:
    """The invitation of a link, unless it was used or has run out."""
    return open_links(now).filter(token_hash=_hash(token)).first()


def accept(token: str, values: dict[str, Any], *, now: dt.datetime) -> User:
    """Make the account of an invitation, or renew the access to one.

    Parameters
    ----------
    values : dict
        ``username``, ``full_name``, ``registration``, ``password``, ``pin``; for the first owner
        ``practitioner``, whether they treat patients too.

    Raises
    ------
    InputError
        For a link that does not stand, or values that are none.
    """
    with audited(None, "user.accepted", now=now) as note:
        found = Invitation.objects.select_for_update().filter(token_hash=_hash(token)).first()
        if found is None or found.used_at is not None or found.expires_at <= now:
            raise InputError([Fault("link", "does not stand", "ask the owner for a new one")])
        first = found.made_by_id is None and found.user_id is None
        if first and User.objects.exists():
            raise InputError([Fault("link", "does not stand", "there is an owner already")])
        _refuse(values, renewed=found.user)
        user = found.user or _made(found, values, first=first)
        user.set_password(values["password"])
        set_pin(user, values["pin"])
        user.save()
        if found.user_id is not None:
            Authenticator.objects.filter(user_id=user.pk).delete()
            end_sessions(user)
            end_links_for(user, now)
        found.used_at = now
        found.save(update_fields=["used_at"])
        note |= {"user": str(user.public_id), "roles": user.roles}
    return user


def _made(invitation: Invitation, values: dict[str, Any], *, first: bool) -> User:
    roles = list(invitation.roles)
    if first and values.get("practitioner"):
        roles.append("practitioner")
    try:
        with transaction.atomic():
            user = User.objects.create_user(values["username"], values["full_name"].strip(), roles)
    except IntegrityError:
        raise InputError([Fault("username", "is taken", "choose another")]) from None
    user.registration = str(values.get("registration") or "").strip()
    return user


def _refuse(values: dict[str, Any], renewed: User | None) -> None:
    faults = []
    if renewed is None:
        if not _USERNAME.fullmatch(values.get("username", "")):
            right = "two or more of a-z, 0-9, dot, hyphen; a letter first"
            faults.append(Fault("username", "is none", right))
        if len(str(values.get("full_name", "")).strip()) < 3:
            faults.append(Fault("full_name", "is missing", "write the name that stands on sheets"))
    try:
        validate_password(values.get("password", ""), renewed)
    except ValidationError as error:
        faults.append(Fault("password", " ".join(error.messages), "choose another"))
    if not re.fullmatch(r"[0-9]{4,8}", values.get("pin", "")):
        faults.append(Fault("pin", "is no code", "four to eight digits"))
    if faults:
        raise InputError(faults)


def end_sessions(user: User) -> None:
    """Sign an account out everywhere."""
    for session in Session.objects.iterator():
        if session.get_decoded().get("_auth_user_id") == str(user.pk):
            session.delete()
