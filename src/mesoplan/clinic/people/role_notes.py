"""The roles as the owner chooses them, each with what it may do, taken from its rights."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from mesoplan.clinic.roles import MEANING, ROLES


class RoleNote(NamedTuple):
    """One role in words."""

    role: str
    name: str
    may: tuple[str, ...]
    """One sentence part for each right, in the order of all rights."""


def role_notes() -> tuple[RoleNote, ...]:
    """All roles, with their rights in words."""
    names = {
        "owner": _("Owner"),
        "practitioner": _("Practitioner"),
        "nurse": _("Nurse"),
        "desk": _("Front desk"),
        "auditor": _("Auditor"),
    }
    return tuple(
        RoleNote(role, names[role], tuple(_(MEANING[right]) for right in MEANING if right in has))
        for role, has in ROLES.items()
    )


def names_of(roles: list[str]) -> str:
    """Names of roles, for reading."""
    return ", ".join(note.name for note in role_notes() if note.role in roles)
