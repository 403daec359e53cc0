"""Exposure of a plan: one kernel per medicine, tissue and bolus, summed over all points."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mesoplan.anatomy.layers import SkinLayers
from mesoplan.anatomy.surface import Surface
from mesoplan.catalogue import Catalogue
from mesoplan.dose import (
    Bolus,
    Drug,
    Medium,
    PatchGrid,
    PlasmaModel,
    RadialTable,
    Sources,
    skin_medium,
    skin_transports,
    superpose,
    tabulate,
    uptake,
)
from mesoplan.evaluate.totals import weight_kg
from mesoplan.model.case import Case
from mesoplan.model.exposure import AreaExposure, Exposure, PlasmaCurve
from mesoplan.model.mixture import Mixture
from mesoplan.model.plan import Placement, Point
from mesoplan.model.substance import Substance

SMALL_TIMES_H = (0.0, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)
LARGE_TIMES_H = (0.0, 1.0, 4.0, 12.0, 24.0, 48.0, 96.0, 168.0)
MOST_NODES = 30_000
FINEST_MM = 0.5
_SUBCUTIS_SHOWN_MM = 4.0


@dataclass(frozen=True)
class Bed:
    """Where a pass lies: the area's surface, its layers, its blood flow against the trunk.

    ``lesion``: scar tissue, whose transport nobody has measured; its exposure is not computed.
    """

    surface: Surface
    layers: SkinLayers
    flow_multiplier: float
    lesion: bool = False


def drug_of(substance: Substance) -> Drug | str:
    """The substance as the transport law sees it, or a message id of why it cannot be computed."""
    molecule = substance.molecule
    if substance.particulate:
        return "not-computed.suspension"
    if molecule.molar_mass_g_mol is None:
        return "not-computed.molar-mass"
    if molecule.kind is None:
        return "not-computed.kind"
    return Drug(
        mw_g_mol=molecule.molar_mass_g_mol.central,
        kind=molecule.kind,
        logp=molecule.logp.central if molecule.logp else None,
        pka=molecule.pka[0].central if molecule.pka else None,
        fraction_unbound=molecule.fraction_unbound.central if molecule.fraction_unbound else None,
        degradation_per_h=molecule.degradation_per_h.central if molecule.degradation_per_h else 0.0,
    )


def bolus_of(placement: Placement, layers: SkinLayers) -> Bolus:
    """The bolus of one puncture, pressed into the plane of its tip.

    A tip in the epidermis lifts the whole skin: the epidermis alone is too thin for a bolus.
    """
    skin_mm, epidermis_mm = layers.skin.mean_mm, layers.epidermis.mean_mm
    if placement.plane == "subcutis":
        depth = min(placement.depth_mm, skin_mm + layers.subcutis_mm)
        return Bolus.injected(
            placement.volume_per_point_ml, depth, layers.subcutis_mm, plane_top_mm=skin_mm
        )
    top = 0.0 if placement.plane == "epidermis" else epidermis_mm
    return Bolus.injected(
        placement.volume_per_point_ml, placement.depth_mm, skin_mm - top, plane_top_mm=top
    )


def expose(
    case: Case,
    mixtures: Sequence[Mixture],
    placements: Sequence[Placement],
    points: Sequence[Point],
    beds: Sequence[Bed],
    catalogue: Catalogue,
) -> Exposure:
    """Exposure under every area and in the plasma, per active substance.

    Exact in time and in the systemic sum; on the grid linear between tabulated radii. Substances
    whose transport cannot be computed are listed with the reason.
    """
    areas: list[AreaExposure] = []
    plasma: list[PlasmaCurve] = []
    left_out: list[tuple[str, str]] = []
    names = dict.fromkeys(content.substance for mixture in mixtures for content in mixture.contents)
    for name in names:
        substance = catalogue.substances[name]
        if substance.role == "vehicle" or substance.block is not None:
            continue
        drug = drug_of(substance)
        if isinstance(drug, str):
            left_out.append((name, drug))
            continue
        holders = [(m, _strength(m, name)) for m in mixtures if _strength(m, name) > 0]
        runs = [
            _Run(placement, beds[placement.area], strength, _points_of(points, placement))
            for mixture, strength in holders
            for placement in placements
            if placement.syringe == mixture.index
        ]
        if any(run.bed.lesion for run in runs):
            left_out.append((name, "not-computed.lesion"))
            runs = [run for run in runs if not run.bed.lesion]
        if not runs:
            continue
        tables: dict[tuple[object, ...], RadialTable] = {}
        for area in dict.fromkeys(run.placement.area for run in runs):
            under = [run for run in runs if run.placement.area == area]
            areas.append(_area_exposure(area, substance, drug, under, tables))
        curve = _plasma(substance, drug, runs, case)
        if curve is not None:
            plasma.append(curve)
    return Exposure(tuple(areas), tuple(plasma), tuple(left_out))


@dataclass(frozen=True)
class _Run:
    """One pass of one substance over one area; ``strength`` is amount per mL."""

    placement: Placement
    bed: Bed
    strength: float
    points: tuple[Point, ...]

    @property
    def amount_per_point(self) -> float:
        return self.strength * self.placement.volume_per_point_ml


def _strength(mixture: Mixture, substance: str) -> float:
    return sum(c.concentration.value for c in mixture.contents if c.substance == substance)


def _points_of(points: Sequence[Point], placement: Placement) -> tuple[Point, ...]:
    return tuple(p for p in points if p.area == placement.area and p.syringe == placement.syringe)


def _medium(drug: Drug, bed: Bed) -> Medium:
    layers = bed.layers
    return skin_medium(
        drug,
        layers.epidermis.mean_mm,
        layers.dermis_mm,
        layers.subcutis_mm,
        bed.flow_multiplier,
    )


def depth_edges_mm(layers: SkinLayers) -> NDArray[np.float64]:
    """Borders of the depth bins: two in the epidermis, twelve in the dermis, then the fat."""
    epidermis, skin = layers.epidermis.mean_mm, layers.skin.mean_mm
    bottom = min(skin + _SUBCUTIS_SHOWN_MM, skin + layers.subcutis_mm)
    return np.concatenate(
        [
            np.linspace(0.0, epidermis, 3)[:-1],
            np.linspace(epidermis, skin, 13)[:-1],
            np.linspace(skin, bottom, 9),
        ]
    )


def grid_axes(surface: Surface) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Cell centres over an area's bounding box: 0.5 mm, or coarser where that is too many."""
    left, bottom = surface.origin_mm
    width, height = surface.size_mm
    pitch = max(FINEST_MM, math.sqrt(width * height / MOST_NODES))
    pitch = min(pitch, width / 8, height / 8)
    nx, ny = (max(8, math.ceil(length / pitch)) for length in (width, height))
    x = left + (np.arange(nx) + 0.5) * width / nx
    y = bottom + (np.arange(ny) + 0.5) * height / ny
    return x, y


def _area_exposure(
    area: int,
    substance: Substance,
    drug: Drug,
    runs: Sequence[_Run],
    tables: dict[tuple[object, ...], RadialTable],
) -> AreaExposure:
    """Exposure under one area; ``tables`` holds the kernels of areas with the same skin."""
    bed = runs[0].bed
    times = LARGE_TIMES_H if drug.is_macromolecule else SMALL_TIMES_H
    edges = depth_edges_mm(bed.layers)
    boli = [bolus_of(run.placement, bed.layers) for run in runs]
    key = (bed.layers, bed.flow_multiplier, *boli)
    if key not in tables:
        tables[key] = tabulate(_medium(drug, bed), boli, times, edges)
    table = tables[key]
    columns: dict[str, list[float]] = {k: [] for k in ("x", "y", "amount", "dx", "dy")}
    index: list[int] = []
    for number, run in enumerate(runs):
        deposited = boli[number].deposited_share
        for x, y, share, dx, dy in _sources(run):
            row = (x, y, run.amount_per_point * deposited * share, dx, dy)
            for name, value in zip(columns, row, strict=True):
                columns[name].append(value)
            index.append(number)
    sources = Sources(
        x_mm=columns["x"],
        y_mm=columns["y"],
        amount=columns["amount"],
        kernel_index=np.asarray(index),
        path_dx_mm=columns["dx"],
        path_dy_mm=columns["dy"],
    )
    axis_x, axis_y = grid_axes(bed.surface)
    field = (
        superpose(table, sources, PatchGrid(axis_x, axis_y)).astype(np.float64) * 1000.0
    )  # per mL
    mesh_x, mesh_y = np.meshgrid(axis_x, axis_y)
    inside = bed.surface.inside(mesh_x.ravel(), mesh_y.ravel()).reshape(mesh_x.shape)
    transports = skin_transports(drug, flow_multiplier=bed.flow_multiplier)
    layers = bed.layers
    borders = (
        layers.epidermis.mean_mm,
        layers.skin.mean_mm,
        layers.skin.mean_mm + layers.subcutis_mm,
    )
    layer_of = np.searchsorted(borders, table.depth_mm)
    free = np.array([1.0 / part.capacity for part in transports])[np.minimum(layer_of, 2)]
    assumptions = tuple(
        dict.fromkeys(
            [text for part in transports for text in part.assumptions]
            + ([] if layers.subcutis_known else ["subcutis-thickness-not-known"])
            + ([] if _point_like(runs) else ["stroke-as-line"])
        )
    )
    return AreaExposure(
        area=area,
        substance=substance.id,
        unit="U" if substance.measured_in == "units" else "mg",
        x_mm=axis_x,
        y_mm=axis_y,
        depth_mm=table.depth_mm,
        cell_mm=np.diff(edges),
        inside=inside,
        auc=field[0],
        times_h=np.asarray(times),
        concentration=field[1:],
        free_share=free,
        layer_bottom_mm=borders,
        assumptions=assumptions,
    )


def _point_like(runs: Sequence[_Run]) -> bool:
    return all(run.placement.technique not in ("nappage",) for run in runs) and all(
        point.path_mm is None for run in runs for point in run.points
    )


def _sources(run: _Run) -> list[tuple[float, float, float, float, float]]:
    """(x, y, share of a point's amount, dx, dy): points, strokes, or rows as lines.

    Along a row of dense punctures no single place is controlled, so the row is the source.
    """
    if run.placement.technique != "nappage":
        return [(p.x_mm, p.y_mm, 1.0, *(p.path_mm or (0.0, 0.0))) for p in run.points]
    rows: dict[str, list[Point]] = {}
    for point in run.points:
        rows.setdefault(point.row, []).append(point)
    half = run.placement.spacing_mm / 2
    found = []
    for row in rows.values():
        x0, x1 = min(p.x_mm for p in row) - half, max(p.x_mm for p in row) + half
        found.append((x0, row[0].y_mm, float(len(row)), x1 - x0, 0.0))
    return found


def _plasma(
    substance: Substance, drug: Drug, runs: Sequence[_Run], case: Case
) -> PlasmaCurve | None:
    """Plasma curve of all points together; ``None`` where no constants are published."""
    constants = substance.pharmacokinetics
    if constants.volume_l_per_kg is None or constants.half_life_h is None:
        return None
    times = _plasma_times_h(constants.half_life_h.central)
    taken = np.zeros(times.size)
    for run in runs:
        bolus = bolus_of(run.placement, run.bed.layers)
        amount = run.amount_per_point * bolus.deposited_share * len(run.points)
        cleared = _medium(drug, run.bed).cleared_by_layer(bolus, times)
        transports = skin_transports(drug, flow_multiplier=run.bed.flow_multiplier)
        share = [part.systemic_share for part in transports]
        taken += uptake([amount], cleared[None], share)
    taken = np.maximum.accumulate(taken)
    model = PlasmaModel(
        volume_l=constants.volume_l_per_kg.central * weight_kg(case),
        half_life_h=constants.half_life_h.central,
    )
    curve = model.curve(times, np.concatenate([[0.0], taken[1:]]))
    return PlasmaCurve(
        substance=substance.id,
        unit="U" if substance.measured_in == "units" else "mg",
        times_h=times,
        concentration=curve.concentration_per_l,
        absorbed=taken,
    )


def _plasma_times_h(half_life_h: float) -> NDArray[np.float64]:
    end = max(12.0, 4.0 * half_life_h)
    early = np.linspace(0.0, 2.0, 121)
    return np.concatenate([early, np.geomspace(2.0, end, 60)[1:]])
