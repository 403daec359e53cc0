"""Indicators: numbers about a plan, each with definition, unit and limit or "no target known"."""

import math
from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
import shapely
from numpy.typing import NDArray

from mesoplan.catalogue import Catalogue
from mesoplan.evaluate.exposure import Bed, bolus_of
from mesoplan.evaluate.target import target_values, weighted_quantile
from mesoplan.model.case import Case
from mesoplan.model.exposure import AreaExposure, Exposure
from mesoplan.model.figure import proposal
from mesoplan.model.mixture import Mixture
from mesoplan.model.plan import Indicator, Placement, Point
from mesoplan.model.substance import Level, Substance

Array = NDArray[np.float64]

COVERAGE_GOAL = proposal(
    0.9, "1", "share of the target layer that should see a level shown to have an effect"
)
RELATIVE_LEVEL = proposal(
    0.5, "1", "share of the area's mean exposure that counts as covered where no level is known"
)


def indicators(
    case: Case,
    exposure: Exposure,
    mixtures: Sequence[Mixture],
    placements: Sequence[Placement],
    points: Sequence[Point],
    beds: Sequence[Bed],
    catalogue: Catalogue,
) -> tuple[Indicator, ...]:
    """All indicators of a plan: per substance from its exposure, then those of geometry."""
    text = catalogue.messages.text
    found: list[Indicator] = []
    for name in dict.fromkeys(area.substance for area in exposure.areas):
        substance = catalogue.substances[name]
        areas = [area for area in exposure.areas if area.substance == name]
        film = any(
            catalogue.techniques[p.technique].deposit == "film"
            for p in placements
            if p.area in {area.area for area in areas}
        )
        planes = {a.area: _plane(a.area, placements) for a in areas}
        found += _coverage(substance, areas, planes, mixtures, placements, catalogue, film=film)
        found += _spread(substance, areas, planes, catalogue, film=film)
    for name, reason in exposure.not_computed:
        found.append(
            Indicator(
                id="coverage",
                substance=name,
                value=None,
                unit="1",
                definition=text(f"indicator.{reason}"),
                verdict="none",
            )
        )
    found.append(_share_in_target(placements, beds, catalogue))
    found.append(_target_distance(case, placements, catalogue))
    found.append(_overlap(placements, points, catalogue))
    return tuple(found)


def _plane(area: int, placements: Sequence[Placement]) -> str:
    return next(p.intended_plane for p in placements if p.area == area)


def _counting_level(substance: Substance, mixtures: Sequence[Mixture]) -> Level | None:
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


def _coverage(
    substance: Substance,
    areas: Sequence[AreaExposure],
    planes: dict[int, str],
    mixtures: Sequence[Mixture],
    placements: Sequence[Placement],
    catalogue: Catalogue,
    *,
    film: bool,
) -> list[Indicator]:
    text = catalogue.messages.text
    if film:
        return [_unknown(substance, text("indicator.film"))]
    level = _counting_level(substance, mixtures)
    relative = Indicator(
        id="coverage",
        substance=substance.id,
        value=_covered(areas, planes, _relative),
        unit="1",
        definition=text("indicator.coverage-relative"),
        verdict="none",
        sources=RELATIVE_LEVEL.sources,
    )
    if level is None:
        return [relative]
    if level.quantity == "areal-dose":
        dose = _areal_dose(substance.id, mixtures, placements)
        met = dose >= level.value * (1 - 1e-9)
        areal = Indicator(
            id="areal-dose",
            substance=substance.id,
            value=dose,
            unit=level.unit,
            definition=text("indicator.areal-dose", effect=level.effect),
            verdict="met" if met else "missed",
            limit=level.value,
            sources=level.sources,
        )
        return [relative, areal]
    value, hours = _level_per_ml(level, substance), level.hours or 0.0
    if value is None:
        return [_unknown(substance, text("indicator.not-computed.molar-mass"))]
    covered = _covered(areas, planes, partial(_above, level=value, hours=hours))
    goal = COVERAGE_GOAL.central
    return [
        Indicator(
            id="coverage",
            substance=substance.id,
            value=covered,
            unit="1",
            definition=text(
                "indicator.coverage-level",
                level=f"{level.value:g} {level.unit}",
                effect=level.effect,
                hours=f"{hours:g} h" if hours else text("indicator.at-any-time"),
            ),
            verdict="met" if covered >= goal else "missed",
            limit=goal,
            sources=(*level.sources, *COVERAGE_GOAL.sources),
        )
    ]


def _unknown(substance: Substance, definition: str) -> Indicator:
    return Indicator(
        id="coverage",
        substance=substance.id,
        value=None,
        unit="1",
        definition=definition,
        verdict="none",
    )


def _level_per_ml(level: Level, substance: Substance) -> float | None:
    """A free level in mg/mL."""
    if level.unit == "mg/L":
        return level.value / 1000.0
    molar = substance.molecule.molar_mass_g_mol
    return None if molar is None else level.value * molar.central / 1e6


def _relative(area: AreaExposure, plane: str) -> tuple[Array, Array]:
    values, weight = target_values(area, area.auc, plane)
    mean = float(np.average(values, weights=weight))
    return (values >= RELATIVE_LEVEL.central * mean).astype(float), weight


def _above(area: AreaExposure, plane: str, level: float, hours: float) -> tuple[Array, Array]:
    """Where the free concentration reaches a level at any set time, or still at ``hours``."""
    free = area.concentration * area.free_share
    if hours > 0:
        place = int(np.searchsorted(area.times_h, hours))
        peak = free[min(place, free.shape[0] - 1)]
    else:
        peak = free.max(axis=0)
    values, weight = target_values(area, peak, plane)
    return (values >= level).astype(float), weight


def _covered(
    areas: Sequence[AreaExposure],
    planes: dict[int, str],
    rule: Callable[[AreaExposure, str], tuple[Array, Array]],
) -> float:
    """Share of the target volume of all areas that a rule counts as covered."""
    hit = total = 0.0
    for area in areas:
        covered, weight = rule(area, planes[area.area])
        hit += float(covered @ weight)
        total += float(weight.sum())
    return hit / total


def _areal_dose(
    substance: str, mixtures: Sequence[Mixture], placements: Sequence[Placement]
) -> float:
    """Amount per cm² over the treated areas."""
    amount = 0.0
    areas: dict[int, float] = {}
    for placement in placements:
        areas[placement.area] = placement.area_cm2
        for content in mixtures[placement.syringe].contents:
            if content.substance == substance:
                amount += content.concentration.value * placement.volume_ml
    return amount / sum(areas.values())


def _spread(
    substance: Substance,
    areas: Sequence[AreaExposure],
    planes: dict[int, str],
    catalogue: Catalogue,
    *,
    film: bool,
) -> list[Indicator]:
    """Homogeneity and the hot and cold ends of the exposure in the target layer."""
    text = catalogue.messages.text
    unit = f"{areas[0].unit}·h/mL"
    parts = [target_values(area, area.auc, planes[area.area]) for area in areas]
    values = np.concatenate([part[0] for part in parts])
    weight = np.concatenate([part[1] for part in parts])
    mean = float(np.average(values, weights=weight))
    spread = math.sqrt(float(np.average((values - mean) ** 2, weights=weight)))
    bounded = text("indicator.film-bound") if film else ""
    rows = (
        ("homogeneity", None if film else spread / mean, "1", "indicator.homogeneity"),
        ("exposure-mean", mean, unit, "indicator.exposure-mean"),
        ("exposure-d98", weighted_quantile(values, weight, 0.02), unit, "indicator.d98"),
        ("exposure-d2", weighted_quantile(values, weight, 0.98), unit, "indicator.d2"),
    )
    return [
        Indicator(
            id=name,
            substance=substance.id,
            value=value,
            unit=own,
            definition=text(message) + bounded,
            verdict="none",
        )
        for name, value, own, message in rows
    ]


def _share_in_target(
    placements: Sequence[Placement], beds: Sequence[Bed], catalogue: Catalogue
) -> Indicator:
    """Share of the injected volume whose bolus lies in the target layer, mean thickness."""
    hit = total = 0.0
    for placement in placements:
        layers = beds[placement.area].layers
        edges = np.array(
            [
                0.0,
                layers.epidermis.mean_mm,
                layers.skin.mean_mm,
                layers.skin.mean_mm + layers.subcutis_mm,
            ]
        )
        share = bolus_of(placement, layers).amounts(edges, np.zeros(1))[:, 0]
        place = ("epidermis", "dermis", "subcutis").index(placement.intended_plane)
        hit += float(share[place]) * placement.volume_ml
        total += placement.volume_ml
    return Indicator(
        id="share-in-target",
        substance="",
        value=hit / total,
        unit="1",
        definition=catalogue.messages.text("indicator.share-in-target"),
        verdict="none",
    )


def _target_distance(
    case: Case, placements: Sequence[Placement], catalogue: Catalogue
) -> Indicator:
    """Distance from the tip to the depth of the treated structure, where that is stated."""
    target = case.treatment.target_depth_mm
    value = None if target is None else max(abs(p.depth_mm - target) for p in placements)
    known = "target-distance" if target is not None else "target-distance-unknown"
    return Indicator(
        id="target-distance",
        substance="",
        value=value,
        unit="mm",
        definition=catalogue.messages.text(f"indicator.{known}"),
        verdict="none",
    )


def _overlap(
    placements: Sequence[Placement], points: Sequence[Point], catalogue: Catalogue
) -> Indicator:
    """Share of points whose nearest neighbour of the same pass lies within a wheal's diameter."""
    touching = counted = 0
    for placement in placements:
        diameter = placement.wheal_diameter_mm
        if diameter is None:
            continue
        places = shapely.points(
            [
                (p.x_mm, p.y_mm)
                for p in points
                if p.area == placement.area and p.syringe == placement.syringe
            ]
        )
        counted += len(places)
        if len(places) > 1:
            pairs, distance = shapely.STRtree(places).query_nearest(
                places, exclusive=True, return_distance=True
            )
            near = pairs[0][distance < diameter * (1 - 1e-9)]
            touching += len(np.unique(near))
    return Indicator(
        id="wheal-overlap",
        substance="",
        value=touching / counted if counted else None,
        unit="1",
        definition=catalogue.messages.text("indicator.wheal-overlap"),
        verdict="none",
    )
