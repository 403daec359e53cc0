"""The kernel against closed forms, conservation laws and its own inputs."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import erf, erfc

from mesoplan.core.errors import InputError
from mesoplan.dose import Bolus, Kernel, Layer, Medium, Window
from mesoplan.dose.propagator import DepthProblem

SKIN = [
    Layer(thickness_mm=0.08, diffusivity_mm2_h=0.001, clearance_per_h=0.0, capacity=0.5),
    Layer(thickness_mm=1.72, diffusivity_mm2_h=1.0, clearance_per_h=1.5, capacity=0.8),
    Layer(thickness_mm=10.2, diffusivity_mm2_h=0.6, clearance_per_h=0.8, capacity=0.4),
]
BOLUS = Bolus.gaussian(depth_mm=2.0, sigma_mm=0.8)


def test_shapes_and_axes() -> None:
    k = Medium(SKIN).kernel(BOLUS, times_h=[0.5, 1, 2], radii_mm=[0, 1, 2, 5])
    depths = k.depth_mm.size
    assert k.concentration.shape == (3, 4, depths)
    assert k.auc.shape == (4, depths)
    assert k.cleared.shape == (3,)
    assert k.cell_mm.sum() == pytest.approx(12.0)
    for border in (0.08, 1.80):
        assert np.abs(k.edge_mm - border).min() < 1e-12


@pytest.mark.parametrize("cell_mm", [None, 0.04])
@pytest.mark.parametrize(
    "bolus", [BOLUS, Bolus.gaussian(0.3, 0.2), Bolus.injected(0.1, 1.0, 1.72, plane_top_mm=0.08)]
)
def test_mass_balance(cell_mm: float | None, bolus: Bolus) -> None:
    times = [0.0, 1e-3, 0.02, 0.5, 1, 4, 10, 100]
    k = Medium(SKIN, cell_mm=cell_mm).kernel(bolus, times, [0.0])
    np.testing.assert_allclose(k.remaining + k.cleared, 1.0, rtol=0, atol=1e-12)
    assert np.all(np.diff(k.cleared) > 0)
    assert k.cleared[0] == 0.0
    assert k.cleared_by_layer[-1, 0] == 0.0  # the epidermis clears nothing


@pytest.mark.parametrize(("depth", "sigma"), [(0.5, 0.2), (1.0, 0.8), (3.0, 3.0)])
def test_half_space_with_image_and_loss(depth: float, sigma: float) -> None:
    D, k = 0.7, 1.1
    times, radii = np.array([0.0, 0.05, 0.4, 2.0]), np.array([0.0, 0.5, 2.0, 4.0])
    kernel = Medium([Layer(40.0, D, k, 0.6)]).kernel(Bolus.gaussian(depth, sigma), times, radii)
    var = sigma**2 + 2 * D * times[:, None, None]
    z, r = kernel.depth_mm, radii[None, :, None]
    exact = np.exp(-((z - depth) ** 2) / (2 * var)) + np.exp(-((z + depth) ** 2) / (2 * var))
    exact = exact * np.exp(-(r**2) / (2 * var)) / (2 * math.pi * var) ** 1.5
    exact *= np.exp(-k * times)[:, None, None]
    error = np.abs(kernel.concentration - exact).max(axis=(1, 2)) / exact.max(axis=(1, 2))
    assert error.max() < 2e-3


def test_late_fields_are_accurate_relative_to_their_own_peak() -> None:
    D, k, sigma, t = 0.4, 5.3, 0.5, 12.0  # e^-64 of the start is left
    kernel = Medium([Layer(60.0, D, k, 1.0)]).kernel(Bolus.gaussian(0.0, sigma), [0.1, t], [0.0])
    var = sigma**2 + 2 * D * t
    exact = 2 * np.exp(-(kernel.depth_mm**2) / (2 * var) - k * t) / (2 * math.pi * var) ** 1.5
    assert np.abs(kernel.concentration[1, 0] / exact.max() - exact / exact.max()).max() < 2e-3


def test_exposure_of_a_point_source_and_its_image() -> None:
    # Yukawa's kernel smoothed by a Gaussian, in closed form; e^(s^2/2l^2) e^(-p/l)/(4 pi D p) far.
    D, k, depth, s = 0.6, 5.0, 1.5, 0.2
    lam = math.sqrt(D / k)
    radii = np.array([0.0, 0.4, 1.0, 2.0])
    kernel = Medium([Layer(12.0, D, k, 1.0)]).kernel(Bolus.gaussian(depth, s), [], radii)

    def smooth(p: np.ndarray) -> np.ndarray:
        a, b = s / (math.sqrt(2) * lam), p / (math.sqrt(2) * s)
        waves = np.exp(-p / lam) * erfc(a - b) - np.exp(p / lam) * erfc(a + b)
        return np.exp(s**2 / (2 * lam**2)) * waves / (8 * math.pi * D * p)

    z = kernel.depth_mm
    direct = np.hypot(radii[:, None], z - depth)
    image = np.hypot(radii[:, None], z + depth)
    exact = smooth(direct) + smooth(image)
    assert np.abs(kernel.auc - exact).max() / exact.max() < 2e-3
    # point-source limit: beyond 6 sigma the source has no size, only the factor e^(s^2/2l^2)
    far = (direct > 6 * s) & (direct < 5 * lam) & (z > 0.5)
    point = np.exp(-direct / lam) / direct + np.exp(-image / lam) / image
    point *= math.exp(s**2 / (2 * lam**2)) / (4 * math.pi * D)
    np.testing.assert_allclose(kernel.auc[far], point[far], rtol=1e-2)


def test_second_order_in_the_depth_cell() -> None:
    D, k, depth, sigma, t = 0.7, 1.1, 1.0, 0.4, 0.3
    var = sigma**2 + 2 * D * t
    errors = []
    for cell in (0.2, 0.1, 0.05):
        kernel = Medium([Layer(10.0, D, k, 0.6)], cell_mm=cell).kernel(
            Bolus.gaussian(depth, sigma), [t], [0.0]
        )
        e = kernel.edge_mm / math.sqrt(2 * var)
        d = depth / math.sqrt(2 * var)
        mean = np.diff(erf(e - d) + erf(e + d)) / (2 * kernel.cell_mm)
        exact = mean * math.exp(-k * t) / (2 * math.pi * var)
        errors.append(np.abs(kernel.concentration[0, 0] - exact).max())
    rates = np.log2(np.array(errors[:-1]) / np.array(errors[1:]))
    assert np.all((rates > 1.7) & (rates < 2.4)), rates


@pytest.mark.parametrize("quantity", ["concentration", "auc"])
def test_second_order_across_jumps_of_capacity(quantity: str) -> None:
    layers = [Layer(0.4, 0.2, 0.0, 0.5), Layer(1.6, 1.0, 1.5, 0.9), Layer(8.0, 0.6, 0.8, 0.3)]
    fields = []
    for n in (0, 1, 2, 3):
        k = Medium(layers, cell_mm=0.1 / 2**n).kernel(Bolus.gaussian(1.0, 0.5), [0.5], [0.0, 1.0])
        field = getattr(k, quantity).reshape(2, -1)
        fields.append(field.reshape(2, -1, 2**n).mean(axis=2))
    steps = [np.abs(b - a).max() for a, b in itertools.pairwise(fields)]
    rates = np.log2(np.array(steps[:-1]) / np.array(steps[1:]))
    assert np.all((rates > 1.7) & (rates < 2.4)), rates


def test_default_cells_against_fine_cells() -> None:
    layers = [Layer(0.08, 0.05, 0.0, 0.5), Layer(1.72, 1.0, 1.5, 0.8), Layer(6.2, 0.6, 0.8, 0.4)]
    times, radii = [0.1, 0.5, 3.0], [0.0, 1.0]
    for bolus in (Bolus.gaussian(0.4, 0.2), Bolus.gaussian(2.0, 0.8)):
        rough = Medium(layers).kernel(bolus, times, radii)
        fine = Medium(layers, cell_mm=0.0025).kernel(bolus, times, radii)
        # the fine field averaged over the default cells: no interpolation across jumps
        share = np.clip(
            np.minimum(fine.edge_mm[1:], rough.edge_mm[1:, None])
            - np.maximum(fine.edge_mm[:-1], rough.edge_mm[:-1, None]),
            0,
            None,
        )
        share /= rough.cell_mm[:, None]
        for a, b in (
            (rough.concentration, fine.concentration),
            (rough.auc[None], fine.auc[None]),
        ):
            error = np.abs(a - b @ share.T).max(axis=(1, 2)) / b.max(axis=(1, 2))
            assert error.max() < 5e-3


def test_field_integrates_to_what_remains_and_exposure_to_all() -> None:
    radii = np.linspace(0, 18, 2001)
    times = [0.05, 0.5, 2.0]
    k = Medium(SKIN).kernel(BOLUS, times, radii)
    ring = 2 * np.pi * radii
    volume = np.trapezoid(k.concentration * ring[:, None], radii, axis=1) @ k.cell_mm
    np.testing.assert_allclose(volume, k.remaining, rtol=1e-4)
    loss = np.array([layer.clearance_per_h for layer in SKIN])[k.layer_index]
    total = np.trapezoid(k.auc * ring[:, None], radii, axis=0) @ (k.cell_mm * loss)
    assert total == pytest.approx(1.0, rel=1e-4)


def test_systemic_input_equals_the_loss_in_the_field() -> None:
    radii = np.linspace(0, 15, 1501)
    times = np.linspace(0.4, 0.6, 9)
    k = Medium(SKIN).kernel(BOLUS, times, radii)
    loss = np.array([layer.clearance_per_h for layer in SKIN])[k.layer_index]
    rate = np.trapezoid(k.concentration * 2 * np.pi * radii[:, None], radii, axis=1) @ (
        loss * k.cell_mm
    )
    assert np.trapezoid(rate, times) == pytest.approx(k.cleared[-1] - k.cleared[0], rel=1e-4)


def test_exposure_is_the_time_integral() -> None:
    times = np.concatenate([[0.0], np.geomspace(1e-3, 60, 500)])
    layers = [replace(SKIN[0], diffusivity_mm2_h=0.1), *SKIN[1:]]
    k = Medium(layers).kernel(BOLUS, times, [0.0, 2.0])
    summed = np.trapezoid(k.concentration, times, axis=0)
    assert np.abs(summed - k.auc).max() / k.auc.max() < 1e-3


def test_exposure_does_not_depend_on_times() -> None:
    medium = Medium(SKIN)
    first = medium.kernel(BOLUS, [0.5], [0.0, 1.0])
    second = medium.kernel(BOLUS, [0.001, 300.0], [0.0, 1.0])
    np.testing.assert_array_equal(first.auc, second.auc)
    np.testing.assert_array_equal(first.depth_mm, second.depth_mm)


def test_fields_do_not_depend_on_other_times() -> None:
    for medium in (Medium(SKIN), Medium([Layer(10.0, 1.0, 1.0, 0.5)])):
        alone = medium.kernel(BOLUS, [0.5], [0.0, 1.0, 60.0]).concentration[0]
        among = medium.kernel(BOLUS, [0.0, 1e-3, 0.5, 90.0], [0.0, 1.0, 60.0]).concentration[2]
        assert np.abs(alone - among).max() < 1e-5 * alone.max()


def test_without_any_clearance_exposure_is_infinite() -> None:
    k = Medium([replace(layer, clearance_per_h=0.0) for layer in SKIN]).kernel(BOLUS, [1.0], [0.0])
    assert np.all(np.isinf(k.auc))
    assert k.remaining[0] == pytest.approx(1.0, abs=1e-12)
    assert np.all(np.isfinite(k.concentration))


def test_slow_clearance_needs_no_wide_cylinder() -> None:
    D, k = 0.6, 1e-6  # penetration length 0.8 m
    kernel = Medium([Layer(8.0, D, k, 1.0)]).kernel(Bolus.gaussian(1.0, 0.5), [0.1], [0.0, 4.0])
    # Far below the slab's thickness 8 mm nothing else is felt than K0 of the plane.
    mean = kernel.auc @ kernel.cell_mm
    variance, u = 0.25, np.geomspace(1e-4, 2e8, 400001)
    spread = variance + 2 * D * u
    exact = [
        np.trapezoid(np.exp(-(r**2) / (2 * spread) - k * u) / (2 * np.pi * spread), u)
        for r in (0.0, 4.0)
    ]
    np.testing.assert_allclose(mean, exact, rtol=1e-3)


def test_wider_cylinder_changes_nothing() -> None:
    near = Medium(SKIN).kernel(BOLUS, [0.1, 1.0, 6.0], [0.0, 1.0, 5.0])
    far = Medium(SKIN).kernel(BOLUS, [0.1, 1.0, 6.0], [0.0, 1.0, 5.0, 2 * near.wall_mm])
    assert far.wall_mm == pytest.approx(2 * near.wall_mm)
    assert far.modes > 1.9 * near.modes
    peak = near.concentration.max(axis=(1, 2))[:, None, None]
    assert np.abs((near.concentration - far.concentration[:, :3]) / peak).max() < 1e-4
    assert np.abs(near.auc - far.auc[:3]).max() / near.auc.max() < 1e-7


def test_nothing_is_negative() -> None:
    radii = np.linspace(0, 12, 49)
    for bolus in (BOLUS, Bolus.gaussian(0.2, 0.2), Bolus.injected(0.05, 1, 1.7, plane_top_mm=0.1)):
        k = Medium(SKIN).kernel(bolus, [0.0, 0.01, 0.1, 1.0, 8.0, 48.0], radii)
        peak = k.concentration.max(axis=(1, 2))
        # what is left is the ringing that the tolerance of 1e-4 allows
        assert np.all(k.concentration.min(axis=(1, 2)) > -1e-5 * peak)
        assert k.auc.min() > -1e-6 * k.auc.max()


# Lidocaine under a cheek after epinephrine: losses of 3 to 13 per hour, a jump of capacity by 4.
TIGHT = [Layer(0.1, 0.4, 0.0, 1.1), Layer(1.4, 0.4, 5.5, 1.1), Layer(5.0, 0.02, 0.3, 4.7)]
CLOSED = [Window(0.12, (0.0, 4.5, 0.28)), Window(1.5, (0.0, 3.0, 0.2))]
MEDIA = {"even": Medium(SKIN), "tight": Medium(TIGHT, windows=CLOSED)}
PRESSED = dict(depth_mm=0.8, available_thickness_mm=1.4, plane_top_mm=0.1)
BOLI = {
    "gaussian": Bolus.gaussian(0.7, 0.2),
    "at a border": Bolus.gaussian(1.5, 0.2),
    "sphere": Bolus.injected(0.0005, **PRESSED),
    "disc": Bolus.injected(0.02, **PRESSED),
    "oblate": Bolus.injected(0.02, lens=True, **PRESSED),
}


def errors_against(fine: Kernel, rough: Kernel) -> np.ndarray:
    """Greatest error of each time and last of the exposure, relative to its peak.

    The fine field is averaged over the rough cells: no interpolation across jumps.
    """
    upper = np.minimum(fine.edge_mm[1:], rough.edge_mm[1:, None])
    lower = np.maximum(fine.edge_mm[:-1], rough.edge_mm[:-1, None])
    share = np.clip(upper - lower, 0, None) / rough.cell_mm[:, None]
    rough_fields = np.concatenate([rough.concentration, rough.auc[None]])
    fine_fields = np.concatenate([fine.concentration, fine.auc[None]])
    error = np.abs(rough_fields - fine_fields @ share.T).max(axis=(1, 2))
    return error / fine_fields.max(axis=(1, 2))


@pytest.mark.parametrize("medium", MEDIA.values(), ids=MEDIA)
@pytest.mark.parametrize("bolus", BOLI.values(), ids=BOLI)
def test_tolerance_is_a_promise_and_has_its_price(medium: Medium, bolus: Bolus) -> None:
    times, radii = [0.05, 0.4, 2.0], [0.0, 0.6, 2.0]
    fine = medium.kernel(bolus, times, radii, tolerance=1e-4)
    cells = []
    for tolerance in (2e-2, 5e-3, 1e-3):
        rough = medium.kernel(bolus, times, radii, tolerance=tolerance)
        assert errors_against(fine, rough).max() < tolerance
        cells.append(rough.depth_mm.size)
    # second order: half the cell for a quarter of the error
    assert cells[1] == pytest.approx(2 * cells[0], rel=0.1)
    assert cells[2] == pytest.approx(math.sqrt(5) * cells[1], rel=0.1)
    assert fine.depth_mm.size > 3 * cells[2]
    assert medium.kernel(bolus, times, radii).depth_mm.size == cells[1]


def test_tolerance_against_equal_fine_cells() -> None:
    times, radii, bolus = [0.1, 1.0], [0.0, 1.0], BOLI["oblate"]
    # a 0.006 mm thin zone forms at the fat within 0.02 h
    fine = Medium(TIGHT, cell_mm=0.0015, windows=CLOSED).kernel(bolus, times, radii)
    for tolerance in (2e-2, 5e-3):
        rough = MEDIA["tight"].kernel(bolus, times, radii, tolerance=tolerance)
        assert errors_against(fine, rough).max() < tolerance


def test_a_smaller_tolerance_widens_the_series() -> None:
    loose, tight = (
        Medium(SKIN, cell_mm=0.1).kernel(BOLUS, [0.2, 2.0], [0.0, 3.0], tolerance=tolerance)
        for tolerance in (1e-2, 1e-6)
    )
    assert tight.modes > loose.modes
    assert tight.wall_mm > loose.wall_mm
    assert 0 < errors_against(tight, loose).max() < 1e-3


def test_reciprocity_across_layers() -> None:
    # Amounts a and b swap roles of source and detector of the free concentration u = C / K.
    edge = np.concatenate([np.linspace(0, 1.8, 91), np.linspace(1.8, 12, 256)[1:]])
    inside = np.arange(edge.size - 1) < 90
    problem = DepthProblem(
        size_mm=np.diff(edge),
        diffusivity_mm2_h=np.where(inside, 1.0, 0.6),
        clearance_per_h=np.where(inside, 1.5, 0.8),
        capacity=np.where(inside, 0.8, 0.3),
    )
    kappa = np.array([0.05, 0.7, 2.5])
    a = Bolus.gaussian(0.7, 0.2).amounts(edge, kappa)
    b = Bolus.gaussian(3.5, 0.5).amounts(edge, kappa)
    times = np.array([0.2, 1.0])
    K = problem.capacity[:, None]
    there = np.sum(b * problem.fields(a, kappa, times) / K, axis=1)
    back = np.sum(a * problem.fields(b, kappa, times) / K, axis=1)
    np.testing.assert_allclose(there, back, rtol=1e-8, atol=1e-14)
    there_auc = np.sum(b * problem.exposure(a, kappa) / K, axis=0)
    back_auc = np.sum(a * problem.exposure(b, kappa) / K, axis=0)
    np.testing.assert_allclose(there_auc, back_auc, rtol=1e-10)


@pytest.mark.parametrize("layer", [0, 1, 2])
@pytest.mark.parametrize(
    "name", ["thickness_mm", "diffusivity_mm2_h", "clearance_per_h", "capacity"]
)
def test_every_property_of_every_layer_counts(layer: int, name: str) -> None:
    changed = list(SKIN)
    changed[layer] = replace(SKIN[layer], **{name: 1.3 * getattr(SKIN[layer], name) + 0.1})
    before = Medium(SKIN, cell_mm=0.1).kernel(BOLUS, [0.5, 2.0], [0.0, 2.0])
    after = Medium(changed, cell_mm=0.1).kernel(BOLUS, [0.5, 2.0], [0.0, 2.0])
    assert np.all(np.abs(after.cleared - before.cleared) > 1e-7)
    assert abs(after.auc.max() / before.auc.max() - 1) > 1e-7


def test_every_property_of_the_bolus_counts() -> None:
    def exposure(bolus: Bolus) -> float:
        return float(Medium(SKIN, cell_mm=0.1).kernel(bolus, [0.5], [0.0]).auc.max())

    gaussian = exposure(BOLUS)
    assert exposure(Bolus.gaussian(2.1, 0.8)) != pytest.approx(gaussian, rel=1e-6)
    assert exposure(Bolus.gaussian(2.0, 0.9)) != pytest.approx(gaussian, rel=1e-6)


def test_cleared_alone_agrees_with_the_kernel() -> None:
    medium, times = Medium(SKIN), [0.0, 0.3, 3.0]
    np.testing.assert_array_equal(
        medium.cleared_by_layer(BOLUS, times), medium.kernel(BOLUS, times, [0]).cleared_by_layer
    )


def test_reach_holds_what_it_says() -> None:
    medium = Medium(SKIN)
    reach = medium.reach_mm(BOLUS, tolerance=1e-3)
    k = medium.kernel(BOLUS, [0.2], [0.0, reach], tolerance=1e-4)
    assert k.auc[1].max() < 1e-3 * k.auc.max()
    still = Medium([replace(layer, clearance_per_h=0.0) for layer in SKIN])
    assert still.reach_mm(BOLUS, [100.0]) > still.reach_mm(BOLUS, [1.0]) > 0


@pytest.mark.parametrize(
    ("times", "radii", "tolerance", "key"),
    [
        ([1.0, 0.5], [0.0], 1e-4, "times_h"),
        ([1.0, 1.0], [0.0], 1e-4, "times_h"),
        ([-1.0], [0.0], 1e-4, "times_h"),
        ([float("nan")], [0.0], 1e-4, "times_h"),
        ([float("inf")], [0.0], 1e-4, "times_h"),
        ([[1.0]], [0.0], 1e-4, "times_h"),
        ([1.0], [-1.0], 1e-4, "radii_mm"),
        ([1.0], [float("nan")], 1e-4, "radii_mm"),
        ([1.0], [0.0], 0.0, "tolerance"),
        ([1.0], [0.0], 0.5, "tolerance"),
    ],
)
def test_bad_axes_are_refused(times: object, radii: object, tolerance: float, key: str) -> None:
    with pytest.raises(InputError) as caught:
        Medium(SKIN).kernel(BOLUS, times, radii, tolerance=tolerance)  # type: ignore[arg-type]
    assert [fault.key for fault in caught.value.faults] == [key]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("thickness_mm", 0.0),
        ("thickness_mm", float("inf")),
        ("diffusivity_mm2_h", 0.0),
        ("diffusivity_mm2_h", -1.0),
        ("clearance_per_h", -0.1),
        ("clearance_per_h", float("nan")),
        ("capacity", 0.0),
    ],
)
def test_a_layer_that_cannot_be_is_refused(name: str, value: float) -> None:
    with pytest.raises(InputError) as caught:
        replace(SKIN[1], **{name: value})
    assert [fault.key for fault in caught.value.faults] == [name]


def test_a_medium_that_cannot_be_is_refused() -> None:
    with pytest.raises(InputError, match="layers"):
        Medium([])
    with pytest.raises(InputError, match="cell_mm"):
        Medium(SKIN, cell_mm=-1.0)
    with pytest.raises(InputError, match="depth_mm"):
        Medium(SKIN).kernel(Bolus.gaussian(13.0, 0.5), [1.0], [0.0])


def test_a_penetration_length_out_of_proportion_is_refused():
    # sqrt(1e-8 / 1e4) = 1e-6 mm in 10 mm: a tenth of it a cell would be 1e8 cells
    medium = Medium(
        [Layer(thickness_mm=10.0, diffusivity_mm2_h=1e-8, clearance_per_h=1e4, capacity=1.0)]
    )
    with pytest.raises(InputError) as caught:
        medium.kernel(Bolus.gaussian(depth_mm=2.0, sigma_mm=0.5), [1.0], [0.0])
    assert [fault.key for fault in caught.value.faults] == ["layers"]
