"""The draws of the runs of uncertainty: a seeded Latin hypercube over the catalogue's ranges."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from mesoplan.anatomy.layers import SkinLayers, Thickness
from mesoplan.dose import Variation
from mesoplan.dose.flow import FlowName
from mesoplan.model.uncertainty import VariedInput

Array = NDArray[np.float64]

THINNEST_SHARE = 0.3
"""No run makes the skin thinner than this share of its mean: the tail of a normal has no end."""


@dataclass(frozen=True)
class Draw:
    """The values of one run by the id of what is varied, and its number."""

    number: int
    values: Mapping[str, float]

    def get(self, name: str) -> float:
        """One value."""
        return self.values[name]

    def layers(self, layers: SkinLayers) -> SkinLayers:
        """The skin as thick as this run has it; the epidermis keeps its thickness."""
        mean, sd = layers.skin.mean_mm, layers.skin.sd_mm
        thinnest = max(THINNEST_SHARE * mean, 1.5 * layers.epidermis.mean_mm)
        drawn = max(mean + sd * self.get("skin-thickness"), thinnest)
        return SkinLayers(
            layers.epidermis,
            Thickness(drawn, sd),
            layers.subcutis_mm,
            layers.subcutis_known,
            layers.measured,
        )

    def depth_mm(self, depth_mm: float, sd_mm: float, layers: SkinLayers) -> float:
        """Depth of the tip in this run, within the tissue that is computed."""
        deepest = layers.skin.mean_mm + layers.subcutis_mm
        return float(np.clip(depth_mm + sd_mm * self.get("tip-depth"), 0.02, 0.999 * deepest))

    def variation(self, *, large: bool, flow: FlowName) -> Variation:
        """The factors on the coefficients; a rise of the flow that is asked for is not varied."""
        factors = {"rest": "blood-flow", "epinephrine": "blood-flow-closed"}
        return Variation(
            clearance=self.get("clearance"),
            diffusivity=self.get("diffusivity-large" if large else "diffusivity-small"),
            vessels_over_reticular=self.get("papillary-vessels"),
            flow=self.get(factors[flow]) if flow in factors else 1.0,
            binding=self.get("binding"),
        )


def draws(inputs: Sequence[VariedInput], runs: int, seed: int) -> tuple[Draw, ...]:
    """One draw for each run.

    Parameters
    ----------
    inputs : sequence of VariedInput
        What is varied, in this order.
    runs : int
        Number of runs; each splits every range into as many strata of equal probability.
    seed : int
        The same seed gives the same draws.
    """
    # A Latin hypercube: in every dimension each stratum is hit once, in random order.
    generator = np.random.default_rng(seed)
    strata = np.array([generator.permutation(runs) for _ in inputs], dtype=np.float64)
    share = (strata + generator.uniform(size=strata.shape)) / runs
    columns = {one.id: quantile(one, share[i]) for i, one in enumerate(inputs)}
    return tuple(
        Draw(number, {name: float(column[number]) for name, column in columns.items()})
        for number in range(runs)
    )


def quantile(varied: VariedInput, share: Array) -> Array:
    """The values below which these shares of a distribution lie."""
    low, high = varied.low, varied.high
    if varied.shape == "normal":
        return 0.5 * (low + high) + 0.25 * (high - low) * np.asarray(ndtri(share))
    if varied.shape == "log-uniform":
        return np.asarray(low * (high / low) ** share)
    return np.asarray(low + (high - low) * share)


def drivers(draws: Sequence[Draw], names: Sequence[str], outcome: Array) -> list[tuple[str, float]]:
    """Inputs by the strength of their rank correlation with an outcome, strongest first.

    Parameters
    ----------
    draws : sequence of Draw
        All runs.
    names : sequence of str
        The inputs that were in play.
    outcome : ndarray, shape (runs,)
        The result of each run.

    Returns
    -------
    list of (str, float)
        Spearman's coefficient; empty where the outcome does not vary.
    """
    ranked = _ranks(outcome)
    if outcome.size < 3 or float(np.ptp(ranked)) == 0.0:
        return []
    found = []
    for name in names:
        own = _ranks(np.array([draw.get(name) for draw in draws]))
        if float(np.ptp(own)) > 0.0:
            found.append((name, float(np.corrcoef(own, ranked)[0, 1])))
    return sorted(found, key=lambda row: -abs(row[1]))


def _ranks(values: Array) -> Array:
    """Ranks with ties at their mean."""
    _, inverse, count = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    middle = last - 0.5 * (count - 1)
    return np.asarray(middle[inverse], dtype=np.float64)
