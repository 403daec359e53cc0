"""Labelled routes: product × route × site, and what a bare substance leaves unknown."""

from mesoplan.model.finding import Finding
from mesoplan.model.mixture import Mixture
from mesoplan.model.product import Product
from mesoplan.model.substance import LabelledRoute
from mesoplan.safety.situation import Situation

_NOT_PARENTERAL = frozenset({"cutaneous", "oral"})


def routes(s: Situation) -> list[Finding]:
    """Info for off-label use of a licensed injectable, warning where no licence is known."""
    off_label: dict[str, tuple[str, ...]] = {}
    unlicensed: dict[str, str] = {}
    bare: dict[str, str] = {}
    unstated: dict[str, str] = {}
    sources: dict[str, tuple[str, ...]] = {}
    for mixture in s.mixtures:
        for content in mixture.contents:
            substance = s.catalogue.substances[content.substance]
            if substance.role == "vehicle":
                continue
            product = s.product(content)
            if product is None:
                bare[content.substance] = content.written
            elif product.own and not any(r.trust != "proposal" for r in product.routes):
                unstated[content.substance] = content.written
                known_elsewhere = any(
                    r.route not in _NOT_PARENTERAL for r in substance.licensed_routes
                )
                if not known_elsewhere:
                    unlicensed[content.substance] = content.written
                continue
            known = product.routes if product else substance.licensed_routes
            parenteral = tuple(r for r in known if r.route not in _NOT_PARENTERAL)
            others = tuple(r for r in substance.licensed_routes if r.route not in _NOT_PARENTERAL)
            sources[content.substance] = tuple(x for r in (parenteral or others) for x in r.sources)
            if not parenteral and not others:
                unlicensed[content.substance] = content.written
            elif product is None or not _labelled(s, mixture, product):
                off_label[content.substance] = tuple(
                    dict.fromkeys(r.route for r in parenteral or others)
                )
    return [
        *_off_label(s, off_label, sources),
        *_unlicensed(s, unlicensed),
        *_bare(s, bare),
        *_unstated(s, unstated),
    ]


def _labelled(s: Situation, mixture: Mixture, product: Product) -> bool:
    """Whether the label covers the route at every site of the pass, in the stated country."""
    return all(
        any(
            _covers(s, route, placement.intended_plane, s.area(placement).site)
            for route in product.routes
        )
        for placement in s.placements_of(mixture)
    )


def _covers(s: Situation, route: LabelledRoute, plane: str, site: str) -> bool:
    wanted = {"subcutaneous"} if plane == "subcutis" else {"intradermal"}
    if s.indication.id in ("keloid", "hypertrophic-scar", "alopecia-areata"):
        wanted |= {"intralesional"}
    country = s.case.treatment.country
    return (
        route.route in wanted
        and (not route.sites or site in route.sites)
        and (not route.countries or country in route.countries)
    )


def _off_label(
    s: Situation, off_label: dict[str, tuple[str, ...]], sources: dict[str, tuple[str, ...]]
) -> list[Finding]:
    if not off_label:
        return []
    listed = "; ".join(f"{name}: {', '.join(found)}" for name, found in off_label.items())
    return [
        s.finding(
            "off-label",
            "info",
            "off-label",
            tuple(off_label),
            sources=tuple(x for name in off_label for x in sources[name]),
            listed=listed,
        )
    ]


def _unlicensed(s: Situation, unlicensed: dict[str, str]) -> list[Finding]:
    if not unlicensed:
        return []
    return [
        s.finding(
            "no-parenteral-licence",
            "warning",
            "no-parenteral-licence",
            tuple(text for pair in unlicensed.items() for text in pair),
            sources=("general-knowledge",),
            trust="recalled",
            names=", ".join(unlicensed),
        )
    ]


def _bare(s: Situation, bare: dict[str, str]) -> list[Finding]:
    if not bare:
        return []
    return [
        s.unchecked(
            "product-record",
            "product-record",
            tuple(text for pair in bare.items() for text in pair),
            names=", ".join(bare),
        )
    ]


def _unstated(s: Situation, unstated: dict[str, str]) -> list[Finding]:
    """An own product whose entry says nothing of its labelled routes."""
    if not unstated:
        return []
    names = tuple(dict.fromkeys(unstated.values()))
    return [s.unchecked("own-routes", "own-routes", names, names=", ".join(names))]
