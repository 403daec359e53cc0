"""The substance of a validation case: an id of the catalogue, properties, or both."""

from dataclasses import dataclass, replace
from typing import get_args

from mesoplan.catalogue import Catalogue
from mesoplan.dose import Drug
from mesoplan.evaluate.bed import drug_of
from mesoplan.model.substance import MoleculeKind
from mesoplan.workflow.case_names import record
from mesoplan.workflow.table import Table


@dataclass(frozen=True)
class ValidationSubstance:
    """What transport and plasma need.

    Parameters
    ----------
    drug : Drug, optional
        ``None`` where transport cannot be computed; ``reason`` then is a message id.
    half_life_h, volume_l_per_kg : float, optional
        Published disposition of a substance of the catalogue.
    """

    drug: Drug | None
    reason: str = ""
    half_life_h: float | None = None
    volume_l_per_kg: float | None = None


def read_substance(table: Table, catalogue: Catalogue) -> ValidationSubstance | None:
    """Read ``[substance]``; properties given beside an id replace those of the catalogue."""
    found = record(table, "id", "substance", catalogue)
    named = "id" in table.values
    if not named:
        table.need("mw_g_mol", "the molar mass in g/mol, or id")
        table.need("kind", "acid, base, neutral or zwitterion, or id")
    mass = table.number("mw_g_mol", 1.0, 1e8, open_low=False)
    kind = table.choice("kind", get_args(MoleculeKind))
    numbers = {
        "logp": table.number("logp", -10.0, 12.0, open_low=False),
        "log_oil": table.number("log_oil", -10.0, 12.0, open_low=False),
        "pka": table.number("pka", -20.0, 40.0, open_low=False),
        "fraction_unbound": table.number("fraction_unbound", 0.0, 1.0),
        "degradation_per_h": table.number("degradation_per_h", 0.0, 1000.0, open_low=False),
    }
    given = {name: value for name, value in numbers.items() if value is not None}
    table.close()
    if found is None:
        if named or mass is None or kind is None:
            return None
        return ValidationSubstance(Drug(mass, kind, **given))  # type: ignore[arg-type]
    substance = catalogue.substances[found]
    constants = substance.pharmacokinetics
    life, volume = constants.half_life_h, constants.volume_l_per_kg
    drug = drug_of(substance)
    if isinstance(drug, str) and mass is not None and kind:
        drug = Drug(mass, kind)  # type: ignore[arg-type]  # one of the kinds
    reason = ""
    if substance.particulate:
        return ValidationSubstance(None, "validation.not-modelled.suspension")
    if isinstance(drug, str):
        reason = f"indicator.{drug}"
    else:
        if mass is not None:
            drug = replace(drug, mw_g_mol=mass)
        if kind is not None:
            drug = replace(drug, kind=kind)  # type: ignore[arg-type]  # one of the kinds
        drug = replace(drug, **given)  # type: ignore[arg-type]  # all of them numbers
    return ValidationSubstance(
        drug=None if isinstance(drug, str) else drug,
        reason=reason,
        half_life_h=life.central if life else None,
        volume_l_per_kg=volume.central if volume else None,
    )
