"""The case of a plan as a table: from the record and a form to what a case file would hold.

The patient block always comes from the record. A file or a form can never state another
patient, an allergy less, or a history shorter than the clinic's own deliveries.
"""

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mesoplan.clinic.patients.case_patient import case_patient
from mesoplan.clinic.patients.models import Patient, StoredFile
from mesoplan.clinic.patients.storage import content_of
from mesoplan.core.errors import Fault, InputError

_DATES = ("date", "birth_date")
FILES = "files"
"""Key of a stored case: names of its photographs and landmarks, with the ids of their files."""


def to_json(value: Any) -> Any:
    """A case table with its dates as text."""
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [to_json(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value


def from_json(value: Any, key: str = "") -> Any:
    """A case table as it was before ``to_json``."""
    if isinstance(value, Mapping):
        return {name: from_json(item, name) for name, item in value.items()}
    if isinstance(value, list):
        return [from_json(item, key) for item in value]
    if key in _DATES and isinstance(value, str):
        return dt.date.fromisoformat(value)
    return value


def with_patient(values: Mapping[str, Any], patient: Patient, day: dt.date) -> dict[str, Any]:
    """A case table whose patient is the record's.

    Raises
    ------
    InputError
        If the table states a patient that contradicts the record, or another day.
    """
    known = case_patient(patient, day)
    faults = [
        Fault(
            f"patient.{key}", f"{stated!r} differs from the record", f"the record: {known[key]!r}"
        )
        for key, stated in dict(values.get("patient", {})).items()
        if key in ("name", "record_number", "birth_date", "sex")
        and key in known
        and stated != known[key]
    ]
    if faults:
        raise InputError(faults)
    return {**values, "patient": known}


def changed_since(stored: Mapping[str, Any], patient: Patient, day: dt.date) -> tuple[str, ...]:
    """Keys of the patient block that say something else now than when a plan was made."""
    before = dict(stored["patient"])
    now = to_json(case_patient(patient, day))
    return tuple(sorted(k for k in before.keys() | now.keys() if before.get(k) != now.get(k)))


def lay_files(files: Mapping[str, str], folder: Path, patient: Patient) -> None:
    """Write the photographs and landmarks of a case into a folder for reading it.

    Raises
    ------
    InputError
        If one of them is no file of this patient.
    """
    for name, file_id in files.items():
        stored = StoredFile.objects.filter(pk=file_id, patient=patient).first()
        if stored is None or Path(name).name != name:
            raise InputError(
                [Fault(f"files.{name}", "is no file of this patient", "choose it anew")]
            )
        (folder / name).write_bytes(content_of(stored))
