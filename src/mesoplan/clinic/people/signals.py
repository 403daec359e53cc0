"""Sign-in, refused sign-in and sign-out stand in the log."""

from typing import Any

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
