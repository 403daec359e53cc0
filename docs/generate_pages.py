"""Writes a page for every indication with its protocols, every technique and every substance."""

from collections.abc import Iterator
from typing import get_args

from generate_substances import substance_page
from generate_text import (
    LEGEND,
    UNKNOWN,
    bullets,
    citations,
    code,
    escaped,
    facts,
    figure,
    figures,
    link,
    names,
    page,
    stated,
    stem,
    table,
)

from mesoplan.catalogue import Catalogue
from mesoplan.model.protocol import (
    Evidence,
    Indication,
    Ingredient,
    Intent,
    Protocol,
    Technique,
    Trial,
)

_INTENTS: dict[Intent, str] = {"treat": "Treatment", "maintain": "Maintenance",
                               "prevent": "Prevention"}  # fmt: skip
_AGAINST_FIRST = ("negative", "mixed", "uncontrolled", "review", "practice", "positive")


def pages(catalogue: Catalogue) -> dict[str, str]:
    """Every page and every index, by file name without suffix."""
    found: dict[str, str] = {}
    for row in catalogue.indications.values():
        found[f"indications/{stem(row.id)}"] = _indication_page(row, catalogue)
    for way in catalogue.techniques.values():
        found[f"techniques/{stem(way.id)}"] = _technique_page(way, catalogue)
    for substance in catalogue.substances.values():
        found[f"substances/{stem(substance.id)}"] = substance_page(substance, catalogue)
    return found | dict(_indexes(catalogue))


def _indexes(catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    rows = [
        (
            link("indication", r.id, catalogue),
            "yes" if r.aesthetic else "no",
            ", ".join(f"{i} {n}" for i in get_args(Intent) if (n := len(_of(r, i, catalogue))))
            or "none",
        )
        for r in catalogue.indications.values()
    ]
    text = table(("indication", "aesthetic", "protocols by intent"), rows)
    yield "indications/index", f"# Indications and protocols\n\n{text}"
    rows = [
        (link("technique", r.id, catalogue), r.deposit, r.plane)
        for r in catalogue.techniques.values()
    ]
    text = table(("technique", "deposit", "plane"), rows)
    yield "techniques/index", f"# Techniques\n\n{text}"
    rows = [
        (link("substance", r.id, catalogue), r.role, names("class", r.classes, catalogue) or "none")
        for r in sorted(catalogue.substances.values(), key=lambda r: r.name.casefold())
    ]
    text = table(("substance", "role", "classes"), rows)
    yield "substances/index", f"# Substances\n\n{text}"


# ---- Indications and their protocols ----


def _of(indication: Indication, intent: Intent, catalogue: Catalogue) -> list[Protocol]:
    """The protocols of an indication for an intent, the default first."""
    rows = [
        p
        for p in catalogue.protocols.values()
        if (p.indication, p.intent) == (indication.id, intent)
    ]
    return sorted(rows, key=lambda p: (not p.default, p.name))


def _indication_page(row: Indication, catalogue: Catalogue) -> str:
    parts = [
        f"{escaped(row.definition)} {stated(row)}\n",
        facts(
            [
                ("id", f"`{row.id}`"),
                ("also called", escaped(", ".join(row.synonyms)) or UNKNOWN),
                ("aesthetic", "yes" if row.aesthetic else "no"),
                ("sites", names("site", row.sites, catalogue) or UNKNOWN),
            ]
        ),
    ]
    cited: tuple[Indication | Protocol, ...] = (row,)
    for intent, title in _INTENTS.items():
        rows = _of(row, intent, catalogue)
        parts.append(f"## {title}\n")
        if not rows:
            parts.append("No protocol is on record; the case must state technique and mixture.\n")
        parts += [_protocol(p, catalogue) for p in rows]
        cited = (*cited, *rows)
    parts += ["## Sources\n", LEGEND, citations(cited, catalogue)]
    return page(row.name, "All indications", *parts)


def _protocol(p: Protocol, catalogue: Catalogue) -> str:
    way = p.technique
    rows = [
        ("technique", link("technique", way.id, catalogue)),
        ("needle", escaped(way.needle)),
        ("angle", figure(way.angle_deg)),
        ("inserted", figure(way.inserted_mm)),
        ("spacing", figure(way.spacing_mm)),
        ("pattern", way.pattern),
        ("volume per point", figure(way.volume_per_point_ml)),
        ("volume per cm²", figure(way.volume_per_cm2_ml)),
        ("volume of a session", figure(p.session_volume_ml)),
        ("sessions", figure(p.sessions)),
        ("interval", figure(p.interval_days)),
        ("outcome scale", names("scale", (p.scale,), catalogue)),
        ("instruments", escaped("; ".join(p.instruments))),
        ("review", escaped(p.review)),
    ]
    default = ", the default" if p.default else ""
    return "\n".join(
        (
            f"### {escaped(p.name)}\n",
            f"`{p.id}`, version {escaped(p.version)}{default}. {escaped(p.purpose)}\n",
            facts(rows),
            _mixture(p, catalogue),
            _evidence(p.evidence),
        )
    )


def _mixture(p: Protocol, catalogue: Catalogue) -> str:
    if not p.syringes:
        return f"**The practitioner states the dose.** {escaped(p.ask)}\n"
    parts = []
    for number, syringe in enumerate(p.syringes, 1):
        parts.append(f"**Mixture {number}** {stated(syringe)}\n")
        parts.append(bullets(_ingredient(entry, catalogue) for entry in syringe.contents))
    return "\n".join(parts)


def _ingredient(entry: Ingredient, catalogue: Catalogue) -> str:
    product = catalogue.products[entry.product]
    held = ", ".join(link("substance", c.substance, catalogue) for c in product.contents)
    text = f"{escaped(entry.volume)} of {escaped(product.name)} (`{product.id}`): {held}"
    if entry.reconstitute is not None:
        diluent = names("product", (entry.reconstitute.diluent,), catalogue)
        text += f"; dissolved in {escaped(entry.reconstitute.volume)} of {diluent}"
    return text


def _evidence(evidence: Evidence) -> str:
    trials = sorted(evidence.trials, key=lambda t: _AGAINST_FIRST.index(t.result))
    return "\n".join(
        (
            f"**Evidence: {evidence.grade}.** {escaped(evidence.statement)}\n",
            bullets(map(_trial, trials)) or "No study is on record.\n",
            f"**Better supported:** {escaped(evidence.alternative) or UNKNOWN}\n",
        )
    )


def _trial(trial: Trial) -> str:
    return f"*{trial.result}*: {escaped(trial.text)} {stated(trial)}"


# ---- Techniques ----


def _technique_page(way: Technique, catalogue: Catalogue) -> str:
    used = [p for p in catalogue.protocols.values() if p.technique.id == way.id]
    rows = [
        ("id", f"`{way.id}`"),
        ("also called", escaped(", ".join(way.other_names)) or UNKNOWN),
        ("deposit", way.deposit),
        ("plane", way.plane),
        ("pattern", way.pattern),
        ("depth", figures(way.depth_mm)),
        ("angle", figures(way.angle_deg)),
        ("volume per point", figures(way.volume_per_point_ml)),
        ("spacing", figures(way.spacing_mm)),
        ("needles", escaped(", ".join(way.needles)) or UNKNOWN),
        ("punctures per needle", figure(way.punctures_per_needle)),
        ("pain", escaped(way.pain) or UNKNOWN),
    ]
    return page(
        way.name,
        "All techniques",
        f"{escaped(way.description)}\n",
        facts(rows),
        "Where several figures stand in a row, sources disagree. They are never averaged.\n",
        f"## Uses\n\n{escaped(way.uses) or UNKNOWN}\n",
        f"Protocols: {code(p.id for p in used)}\n",
        f"## Never\n\n{bullets(map(escaped, way.never)) or UNKNOWN}",
        f"## Sources\n\n{LEGEND}",
        f"The description: {way.trust}.\n",
        citations(way, catalogue),
    )
