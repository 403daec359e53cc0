"""Wrong passwords given on pages beside the sign-in: after a few, a pause."""

from django.core.cache import cache
from django.utils.translation import gettext as _

from mesoplan.clinic.people.models import User
from mesoplan.core.errors import Fault, InputError

AT_MOST, PAUSE_S = 5, 300
"""As for signing in: five wrong ones in five minutes."""


def refuse_wrong_password(user: User | None, password: str, whose: str) -> None:
    """Refuse a password that is not the user's, and any at all after too many wrong ones.

    Parameters
    ----------
    user : User or None
        Whose password it should be; ``None`` where nobody has the name that was given.
    password : str
        What was typed.
    whose : str
        What the count is kept for: a user name.

    Raises
    ------
    InputError
        Naming the pause, or that the password is not theirs.
    """
    key = f"wrong-password:{whose.encode().hex()[:120]}"
    if cache.get(key, 0) >= AT_MOST:
        right = _("wait five minutes")
        raise InputError([Fault("password", _("too many wrong ones"), right)])
    if user is not None and user.check_password(password):
        cache.delete(key)
        return
    cache.set(key, cache.get(key, 0) + 1, PAUSE_S)
    raise InputError([Fault("password", _("is not theirs"), _("each enters their own"))])
