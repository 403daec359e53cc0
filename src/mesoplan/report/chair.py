"""Page 1, at the chair: who, what is open, what to prepare, what to do where, who signed."""

from typing import Any

from mesoplan.model.plan import Placement, Plan
from mesoplan.report.dangers import never_lines
from mesoplan.report.findings import blocks
from mesoplan.report.numbers import percent, plain, volume
from mesoplan.report.preparation import product_names, syringe_blocks
from mesoplan.report.words import Words, is_blocked


def chair(plan: Plan, words: Words) -> dict[str, Any]:
    """Everything page 1 prints; without preparation and settings where the plan is blocked."""
    page: dict[str, Any] = {
        "title": words.text("chair.title"),
        "treatment": _treatment(plan, words),
        "patient": _patient(plan, words),
        "findings": blocks(plan, words),
        "initials": words.text("finding.initials"),
        "answer": words.text("finding.answer"),
    }
    if is_blocked(plan):
        page["withheld"] = {
            "title": words.text("mark.not-released"),
            "text": words.text("chair.withheld"),
        }
        page["areas-named"] = {
            "title": words.text("chair.areas"),
            "items": [words.numbered(plan, index) for index in range(len(plan.case.areas))],
        }
    else:
        page["preparation"] = {
            "title": words.text("syringe.heading"),
            "label": words.text("syringe.label"),
            "head": [words.text(f"syringe.head-{name}") for name in ("step", "volume", "mark")],
            "syringes": syringe_blocks(plan, words),
        }
        page["areas"] = _areas(plan, words)
        page["supplies"] = {
            "title": words.text("chair.supplies"),
            "text": " · ".join(f"{line.count} × {line.item}" for line in plan.supplies),
        }
        page["timeout"] = {
            "title": words.text("timeout.title"),
            "items": words.lines("timeout.item"),
        }
        page["lots"] = {
            "title": words.text("lots.title"),
            "head": [words.text(f"lots.{name}") for name in ("product", "lot", "expiry")],
            "items": product_names(plan, words),
        }
    page["never"] = [
        {"site": words.text("area.never", site=site), "items": items}
        for site, items in never_lines(plan, words)
    ]
    page["approval"] = _approval(plan, words)
    page["sign"] = {
        "title": words.text("sign.title"),
        "items": words.lines("sign.item") if not is_blocked(plan) else [words.text("sign.seen")],
    }
    return page


def _approval(plan: Plan, words: Words) -> str | None:
    approval = plan.approval
    if approval is None:
        return None
    values = {
        "by": approval.by,
        "at": words.moment(approval.at),
        "hash": approval.hash.removeprefix("sha256:")[:16],
    }
    if not approval.registration:
        return words.text("approval.text", **values)
    return words.text("approval.text-registered", registration=approval.registration, **values)


def _treatment(plan: Plan, words: Words) -> str:
    treatment = plan.case.treatment
    return words.text(
        "chair.treatment",
        indication=words.indication(treatment.indication),
        intent=words.text(f"intent.{treatment.intent}"),
        date=words.date(treatment.date),
    )


def _patient(plan: Plan, words: Words) -> list[dict[str, Any]]:
    patient = plan.case.patient
    if patient.allergies is None:
        allergies = words.text("patient-line.not-asked")
    elif not patient.allergies:
        allergies = words.text("patient-line.none-known")
    else:
        allergies = ", ".join(name.written for name in patient.allergies)
    weight = (
        words.text("patient-line.weight-not-asked")
        if patient.weight_kg is None
        else f"{plain(patient.weight_kg)} kg"
    )
    return [
        {"label": words.text("patient-line.name"), "value": patient.name, "wide": True},
        {
            "label": words.text("patient-line.birth"),
            "value": words.date(patient.birth_date) if patient.birth_date else None,
            "wide": False,
        },
        {
            "label": words.text("patient-line.record"),
            "value": patient.record_number,
            "wide": False,
        },
        {
            "label": words.text("patient-line.age-weight"),
            "value": words.text("patient-line.age", years=plain(patient.age_years), weight=weight),
            "wide": False,
        },
        {"label": words.text("patient-line.allergies"), "value": allergies, "wide": True},
    ]


def _areas(plan: Plan, words: Words) -> dict[str, Any]:
    names = ("area", "syringe", "needle", "tip", "count", "volume", "total", "tally")
    return {
        "title": words.text("area.title"),
        "head": [words.text(f"area.head-{name}") for name in names],
        "rows": [_area_row(plan, group, words) for group in _alike(plan)],
        "tally": [words.text("area.given"), words.text("area.skipped")],
    }


def _alike(plan: Plan) -> list[list[Placement]]:
    """Placements area by area; passes that differ in nothing but the syringe share a line."""
    groups: dict[str, list[Placement]] = {}
    for placement in sorted(plan.placements, key=lambda item: (item.area, item.syringe)):
        settings = placement.model_copy(update={"syringe": 0}).model_dump_json()
        groups.setdefault(settings, []).append(placement)
    return list(groups.values())


def _area_row(plan: Plan, group: list[Placement], words: Words) -> list[list[str]]:
    placement = group[0]
    fraction = placement.punctures_per_tenth_ml
    per_tenth = [] if fraction is None else [words.text("area.per-tenth", count=plain(fraction, 2))]
    several = len(group) > 1
    chance = words.text(
        "area.chance",
        plane=words.text(f"plane.{placement.intended_plane}"),
        share=percent(placement.probability_intended),
    )
    return [
        [
            words.numbered(plan, placement.area),
            words.technique(placement.technique),
        ],
        [", ".join(str(item.syringe + 1) for item in group)],
        [
            placement.needle,
            words.text(
                "area.insert",
                angle=plain(placement.angle_deg),
                length=plain(placement.inserted_mm, 2),
            ),
        ],
        [
            words.text(
                "area.tip",
                depth=plain(placement.depth_mm, 2),
                spread=plain(placement.depth_sd_mm, 1),
            ),
            chance,
        ],
        [
            str(placement.count),
            *([words.text("area.per-pass")] if several else []),
            words.text("area.needles", count=str(placement.needle_changes)),
        ],
        [f"{volume(placement.volume_per_point_ml)} mL", *per_tenth],
        [
            f"{volume(placement.volume_ml)} mL",
            *([words.text("area.each-syringe")] if several else []),
        ],
        [str(len(group))],
    ]
