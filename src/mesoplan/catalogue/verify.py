"""Verifies the catalogue: every figure sourced, every reference kept, units and limits sound."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mesoplan.catalogue.names import folded
from mesoplan.catalogue.store import Catalogue
from mesoplan.catalogue.verify_figures import figure_faults
from mesoplan.core.errors import InputError
from mesoplan.core.units import BASE_UNIT, UNITS, Dimension, parse_quantity
from mesoplan.model.base import Record
from mesoplan.model.figure import Sourced
from mesoplan.model.product import Product
from mesoplan.model.protocol import Ingredient, Protocol
from mesoplan.model.substance import Substance

_MASS: tuple[Dimension, ...] = ("mass", "units", "volume")
_RATE: tuple[Dimension, ...] = ("mass per body weight", "units per body weight")
_STRENGTH: tuple[Dimension, ...] = ("mass concentration", "unit concentration", "percent w/v")


@dataclass(frozen=True)
class Verification:
    """The result: faults in plain words, statements counted by mark of trust, records by kind."""

    faults: tuple[str, ...]
    by_trust: dict[str, int]
    by_kind: dict[str, int]


def verify(catalogue: Catalogue) -> Verification:
    """Check what the models alone cannot."""
    faults = [
        *_sources(catalogue),
        *(
            fault
            for kind, records in catalogue.records.items()
            for name, record in records.items()
            for fault in figure_faults(record, f"{kind} {name}")
        ),
        *_names(catalogue),
        *(f for s in catalogue.substances.values() for f in _substance(s, catalogue)),
        *(f for p in catalogue.products.values() for f in product_faults(p, catalogue)),
        *(f for p in catalogue.protocols.values() for f in protocol_faults(p, catalogue)),
        *_rules(catalogue),
    ]
    trust: Counter[str] = Counter()
    for kind, records in catalogue.records.items():
        if kind != "source":
            for record in records.values():
                trust.update(part.trust for part in walk(record) if isinstance(part, Sourced))
    kinds = {kind: len(records) for kind, records in catalogue.records.items()}
    return Verification(tuple(faults), dict(sorted(trust.items())), kinds)


def walk(value: Any) -> Iterator[Record]:
    """A record and every record inside it."""
    if isinstance(value, Record):
        yield value
        for name in type(value).model_fields:
            yield from walk(getattr(value, name))
    elif isinstance(value, tuple):
        for item in value:
            yield from walk(item)


def source_faults(record: Record, where: str, catalogue: Catalogue) -> Iterator[str]:
    """Sources a record cites that the list of sources lacks."""
    for part in walk(record):
        for source in getattr(part, "sources", ()):
            if source not in catalogue.sources:
                yield f"{where}: source {source} is not in the list of sources"


def _sources(catalogue: Catalogue) -> Iterator[str]:
    used: set[str] = set()
    for kind, records in catalogue.records.items():
        if kind == "source":
            continue
        for name, record in records.items():
            yield from source_faults(record, f"{kind} {name}", catalogue)
            used.update(s for part in walk(record) for s in getattr(part, "sources", ()))
    yield from (f"source {s}: nothing cites it" for s in catalogue.sources if s not in used)


def _names(catalogue: Catalogue) -> Iterator[str]:
    """A name that leads to two records of a kind would choose one in silence."""
    for kind in ("substance", "class", "condition", "medicine", "site", "indication"):
        owner: dict[str, str] = {}
        for name, record in catalogue.records[kind].items():
            for text in {folded(t) for t in (name, record.name, *getattr(record, "synonyms", ()))}:
                if owner.setdefault(text, name) != name:
                    yield f"{kind}: {text!r} stands for both {owner[text]} and {name}"


def _quantity(text: str | None, where: str, dimensions: tuple[Dimension, ...]) -> Iterator[str]:
    if text is None:
        return
    try:
        parse_quantity(text, where, dimensions, "1 mg")
    except InputError as error:
        yield from (fault.line() for fault in error.faults)


def _substance(substance: Substance, catalogue: Catalogue) -> Iterator[str]:
    where = f"substance {substance.id}"
    yield from (
        f"{where}: unknown class {c}" for c in substance.classes if c not in catalogue.classes
    )
    forms = {form.name for form in substance.forms}
    for limit in substance.limits:
        yield from _quantity(limit.amount, where, _MASS)
        yield from _quantity(limit.per_kg, where, _RATE)
        if forms and limit.form not in forms:
            yield f"{where}: a limit is stated in the unknown form {limit.form}"
    if len({limit.form for limit in substance.limits}) > 1 and not forms:
        yield f"{where}: limits in several forms, but no molar masses to compare them"
    for strength in substance.strength_limits:
        yield from _quantity(strength.maximum, where, _STRENGTH)
    for level in substance.levels:
        yield from (
            f"{where}: level of an unknown product {p}"
            for p in level.products
            if p not in catalogue.products
        )
    for interval in substance.intervals:
        if interval.whole_class and interval.whole_class not in catalogue.classes:
            yield f"{where}: interval of an unknown class {interval.whole_class}"


def product_faults(product: Product, catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with a product's references and quantities."""
    where = f"product {product.id}"
    for content in product.contents:
        yield from _quantity(content.strength, where, _STRENGTH)
        yield from _quantity(content.per_container, where, _MASS)
        substance = catalogue.substances.get(content.substance)
        if substance is None:
            yield f"{where}: unknown substance {content.substance}"
        elif substance.forms and content.form not in {form.name for form in substance.forms}:
            yield f"{where}: {content.substance} has no form {content.form}"
        text = (content.strength or content.per_container or "").partition(" ")[2]
        if substance is not None and text in UNITS:
            base = BASE_UNIT[UNITS[text][0]]
            if not substance.takes(base):
                yield f"{where}: {content.substance} is not stated in {text}"
    if not product.contents:
        yield f"{where}: holds nothing"
    for name in product.excipients:
        excipient = catalogue.substances.get(name)
        active = excipient is not None and (excipient.role == "active" or excipient.block)
        if product.own and active:
            yield f"{where}: {name} is an active substance, not an excipient"
    names = [*product.excipients]
    yield from (f"{where}: unknown excipient {n}" for n in names if n not in catalogue.substances)
    if product.reconstitution is not None:
        for diluent in product.reconstitution.diluents:
            if diluent not in catalogue.products:
                yield f"{where}: unknown diluent {diluent}"
    for route in product.routes:
        yield from (f"{where}: unknown site {s}" for s in route.sites if s not in catalogue.sites)


def mixture_faults(
    contents: Iterable[Ingredient], where: str, catalogue: Catalogue
) -> Iterator[str]:
    """What is wrong with the entries of a mixture: volume, product, a powder's diluent."""
    for entry in contents:
        yield from _quantity(entry.volume, where, ("volume",))
        product = catalogue.products.get(entry.product)
        if product is None:
            yield f"{where}: unknown product {entry.product}"
        elif (product.form == "powder") != (entry.reconstitute is not None):
            yield f"{where}: a powder, and only a powder, is reconstituted ({entry.product})"
        if entry.reconstitute is not None:
            yield from _quantity(entry.reconstitute.volume, where, ("volume",))
            diluent = catalogue.products.get(entry.reconstitute.diluent)
            if diluent is None or diluent.form == "powder":
                yield f"{where}: {entry.reconstitute.diluent} is no liquid of the catalogue"


def protocol_faults(protocol: Protocol, catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with a protocol's references, quantities and place among the others."""
    where = f"protocol {protocol.id}"
    for kind, name in (
        ("indication", protocol.indication),
        ("technique", protocol.technique.id),
        ("scale", protocol.scale),
    ):
        if name not in catalogue.records[kind]:
            yield f"{where}: unknown {kind} {name}"
    if protocol.technique.needle not in {n.label for n in catalogue.needles.values()}:
        yield f"{where}: unknown needle {protocol.technique.needle}"
    for syringe in protocol.syringes:
        yield from mixture_faults(syringe.contents, where, catalogue)
    twins = [
        p.id
        for p in catalogue.protocols.values()
        if (p.indication, p.intent, p.default, protocol.default)
        == (protocol.indication, protocol.intent, True, True)
        and not p.own
    ]
    if len(twins) > 1 and twins[0] == protocol.id:
        yield f"{where}: several defaults for one indication and intent: {', '.join(twins)}"
    cure = catalogue.default_protocol(protocol.indication, "treat")
    over = cure is not None and protocol.sessions.bounds[1] > cure.sessions.bounds[1]
    if protocol.intent == "prevent" and over:
        yield f"{where}: more sessions than treatment has"


def _rules(catalogue: Catalogue) -> Iterator[str]:
    known = {*catalogue.substances, *catalogue.classes}
    for pair in catalogue.pairs.values():
        yield from (f"pair {pair.id}: unknown {n}" for n in (pair.a, pair.b) if n not in known)
    for rule in catalogue.condition_rules.values():
        for name in rule.conditions:
            if name not in catalogue.conditions:
                yield f"condition-rule {rule.id}: unknown condition {name}"
    for excipient_rule in catalogue.excipient_rules.values():
        for name in excipient_rule.excipients:
            if name not in known:
                yield f"excipient-rule {excipient_rule.id}: unknown {name}"
    kinds = ("condition-rule", "medicine-rule", "country-rule", "emergency", "checklist")
    for kind in kinds:
        for name, record in catalogue.records[kind].items():
            selector = record.applies_to
            for field, options in (
                ("substances", catalogue.substances),
                ("classes", catalogue.classes),
                ("indications", catalogue.indications),
                ("sites", catalogue.sites),
            ):
                for item in getattr(selector, field):
                    if item not in options:
                        yield f"{kind} {name}: unknown {item} in {field}"
    for group in catalogue.classes.values():
        for name in (*group.parents, *group.cross_reacts_with):
            if name not in known:
                yield f"class {group.id}: unknown class {name}"
