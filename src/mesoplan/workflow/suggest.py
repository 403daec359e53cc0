"""Suggests a spacing for a stated coverage, where a defensible level of exposure exists."""

from collections.abc import Sequence

from mesoplan.catalogue import Catalogue
from mesoplan.core.errors import Fault, InputError
from mesoplan.model.case import Case
from mesoplan.optimise.spacing import Suggestion, Trial, widest_spacing
from mesoplan.workflow.calls import catalogue_for
from mesoplan.workflow.planning import plan_settled
from mesoplan.workflow.settle import Settled, settle, with_spacing

NARROWEST_MM = 2.0
STEP_MM = 0.5


def suggest_spacing(
    case: Case,
    substance: str,
    coverage: float,
    catalogue: Catalogue | None = None,
    spacings_mm: Sequence[float] | None = None,
) -> Suggestion:
    """The widest spacing whose coverage reaches a goal and that breaks no limit.

    Parameters
    ----------
    case : Case
        The case; it is not changed.
    substance : str
        Id of the substance whose level counts.
    coverage : float
        Share of the target layer, above 0 and up to 1.
    catalogue : Catalogue, optional
        As for ``read_case``.
    spacings_mm : sequence of float, optional
        Candidates; by default every half millimetre from 2 mm to the case's own spacing.

    Raises
    ------
    InputError
        If the case cannot be planned, the coverage is no share, or no level of exposure is
        known for the substance: an exposure without target is never a goal.
    """
    data = catalogue_for(case, catalogue)
    if not 0 < coverage <= 1:
        right = "give a share above 0 and up to 1, such as 0.9"
        raise InputError([Fault("coverage", f"{coverage:g} is no share", right)])
    settled = settle(case, data)
    before = _trial(settled, settled.setting.spacing_mm, substance, data)
    if spacings_mm is None:
        steps = int((settled.setting.spacing_mm - NARROWEST_MM) / STEP_MM + 1e-9)
        spacings_mm = [settled.setting.spacing_mm - i * STEP_MM for i in range(steps + 1)]
    return widest_spacing(
        lambda spacing_mm: _trial(settled, spacing_mm, substance, data),
        before,
        spacings_mm,
        coverage,
    )


def _trial(settled: Settled, spacing_mm: float, substance: str, catalogue: Catalogue) -> Trial:
    plan = plan_settled(with_spacing(settled, spacing_mm), catalogue, with_exposure=True)
    for indicator in plan.indicators or ():
        counts = indicator.id == "coverage" and indicator.verdict != "none"
        if counts and indicator.substance == substance and indicator.value is not None:
            total = next(row for row in plan.totals if row.substance == substance)
            return Trial(
                spacing_mm=spacing_mm,
                coverage=indicator.value,
                points=len(plan.points),
                volume_ml=sum(point.volume_ml for point in plan.points),
                amount=total.injected.value,
                unit=total.injected.unit,
                critical=tuple(f.rule for f in plan.findings if f.severity == "critical"),
            )
    held = {row.substance for row in plan.totals}
    wrong = "no target exposure is known" if substance in held else "is in no syringe of this case"
    raise InputError([Fault("substance", f"{substance}: {wrong}", "name one with a known level")])
