"""What a consent says of a plan: from the plan's own document and the catalogue, nothing else.

The content is a list of parts, each a title and its lines; page and PDF print the same parts.
"""

import re
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from mesoplan.catalogue import Catalogue
from mesoplan.clinic.planning.models import Answer, PlanVersion
from mesoplan.core.units import format_number
from mesoplan.model.plan import Plan
from mesoplan.report.numbers import volume
from mesoplan.report.words import Words, injected

_LICENCE = ("off-label", "no-parenteral-licence", "own-unreviewed")
_UNSURE = ("recalled", "proposal")
_SOURCE = re.compile(r"\b[A-Z]-?[A-Za-z0-9]+(?:-[a-z0-9]+)*\b")


def treatment_parts(
    plan: PlanVersion, catalogue: Catalogue, told: Iterable[Answer] = ()
) -> list[dict[str, Any]]:
    """The parts of a consent to a plan.

    Parameters
    ----------
    plan : PlanVersion
        Whose document is told.
    catalogue : Catalogue
        Names, texts for patients, cautions and sources.
    told : iterable of Answer
        Overrides that the clinician chose to tell, with their reasons.

    Returns
    -------
    list of dict
        ``title``, ``items``, and ``loud`` where a reader must not miss it.
    """
    made = Plan.model_validate(plan.document)
    words = Words(catalogue)
    evidence = _evidence(made, words)
    alternative = (made.protocol.evidence.alternative if made.protocol else "") or _(
        "None is known to this catalogue."
    )
    parts = [
        (_("What is planned for you"), _planned(made, words)),
        (_("What is injected"), [*_products(made, words), *_amounts(made, words)]),
        (_("Licence and law"), _licence(made, catalogue)),
        (_("What is known of its effect"), evidence),
        (_("What else could be done"), [alternative]),
        (words.text("patient-page.normal-title"), _lines(made, words, "normal")),
        (_("What is known of these substances"), _cautions(made, words)),
        (
            words.text("patient-page.warning-title"),
            [*_lines(made, words, "warning"), words.text("patient-page.lump")],
        ),
        (words.text("patient-page.care-title"), _lines(made, words, "care")),
        (_("What could not be checked"), [f.message for f in made.findings if not f.checked]),
        (
            _("A warning that was overridden, and why"),
            [f"{answer.message} – {answer.text}" for answer in told],
        ),
        (words.text("patient-page.dates-title"), _visits(made, words)),
        (_("Sources"), _sources([*evidence, alternative], made, words)),
    ]
    loud = words.text("patient-page.warning-title")
    return [
        {"title": title, "items": items, "loud": title == loud} for title, items in parts if items
    ]


def _planned(plan: Plan, words: Words) -> list[str]:
    treatment = plan.case.treatment
    techniques = dict.fromkeys(words.technique(p.technique) for p in plan.placements)
    sessions = sum(visit.kind == "treatment" for visit in plan.schedule)
    return [
        words.text(
            "patient-page.what",
            indication=words.indication(treatment.indication),
            date=words.date(treatment.date),
        ),
        words.text("patient-page.where", areas=", ".join(words.area(a) for a in plan.case.areas)),
        _("How: %(techniques)s; punctures in a session: %(count)s.")
        % {"techniques": ", ".join(techniques), "count": len(plan.points)},
        _("Sessions planned: %(count)s.") % {"count": sessions},
    ]


def _products(plan: Plan, words: Words) -> list[str]:
    """Each thing drawn up, by the volume prepared, and what a powder is dissolved in."""
    lines: dict[str, None] = {}
    for syringe in plan.syringes:
        for drawn in syringe.drawn:
            name = words.product(drawn.product) if drawn.product else drawn.item
            line = _("%(name)s, %(volume)s mL prepared") % {
                "name": name,
                "volume": volume(drawn.volume_ml),
            }
            if drawn.reconstitute_with is not None:
                line += ", " + _("dissolved in %(diluent)s") % {
                    "diluent": words.product(drawn.reconstitute_with)
                }
            lines[line] = None
    return list(lines)


def _amounts(plan: Plan, words: Words) -> list[str]:
    return [
        _("In all: %(name)s %(amount)s")
        % {
            "name": words.substance(total.substance),
            "amount": f"{format_number(total.injected.value)} {total.injected.unit}"
            + (f" ({form})" if (form := words.form(total.expressed_as)) else ""),
        }
        for total in plan.totals
        if total.injected.value > 0
    ]


def _licence(plan: Plan, catalogue: Catalogue) -> list[str]:
    rules = {*_LICENCE, *catalogue.country_rules}
    return [f.message for f in plan.findings if f.checked and f.rule in rules]


def _evidence(plan: Plan, words: Words) -> list[str]:
    if plan.protocol is None:
        return [
            _("No protocol was followed: the evidence was not assessed."),
            words.text("patient-page.grade.none"),
        ]
    evidence = plan.protocol.evidence
    grade = evidence.grade.replace(" ", "-")
    known = words.has(f"patient-page.grade.{grade}")
    departures = [
        _("Other than the protocol: %(what)s") % {"what": d} for d in plan.protocol.departures
    ]
    return [
        words.text(f"patient-page.grade.{grade if known else 'none'}"),
        _("Evidence: %(grade)s. %(statement)s")
        % {"grade": evidence.grade, "statement": evidence.statement},
        *departures,
    ]


def _lines(plan: Plan, words: Words, group: str) -> list[str]:
    classes: dict[str, None] = {}
    for name in injected(plan):
        for found in sorted(words.catalogue.classes_of(name)):
            classes[found] = None
    ids = [f"patient-page.{group}-class.{name}" for name in classes]
    special = [words.text(message) for message in ids if words.has(message)]
    return [*words.lines(f"patient-page.{group}"), *special]


def _cautions(plan: Plan, words: Words) -> list[str]:
    """What the catalogue notes of each active substance, for whoever prescribes it."""
    lines = []
    for name in injected(plan):
        substance = words.catalogue.substances.get(name)
        if substance is None:
            lines.append(_("%(name)s is not in the catalogue: nothing is known.") % {"name": name})
            continue
        if substance.role != "active":
            continue
        for caution in substance.cautions:
            unsure = " " + _("(not verified)") if caution.trust in _UNSURE else ""
            lines.append(f"{substance.name}: {caution.text}{unsure}")
    return lines


def _visits(plan: Plan, words: Words) -> list[str]:
    unset = words.text("patient-page.date-open")
    return [
        f"{unset if visit.date is None else words.date(visit.date)}: "
        + words.text(f"patient-page.visit-{visit.kind}", session=str(visit.session))
        for visit in plan.schedule
    ]


def _sources(texts: list[str], plan: Plan, words: Words) -> list[str]:
    """The citation of each source that the evidence names or rests on."""
    named = dict.fromkeys(plan.protocol.evidence.sources if plan.protocol else ())
    for text in texts:
        named |= dict.fromkeys(
            name for name in _SOURCE.findall(text) if name in words.catalogue.sources
        )
    return [f"{source}: {words.citation(source)}" for source in named]
