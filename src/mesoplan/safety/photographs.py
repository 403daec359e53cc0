"""Areas on photographs: forbidden zones, what may lie near a point, and how far to trust it."""

from collections.abc import Sequence

from mesoplan.anatomy.face.scale import LARGEST_DIFFERENCE
from mesoplan.core.units import format_number
from mesoplan.model.case import Area, Photograph
from mesoplan.model.face import DangerZone
from mesoplan.model.figure import proposal
from mesoplan.model.finding import Finding
from mesoplan.model.landmarks import Landmarks
from mesoplan.model.plan import MappedArea, Near
from mesoplan.safety.situation import SLACK, Situation, p95_mm

LEAST_MARGIN_MM = proposal(
    1.0, "mm", "least distance between the deepest one tip in twenty and a vessel or nerve"
)
_NAMED_POINTS = 6
_BY_TRUST = ("verified", "read", "computed", "proposal", "recalled")


def photographs(s: Situation) -> list[Finding]:
    """Findings about areas on photographs."""
    return [
        *_forbidden(s),
        *_structures(s),
        *_left_out(s),
        *_landmarks(s),
        *_scales(s),
    ]


def _forbidden(s: Situation) -> list[Finding]:
    found = []
    for near in s.near:
        if not near.forbidden:
            continue
        zone = s.catalogue.face_forbidden[near.zone]
        found.append(
            s.finding(
                "point-in-forbidden-zone",
                "critical",
                "point-in-forbidden-zone",
                (zone.id, s.case.areas[near.area].site),
                sources=zone.sources,
                trust=zone.trust,
                zone=_on_side(zone.name, near),
                points=_numbers(near.points),
                reason=zone.reason,
            )
        )
    return found


def _structures(s: Situation) -> list[Finding]:
    """Tips against the least depth on record of what may lie beneath; one finding a severity."""
    rules: dict[str, dict[str, list[Near]]] = {}
    for near in s.near:
        rule = None if near.forbidden else _depth_rule(s, near)
        if rule is not None:
            rules.setdefault(rule, {}).setdefault(near.zone, []).append(near)
    found = []
    for rule, zones in rules.items():
        records = [s.catalogue.face_dangers[zone] for zone in zones]
        named = "; ".join(map(_described, records, zones.values()))
        if rule == "structure-depth-unknown":
            found.append(s.unchecked(rule, rule, tuple(zones), structures=named))
            continue
        known = [zone.depth_mm for zone in records if zone.depth_mm is not None]
        found.append(
            s.finding(
                rule,
                "critical" if rule == "structure-depth" else "warning",
                rule,
                tuple(zones),
                overridable=rule == "structure-depth",
                sources=tuple(dict.fromkeys(name for f in known for name in f.sources)),
                # Of several figures the least trusted one marks the finding.
                trust=max((figure.trust for figure in known), key=_BY_TRUST.index),
                structures=named,
                margin=format_number(LEAST_MARGIN_MM.central),
            )
        )
    return found


def _depth_rule(s: Situation, near: Near) -> str | None:
    """The rule that the tip over a structure breaks, if any."""
    depth_mm = s.catalogue.face_dangers[near.zone].depth_mm
    if depth_mm is None:
        return "structure-depth-unknown"
    own = (near.area, near.syringe)
    placement = next(p for p in s.placements if (p.area, p.syringe) == own)
    least_mm = depth_mm.bounds[0]
    if placement.depth_mm - placement.height_mm > least_mm * (1 + SLACK):
        return "structure-depth"
    if least_mm - p95_mm(placement) < LEAST_MARGIN_MM.central * (1 - SLACK):
        return "structure-near"
    return None


def _described(zone: DangerZone, rows: Sequence[Near]) -> str:
    """A structure with the number of points over it on both sides, and its depth."""
    points = {point for row in rows for point in row.points}
    text = f"{zone.structure}, {len(points)} point{'s' if len(points) > 1 else ''}"
    if zone.depth_mm is None:
        return text
    low, high = zone.depth_mm.bounds
    span = format_number(low) if low == high else f"{format_number(low)}–{format_number(high)}"
    recalled = ", recalled" if zone.depth_mm.trust == "recalled" else ""
    return f"{text} ({span} mm{recalled})"


def _on_side(name: str, near: Near) -> str:
    return f"{near.side} {name}" if near.side else name


def _numbers(points: Sequence[int]) -> str:
    shown = ", ".join(str(point) for point in points[:_NAMED_POINTS])
    more = len(points) - _NAMED_POINTS
    return f"{shown} and {more} more" if more > 0 else shown


def _left_out(s: Situation) -> list[Finding]:
    found = []
    steep = [row for row in s.mapped if row.not_placed]
    if steep:
        found.append(
            s.finding(
                "seen-from-the-side",
                "warning",
                "seen-from-the-side",
                tuple(dict.fromkeys(_name(s, row.area) for row in steep)),
                sources=("mesoplan-proposal",),
                trust="proposal",
                areas=", ".join(f"{_name(s, row.area)} {row.not_placed}" for row in steep),
            )
        )
    cuts: dict[str, float] = {}
    for row in s.mapped:
        for cut in row.cut:
            cuts[cut.what] = cuts.get(cut.what, 0.0) + cut.area_cm2
    if cuts:
        found.append(
            s.finding(
                "cut-out",
                "info",
                "cut-out",
                tuple(cuts),
                sources=("mesoplan-computed",),
                trust="computed",
                parts=", ".join(f"{_cut_name(s, n)} {v:.2g} cm²" for n, v in cuts.items()),
            )
        )
    return found


def _cut_name(s: Situation, what: str) -> str:
    zone = s.catalogue.face_forbidden.get(what)
    return zone.name.lower() if zone else what


def _name(s: Situation, area: int) -> str:
    return s.case.areas[area].region or s.case.areas[area].site


def _landmarks(s: Situation) -> list[Finding]:
    """What nobody has confirmed about the landmarks of a photograph."""
    found = []
    for photo in s.case.photographs:
        landmarks = photo.landmarks
        if landmarks is None:
            continue
        if landmarks.patient_right is None:
            found.append(_unconfirmed(s, "sides-not-confirmed", photo))
        if not landmarks.accepted:
            found.append(_unconfirmed(s, "landmarks-not-accepted", photo))
        hairy = _hairy(s, photo)
        if landmarks.erased_px is None and hairy:
            found.append(
                s.unchecked(
                    "hair-not-marked",
                    "hair-not-marked",
                    hairy,
                    photo=photo.file,
                    regions=", ".join(hairy),
                )
            )
    return found


def _unconfirmed(s: Situation, rule: str, photo: Photograph) -> Finding:
    return s.unchecked(rule, rule, (photo.file,), photo=photo.file)


def _hairy(s: Situation, photo: Photograph) -> tuple[str, ...]:
    """Regions into which hair may reach and of which nothing was erased."""

    def reaches(area: Area) -> bool:
        region = s.catalogue.face_regions.get(area.region or "")
        return region is not None and region.hair and not area.erased_px

    return tuple(
        dict.fromkeys(
            area.region or "" for area in s.case.areas if area.photo == photo.file and reaches(area)
        )
    )


def _scales(s: Situation) -> list[Finding]:
    estimated = {row.photo: row for row in s.mapped if row.scale.method in ("iris", "limb")}
    apart = {row.photo: row for row in s.mapped if _contradicted(row.contradiction)}
    manual = [photo for photo in s.case.photographs if _by_hand(photo.landmarks)]
    return [
        *(_estimated(s, row) for row in estimated.values()),
        *(_apart(s, row) for row in apart.values()),
        *(_by_anchors(s, photo) for photo in manual),
    ]


def _estimated(s: Situation, row: MappedArea) -> Finding:
    return s.finding(
        f"scale-by-{row.scale.method}",
        "info",
        f"scale-by-{row.scale.method}",
        (row.photo,),
        sources=("mesoplan-computed", "mesoplan-proposal"),
        trust="computed",
        photo=row.photo,
        low=f"{100 * row.scale.relative_sd:.0f}",
        high=f"{200 * row.scale.relative_sd:.0f}",
    )


def _apart(s: Situation, row: MappedArea) -> Finding:
    return s.finding(
        "scales-differ",
        "warning",
        "scales-differ",
        (row.photo,),
        sources=("mesoplan-proposal",),
        trust="proposal",
        photo=row.photo,
        percent=f"{100 * abs(row.contradiction or 0.0):.0f}",
        used=row.scale.method,
    )


def _contradicted(difference: float | None) -> bool:
    return difference is not None and abs(difference) > LARGEST_DIFFERENCE.central


def _by_hand(landmarks: Landmarks | None) -> bool:
    return landmarks is not None and landmarks.detector.name == "manual"


def _by_anchors(s: Situation, photo: Photograph) -> Finding:
    return s.finding(
        "landmarks-by-hand",
        "warning",
        "landmarks-by-hand",
        (photo.file,),
        sources=("mesoplan-proposal",),
        trust="proposal",
        photo=photo.file,
    )
