"""The field of one substance under one area: kernels of its passes, summed on cells."""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mesoplan.anatomy.layers import SkinLayers
from mesoplan.anatomy.surface import Surface
from mesoplan.dose import (
    Bolus,
    Drug,
    PatchGrid,
    RadialTable,
    SkinColumn,
    Sources,
    superpose,
    tabulate,
)
from mesoplan.evaluate.bed import column_of
from mesoplan.evaluate.deposit import Deposit, deposit_of
from mesoplan.evaluate.passes import Pass
from mesoplan.model.exposure import AreaExposure
from mesoplan.model.substance import Substance

Array = NDArray[np.float64]

SMALL_TIMES_H = (0.0, 0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0, 4.0, 8.0)
LARGE_TIMES_H = (0.0, 1.0, 4.0, 12.0, 24.0, 48.0, 96.0, 168.0)
DEPOT_SHARES = (0.002, 0.02, 0.1, 0.3, 0.6, 0.999, 1.05, 1.3)
"""Times of a depot as shares of the time it takes to dissolve."""
PER_ML = 1000.0
MOST_NODES = 30_000
FINEST_MM = 0.5
_SUBCUTIS_SHOWN_MM = 4.0
_BELOW_BOLUS_MM = 1.0


def times_of(drug: Drug, deposits: Sequence[Deposit]) -> tuple[float, ...]:
    """Times at which a field is computed: hours, days, or along the life of a depot."""
    longest = max(deposit.release.duration_h for deposit in deposits)
    if longest > 0.0:
        return tuple(longest * share for share in DEPOT_SHARES)
    lag = max(deposit.release.lag_h for deposit in deposits)
    times = LARGE_TIMES_H if drug.is_macromolecule else SMALL_TIMES_H
    # Just before a gel lets go nothing is free: without that time a curve would rise all along.
    return times if lag == 0.0 else (0.0, lag * (1.0 - 1e-6), *(lag + time for time in times))


def fat_shown_mm(layers: SkinLayers, boli: Sequence[Bolus]) -> float:
    """How deep into the fat a field is computed: 4 mm, or to below the deepest bolus."""
    deepest = max(bolus.depth_mm + bolus.half_height_mm + 4.0 * bolus.sigma_mm for bolus in boli)
    below = deepest - layers.skin.mean_mm + _BELOW_BOLUS_MM
    return min(max(_SUBCUTIS_SHOWN_MM, below), layers.subcutis_mm)


def depth_edges_mm(layers: SkinLayers, fat_mm: float = _SUBCUTIS_SHOWN_MM) -> Array:
    """Borders of the depth bins: two in the epidermis, twelve in the dermis, then the fat."""
    epidermis, skin = layers.epidermis.mean_mm, layers.skin.mean_mm
    fat = min(fat_mm, layers.subcutis_mm)
    bins = max(8, math.ceil(2.0 * fat_mm - 1e-9))
    return np.concatenate(
        [
            np.linspace(0.0, epidermis, 3)[:-1],
            np.linspace(epidermis, skin, 13)[:-1],
            np.linspace(skin, skin + fat, bins + 1),
        ]
    )


def borders_mm(layers: SkinLayers) -> tuple[float, float, float]:
    """Lower borders of epidermis, dermis and subcutis."""
    skin = layers.skin.mean_mm
    return layers.epidermis.mean_mm, skin, skin + layers.subcutis_mm


def grid_axes(surface: Surface) -> tuple[Array, Array]:
    """Cell centres over an area's bounding box: 0.5 mm, or coarser where that is too many."""
    left, bottom = surface.origin_mm
    width, height = surface.size_mm
    pitch = max(FINEST_MM, math.sqrt(width * height / MOST_NODES))
    pitch = min(pitch, width / 8, height / 8)
    nx, ny = (max(8, math.ceil(length / pitch)) for length in (width, height))
    x = left + (np.arange(nx) + 0.5) * width / nx
    y = bottom + (np.arange(ny) + 0.5) * height / ny
    return x, y


def area_exposure(
    area: int,
    substance: Substance,
    drug: Drug,
    runs: Sequence[Pass],
    tables: dict[tuple[object, ...], RadialTable],
) -> AreaExposure:
    """Exposure under one area; ``tables`` holds the kernels of areas with the same skin."""
    bed = runs[0].bed
    column = column_of(drug, bed)
    deposits = [deposit_of(substance, run, column, runs) for run in runs]
    times = times_of(drug, deposits)
    edges = depth_edges_mm(bed.layers, fat_shown_mm(bed.layers, [d.bolus for d in deposits]))
    key = (column, times, *((d.bolus, d.release) for d in deposits))
    if key not in tables:
        tables[key] = tabulated(column, deposits, times, edges)
    table = tables[key]
    axis_x, axis_y = grid_axes(bed.surface)
    grid = PatchGrid(axis_x, axis_y)
    field = superpose(table, sources_of(runs, deposits), grid).astype(np.float64) * PER_ML
    mesh_x, mesh_y = np.meshgrid(axis_x, axis_y)
    inside = bed.surface.inside(mesh_x.ravel(), mesh_y.ravel()).reshape(mesh_x.shape)
    lines = any(run.as_lines for run in runs)
    assumptions = dict.fromkeys(
        [
            *column.assumptions,
            *([] if bed.layers.subcutis_known else ["subcutis-thickness-not-known"]),
            *(["stroke-as-line"] if lines else []),
        ]
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
        free_share=column.free_share(table.depth_mm),
        layer_bottom_mm=borders_mm(bed.layers),
        assumptions=tuple(assumptions),
        place_mm2=float((axis_x[1] - axis_x[0]) * (axis_y[1] - axis_y[0])),
    )


def tabulated(
    column: SkinColumn,
    deposits: Sequence[Deposit],
    times_h: Sequence[float],
    edges_mm: Array,
    **options: float,
) -> RadialTable:
    """The kernels of all deposits in one table, computed together where they share a release."""
    medium = column.medium()
    releases = list(dict.fromkeys(deposit.release for deposit in deposits))
    step = min(deposit.bolus.sigma_mm for deposit in deposits) / 12.0
    parts = [
        tabulate(
            medium,
            [deposit.bolus for deposit in deposits if deposit.release == release],
            times_h,
            edges_mm,
            release=release,
            **{"step_mm": step, **options},
        )
        for release in releases
    ]
    if len(parts) == 1:
        return parts[0]
    order = [
        index
        for release in releases
        for index, deposit in enumerate(deposits)
        if deposit.release == release
    ]
    return RadialTable.joined(parts, order)


def sources_of(runs: Sequence[Pass], deposits: Sequence[Deposit]) -> Sources:
    """All sources of the passes; each pass has the kernel of its number."""
    return Sources(
        x_mm=np.concatenate([run.x_mm for run in runs]),
        y_mm=np.concatenate([run.y_mm for run in runs]),
        amount=np.concatenate(
            [run.share * deposit.amount for run, deposit in zip(runs, deposits, strict=True)]
        ),
        kernel_index=np.concatenate(
            [np.full(run.x_mm.size, number) for number, run in enumerate(runs)]
        ),
        path_dx_mm=np.concatenate([run.dx_mm for run in runs]),
        path_dy_mm=np.concatenate([run.dy_mm for run in runs]),
    )
