"""Whether a register product suits the intradermal route, with every reason and every gap.

A register states routes, forms and active substances, seldom excipients, never pH and
osmolality: what is not stated is listed as not known and clears nothing.
"""

from collections.abc import Iterator

from mesoplan.catalogue.names import folded
from mesoplan.catalogue.registers.form_words import FORM_RULES, KIT, POWDER
from mesoplan.catalogue.registers.injectable import is_injectable
from mesoplan.catalogue.registers.irritants import (
    IRRITANTS,
    is_ascorbate,
    is_concentrated_glucose,
)
from mesoplan.catalogue.registers.kinds import REGISTERS
from mesoplan.catalogue.registers.matching import match_product
from mesoplan.catalogue.registers.route_codes import INJECTED, SKIN_ROUTES, VESSEL_ROUTES
from mesoplan.catalogue.registers.strengths import named_strength
from mesoplan.catalogue.registers.substance_reasons import excipient_reasons, substance_reasons
from mesoplan.catalogue.store import Catalogue
from mesoplan.model.register import Eligibility, Match, Reason, RegisterProduct, Verdict

INTRADERMAL = "intradermal"
_SAME = 1.6
_LOOK_UP = "the label gives pH 4.5 to 8.5 and 200 to 600 mOsm/kg for what is injected"


def eligibility(product: RegisterProduct, catalogue: Catalogue) -> Eligibility:
    """The verdict on one product.

    Parameters
    ----------
    product : RegisterProduct
        A product of a register.
    catalogue : Catalogue
        The catalogue whose block list, classes and excipient rules apply.
    """
    if not is_injectable(product):
        stated = ", ".join(product.routes_written) or "none stated"
        reason = Reason(
            rule="no-injection",
            effect="against",
            text=f"no labelled route is by injection ({stated})",
            sources=(),
        )
        return Eligibility(
            id=product.id, name=product.name, verdict="not-injectable", reasons=(reason,)
        )
    matches = match_product(product, catalogue)
    labelled = INTRADERMAL in product.routes
    reasons = [
        *_routes(product, labelled=labelled),
        *_form(product, labelled=labelled),
        *_irritants(product, labelled=labelled),
        *_strength_conflict(product),
        *(r for m in matches if m.substance for r in substance_reasons(m, catalogue)),
        *excipient_reasons(product, matches, catalogue),
    ]
    verdict: Verdict = "labelled" if labelled else "off-label"
    if any(reason.effect == "against" for reason in reasons):
        verdict = "excluded"
    return Eligibility(
        id=product.id,
        name=product.name,
        verdict=verdict,
        reasons=tuple(reasons),
        not_known=tuple(_not_known(product, matches)),
        substances=matches,
    )


def _routes(product: RegisterProduct, *, labelled: bool) -> Iterator[Reason]:
    title = REGISTERS[product.kind].title
    if labelled:
        yield Reason(
            rule="labelled-route", effect="for", text=f"{title} lists the intradermal route"
        )
        return
    injected = [route for route in product.routes if route in INJECTED]
    if injected and set(injected) <= VESSEL_ROUTES:
        yield Reason(
            rule="vessel-only",
            effect="against",
            text=f"labelled into a vessel alone ({', '.join(injected)})",
            clears_when=_LOOK_UP,
            sources=("S24", "S133", "mesoplan-proposal"),
            trust="proposal",
        )
        return
    near = [route for route in injected if route in SKIN_ROUTES]
    if near:
        yield Reason(
            rule="labelled-near",
            effect="for",
            text=f"{title} lists {', '.join(near)}, not the intradermal route",
        )
    elif injected:
        yield Reason(
            rule="labelled-elsewhere",
            effect="caution",
            text=f"{title} lists {', '.join(injected)}; no route of the skin",
        )


def _form(product: RegisterProduct, *, labelled: bool) -> Iterator[Reason]:
    """What the form says; a label for the route knows its own form."""
    form = product.dosage_form or ""
    skin = not SKIN_ROUTES.isdisjoint(product.routes)
    for rule in FORM_RULES:
        if rule.hits(form) or (rule.rule in ("oily-form", "emulsion") and rule.hits(product.name)):
            lifted = labelled or (skin and rule.skin_label_lifts)
            yield Reason(
                rule=rule.rule,
                effect="caution" if lifted else "against",
                text=f"{rule.text} ({form or product.name})",
                sources=rule.sources,
                trust=rule.trust,
            )


def _irritants(product: RegisterProduct, *, labelled: bool) -> Iterator[Reason]:
    seen: set[tuple[str, str]] = set()
    for item in product.ingredients:
        if item.role != "active" or (item.routes and INJECTED.isdisjoint(item.routes)):
            continue
        plain = folded(item.name)
        for rule in IRRITANTS:
            if (rule.rule, item.name) not in seen and rule.hits(plain):
                seen.add((rule.rule, item.name))
                yield Reason(
                    rule=rule.rule,
                    effect="caution" if labelled else "against",
                    text=rule.text.format(name=item.name),
                    clears_when=rule.clears_when,
                    subjects=(item.name,),
                    sources=rule.sources,
                    trust=rule.trust,
                )
        if is_concentrated_glucose(item):
            yield Reason(
                rule="concentrated-glucose",
                effect="caution" if labelled else "against",
                text=f"{item.name} {item.strength}: strong glucose kills tissue outside a vein",
                clears_when="it is diluted to at most 5 %",
                subjects=(item.name,),
                sources=("general-knowledge",),
                trust="recalled",
            )
        if is_ascorbate(item.name):
            yield Reason(
                rule="undiluted-vitamin-c",
                effect="caution",
                text=f"{item.name} undiluted is strongly hyperosmolar (about 5900 mOsm/L)",
                clears_when="it is diluted to at most 600 mOsm/kg",
                subjects=(item.name,),
                sources=("S125",),
                trust="read",
            )


def _strength_conflict(product: RegisterProduct) -> Iterator[Reason]:
    """A name that states another strength than the composition: one of the two is a slip."""
    actives = [item for item in product.ingredients if item.role == "active"]
    moieties = [item for item in product.ingredients if item.role == "moiety"]
    named = named_strength(product.name)
    stated = [item.quantity for item in (*actives, *moieties) if item.quantity is not None]
    if named is None or len(actives) != 1 or not stated:
        return
    same = [quantity for quantity in stated if quantity.unit == named.unit]
    if same and all(not 1 / _SAME < q.value / named.value < _SAME for q in same):
        yield Reason(
            rule="strength-conflict",
            effect="caution",
            text=f"its name says {named}, its composition {same[0]}: read the strength on the pack",
            subjects=(actives[0].name,),
        )


def _not_known(product: RegisterProduct, matches: tuple[Match, ...]) -> Iterator[str]:
    if not product.routes:
        yield "labelled routes"
    for route in product.routes:
        if route not in INJECTED and folded(route) == route and " " in route:
            yield f"what the route {route} means"
    if not matches:
        yield "active substances"
    for match in matches:
        if match.substance is None:
            yield f"{match.ingredient}: not in the catalogue"
    for item in product.ingredients:
        if item.role == "active" and item.quantity is None:
            stated = f" (stated: {item.strength})" if item.strength else ""
            yield f"strength of {item.name} in mg/mL{stated}"
    if not product.excipients_listed:
        yield "excipients"
    yield "pH"
    yield "osmolality"
    form = folded(product.dosage_form or "")
    if POWDER.search(form):
        yield "what it is dissolved in, and how much"
    if KIT.search(form):
        yield "which parts of the kit are injected"
