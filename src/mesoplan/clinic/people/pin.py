"""The personal code that unlocks a session already open. It never opens one."""

from django.contrib.auth.hashers import check_password, make_password

from mesoplan.clinic.people.models import User

WRONG_AT_MOST = 5
"""Then the session ends: a code of four digits must not be guessed."""


def set_pin(user: User, pin: str) -> None:
    """Keep the hash of a code; the caller saves."""
    user.pin = make_password(pin)


def is_pin(user: User, pin: str) -> bool:
    """Whether it is the user's code."""
    return bool(user.pin) and check_password(pin, user.pin)
