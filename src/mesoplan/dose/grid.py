"""Depth cells: aligned to tissue borders, fine where the field bends, growing elsewhere."""

from collections.abc import Sequence

import numpy as np

from mesoplan.core.errors import Fault
from mesoplan.dose._checks import Floats, Whole, refuse
from mesoplan.dose.bolus import Bolus
from mesoplan.dose.layer import Layer

CELLS_PER_SIGMA = 10.0
"""Cells per standard deviation of the bolus or of its soft edge."""
CELLS_PER_LENGTH = 10.0
"""Cells per penetration length sqrt(D/k) in the bolus and at borders."""
GROWTH = 0.1
"""Growth of the cell size per distance from what needs fine cells."""
BORDER_TIME_H = 0.02
"""The thin zones that form at a border are resolved from this time on, hours."""
FINEST_CELL_MM = 0.001
"""No cell at a border is asked to be thinner than this."""
MOST_CELLS = 20_000
"""A layer that asks for more cells has a penetration length out of all proportion."""
_MINIMUM_CELLS = 24
_SAMPLES = 4000
_FEWEST_SAMPLES = 1000


def border_depths(layers: Sequence[Layer]) -> Floats:
    """Depth of all tissue borders from 0 to the bottom, mm, shape (layers + 1,)."""
    return np.concatenate([[0.0], np.cumsum([layer.thickness_mm for layer in layers])])


def uniform_edges(layers: Sequence[Layer], cell_mm: float) -> tuple[Floats, Whole]:
    """Equal cells in each layer, none thicker than `cell_mm`; as `graded_edges`."""
    counts = [max(1, int(np.ceil(a.thickness_mm / cell_mm - 1e-9))) for a in layers]
    borders = border_depths(layers)
    parts = [np.linspace(borders[i], borders[i + 1], n + 1) for i, n in enumerate(counts)]
    return _joined(parts)


def graded_edges(
    layers: Sequence[Layer],
    bolus: Bolus,
    *,
    fineness: float = 1.0,
    fastest_per_h: Sequence[float] = (),
) -> tuple[Floats, Whole]:
    """Cells for one bolus: fine at the bolus and at tissue borders, growing away from them.

    They depend on tissue, bolus and tolerance alone, so that kernels of one bolus at different
    times share their depths.

    Parameters
    ----------
    layers : sequence of Layer
        From the surface down.
    bolus : Bolus
        Its softness sets the smallest cell of the bolus.
    fineness : float
        Cells per length relative to those of the default tolerance.
    fastest_per_h : sequence of float, optional
        Greatest loss that each layer ever has; by default its own.

    Returns
    -------
    edge_mm : array, shape (depths + 1,)
        Cell borders.
    layer_index : array of int, shape (depths,)
        Layer of each cell.

    Raises
    ------
    InputError
        If a layer would need more than `MOST_CELLS` cells.
    """
    borders = border_depths(layers)
    losses = fastest_per_h or [a.clearance_per_h for a in layers]
    lengths = [
        np.sqrt(a.diffusivity_mm2_h / max(loss, 1e-12))
        for a, loss in zip(layers, losses, strict=True)
    ]
    thin = [max(0.3 * np.sqrt(a.diffusivity_mm2_h * BORDER_TIME_H), FINEST_CELL_MM) for a in layers]
    samples = max(_FEWEST_SAMPLES, int(_SAMPLES * min(1.0, fineness)))
    core_mm = bolus.half_height_mm + 2.5 * bolus.sigma_mm
    parts = []
    for i, layer in enumerate(layers):
        z = np.linspace(borders[i], borders[i + 1], samples)
        away = np.maximum(np.abs(z - bolus.depth_mm) - core_mm, 0.0)
        soft = bolus.sigma_mm
        size = np.minimum(soft / CELLS_PER_SIGMA, lengths[i] / CELLS_PER_LENGTH) + GROWTH * away
        for j in range(1, len(layers)):
            if i in (j - 1, j):
                finest = min(thin[i], lengths[i] / CELLS_PER_LENGTH)
                size = np.minimum(size, finest + GROWTH * np.abs(z - borders[j]))
        size = np.minimum(size, layer.thickness_mm / _MINIMUM_CELLS)
        density = fineness / size
        passed = np.concatenate([[0.0], np.cumsum(0.5 * (density[1:] + density[:-1]) * np.diff(z))])
        if passed[-1] > MOST_CELLS:
            wrong = f"layer {i} needs {passed[-1]:.3g} depth cells"
            right = "a penetration length sqrt(D/k) that is no smaller share of the thickness"
            refuse([Fault(key="layers", wrong=wrong, right=right)])
        cells = int(np.ceil(passed[-1]))
        edge = np.interp(np.linspace(0.0, passed[-1], cells + 1), passed, z)
        edge[0], edge[-1] = borders[i], borders[i + 1]
        parts.append(edge)
    return _joined(parts)


def _joined(parts: list[Floats]) -> tuple[Floats, Whole]:
    edge = np.concatenate([parts[0][:1], *[part[1:] for part in parts]])
    index = np.concatenate([np.full(part.size - 1, i) for i, part in enumerate(parts)])
    return edge, index


def rebin_weights(edge_mm: Floats, target_edge_mm: Floats) -> Floats:
    """Weights that turn cell means into means over coarser bins, mass-true.

    Returns
    -------
    array, shape (bins, depths)
        Share of each bin that each cell fills; a row sums to 1 where the bin lies in the medium.
    """
    low = np.maximum(edge_mm[None, :-1], target_edge_mm[:-1, None])
    high = np.minimum(edge_mm[None, 1:], target_edge_mm[1:, None])
    return np.asarray(np.maximum(high - low, 0.0) / np.diff(target_edge_mm)[:, None])
