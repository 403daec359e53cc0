"""The column of four layers: parts of the dermis, flow in time, factors of runs, uptake."""

import math
from dataclasses import fields, replace
from itertools import pairwise

import numpy as np
import pytest
from scipy.linalg import expm
from scipy.special import erf

from mesoplan.core.errors import InputError
from mesoplan.dose import (
    DERMIS,
    EPIDERMIS,
    SUBCUTIS,
    Bolus,
    Drug,
    Layer,
    Medium,
    Release,
    Variation,
    Window,
    dermal_parts,
    skin_column,
    transport,
)

LIDOCAINE = Drug(234.34, "base", logp=2.44, pka=7.9, fraction_unbound=0.3)
LABILE = replace(LIDOCAINE, degradation_per_h=2.0)
ALBUMIN = Drug(66500.0, "neutral")
HEIGHTS = (0.1, 1.5, 4.0)
NAMES = ("epidermis", "papillary-dermis", "reticular-dermis", "subcutis")


def test_dermal_parts_by_hand() -> None:
    # 0.2 of 1.5 mm: sparse = 1.5 / (3 * 0.2 + 1.3) = 0.789474, dense three times that
    (upper, dense), (lower, sparse) = dermal_parts(1.5)
    assert (upper, lower) == pytest.approx((0.2, 1.3))
    assert (dense, sparse) == pytest.approx((2.368421, 0.789474), rel=1e-6)
    # a third of a thin dermis
    assert dermal_parts(0.45)[0][0] == pytest.approx(0.15)


@pytest.mark.parametrize("dermis_mm", [0.3, 0.6, 1.4, 3.7])
@pytest.mark.parametrize("ratio", [None, 0.5, 1.0, 8.0])
def test_dermal_parts_keep_the_mean_of_the_dermis(dermis_mm: float, ratio: float | None) -> None:
    (upper, dense), (lower, sparse) = dermal_parts(dermis_mm, ratio)
    assert upper + lower == pytest.approx(dermis_mm)
    assert (upper * dense + lower * sparse) / dermis_mm == pytest.approx(1.0)
    assert dense / sparse == pytest.approx(3.0 if ratio is None else ratio)


def test_layers_of_a_column() -> None:
    column = skin_column(LIDOCAINE, *HEIGHTS)
    assert column.names == NAMES
    assert column.thickness_mm == pytest.approx((0.1, 0.2, 1.3, 4.0))
    assert column.bottom_mm == pytest.approx([0.1, 0.3, 1.6, 5.6])
    assert column.during == ()
    upper, lower = DERMIS.vascular(2.36842105), DERMIS.vascular(0.78947368)
    for part, tissue in zip(column.transports, (EPIDERMIS, upper, lower, SUBCUTIS), strict=True):
        own = transport(LIDOCAINE, tissue)
        assert part.clearance_per_h == pytest.approx(own.clearance_per_h, rel=1e-6)
        assert part.diffusivity_mm2_h == own.diffusivity_mm2_h
        assert part.capacity == own.capacity
    medium = column.medium()
    assert [layer.thickness_mm for layer in medium.layers] == pytest.approx([0.1, 0.2, 1.3, 4.0])
    assert [layer.clearance_per_h for layer in medium.layers] == [
        part.clearance_per_h for part in column.transports
    ]
    assert column.assumptions == ("epidermis-diffuses-as-dermis",)


def test_layer_and_free_share_at_depths() -> None:
    column = skin_column(LIDOCAINE, *HEIGHTS)
    depths = [0.05, 0.15, 0.31, 1.59, 1.61, 99.0]
    assert column.layer_at(depths).tolist() == [0, 1, 2, 2, 3, 3]
    # 1 / K: 1.08770 in skin, 4.70308 in fat (hand calculations of test_tissue.py)
    expected = [1 / 1.08770] * 4 + [1 / 4.70308] * 2
    assert column.free_share(depths) == pytest.approx(expected, rel=1e-5)


def test_vessels_of_the_region() -> None:
    once, twice = (skin_column(LIDOCAINE, *HEIGHTS, vessel_multiplier=m) for m in (1.0, 2.0))
    for i in (1, 2, 3):
        # flow, pores and walls alike: twice the blood's part, the lymph as it is
        before, after = once.transports[i], twice.transports[i]
        assert after.clearance_blood_per_h == pytest.approx(2 * before.clearance_blood_per_h)
        assert after.clearance_lymph_per_h == before.clearance_lymph_per_h
    assert once.transports[0] == twice.transports[0]
    assert skin_column(LIDOCAINE, *HEIGHTS, vessel_multiplier=0.0).transports[2].capacity > 0


def test_the_fat_keeps_the_recommended_law() -> None:
    for law in ("dancik", "surrey"):
        column = skin_column(LIDOCAINE, *HEIGHTS, law=law)
        plain = skin_column(LIDOCAINE, *HEIGHTS)
        assert column.transports[3] == plain.transports[3]
        assert column.transports[2].clearance_per_h != plain.transports[2].clearance_per_h


def test_flow_after_an_injection_by_hand() -> None:
    column = skin_column(LIDOCAINE, *HEIGHTS, flow="injection")
    assert [until for until, _ in column.during] == pytest.approx([4 / 60, 0.5, 1.0])
    epidermis, upper, lower, fat = column.during[1][1]
    # eight times rest. Lower: Q = 8 * 7.7 * 0.789474 = 48.6316, PS = 13.1030 * 0.789474 = 10.3445,
    # CL = Q/0.3 * (1 - exp(-PS 0.3/Q)) = 10.0213, k = CL * 60 / (100 * 1.08770) = 5.52798
    assert lower.clearance_blood_per_h == pytest.approx(5.52798, rel=1e-5)
    # Upper: three times flow and pores; the mean of 61.6 lies below the ceiling of 100
    assert upper.clearance_blood_per_h == pytest.approx(3 * 5.52798, rel=1e-5)
    # the fat keeps its flow
    assert fat == column.transports[3]
    assert epidermis.clearance_per_h == 0.0
    windows = column.medium().windows
    assert windows[1] == Window(0.5, (0.0, *(p.clearance_per_h for p in (upper, lower, fat))))


def test_flow_closed_by_epinephrine_by_hand() -> None:
    column = skin_column(LIDOCAINE, *HEIGHTS, flow="epinephrine")
    assert [until for until, _ in column.during] == pytest.approx([7 / 60, 0.25, 0.5, 3.0])
    _, upper, lower, fat = column.during[3][1]
    # 0.34 of rest. Lower: Q = 0.34 * 6.07895 = 2.06684, PS as above: CL = 6.8895 * 0.77718 = 5.3544
    assert lower.clearance_blood_per_h == pytest.approx(2.95366, rel=1e-5)
    # three times flow, pores and walls
    assert upper.clearance_blood_per_h == pytest.approx(3 * 2.95366, rel=1e-5)
    # the fat closes too: Q = 1.394, CL = 4.64667 * (1 - exp(-2.05291 * 0.3 / 1.394)) = 1.65943
    assert fat.clearance_blood_per_h == pytest.approx(0.211704, rel=1e-4)
    assert column.transports[3].clearance_blood_per_h == pytest.approx(0.24318, rel=1e-4)


def test_a_rise_ends_at_the_ceiling_and_never_lowers_the_flow() -> None:
    # 14 times the vessels: 107.8 mL/min/100 g at rest is above the ceiling of 100 already
    rich = skin_column(LIDOCAINE, *HEIGHTS, vessel_multiplier=14.0, flow="injection")
    for _, parts in rich.during:
        assert parts == rich.transports
    # six times: 46.2 rises by no more than 100 / 46.2, in both parts of the dermis
    some = skin_column(LIDOCAINE, *HEIGHTS, vessel_multiplier=6.0, flow="injection")
    for i, part in ((1, 6 * 2.368421), (2, 6 * 0.789474)):
        tissue = DERMIS.vascular(part).perfused(100 / 46.2)
        by_hand = transport(LIDOCAINE, tissue).clearance_blood_per_h
        assert some.during[1][1][i].clearance_blood_per_h == pytest.approx(by_hand, rel=1e-5)
    # any rise beyond the ceiling is the same rise
    huge, more = (
        skin_column(LIDOCAINE, *HEIGHTS, variation=Variation(flow=f)) for f in (50.0, 90.0)
    )
    assert huge.transports[1] == more.transports[1]
    # the fat does not take part in a rise of the dermis
    assert huge.transports[3] == skin_column(LIDOCAINE, *HEIGHTS).transports[3]


def test_factors_of_a_run_by_hand() -> None:
    base = skin_column(LIDOCAINE, *HEIGHTS, flow="injection")
    tripled = skin_column(LIDOCAINE, *HEIGHTS, flow="injection", variation=Variation(clearance=3.0))
    halved = skin_column(LIDOCAINE, *HEIGHTS, variation=Variation(diffusivity=0.5))
    for i in (1, 2, 3):
        assert tripled.transports[i].clearance_per_h == pytest.approx(
            3 * base.transports[i].clearance_per_h
        )
        assert tripled.during[0][1][i].clearance_per_h == pytest.approx(
            3 * base.during[0][1][i].clearance_per_h
        )
    for i in range(4):
        assert halved.transports[i].diffusivity_mm2_h == pytest.approx(
            0.5 * base.transports[i].diffusivity_mm2_h
        )
    # half the bound over free in the tissue, see test_tissue.py
    bound = skin_column(LIDOCAINE, *HEIGHTS, variation=Variation(binding=0.5))
    assert bound.transports[2].capacity == pytest.approx(0.86370, rel=1e-4)
    # twice the flow of epinephrine's 0.34 is 0.68 of rest, in the dermis
    doubled = skin_column(LIDOCAINE, *HEIGHTS, flow="epinephrine", variation=Variation(flow=2.0))
    lower = DERMIS.vascular(0.789474).perfused(0.68)
    by_hand = transport(LIDOCAINE, lower).clearance_blood_per_h
    assert doubled.during[3][1][2].clearance_blood_per_h == pytest.approx(by_hand, rel=1e-5)
    # and a lymph twice as fast carries off twice the albumin
    lymph = skin_column(ALBUMIN, *HEIGHTS, variation=Variation(lymph=2.0))
    assert lymph.transports[2].clearance_lymph_per_h == pytest.approx(0.036)
    even = skin_column(LIDOCAINE, *HEIGHTS, variation=Variation(vessels_over_reticular=1.0))
    assert even.transports[1] == even.transports[2]


@pytest.mark.parametrize("name", [field.name for field in fields(Variation)])
def test_every_factor_of_a_run_counts(name: str) -> None:
    drug = replace(LIDOCAINE, mw_g_mol=2300.0)
    base, times = Bolus.gaussian(0.7, 0.3), [0.3, 2.0]
    plain = skin_column(drug, *HEIGHTS, flow="injection")
    varied = skin_column(drug, *HEIGHTS, flow="injection", variation=Variation(**{name: 1.7}))
    assert varied != plain
    assert np.all(np.abs(varied.taken_up(base, times) - plain.taken_up(base, times)) > 1e-6)


def test_every_argument_of_a_column_counts() -> None:
    bolus, times = Bolus.gaussian(0.7, 0.3), [0.3, 2.0]
    plain = skin_column(LIDOCAINE, *HEIGHTS).taken_up(bolus, times)
    for other in (
        skin_column(replace(LIDOCAINE, logp=1.9), *HEIGHTS),
        skin_column(LIDOCAINE, 0.2, 1.5, 4.0),
        skin_column(LIDOCAINE, 0.1, 1.1, 4.0),
        skin_column(LIDOCAINE, 0.1, 1.5, 2.0),
        skin_column(LIDOCAINE, *HEIGHTS, vessel_multiplier=1.3),
        skin_column(LIDOCAINE, *HEIGHTS, law="dancik"),
        skin_column(LIDOCAINE, *HEIGHTS, flow="injection"),
        skin_column(LIDOCAINE, *HEIGHTS, flow="epinephrine"),
    ):
        assert np.all(np.abs(other.taken_up(bolus, times) - plain) > 1e-7)


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        ({"epidermis_mm": 0.0}, ["epidermis_mm"]),
        ({"dermis_mm": -1.0}, ["dermis_mm"]),
        ({"subcutis_mm": math.nan}, ["subcutis_mm"]),
        ({"vessel_multiplier": -0.1}, ["vessel_multiplier"]),
        ({"flow": "spate"}, ["flow"]),
        ({"law": "fick"}, ["law"]),
        ({"dermis_mm": 0.0, "flow": "x"}, ["dermis_mm", "flow"]),
    ],
)
def test_columns_that_cannot_be_are_refused(change: dict[str, object], keys: list[str]) -> None:
    good = dict(epidermis_mm=0.1, dermis_mm=1.5, subcutis_mm=4.0)
    with pytest.raises(InputError) as caught:
        skin_column(LIDOCAINE, **{**good, **change})  # type: ignore[arg-type]
    assert [fault.key for fault in caught.value.faults] == keys


class Cells:
    """The column as plain equal cells and the matrix exponential: shares nothing with the engine.

    State: the amount in each cell, and last what blood and lymph have carried off.
    """

    def __init__(self, column, cell_mm: float) -> None:  # type: ignore[no-untyped-def]
        counts = [max(2, round(h / cell_mm)) for h in column.thickness_mm]
        heights = zip(column.thickness_mm, counts, strict=True)
        self.size = np.concatenate([np.full(n, h / n) for h, n in heights])
        self.layer = np.repeat(range(4), counts)
        self.parts = [*(parts for _, parts in column.during), column.transports]
        self.ends = [until for until, _ in column.during]

    def start(self, depth: float, sigma: float) -> np.ndarray:
        edge = np.concatenate([[0.0], np.cumsum(self.size)])
        scale = math.sqrt(2) * sigma
        mass = np.diff(erf((edge - depth) / scale) + erf((edge + depth) / scale))
        return mass / mass.sum()

    def rates(self, parts) -> np.ndarray:  # type: ignore[no-untyped-def]
        D = np.array([p.diffusivity_mm2_h for p in parts])[self.layer]
        K = np.array([p.capacity for p in parts])[self.layer]
        gone = np.array([p.clearance_per_h for p in parts])[self.layer]
        blood = np.array([p.clearance_blood_per_h + p.clearance_lymph_per_h for p in parts])
        n, h = self.size.size, self.size
        rates = np.zeros((n + 1, n + 1))
        for i in range(n - 1):
            flow = 1.0 / (h[i] / (2 * K[i] * D[i]) + h[i + 1] / (2 * K[i + 1] * D[i + 1]))
            for a, b in ((i, i + 1), (i + 1, i)):
                rates[a, a] -= flow / (h[a] * K[a])
                rates[b, a] += flow / (h[a] * K[a])
        rates[range(n), range(n)] -= gone
        rates[n, :n] = blood[self.layer]
        return rates

    def taken(
        self, bolus: Bolus, times: list[float], steady: tuple[float, float] | None = None
    ) -> list[float]:
        """What was carried off; with ``steady`` (lag, duration) the amount comes bit by bit."""
        amounts = self.start(bolus.depth_mm, bolus.sigma_mm)
        n = self.size.size
        state = np.zeros(n + 2)  # one more state that stays 1: the source
        state[-1] = 1.0
        if steady is None:
            state[:n] = amounts
        lag, last = (0.0, 0.0) if steady is None else (steady[0], sum(steady))
        cuts = sorted({0.0, *self.ends, lag, last, *times})
        found = []
        for begin, end in pairwise(cuts):
            window = sum(begin >= e for e in self.ends)
            full = np.zeros((n + 2, n + 2))
            full[:-1, :-1] = self.rates(self.parts[window])
            if lag <= begin < last:
                full[:n, -1] = amounts / (last - lag)
            state = expm((end - begin) * full) @ state
            if end in times:
                found.append(float(state[n]))
        return found


UPTAKE_TIMES = [0.05, 0.4, 0.8, 2.5, 9.0]


@pytest.mark.parametrize("flow", ["rest", "injection", "epinephrine"])
def test_uptake_against_plain_cells(flow: str) -> None:
    column = skin_column(LABILE, *HEIGHTS, flow=flow)  # type: ignore[arg-type]
    bolus = Bolus.gaussian(0.9, 0.3)
    found = column.taken_up(bolus, UPTAKE_TIMES)
    cells = Cells(column, 0.05)
    expected = cells.taken(bolus, UPTAKE_TIMES)
    np.testing.assert_allclose(found, expected, rtol=8e-3)
    # 2 per hour are lost on the spot: never all of it reaches the blood
    assert found[-1] < 0.8


def test_uptake_of_a_steady_release_against_plain_cells() -> None:
    column = skin_column(LABILE, *HEIGHTS, flow="epinephrine")
    bolus, release = Bolus.gaussian(1.2, 0.3), Release.steady(1.1, lag_h=0.2)
    found = column.taken_up(bolus, UPTAKE_TIMES, release=release)
    cells = Cells(column, 0.05)
    expected = cells.taken(bolus, UPTAKE_TIMES, steady=(0.2, 1.1))
    np.testing.assert_allclose(found[1:], expected[1:], rtol=8e-3)
    assert found[0] == 0.0


def test_all_reaches_the_blood_where_nothing_degrades() -> None:
    column = skin_column(LIDOCAINE, *HEIGHTS, flow="injection")
    assert column.taken_up(Bolus.gaussian(0.9, 0.3), [400.0])[0] == pytest.approx(1.0, abs=1e-9)


def test_a_steady_share_of_one_layer_is_that_of_the_blood() -> None:
    # Deep in a thick fat nothing else is felt: the share to the blood is that of the fat.
    drug = replace(LIDOCAINE, degradation_per_h=0.5)
    column = skin_column(drug, 0.1, 1.0, 40.0)
    share = column.taken_up(Bolus.gaussian(20.0, 0.5), [200.0])[0]
    # 0.24318 + 0.00039 per hour (test_tissue.py) beside 0.5
    assert share == pytest.approx(0.24357 / 0.74357, rel=1e-3)


def test_planar_exposure_of_a_uniform_layer_balances_the_loss() -> None:
    k = 1.7
    profile = Medium([Layer(6.0, 0.8, k, 0.6)]).planar(Bolus.gaussian(1.3, 0.4))
    assert k * profile.auc @ profile.cell_mm == pytest.approx(1.0, rel=1e-12)


def test_planar_exposure_in_closed_form() -> None:
    # A sheet at depth d and its image: (e^(-|z-d|/l) + e^(-(z+d)/l)) / (2 sqrt(D k)), and a
    # Gaussian sheet the same times e^(s^2 / 2 l^2) where it does not reach.
    D, k, depth, s = 0.7, 2.3, 1.1, 0.1
    profile = Medium([Layer(20.0, D, k, 0.6)]).planar(Bolus.gaussian(depth, s))
    length = math.sqrt(D / k)
    z = profile.depth_mm
    far = (np.abs(z - depth) > 6 * s) & (z < 6.0)
    exact = np.exp(-np.abs(z - depth) / length) + np.exp(-(z + depth) / length)
    exact *= math.exp(s**2 / (2 * length**2)) / (2 * math.sqrt(D * k))
    assert far.sum() > 20
    assert np.abs(profile.auc - exact)[far].max() < 2e-3 * profile.auc.max()


def test_planar_exposure_is_the_kernel_over_the_plane() -> None:
    medium = skin_column(LIDOCAINE, *HEIGHTS).medium()
    bolus, radii = Bolus.injected(0.01, 0.8, 1.5, plane_top_mm=0.1), np.linspace(0, 14, 1401)
    kernel = medium.kernel(bolus, [], radii)
    plane = np.trapezoid(kernel.auc * 2 * np.pi * radii[:, None], radii, axis=0)
    profile = medium.planar(bolus)
    assert np.array_equal(profile.edge_mm, kernel.edge_mm)
    np.testing.assert_allclose(plane, profile.auc, rtol=2e-3, atol=2e-4 * profile.auc.max())
    loss = np.array([layer.clearance_per_h for layer in medium.layers])[kernel.layer_index]
    assert (profile.auc * loss) @ profile.cell_mm == pytest.approx(1.0, rel=1e-10)


def test_planar_exposure_without_loss_is_infinite_and_refuses_what_lies_outside() -> None:
    still = Medium([Layer(2.0, 0.8, 0.0, 0.6)])
    assert np.all(np.isinf(still.planar(Bolus.gaussian(1.0, 0.3)).auc))
    with pytest.raises(InputError, match="depth_mm"):
        still.planar(Bolus.gaussian(2.1, 0.3))


def test_shares_must_fit_windows_and_layers() -> None:
    medium = skin_column(LIDOCAINE, *HEIGHTS, flow="injection").medium()
    with pytest.raises(InputError, match="shares"):
        medium.cleared_by_layer(Bolus.gaussian(1.0, 0.3), [1.0], shares=np.ones((3, 4)))
    whole = medium.cleared_by_layer(Bolus.gaussian(1.0, 0.3), [1.0])
    same = medium.cleared_by_layer(Bolus.gaussian(1.0, 0.3), [1.0], shares=np.ones((4, 4)))
    np.testing.assert_array_equal(whole, same)
