"""Routes of administration: one table across HL7 v3, EDQM, NCIt, EMA and the registers' words.

Codes: HL7 v3 RouteOfAdministration (public domain), EDQM standard terms, NCI Thesaurus as in
Structured Product Labeling, EMA referentials list 100000073345. A code that was not seen in a
published list is left out. SNOMED CT codes are left out for their licence.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from mesoplan.catalogue.names import folded


@dataclass(frozen=True)
class Route:
    """A route: how registers write it, its codes by system, whether a needle is involved."""

    id: str
    words: tuple[str, ...]
    codes: Mapping[str, str]
    injected: bool = True


def _route(name: str, words: str, *, injected: bool = True, **codes: str) -> Route:
    return Route(name, tuple(words.split("|")), MappingProxyType(codes), injected)


ROUTES = (
    _route(
        "intradermal",
        "intradermique|intracutaneous|intracutané|intracutanée|voie intradermique|dermal injection",
        hl7="IDINJ",
        edqm="20030000",
        ncit="C38238",
        ema="100000073595",
    ),
    _route("intraepidermal", "intraépidermique|intraepidermic", hl7="IEPIDINJ"),
    _route(
        "subcutaneous",
        "sous-cutanée|sous-cutané|hypodermic|hypodermique|sc",
        hl7="SQ",
        edqm="20066000",
        ncit="C38299",
        ema="100000073633",
    ),
    _route("intralesional", "intralésionnelle|intralésionnel", hl7="ILESINJ", ncit="C38250"),
    _route(
        "infiltration",
        "infiltration locale|local infiltration",
        edqm="20019500",
        ncit="C38215",
        ema="100000075248",
    ),
    _route(
        "intramuscular",
        "intramusculaire",
        hl7="IM",
        edqm="20035000",
        ncit="C28161",
        ema="100000073600",
    ),
    _route(
        "intravenous",
        "intraveineuse|intraveineux",
        hl7="IVINJ",
        edqm="20045000",
        ema="100000073611",
    ),
    _route("perineural", "périneurale|nerve block"),
    _route("epidural", "péridurale|extradural|épidurale|peridural"),
    _route("caudal", "caudal block|caudale"),
    _route("intrathecal", "intrathécale|subarachnoid"),
    _route("intraspinal", "intrarachidienne"),
    _route("intradural", "intradurale"),
    _route("intra-articular", "intraarticular|intra-articulaire"),
    _route("periarticular", "périarticulaire"),
    _route("intrasynovial", "intrasynoviale"),
    _route("intrabursal", "intrabursale"),
    _route("soft-tissue", "tissus mous"),
    _route("intra-arterial", "intra-artérielle|intraarterial"),
    _route("intravascular", "intravasculaire"),
    _route("intracoronary", "intracoronaire"),
    _route("intracardiac", "intracardiaque"),
    _route("intraperitoneal", "intrapéritonéale"),
    _route("intrapleural", "intrapleurale"),
    _route("intraosseous", "intra-osseuse"),
    _route("periosseous", "périosseuse"),
    _route("intravitreal", "intravitréenne"),
    _route("intraocular", "intra-oculaire|intra-camérulaire|intracameral"),
    _route("periocular", "périoculaire"),
    _route("retrobulbar", "rétrobulbaire"),
    _route("peribulbar", "péribulbaire"),
    _route("subconjunctival", "sous-conjonctivale"),
    _route("intracavernous", "intracaverneuse"),
    _route("intratumoral", "intratumorale"),
    _route("peritumoral", "péritumorale"),
    _route("peri-areolar", "péri-aréolaire"),
    _route("submucosal", "sous-muqueuse"),
    _route("intraventricular", "intraventriculaire cérébrale|intracerebroventricular"),
    _route("intradiscal", "intradiscale"),
    _route("intralymphatic", "intralymphatique"),
    _route("intracisternal", "intracisternale|intracisternal"),
    _route("intrapericardial", "intrapéricardiaque"),
    _route("parenteral", "voie parentérale autre|parentérale"),
    _route("percutaneous", "percutanée"),
    _route("implantation", "subcutaneous implantation"),
    _route("dental", "dentaire|dental infiltration", injected=False),
    _route("gingival", "gingivale|periodontal|intragingival", injected=False),
    _route(
        "cutaneous", "cutanée|topical|cutané", edqm="20003000", ema="100000073566", injected=False
    ),
    _route("epilesional", "épilésionnelle", edqm="20010000", injected=False),
    _route("transdermal", "transdermique", injected=False),
    _route("oral", "orale|voie orale", injected=False),
    _route("sublingual", "sublinguale", injected=False),
    _route("buccal", "jugale", injected=False),
    _route("oromucosal", "voie buccale autre|buccogingivale|oropharyngée", injected=False),
    _route("ophthalmic", "ophtalmique|conjunctival", injected=False),
    _route("inhaled", "inhalée|respiratory (inhalation)|inhalation", injected=False),
    _route("nasal", "nasale|endosinusale", injected=False),
    _route("rectal", "rectale", injected=False),
    _route("vaginal", "vaginale", injected=False),
    _route("auricular", "auriculaire|auricular (otic)|otic", injected=False),
    _route("urethral", "urétrale", injected=False),
    _route("intravesical", "intravésicale", injected=False),
    _route("intrauterine", "intra-utérine|endocervicale", injected=False),
    _route("endotracheobronchial", "endotrachéobronchique", injected=False),
    _route("gastro-enteral", "gastro-entérale|gastrique|intestinale|enteral", injected=False),
    _route("haemodialysis", "hémodialyse|hemodialysis", injected=False),
    _route("haemofiltration", "hémofiltration|hemofiltration", injected=False),
    _route("extracorporeal", "voie extracorporelle autre|extracorporeal", injected=False),
    _route("irrigation", "irrigation solution", injected=False),
    _route("dental-mucosal", "intracanalaire", injected=False),
)
"""Every route, the skin first. Dental infiltration needs a needle but never meets the skin."""

SKIN_ROUTES = frozenset({"intradermal", "subcutaneous", "intralesional", "infiltration"})
"""Routes whose label says that tissue of the skin bears the product."""

VESSEL_ROUTES = frozenset({"intravenous", "intra-arterial", "intravascular", "intracoronary"})

INJECTED = frozenset(route.id for route in ROUTES if route.injected)


def _table(routes: Iterable[Route]) -> Mapping[str, str]:
    table: dict[str, str] = {}
    for route in routes:
        for text in (route.id, *route.words, *route.codes.values()):
            table.setdefault(folded(text), route.id)
    return MappingProxyType(table)


_BY_TEXT = _table(ROUTES)


def route_id(text: str) -> str | None:
    """The route that a word or a code stands for, in any case and with or without accents."""
    return _BY_TEXT.get(folded(text))


def route_ids(written: Iterable[str]) -> tuple[str, ...]:
    """Routes as a register wrote them, to ids; a word the table does not know stays, folded."""
    return tuple(dict.fromkeys(route_id(text) or folded(text) for text in written))
