"""Substances that injure skin when they lie in it: vesicants, irritants, oils, vasoconstrictors.

The catalogue blocks those it holds; this table names what registers hold besides. Each entry has
folded words that an ingredient's name must hold, all of one group, and its sources with a mark.
"""

from dataclasses import dataclass

from mesoplan.catalogue.names import folded
from mesoplan.model.base import Trust
from mesoplan.model.register import RegisterIngredient


@dataclass(frozen=True)
class Irritant:
    """Why names with these words speak against an injection into the skin."""

    rule: str
    words: tuple[tuple[str, ...], ...]
    text: str
    clears_when: str
    sources: tuple[str, ...]
    trust: Trust

    def hits(self, plain: str) -> bool:
        """Whether a folded name holds all words of one group."""
        return any(all(word in plain for word in group) for group in self.words)


def _words(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(folded(word) for word in group.split("+")) for group in text.split("|"))


IRRITANTS = (
    Irritant(
        "vesicant-salt",
        _words(
            "potassium+chlor|potassium+phosphate|potassium+acetate|calcium+chlor|calcium+gluconate"
            "|calcium+glucoheptonate|calcium+glubionate|calcium+gluceptate|sodium+iodure"
            "|phosphate+potassique|phosphate+dipotassique|phosphate+monopotassique"
        ),
        "{name}: potassium and calcium salts kill tissue outside a vein",
        "",
        ("general-knowledge",),
        "recalled",
    ),
    Irritant(
        "vesicant",
        _words(
            "digoxin|phenytoin|promethazin|thiopental|pentobarbital|phenobarbital|diazepam"
            "|amiodaron|aciclovir|acyclovir|ganciclovir|vancomycin|chlorhydrate+doxycyclin"
        ),
        "{name} is a known vesicant or strong irritant",
        "",
        ("general-knowledge",),
        "recalled",
    ),
    Irritant(
        "vesicant-cytotoxic",
        _words(
            "doxorubicin|daunorubicin|epirubicin|idarubicin|mitomycin|vincristin|vinblastin"
            "|vinorelbin|vindesin|dactinomycin|trabectedin|amsacrin|mechlorethamin|chlormethin"
            "|paclitaxel|docetaxel|mitoxantron|streptozocin|carmustin|melphalan|bendamustin"
        ),
        "{name} is a cytotoxic that kills tissue outside a vein",
        "",
        ("general-knowledge",),
        "recalled",
    ),
    Irritant(
        "cytotoxic",
        _words(
            "methotrexat|cytarabin|azacitidin|decitabin|cladribin|bortezomib|fludarabin|thiotepa"
            "|topotecan|gemcitabin|pemetrexed|asparaginase|dacarbazin|cyclophosphamid|ifosfamid"
            "|cisplatin|carboplatin|oxaliplatin|etoposid|irinotecan|busulfan|arsenic|emtansin"
        ),
        "{name} is a cytotoxic: only as its label says",
        "",
        ("general-knowledge",),
        "recalled",
    ),
    Irritant(
        "vaccine-or-allergen",
        _words(
            "virus de|virus polio|virus ourl|virus rub|virus roug|virus vari|anatoxine|antigene"
            "|polyoside|vaccin|toxoid|bacille de calmette|venin|pollen|allergen|tuberculin"
            "|hepatitis b surface|salmonella typhi|neisseria mening"
        ),
        "{name}: a vaccine, allergen or test, only as its label says",
        "",
        ("general-knowledge",),
        "recalled",
    ),
    Irritant(
        "vasoconstrictor",
        _words(
            "adrenalin|epinephrin|norepinephrin|phenylephrin|phenylephrine|ephedrin|dopamin"
            "|vasopressin|terlipressin|felypressin|ornipressin|dihydroergotamin|ergotamin"
            "|methylergometrin|angiotensin"
        ),
        "{name} constricts vessels: skin may die in a grid of deposits",
        "",
        ("S24",),
        "read",
    ),
    Irritant(
        "oil-vitamin",
        _words(
            "retinol|tocopherol|tocopheryl|cholecalciferol|colecalciferol|ergocalciferol"
            "|phytomenadion|phytonadion|vitamine a|vitamine d|vitamine e|vitamine k"
        ),
        "{name} does not dissolve in water and comes in oil or micelles: necrosis of the skin",
        "",
        ("S108",),
        "read",
    ),
    Irritant(
        "oil-depot",
        _words(
            "decanoate|enanthate|enantate|undecanoate|undecylate|cypionate|caproate|testosterone"
            "|progesterone|estradiol+valerate|nandrolone|palmitate de paliperidone"
            "|palmitate d'|decanoate de"
        ),
        "{name} is a depot in oil or of crystals",
        "",
        ("S108",),
        "read",
    ),
    Irritant(
        "oil-nutrient",
        _words("huile|oil|triglycerid|soybean|soja"),
        "{name} is an oil: necrosis and granulomas in the skin",
        "",
        ("S108",),
        "read",
    ),
    Irritant(
        "caffeine-citrate",
        _words("cafeine+citrate|caffeine+citrate|citrate+cafeine"),
        "{name} has caused necrosis where it left a vein",
        "",
        ("S118",),
        "read",
    ),
    Irritant(
        "sclerosant",
        _words(
            "tetradecyl|lauromacrogol|polidocanol|macrogol 9 (ether laurique|ethanolamine oleate"
            "|morrhuate|phenol |quinine|absolute alcohol|dehydrated alcohol|ethanol|alcool"
        ),
        "{name} destroys tissue; that is what it is made for",
        "",
        ("general-knowledge",),
        "recalled",
    ),
    Irritant(
        "radionuclide",
        _words(
            "[18f]|(18f)|[99m|(99m|[131|(131|[123|(123|[111|(111|[67|(67|[201|(201|[51|[169|[90|(90"
            "|[177|(177|[186|[223|(223|[32p|[89|(89|[153|[68|(68|[125|(125|technetium|florbetapir"
            "|fludeoxyglucose|[99 mo|f 18|f-18|ga-68|tc-99m"
        ),
        "{name} is radioactive",
        "",
        ("general-knowledge",),
        "recalled",
    ),
)
"""Rules by the name of an active ingredient."""

CONCENTRATED_GLUCOSE_MG_ML = 100.0
_GLUCOSE = ("glucose", "dextrose")
_ASCORBATE = ("ascorbic", "ascorbate", "ascorbique")


def is_concentrated_glucose(item: RegisterIngredient) -> bool:
    """Glucose above 10 %, twice the strength that is isotonic; unknown strength does not count."""
    return (
        any(folded(item.name).startswith(word) or word == folded(item.name) for word in _GLUCOSE)
        and item.quantity is not None
        and item.quantity.unit == "mg/mL"
        and item.quantity.value > CONCENTRATED_GLUCOSE_MG_ML
    )


def is_ascorbate(name: str) -> bool:
    """Whether a name is vitamin C, an irritant when undiluted."""
    plain = folded(name)
    return any(word in plain for word in _ASCORBATE) or plain == "vitamine c"
