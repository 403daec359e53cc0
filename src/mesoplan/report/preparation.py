"""Page 1, preparation: what each syringe holds, in which order it is drawn up, how it is used."""

from typing import Any

from mesoplan.model.plan import Drawn, Plan, PlanSyringe
from mesoplan.report.numbers import plain, volume
from mesoplan.report.words import Words


def syringe_blocks(plan: Plan, words: Words) -> list[dict[str, Any]]:
    """One block per syringe."""
    return [_block(plan, index, words) for index in range(len(plan.syringes))]


def product_names(plan: Plan, words: Words) -> list[str]:
    """Every product and diluent to be opened, once, for the lot and expiry blanks."""
    names = []
    for syringe in plan.syringes:
        for drawn in syringe.drawn:
            names.append(_name(drawn, words))
            if drawn.reconstitute_with is not None:
                names.append(words.product(drawn.reconstitute_with))
    return list(dict.fromkeys(names))


def _block(plan: Plan, index: int, words: Words) -> dict[str, Any]:
    syringe = plan.syringes[index]
    areas = [p.area + 1 for p in plan.placements if p.syringe == index]
    return {
        "title": words.text("syringe.title", number=str(index + 1)),
        "areas": words.text("syringe.areas", areas=", ".join(str(area) for area in areas)),
        "label": _label(plan, syringe, index, words),
        "steps": _steps(syringe, words),
        "facts": _facts(syringe, words),
    }


def _label(plan: Plan, syringe: PlanSyringe, index: int, words: Words) -> list[str]:
    contents = [
        f"{words.substance(part.substance)} {words.quantity(part.concentration)}"
        + (f" ({form})" if (form := words.form(part.expressed_as)) else "")
        for part in syringe.substances
    ]
    planes = {p.intended_plane for p in plan.placements if p.syringe == index}
    plane = ", ".join(words.text(f"plane.{plane}") for plane in sorted(planes))
    return [
        *contents,
        words.text("syringe.label-total", volume=volume(syringe.volume_ml), plane=plane),
        words.text("syringe.label-times", hours=_keeping(syringe, words)),
    ]


def _keeping(syringe: PlanSyringe, words: Words) -> str:
    limits = [drawn.discard_after_h for drawn in syringe.drawn if drawn.discard_after_h is not None]
    if not limits:
        return words.text("syringe.discard-unknown")
    return words.text("syringe.discard", hours=plain(min(limits)))


def _steps(syringe: PlanSyringe, words: Words) -> list[dict[str, str]]:
    steps = []
    mark = 0.0
    for drawn in syringe.drawn:
        name = _name(drawn, words)
        if drawn.reconstitute_with is not None and drawn.reconstitute_ml is not None:
            text = words.text(
                "syringe.dissolve",
                product=name,
                diluent=words.product(drawn.reconstitute_with),
                volume=volume(drawn.reconstitute_ml),
            )
            steps.append({"text": text, "volume": "", "mark": ""})
        mark += drawn.volume_ml
        steps.append(
            {
                "text": words.text("syringe.draw", product=name, containers=_opened(drawn, words)),
                "volume": f"{volume(drawn.volume_ml)} mL",
                "mark": f"{volume(mark)} mL",
            }
        )
    return steps


def _opened(drawn: Drawn, words: Words) -> str:
    if drawn.containers is None:
        return ""
    return words.text("syringe.containers", count=str(drawn.containers))


def _facts(syringe: PlanSyringe, words: Words) -> list[str]:
    if syringe.prepared_by is not None:
        by = words.text(f"syringe.by-{syringe.prepared_by}")
    else:
        by = words.text("syringe.by-unknown")
    lost = words.unknown if syringe.lost_ml is None else f"{volume(syringe.lost_ml)} mL"
    left = words.unknown if syringe.left_over_ml is None else f"{volume(syringe.left_over_ml)} mL"
    return [
        by,
        words.text("syringe.mixtures", count=str(syringe.mixtures)),
        words.text(
            "syringe.deliver",
            syringe=syringe.delivering,
            graduation=plain(syringe.graduation_ml),
            fills=str(syringe.fills),
        ),
        words.text("syringe.rest", injected=volume(syringe.injected_ml), lost=lost, left=left),
        words.text(
            "syringe.physical",
            ph=words.number(syringe.ph, digits=2),
            osmolality=words.number(syringe.osmolality_mosm_kg, "mOsm/kg"),
        ),
    ]


def _name(drawn: Drawn, words: Words) -> str:
    if drawn.product is not None and drawn.product in words.catalogue.products:
        return words.product(drawn.product)
    return drawn.item
