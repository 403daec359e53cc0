"""What reaches the blood: amounts, the share of degradation, and a licensed dose beside it."""

from dataclasses import replace

import pytest

from evaluate.exposed import parts_of, planned
from mesoplan.evaluate.bed import column_of, drug_of
from mesoplan.evaluate.blood import reached_amount, systemic
from mesoplan.evaluate.deposit import deposit_of
from mesoplan.evaluate.exposure import Laid
from mesoplan.evaluate.totals import convert
from mesoplan.model.figure import Figure
from safety.cases import PAPULE, bare, catalogue, product, syringe


def row(*contents, **parts):  # type: ignore[no-untyped-def]
    (found,) = planned(*contents, **parts).systemic
    return found


def test_all_that_is_deposited_reaches_the_blood_where_nothing_degrades() -> None:
    # 6 points of 0.02 mL of 10 mg/mL
    assert row(bare("lidocaine")).reached.value == pytest.approx(1.2, rel=1e-6)
    assert row(bare("lidocaine", "25 mg/mL")).reached.value == pytest.approx(3.0, rel=1e-6)
    assert row(bare("lidocaine")).reached.unit == "mg"
    # a depot too, in the end; and whatever the flow or the law
    assert row(bare("triamcinolone-acetonide")).reached.value == pytest.approx(1.2, rel=1e-6)
    for engine in ({"flow": "epinephrine"}, {"parameters": "surrey"}):
        assert row(bare("lidocaine"), engine=engine).reached.value == pytest.approx(1.2, rel=1e-6)
    toxin = row(bare("onabotulinumtoxina", "40 U/mL")).reached
    assert (toxin.value, toxin.unit) == (pytest.approx(4.8, rel=1e-6), "U")


def test_what_is_degraded_on_the_spot_is_left_out() -> None:
    made = parts_of(bare("lidocaine"))
    one = made.laid[0]
    rate = Figure(value=4.0, unit="1/h", sources=("mesoplan-proposal",), trust="proposal")
    molecule = one.substance.molecule.model_copy(update={"degradation_per_h": rate})
    labile = one.substance.model_copy(update={"molecule": molecule})
    drug = drug_of(labile)
    found = reached_amount(Laid(labile, drug, one.runs)).value
    (run,) = one.runs
    column = column_of(drug, run.bed)
    deposit = deposit_of(labile, run, column, [run])
    # by the balance of the exposure: the part of the loss that blood and lymph take, over all skin
    profile = column.medium().planar(deposit.bolus)
    parts = [column.transports[i] for i in column.layer_at(profile.depth_mm)]
    carried = sum(
        (p.clearance_blood_per_h + p.clearance_lymph_per_h) * auc * cell
        for p, auc, cell in zip(parts, profile.auc, profile.cell_mm, strict=True)
    )
    assert found == pytest.approx(1.2 * carried, rel=1e-6)
    assert 0.3 * 1.2 < found < 0.9 * 1.2


def test_passes_and_areas_add_up() -> None:
    areas = [
        {"site": "cheek", "side": "left", "rectangle_mm": [30, 20]},
        {"site": "thigh", "side": "right", "rectangle_mm": [20, 10]},
    ]
    # (6 + 2) points of 0.02 mL, of 10 and again of 5 mg/mL
    syringes = [syringe(bare("lidocaine")), syringe(bare("lidocaine", "5 mg/mL"))]
    found = row(areas=areas, syringes=syringes)
    assert found.reached.value == pytest.approx(8 * 0.02 * 15, rel=1e-6)


def test_beside_a_licensed_dose_by_hand() -> None:
    # 1.2 mg of the hydrochloride against a bolus of 100 mg of it into a vein
    found = row(product("lidocaine-hydrochloride-10")).licensed
    assert (found.dose.value, found.dose.unit, found.route) == (100.0, "mg", "intravenous")
    assert found.amount_ratio == pytest.approx(0.012, rel=1e-6)
    assert found.auc_ratio == pytest.approx(0.012, rel=1e-6)
    assert found.trust
    assert found.sources


def changed_dose(**update: object):  # type: ignore[no-untyped-def]
    """Ratios of 1.2 mg lidocaine hydrochloride against another licensed dose."""
    made = parts_of(product("lidocaine-hydrochloride-10"))
    one = made.laid[0]
    kinetics = one.substance.pharmacokinetics
    dose = kinetics.systemic_dose.model_copy(update=update)
    kinetics = kinetics.model_copy(update={"systemic_dose": dose})
    substance = one.substance.model_copy(update={"pharmacokinetics": kinetics})
    data = catalogue()
    records = {**data.records, "substance": {**data.substances, substance.id: substance}}
    laid = [Laid(substance, one.drug, one.runs)]
    (found,) = systemic(made.exposure, laid, made.passes, replace(data, records=records))
    return found.licensed


def test_salt_and_base_are_compared_as_the_same_form() -> None:
    # 1.2 mg of the salt are 1.2 * 234.34 / 270.8 = 1.03844 mg of base
    found = changed_dose(form="base")
    assert found.amount_ratio == pytest.approx(0.0103844, rel=1e-5)
    assert changed_dose(amount="50 mg").amount_ratio == pytest.approx(0.024, rel=1e-6)
    # a form of unknown mass cannot be compared, nor units with milligrams
    unknown = changed_dose(form="pamoate")
    assert (unknown.amount_ratio, unknown.auc_ratio) == (None, None)
    assert changed_dose(amount="100 U").amount_ratio is None
    assert convert(catalogue().substances["lidocaine"], 1.0, "base", "pamoate") is None


def test_exposure_is_compared_only_where_the_bioavailability_is_known() -> None:
    third = Figure(value=0.3, unit="1", sources=("mesoplan-proposal",), trust="proposal")
    by_mouth = changed_dose(bioavailability=third, route="oral")
    # 1.2 / (0.3 * 100)
    assert by_mouth.amount_ratio == pytest.approx(0.012, rel=1e-6)
    assert by_mouth.auc_ratio == pytest.approx(0.04, rel=1e-6)
    unknown = changed_dose(bioavailability=None)
    assert unknown.amount_ratio == pytest.approx(0.012, rel=1e-6)
    assert unknown.auc_ratio is None


def test_what_is_not_known_is_none() -> None:
    gel = row(bare("hyaluronic-acid", "15 mg/mL"))
    assert (gel.cmax, gel.tmax, gel.licensed, gel.cmax_range) == (None, None, None, None)
    # a suspension of unknown solubility: neither curve nor amount, though a dose is licensed
    suspension = row(bare("methylprednisolone-acetate"))
    assert (suspension.cmax, suspension.reached, suspension.licensed) == (None, None, None)


def test_the_peak_is_lower_where_less_flows() -> None:
    rest, closed = (
        row(bare("lidocaine"), engine={"flow": flow}) for flow in ("rest", "epinephrine")
    )
    assert closed.cmax.value < 0.99 * rest.cmax.value
    assert closed.tmax.value > rest.tmax.value
    assert closed.auc.value == pytest.approx(rest.auc.value, rel=1e-3)


def test_a_range_needs_runs() -> None:
    assert row(bare("lidocaine")).cmax_range is None
    found = row(bare("lidocaine"), engine={"runs": 8}, technique=PAPULE)
    assert found.cmax_range.low.value < found.cmax_range.high.value
    assert found.cmax_range.low.unit == "mg/L"
