"""Regions and zones of the face: sound shapes, and anatomy they must agree with.

Expected figures are published ones, in millimetres on the canonical face, which has the size of
an adult's.
"""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from numpy.typing import NDArray

from mesoplan.catalogue import load_catalogue
from mesoplan.catalogue.canonical import canonical_face
from mesoplan.catalogue.verify import walk
from mesoplan.model.face import DangerZone, FaceRegion, ForbiddenZone, Offset

CATALOGUE = load_catalogue()
FACE = canonical_face()
REGIONS = CATALOGUE.face_regions
FORBIDDEN = CATALOGUE.face_forbidden
DANGERS = CATALOGUE.face_dangers
DOCUMENT = Path(__file__).parents[2] / "docs" / "reference" / "face-regions.md"
OVAL = shapely.union_all([shapely.Polygon(FACE.uv[t]) for t in FACE.triangles])
WANTED = {
    "forehead", "glabella", "temple", "crows-feet", "lower-eyelid", "tear-trough", "malar",
    "buccal", "cheek", "nasolabial", "upper-lip", "marionette", "lower-lip", "chin", "jawline",
    "preauricular", "nose",
}  # fmt: skip
CONTAINED = {("malar", "cheek"), ("buccal", "cheek")}
"""Regions that overlap on purpose; no two others do."""

# A globe of 24 mm behind the pupil, and the distance of the rim from its edge (Arch Facial Plast
# Surg 2011;13:51): above, towards the nose, below, lateral.
RIM_MM = {"up": 12 + 3.7, "medial": 12 + 7.6, "down": 12 + 6.6, "lateral": 12 + 4.6}
PUPIL = 0.5 * (FACE.vertices_mm[159] + FACE.vertices_mm[145])


def polygon(ring: tuple[int, ...], left: bool = False) -> shapely.Polygon:
    """A ring in the canonical map, on the other side if ``left``."""
    chosen = FACE.mirror[list(ring)] if left else list(ring)
    return shapely.Polygon(FACE.uv[chosen])


def shape(record: FaceRegion | ForbiddenZone, left: bool = False) -> Any:
    """All rings of a record as one shape, on the side it is drawn."""
    whole = shapely.union_all([polygon(ring, left) for ring in record.rings])
    holes = record.holes if isinstance(record, FaceRegion) else ()
    return whole.difference(shapely.union_all([polygon(ring, left) for ring in holes]))


def at(uv: NDArray[np.float64]) -> NDArray[np.float64]:
    """Places of the canonical map in millimetres, shape (n, 3)."""
    a, b, c = (FACE.uv[FACE.triangles[:, i]] for i in range(3))
    found = []
    for place in uv:
        ab, ac, ap = b - a, c - a, place - a
        area = ab[:, 0] * ac[:, 1] - ac[:, 0] * ab[:, 1]
        v = (ap[:, 0] * ac[:, 1] - ac[:, 0] * ap[:, 1]) / area
        w = (ab[:, 0] * ap[:, 1] - ap[:, 0] * ab[:, 1]) / area
        best = int(np.argmax(np.minimum(np.minimum(v, w), 1.0 - v - w)))
        weight = np.array([1.0 - v[best] - w[best], v[best], w[best]])
        found.append(weight @ FACE.vertices_mm[FACE.triangles[best]])
    return np.array(found)


def line_mm(path: tuple[int, ...]) -> NDArray[np.float64]:
    """Points along a path of landmarks, in millimetres."""
    corners = FACE.uv[list(path)]
    steps = np.linspace(0.0, 1.0, 40)[:, None]
    return at(np.concatenate([p + (q - p) * steps for p, q in itertools.pairwise(corners)]))


def lateral_at(path: tuple[int, ...], height: float) -> float:
    """How far from the midline a path crosses a height."""
    points = line_mm(path)
    return float(-points[np.abs(points[:, 1] - height).argmin(), 0])


def spot(zone: DangerZone) -> tuple[float, float]:
    """(lateral, up) of a circle; the canonical face looks straight ahead along its axes."""
    assert zone.spot is not None

    def of(rule: Offset, axis: int) -> float:
        if rule.origin == "midline":
            assert axis == 0, "the midline is no height"
            return rule.mm
        place = float(FACE.vertices_mm[rule.origin, axis])
        return (-place if axis == 0 else place) + rule.mm

    lateral = [of(rule, 0) for rule in zone.spot.lateral]
    up = [of(rule, 1) for rule in zone.spot.up]
    return float(np.mean(lateral)), float(np.mean(up))


def all_records() -> list[Any]:
    return [*REGIONS.values(), *FORBIDDEN.values(), *DANGERS.values()]


def test_every_region_a_practitioner_asks_for_is_there() -> None:
    assert set(REGIONS) == WANTED


@pytest.mark.parametrize("record", [*REGIONS.values(), *FORBIDDEN.values()], ids=lambda r: r.id)
def test_rings_are_simple_and_lie_on_the_face(record: FaceRegion | ForbiddenZone) -> None:
    for ring in record.rings:
        assert len(set(ring)) == len(ring), "a landmark stands twice"
        assert polygon(ring).is_valid
        assert OVAL.buffer(1e-9).contains(polygon(ring))


@pytest.mark.parametrize("record", [*REGIONS.values(), *FORBIDDEN.values()], ids=lambda r: r.id)
def test_sides(record: FaceRegion | ForbiddenZone) -> None:
    x = FACE.vertices_mm[[i for ring in record.rings for i in ring], 0]
    if record.sided:
        assert (x < 0.0).all(), "drawn on the patient's right, which is at negative x"
        assert shape(record).intersection(shape(record, left=True)).area < 1e-9
    else:
        numbers = {i for ring in record.rings for i in ring}
        assert {int(FACE.mirror[i]) for i in numbers} == numbers, "left and right differ"


@pytest.mark.parametrize("region", REGIONS.values(), ids=lambda r: r.id)
def test_a_region_stays_out_of_forbidden_zones(region: FaceRegion) -> None:
    for zone in FORBIDDEN.values():
        for left in (False, True):
            assert shape(region).intersection(shape(zone, left)).area < 1e-7, zone.id


def test_regions_do_not_overlap_but_where_one_holds_the_other() -> None:
    found = {
        frozenset((one.id, other.id))
        for one, other in itertools.combinations(REGIONS.values(), 2)
        if shape(one).intersection(shape(other)).area > 1e-7
    }
    assert found == {frozenset(pair) for pair in CONTAINED}
    for part, whole in CONTAINED:
        assert shape(REGIONS[part]).difference(shape(REGIONS[whole])).area < 1e-7


def test_the_cheek_is_malar_and_buccal_and_nothing_else() -> None:
    parts = shapely.union(shape(REGIONS["malar"]), shape(REGIONS["buccal"]))
    assert shape(REGIONS["cheek"]).symmetric_difference(parts).area < 1e-7


@pytest.mark.parametrize("region", REGIONS.values(), ids=lambda r: r.id)
def test_a_region_has_a_site_of_the_face_and_room_left(region: FaceRegion) -> None:
    assert CATALOGUE.sites[region.site].face
    assert CATALOGUE.sites[region.site].forbidden is None
    left, top, right, bottom = shape(region).bounds
    u, v = np.meshgrid(np.linspace(left, right, 40), np.linspace(top, bottom, 40))
    grid = np.stack([u.ravel(), v.ravel()], axis=1)
    places = at(grid[shapely.contains_xy(shape(region), grid[:, 0], grid[:, 1])])
    free = np.ones(len(places), dtype=bool)
    for zone in FORBIDDEN.values():
        if zone.keep_mm is not None:
            for ring in zone.rings:
                border = line_mm((*ring, ring[0]))
                gap = np.linalg.norm(places[:, None] - border[None], axis=2).min(axis=1)
                free &= gap >= zone.keep_mm.central
    assert free.mean() > 0.5, "the distance kept from forbidden zones leaves half of it at least"


@pytest.mark.parametrize(
    ("landmark", "region"),
    [
        (1, "nose"), (6, "nose"), (152, "chin"), (200, "chin"), (151, "forehead"), (10, "forehead"),
        (8, "glabella"), (139, "temple"), (35, "crows-feet"), (50, "malar"), (205, "malar"),
        (207, "buccal"), (214, "buccal"), (203, "nasolabial"), (164, "upper-lip"),
        (202, "marionette"), (177, "preauricular"), (136, "jawline"), (120, "tear-trough"),
    ],
)  # fmt: skip
def test_landmarks_lie_in_their_region(landmark: int, region: str) -> None:
    place = shapely.Point(FACE.uv[landmark])
    holding = {
        r.id for r in REGIONS.values() if shape(r).buffer(1e-9).contains(place) and r.id != "cheek"
    }
    assert holding == {region}


@pytest.mark.parametrize("landmark", [33, 133, 159, 145, 23, 27, 223, 13, 14, 60, 0, 17])
def test_eye_lids_mouth_and_nostril_lie_in_no_region_but_in_a_forbidden_zone(landmark: int) -> None:
    place = shapely.Point(FACE.uv[landmark])
    assert not any(shape(r).contains(place) for r in REGIONS.values())
    assert any(shape(z).buffer(1e-9).contains(place) for z in FORBIDDEN.values())


@pytest.mark.parametrize("landmark", [46, 53, 52, 65])
def test_the_forehead_stays_above_the_brows(landmark: int) -> None:
    assert not shape(REGIONS["forehead"]).intersects(shapely.Point(FACE.uv[landmark]))


def test_the_orbital_ring_is_where_published_rims_are() -> None:
    # SD between people 1.8-2.3 mm; up the ring follows the brow, which is no closer than the rim.
    ring = line_mm((*FORBIDDEN["orbit"].rings[0], FORBIDDEN["orbit"].rings[0][0]))
    away = ring - PUPIL
    assert away[:, 1].max() == pytest.approx(RIM_MM["up"], abs=4.0)
    assert -away[:, 1].min() == pytest.approx(RIM_MM["down"], abs=2.2)
    assert away[:, 0].max() == pytest.approx(RIM_MM["medial"], abs=2.5)
    assert -away[:, 0].min() == pytest.approx(RIM_MM["lateral"], abs=2.5)
    keep = FORBIDDEN["orbit"].keep_mm
    assert keep is not None
    # With the distance kept, the mean rim itself is forbidden all around: an ellipse of power 2.5.
    for angle in np.linspace(0.0, 2.0 * np.pi, 73):
        side = RIM_MM["medial" if np.cos(angle) > 0.0 else "lateral"]
        height = RIM_MM["up" if np.sin(angle) > 0.0 else "down"]
        x = side * np.sign(np.cos(angle)) * abs(np.cos(angle)) ** 0.8
        y = height * np.sign(np.sin(angle)) * abs(np.sin(angle)) ** 0.8
        inside = shapely.Polygon(away[:, :2]).buffer(keep.central + 0.5)
        assert inside.contains(shapely.Point(x, y)), (round(x, 1), round(y, 1))


@pytest.mark.parametrize(
    ("zone", "apart_mm", "sd_mm"),
    [
        ("infraorbital-foramen", 54.9, 3.4),  # Song 2007
        ("mental-foramen", 47.2, 5.5),  # Song 2007
        ("supraorbital-notch", 50.0, 7.0),  # Cutright 2003, Aziz 2000
    ],
)
def test_foramina_lie_as_far_apart_as_published(zone: str, apart_mm: float, sd_mm: float) -> None:
    assert 2.0 * spot(DANGERS[zone])[0] == pytest.approx(apart_mm, abs=2.0 * sd_mm)


def test_heights_of_the_foramina() -> None:
    rim = PUPIL[1] - RIM_MM["down"]
    assert 4.2 < rim - spot(DANGERS["infraorbital-foramen"])[1] < 13.3  # 6.4 to 9.2, SD 2.2
    notch = spot(DANGERS["supraorbital-notch"])[1]
    assert notch == pytest.approx(PUPIL[1] + RIM_MM["up"], abs=4.0)
    infra = spot(DANGERS["infraorbital-foramen"])
    supra = spot(DANGERS["supraorbital-notch"])
    assert np.hypot(infra[0] - supra[0], infra[1] - supra[1]) == pytest.approx(43.0, abs=6.0)
    mental = spot(DANGERS["mental-foramen"])[1]
    assert FACE.vertices_mm[61, 1] - mental == pytest.approx(20.4, abs=7.8)
    assert mental - FACE.vertices_mm[152, 1] > 14.0


def test_vessels_pass_where_published() -> None:
    mouth, ala = FACE.vertices_mm[61], FACE.vertices_mm[129]
    artery, vein = DANGERS["facial-artery"].path, DANGERS["facial-vein"].path
    assert lateral_at(artery, mouth[1]) + mouth[0] == pytest.approx(13.5, abs=5.4)  # Yang 2014
    assert lateral_at(artery, ala[1]) + ala[0] == pytest.approx(3.2, abs=4.5)
    assert lateral_at(vein, ala[1]) + ala[0] == pytest.approx(21.6, abs=4.0)  # Chinnawong 2015
    assert 27.6 - 4.0 < lateral_at(vein, mouth[1]) + mouth[0] < 32.2 + 4.8  # and Wang 2021
    detour = DANGERS["facial-artery-detour"].path
    turn = FACE.vertices_mm[133, 1] - 35.2
    assert lateral_at(detour, turn) == pytest.approx(39.2, abs=5.8)
    trochlear = DANGERS["supratrochlear-artery"]
    points = -line_mm(trochlear.path)[:, 0]
    assert trochlear.half_width_mm is not None
    assert points.min() - trochlear.half_width_mm <= 10.0  # 1-2 cm in 95 %
    assert points.max() + trochlear.half_width_mm >= 20.0
    orbital = -line_mm(DANGERS["supraorbital-artery"].path)[:, 0]
    assert 20.0 < orbital.min() < orbital.max() < 40.0
    nerve = line_mm(DANGERS["frontal-nerve"].path)
    tragus = FACE.vertices_mm[234]
    assert np.linalg.norm(nerve - tragus, axis=1).max() > 60.0
    assert np.abs(np.linalg.norm(nerve - tragus, axis=1) - 32.1).min() < 1.0


def test_arteries_end_where_the_next_begins() -> None:
    assert DANGERS["facial-artery"].path[-1] == DANGERS["angular-artery"].path[0]
    assert DANGERS["lateral-nasal-artery"].path[0] == DANGERS["facial-artery"].path[-1]
    assert DANGERS["angular-artery"].path[-1] == 244, "beside the inner corner of the eye"


@pytest.mark.parametrize("zone", DANGERS.values(), ids=lambda z: z.id)
def test_a_danger_zone_is_on_the_right_and_wide_enough(zone: DangerZone) -> None:
    assert zone.sided
    assert zone.note
    if zone.spot is not None:
        assert zone.radius_mm is not None
        rules = (zone.spot.lateral, zone.spot.up)
        spread = max(float(np.mean([rule.sd_mm for rule in of])) for of in rules)
        assert zone.radius_mm >= 2.0 * spread + 2.0 - 0.05, "2 SD and 2 mm for the landmarks"
    else:
        assert zone.half_width_mm is not None
        assert zone.half_width_mm >= 6.0
        assert (FACE.vertices_mm[list(zone.path), 0] <= 0.0).all()
        assert len(set(zone.path)) == len(zone.path)
    if zone.depth_mm is not None:
        low, high = zone.depth_mm.bounds
        assert 0.0 < low < high


def test_everything_has_sources_and_nothing_is_called_safe() -> None:
    for record in all_records():
        for part in walk(record):
            assert getattr(part, "sources", True), record.id
        text = record.model_dump_json().lower()
        assert "safe" not in text.replace("unsafe", ""), record.id


def test_what_is_recalled_or_proposed_says_so() -> None:
    for record in all_records():
        for part in walk(record):
            sources = set(getattr(part, "sources", ()))
            trust = getattr(part, "trust", "")
            if sources and sources <= {"general-knowledge"}:
                assert trust == "recalled", record.id
            if sources and sources <= {"mesoplan-proposal", "mediapipe-canonical-face"}:
                assert trust == "proposal", record.id


def test_the_page_states_every_region_and_zone_as_the_catalogue_does() -> None:
    rows = {
        cells[1].strip(" `"): [cell.strip() for cell in cells]
        for line in DOCUMENT.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
        for cells in [line.split("|")]
    }
    assert set(rows) == {*REGIONS, *FORBIDDEN, *DANGERS}
    for region in REGIONS.values():
        assert rows[region.id][2] == f"`{region.site}`"
        assert rows[region.id][3] == ("its own side" if region.facing == "side" else "the front")
        assert rows[region.id][4] == ("yes" if region.sided else "no")
    for zone in FORBIDDEN.values():
        keep = "none" if zone.keep_mm is None else f"{zone.keep_mm.central:g} mm"
        assert rows[zone.id][3] == keep
    for danger in DANGERS.values():
        wide = (
            f"circle, {danger.radius_mm:g} mm" if danger.spot is not None
            else f"corridor, ±{danger.half_width_mm:g} mm"
        )  # fmt: skip
        assert rows[danger.id][3] == wide
        depth = danger.depth_mm
        stated = "not known" if depth is None else "{:g} to {:g} mm".format(*depth.bounds)
        assert rows[danger.id][4] == (f"{stated}, {depth.trust}" if depth is not None else stated)
        assert rows[danger.id][6] == danger.trust
