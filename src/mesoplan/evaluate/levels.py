"""Levels of exposure with a measured effect: which one counts, and in the engine's units."""

from collections.abc import Sequence

from mesoplan.model.figure import proposal
from mesoplan.model.mixture import Mixture
from mesoplan.model.substance import Level, Substance

COVERAGE_GOAL = proposal(
    0.9, "1", "share of the target layer that should see a level shown to have an effect"
)
RELATIVE_LEVEL = proposal(
    0.5, "1", "share of the area's mean exposure that counts as covered where no level is known"
)


def counting_level(substance: Substance, mixtures: Sequence[Mixture]) -> Level | None:
    """A level counts only for the substance and, where named, the product it was measured in."""
    used = {
        content.product
        for mixture in mixtures
        for content in mixture.contents
        if content.substance == substance.id
    }
    for level in substance.levels:
        if not level.products or used & set(level.products):
            return level
    return None


def level_per_ml(level: Level, substance: Substance, mixtures: Sequence[Mixture]) -> float | None:
    """A free level in mg/mL of the form that the mixtures are stated in.

    ``None`` where a molar mass it needs is not known. A salt weighs more than its base: the same
    molar level is more milligrams of it.
    """
    if level.unit == "mg/L":
        return level.value / 1000.0
    mass = stated_mass_g_mol(substance, mixtures)
    return None if mass is None else level.value * mass / 1000.0


def stated_mass_g_mol(substance: Substance, mixtures: Sequence[Mixture]) -> float | None:
    """Molar mass of the form that the mixtures are stated in, else of the molecule.

    Of several forms the heaviest; ``None`` where none is known.
    """
    forms = {form.name: form.molar_mass_g_mol.central for form in substance.forms}
    used = {
        content.form
        for mixture in mixtures
        for content in mixture.contents
        if content.substance == substance.id
    }
    masses = [forms[name] for name in used if name in forms]
    molecule = substance.molecule.molar_mass_g_mol
    if masses:
        return max(masses)
    return None if molecule is None else molecule.central
