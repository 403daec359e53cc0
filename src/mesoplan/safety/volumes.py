"""Volumes: against the protocol, the product label, the skin and what a syringe can deliver."""

from mesoplan.core.units import format_number
from mesoplan.model.finding import Finding
from mesoplan.safety.situation import SLACK, Situation

OVER_PROTOCOL = 1.25
FACE_ML_PER_CM2 = 0.06
BELIEF = 2.0
"""A measured skin this many times outside its site's range is asked about (a proposal)."""


def volumes(s: Situation) -> list[Finding]:
    """Findings about what is injected in mL, and how exactly it can be."""
    return [
        *_protocol(s),
        *_face(s),
        *_labels(s),
        *_undeliverable(s),
        *_fitted(s),
        *_needles(s),
        *_areas(s),
    ]


def _protocol(s: Situation) -> list[Finding]:
    figure = s.protocol.session_volume_ml if s.protocol else None
    total = sum(s.injected_ml)
    if figure is None or total <= OVER_PROTOCOL * figure.bounds[1] * (1 + SLACK):
        return []
    return [
        s.finding(
            "volume-protocol",
            "warning",
            "volume-protocol",
            ("volume",),
            sources=(*figure.sources, "mesoplan-proposal"),
            trust="proposal",
            volume=format_number(total),
            usual=format_number(figure.bounds[1]),
        )
    ]


def _face(s: Situation) -> list[Finding]:
    dense: dict[int, float] = {}
    for placement in s.placements:
        if s.site(placement).face and placement.intended_plane != "subcutis":
            dense[placement.area] = (
                dense.get(placement.area, 0.0) + placement.volume_ml / placement.area_cm2
            )
    hits = {a: v for a, v in dense.items() if v > FACE_ML_PER_CM2 * (1 + SLACK)}
    if not hits:
        return []
    return [
        s.finding(
            "volume-density",
            "warning",
            "volume-density",
            tuple(s.case.areas[area].site for area in hits),
            sources=("mesoplan-proposal",),
            trust="proposal",
            density=format_number(max(hits.values())),
            usual=format_number(FACE_ML_PER_CM2),
        )
    ]


def _labels(s: Situation) -> list[Finding]:
    used: dict[str, float] = {}
    written: dict[str, str] = {}
    for mixture, injected in zip(s.mixtures, s.injected_ml, strict=True):
        for part in mixture.parts:
            if part.product is not None:
                share = part.volume_ml / mixture.volume_ml * injected
                used[part.product] = used.get(part.product, 0.0) + share
                written[part.product] = part.written
    found = []
    for product_id, volume in used.items():
        figure = s.catalogue.products[product_id].label_volume_ml
        if figure is None or volume <= figure.bounds[1] * (1 + SLACK):
            continue
        found.append(
            s.finding(
                "volume-label",
                "critical",
                "volume-label",
                (product_id, written[product_id]),
                sources=figure.sources,
                trust=figure.trust,
                product=product_id,
                volume=format_number(volume),
                limit=format_number(figure.bounds[1]),
            )
        )
    return found


def _undeliverable(s: Situation) -> list[Finding]:
    if not s.undeliverable:
        return []
    return [
        s.finding(
            "undeliverable",
            "warning",
            "undeliverable",
            ("volume_per_point",),
            sources=("mesoplan-computed",),
            trust="computed",
            volumes=", ".join(f"{format_number(v)} mL" for v in s.undeliverable),
        )
    ]


def _fitted(s: Situation) -> list[Finding]:
    if not s.fitted:
        return []
    return [
        s.finding(
            "volume-fitted",
            "info",
            "volume-fitted",
            ("volume",),
            sources=("mesoplan-computed",),
            trust="computed",
            changes=", ".join(
                f"{format_number(before)} → {format_number(after)} mL" for after, before in s.fitted
            ),
        )
    ]


def _needles(s: Situation) -> list[Finding]:
    count = sum(placement.needle_changes for placement in s.placements)
    return [
        s.finding(
            "needle-changes",
            "info",
            "needle-changes",
            ("needle",),
            sources=("S35",),
            trust="read",
            count=str(count),
        )
    ]


def _areas(s: Situation) -> list[Finding]:
    """Areas that no pass reaches, areas given twice, and skin measured beyond belief."""
    found = []
    treated = {placement.area for placement in s.placements}
    left = tuple(a.site for n, a in enumerate(s.case.areas) if n not in treated)
    if left:
        found.append(
            s.finding("area-untreated", "warning", "area-untreated", left, sites=", ".join(left))
        )
    seen = [a.model_dump_json() for a in s.case.areas]
    twice = tuple(a.site for a in s.case.areas if seen.count(a.model_dump_json()) > 1)
    if twice:
        sites = ", ".join(dict.fromkeys(twice))
        found.append(s.finding("area-twice", "warning", "area-twice", twice, sites=sites))
    for area in s.case.areas:
        if area.skin is None:
            continue
        site = s.catalogue.sites[area.site]
        low, high = site.skin_mm.bounds
        stated = [
            (area.skin.dermis_mm, low, high),
            (area.skin.epidermis_mm, *site.epidermis_mm.bounds),
        ]
        if any(v is not None and not a / BELIEF <= v <= b * BELIEF for v, a, b in stated):
            found.append(
                s.finding(
                    "skin-implausible",
                    "warning",
                    "skin-implausible",
                    (area.site,),
                    sources=(*site.skin_mm.sources, "mesoplan-proposal"),
                    trust="proposal",
                    site=area.site,
                    low=format_number(low),
                    high=format_number(high),
                )
            )
    return found
