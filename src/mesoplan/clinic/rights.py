"""Who may do what. Roles are fixed sets of rights; every view declares the right it needs."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from mesoplan.clinic.people.models import User
from mesoplan.clinic.roles import ROLES, Right


class ClinicRequest(HttpRequest):
    """A request of somebody who has signed in."""

    user: User


View = Callable[..., HttpResponse]


def rights_of(user: User) -> frozenset[Right]:
    """All rights of a user's roles; none for an account that is closed."""
    if not user.is_active:
        return frozenset()
    return frozenset[Right]().union(*(ROLES.get(role, frozenset()) for role in user.roles))


def may(user: User, right: Right) -> bool:
    """Whether the user has the right."""
    return right in rights_of(user)


def needs(right: Right) -> Callable[[View], View]:
    """Declare the right that a view needs; without it the answer is 403."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may(cast("User", request.user), right):
                raise PermissionDenied(right)
            return view(cast("ClinicRequest", request), *args, **kwargs)

        declared = login_required(guarded)
        declared.right = right  # type: ignore[attr-defined]
        return declared

    return declare


def public(reason: str) -> Callable[[View], View]:
    """Declare that a view needs no account, and why."""

    def declare(view: View) -> View:
        view.right = f"public: {reason}"  # type: ignore[attr-defined]
        return view

    return declare
