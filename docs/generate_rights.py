"""The table of roles and rights, from the code that enforces them."""

from generate_text import table

from mesoplan.clinic.roles import MEANING, ROLES


def rights() -> str:
    """One row for each right, one column for each role."""
    rows = (
        (meaning, *("yes" if right in granted else "" for granted in ROLES.values()))
        for right, meaning in MEANING.items()
    )
    return table(("right", *ROLES), rows)
