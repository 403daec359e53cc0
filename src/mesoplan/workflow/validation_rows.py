"""Rows of `mesoplan validate`, and what they sum up to."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Verdict = Literal["met", "missed", "not modelled"]


@dataclass(frozen=True)
class Row:
    """A prediction beside its measurement, both in the unit of the file.

    Parameters
    ----------
    id, quantity : str
        Case and quantity.
    unit : str
        Unit of `predicted`, `observed` and `spread`; "1" without one.
    predicted : float, optional
        ``None`` where the engine does not model it.
    observed : float
        As published.
    spread : float, optional
        As published.
    fold_error : float, optional
        The larger of predicted over observed and its inverse, at least 1.
    verdict : {"met", "missed", "not modelled"}
        Against `tolerance_factor`.
    reason : str
        Why it is not modelled.
    notes : tuple of str
        What the prediction takes for granted.
    fitted : tuple of str
        Parameters fitted to this measurement.
    indirect : bool
        Whether it was measured in another species.
    ordinal : bool
        Whether it was published in words; it counts in no mean.
    """

    id: str
    quantity: str
    unit: str
    predicted: float | None
    observed: float
    spread: float | None
    fold_error: float | None
    verdict: Verdict
    tolerance_factor: float
    reason: str
    notes: tuple[str, ...]
    fitted: tuple[str, ...]
    indirect: bool
    ordinal: bool
    species: str
    grade: str
    source: str

    def document(self) -> dict[str, Any]:
        """The row as JSON."""
        return {
            "id": self.id,
            "quantity": self.quantity,
            "predicted": _quantity(self.predicted, self.unit),
            "observed": _quantity(self.observed, self.unit),
            "spread": _quantity(self.spread, self.unit),
            "fold_error": self.fold_error,
            "verdict": self.verdict,
            "tolerance_factor": self.tolerance_factor,
            "reason": self.reason,
            "notes": list(self.notes),
            "fitted": list(self.fitted),
            "species": self.species,
            "indirect": self.indirect,
            "ordinal": self.ordinal,
            "grade": self.grade,
            "source": self.source,
        }


def _quantity(value: float | None, unit: str) -> dict[str, Any] | None:
    return None if value is None else {"value": value, "unit": unit}


@dataclass(frozen=True)
class Summary:
    """Counts and geometric mean fold errors; ``None`` where there is no row."""

    met: int
    missed: int
    not_modelled: int
    fold_unfitted: float | None
    fold_unfitted_human: float | None
    fold_fitted: float | None
    unfitted: int
    fitted: int


def summarise(rows: Sequence[Row]) -> Summary:
    """Sum up rows.

    Means are over met and missed. A prediction of 0 has no fold error and counts as missed only;
    an ordinal row counts as met or missed only.
    """
    counted = [row for row in rows if row.fold_error is not None and not row.ordinal]
    unfitted = [row for row in counted if not row.fitted]
    fitted = [row for row in counted if row.fitted]
    return Summary(
        met=sum(row.verdict == "met" for row in rows),
        missed=sum(row.verdict == "missed" for row in rows),
        not_modelled=sum(row.verdict == "not modelled" for row in rows),
        fold_unfitted=_geometric_mean(unfitted),
        fold_unfitted_human=_geometric_mean(row for row in unfitted if not row.indirect),
        fold_fitted=_geometric_mean(fitted),
        unfitted=len(unfitted),
        fitted=len(fitted),
    )


def _geometric_mean(rows: Iterable[Row]) -> float | None:
    logs = [math.log(row.fold_error) for row in rows if row.fold_error is not None]
    return math.exp(sum(logs) / len(logs)) if logs else None
