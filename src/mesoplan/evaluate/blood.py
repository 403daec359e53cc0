"""What reaches the blood: amount, plasma peak and exposure, beside a licensed systemic dose."""

from collections.abc import Sequence

import numpy as np

from mesoplan.catalogue import Catalogue
from mesoplan.core.units import Quantity, parse_quantity
from mesoplan.evaluate.bed import column_of
from mesoplan.evaluate.deposit import deposit_of
from mesoplan.evaluate.exposure import Laid
from mesoplan.evaluate.passes import Pass
from mesoplan.evaluate.totals import convert
from mesoplan.model.exposure import Exposure, PlasmaCurve
from mesoplan.model.plan import AgainstLicensed, Range, Systemic
from mesoplan.model.substance import Substance


def systemic(
    exposure: Exposure, laid: Sequence[Laid], passes: Sequence[Pass], catalogue: Catalogue
) -> tuple[Systemic, ...]:
    """One row per active substance; ``None`` where constants are not published.

    What a regulator would call the effect on the body is not known for any of them, and the
    texts say so.
    """
    curves = {curve.substance: curve for curve in exposure.plasma}
    spreads = {spread.substance: spread for spread in exposure.spreads}
    computed = {one.substance.id: one for one in laid}
    reasons = dict(exposure.not_computed)
    found = []
    names = dict.fromkeys(c.substance for run in passes for c in run.mixture.contents)
    for name in names:
        substance = catalogue.substances[name]
        if substance.role == "vehicle":
            continue
        one = computed.get(name)
        reached = None if one is None else reached_amount(one)
        licensed = None
        if reached is not None and one is not None:
            licensed = _licensed(substance, reached, one)
        curve = curves.get(name)
        if curve is None:
            reason = reasons.get(name, "plasma-unknown")
            note = catalogue.messages.text(f"indicator.{reason}")
            found.append(
                Systemic(
                    substance=name,
                    cmax=None,
                    tmax=None,
                    note=note,
                    reached=reached,
                    licensed=licensed,
                )
            )
            continue
        row = _row(substance, curve, catalogue)
        spread = spreads.get(name)
        update: dict[str, object] = {"reached": reached, "licensed": licensed}
        if spread is not None and spread.plasma_peak is not None:
            low, high = spread.plasma_peak
            unit = f"{curve.unit}/L"
            update["cmax_range"] = Range(
                low=Quantity(value=low, unit=unit), high=Quantity(value=high, unit=unit)
            )
        found.append(row.model_copy(update=update))
    return tuple(found)


def _row(substance: Substance, curve: PlasmaCurve, catalogue: Catalogue) -> Systemic:
    constants = substance.pharmacokinetics
    figures = [f for f in (constants.volume_l_per_kg, constants.half_life_h) if f is not None]
    place = int(curve.concentration.argmax())
    note = catalogue.messages.text(
        "indicator.plasma", trust=", ".join(sorted({figure.trust for figure in figures}))
    )
    return Systemic(
        substance=substance.id,
        cmax=Quantity(value=float(curve.concentration[place]), unit=f"{curve.unit}/L"),
        tmax=Quantity(value=float(curve.times_h[place]), unit="h"),
        auc=Quantity(value=curve.auc, unit=f"{curve.unit}·h/L"),
        note=note,
        sources=tuple(dict.fromkeys(s for figure in figures for s in figure.sources)),
    )


def reached_amount(one: Laid) -> Quantity:
    """Amount of a substance that blood and lymph take up in all, from every point.

    What is degraded on the spot is left out; a film counts whole, as an upper bound.
    """
    total = 0.0
    for run in one.runs:
        column = column_of(one.drug, run.bed)
        deposit = deposit_of(one.substance, run, column, one.under(run.placement.area))
        lasting = deposit.release.lag_h + deposit.release.duration_h
        end = lasting + 60.0 * max(part.half_life_h for part in column.transports[1:])
        share = column.taken_up(deposit.bolus, np.array([end]), release=deposit.release)
        total += float(share[0]) * deposit.amount * run.punctures
    unit = "U" if one.substance.measured_in == "units" else "mg"
    return Quantity(value=total, unit=unit)


def _licensed(substance: Substance, reached: Quantity, one: Laid) -> AgainstLicensed | None:
    dose = substance.pharmacokinetics.systemic_dose
    if dose is None:
        return None
    given = parse_quantity(dose.amount, "systemic_dose", ("mass", "units"), "100 mg")
    own_form = next(
        content.form
        for run in one.runs
        for content in run.mixture.contents
        if content.substance == substance.id
    )
    alike = convert(substance, reached.value, own_form, dose.form)
    amount_ratio = auc_ratio = None
    if alike is not None and reached.unit == given.unit:
        known = dose.bioavailability
        amount_ratio = alike / given.value
        auc_ratio = None if known is None else alike / (known.central * given.value)
    return AgainstLicensed(
        dose=given,
        route=dose.route,
        use=dose.use,
        amount_ratio=amount_ratio,
        auc_ratio=auc_ratio,
        trust=dose.trust,
        sources=dose.sources,
    )
