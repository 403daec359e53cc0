"""Whether a product is injected: by its routes, or by its form where no route is stated."""

from mesoplan.catalogue.names import folded
from mesoplan.catalogue.registers.route_codes import INJECTED
from mesoplan.model.register import RegisterProduct

_FORM_WORDS = ("inject", "parenteral", "perfusion", "infusion", "inyect", "iniett")


def is_injectable(product: RegisterProduct) -> bool:
    """True for a route by injection, or for such a form where no route is stated."""
    if product.routes:
        return not INJECTED.isdisjoint(product.routes)
    form = folded(product.dosage_form or "")
    return any(word in form for word in _FORM_WORDS)
