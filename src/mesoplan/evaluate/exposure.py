"""Exposure of a plan: one kernel per medicine, tissue and bolus, summed over all points."""

from collections.abc import Sequence
from dataclasses import dataclass

from mesoplan.catalogue import Catalogue
from mesoplan.dose import Drug, RadialTable, holds_for
from mesoplan.evaluate.bed import drug_of
from mesoplan.evaluate.field import area_exposure
from mesoplan.evaluate.passes import Pass
from mesoplan.evaluate.plasma import plasma_curve
from mesoplan.evaluate.validity import area_notes
from mesoplan.model.case import Case
from mesoplan.model.exposure import AreaExposure, Exposure, PlasmaCurve
from mesoplan.model.substance import Substance


@dataclass(frozen=True)
class Laid:
    """A substance that can be computed, with the passes that lay it down."""

    substance: Substance
    drug: Drug
    runs: tuple[Pass, ...]

    def under(self, area: int) -> tuple[Pass, ...]:
        """The passes over one area."""
        return tuple(run for run in self.runs if run.placement.area == area)

    @property
    def areas(self) -> tuple[int, ...]:
        """Indices of the areas, each once, in order."""
        return tuple(dict.fromkeys(run.placement.area for run in self.runs))


def laid_down(
    passes: Sequence[Pass], catalogue: Catalogue
) -> tuple[tuple[Laid, ...], tuple[tuple[str, str], ...]]:
    """What can be computed, and what not with the message id of the reason."""
    found: list[Laid] = []
    left_out: list[tuple[str, str]] = []
    names = dict.fromkeys(c.substance for run in passes for c in run.mixture.contents)
    for name in names:
        substance = catalogue.substances[name]
        if substance.role == "vehicle":
            continue
        if substance.block is not None:
            left_out.append((name, "not-computed.blocked"))
            continue
        drug = drug_of(substance)
        if isinstance(drug, str):
            left_out.append((name, drug))
            continue
        runs = [run for run in passes if run.strength(name) > 0]
        # One lesion is enough: the rest alone would pass for the whole in blood and coverage.
        if any(run.bed.lesion for run in runs):
            left_out.append((name, "not-computed.lesion"))
            continue
        if any(not holds_for(run.bed.law, drug) for run in runs):
            left_out.append((name, "not-computed.law"))
            continue
        if runs:
            found.append(Laid(substance, drug, tuple(runs)))
    return tuple(found), tuple(left_out)


def expose(case: Case, passes: Sequence[Pass], catalogue: Catalogue) -> Exposure:
    """Exposure under every area and in the plasma, per active substance.

    Exact in time and in the systemic sum; on the grid linear between tabulated radii. Substances
    whose transport cannot be computed are listed with the reason.
    """
    areas: list[AreaExposure] = []
    plasma: list[PlasmaCurve] = []
    laid, left_out = laid_down(passes, catalogue)
    notes = []
    for one in laid:
        tables: dict[tuple[object, ...], RadialTable] = {}
        for area in one.areas:
            runs = one.under(area)
            areas.append(area_exposure(area, one.substance, one.drug, runs, tables))
            notes += area_notes(area, one.substance, one.drug, runs)
        curve = plasma_curve(one.substance, one.drug, one.runs, case)
        if curve is not None:
            plasma.append(curve)
    return Exposure(tuple(areas), tuple(plasma), left_out, tuple(dict.fromkeys(notes)))
