"""Indicators of where the fluid lies: layer, depth, overlap and size of the wheals."""

from collections.abc import Sequence

import numpy as np
import shapely

from mesoplan.catalogue import Catalogue
from mesoplan.evaluate.bed import bolus_of
from mesoplan.evaluate.field import borders_mm
from mesoplan.evaluate.passes import Pass
from mesoplan.model.case import Case
from mesoplan.model.plan import Indicator, Point


def layer_shares(run: Pass, depth_mm: float, volume_ml: float) -> tuple[float, float, float]:
    """Shares of a bolus in epidermis, dermis and subcutis of mean thickness."""
    layers = run.bed.layers
    edges = np.array([0.0, *borders_mm(layers)])
    bolus = bolus_of(volume_ml, depth_mm, run.placement.plane, layers)
    epidermis, dermis, subcutis = bolus.amounts(edges, np.zeros(1))[:, 0]
    return float(epidermis), float(dermis), float(subcutis)


def share_in_target(passes: Sequence[Pass], catalogue: Catalogue) -> Indicator:
    """Share of the injected volume whose bolus lies in the target layer, mean thickness."""
    hit = total = 0.0
    for run in passes:
        placement = run.placement
        shares = layer_shares(run, placement.depth_mm, placement.volume_per_point_ml)
        place = ("epidermis", "dermis", "subcutis").index(placement.intended_plane)
        hit += shares[place] * placement.volume_ml
        total += placement.volume_ml
    return Indicator(
        id="share-in-target",
        substance="",
        value=hit / total,
        unit="1",
        definition=catalogue.messages.text("indicator.share-in-target"),
        verdict="none",
    )


def target_distance(case: Case, passes: Sequence[Pass], catalogue: Catalogue) -> Indicator:
    """Distance from the tip to the depth of the treated structure, where that is stated."""
    target = case.treatment.target_depth_mm
    depths = [run.placement.depth_mm for run in passes]
    value = None if target is None else max(abs(depth - target) for depth in depths)
    known = "target-distance" if target is not None else "target-distance-unknown"
    return Indicator(
        id="target-distance",
        substance="",
        value=value,
        unit="mm",
        definition=catalogue.messages.text(f"indicator.{known}"),
        verdict="none",
    )


def overlap(passes: Sequence[Pass], points: Sequence[Point], catalogue: Catalogue) -> Indicator:
    """Share of points whose nearest neighbour of the same pass lies within a wheal's diameter."""
    touching = counted = 0
    for placement in (run.placement for run in passes):
        diameter = placement.wheal_diameter_mm
        if diameter is None:
            continue
        places = shapely.points(
            [
                (p.x_mm, p.y_mm)
                for p in points
                if p.area == placement.area and p.syringe == placement.syringe
            ]
        )
        counted += len(places)
        if len(places) > 1:
            pairs, distance = shapely.STRtree(places).query_nearest(
                places, exclusive=True, return_distance=True
            )
            near = pairs[0][distance < diameter * (1 - 1e-9)]
            touching += len(np.unique(near))
    text = "indicator.wheal-overlap-some" if touching else "indicator.wheal-overlap"
    return Indicator(
        id="wheal-overlap",
        substance="",
        value=touching / counted if counted else None,
        unit="1",
        definition=catalogue.messages.text(text),
        verdict="none",
    )


def wheals(passes: Sequence[Pass], catalogue: Catalogue) -> list[Indicator]:
    """Width of the widest wheal, and how long its fluid stays."""
    widths = [run.placement.wheal_diameter_mm for run in passes]
    known = [width for width in widths if width is not None]
    watery = bool(known) and not any(_holds_itself(run, catalogue) for run in passes)
    text = catalogue.messages.text
    half_time = catalogue.engine_figures["wheal-half-time"]
    return [
        Indicator(
            id="wheal-diameter",
            substance="",
            value=max(known) if known else None,
            unit="mm",
            definition=text("indicator.wheal-diameter"),
            verdict="none",
        ),
        Indicator(
            id="wheal-half-time",
            substance="",
            value=half_time.central if watery else None,
            unit="min",
            definition=text(
                "indicator.wheal-half-time" if watery else "indicator.wheal-half-time-unknown"
            ),
            verdict="none",
            sources=half_time.sources if watery else (),
        ),
    ]


def _holds_itself(run: Pass, catalogue: Catalogue) -> bool:
    """Whether a mixture is a gel or a device material, whose fluid stays otherwise."""
    return any(
        catalogue.substances[content.substance].role == "device-material"
        for content in run.mixture.contents
    )
