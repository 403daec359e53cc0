"""Sign-in, refusals, sign-out, a new password and second factors stand in the log."""

from typing import Any

from allauth.account.signals import password_changed
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
)
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.utils import timezone

from mesoplan.clinic.audit.record import note
from mesoplan.clinic.people.models import User


@receiver(user_logged_in)
def signed_in(user: User, **_: Any) -> None:
    """Somebody signed in."""
    note(user, "user.signed-in", now=timezone.now())


@receiver(user_logged_out)
def signed_out(user: User | None, **_: Any) -> None:
    """Somebody signed out."""
    if user is not None:
        note(user, "user.signed-out", now=timezone.now())


@receiver(user_login_failed)
def refused(credentials: dict[str, Any], **_: Any) -> None:
    """Somebody failed to sign in; the log holds the account, never what was typed."""
    name = credentials.get("username") or ""
    known = User.objects.filter(username=name).first()
    subject = f"user:{known.public_id}" if known else ""
    note(None, "user.refused", now=timezone.now(), subject=subject)


@receiver(authentication_failed)
def refused_factor(user: User, authenticator: Authenticator, **_: Any) -> None:
    """A second factor was wrong: the password may have been right."""
    details = {"factor": str(authenticator.type)}
    note(None, "user.refused", now=timezone.now(), subject=_of(user), details=details)


@receiver(password_changed)
def password_was_changed(user: User, **_: Any) -> None:
    """Somebody chose another password."""
    note(user, "user.password", now=timezone.now(), subject=_of(user))


@receiver(authenticator_added)
def factor_added(user: User, authenticator: Authenticator, **_: Any) -> None:
    """Somebody has one more factor."""
    _factor("user.factor-added", user, authenticator)


@receiver(authenticator_removed)
def factor_removed(user: User, authenticator: Authenticator, **_: Any) -> None:
    """Somebody has one factor less."""
    _factor("user.factor-removed", user, authenticator)


@receiver(authenticator_reset)
def factor_made_anew(user: User, authenticator: Authenticator, **_: Any) -> None:
    """Somebody has new recovery codes."""
    _factor("user.factor-anew", user, authenticator)


def _factor(action: str, user: User, authenticator: Authenticator) -> None:
    details = {"factor": str(authenticator.type)}
    note(user, action, now=timezone.now(), subject=_of(user), details=details)


def _of(user: User) -> str:
    return f"user:{user.public_id}"
