"""How a puncture is put before the engine: bolus, release of depots and gels, what is left out."""

from dataclasses import replace

import numpy as np
import pytest

from evaluate.exposed import parts_of
from mesoplan.anatomy.layers import SkinLayers, Thickness
from mesoplan.dose import Release
from mesoplan.evaluate.bed import bolus_of, column_of, drug_of
from mesoplan.evaluate.deposit import deposit_of
from mesoplan.evaluate.deposit import depot as steady_depot
from mesoplan.evaluate.field import DEPOT_SHARES, LARGE_TIMES_H, times_of
from mesoplan.evaluate.passes import Crowd
from mesoplan.model.substance import Molecule
from safety.cases import DEEP, PAPULE, bare, catalogue, syringe

LAYERS = SkinLayers(Thickness(0.07, 0.015), Thickness(1.45, 0.175), 10.0, False, False)
STEROID = catalogue().substances["triamcinolone-acetonide"]
GEL = catalogue().substances["hyaluronic-acid"]


def crowd(*distances: list[float]) -> Crowd:
    """Sources that all hold as much, at these distances from each place."""
    table = np.array(distances)
    return Crowd(table, np.ones(table.shape[1]))


ALONE = crowd([0.0])
"""One puncture with no neighbour, seen from itself."""


@pytest.fixture(scope="module")
def depot():
    """The depot of one papule of 0.02 mL of 10 mg/mL with no neighbour."""
    (run,) = parts_of(
        bare("triamcinolone-acetonide"),
        bed={"vessel_multiplier": 1.7},
        areas=[{"site": "cheek", "rectangle_mm": [10, 10]}],
    ).passes
    assert run.x_mm.size == 1
    column = column_of(drug_of(STEROID), run.bed)
    return column, deposit_of(STEROID, run, column, [run])


def test_a_depot_holds_its_fluid_just_saturated(depot) -> None:
    column, deposit = depot
    assert deposit.amount == pytest.approx(0.2)
    release = deposit.release
    assert (release.lag_h, release.rate_per_h) == (0.0, np.inf)
    solubility = STEROID.molecule.solubility_mg_ml.central
    times = release.duration_h * np.array([0.1, 0.5, 0.999])
    kernel = column.medium().kernel(
        deposit.bolus, times, [0.0, 0.5, 1.0, 2.0], release=release, tolerance=2e-3
    )
    # per mm3 and unit amount -> mg/mL free
    free = 1000 * deposit.amount * kernel.concentration * column.free_share(kernel.depth_mm)
    highest = free.max(axis=(1, 2))
    assert np.all(highest <= solubility * 1.005)
    # the plateau: as fast as the tissue carries off, and no faster
    assert highest[-1] == pytest.approx(solubility, rel=0.005)


def test_neighbours_hold_each_other_up() -> None:
    """In a plan the field of all depots together stays at the solubility where they crowd."""
    solubility = STEROID.molecule.solubility_mg_ml.central
    made = parts_of(bare("triamcinolone-acetonide"), technique={**PAPULE, "spacing_mm": 3.0})
    (area,) = made.exposure.areas
    (run,) = made.passes
    assert run.x_mm.size == 60
    highest = (area.concentration * area.free_share).max(axis=(1, 2, 3))
    assert np.all(highest <= 1.01 * solubility)
    # the last moment before it is dissolved: not far below, so it dissolves no slower
    assert highest[DEPOT_SHARES.index(0.999)] > 0.97 * solubility
    alone = parts_of(
        bare("triamcinolone-acetonide"), areas=[{"site": "cheek", "rectangle_mm": [3, 3]}],
        technique={**PAPULE, "spacing_mm": 3.0},
    )  # fmt: skip
    lasting = [
        deposit_of(STEROID, p.passes[0], column_of(drug_of(STEROID), p.passes[0].bed), p.passes)
        .release.duration_h
        for p in (alone, made)
    ]  # fmt: skip
    assert lasting[1] > 1.05 * lasting[0]


def test_a_depot_lasts_as_long_as_its_amount_over_its_solubility(depot) -> None:
    column, deposit = depot
    base = deposit.release.duration_h

    def hours(solubility=0.013, tissue=column, bolus=deposit.bolus, amount=0.2, crowded=ALONE):
        return steady_depot(solubility, tissue, bolus, amount, crowded).duration_h

    assert hours() == pytest.approx(base)
    # duration = amount x greatest free AUC of a unit / solubility, mm3 to mL
    kernel = column.medium().kernel(deposit.bolus, [], [0.0, 3.0])
    free = kernel.auc * column.free_share(kernel.depth_mm)
    assert base == pytest.approx(0.2 * 1000 * free[0].max() / 0.013, rel=1e-9)
    assert hours(amount=0.6) == pytest.approx(3 * base)
    assert hours(solubility=0.026) == pytest.approx(base / 2)
    # another tissue or bolus carries it off faster
    bed = parts_of(bare("lidocaine"), bed={"vessel_multiplier": 4.0}).passes[0].bed
    assert hours(tissue=column_of(drug_of(STEROID), bed)) < 0.8 * base
    assert hours(bolus=replace(deposit.bolus, radius_mm=2 * deposit.bolus.radius_mm)) < 0.8 * base
    # a neighbour at 3 mm adds its share at each depth, one out of reach nothing
    both = 0.2 * 1000 * (free[0] + free[1]).max() / 0.013
    assert hours(crowded=crowd([0.0, 3.0])) == pytest.approx(both, rel=1e-9)
    assert hours(crowded=crowd([0.0, 3.0], [0.0, 90.0])) == pytest.approx(both, rel=1e-9)
    assert hours(crowded=crowd([0.0, 90.0])) == pytest.approx(base)
    # and one of a mixture half as strong half of it
    half = Crowd(np.array([[0.0, 3.0]]), np.array([1.0, 0.5]))
    weaker = 0.2 * 1000 * (free[0] + 0.5 * free[1]).max() / 0.013
    assert hours(crowded=half) == pytest.approx(weaker, rel=1e-9)


def test_places_where_points_crowd() -> None:
    (run,) = parts_of(bare("lidocaine"), technique={**PAPULE, "spacing_mm": 5.0}).passes
    # 6 x 4 points 5 mm apart: from the midst and half way to each of its eight neighbours
    crowded = Crowd.of("lidocaine", run, [run])
    assert crowded.distance_mm.shape == (9, 24)
    least = crowded.distance_mm.min(axis=1)
    assert sorted(least) == pytest.approx([0.0] + [2.5] * 4 + [12.5**0.5] * 4)
    assert set(crowded.share) == {1.0}


def test_every_pass_over_an_area_counts_in_the_crowd() -> None:
    made = parts_of(
        syringes=[
            syringe(bare("triamcinolone-acetonide")),
            syringe(bare("triamcinolone-acetonide", "5 mg/mL")),
        ]
    )
    first, second = made.passes
    both = Crowd.of("triamcinolone-acetonide", first, made.passes)
    assert both.distance_mm.shape[1] == 12
    assert sorted(set(both.share)) == [0.5, 1.0]
    other = Crowd.of("triamcinolone-acetonide", second, made.passes)
    assert sorted(set(other.share)) == [1.0, 2.0]
    # together they stay at the solubility too
    (area,) = made.exposure.areas
    highest = (area.concentration * area.free_share).max()
    assert highest <= 1.01 * STEROID.molecule.solubility_mg_ml.central


def test_times_of_a_depot_follow_its_life(depot) -> None:
    _, deposit = depot
    drug = drug_of(STEROID)
    expected = deposit.release.duration_h * np.array(DEPOT_SHARES)
    assert times_of(drug, [deposit]) == pytest.approx(expected)


def test_a_gel_holds_its_content_from_its_strength_on() -> None:
    gel = GEL.molecule.gel

    def released(strength: float, substance=GEL) -> Release:
        (run,) = parts_of(bare("hyaluronic-acid", f"{strength:g} mg/mL")).passes
        return deposit_of(substance, run, column_of(drug_of(GEL), run.bed), [run]).release

    assert released(gel.from_mg_ml) == Release.at_once(gel.lag_h)
    assert released(0.99 * gel.from_mg_ml) == Release()
    longer = GEL.model_copy(
        update={
            "molecule": GEL.molecule.model_copy(
                update={"gel": gel.model_copy(update={"lag_h": 7.5, "from_mg_ml": 3.0})}
            )
        }
    )
    assert released(4.0, longer).lag_h == 7.5


def test_a_gel_in_a_plan_is_followed_after_its_lag() -> None:
    parts = parts_of(bare("hyaluronic-acid", "15 mg/mL"))
    (area,) = parts.exposure.areas
    assert area.times_h == pytest.approx([0.0, 24.0, *(24.0 + time for time in LARGE_TIMES_H)])
    # nothing is free before, up to the last moment
    assert area.times_h[1] < 24.0 == area.times_h[2]
    assert area.concentration[:2].max() == 0.0
    assert area.concentration[2].max() > 0.0
    thin = parts_of(bare("hyaluronic-acid", "5 mg/mL")).exposure.areas[0]
    assert thin.times_h == pytest.approx(LARGE_TIMES_H)


def test_a_solution_is_free_at_once() -> None:
    parts = parts_of(bare("lidocaine"))
    column = column_of(parts.laid[0].drug, parts.passes[0].bed)
    one = parts.laid[0]
    assert deposit_of(one.substance, parts.passes[0], column, parts.passes).release.is_prompt


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("methylprednisolone-acetate", "not-computed.suspension"),
    ],
)
def test_a_suspension_of_unknown_solubility_is_not_computed(name: str, reason: str) -> None:
    parts = parts_of(bare(name))
    assert parts.left_out == ((name, reason),)
    assert parts.exposure.not_computed == ((name, reason),)
    assert parts.laid == ()
    assert parts.exposure.areas == ()


def test_what_the_law_needs_and_is_not_known_is_said() -> None:
    molecule = STEROID.molecule
    for missing, reason in (
        ("solubility_mg_ml", "not-computed.suspension"),
        ("molar_mass_g_mol", "not-computed.molar-mass"),
        ("kind", "not-computed.kind"),
    ):
        without = STEROID.model_copy(
            update={"molecule": molecule.model_copy(update={missing: None})}
        )
        assert drug_of(without) == reason
    assert drug_of(STEROID.model_copy(update={"molecule": Molecule()})).startswith("not-computed")


def test_the_drug_has_what_the_catalogue_knows() -> None:
    data = catalogue().substances
    drug = drug_of(data["lidocaine"])
    molecule = data["lidocaine"].molecule
    assert drug.mw_g_mol == molecule.molar_mass_g_mol.central
    assert drug.logp == molecule.logp.central
    assert drug.pka == molecule.pka[0].central
    assert drug.fraction_unbound == molecule.fraction_unbound.central
    assert (drug.kind, drug.log_oil, drug.degradation_per_h) == ("base", None, 0.0)
    figure = molecule.logp
    rich = molecule.model_copy(
        update={
            "log_oil": figure.model_copy(update={"value": 1.1}),
            "degradation_per_h": figure.model_copy(update={"value": 0.4}),
        }
    )
    drug = drug_of(data["lidocaine"].model_copy(update={"molecule": rich}))
    assert (drug.log_oil, drug.degradation_per_h) == (1.1, 0.4)


def test_scar_tissue_is_not_computed() -> None:
    parts = parts_of(bare("lidocaine"), bed={"lesion": True})
    assert parts.left_out == (("lidocaine", "not-computed.lesion"),)
    assert parts.exposure.areas == ()


@pytest.mark.parametrize("law", ["dancik", "surrey"])
def test_a_law_for_small_molecules_leaves_large_ones_out(law: str) -> None:
    mixture = (bare("hyaluronic-acid", "15 mg/mL"), bare("lidocaine"))
    parts = parts_of(*mixture, bed={"law": law})
    assert parts.left_out == (("hyaluronic-acid", "not-computed.law"),)
    assert [area.substance for area in parts.exposure.areas] == ["lidocaine"]
    whole = parts_of(*mixture)
    assert whole.left_out == ()


def test_every_part_of_a_bed_counts() -> None:
    base = parts_of(bare("lidocaine")).exposure.areas[0].auc
    for change in (
        {"vessel_multiplier": 2.0},
        {"law": "dancik"},
        {"flow": "injection"},
        {"flow": "epinephrine"},
        {"layers": replace(LAYERS, skin=Thickness(1.2, 0.175))},
        {"layers": replace(LAYERS, epidermis=Thickness(0.1, 0.015))},
        {"layers": replace(LAYERS, subcutis_mm=3.0)},
    ):
        other = parts_of(bare("lidocaine"), bed=change).exposure.areas[0].auc
        assert np.abs(other - base).max() > 1e-4 * base.max(), change


def test_the_bolus_lies_in_the_plane_of_its_tip() -> None:
    # 0.02 mL in 1.38 mm of dermis is a disc that fills it; in 10 mm of fat a sphere of 1.684 mm
    dermis = bolus_of(0.02, 0.8, "dermis", LAYERS)
    assert (dermis.shape, dermis.depth_mm) == ("disc", pytest.approx(0.76))
    assert dermis.half_height_mm == pytest.approx(0.69)
    fat = bolus_of(0.02, 6.0, "subcutis", LAYERS)
    assert (fat.shape, fat.depth_mm) == ("sphere", pytest.approx(6.0))
    assert fat.radius_mm == pytest.approx(1.6839, abs=1e-4)
    # at the border of the fat it is pressed into it, and no tip lies below what is computed
    assert bolus_of(0.02, 1.5, "subcutis", LAYERS).depth_mm == pytest.approx(
        1.45 + 1.6839, abs=1e-4
    )
    assert bolus_of(0.02, 99.0, "subcutis", LAYERS).depth_mm == pytest.approx(9.7661, abs=1e-4)
    # a tip in the epidermis lifts the whole skin of 1.45 mm
    shallow = bolus_of(0.02, 0.03, "epidermis", LAYERS)
    assert (shallow.depth_mm, shallow.half_height_mm) == (
        pytest.approx(0.725),
        pytest.approx(0.725),
    )
    swollen = bolus_of(0.02, 6.0, "subcutis", LAYERS, swelling=1.6, backflow=0.1)
    assert swollen.volume_mm3 == pytest.approx(20 * 0.9 / 1.6)
    assert swollen.deposited_share == pytest.approx(0.9)


def test_deeper_is_another_field() -> None:
    shallow = parts_of(bare("lidocaine")).exposure.areas[0]
    deep = parts_of(bare("lidocaine"), technique={**DEEP, "inserted_mm": 3.5}).exposure.areas[0]
    # 4 mm of fat, or to below the bolus: tip at 3.5 mm, sphere of 1.68 mm, soft edge, 1 mm more
    assert shallow.layer_bottom_mm[1] + 4.0 == pytest.approx(
        shallow.depth_mm[-1] + 0.5 * shallow.cell_mm[-1]
    )
    assert deep.depth_mm[-1] > 3.5 + 1.68 + 1.0
    dermis, fat = slice(2, 14), slice(14, None)
    assert shallow.auc[..., dermis].mean() > 3 * deep.auc[..., dermis].mean()
    assert deep.auc[..., fat].mean() > shallow.auc[..., fat].mean()
