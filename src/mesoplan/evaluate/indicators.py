"""Indicators: numbers about a plan, each with definition, unit and limit or "no target known"."""

from collections.abc import Sequence

from mesoplan.catalogue import Catalogue
from mesoplan.evaluate.exposure_indicators import Target, exposure_indicators
from mesoplan.evaluate.geometry_indicators import (
    overlap,
    share_in_target,
    target_distance,
    wheals,
)
from mesoplan.evaluate.passes import Pass
from mesoplan.model.case import Case
from mesoplan.model.exposure import Exposure
from mesoplan.model.plan import Indicator, Point


def indicators(
    case: Case,
    exposure: Exposure,
    passes: Sequence[Pass],
    points: Sequence[Point],
    catalogue: Catalogue,
) -> tuple[Indicator, ...]:
    """All indicators of a plan: per substance from its exposure, then those of geometry."""
    target = Target.of(passes, catalogue)
    found = list(exposure_indicators(exposure, target))
    for name, reason in exposure.not_computed:
        found.append(
            Indicator(
                id="coverage",
                substance=name,
                value=None,
                unit="1",
                definition=catalogue.messages.text(f"indicator.{reason}"),
                verdict="none",
            )
        )
    found.append(share_in_target(passes, catalogue))
    found.append(target_distance(case, passes, catalogue))
    found.append(overlap(passes, points, catalogue))
    found += wheals(passes, catalogue)
    return tuple(found)
