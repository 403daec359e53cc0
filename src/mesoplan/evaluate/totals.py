"""Total of each substance over everything given that day, against its limits."""

from collections.abc import Collection, Iterable, Sequence

from mesoplan.catalogue import Catalogue
from mesoplan.core.units import Quantity, parse_quantity
from mesoplan.model.case import Case, Earlier
from mesoplan.model.mixture import Mixture
from mesoplan.model.plan import LimitRow, Total
from mesoplan.model.substance import Limit, Substance

ASSUMED_WEIGHT_KG = 50.0
"""Weight used where none is given (a proposal); a finding says so."""


def weight_kg(case: Case) -> float:
    """The patient's weight, or the assumed one."""
    return case.patient.weight_kg or ASSUMED_WEIGHT_KG


def convert(substance: Substance, amount: float, from_form: str, to_form: str) -> float | None:
    """An amount of one form in another, by molar mass; ``None`` where that is not known."""
    if from_form == to_form:
        return amount
    mass = {form.name: form.molar_mass_g_mol.central for form in substance.forms}
    if from_form not in mass or to_form not in mass:
        return None
    return amount * mass[to_form] / mass[from_form]


def applicable_limits(substance: Substance, case: Case, held: Collection[str]) -> tuple[Limit, ...]:
    """The limits that count: the country's own labels where known, else every label.

    Practice and proposals stand beside them. A limit of another indication, or of a mixture
    with a substance that is not held, does not count; nor does another country's where the
    country's own label is known to state none.
    """
    country = case.treatment.country
    limits = [
        limit
        for limit in substance.limits
        if (not limit.indications or case.treatment.indication in limit.indications)
        and (limit.only_with is None or limit.only_with in held)
    ]
    labels = [limit for limit in limits if limit.basis == "label"]
    own = [limit for limit in labels if country is not None and country in limit.countries]
    silent = substance.no_maximum
    if silent is not None and country in silent.countries:
        labels = own
    others = [limit for limit in limits if limit.basis != "label"]
    return (*(own or labels), *others)


def limit_amount(limit: Limit, weight: float) -> Quantity:
    """A limit for a body weight: the lower of its absolute and its per-kilogram part."""
    found: list[Quantity] = []
    if limit.amount is not None:
        found.append(parse_quantity(limit.amount, "limit", ("mass", "units"), "300 mg"))
    if limit.per_kg is not None:
        rate = parse_quantity(
            limit.per_kg,
            "limit",
            ("mass per body weight", "units per body weight"),
            "4.5 mg/kg",
        )
        found.append(Quantity(value=rate.value * weight, unit=rate.unit.removesuffix("/kg")))
    return min(found, key=lambda quantity: quantity.value)


def weight_share(limit: Limit, amount: float) -> float | None:
    """Share of a limit's per-kilogram part that an amount takes at the assumed weight."""
    if limit.per_kg is None:
        return None
    return amount / limit_amount(limit.model_copy(update={"amount": None}), ASSUMED_WEIGHT_KG).value


def totals(
    mixtures: Sequence[Mixture], injected_ml: Sequence[float], case: Case, catalogue: Catalogue
) -> tuple[Total, ...]:
    """One row per substance of the syringes, in order of first appearance.

    What is left in a syringe is not counted. Amounts are expressed in the form of the
    substance's limits, so that salt and base are never compared.
    """
    order = dict.fromkeys(content.substance for mix in mixtures for content in mix.contents)
    return tuple(
        _total(catalogue.substances[name], mixtures, injected_ml, case, tuple(order))
        for name in order
    )


def _total(
    substance: Substance,
    mixtures: Sequence[Mixture],
    injected_ml: Sequence[float],
    case: Case,
    held: Collection[str],
) -> Total:
    form = _form(substance, mixtures)
    unit = "U" if substance.measured_in == "units" else "mg"
    injected = 0.0
    for mixture, volume in zip(mixtures, injected_ml, strict=True):
        for content in mixture.contents:
            if content.substance == substance.id:
                amount = content.concentration.value * volume
                converted = convert(substance, amount, content.form, form)
                injected += amount if converted is None else converted
                unit = content.amount.unit
    elsewhere = given_today(substance.id, case)
    amount = injected + (elsewhere or 0.0)
    limits = limit_rows(substance, amount, unit, form, case, held)
    lowest = min(limits, key=lambda row: (row.basis != "label", row.limit.value), default=None)
    return Total(
        substance=substance.id,
        expressed_as=form,
        amount=Quantity(value=amount, unit=unit),
        limit=lowest.limit if lowest else None,
        fraction=lowest.fraction if lowest else None,
        source=lowest.sources[0] if lowest else None,
        injected=Quantity(value=injected, unit=unit),
        elsewhere_today=None if elsewhere is None else Quantity(value=elsewhere, unit=unit),
        limits=limits,
    )


def reference_concentration(substance: Substance, mixture: Mixture) -> Quantity | None:
    """Final strength of a substance in a mixture, in the form of its limits.

    ``None`` where the mixture lacks it or two forms cannot be compared.
    """
    form = _form(substance, (mixture,))
    total, unit = 0.0, ""
    for content in mixture.contents:
        if content.substance == substance.id:
            value = convert(substance, content.concentration.value, content.form, form)
            if value is None:
                return None
            total, unit = total + value, content.concentration.unit
    return Quantity(value=total, unit=unit) if unit else None


def _form(substance: Substance, mixtures: Sequence[Mixture]) -> str:
    if substance.limits:
        return substance.limits[0].form
    for mixture in mixtures:
        for content in mixture.contents:
            if content.substance == substance.id:
                return content.form
    return "substance"


def same_day(case: Case) -> tuple[Earlier, ...]:
    """Entries of the history that are dated on the day of the session."""
    day = case.treatment.date
    return tuple(h for h in case.patient.history or () if day is not None and h.date == day)


def given_today(substance: str, case: Case) -> float | None:
    """Amount of a substance given that day by other means; ``None`` where nothing is stated.

    The day's other anaesthetics, dietary caffeine, and what the history dates on that day.
    """
    found: list[float] = []
    if case.today is not None:
        found += [
            given.amount.value
            for given in case.today.anaesthetics or ()
            if given.substance.id == substance
        ]
        if substance == "caffeine" and case.today.caffeine_mg is not None:
            found.append(case.today.caffeine_mg)
    found += [
        earlier.amount.value
        for earlier in same_day(case)
        if earlier.substance.id == substance and earlier.amount is not None
    ]
    return sum(found) if found else None


def limit_rows(
    substance: Substance,
    amount: float,
    unit: str,
    form: str,
    case: Case,
    held: Collection[str],
) -> tuple[LimitRow, ...]:
    """Every limit that counts, with the fraction of it that an amount takes.

    A limit over an interval is shown for the day alone here; the history is counted by the
    safety rule.
    """
    weight = weight_kg(case)
    rows = []
    for limit in applicable_limits(substance, case, held):
        allowed = limit_amount(limit, weight)
        if allowed.unit != unit:
            continue
        compared = convert(substance, amount, form, limit.form)
        fraction = (amount if compared is None else compared) / allowed.value
        rows.append(
            LimitRow(
                per=limit.per,
                limit=allowed,
                fraction=fraction,
                basis=limit.basis,
                trust=limit.trust,
                form=limit.form,
                sources=limit.sources,
                text=_limit_text(limit),
            )
        )
    return tuple(rows)


def _limit_text(limit: Limit) -> str:
    """What a limit is, beside its amount for this patient."""
    when = f"per {limit.per}"
    if limit.interval_months is not None:
        when = f"in {limit.interval_months:g} months"
    rate = " up to ".join(part for part in (limit.per_kg, limit.amount) if part)
    parts = [
        limit.basis,
        f"{rate} {when}" if limit.per_kg else when,
        ", ".join(limit.countries),
        f"with {limit.only_with}" if limit.only_with else "",
    ]
    return ", ".join(part for part in parts if part)


def additive_fractions(
    class_id: str, totals: Iterable[Total], case: Case, catalogue: Catalogue
) -> dict[str, tuple[float | None, float | None, str]]:
    """Fraction of its maximum that each member of an additive class takes that day.

    Returns
    -------
    dict
        Substance id to (fraction of its lowest labelled maximum, fraction of its lowest limit
        of any kind, trust of the labelled one); ``None`` where there is no such limit.
        Anaesthetics given that day by other means count even where no syringe holds them.
    """
    amounts: dict[str, tuple[float, str, str]] = {
        total.substance: (total.amount.value, total.amount.unit, total.expressed_as)
        for total in totals
        if class_id in catalogue.classes_of(total.substance)
    }
    today = case.today.anaesthetics or () if case.today else ()
    named = [given.substance.id for given in today]
    named += [h.substance.id for h in same_day(case) if h.amount is not None]
    for name in named:
        known = name in catalogue.substances and class_id in catalogue.classes_of(name or "")
        if name is not None and known and name not in amounts:
            substance = catalogue.substances[name]
            form = substance.limits[0].form if substance.limits else "substance"
            unit = "U" if substance.measured_in == "units" else "mg"
            amounts[name] = (given_today(name, case) or 0.0, unit, form)
    if "caffeine" not in amounts and class_id in catalogue.classes_of("caffeine"):
        dietary = given_today("caffeine", case)
        if dietary:
            form = catalogue.substances["caffeine"].limits[0].form
            amounts["caffeine"] = (dietary, "mg", form)
    found: dict[str, tuple[float | None, float | None, str]] = {}
    for name, (amount, unit, form) in amounts.items():
        rows = limit_rows(catalogue.substances[name], amount, unit, form, case, tuple(amounts))
        labels = [row for row in rows if row.basis == "label"]
        hard = max(labels, key=lambda row: row.fraction, default=None)
        soft = max(rows, key=lambda row: row.fraction, default=None)
        found[name] = (
            hard.fraction if hard else None,
            soft.fraction if soft else None,
            hard.trust if hard else "",
        )
    return found
