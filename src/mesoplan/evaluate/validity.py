"""Where a computed exposure leaves what its parameters were made for: notes for the sheet."""

from collections.abc import Sequence

from mesoplan.core.units import format_number
from mesoplan.dose import CONSTANTS, DERMIS, SUBCUTIS, Drug, passes_pores
from mesoplan.dose.constants import Constant
from mesoplan.evaluate.bed import column_of
from mesoplan.evaluate.deposit import Deposit, deposit_of
from mesoplan.evaluate.levels import stated_mass_g_mol
from mesoplan.evaluate.passes import Pass
from mesoplan.model.exposure import ValidityNote
from mesoplan.model.substance import Substance

ALBUMIN_MM = {
    "dermis": Constant(
        0.35,
        "mM",
        "48 % of 49 g/L serum albumin in dermal fluid: BMC Dermatol 2002;2:3",
        "computed",
    ),
    "subcutis": Constant(
        0.11, "mM", "7.4 g/L: Ellmerer et al., Am J Physiol Endocrinol 2000;278:E352", "computed"
    ),
}
"""Albumin of the interstitial fluid: a protein with one place cannot hold more than this."""

DENSER = 1.05
"""Free over injected concentration from which the note on the unswollen tissue is due."""


def area_notes(
    area: int, substance: Substance, drug: Drug, runs: Sequence[Pass]
) -> list[ValidityNote]:
    """The notes of one substance under one area."""
    found: list[ValidityNote] = []

    def note(name: str, **parameters: str) -> None:
        found.append(ValidityNote(substance.id, name, tuple(sorted(parameters.items()))))

    if not passes_pores(drug.mw_g_mol):
        note("wider-than-pores", nm=format_number(CONSTANTS["pore_radius"].value))
    for run in runs:
        column = column_of(drug, run.bed)
        deposit = deposit_of(substance, run, column, runs)
        bound = _bound_mm(substance, drug, run, deposit)
        fluid = "subcutis" if run.placement.plane == "subcutis" else "dermis"
        room = ALBUMIN_MM[fluid].value
        if bound > room:
            note(
                "binding-saturated",
                bound=format_number(float(f"{bound:.2g}")),
                room=format_number(room),
            )
        free, strength = _free_mg_ml(substance, drug, run, deposit), run.strength(substance.id)
        if deposit.release.duration_h == 0.0 and free > DENSER * strength:
            note(
                "denser-than-syringe",
                free=format_number(float(f"{free:.2g}")),
                strength=format_number(float(f"{strength:.3g}")),
                unit="U/mL" if substance.measured_in == "units" else "mg/mL",
            )
        if deposit.release.duration_h > 0.0:
            days = deposit.release.duration_h / 24.0
            note("depot-bound", days=format_number(float(f"{days:.2g}")))
        elif deposit.release.lag_h > 0.0:
            note("gel-lag", hours=format_number(deposit.release.lag_h))
        deepest = run.bed.layers.skin.mean_mm + run.bed.layers.subcutis_mm
        if run.placement.depth_mm > deepest:
            depth, fat = run.placement.depth_mm, run.bed.layers.subcutis_mm
            note("deeper-than-fat", depth=format_number(depth), fat=format_number(fat))
        reach = column.medium().reach_mm(deposit.bolus, tolerance=1e-2)
        bend = run.bed.surface.bend_radius_mm
        if bend < reach:
            radius, far = format_number(round(bend, 1)), format_number(round(reach, 1))
            note("bends-too-much", bend=radius, reach=far)
    return found


def _free_mg_ml(substance: Substance, drug: Drug, run: Pass, deposit: Deposit) -> float:
    """Free concentration in the water of the fresh bolus, amount/mL; of a depot its solubility."""
    solubility = substance.molecule.solubility_mg_ml
    if deposit.release.duration_h > 0.0 and solubility is not None:
        return solubility.central
    layer = -1 if run.placement.plane == "subcutis" else -2
    capacity = column_of(drug, run.bed).transports[layer].capacity
    # Over the volume of the fluid, not of the bolus: a spot of a thread holds the whole amount.
    return deposit.amount / run.placement.volume_per_point_ml / capacity


def _bound_mm(substance: Substance, drug: Drug, run: Pass, deposit: Deposit) -> float:
    """Bound medicine in the water of the fresh bolus by the linear law, mmol/L."""
    mass = stated_mass_g_mol(substance, [run.mixture])
    if drug.fraction_unbound is None or mass is None:
        return 0.0
    tissue = SUBCUTIS if run.placement.plane == "subcutis" else DERMIS
    share = tissue.protein_fraction * (1.0 / drug.fraction_unbound - 1.0)
    return 1000.0 * _free_mg_ml(substance, drug, run, deposit) / mass * share
