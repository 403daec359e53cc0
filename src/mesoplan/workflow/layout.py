"""Lays a settled case out on its areas: surfaces, points, volumes and syringe fills."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from mesoplan.anatomy.layers import SkinLayers, skin_layers
from mesoplan.anatomy.mapping import STEEPEST_DEG, MappedPatch
from mesoplan.anatomy.photo_area import mapped_patch
from mesoplan.anatomy.surface import FlatPatch, flat_patch
from mesoplan.anatomy.tip import Tip, plane_of, plane_probability, tip
from mesoplan.catalogue import Catalogue
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.units import format_number
from mesoplan.dose import wheal_diameter_mm
from mesoplan.model.case import Area, Case
from mesoplan.model.figure import Figure
from mesoplan.model.instrument import Needle, Syringe
from mesoplan.model.mixture import Mixture
from mesoplan.model.plan import Drawn, MappedArea, Near, Placement, PlanSyringe, Point, Strength
from mesoplan.model.substance import Plane
from mesoplan.placement.fitting import fitted_places
from mesoplan.placement.pattern import MAX_POINTS, Place, count_bound, places
from mesoplan.placement.scatter import scattered
from mesoplan.placement.strokes import Stroke, film_rows, threads
from mesoplan.placement.volume import Delivery, delivery, fills, fitted_volume_ml
from mesoplan.workflow.photo_points import mapped_area, near, placed, trimmed
from mesoplan.workflow.settle import Setting, Settled

PUNCTURES_PER_NEEDLE = Figure(
    value=20,
    unit="1",
    sources=("S35", "mesoplan-proposal"),
    trust="proposal",
    note="tip deformation was measured after 3, 5 and 10 punctures; no limit is published",
)


@dataclass(frozen=True)
class Layout:
    """Where everything goes. ``fitted`` tells of protocol volumes fitted to a graduation."""

    patches: tuple[FlatPatch, ...]
    tip: Tip
    needle: Needle | None
    placements: tuple[Placement, ...]
    points: tuple[Point, ...]
    syringes: tuple[PlanSyringe, ...]
    deliveries: tuple[Delivery, ...]
    fitted: tuple[tuple[float, float], ...]
    injected_ml: tuple[float, ...]
    mapped: tuple[MappedArea, ...]
    near: tuple[Near, ...]


@dataclass(frozen=True)
class _Survey:
    """Surfaces, the marks on them, how many steep ones were left out, and what is wrong."""

    patches: tuple[FlatPatch, ...]
    marks: tuple[Sequence[Place | Stroke], ...]
    not_placed: tuple[int, ...]
    faults: list[Fault]


def lay_out(settled: Settled, catalogue: Catalogue) -> Layout:
    """Points, volumes and fills of a settled case.

    Raises
    ------
    InputError
        For an area that holds no point, an outline that crosses itself, or more than 10 000
        points over all passes.
    """
    survey = _survey(settled, catalogue)
    if survey.faults:
        raise InputError(survey.faults)
    return _assemble(settled, catalogue, survey)


def area_faults(settled: Settled, catalogue: Catalogue) -> list[Fault]:
    """Every fault of the areas under a technique, one bad area not hiding another."""
    return _survey(settled, catalogue).faults


def _survey(settled: Settled, catalogue: Catalogue) -> _Survey:
    setting = settled.setting
    found, faults = surfaces(settled.case, catalogue)
    patches = tuple(patch for patch in found if patch is not None)
    mixtures = settled.mixtures
    passes = [sum(area in m.areas for m in mixtures) for area in range(len(found))]
    faults += _hopeless(setting, found, passes)
    if (faults and not patches) or any(f.key == "technique.spacing_mm" for f in faults):
        return _Survey(patches, (), (), faults)
    seed = settled.case.engine.seed
    laid = [((), 0) if patch is None else _marks(patch, setting, seed) for patch in found]
    marks, not_placed = [one for one, _ in laid], tuple(left_out for _, left_out in laid)
    for number, area in enumerate(settled.case.areas):
        patch = found[number]
        if area.lesion_mm is not None and patch is not None and not marks[number]:
            # A lesion smaller than the spacing still takes one deposit, in its middle.
            x, y = patch.polygon.centroid.x, patch.polygon.centroid.y
            marks[number] = (Place(x, y, "A"),)
    for number, (patch, places_found) in enumerate(zip(found, marks, strict=True)):
        if patch is not None and not places_found and not_placed[number]:
            faults.append(_seen_from_the_side(number, not_placed[number]))
        elif patch is not None and not places_found:
            faults.append(
                Fault(
                    f"areas[{number}]",
                    f"holds no point at a spacing of {format_number(setting.spacing_mm)} mm"
                    f" and a margin of {format_number(setting.margin_mm)} mm",
                    "give a larger area, or a smaller spacing or margin",
                )
            )
    total = sum(len(places_found) * n for places_found, n in zip(marks, passes, strict=True))
    if total > MAX_POINTS:
        faults.append(_too_many(total))
    return _Survey(patches, tuple(marks), not_placed, faults)


def _seen_from_the_side(number: int, count: int) -> Fault:
    wrong = f"all its {count} places are seen at more than {STEEPEST_DEG.central:g} degrees"
    right = "plan it on a picture that shows this side, with a ruler on it"
    return Fault(f"areas[{number}]", wrong, right)


def surfaces(case: Case, catalogue: Catalogue) -> tuple[tuple[FlatPatch | None, ...], list[Fault]]:
    """The surfaces of a case's areas; ``None`` and a fault for an outline that is none."""
    faults: list[Fault] = []
    patches: list[FlatPatch | None] = []
    for number, area in enumerate(case.areas):
        layers = skin_layers(catalogue.sites[area.site], area.skin, height_mm(area))
        photo, key = case.photograph(area), f"areas[{number}]"
        try:
            if photo is None:
                patches.append(flat_patch(area, layers, key))
            else:
                patches.append(mapped_patch(area, photo, layers, catalogue, key))
        except InputError as error:
            faults += error.faults
            patches.append(None)
    return tuple(patches), faults


def height_mm(area: Area) -> float:
    """How far a lesion stands above the skin; 0 for any other area."""
    return area.lesion_mm[2] if area.lesion_mm else 0.0


def _hopeless(
    setting: Setting, patches: Sequence[FlatPatch | None], passes: Sequence[int]
) -> list[Fault]:
    """A hopeless number of points, refused before any is built."""
    if setting.technique.deposit == "film":
        return []
    pitch = setting.row_spacing_mm if setting.pattern == "rows" else setting.spacing_mm
    bound = sum(
        times * count_bound(patch.size_mm, setting.spacing_mm, pitch)
        for patch, times in zip(patches, passes, strict=True)
        if patch is not None
    )
    return [_too_many(round(min(bound, 1e12)))] if bound > 50 * MAX_POINTS else []


def _too_many(count: int) -> Fault:
    return Fault(
        "technique.spacing_mm",
        f"makes about {count} points over all passes",
        f"widen the spacing: at most {MAX_POINTS} points",
    )


def _marks(patch: FlatPatch, setting: Setting, seed: int) -> tuple[Sequence[Place | Stroke], int]:
    """The marks of a technique, and how many are left out because they cannot be seen well."""
    marks = _all_marks(patch, setting, seed)
    return trimmed(patch, marks) if isinstance(patch, MappedPatch) else (marks, 0)


def _all_marks(patch: FlatPatch, setting: Setting, seed: int) -> Sequence[Place | Stroke]:
    deposit = setting.technique.deposit
    if deposit == "film":
        return film_rows(patch, setting.spacing_mm, setting.margin_mm)
    if deposit == "threads":
        length_mm = setting.inserted_mm * math.cos(math.radians(setting.angle_deg))
        return threads(patch, max(length_mm, 1e-3), setting.spacing_mm, setting.margin_mm)
    if setting.pattern == "poisson":
        return scattered(patch, setting.spacing_mm, setting.margin_mm, seed)
    row_spacing = setting.row_spacing_mm if setting.pattern == "rows" else None
    if isinstance(patch, MappedPatch) and setting.pattern != "line":
        return fitted_places(
            patch, setting.pattern, setting.spacing_mm, setting.margin_mm, row_spacing
        )
    return places(patch, setting.pattern, setting.spacing_mm, setting.margin_mm, row_spacing)


def _assemble(settled: Settled, catalogue: Catalogue, survey: _Survey) -> Layout:
    setting, patches, marks = settled.setting, survey.patches, survey.marks
    needle = find_needle(catalogue, setting.needle)
    needle_tip = tip(setting.inserted_mm, setting.angle_deg)
    points: list[Point] = []
    placements: list[Placement] = []
    syringes: list[PlanSyringe] = []
    deliveries: list[Delivery] = []
    fitted: list[tuple[float, float]] = []
    injected: list[float] = []
    for mixture in settled.mixtures:
        shares = {
            area: _share_ml(
                setting, settled.case.areas[area], patches[area], len(marks[area]), catalogue
            )
            for area in mixture.areas
        }
        total_ml = sum(share[0] * len(marks[area]) for area, share in shares.items())
        fitted += [share for share in shares.values() if share[0] != share[1]]
        worst = _worst_delivery(setting, shares, total_ml, catalogue)
        deliveries.append(worst)
        needles = 0
        for area in mixture.areas:
            placement = _placement(
                settled, catalogue, mixture, area, patches[area], len(marks[area]),
                shares[area][0], needle_tip, worst, total_ml,
            )  # fmt: skip
            needles += placement.needle_changes
            placements.append(placement)
            laid = _points(placement, marks[area], len(points))
            patch = patches[area]
            points += placed(patch, laid) if isinstance(patch, MappedPatch) else laid
        injected.append(total_ml)
        syringes.append(_syringe(mixture, catalogue, worst, total_ml, needle, needles))
    return Layout(
        patches=patches,
        tip=needle_tip,
        needle=needle,
        placements=tuple(placements),
        points=tuple(points),
        syringes=tuple(syringes),
        deliveries=tuple(deliveries),
        fitted=tuple(dict.fromkeys(fitted)),
        injected_ml=tuple(injected),
        mapped=_mapped(settled.case, survey),
        near=near(settled.case, patches, placements, points, catalogue),
    )


def _mapped(case: Case, survey: _Survey) -> tuple[MappedArea, ...]:
    found = []
    for number, (area, patch) in enumerate(zip(case.areas, survey.patches, strict=True)):
        photo = case.photograph(area)
        if photo is not None and isinstance(patch, MappedPatch):
            found.append(mapped_area(number, area, photo, patch, survey.not_placed[number]))
    return tuple(found)


def find_needle(catalogue: Catalogue, label: str) -> Needle | None:
    """The needle of the catalogue with a label; ``None``: its dead space is not known."""
    for needle in catalogue.needles.values():
        if needle.label == label:
            return needle
    return None


def loose_syringes(catalogue: Catalogue) -> tuple[Syringe, ...]:
    """Syringes that take the needle of a plan."""
    return tuple(s for s in catalogue.syringes.values() if not s.fixed_needle)


def _share_ml(
    setting: Setting, area: Area, patch: FlatPatch, count: int, catalogue: Catalogue
) -> tuple[float, float]:
    """(Volume per puncture as planned, as stated): a protocol's own volume is fitted."""
    if setting.volume_per_point_ml is not None:
        stated = setting.volume_per_point_ml
    elif setting.volume_per_area_ml is not None:
        stated = setting.volume_per_area_ml / count
    elif setting.volume_per_cm3_ml is not None:
        stated = setting.volume_per_cm3_ml * (area.lesion_cm3 or 0.0) / count
    else:
        stated = (setting.volume_per_cm2_ml or 0.0) * patch.area_cm2 / count
    if setting.volume_is_stated or setting.technique.deposit == "film":
        return stated, stated
    planned = fitted_volume_ml(stated, loose_syringes(catalogue))
    return (stated if math.isclose(planned, stated, rel_tol=1e-6) else planned), stated


def _worst_delivery(
    setting: Setting,
    shares: dict[int, tuple[float, float]],
    total_ml: float,
    catalogue: Catalogue,
) -> Delivery:
    """One syringe for the whole pass: where areas differ, the one that suits the hardest."""
    shared = setting.volume_per_point_ml is None
    syringes = loose_syringes(catalogue)
    found = [delivery(volume, total_ml, syringes, shared=shared) for volume, _ in shares.values()]
    return min(found, key=lambda d: (d.fits, d.syringe.graduation_ml))


def _placement(
    settled: Settled, catalogue: Catalogue, mixture: Mixture, area: int, patch: FlatPatch,
    count: int, volume_ml: float, needle_tip: Tip, reading: Delivery, total_ml: float,
) -> Placement:  # fmt: skip
    setting, layers = settled.setting, patch.layers
    probability = plane_probability(needle_tip, layers)
    intended = _intended_plane(settled, mixture, catalogue)
    per_needle = setting.technique.punctures_per_needle or PUNCTURES_PER_NEEDLE
    treated = settled.case.areas[area]
    site = catalogue.sites[treated.site]
    own = delivery(
        volume_ml, total_ml, (reading.syringe,), shared=setting.volume_per_point_ml is None
    )
    return Placement(
        area=area,
        syringe=mixture.index,
        technique=setting.technique.id,
        needle=setting.needle,
        angle_deg=setting.angle_deg,
        inserted_mm=setting.inserted_mm,
        depth_mm=needle_tip.depth_mm,
        depth_sd_mm=needle_tip.sd_mm,
        plane=plane_of(needle_tip.depth_mm, layers),
        intended_plane=intended,
        probability_intended=probability.of(intended),
        probability_dermis=probability.dermis,
        probability_below_dermis=probability.subcutis,
        spacing_mm=setting.spacing_mm,
        row_spacing_mm=_row_spacing_mm(setting),
        margin_mm=setting.margin_mm,
        pattern=setting.pattern,
        count=count,
        volume_per_point_ml=volume_ml,
        punctures_per_tenth_ml=own.punctures_per_tenth_ml,
        volume_ml=volume_ml * count,
        area_cm2=patch.area_cm2,
        needle_changes=max(1, math.ceil(count / per_needle.central)),
        wheal_diameter_mm=_wheal_mm(setting, treated, volume_ml, layers),
        height_mm=height_mm(treated),
        lesion_cm3=treated.lesion_cm3,
        never=(*site.never, *setting.technique.never),
    )


def _row_spacing_mm(setting: Setting) -> float:
    if setting.pattern == "hexagonal":
        return setting.spacing_mm * math.sqrt(3) / 2
    return setting.row_spacing_mm if setting.pattern == "rows" else setting.spacing_mm


def _wheal_mm(setting: Setting, area: Area, volume_ml: float, layers: SkinLayers) -> float | None:
    """Diameter of the visible bolus; not stated for strokes and in scar tissue."""
    if setting.technique.deposit in ("film", "threads") or area.lesion_mm is not None:
        return None
    return wheal_diameter_mm(volume_ml, layers.dermis_mm)


def _intended_plane(settled: Settled, mixture: Mixture, catalogue: Catalogue) -> Plane:
    """The plane a substance is meant for goes before the technique's."""
    for content in mixture.contents:
        meant = catalogue.substances[content.substance].meant_for
        if meant is not None:
            return meant
    return settled.setting.technique.plane


def _points(placement: Placement, marks: Sequence[Place | Stroke], offset: int) -> list[Point]:
    return [
        Point(
            id=offset + number + 1,
            area=placement.area,
            x_mm=mark.x_mm,
            y_mm=mark.y_mm,
            depth_mm=placement.depth_mm,
            plane=placement.plane,
            volume_ml=placement.volume_per_point_ml,
            syringe=placement.syringe,
            row=mark.row,
            path_mm=mark.path_mm if isinstance(mark, Stroke) else None,
        )
        for number, mark in enumerate(marks)
    ]


def _syringe(
    mixture: Mixture, catalogue: Catalogue, reading: Delivery, total_ml: float,
    needle: Needle | None, needles: int,
) -> PlanSyringe:  # fmt: skip
    filled = fills(total_ml, mixture.volume_ml, reading.syringe, needle, needles)
    return PlanSyringe(
        volume_ml=mixture.volume_ml,
        ph=mixture.ph,
        osmolality_mosm_kg=mixture.osmolality_mosm_kg,
        substances=tuple(
            Strength(
                substance=content.substance,
                expressed_as=content.form,
                amount=content.amount,
                concentration=content.concentration,
            )
            for content in mixture.contents
        ),
        prepared_by=mixture.prepared_by,
        drawn=tuple(
            Drawn(
                item=catalogue.products[part.product].name
                if part.product
                else catalogue.substances[part.substance or ""].name,
                written=part.written,
                product=part.product,
                volume_ml=part.volume_ml,
                containers=None if part.containers is None else part.containers,
                reconstitute_with=part.diluent,
                reconstitute_ml=part.diluent_ml,
                discard_after_h=part.discard_after_h,
            )
            for part in mixture.parts
        ),
        delivering=reading.syringe.name,
        graduation_ml=reading.syringe.graduation_ml,
        injected_ml=total_ml,
        lost_ml=filled.lost_ml,
        fills=filled.fills,
        mixtures=filled.mixtures,
        left_over_ml=filled.left_over_ml,
    )
