"""Runs of uncertainty: the exposure again and again with varied inputs, as bands and drivers.

Each run varies depth, thickness, volume, position and coefficients together, the same for all
points of the plan but for their positions. It is computed at fewer places and with coarser
kernels than the plan itself: the bands carry that error, a few per cent, beside their own width.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mesoplan.anatomy.layers import SkinLayers
from mesoplan.anatomy.tip import plane_of
from mesoplan.catalogue import Catalogue
from mesoplan.dose import (
    Drug,
    PlasmaModel,
    RadialTable,
    SkinColumn,
    Sources,
    distances_mm,
    superpose_along,
)
from mesoplan.evaluate.bed import column_of
from mesoplan.evaluate.deposit import Deposit, Lie, deposit_of
from mesoplan.evaluate.draws import Draw, draws
from mesoplan.evaluate.exposure import Laid
from mesoplan.evaluate.exposure_indicators import Target, exposure_indicators
from mesoplan.evaluate.field import (
    PER_ML,
    borders_mm,
    depth_edges_mm,
    fat_shown_mm,
    sources_of,
    tabulated,
    times_of,
)
from mesoplan.evaluate.passes import Pass
from mesoplan.evaluate.plasma import plasma_times_h
from mesoplan.evaluate.target import dermal_cells, most_exposed, target_values
from mesoplan.evaluate.totals import weight_kg
from mesoplan.model.case import Case
from mesoplan.model.exposure import AreaExposure, Exposure

Array = NDArray[np.float64]

PLACES = 300
"""Places per area at which a run is computed, spread evenly (a low-discrepancy sequence)."""
TOLERANCE = 0.03
CUT = 1e-4
PLASMA_TIMES = 40
_FLOW_INPUT = {"rest": "blood-flow", "epinephrine": "blood-flow-closed"}
_PLASTIC = 1.32471795724474602596
"""Root of x^3 = x + 1: its powers give the most even sequence in two dimensions."""


@dataclass(frozen=True)
class Outcome:
    """What one run found for one substance."""

    indicators: dict[str, float]
    met: dict[str, bool]
    course: Array
    profile: Array
    values: Array
    weight: Array
    plasma: Array | None


@dataclass(frozen=True)
class Runs:
    """All runs of one substance, with the inputs that were in play."""

    laid: Laid
    draws: tuple[Draw, ...]
    outcomes: tuple[Outcome, ...]
    inputs: tuple[str, ...]
    times_h: Array
    plasma_times_h: Array | None


def run_all(
    case: Case,
    laid: Sequence[Laid],
    passes: Sequence[Pass],
    central: Exposure,
    catalogue: Catalogue,
) -> tuple[Runs, ...]:
    """Every substance in every run; nothing where the case asks for no runs.

    Course and profile are those of the area that the central exposure finds most exposed.

    The runs of one number share their draws over all substances, so that what is common to them
    (depth, volume) varies together.
    """
    if case.engine.runs == 0:
        return ()
    inputs = tuple(catalogue.varied_inputs.values())
    drawn = draws(inputs, case.engine.runs, case.engine.seed)
    target = Target.of(passes, catalogue)
    found = []
    for one in laid:
        own = [area for area in central.areas if area.substance == one.substance.id]
        setting = _Setting.of(case, one, target, most_exposed(own).area)
        outcomes = tuple(setting.outcome(draw) for draw in drawn)
        found.append(
            Runs(one, drawn, outcomes, setting.inputs, setting.times_h, setting.plasma_times_h)
        )
    return tuple(found)


@dataclass(frozen=True)
class _Setting:
    """What all runs of one substance share."""

    case: Case
    laid: Laid
    target: Target
    shown: int
    places: dict[int, tuple[Array, Array]]
    fat_mm: dict[int, float]
    times_h: Array
    plasma_times_h: Array | None
    varies_plasma: bool

    @classmethod
    def of(cls, case: Case, laid: Laid, target: Target, shown: int) -> "_Setting":
        central = [
            deposit_of(
                laid.substance,
                run,
                column_of(laid.drug, run.bed),
                laid.under(run.placement.area),
            )
            for run in laid.runs
        ]
        fat_mm = {
            area: fat_shown_mm(
                laid.under(area)[0].bed.layers,
                [
                    deposit.bolus
                    for run, deposit in zip(laid.runs, central, strict=True)
                    if run.placement.area == area
                ],
            )
            for area in laid.areas
        }
        constants = laid.substance.pharmacokinetics
        known = constants.volume_l_per_kg is not None and constants.half_life_h is not None
        plasma_times = None
        if known and constants.half_life_h is not None:
            columns = [column_of(laid.drug, run.bed) for run in laid.runs]
            full = plasma_times_h(constants.half_life_h.central, central, columns)
            start = 0.02 * min(1.0, full[-1])
            plasma_times = np.concatenate([[0.0], np.geomspace(start, full[-1], PLASMA_TIMES - 1)])
        return cls(
            case=case,
            laid=laid,
            target=target,
            shown=shown,
            fat_mm=fat_mm,
            places={area: _places(laid.under(area)[0]) for area in laid.areas},
            times_h=np.asarray(times_of(laid.drug, central)),
            plasma_times_h=plasma_times,
            varies_plasma=known,
        )

    @property
    def inputs(self) -> tuple[str, ...]:
        """Ids of the inputs that can make a difference."""
        large = self.laid.drug.is_macromolecule
        flows = {run.bed.flow for run in self.laid.runs}
        names = [
            "tip-depth",
            "skin-thickness",
            "injected-volume",
            "backflow",
            "swelling",
            "position",
            "clearance",
            "diffusivity-large" if large else "diffusivity-small",
            "papillary-vessels",
        ]
        names += sorted({_FLOW_INPUT[flow] for flow in flows if flow in _FLOW_INPUT})
        if self.laid.drug.fraction_unbound not in (None, 1.0):
            names.append("binding")
        if self.varies_plasma:
            names += ["plasma-volume", "plasma-half-life"]
        return tuple(names)

    def outcome(self, draw: Draw) -> Outcome:
        """One run."""
        laid = self.laid
        areas, taken = [], None
        tables: dict[tuple[object, ...], RadialTable] = {}
        shares: dict[tuple[object, ...], Array] = {}
        if self.plasma_times_h is not None:
            taken = np.zeros(self.plasma_times_h.size)
        for area in laid.areas:
            runs = laid.under(area)
            layers = draw.layers(runs[0].bed.layers)
            columns = [_column(laid.drug, run, layers, draw) for run in runs]
            deposits = [
                deposit_of(laid.substance, run, column, runs, _lie(run, draw, layers))
                for run, column in zip(runs, columns, strict=True)
            ]
            key = (columns[0], self.fat_mm[area], *((d.bolus, d.release) for d in deposits))
            if key not in tables:
                tables[key] = self._table(columns[0], deposits, layers, area)
            areas.append(self._area(area, runs, columns[0], deposits, tables[key], layers, draw))
            if taken is not None and self.plasma_times_h is not None:
                for run, column, deposit in zip(runs, columns, deposits, strict=True):
                    own = (column, deposit.bolus, deposit.release)
                    if own not in shares:
                        shares[own] = column.taken_up(
                            deposit.bolus,
                            self.plasma_times_h,
                            release=deposit.release,
                            tolerance=TOLERANCE,
                        )
                    taken += deposit.amount * run.punctures * shares[own]
        shown = next(area for area in areas if area.area == self.shown)
        exposure = Exposure(tuple(areas), ())
        scale = draw.get("injected-volume") * (1.0 - draw.get("backflow"))
        rows = exposure_indicators(exposure, self.target, volume_scale=scale)
        return Outcome(
            indicators={r.id: r.value for r in rows if r.value is not None and r.area is None},
            met={r.id: r.verdict == "met" for r in rows if r.verdict != "none"},
            course=_course(shown),
            profile=np.asarray(shown.auc.mean(axis=(0, 1))),
            values=np.concatenate([self._target_of(area)[0] for area in areas]),
            weight=np.concatenate([self._target_of(area)[1] for area in areas]),
            plasma=None if taken is None else self._plasma(taken, draw),
        )

    def _target_of(self, area: AreaExposure) -> tuple[Array, Array]:
        return target_values(area, area.auc, self.target.plane_of[area.area])

    def _table(
        self, column: SkinColumn, deposits: Sequence[Deposit], layers: SkinLayers, area: int
    ) -> RadialTable:
        """The kernels of one run, coarse."""
        return tabulated(
            column,
            deposits,
            self.times_h.tolist(),
            depth_edges_mm(layers, self.fat_mm[area]),
            tolerance=TOLERANCE,
            relative_cut=CUT,
            step_mm=min(d.bolus.sigma_mm for d in deposits) / 4.0,
        )

    def _area(
        self,
        area: int,
        runs: Sequence[Pass],
        column: SkinColumn,
        deposits: Sequence[Deposit],
        table: RadialTable,
        layers: SkinLayers,
        draw: Draw,
    ) -> AreaExposure:
        """The field of one run at the chosen places of an area."""
        moved = _moved(sources_of(runs, deposits), draw, self.case.engine.seed, area)
        sources = moved.split(0.5)
        x, y = self.places[area]
        field = superpose_along(
            table, distances_mm(sources, x, y), sources.amount, sources.kernel_index
        )
        return AreaExposure(
            area=area,
            substance=self.laid.substance.id,
            unit="U" if self.laid.substance.measured_in == "units" else "mg",
            x_mm=x,
            y_mm=y[:1],
            depth_mm=table.depth_mm,
            cell_mm=np.diff(table.depth_edge_mm),
            inside=np.ones((1, x.size), dtype=bool),
            auc=field[0][None] * PER_ML,
            times_h=self.times_h,
            concentration=field[1:, None] * PER_ML,
            free_share=column.free_share(table.depth_mm),
            layer_bottom_mm=borders_mm(layers),
            place_mm2=100.0 * runs[0].placement.area_cm2 / x.size,
        )

    def _plasma(self, taken: Array, draw: Draw) -> Array:
        constants = self.laid.substance.pharmacokinetics
        volume, half_life = constants.volume_l_per_kg, constants.half_life_h
        if volume is None or half_life is None or self.plasma_times_h is None:
            raise AssertionError("no plasma curve was asked for")
        taken = np.maximum.accumulate(taken)
        taken[0] = 0.0
        model = PlasmaModel(
            volume_l=volume.central * weight_kg(self.case) * draw.get("plasma-volume"),
            half_life_h=half_life.central * draw.get("plasma-half-life"),
        )
        return model.curve(self.plasma_times_h, taken).concentration_per_l


def _places(run: Pass) -> tuple[Array, Array]:
    """Even places inside an area: points of a low-discrepancy sequence that its outline holds."""
    left, bottom = run.bed.surface.origin_mm
    width, height = run.bed.surface.size_mm
    number = np.arange(1, 8 * PLACES + 1)
    x = left + width * ((0.5 + number / _PLASTIC) % 1.0)
    y = bottom + height * ((0.5 + number / _PLASTIC**2) % 1.0)
    inside = np.flatnonzero(run.bed.surface.inside(x, y))[:PLACES]
    return x[inside], y[inside]


def _column(drug: Drug, run: Pass, layers: SkinLayers, draw: Draw) -> SkinColumn:
    variation = draw.variation(large=drug.is_macromolecule, flow=run.bed.flow)
    return column_of(drug, run.bed, layers=layers, variation=variation)


def _lie(run: Pass, draw: Draw, layers: SkinLayers) -> Lie:
    """Where the fluid of a puncture lies in one run."""
    placement = run.placement
    depth = draw.depth_mm(placement.depth_mm, placement.depth_sd_mm, layers)
    return Lie(
        volume_ml=placement.volume_per_point_ml * draw.get("injected-volume"),
        depth_mm=depth,
        plane=plane_of(depth, layers),
        layers=layers,
        swelling=draw.get("swelling"),
        backflow=draw.get("backflow"),
    )


def _moved(sources: Sources, draw: Draw, seed: int, area: int) -> Sources:
    """Every point, thread or row moved as a whole, by the spread of this run."""
    generator = np.random.default_rng([seed, draw.number, area])
    shift = draw.get("position") * generator.standard_normal((2, sources.x_mm.size))
    return Sources(
        x_mm=sources.x_mm + shift[0],
        y_mm=sources.y_mm + shift[1],
        amount=sources.amount,
        kernel_index=sources.kernel_index,
        path_dx_mm=sources.path_dx_mm,
        path_dy_mm=sources.path_dy_mm,
    )


def _course(area: AreaExposure) -> Array:
    """Mean concentration in the dermis at each time."""
    cells = dermal_cells(area)
    return np.asarray((area.concentration @ (cells / cells.sum())).mean(axis=(1, 2)))
