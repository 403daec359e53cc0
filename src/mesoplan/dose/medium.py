"""The medium: layers of skin, and the kernel of one injection in them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import j0

from mesoplan.core.errors import Fault
from mesoplan.dose._checks import Floats, Whole, axis, number, refuse
from mesoplan.dose.bolus import Bolus
from mesoplan.dose.course import Course
from mesoplan.dose.grid import border_depths, graded_edges, uniform_edges
from mesoplan.dose.kernel import Kernel, Planar
from mesoplan.dose.layer import Layer
from mesoplan.dose.propagator import CONTOUR_ACCURACY, DepthProblem
from mesoplan.dose.radial import cylinder_modes, plane_modes, top_wave_number
from mesoplan.dose.timeline import Release, Window

TOLERANCE = 5e-3
"""Error relative to the peak that a kernel keeps unless told otherwise."""

_CHUNK_MODES = 512
_LATERAL_SHARE = 0.02
_COARSE_CONTOUR = 1e-4
_PROMPT = Release()


@dataclass(frozen=True, init=False)
class Medium:
    """Laterally homogeneous, laterally unbounded layered skin.

    With C = K u (K capacity, u free concentration, continuous between layers):
    K du/dt = div(K D grad u) - K k u, no flux through the surface and the bottom.

    Parameters
    ----------
    layers : sequence of Layer
        From the skin surface down.
    cell_mm : float, optional
        Equal depth cells of at most this height in each layer. By default the cells are graded
        for each bolus (see `mesoplan.dose.grid`) so that the error keeps the tolerance for
        softnesses of 0.2 to 3 mm.
    windows : sequence of Window, optional
        Spans from time 0 on in which the layers lose otherwise; after the last one the layers'
        own losses hold. Solved exactly, window by window.

    Raises
    ------
    InputError
        Without layers, if `cell_mm` is not above 0, or if windows are out of order or have
        another number of layers.
    """

    layers: tuple[Layer, ...]
    cell_mm: float | None
    windows: tuple[Window, ...]

    def __init__(
        self,
        layers: Sequence[Layer],
        *,
        cell_mm: float | None = None,
        windows: Sequence[Window] = (),
    ) -> None:
        faults = [] if cell_mm is None else number("cell_mm", cell_mm, above=0.0)
        if not layers:
            faults.append(Fault(key="layers", wrong="is empty", right="at least one layer"))
        for i, window in enumerate(windows):
            given = len(window.clearance_per_h)
            if given != len(layers):
                wrong = f"has {given} losses"
                right = f"one for each of the {len(layers)} layers"
                faults.append(Fault(key=f"windows[{i}]", wrong=wrong, right=right))
            if i and window.until_h <= windows[i - 1].until_h:
                wrong = f"ends at {window.until_h:g} h, not after the one before"
                faults.append(Fault(key=f"windows[{i}]", wrong=wrong, right="windows in order"))
        refuse(faults)
        object.__setattr__(self, "layers", tuple(layers))
        object.__setattr__(self, "cell_mm", cell_mm)
        object.__setattr__(self, "windows", tuple(windows))

    @property
    def thickness_mm(self) -> float:
        """Depth of the bottom, mm."""
        return float(border_depths(self.layers)[-1])

    @property
    def clears(self) -> bool:
        """Whether any layer removes the medicine."""
        return any(layer.clearance_per_h > 0.0 for layer in self.layers)

    def kernel(
        self,
        bolus: Bolus,
        times_h: npt.ArrayLike,
        radii_mm: npt.ArrayLike,
        *,
        tolerance: float = TOLERANCE,
        release: Release = _PROMPT,
        balance: bool = True,
    ) -> Kernel:
        """Field of one unit amount: exact in time, Bessel series along the skin.

        Parameters
        ----------
        bolus : Bolus
            The injection; its centre lies in the medium.
        times_h : array_like, shape (times,)
            Strictly rising times, at least 0; 0 gives the bolus itself; may be empty.
        radii_mm : array_like, shape (radii,)
            Distances from the axis, at least 0, in any order.
        tolerance : float
            Error relative to the peak of each time and of the AUC, up to 0.1. It sets the
            depth cells, the radius of the cylinder and the number of modes. The lateral series
            converges so fast that it gets a fiftieth of it. Kept from 0.02 h on; where clearance
            and capacity jump most, and before that time, up to twice it was measured.
        release : Release
            How the amount becomes free; at once by default. What is still held is not in the
            field.
        balance : bool
            Whether to compute what remains and what is cleared, too; without it both are NaN. A
            table of many kernels has no use for them.

        Returns
        -------
        Kernel
            `concentration` (times, radii, depths), `auc` (radii, depths), `depth_mm` (depths,),
            `cleared` (times,).

        Raises
        ------
        InputError
            Naming ``times_h``, ``radii_mm``, ``tolerance`` or ``depth_mm``.

        Notes
        -----
        Cell-centred finite volumes in depth (second order; harmonic conductances of half cells),
        one symmetric tridiagonal operator per radial mode. What is cleared comes from radial
        mode 0 alone and is free of any lateral error.
        """
        times, radii = _floats(times_h), _floats(radii_mm)
        refuse(
            [
                *axis("times_h", times, at_least=0.0, rising=True),
                *axis("radii_mm", radii, at_least=0.0),
                *number("tolerance", tolerance, above=0.0, at_most=0.1),
                *number("depth_mm", bolus.depth_mm, at_least=0.0, at_most=self.thickness_mm),
            ]
        )
        edge, index = self._edges(bolus, tolerance)
        course = self._course(edge, index, release, tolerance)
        remaining = np.full(times.size, np.nan)
        by_layer = np.full((times.size, len(self.layers)), np.nan)
        if balance:
            remaining, by_layer = self._cleared(course, edge, index, bolus, times)
        lateral = _LATERAL_SHARE * tolerance
        top = top_wave_number(bolus.sigma_mm, lateral)
        wall = self._wall(bolus, times, lateral, release)
        wall = max(wall, float(radii.max(initial=0.0)))
        kappa, weight = cylinder_modes(wall, self._top_at(bolus, times, lateral, release))
        field = np.zeros((radii.size, (edge.size - 1) * times.size))
        for start in range(0, kappa.size, _CHUNK_MODES):
            part = slice(start, start + _CHUNK_MODES)
            modes = course.fields(bolus.amounts(edge, kappa[part]), kappa[part], times)
            radial = j0(np.outer(radii, kappa[part])) * weight[part]
            field += radial @ modes.transpose(2, 1, 0).reshape(weight[part].size, field.shape[1])
        concentration = field.reshape(radii.size, edge.size - 1, times.size).transpose(2, 0, 1)
        return Kernel(
            bolus=bolus,
            times_h=times,
            radius_mm=radii,
            edge_mm=edge,
            layer_index=index,
            concentration=np.ascontiguousarray(concentration),
            auc=self._auc(course, edge, bolus, radii, top),
            remaining=remaining,
            held=release.held(times),
            cleared_by_layer=by_layer,
            modes=kappa.size,
            wall_mm=wall,
        )

    def cleared_by_layer(
        self,
        bolus: Bolus,
        times_h: npt.ArrayLike,
        *,
        tolerance: float = TOLERANCE,
        release: Release = _PROMPT,
        shares: Floats | None = None,
    ) -> Floats:
        """Fraction removed in each layer up to each time, without the field: mode 0 alone.

        Parameters
        ----------
        bolus : Bolus
            The injection.
        times_h : array_like, shape (times,)
            Strictly rising times, at least 0.
        tolerance, release
            As `kernel`.
        shares : array, shape (windows + 1, layers), optional
            Share of the loss that counts, in each window and after the last one, such as that
            to the blood; all of it by default.

        Returns
        -------
        array, shape (times, layers)
            Dimensionless.

        Raises
        ------
        InputError
            Naming ``times_h``, ``depth_mm`` or ``shares``.
        """
        times = _floats(times_h)
        faults = [
            *axis("times_h", times, at_least=0.0, rising=True),
            *number("depth_mm", bolus.depth_mm, at_least=0.0, at_most=self.thickness_mm),
        ]
        shape = (len(self.windows) + 1, len(self.layers))
        if shares is not None and shares.shape != shape:
            wrong = f"has shape {shares.shape}"
            faults.append(Fault(key="shares", wrong=wrong, right=f"shape {shape}"))
        refuse(faults)
        edge, index = self._edges(bolus, tolerance)
        course = self._course(edge, index, release)
        by_cell = None if shares is None else [row[index] for row in shares]
        return self._cleared(course, edge, index, bolus, times, by_cell)[1]

    def planar(self, bolus: Bolus) -> Planar:
        """Exposure over depth of boli so close that they are even along the skin: mode 0, exact.

        Parameters
        ----------
        bolus : Bolus
            Its depth and height count; its width does not.

        Raises
        ------
        InputError
            Naming ``depth_mm`` if the bolus does not lie in the medium.
        """
        refuse(number("depth_mm", bolus.depth_mm, at_least=0.0, at_most=self.thickness_mm))
        edge, index = self._edges(bolus, TOLERANCE)
        if not self.clears:
            return Planar(edge, np.full(edge.size - 1, np.inf))
        course = self._course(edge, index, _PROMPT)
        auc = course.exposure(bolus.amounts(edge, np.zeros(1)), np.zeros(1))[:, 0]
        return Planar(edge, auc)

    def reach_mm(
        self, bolus: Bolus, times_h: npt.ArrayLike = (), *, tolerance: float = 1e-4
    ) -> float:
        """Distance beyond which the field is below `tolerance` of its peak.

        Parameters
        ----------
        bolus : Bolus
            The injection.
        times_h : array_like, shape (times,)
            Times that count where nothing clears; else the lateral penetration length counts.
        tolerance : float
            Share of the peak.

        Returns
        -------
        float
            mm.
        """
        start = bolus.radius_mm + bolus.sigma_mm * np.sqrt(2.0 * np.log(1.0 / tolerance))
        if not self.clears:
            return max(float(start), self._time_reach(bolus, _floats(times_h), tolerance))
        edge, index = self._edges(bolus, TOLERANCE)
        course = self._course(edge, index, _PROMPT)
        rate = min(problem.lateral_rate() for problem in course.problems)
        if rate <= 0.0:
            return max(float(start), self._time_reach(bolus, _floats(times_h), tolerance))
        return float(start + np.log(1.0 / tolerance) / np.sqrt(rate))

    def _edges(self, bolus: Bolus, tolerance: float) -> tuple[Floats, Whole]:
        if self.cell_mm is not None:
            return uniform_edges(self.layers, self.cell_mm)
        losses = [[a.clearance_per_h for a in self.layers]]
        losses += [list(window.clearance_per_h) for window in self.windows]
        return graded_edges(
            self.layers,
            bolus,
            fineness=float(np.sqrt(TOLERANCE / tolerance)),
            fastest_per_h=np.max(losses, axis=0).tolist(),
        )

    def _course(
        self, edge: Floats, index: Whole, release: Release, tolerance: float = TOLERANCE
    ) -> Course:
        problem = DepthProblem(
            size_mm=np.diff(edge),
            diffusivity_mm2_h=_floats([a.diffusivity_mm2_h for a in self.layers])[index],
            clearance_per_h=_floats([a.clearance_per_h for a in self.layers])[index],
            capacity=_floats([a.capacity for a in self.layers])[index],
        )
        clearances = [_floats(window.clearance_per_h)[index] for window in self.windows]
        coarse = tolerance > TOLERANCE
        accuracy = _COARSE_CONTOUR * tolerance if coarse else CONTOUR_ACCURACY
        return Course.of(problem, self.windows, release, clearances, accuracy)

    def _cleared(
        self,
        course: Course,
        edge: Floats,
        index: Whole,
        bolus: Bolus,
        times: Floats,
        shares: Sequence[Floats] | None = None,
    ) -> tuple[Floats, Floats]:
        start = bolus.amounts(edge, np.zeros(1))[:, 0]
        remaining, removed = course.whole(start, times, shares)
        first = np.searchsorted(index, np.arange(len(self.layers)))
        return remaining.sum(axis=1), np.add.reduceat(removed, first, axis=1)

    def _time_reach(self, bolus: Bolus, times: Floats, tolerance: float) -> float:
        """Distance at which a Gaussian spread by the fastest layer falls below the tolerance."""
        fastest = max(layer.diffusivity_mm2_h for layer in self.layers)
        latest = float(times.max(initial=0.0))
        spread = bolus.sigma_mm**2 + 2.0 * fastest * latest
        # The tail of a spread disc is a little heavier than that of the Gaussian: a margin of 10.
        return bolus.radius_mm + float(np.sqrt(2.0 * np.log(10.0 / tolerance) * spread))

    def _wall(self, bolus: Bolus, times: Floats, tolerance: float, release: Release) -> float:
        """Radius of the cylinder: how far the field gets in time, or before it is lost.

        Late fields of one prompt bolus spread for ever relative to their own peak. Where more is
        released meanwhile the fresh part is the peak, and the loss bounds the reach.
        """
        reach = self._time_reach(bolus, times, tolerance)
        last = float(times.max(initial=0.0))
        if release.rate_per_h == np.inf and last >= release.lag_h + release.duration_h:
            return reach
        return min(reach, self.reach_mm(bolus, times, tolerance=0.1 * tolerance))

    def _top_at(self, bolus: Bolus, times: Floats, tolerance: float, release: Release) -> float:
        """Highest wave number needed: until the first time the slowest layer softens the bolus."""
        slowest = min(layer.diffusivity_mm2_h for layer in self.layers)
        first = float(times.min(initial=np.inf))
        spread = 2.0 * slowest * first if times.size and release.is_prompt else 0.0
        return top_wave_number(float(np.sqrt(bolus.sigma_mm**2 + spread)), tolerance)

    def _auc(self, course: Course, edge: Floats, bolus: Bolus, radii: Floats, top: float) -> Floats:
        if not self.clears:
            return np.full((radii.size, edge.size - 1), np.inf)
        nearest = float(np.sqrt(course.problems[-1].lateral_rate()))
        reach = float(radii.max(initial=0.0)) + bolus.radius_mm
        kappa, weight = plane_modes(top, nearest, reach)
        field = course.exposure(bolus.amounts(edge, kappa), kappa)
        return (j0(np.outer(radii, kappa)) * weight) @ field.T


def _floats(values: npt.ArrayLike) -> Floats:
    return np.atleast_1d(np.asarray(values, dtype=np.float64))
