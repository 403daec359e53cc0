"""Allergies: matched by substance, class, excipient and ATC group, on every part of a mixture."""

from mesoplan.model.case import Named
from mesoplan.model.finding import Finding
from mesoplan.safety.situation import Situation

_CONTACT = frozenset({"latex", "chlorhexidine", "povidone-iodine", "isopropyl-alcohol"})
_ATC_GROUP = 4
"""Characters of an ATC code that make a pharmacological subgroup (``M01A``)."""
_NARROWEST = 3
"""A shorter code names half the pharmacopoeia and can match nothing in particular."""


def allergies(s: Situation) -> list[Finding]:
    """Critical for every match; not checked where nobody asked or a content is not known."""
    stated = s.case.patient.allergies
    if stated is None:
        return [s.unchecked("allergy", "allergies-not-asked", ("allergies",))]
    known = [allergen for allergen in stated if allergen.id is not None]
    found = [finding for allergen in known for finding in _of_allergen(s, allergen)]
    broad = tuple(a.written for a in known if a.kind == "atc" and len(a.id or "") < _NARROWEST)
    if broad:
        found.append(s.unchecked("allergy-code", "code-too-broad", broad, codes=", ".join(broad)))
    vague = tuple(
        given.substance.written
        for given in s.today
        if given.substance.kind == "class"
        and any(
            s.is_in(a.id or "", given.substance.id or "") or a.id == given.substance.id
            for a in known
        )
    )
    if vague:
        found.append(s.unchecked("allergy-today", "code-too-broad", vague, codes=", ".join(vague)))
    return [*found, *_unknown_contents(s, known)]


def _of_allergen(s: Situation, allergen: Named) -> list[Finding]:
    """Matches in the syringes and in what else is given that day; contact allergens else warn."""
    hits = {
        content.substance: content.written
        for content in s.contents
        if _is_match(s, allergen, content.substance)
    }
    for mixture in s.mixtures:
        for excipient, product in mixture.excipients:
            if _is_match(s, allergen, excipient):
                hits.setdefault(excipient, product)
    for given in s.today:
        if given.substance.id and _is_match(s, allergen, given.substance.id):
            hits.setdefault(given.substance.id, given.substance.written)
    if not hits and allergen.id in _CONTACT:
        return [
            s.finding(
                "allergy-contact",
                "warning",
                "allergy-contact",
                (allergen.written, allergen.id),
                sources=("general-knowledge",),
                trust="recalled",
                allergen=allergen.written,
            )
        ]
    return [
        s.finding(
            "allergy",
            "critical",
            "allergy",
            (allergen.written, allergen.id or "", substance, written),
            sources=("general-knowledge",),
            trust="recalled",
            allergen=allergen.written,
            substance=_name(s, substance),
            product=written,
        )
        for substance, written in hits.items()
    ]


def _name(s: Situation, substance: str) -> str:
    record = s.catalogue.substances.get(substance)
    return record.name if record else substance


def _is_match(s: Situation, allergen: Named, substance: str) -> bool:
    if allergen.kind == "substance" and _same_substance(s, allergen, substance):
        return True
    if allergen.kind == "class" and _class_match(s, {allergen.id or ""}, substance):
        return True
    if allergen.kind in ("medicine", "atc"):
        record = s.catalogue.substances.get(substance)
        codes = record.atc if record else ()
        return any(_same_group(a, b) for a in allergen.atc for b in codes)
    return False


def _same_substance(s: Situation, allergen: Named, substance: str) -> bool:
    if allergen.id == substance:
        return True
    record = s.catalogue.substances.get(allergen.id or "")
    own = {
        name
        for name in (record.classes if record else ())
        if name in s.catalogue.classes and s.catalogue.classes[name].allergy_class
    }
    return bool(own) and _class_match(s, own, substance)


def _class_match(s: Situation, classes: set[str], substance: str) -> bool:
    """Whether a substance lies in one of the classes or in one that cross-reacts with it."""
    wanted = set(classes)
    for name in classes:
        record = s.catalogue.classes.get(name)
        wanted |= set(record.cross_reacts_with) if record else set()
    wanted |= {
        other.id for other in s.catalogue.classes.values() if wanted & set(other.cross_reacts_with)
    }
    return substance in wanted or bool(s.catalogue.classes_of(substance) & wanted)


def _same_group(stated: str, own: str) -> bool:
    shared = min(len(stated), _ATC_GROUP)
    return len(stated) >= _NARROWEST and own[:shared] == stated[:shared]


def _unknown_contents(s: Situation, known: list[Named]) -> list[Finding]:
    """Products whose excipients are not all known may hold an allergen that nobody listed."""
    if not known:
        return []
    opened: dict[str, None] = {}
    for part in (part for mixture in s.mixtures for part in mixture.parts):
        for name, text in ((part.product, part.written), (part.diluent, part.diluent)):
            if name is not None and not s.catalogue.products[name].excipients_complete:
                opened[text or name] = None
        if part.product is None:
            opened[part.written] = None
    if not opened:
        return []
    return [
        s.unchecked(
            "allergy-excipients",
            "allergy-excipients",
            tuple(opened),
            products=", ".join(opened),
            allergens=", ".join(allergen.written for allergen in known),
        )
    ]
