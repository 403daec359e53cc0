"""Finds the catalogue substance an ingredient of a register stands for, in both languages.

By code, by name, by name without its salt, by the moiety that acts, and for a product of one
active ingredient by its brand. Esters are never stripped: triamcinolone hexacetonide is not
triamcinolone acetonide. What nothing explains stays unmatched.
"""

import re

from mesoplan.catalogue.names import folded
from mesoplan.catalogue.registers.substance_codes import SUBSTANCE_CODES
from mesoplan.catalogue.store import Catalogue
from mesoplan.model.register import Match, RegisterIngredient, RegisterProduct

_SALTS = (
    "bichlorhydrate|chlorhydrate|bromhydrate|hydrochloride|hydrobromide|dihydrochloride|hcl"
    "|sulfate|sulphate|mesilate|mesylate|mésilate|tartrate|bitartrate|maleate|maléate|fumarate"
    "|besilate|bésilate|citrate|gluconate|trometamol|tromethamine|trométamol"
    "|sodium|sodique|disodique|disodium|potassium|potassique|calcium|calcique"
    "|lysine|arginine|diethylamine|epolamine"
)
_HYDRATES = (
    "base|anhydre|anhydrous|hydrate|hydraté|monohydrate|monohydraté|monohydratée|dihydrate"
    "|dihydraté|dihydratée|heptahydrate|heptahydraté|sesquihydrate|recombinant|naturel|natural"
    "|unspecified form|solution de|poudre de"
)
_FILLERS = "de|d'|du|des|of"
_SALT = re.compile(rf"\b({'|'.join(folded(word) for word in _SALTS.split('|'))})\b")
_HYDRATE = re.compile(rf"\b({'|'.join(folded(word) for word in _HYDRATES.split('|'))})\b")
_TURNED = re.compile(r"^([^()]*) \(([^()]*)\)(.*)$")
_ESTERS = ("acetate", "acetonide")
_MINERALS = frozenset({"mineral", "trace-element", "amino-acid", "diluent", "buffer"})
_BRAND_WORDS = 3


def match_product(product: RegisterProduct, catalogue: Catalogue) -> tuple[Match, ...]:
    """One match for each different active ingredient of a product."""
    actives = [item for item in product.ingredients if item.role == "active"]
    found: dict[str, Match] = {}
    for item in actives:
        moieties = [
            other
            for other in product.ingredients
            if other.role == "moiety" and (other.link, other.part) == (item.link, item.part)
        ]
        match = match_ingredient(item, moieties, catalogue)
        if match.substance is None and len({other.name for other in actives}) == 1:
            brand = _brand(product.name, catalogue)
            if brand is not None and _same_ester(folded(item.name), brand):
                match = Match(ingredient=item.name, substance=brand, by="brand")
        found.setdefault(item.name, match)
    return tuple(found.values())


def match_ingredient(
    item: RegisterIngredient, moieties: list[RegisterIngredient], catalogue: Catalogue
) -> Match:
    """The match of one ingredient; the moieties are those of the same ingredient.

    Where code and name lead to different substances the register errs, and nothing is matched.
    """
    by_code = _by_code(item, catalogue)
    by_name = catalogue.find("substance", item.name)
    found = by_name or without_salt(item.name, catalogue)
    if found is not None and by_code is not None and found != by_code:
        return Match(ingredient=item.name)
    if by_code is not None:
        return Match(ingredient=item.name, substance=by_code, by="code")
    if found is not None:
        return Match(ingredient=item.name, substance=found, by="name" if by_name else "salt")
    for moiety in moieties:
        found = match_ingredient(moiety, [], catalogue).substance
        if found is not None and _same_ester(folded(item.name), found):
            return Match(ingredient=item.name, substance=found, by="moiety")
    return Match(ingredient=item.name)


def _by_code(item: RegisterIngredient, catalogue: Catalogue) -> str | None:
    if item.code is None or item.code_system is None:
        return None
    known = SUBSTANCE_CODES.get((item.code_system, item.code.upper()))
    return known if known in catalogue.substances else None


def without_salt(name: str, catalogue: Catalogue) -> str | None:
    """The substance of a name such as ``LIDOCAÏNE (CHLORHYDRATE DE) MONOHYDRATÉ``.

    The register's inverted names are turned round, words of water and then of salts go. Minerals
    and amino acids are no substances with a salt: calcium gluconate is not gluconic acid.
    """
    plain = folded(name)
    turned = _TURNED.sub(r"\2 \1 \3", plain)
    tries = [_clean(turned), _clean(_HYDRATE.sub(" ", turned)), _clean(_HYDRATE.sub(" ", plain))]
    for text in tries:
        found = catalogue.find("substance", text)
        if found is not None:
            return found
    for text in tries:
        bare = _clean(_SALT.sub(" ", text))
        found = catalogue.find("substance", bare) if bare != text else None
        if (
            found is not None
            and catalogue.substances[found].role == "active"
            and (not _MINERALS & catalogue.classes_of(found) or bare in plain.split(" (")[0])
            and _same_ester(plain, found)
        ):
            return found
    return None


def _same_ester(name: str, substance: str) -> bool:
    """Whether a name states the ester that a catalogue substance is defined as."""
    return all(
        re.search(rf"\b{ester[:-1]}", name) for ester in _ESTERS if substance.endswith(f"-{ester}")
    )


def _clean(text: str) -> str:
    """A folded name without the small words that a removed salt leaves at its ends."""
    words = text.replace("(", " ").replace(")", " ").replace(",", " ").replace("'", "' ").split()
    small = set(_FILLERS.split("|"))
    while words and words[0] in small:
        words.pop(0)
    while words and words[-1] in small:
        words.pop()
    return " ".join(words).replace("' ", "'")


def _brand(name: str, catalogue: Catalogue) -> str | None:
    """The substance whose brand a product's name starts with."""
    words = name.replace(",", " ").split()
    for count in range(min(_BRAND_WORDS, len(words)), 0, -1):
        text = " ".join(words[:count])
        found = catalogue.find("substance", text)
        if found is not None and catalogue.substances[found].role == "active":
            return found
        product = catalogue.find("product", text)
        if product is not None:
            contents = {content.substance for content in catalogue.products[product].contents}
            if len(contents) == 1:
                return contents.pop()
    return None
