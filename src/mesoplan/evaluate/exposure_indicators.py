"""Indicators of the exposure of each substance in its target layer."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from mesoplan.catalogue import Catalogue
from mesoplan.evaluate.levels import (
    COVERAGE_GOAL,
    RELATIVE_LEVEL,
    counting_level,
    level_per_ml,
)
from mesoplan.evaluate.passes import Pass
from mesoplan.evaluate.quantities import hours_above, peak
from mesoplan.evaluate.target import target_values, weighted_quantile
from mesoplan.model.exposure import AreaExposure, Exposure
from mesoplan.model.plan import Indicator
from mesoplan.model.substance import Level, Substance

Array = NDArray[np.float64]
LAYERS = ("epidermis", "dermis", "subcutis")


@dataclass(frozen=True)
class Target:
    """What the exposure is held against: the planned layer of each area, amounts and levels."""

    passes: Sequence[Pass]
    catalogue: Catalogue
    plane_of: dict[int, str]

    @classmethod
    def of(cls, passes: Sequence[Pass], catalogue: Catalogue) -> "Target":
        """The targets of a plan; of several passes over an area the first one's layer counts."""
        planes: dict[int, str] = {}
        for run in passes:
            planes.setdefault(run.placement.area, run.placement.intended_plane)
        return cls(passes, catalogue, planes)

    def text(self, name: str, /, **parameters: str) -> str:
        """A definition."""
        return self.catalogue.messages.text(f"indicator.{name}", **parameters)

    def is_film(self, areas: Sequence[AreaExposure]) -> bool:
        """Whether any of the areas is treated by a film, whose deposited share is not known."""
        treated = {area.area for area in areas}
        return any(
            self.catalogue.techniques[run.placement.technique].deposit == "film"
            for run in self.passes
            if run.placement.area in treated
        )

    def areal_doses(self, substance: str, scale: float = 1.0) -> dict[int, tuple[float, float]]:
        """Amount per cm², and cm², of each area that gets the substance."""
        amounts: dict[int, float] = {}
        areas: dict[int, float] = {}
        for run in self.passes:
            area, strength = run.placement.area, run.strength(substance)
            if strength > 0.0:
                areas[area] = run.placement.area_cm2
                amount = scale * strength * run.placement.volume_ml
                amounts[area] = amounts.get(area, 0.0) + amount
        return {area: (amount / areas[area], areas[area]) for area, amount in amounts.items()}


def exposure_indicators(
    exposure: Exposure, target: Target, *, volume_scale: float = 1.0
) -> list[Indicator]:
    """Coverage, spread and amount of every substance whose exposure was computed.

    ``volume_scale`` is the injected over the planned volume, in a run of uncertainty.
    """
    found: list[Indicator] = []
    mixtures = [run.mixture for run in target.passes]
    for name in dict.fromkeys(area.substance for area in exposure.areas):
        substance = target.catalogue.substances[name]
        areas = [area for area in exposure.areas if area.substance == name]
        film = target.is_film(areas)
        level = counting_level(substance, mixtures)
        found += _coverage(substance, areas, target, level, film=film)
        found.append(_areal_dose(substance, areas, target, level, volume_scale))
        found += _spread(areas, target, film=film)
        found += _by_layer(areas, target, film=film)
    return found


def _one(
    substance: str,
    name: str,
    value: float | None,
    unit: str,
    definition: str,
    *,
    sources: tuple[str, ...] = (),
) -> Indicator:
    """An indicator without target."""
    return Indicator(
        id=name,
        substance=substance,
        value=value,
        unit=unit,
        definition=definition,
        verdict="none",
        sources=sources,
    )


def _coverage(
    substance: Substance,
    areas: Sequence[AreaExposure],
    target: Target,
    level: Level | None,
    *,
    film: bool,
) -> list[Indicator]:
    name = substance.id
    if film:
        return [_one(name, "coverage", None, "1", target.text("film"))]
    if level is None or level.quantity == "areal-dose":
        covered, conformity = _covered(areas, target, _relative)
        return [
            _one(
                name, "coverage", covered, "1", target.text("coverage-relative"),
                sources=RELATIVE_LEVEL.sources,
            ),
            _one(name, "conformity", conformity, "1", target.text("conformity-relative")),
        ]  # fmt: skip
    value = level_per_ml(level, substance, [run.mixture for run in target.passes])
    if value is None:
        return [_one(name, "coverage", None, "1", target.text("not-computed.molar-mass"))]
    hours = level.hours or 0.0
    covered, conformity = _covered(areas, target, partial(_above, level=value, hours=hours))
    shown = f"{level.value:g} {level.unit}"
    goal = COVERAGE_GOAL.central
    parts = [
        target_values(area, hours_above(area, value), target.plane_of[area.area]) for area in areas
    ]
    lasting, weight = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
    return [
        Indicator(
            id="coverage",
            substance=name,
            value=covered,
            unit="1",
            definition=target.text(
                "coverage-level",
                level=shown,
                effect=level.effect,
                hours=f"{hours:g} h" if hours else target.text("at-any-time"),
            ),
            verdict="met" if covered >= goal else "missed",
            limit=goal,
            sources=(*level.sources, *COVERAGE_GOAL.sources),
        ),
        _one(name, "conformity", conformity, "1", target.text("conformity-level", level=shown)),
        _one(
            name, "time-above", float(np.average(lasting, weights=weight)), "h",
            target.text(
                "time-above",
                level=shown,
                effect=level.effect,
                hours=f"{max(float(area.times_h[-1]) for area in areas):.3g}",
            ),
            sources=level.sources,
        ),
    ]  # fmt: skip


def _relative(area: AreaExposure, plane: str) -> NDArray[np.bool_]:
    values, weight = target_values(area, area.auc, plane)
    mean = float(np.average(values, weights=weight))
    # Where the target layer gets nothing, nothing of it is covered.
    return np.asarray((area.auc >= RELATIVE_LEVEL.central * mean) & (mean > 0.0))


def _above(area: AreaExposure, plane: str, level: float, hours: float) -> NDArray[np.bool_]:
    """Where the free concentration reaches a level at any set time, or for so many hours."""
    if hours > 0:
        return np.asarray(hours_above(area, level) >= hours)
    return np.asarray(peak(area, free=True) >= level)


def _covered(
    areas: Sequence[AreaExposure],
    target: Target,
    rule: Callable[[AreaExposure, str], NDArray[np.bool_]],
) -> tuple[float, float]:
    """Coverage, and the conformity of van't Riet: coverage times the share of hits in target."""
    hit = total = everywhere = 0.0
    for area in areas:
        plane = target.plane_of[area.area]
        covers = rule(area, plane)
        values, weight = target_values(area, covers.astype(float), plane)
        hit += float(values @ weight)
        total += float(weight.sum())
        everywhere += float((covers[area.inside] * area.cell_mm).sum()) * area.place_mm2
    return hit / total, hit * hit / (total * everywhere) if everywhere > 0.0 else 0.0


def _areal_dose(
    substance: Substance,
    areas: Sequence[AreaExposure],
    target: Target,
    level: Level | None,
    volume_scale: float,
) -> Indicator:
    doses = target.areal_doses(substance.id, volume_scale).values()
    dose = sum(one * cm2 for one, cm2 in doses) / sum(cm2 for _, cm2 in doses)
    least = min(one for one, _ in doses)
    if level is None or level.quantity != "areal-dose":
        unit = f"{areas[0].unit}/cm2"
        return _one(substance.id, "areal-dose", dose, unit, target.text("areal-dose-plain"))
    return Indicator(
        id="areal-dose",
        substance=substance.id,
        value=dose,
        unit=level.unit,
        definition=target.text("areal-dose", effect=level.effect),
        verdict="met" if least >= level.value * (1 - 1e-9) else "missed",
        limit=level.value,
        sources=level.sources,
    )


def _spread(areas: Sequence[AreaExposure], target: Target, *, film: bool) -> list[Indicator]:
    """Homogeneity and the hot and cold ends of the exposure in the target layer, and the peak."""
    name, amount = areas[0].substance, areas[0].unit
    parts = [target_values(area, area.auc, target.plane_of[area.area]) for area in areas]
    values, weight = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
    mean = float(np.average(values, weights=weight))
    spread = math.sqrt(float(np.average((values - mean) ** 2, weights=weight)))
    highest = np.concatenate(
        [
            target_values(area, peak(area, free=True), target.plane_of[area.area])[0]
            for area in areas
        ]
    )
    bound = target.text("film-bound") if film else ""
    exposure = f"{amount}·h/mL"
    rows = (
        ("homogeneity", None if film or mean <= 0.0 else spread / mean, "1", "homogeneity"),
        ("exposure-mean", mean, exposure, "exposure-mean"),
        ("exposure-d98", weighted_quantile(values, weight, 0.02), exposure, "d98"),
        ("exposure-d2", weighted_quantile(values, weight, 0.98), exposure, "d2"),
        ("peak-free", weighted_quantile(highest, weight, 0.98), f"{amount}/mL", "peak-free"),
    )
    return [
        _one(name, own, value, unit, target.text(message) + bound)
        for own, value, unit, message in rows
    ]


def _by_layer(areas: Sequence[AreaExposure], target: Target, *, film: bool) -> list[Indicator]:
    """Mean exposure of each layer, and of each area where there are several."""
    name, unit = areas[0].substance, f"{areas[0].unit}·h/mL"
    bound = target.text("film-bound") if film else ""
    found = []
    for layer in LAYERS:
        parts = [target_values(area, area.auc, layer) for area in areas]
        values, weight = (np.concatenate([part[i] for part in parts]) for i in (0, 1))
        mean = float(np.average(values, weights=weight)) if values.size else None
        text = target.text(f"exposure-{layer}") + bound
        found.append(_one(name, f"exposure-{layer}", mean, unit, text))
    if len(areas) > 1:
        for area in areas:
            values, weight = target_values(area, area.auc, target.plane_of[area.area])
            mean = float(np.average(values, weights=weight))
            row = _one(name, "exposure-mean", mean, unit, target.text("exposure-mean") + bound)
            found.append(row.model_copy(update={"area": area.area}))
    return found
