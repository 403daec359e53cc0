"""Texts of the case that no id, name, brand or ATC code explains: kept, and not checked."""

from mesoplan.model.case import Named
from mesoplan.model.finding import Finding
from mesoplan.safety.situation import Situation


def names(s: Situation) -> list[Finding]:
    """One not-checked finding per field that holds an unexplained text."""
    patient, today = s.case.patient, s.case.today
    fields: dict[str, tuple[Named, ...]] = {
        "allergies": patient.allergies or (),
        "conditions": tuple(c.name for c in patient.conditions or ()),
        "medicines": patient.medicines or (),
        "history": tuple(h.substance for h in patient.history or ()),
        "anaesthetics": tuple(a.substance for a in (today.anaesthetics or () if today else ())),
    }
    found = []
    for field, stated in fields.items():
        open_names = tuple(name.written for name in stated if name.id is None)
        if open_names:
            quoted = ", ".join(f'"{name}"' for name in open_names)
            found.append(
                s.unchecked(
                    f"unexplained-{field}", "unexplained", open_names, names=quoted, field=field
                )
            )
    return found
