"""Runs the engine against published measurements: one row per observed number."""

from pathlib import Path

import mesoplan
from mesoplan.catalogue import Catalogue
from mesoplan.catalogue.messages import Messages, read_messages
from mesoplan.core.errors import Fault, InputError
from mesoplan.dose.tissue import Law
from mesoplan.workflow.calls import default_catalogue
from mesoplan.workflow.validation_arm import (
    EngineArm,
    NotModelled,
    Text,
    engine_arm,
    not_modelled,
    note,
)
from mesoplan.workflow.validation_case import read_validation_case
from mesoplan.workflow.validation_quantities import predict
from mesoplan.workflow.validation_records import HUMAN, Observed, ValidationCase
from mesoplan.workflow.validation_rows import Row, Verdict
from mesoplan.workflow.validation_units import Measure

_TIMED = ("residual_fraction", "loss_per_hour", "lymph_fraction", "concentration", "auc")
_TIMED_OR_NOT = (*_TIMED, "wheal_diameter")
_PLACED = ("concentration", "auc")


def shipped_cases() -> Path:
    """The folder of the measurements that come with the package."""
    return Path(mesoplan.__file__).parent / "validation_cases"


def read_folder(folder: Path, catalogue: Catalogue) -> list[ValidationCase]:
    """Every case of a folder, in the order of file names.

    Raises
    ------
    InputError
        If it is no folder or holds no case; with every fault of every file, each key led by the
        name of its file.
    """
    right = "give a folder with files of format mesoplan/validation, named *.toml"
    if not folder.is_dir():
        raise InputError([Fault("--cases", f'"{folder}" is no folder', right)])
    files = sorted(folder.glob("*.toml"), key=lambda file: file.stem)
    if not files:
        raise InputError([Fault("--cases", f'"{folder}" holds no case', right)])
    faults: list[Fault] = []
    cases: dict[str, ValidationCase] = {}
    for file in files:
        try:
            case = read_validation_case(file, catalogue)
        except InputError as error:
            faults += [_in_file(fault, file.name) for fault in error.faults]
            continue
        if case.id in cases:
            wrong = f'"{case.id}" stands in two files'
            faults.append(Fault(f"{file.name} id", wrong, "give each case its own id"))
        cases[case.id] = case
    if faults:
        raise InputError(faults)
    return list(cases.values())


def _in_file(fault: Fault, name: str) -> Fault:
    return fault if fault.key == name else Fault(f"{name} {fault.key}", fault.wrong, fault.right)


def validate(
    folder: Path | None = None,
    catalogue: Catalogue | None = None,
    law: Law = "recommended",
) -> list[Row]:
    """Predict every measurement of a folder, without fitting anything.

    Parameters
    ----------
    folder : Path, optional
        By default the measurements that come with the package.
    catalogue : Catalogue, optional
        By default the shipped one with the clinic's own formulary.
    law : {"recommended", "dancik", "surrey"}
        Parameter set of the skin.

    Raises
    ------
    InputError
        As `read_folder`.
    """
    data = catalogue or default_catalogue()
    messages = read_messages()
    cases = read_folder(folder or shipped_cases(), data)
    return [row for case in cases for row in rows_of(case, data, messages, law)]


def rows_of(
    case: ValidationCase, catalogue: Catalogue, messages: Messages, law: Law = "recommended"
) -> list[Row]:
    """One row per observed number of a case."""
    arm = engine_arm(case.arm, catalogue, law)
    reference = None if case.reference is None else engine_arm(case.reference, catalogue, law)
    return [_row(case, observed, arm, reference, messages) for observed in case.observed]


def _row(
    case: ValidationCase,
    observed: Observed,
    arm: EngineArm | NotModelled,
    reference: EngineArm | NotModelled | None,
    messages: Messages,
) -> Row:
    found = _predicted(observed, arm, reference)
    measure = observed.measure
    notes = _notes(case, observed, arm, reference if observed.ratio else None)
    predicted = fold = None
    verdict: Verdict = "not modelled"
    reason = ""
    if isinstance(found, NotModelled):
        reason = messages.text(found.why.id, **found.why.parameters)
    else:
        predicted = found
        verdict = "missed"
        if predicted > 0.0:
            fold = max(predicted / measure.value, measure.value / predicted)
            verdict = "met" if fold <= case.tolerance_factor else "missed"
        else:
            reason = messages.text("validation.not-modelled.zero")
    return Row(
        id=case.id,
        quantity=observed.quantity,
        unit=measure.unit or "1",
        predicted=predicted,
        observed=measure.value,
        spread=_in_unit(observed.spread, measure),
        fold_error=fold,
        verdict=verdict,
        tolerance_factor=case.tolerance_factor,
        reason=reason,
        notes=tuple(messages.text(text.id, **text.parameters) for text in notes),
        fitted=case.fitted,
        indirect=case.species != HUMAN,
        ordinal=observed.ordinal,
        species=case.species,
        grade=case.grade,
        source=case.source,
    )


def _predicted(
    observed: Observed,
    arm: EngineArm | NotModelled,
    reference: EngineArm | NotModelled | None,
) -> float | NotModelled:
    """The prediction in the unit of the measurement."""
    if isinstance(arm, NotModelled):
        return arm
    found = predict(arm, observed)
    if isinstance(found, NotModelled):
        return found
    measure = observed.measure
    if observed.ratio:
        if reference is None or isinstance(reference, NotModelled):
            return reference or not_modelled("no-place")
        below = predict(reference, observed)
        if isinstance(below, NotModelled):
            return below
        return not_modelled("zero") if below <= 0.0 else found / below / measure.factor
    amount = arm.arm.injection.amount_unit
    if measure.basis == "molar" and amount == "mg":
        return found / arm.drug.mw_g_mol / measure.factor
    expected = {"mass": "mg", "units": "U", "molar": "mg", "plain": amount}[measure.basis]
    if expected != amount:
        return not_modelled("unit", unit=measure.unit, amount=amount)
    return found / measure.factor


def _notes(
    case: ValidationCase,
    observed: Observed,
    arm: EngineArm | NotModelled,
    reference: EngineArm | NotModelled | None,
) -> list[Text]:
    notes = []
    if case.species != HUMAN:
        notes.append(note("indirect", species=case.species))
    if case.fitted:
        notes.append(note("fitted", names=", ".join(case.fitted)))
    if observed.at_h is not None and observed.quantity not in _TIMED_OR_NOT:
        notes.append(note("at-unused", name="at", quantity=observed.quantity))
    if observed.at_mm is not None and observed.quantity not in _PLACED:
        notes.append(note("at-unused", name="at_mm", quantity=observed.quantity))
    for part in (arm, reference):
        if isinstance(part, EngineArm):
            notes += [text for text in part.notes if text not in notes]
    return notes


def _in_unit(spread: Measure | None, measure: Measure) -> float | None:
    return None if spread is None else spread.base / measure.factor
