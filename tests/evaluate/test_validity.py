"""Notes on where a result leaves what its parameters were made for: each due, and not due."""

import math
from dataclasses import dataclass, replace

import pytest

from evaluate.exposed import parts_of, planned
from mesoplan.evaluate.bed import column_of
from mesoplan.evaluate.deposit import deposit_of
from mesoplan.evaluate.validity import ALBUMIN_MM, area_notes
from safety.cases import DEEP, bare


@dataclass(frozen=True)
class Bent:
    """A surface that bends; all else is the flat patch."""

    flat: object
    bend_radius_mm: float

    def __getattr__(self, name: str) -> object:
        return getattr(self.flat, name)


def notes(*contents, bend_mm: float = math.inf, **parts):  # type: ignore[no-untyped-def]
    """The notes of the first substance, by name, with their parameters."""
    made = parts_of(*contents, **parts)
    one = made.laid[0]
    runs = [
        replace(run, bed=replace(run.bed, surface=Bent(run.bed.surface, bend_mm)))
        for run in made.passes
    ]
    found = area_notes(0, one.substance, one.drug, runs)
    assert len({note.message for note in found}) == len(found)
    return {note.message: dict(note.parameters) for note in found}


def test_a_thin_solution_of_a_small_molecule_needs_no_note() -> None:
    # 0.1 mg/mL: nothing saturates, all is known, the patch is flat
    assert notes(bare("lidocaine", "0.1 mg/mL")) == {}


def test_a_molecule_wider_than_the_pores() -> None:
    found = notes(bare("hyaluronic-acid", "5 mg/mL"))
    assert found["wider-than-pores"] == {"nm": "4.5"}
    assert "wider-than-pores" not in notes(bare("lidocaine"))


def test_binding_beyond_the_proteins_by_hand() -> None:
    # One puncture: 20 mm3 hold s mg/mL of total, so s / K is free; K = 0.6 BF in the dermis,
    # BF = 0.68 + 0.32/0.33 + 0.001 * 10^2.7 / (1 + 10^(pKa - 7.4)).
    made = parts_of(bare("lidocaine"))
    drug = made.laid[0].drug
    neutral = 1 / (1 + 10 ** (drug.pka - 7.4))
    capacity = 0.6 * (0.68 + 0.32 / 0.33 + 0.001 * neutral * 10**2.7)
    # bound: 0.32 (1/0.33 - 1) of what is free, over 270.8 g/mol of the hydrochloride
    bound_mm = 1000 * 0.32 * (1 / 0.33 - 1) / (capacity * 270.8)  # per mg/mL
    least = ALBUMIN_MM["dermis"].value / bound_mm
    assert "binding-saturated" not in notes(bare("lidocaine", f"{0.99 * least:.6g} mg/mL"))
    found = notes(bare("lidocaine", f"{1.01 * least:.6g} mg/mL"))
    assert found["binding-saturated"]["room"] == "0.35"
    assert float(found["binding-saturated"]["bound"]) == pytest.approx(0.35, abs=0.006)


def test_the_fat_holds_less_albumin() -> None:
    found = notes(bare("lidocaine", "10 mg/mL"), technique=DEEP)
    assert found["binding-saturated"]["room"] == "0.11"
    assert ALBUMIN_MM["subcutis"].value == 0.11


def test_free_beyond_the_syringe() -> None:
    # Tranexamic acid hardly binds: K = 0.6 (0.68 + 0.32/0.97) = 0.606 in the dermis, so 10 mg/mL
    # of tissue are 16.5 free.
    found = notes(bare("tranexamic-acid", "10 mg/mL"))
    assert found["denser-than-syringe"] == {"free": "17", "strength": "10", "unit": "mg/mL"}
    # lidocaine binds: K = 1.03 to 1.09, less is free than was injected
    assert "denser-than-syringe" not in notes(bare("lidocaine", "10 mg/mL"))
    units = notes(bare("onabotulinumtoxina", "40 U/mL"))
    assert units["denser-than-syringe"]["unit"] == "U/mL"


def test_a_depot_and_a_gel() -> None:
    made = parts_of(bare("triamcinolone-acetonide"))
    (run,) = made.passes
    one = made.laid[0]
    days = (
        deposit_of(one.substance, run, column_of(one.drug, run.bed), [run]).release.duration_h / 24
    )
    found = notes(bare("triamcinolone-acetonide"))
    assert float(found["depot-bound"]["days"]) == pytest.approx(days, rel=0.05)
    assert "gel-lag" not in found
    # crystals are not in the water: nothing is said of its strength
    assert "denser-than-syringe" not in found
    gel = notes(bare("hyaluronic-acid", "15 mg/mL"))
    assert gel["gel-lag"] == {"hours": "24"}
    assert "depot-bound" not in gel
    assert "gel-lag" not in notes(bare("hyaluronic-acid", "5 mg/mL"))


def test_a_surface_that_bends_within_the_reach_of_a_kernel() -> None:
    made = parts_of(bare("lidocaine", "0.1 mg/mL"))
    one, (run,) = made.laid[0], made.passes
    column = column_of(one.drug, run.bed)
    deposit = deposit_of(one.substance, run, column, [run])
    reach = column.medium().reach_mm(deposit.bolus, tolerance=1e-2)
    assert 2.0 < reach < 60.0
    sharp = notes(bare("lidocaine", "0.1 mg/mL"), bend_mm=0.9 * reach)
    assert float(sharp["bends-too-much"]["reach"]) == pytest.approx(reach, abs=0.06)
    assert notes(bare("lidocaine", "0.1 mg/mL"), bend_mm=1.1 * reach) == {}


def test_the_plan_says_each_note_once_in_words() -> None:
    areas = [
        {"site": "cheek", "side": side, "rectangle_mm": [30, 20]} for side in ("left", "right")
    ]
    # 1 mg/mL: 1.65 free, of which 0.0099 are bound: 0.10 mM, below what albumin holds
    plan = planned(bare("tranexamic-acid", "1 mg/mL"), areas=areas)
    (row,) = plan.systemic
    assert [(row.substance, v.rule) for v in row.validity] == [
        ("tranexamic-acid", "denser-than-syringe")
    ]
    (validity,) = row.validity
    assert "{" not in validity.message
    assert "1.7" in validity.message


def test_a_thread_is_no_denser_than_its_fluid() -> None:
    # the free concentration is that of the fluid over the tissue's capacity, as for a point
    thread = {
        "id": "retrograde-linear", "needle": "30G 13 mm", "angle_deg": 10, "inserted_mm": 8.0,
        "spacing_mm": 6.0, "volume_per_point": "0.01 mL",
    }  # fmt: skip
    areas = [{"site": "thigh", "rectangle_mm": [60, 40]}]
    point = notes(bare("tranexamic-acid", "10 mg/mL"), areas=areas)
    line = notes(bare("tranexamic-acid", "10 mg/mL"), areas=areas, technique=thread)
    assert line["denser-than-syringe"] == point["denser-than-syringe"]
