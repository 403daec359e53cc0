"""Units and signs of figures: a field's name says which unit its figure must have."""

from collections.abc import Iterator

from mesoplan.model.base import Record
from mesoplan.model.figure import Figure

_BY_SUFFIX = {
    "_mg_l": "mg/L",
    "_l_per_kg": "L/kg",
    "_g_mol": "g/mol",
    "_mosm_kg": "mOsm/kg",
    "_per_cm2_ml": "mL",
    "_mg_ml": "mg/mL",
    "_ml": "mL",
    "_mm": "mm",
    "_deg": "deg",
    "_days": "d",
    "_h": "h",
    "ph": "pH",
    "sessions": "sessions",
    "punctures_per_needle": "punctures",
    "flow_multiplier": "1",
    "fraction_unbound": "1",
    "bioavailability": "1",
    "logp": "1",
    "pka": "1",
}
_ANY_SIGN = frozenset({"logp", "pka"})


def figure_faults(record: Record, where: str) -> Iterator[str]:
    """Figures inside a record whose unit is not the one of their field, or that are negative."""
    for name in type(record).model_fields:
        value = getattr(record, name)
        for item in value if isinstance(value, tuple) else (value,):
            if isinstance(item, Figure):
                yield from _figure(item, name, f"{where}: {name}")
            elif isinstance(item, Record):
                yield from figure_faults(item, where)


def _figure(figure: Figure, name: str, where: str) -> Iterator[str]:
    unit = next((u for suffix, u in _BY_SUFFIX.items() if name.endswith(suffix)), None)
    if unit is not None and figure.unit != unit:
        yield f"{where} is in {figure.unit}, not in {unit}"
    low = min(figure.bounds[0], figure.central)
    if low < 0 and name not in _ANY_SIGN:
        yield f"{where} is negative"
