"""The calls of the library: read a case, plan it, check it, write its report."""

from pathlib import Path
from typing import Any

from mesoplan.catalogue import Catalogue, load_catalogue
from mesoplan.catalogue.formulary import with_formulary
from mesoplan.catalogue.registers import find_register_product, with_register_products
from mesoplan.catalogue.user_folder import user_folder
from mesoplan.core.errors import Fault, InputError
from mesoplan.model.case import Case
from mesoplan.model.plan import Plan
from mesoplan.report import write_report as write_files
from mesoplan.workflow.case_file import parse_case
from mesoplan.workflow.case_text import read_table
from mesoplan.workflow.layout import area_faults, surfaces
from mesoplan.workflow.planning import plan_case
from mesoplan.workflow.register_products import with_registers
from mesoplan.workflow.settle import settle_draft


def default_catalogue() -> Catalogue:
    """The shipped catalogue with the clinic's own formulary from the user's data folder.

    Raises
    ------
    InputError
        If a formulary file is wrong.
    """
    return with_formulary(load_catalogue(), user_folder() / "formulary")


def read_case(path: str | Path, catalogue: Catalogue | None = None) -> Case:
    """Read a case file.

    Parameters
    ----------
    path : str or Path
        A TOML file of format ``mesoplan/case``.
    catalogue : Catalogue, optional
        By default the shipped one with the clinic's own formulary.

    Raises
    ------
    InputError
        With every fault of the file in ``faults``, those of its placement included.
    """
    file = Path(path)
    return case_from(read_table(file), file.stem, catalogue, file.parent)


def case_from(
    values: dict[str, Any],
    name: str,
    catalogue: Catalogue | None = None,
    folder: Path | None = None,
) -> Case:
    """A case from the table that a case file would hold; photographs are sought in ``folder``.

    Raises
    ------
    InputError
        As ``read_case``.
    """
    data, faults = with_registers(catalogue or default_catalogue(), values)
    case, found = parse_case(values, name, data, folder)
    named = [fault.key for fault in faults]
    faults += [fault for fault in found if fault.key not in named]
    if case is not None:
        faults = [*faults, *_placement_faults(case, data, faults)]
    if faults or case is None:
        raise InputError(faults)
    return case


def _placement_faults(case: Case, catalogue: Catalogue, earlier: list[Fault]) -> list[Fault]:
    """Faults of technique, mixture and areas that do not follow from faults already found."""
    keys = [fault.key for fault in earlier]
    settled_by = ("technique", "treatment.indication", "treatment.protocol", "treatment.intent")
    areas_read = not any(key.startswith("areas") for key in keys)
    settles = not any(key.startswith(settled_by) for key in keys)
    found: list[Fault] = []
    if any(key.startswith("syringes") for key in keys):
        case = case.model_copy(update={"syringes": None})
    settled = None
    if settles:
        settled, faults = settle_draft(case, catalogue)
        found += faults
    if areas_read and settled is not None:
        found += area_faults(settled, catalogue)
    elif areas_read:
        found += surfaces(case, catalogue)[1]
    return [
        fault
        for fault in found
        if not any(key.startswith(fault.key) or fault.key.startswith(key) for key in keys)
    ]


def catalogue_for(case: Case, catalogue: Catalogue | None) -> Catalogue:
    """The catalogue with the register products that a case names."""
    data = catalogue or default_catalogue()
    named = [entry.product for s in case.syringes or () for entry in s.contents if entry.product]
    missing = [name for name in named if name not in data.products]
    return with_register_products(data, [find_register_product(name) for name in missing])


def plan(case: Case, catalogue: Catalogue | None = None) -> Plan:
    """Plan a case: points, totals, exposure, indicators, screening, schedule, supplies.

    Raises
    ------
    InputError
        If the case cannot be planned.
    """
    return plan_case(case, catalogue_for(case, catalogue), with_exposure=True)


def check(case: Case, catalogue: Catalogue | None = None) -> Plan:
    """As ``plan`` without exposure: ``indicators`` and ``systemic`` are ``None``.

    Raises
    ------
    InputError
        If the case cannot be planned.
    """
    return plan_case(case, catalogue_for(case, catalogue), with_exposure=False)


def write_report(
    plan: Plan, out: str | Path, catalogue: Catalogue | None = None
) -> tuple[Path, ...]:
    """Write plan.json, sheet.pdf, patient.pdf, map.svg and exposure.svg.

    A plan on photographs has photograph.svg besides, and on a face face.html, which turns.

    Raises
    ------
    InputError
        If the folder cannot be written; then nothing is.
    """
    return write_files(plan, Path(out), catalogue_for(plan.case, catalogue))
