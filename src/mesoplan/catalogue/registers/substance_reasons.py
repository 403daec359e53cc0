"""What the catalogue says of the substances and excipients of a register product."""

from collections.abc import Iterator

from mesoplan.catalogue.registers.route_codes import INJECTED
from mesoplan.catalogue.store import Catalogue
from mesoplan.model.register import Match, Reason, RegisterProduct
from mesoplan.model.rule import ExcipientRule


def substance_reasons(match: Match, catalogue: Catalogue) -> Iterator[Reason]:
    """Block list, intended plane, cautions, vehicles and particles of one matched substance."""
    substance = catalogue.substances[match.substance or ""]
    name = substance.id
    if substance.block is not None:
        only = ", ".join(substance.block.indications)
        yield Reason(
            rule="blocked-substance",
            effect="caution" if only else "against",
            text=f"{substance.name}: {substance.block.reason.rstrip('.')}"
            + (f" (for {only})" if only else ""),
            subjects=(name,),
            sources=substance.block.sources,
            trust=substance.block.trust,
        )
    if substance.meant_for == "subcutis":
        sources = substance.label_use.sources if substance.label_use else ("S76",)
        yield Reason(
            rule="meant-for-subcutis",
            effect="against",
            text=f"{substance.name} is meant for the subcutis and injures the dermis",
            clears_when="the tip lies below the dermis with a probability of at least 0.9",
            subjects=(name,),
            sources=sources,
            trust=substance.label_use.trust if substance.label_use else "read",
        )
    else:
        for rule in catalogue.excipient_rules.values():
            if _falls_under(name, rule, catalogue):
                yield _excipient_reason(name, rule, catalogue)
    if "corticosteroid" in catalogue.classes_of(name):
        yield Reason(
            rule="corticosteroid",
            effect="caution",
            text=f"{substance.name}: steroids in a grid thin the skin; for a lesion only",
            subjects=(name,),
            sources=("S81", "S83"),
            trust="read",
        )
    for caution in substance.cautions:
        yield Reason(
            rule="substance-caution",
            effect="caution",
            text=f"{substance.name}: {caution.text.rstrip('.')}",
            subjects=(name,),
            sources=caution.sources,
            trust=caution.trust,
        )


def excipient_reasons(
    product: RegisterProduct, matches: tuple[Match, ...], catalogue: Catalogue
) -> Iterator[Reason]:
    """Excipients where the register lists them, else those of known presentations, as a hint."""
    if product.excipients_listed:
        for item in product.ingredients:
            if item.role != "inactive" or (item.routes and INJECTED.isdisjoint(item.routes)):
                continue
            found = catalogue.find("substance", item.name)
            for rule in catalogue.excipient_rules.values():
                if found is not None and _falls_under(found, rule, catalogue):
                    yield _excipient_reason(found, rule, catalogue)
        return
    actives = {match.substance for match in matches if match.substance}
    for known in catalogue.products.values():
        if {content.substance for content in known.contents} != actives or not actives:
            continue
        for name in known.excipients:
            for rule in catalogue.excipient_rules.values():
                if _falls_under(name, rule, catalogue):
                    yield Reason(
                        rule="excipient-elsewhere",
                        effect="caution",
                        text=f"another presentation, {known.name}, holds {name}: read the leaflet",
                        clears_when="the leaflet of this product does not list it",
                        subjects=(name,),
                        sources=known.sources,
                        trust=known.trust,
                    )


def _falls_under(name: str, rule: ExcipientRule, catalogue: Catalogue) -> bool:
    ways = {name, *catalogue.classes_of(name)}
    return not ways.isdisjoint(rule.excipients)


def _excipient_reason(name: str, rule: ExcipientRule, catalogue: Catalogue) -> Reason:
    label = catalogue.substances[name].name
    return Reason(
        rule=rule.id,
        effect="against",
        text=rule.message.format(subject="the product", substance=label).rstrip("."),
        clears_when=rule.clears_when,
        subjects=(name,),
        sources=rule.sources,
        trust=rule.trust,
    )
