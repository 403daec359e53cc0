"""A register's product as a product of the catalogue, so that a case can name it by its id.

Only what the register states in one way is taken over; everything else stays not known, and
what cannot be screened is refused.
"""

import dataclasses
import re
from collections.abc import Iterable
from decimal import Decimal
from typing import get_args

from mesoplan.catalogue.names import folded, index
from mesoplan.catalogue.registers.matching import match_product
from mesoplan.catalogue.store import Catalogue
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.units import BASE_UNIT, UNITS
from mesoplan.model.product import Content, Product, Reconstitution
from mesoplan.model.register import RegisterIngredient, RegisterProduct
from mesoplan.model.substance import LabelledRoute, Substance
from mesoplan.model.vocabulary import Source

_COUNTRY = {"bdpm": "FR", "ndc": "US", "spl": "US"}
_CITATION = {
    "bdpm": "Base de données publique des médicaments (France), as imported",
    "ndc": "National Drug Code directory (US), as imported",
    "spl": "Structured Product Labeling (US), as imported",
}
_SALTS = {
    "hydrochloride": ("chlorhydrate", "hydrochloride", "hcl"),
    "monohydrate": ("monohydrat",),
    "sodium": ("sodique", "sodium"),
    "lysine salt": ("lysine",),
    "mesilate": ("mesilate", "mesylate"),
    "citrate": ("citrate",),
}
_PER_CONTAINER = re.compile(
    r"([0-9]+(?:[.,][0-9]+)?) ?(mg|g|µg|microgrammes|UI|IU|U|unit[ée]s?)\.?"
)
_THOUSANDS = re.compile(r"[0-9]{1,3}[.,][0-9]{3}")
"""1.500 may be fifteen hundred or one and a half: not to be read in one way."""
_CONTAINER = re.compile(r"flacon|ampoule|seringue|cartouche|vial|syringe")
_ALLOWED = frozenset(get_args(LabelledRoute.model_fields["route"].annotation))


def is_register_id(text: str) -> bool:
    """Whether a product name is a register's id, such as ``bdpm:63617367``."""
    return text.split(":", 1)[0].lower() in _COUNTRY and ":" in text


def with_register_products(catalogue: Catalogue, products: Iterable[RegisterProduct]) -> Catalogue:
    """The catalogue with register products added under their register ids.

    Raises
    ------
    InputError
        As ``as_product``.
    """
    found = {product.id: as_product(product, catalogue) for product in products}
    if not found:
        return catalogue
    kinds = {product_id.split(":", 1)[0] for product_id in found}
    sources = {
        f"register-{kind}": Source(
            id=f"register-{kind}", citation=_CITATION[kind], kind="R", seen="register entry"
        )
        for kind in kinds
    }
    records = {
        **catalogue.records,
        "product": {**catalogue.products, **found},
        "source": {**catalogue.sources, **sources},
    }
    names = {**catalogue.names, "product": index(records["product"].values())}
    return dataclasses.replace(catalogue, records=records, names=names)


def as_product(product: RegisterProduct, catalogue: Catalogue) -> Product:
    """A register product in the catalogue's terms.

    Raises
    ------
    InputError
        If an active ingredient stands for no substance of the catalogue, or its strength or
        salt cannot be read in one way: nothing of it could be screened.
    """
    substances = {match.ingredient: match.substance for match in match_product(product, catalogue)}
    powder = "poudre" in folded(product.dosage_form or "") or "powder" in folded(
        product.dosage_form or ""
    )
    contents, faults = [], []
    actives = [item for item in product.ingredients if item.role == "active"]
    for item in actives:
        name = substances.get(item.name)
        if name is None:
            wrong = f"{item.name} stands for no substance of the catalogue"
            faults.append(Fault(product.id, wrong, "it cannot be screened; name another product"))
            continue
        content = _content(item, catalogue.substances[name], powder=powder)
        if content is None:
            wrong = f"strength or salt of {item.name} cannot be read in one way"
            right = "name the substance with its strength in place of the product"
            faults.append(Fault(product.id, wrong, right))
        else:
            contents.append(content)
    if not actives:
        right = "name another product"
        faults.append(Fault(product.id, "the register lists no active ingredient", right))
    if faults:
        raise InputError(faults)
    cited = (f"register-{product.kind}",)
    return Product(
        id=product.id.lower(),
        name=product.name,
        kind="medicine",
        form=_form(product, powder=powder),
        contents=tuple(contents),
        container="vial" if powder else "ampoule",
        reconstitution=Reconstitution(diluents=(), volumes_ml=(), sources=cited, trust="read")
        if powder
        else None,
        routes=tuple(
            LabelledRoute.model_validate(
                {
                    "route": route,
                    "countries": (_COUNTRY[product.kind],),
                    "sources": cited,
                    "trust": "read",
                }
            )
            for route in product.routes
            if route in _ALLOWED
        ),
        sources=cited,
        trust="read",
        own=f"register {product.kind}",
    )


def _form(product: RegisterProduct, *, powder: bool) -> str:
    words = folded(product.dosage_form or "")
    if powder:
        return "powder"
    if "suspension" in words:
        return "suspension"
    return "emulsion" if "emulsi" in words else "solution"


def _content(item: RegisterIngredient, substance: Substance, *, powder: bool) -> Content | None:
    form = _salt(item.name, substance)
    if form is None:
        return None
    if powder:
        whole = _CONTAINER.search(folded(item.per or "")) is not None
        solvent = "solv" in folded(item.part or "")
        amount = _per_container(item.strength or "") if whole and not solvent else None
        if amount is not None and not substance.takes(BASE_UNIT[UNITS[amount.split(" ")[1]][0]]):
            return None
        return Content(substance=substance.id, form=form, per_container=amount) if amount else None
    if item.quantity is None or item.quantity.unit not in UNITS:
        return None
    if not substance.takes(BASE_UNIT[UNITS[item.quantity.unit][0]]):
        return None
    strength = f"{Decimal(repr(item.quantity.value)):f} {item.quantity.unit}"
    return Content(substance=substance.id, form=form, strength=strength)


def _per_container(strength: str) -> str | None:
    match = _PER_CONTAINER.fullmatch(strength.strip())
    if match is None or _THOUSANDS.fullmatch(match.group(1)):
        return None
    unit = {"UI": "U", "IU": "U", "microgrammes": "µg"}.get(match.group(2), match.group(2))
    unit = "U" if unit.startswith("unit") else unit
    return f"{match.group(1).replace(',', '.')} {unit}"


def _salt(name: str, substance: Substance) -> str | None:
    """The form of a substance that an ingredient's name states; ``None`` where it is not clear."""
    forms = [form.name for form in substance.forms]
    if len(forms) <= 1:
        return forms[0] if forms else _only(substance)
    words = folded(name)
    stated = [
        form for form in forms for text in _SALTS.get(form.split(",")[0], ()) if text in words
    ]
    if len(set(stated)) == 1:
        return stated[0]
    if not stated and "base" in forms and not any(t in words for s in _SALTS.values() for t in s):
        return "base"
    return None


def _only(substance: Substance) -> str:
    """The one form in which limits of a substance without listed forms are stated."""
    return substance.limits[0].form if substance.limits else "substance"
