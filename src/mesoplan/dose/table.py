"""Kernels on a fine, even axis of radii, rebinned to the depths of a plan."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from mesoplan.core.errors import Fault
from mesoplan.dose._checks import Floats, axis, number, refuse
from mesoplan.dose.bolus import Bolus
from mesoplan.dose.grid import rebin_weights
from mesoplan.dose.kernel import Kernel
from mesoplan.dose.medium import TOLERANCE, Medium
from mesoplan.dose.timeline import Release

_PROMPT = Release()

STEPS_PER_SIGMA = 12.0
"""Radii per softness of the bolus: the linear interpolation then errs by at most 1e-3."""


@dataclass(frozen=True)
class RadialTable:
    """Kernels over radius, ready for superposition.

    Parameters
    ----------
    step_mm : float
        Distance of neighbouring radii; the first radius is 0.
    values : array, shape (kernels, radii, quantities, depths)
        Quantity 0 is the AUC (h/mm3), then C at each of `times_h` (1/mm3), per unit amount.
    cutoff_mm : array, shape (kernels,)
        Radius beyond which a kernel counts as 0.
    depth_edge_mm : array, shape (depths + 1,)
        Borders of the depth bins.
    times_h : array, shape (times,)
        Times of the concentrations.
    relative_cut : float
        What is left out beyond the cut-off, relative to the kernel's peak.
    """

    step_mm: float
    values: Floats
    cutoff_mm: Floats
    depth_edge_mm: Floats
    times_h: Floats
    relative_cut: float

    @property
    def depth_mm(self) -> Floats:
        """Centres of the depth bins, mm, shape (depths,)."""
        return 0.5 * (self.depth_edge_mm[1:] + self.depth_edge_mm[:-1])

    @property
    def interpolation_error(self) -> float:
        """Largest error of linear interpolation in radius, relative to the peak of a quantity.

        The bound h^2 |f''| / 8, with the second differences of the table.
        """
        second = np.abs(np.diff(self.values, n=2, axis=1)).max(axis=(1, 3))
        peak = np.abs(self.values).max(axis=(1, 3))
        return float(np.max(0.125 * second / np.where(peak > 0.0, peak, 1.0)))

    @classmethod
    def from_kernels(
        cls,
        kernels: Sequence[Kernel],
        depth_edges_mm: npt.ArrayLike,
        *,
        relative_cut: float = 1e-4,
    ) -> "RadialTable":
        """Rebin kernels that share even radii from 0 and their times.

        Parameters
        ----------
        kernels : sequence of Kernel
            Computed on the same radii 0, h, 2h, ... and the same times.
        depth_edges_mm : array_like, shape (depths + 1,)
            Borders of the depth bins, rising, inside the medium; values are means over bins.
        relative_cut : float
            A kernel ends where its AUC is below this share of its greatest AUC, and C at every
            time below this share of the greatest C at any of the times, at all depths.

        Raises
        ------
        InputError
            Naming ``kernels``, ``depth_edges_mm`` or ``relative_cut``.
        """
        edges = np.atleast_1d(np.asarray(depth_edges_mm, dtype=np.float64))
        faults = axis("depth_edges_mm", edges, at_least=0.0, rising=True)
        faults += number("relative_cut", relative_cut, above=0.0, at_most=0.1)
        if not kernels or not all(_alike(kernel, kernels[0]) for kernel in kernels):
            right = "at least one kernel, all with the same even radii from 0 and the same times"
            faults.append(Fault(key="kernels", wrong="cannot share a table", right=right))
        elif edges.size < 2 or edges[-1] > min(k.edge_mm[-1] for k in kernels) + 1e-9:
            right = f"two or more borders, none below {kernels[0].edge_mm[-1]:g} mm"
            faults.append(Fault(key="depth_edges_mm", wrong="leave the medium", right=right))
        refuse(faults)
        radii = kernels[0].radius_mm
        step = float(radii[1] - radii[0])
        stacked, cutoffs = [], []
        for kernel in kernels:
            weights = rebin_weights(kernel.edge_mm, edges)
            values = np.concatenate([kernel.auc[None], kernel.concentration]) @ weights.T
            values = np.ascontiguousarray(values.transpose(1, 0, 2))
            stacked.append(values)
            cutoffs.append(_cutoff(np.abs(values), step, relative_cut))
        used = min(int(np.ceil(max(cutoffs) / step)) + 2, radii.size)
        return cls(
            step_mm=step,
            values=np.stack(stacked)[:, :used],
            cutoff_mm=np.array(cutoffs),
            depth_edge_mm=edges,
            times_h=kernels[0].times_h,
            relative_cut=relative_cut,
        )

    @classmethod
    def joined(cls, tables: Sequence["RadialTable"], order: Sequence[int]) -> "RadialTable":
        """Several tables as one, their kernels put in order.

        Parameters
        ----------
        tables : sequence of RadialTable
            Of the same radii, depths and times.
        order : sequence of int
            Place in the new table of each kernel, all tables one after another.

        Raises
        ------
        InputError
            Naming ``tables`` where they do not match.
        """
        first = tables[0]
        alike = all(
            table.step_mm == first.step_mm
            and np.array_equal(table.depth_edge_mm, first.depth_edge_mm)
            and np.array_equal(table.times_h, first.times_h)
            for table in tables
        )
        if not alike:
            right = "the same radii, depths and times"
            refuse([Fault(key="tables", wrong="do not match", right=right)])
        longest = max(table.values.shape[1] for table in tables)
        grown = [
            np.pad(t.values, ((0, 0), (0, longest - t.values.shape[1]), (0, 0), (0, 0)))
            for t in tables
        ]
        place = np.argsort(np.asarray(order))
        return cls(
            step_mm=first.step_mm,
            values=np.concatenate(grown)[place],
            cutoff_mm=np.concatenate([table.cutoff_mm for table in tables])[place],
            depth_edge_mm=first.depth_edge_mm,
            times_h=first.times_h,
            relative_cut=max(table.relative_cut for table in tables),
        )


def tabulate(
    medium: Medium,
    boli: Sequence[Bolus],
    times_h: npt.ArrayLike,
    depth_edges_mm: npt.ArrayLike,
    *,
    relative_cut: float = 1e-4,
    step_mm: float | None = None,
    tolerance: float = TOLERANCE,
    release: Release = _PROMPT,
) -> RadialTable:
    """Compute the kernels of several boli in one medium and tabulate them.

    Parameters
    ----------
    medium : Medium
        The skin.
    boli : sequence of Bolus
        One kernel each, in this order.
    times_h : array_like, shape (times,)
        As `Medium.kernel`.
    depth_edges_mm : array_like, shape (depths + 1,)
        Borders of the depth bins.
    relative_cut : float
        As `RadialTable.from_kernels`.
    step_mm : float, optional
        Distance of the radii; by default a twelfth of the smallest softness.
    tolerance, release
        As `Medium.kernel`.

    Raises
    ------
    InputError
        Naming the argument that cannot be used.
    """
    faults = [] if step_mm is None else number("step_mm", step_mm, above=0.0)
    faults += number("relative_cut", relative_cut, above=0.0, at_most=0.1)
    if not boli:
        faults.append(Fault(key="boli", wrong="is empty", right="at least one bolus"))
    refuse(faults)
    step = min(b.sigma_mm for b in boli) / STEPS_PER_SIGMA if step_mm is None else step_mm
    reach = max(medium.reach_mm(b, times_h, tolerance=relative_cut) for b in boli)
    radii = np.arange(int(np.ceil(reach / step)) + 2) * step
    kernels = [
        medium.kernel(b, times_h, radii, tolerance=tolerance, release=release, balance=False)
        for b in boli
    ]
    return RadialTable.from_kernels(kernels, depth_edges_mm, relative_cut=relative_cut)


def _alike(kernel: Kernel, first: Kernel) -> bool:
    radii = kernel.radius_mm
    even = radii.size > 1 and np.allclose(radii, np.arange(radii.size) * radii[1], rtol=1e-9)
    return bool(
        even
        and radii[1] > 0.0
        and np.array_equal(radii, first.radius_mm)
        and np.array_equal(kernel.times_h, first.times_h)
    )


def _cutoff(values: Floats, step: float, relative_cut: float) -> float:
    """First radius from which AUC and C stay below their shares; values (radii, q, depths)."""
    loud = np.zeros(values.shape[0], dtype=bool)
    for group in (values[:, :1], values[:, 1:]):
        if group.size and np.all(np.isfinite(group)):
            loud |= group.max(axis=(1, 2)) > relative_cut * group.max()
    last = int(np.flatnonzero(loud).max(initial=0))
    return (last + 1) * step
