"""Country law: what the stated country forbids, and what nobody could check."""

from mesoplan.model.finding import Finding
from mesoplan.model.mixture import Mixture
from mesoplan.model.product import Product
from mesoplan.safety.situation import Situation


def country(s: Situation) -> list[Finding]:
    """Findings of the stated country's rules."""
    code = s.case.treatment.country
    if code is None:
        return [s.unchecked("country", "country-not-asked", ("country",))]
    rules = [rule for rule in s.catalogue.country_rules.values() if rule.country == code]
    found: list[Finding] = []
    if all(rule.severity == "info" for rule in rules):
        # Standing facts, or nothing at all, are no rule that could have passed.
        found.append(
            s.unchecked("country", "country-without-rules", ("country", code), country=code)
        )
    for rule in rules:
        picked = s.selected(rule.applies_to)
        if picked is None:
            continue
        if rule.act == "mixing":
            mixed = [mixture for mixture in s.mixtures if len(_medicines(s, mixture)) > 1]
            by_hand = [m for m in mixed if m.prepared_by == "practitioner"]
            unsaid = [m for m in mixed if m.prepared_by is None]
            if by_hand:
                names = tuple(x for mixture in by_hand for x in _medicines(s, mixture))
                found.append(s.from_rule(rule, ("country", code), names))
            elif unsaid:
                names = tuple(x for mixture in unsaid for x in _medicines(s, mixture))
                found.append(
                    s.unchecked(
                        "country-mixing", "prepared-by", ("country", code, *names), country=code
                    )
                )
            continue
        found.append(s.from_rule(rule, ("country", code), picked))
    return found


def _labelled_diluent(product: Product, diluent: str) -> bool:
    return product.reconstitution is not None and diluent in product.reconstitution.diluents


def _is_medicine(s: Situation, product: Product) -> bool:
    """A product with an active substance that is no device; saline and water are none."""
    return product.kind != "device" and any(
        s.catalogue.substances[c.substance].role == "active" for c in product.contents
    )


def _medicines(s: Situation, mixture: Mixture) -> tuple[str, ...]:
    """Medicines mixed in a syringe; reconstitution and dilution by the label are no mixing."""
    found: list[str] = []
    for part in mixture.parts:
        if part.product is None:
            bare = s.catalogue.substances.get(part.substance or "")
            if bare is None or bare.role == "active":
                found.append(part.written)
            continue
        product = s.catalogue.products[part.product]
        if _is_medicine(s, product):
            found.append(part.written)
        diluent = s.catalogue.products[part.diluent] if part.diluent else None
        foreign = diluent is not None and not _labelled_diluent(product, diluent.id)
        if diluent is not None and foreign and _is_medicine(s, diluent):
            found.append(diluent.id)
    return tuple(dict.fromkeys(found))
