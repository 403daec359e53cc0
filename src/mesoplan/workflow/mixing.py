"""From the entries of a syringe to its mixture: amounts, strengths, what is known of it."""

import math

from mesoplan.catalogue import Catalogue
from mesoplan.core.units import Quantity, parse_quantity
from mesoplan.model.case import CaseIngredient, CaseSyringe, Reconstitute
from mesoplan.model.mixture import Mixture, MixtureContent, MixturePart
from mesoplan.model.product import Content, Product
from mesoplan.model.protocol import Ingredient, OwnMixture, ProtocolSyringe
from mesoplan.model.substance import Substance

_AMOUNT_UNIT = {"mg/mL": "mg", "U/mL": "U"}


def from_protocol(syringe: ProtocolSyringe | OwnMixture) -> CaseSyringe:
    """A protocol's or a clinic's own mixture in the words of a case."""
    return CaseSyringe(contents=tuple(_entry(ingredient) for ingredient in syringe.contents))


def _entry(ingredient: Ingredient) -> CaseIngredient:
    given = ingredient.reconstitute
    return CaseIngredient(
        product=ingredient.product,
        volume=parse_quantity(ingredient.volume, "volume", ("volume",), "1 mL"),
        reconstitute=None
        if given is None
        else Reconstitute(
            diluent=given.diluent,
            volume=parse_quantity(given.volume, "volume", ("volume",), "2.5 mL"),
        ),
        written=ingredient.product,
    )


def mix(syringe: CaseSyringe, index: int, area_count: int, catalogue: Catalogue) -> Mixture:
    """The mixture of one syringe, as prepared."""
    volume_ml = sum(entry.volume.value for entry in syringe.contents)
    contents: list[MixtureContent] = []
    parts: list[MixturePart] = []
    excipients: list[tuple[str, str]] = []
    known = True
    for entry in syringe.contents:
        if entry.product is None:
            contents.append(_by_strength(entry, volume_ml, catalogue))
            parts.append(
                MixturePart(
                    written=entry.written,
                    product=None,
                    substance=entry.substance,
                    volume_ml=entry.volume.value,
                )
            )
            known = False
            continue
        product = catalogue.products[entry.product]
        parts.append(_part(entry, product, catalogue))
        contents += _contents(entry, product, volume_ml, catalogue)
        for used in _opened(entry, product, catalogue):
            excipients += [(name, used.id) for name in used.excipients]
            known = known and used.excipients_complete
    osmolality, floor = _osmolality(syringe, volume_ml, catalogue)
    return Mixture(
        index=index,
        areas=syringe.areas if syringe.areas is not None else tuple(range(area_count)),
        prepared_by=syringe.prepared_by,
        volume_ml=volume_ml,
        parts=tuple(parts),
        contents=tuple(contents),
        excipients=tuple(dict.fromkeys(excipients)),
        excipients_known=known,
        ph=_ph(syringe, catalogue),
        osmolality_mosm_kg=osmolality,
        osmolality_floor=floor,
    )


def _opened(entry: CaseIngredient, product: Product, catalogue: Catalogue) -> list[Product]:
    if entry.reconstitute is None:
        return [product]
    return [product, catalogue.products[entry.reconstitute.diluent]]


def _part(entry: CaseIngredient, product: Product, catalogue: Catalogue) -> MixturePart:
    given = entry.reconstitute
    each_ml = given.volume.value if given else product.container_volume_ml
    containers = math.ceil(entry.volume.value / each_ml - 1e-9) if each_ml else None
    diluent = catalogue.products[given.diluent] if given else None
    diluent_ml = given.volume.value * (containers or 1) if given else None
    return MixturePart(
        written=entry.written,
        product=product.id,
        substance=None,
        volume_ml=entry.volume.value,
        containers=containers,
        diluent=diluent.id if diluent else None,
        diluent_ml=given.volume.value if given else None,
        diluent_containers=math.ceil(diluent_ml / diluent.container_volume_ml - 1e-9)
        if diluent and diluent.container_volume_ml and diluent_ml
        else None,
        discard_after_h=product.reconstitution.discard_after_h if product.reconstitution else None,
    )


def _contents(
    entry: CaseIngredient, product: Product, volume_ml: float, catalogue: Catalogue
) -> list[MixtureContent]:
    rows = [
        _content(content, _strength(content, entry), entry, product, volume_ml)
        for content in product.contents
    ]
    if entry.reconstitute is not None:
        diluent = catalogue.products[entry.reconstitute.diluent]
        rows += [
            _content(content, _strength(content, entry), entry, diluent, volume_ml)
            for content in diluent.contents
        ]
    return rows


def _strength(content: Content, entry: CaseIngredient) -> Quantity:
    """Strength of a content as drawn up: labelled, or amount per container over the diluent.

    The volume of the powder itself is neglected, as the labels of botulinum toxins do.
    """
    if content.strength is not None:
        return parse_quantity(
            content.strength,
            content.substance,
            ("mass concentration", "unit concentration", "percent w/v"),
            "10 mg/mL",
        )
    amount = parse_quantity(content.per_container, content.substance, ("mass", "units"), "100 U")
    volume_ml = entry.reconstitute.volume.value if entry.reconstitute else math.nan
    return Quantity(value=amount.value / volume_ml, unit=f"{amount.unit}/mL")


def _content(
    content: Content,
    strength: Quantity,
    entry: CaseIngredient,
    product: Product,
    volume_ml: float,
) -> MixtureContent:
    amount = strength.value * entry.volume.value
    return MixtureContent(
        substance=content.substance,
        form=content.form,
        amount=Quantity(value=amount, unit=_AMOUNT_UNIT[strength.unit]),
        concentration=Quantity(value=amount / volume_ml, unit=strength.unit),
        written=entry.written,
        product=product.id,
    )


def _by_strength(entry: CaseIngredient, volume_ml: float, catalogue: Catalogue) -> MixtureContent:
    """An entry that names a substance and a strength.

    The strength is taken in the form the limit is stated in; a finding says so where salt and
    base differ.
    """
    substance = catalogue.substances[entry.substance or ""]
    strength = entry.strength
    value = strength.value if strength else math.nan
    unit = strength.unit if strength else "mg/mL"
    amount = value * entry.volume.value
    return MixtureContent(
        substance=substance.id,
        form=reference_form(substance),
        amount=Quantity(value=amount, unit=_AMOUNT_UNIT[unit]),
        concentration=Quantity(value=amount / volume_ml, unit=unit),
        written=entry.written,
        product=None,
        assumed_form=len(substance.forms) > 1,
    )


def reference_form(substance: Substance) -> str:
    """The form a substance's limits are stated in, else its first form."""
    if substance.limits:
        return substance.limits[0].form
    return substance.forms[0].name if substance.forms else "substance"


def _ph(syringe: CaseSyringe, catalogue: Catalogue) -> float | None:
    """The labelled pH of a product used alone.

    Deliberately not computed for mixtures: buffer strength decides, and it is not known.
    """
    if len(syringe.contents) != 1 or syringe.contents[0].product is None:
        return None
    figure = catalogue.products[syringe.contents[0].product].ph
    return None if figure is None else figure.central


def _osmolality(
    syringe: CaseSyringe, volume_ml: float, catalogue: Catalogue
) -> tuple[float | None, float]:
    """(Osmolality where every part is known, sum over the known parts), by ideal mixing."""
    total = 0.0
    known = True
    for entry in syringe.contents:
        value = None
        if entry.product is not None:
            product = catalogue.products[entry.product]
            figure = product.osmolality_mosm_kg
            if figure is None and entry.reconstitute is not None:
                figure = catalogue.products[entry.reconstitute.diluent].osmolality_mosm_kg
                known = False
            value = None if figure is None else figure.central
        if value is None:
            known = False
        else:
            total += value * entry.volume.value / volume_ml
    return (total if known else None), total
