"""What the owner does with accounts: roles, closing, reopening."""

import datetime as dt

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.people.invite import end_links_by, end_links_for, end_sessions
from mesoplan.clinic.people.models import User
from mesoplan.clinic.roles import ROLES
from mesoplan.core.errors import Fault, InputError


def set_roles(user: User, roles: list[str], *, by: User, now: dt.datetime) -> None:
    """Give an account other roles; what is open in a browser follows at once.

    Raises
    ------
    InputError
        For a role that does not exist, or if no owner would be left.
    """
    unknown = [role for role in roles if role not in ROLES]
    if unknown or not roles:
        right = f"choose among {', '.join(ROLES)}"
        raise InputError([Fault("roles", f"{', '.join(unknown) or 'none'} is no role", right)])
    details = {"before": user.roles, "after": roles}
    subject = f"user:{user.public_id}"
    with audited(by, "user.roles", now=now, subject=subject, details=details):
        locked = User.objects.select_for_update().get(pk=user.pk)
        locked.roles = roles
        locked.save(update_fields=["roles"])
        _keep_an_owner()
        if "owner" not in roles:
            end_links_by(locked, now)


def set_active(user: User, active: bool, *, by: User, now: dt.datetime) -> None:  # noqa: FBT001
    """Close an account, which signs it out everywhere, or open it again.

    Raises
    ------
    InputError
        If no owner would be left.
    """
    action = "user.opened" if active else "user.closed"
    with audited(by, action, now=now, subject=f"user:{user.public_id}"):
        locked = User.objects.select_for_update().get(pk=user.pk)
        locked.is_active = active
        locked.save(update_fields=["is_active"])
        _keep_an_owner()
        if not active:
            end_sessions(locked)
            end_links_by(locked, now)
            end_links_for(locked, now)


def _keep_an_owner() -> None:
    active = User.objects.filter(is_active=True)
    if not any("owner" in user.roles for user in active):
        raise InputError([Fault("roles", "no owner would be left", "make another owner first")])
