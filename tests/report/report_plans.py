"""Builds plans and a small catalogue by hand, with synthetic exposure."""

import datetime as dt

import numpy as np

from mesoplan.catalogue import Catalogue
from mesoplan.catalogue.messages import read_messages
from mesoplan.core.units import Quantity
from mesoplan.model.case import Area, Case, Named, Patient, TechniqueChoice, Treatment
from mesoplan.model.exposure import AreaExposure, Band, Exposure, PlasmaCurve, Spread
from mesoplan.model.figure import Figure
from mesoplan.model.finding import Finding
from mesoplan.model.plan import (
    AgainstLicensed,
    Cream,
    Drawn,
    Driver,
    Indicator,
    LimitRow,
    Placement,
    Plan,
    PlanEvidence,
    PlanProtocol,
    PlanSyringe,
    Point,
    Provenance,
    Range,
    Strength,
    SupplyLine,
    Systemic,
    Total,
    Validity,
    Visit,
)
from mesoplan.model.product import Content, Product
from mesoplan.model.protocol import Indication, Technique, Trial
from mesoplan.model.rule import Emergency, Selector
from mesoplan.model.site import Danger, Site, ZoneRule
from mesoplan.model.substance import Substance
from mesoplan.model.uncertainty import VariedInput
from mesoplan.model.vocabulary import Scale, Source, SubstanceClass

READ = {"sources": ("S1",), "trust": "read"}
MG = "mg"


def mm(low: float, high: float) -> Figure:
    return Figure(low=low, high=high, unit="mm", **READ)


def site(name: str, title: str, *, face: bool = True) -> Site:
    return Site(
        id=name,
        name=title,
        face=face,
        epidermis_mm=mm(0.04, 0.08),
        skin_mm=mm(1.2, 1.8),
        flow_multiplier=Figure(value=2.0, unit="1", **READ),
        zone_rules=(ZoneRule(id="z", structure="infra-orbital artery", limit_mm=mm(4, 4), **READ),),
        dangers=(
            Danger(structure="facial artery", depth_mm=mm(3, 9), position="along the fold", **READ),
            Danger(structure="buccal branches of the facial nerve", **READ),
        ),
        danger_zone="nasolabial",
        never=("Never deeper than the dermis beside the nose.",),
    )


def make_catalogue() -> Catalogue:
    substances = [
        Substance(id="lidocaine", name="Lidocaine", role="active", classes=("amide-anaesthetic",)),
        Substance(
            id="onabotulinumtoxina",
            name="OnabotulinumtoxinA",
            role="active",
            classes=("botulinum-toxin",),
            measured_in="units",
        ),
        Substance(id="caffeine", name="Caffeine", role="active", classes=("methylxanthine",)),
        Substance(id="hyaluronic-acid", name="Hyaluronic acid", role="active"),
    ]
    products = [
        Product(
            id="lidocaine-hydrochloride-10",
            name="Lidocaine hydrochloride 10 mg/mL",
            kind="medicine",
            form="solution",
            contents=(Content(substance="lidocaine", form="hydrochloride", strength="10 mg/mL"),),
            container="ampoule",
            container_volume_ml=5.0,
            **READ,
        ),
        Product(
            id="sodium-chloride-0.9",
            name="Sodium chloride 0.9 %",
            kind="medicine",
            form="solution",
            contents=(),
            container="ampoule",
            container_volume_ml=10.0,
            **READ,
        ),
    ]
    sources = [
        Source(
            id="S1",
            citation="Author A. Skin thickness by site. J Skin 2015;1:1–9.",
            kind="P",
            seen="abstract",
        ),
        Source(
            id="S2",
            citation="Author B. Split-face trial of intradermal toxin. J Derm 2019;2:11–19.",
            kind="P",
            seen="abstract",
        ),
        Source(
            id="S113",
            citation="Lidocaine hydrochloride injection, summary of product characteristics.",
            kind="L",
            seen="section 4.2",
        ),
    ]
    emergencies = [
        Emergency(
            id="anaphylaxis",
            title="Anaphylaxis",
            signs="Hives, swelling, wheeze, hoarse voice, faintness within minutes.",
            steps=(
                "Stop. Call the emergency number. Lay flat, legs up.",
                "Adrenaline 0.5 mg = 0.5 mL of 1 mg/mL into the thigh muscle (over 12 years).",
                "Repeat after 5 minutes if no better.",
            ),
            **READ,
        ),
        Emergency(
            id="local-anaesthetic-toxicity",
            title="Local anaesthetic toxicity",
            signs="Ringing ears, metallic taste, numb mouth, twitching, fits, irregular pulse.",
            steps=(
                "Stop injecting. Call for help. Airway and oxygen.",
                "Lipid emulsion 20 % 1.5 mL/kg over 1 minute, then 0.25 mL/kg/min.",
                "Not more than 12 mL/kg in all.",
            ),
            applies_to=Selector(classes=("local-anaesthetic",)),
            **READ,
        ),
        Emergency(
            id="xanthine-overdose",
            title="Methylxanthine overdose",
            signs="Racing heart, tremor, vomiting, fits.",
            steps=("ECG and potassium.", "Call a poison centre."),
            applies_to=Selector(classes=("methylxanthine",)),
            **READ,
        ),
    ]
    classes = [
        SubstanceClass(id="local-anaesthetic", name="local anaesthetic", additive=True, **READ),
        SubstanceClass(
            id="amide-anaesthetic", name="amide", parents=("local-anaesthetic",), **READ
        ),
        SubstanceClass(id="botulinum-toxin", name="botulinum toxin", **READ),
        SubstanceClass(id="methylxanthine", name="methylxanthine", **READ),
    ]
    sites = [
        site("cheek", "Cheek"),
        site("forehead", "Forehead"),
        site("chin", "Chin"),
        site("thigh", "Thigh", face=False),
    ]
    techniques = [
        Technique(
            id=name,
            name=title,
            description="",
            deposit=deposit,
            plane="dermis",
            pattern="square",
            **READ,
        )
        for name, title, deposit in (
            ("papule", "Papule", "points"),
            ("retrograde-linear", "Retrograde linear", "threads"),
        )
    ]
    groups = {
        "substance": substances,
        "product": products,
        "source": sources,
        "emergency": emergencies,
        "class": classes,
        "site": sites,
        "technique": techniques,
        "indication": [
            Indication(
                id="mesobotox", name="Mesobotox", aesthetic=True, definition="Fine lines", **READ
            )
        ],
        "protocol": [],
        "scale": [
            Scale(
                id="gais",
                name="Global Aesthetic Improvement Scale",
                scoring="",
                better="higher",
                **READ,
            )
        ],
        "face-region": [],
        "varied-input": [
            VariedInput(id=name, name=text, shape="uniform", low=0, high=1, unit="1", **READ)
            for name, text in (
                ("clearance", "clearance of the tissue"),
                ("tip-depth", "depth of the tip"),
            )
        ],
    }
    records = {kind: {row.id: row for row in rows} for kind, rows in groups.items()}
    return Catalogue("sha256:" + "c" * 64, records, read_messages("en"), {})


AREAS = (
    Area(site="cheek", side="left", rectangle_mm=(60, 50)),
    Area(site="cheek", side="right", rectangle_mm=(60, 50)),
    Area(site="forehead", side="midline", position="medial", ellipse_mm=(80, 40)),
)


def places(area: Area, pitch: float) -> list[tuple[float, float]]:
    if area.rectangle_mm:
        w, h = area.rectangle_mm
    else:
        w, h = area.ellipse_mm
    nx, ny = int(w // pitch), int(h // pitch)
    x0, y0 = (w - (nx - 1) * pitch) / 2, (h - (ny - 1) * pitch) / 2
    grid = [(x0 + i * pitch, y0 + j * pitch) for j in range(ny) for i in range(nx)]
    if area.rectangle_mm:
        return grid
    return [p for p in grid if ((p[0] / w - 0.5) ** 2 + (p[1] / h - 0.5) ** 2) < 0.23]


def points(areas, pitch: float, syringes: int, volume: float, path=None) -> tuple[Point, ...]:
    found = []
    for syringe in range(syringes):
        for index, area in enumerate(areas):
            for x, y in places(area, pitch):
                found.append(
                    Point(
                        id=len(found) + 1,
                        area=index,
                        x_mm=x,
                        y_mm=y,
                        depth_mm=1.5,
                        plane="dermis",
                        volume_ml=volume,
                        syringe=syringe,
                        path_mm=path,
                    )
                )
    return tuple(found)


def placement(points, area: int, syringe: int, **changes) -> Placement:
    count = sum(p.area == area and p.syringe == syringe for p in points)
    volume = sum(p.volume_ml for p in points if p.area == area and p.syringe == syringe)
    given = {
        "area": area,
        "syringe": syringe,
        "technique": "papule",
        "needle": "30G 4 mm",
        "angle_deg": 30.0,
        "inserted_mm": 3.0,
        "depth_mm": 1.5,
        "depth_sd_mm": 0.21,
        "plane": "dermis",
        "intended_plane": "dermis",
        "probability_intended": 0.71,
        "probability_dermis": 0.71,
        "probability_below_dermis": 0.29,
        "spacing_mm": 10.0,
        "row_spacing_mm": 10.0,
        "margin_mm": 0.0,
        "pattern": "square",
        "count": count,
        "volume_per_point_ml": 0.01,
        "punctures_per_tenth_ml": 10.0,
        "volume_ml": volume,
        "area_cm2": 30.0,
        "needle_changes": 2,
        "wheal_diameter_mm": 4.1,
        "never": ("Never inside 10 mm of the orbital rim.",),
    }
    return Placement(**(given | changes))


def area_exposure(
    area: int, shape: Area, spots, substance: str, unit: str, tau: float
) -> AreaExposure:
    w, h = shape.rectangle_mm or shape.ellipse_mm
    x = np.arange(-5, w + 5.01, 1.0)
    y = np.arange(-5, h + 5.01, 1.0)
    z = np.linspace(0.05, 3.95, 40)
    lateral = np.zeros((y.size, x.size))
    for px, py in spots:
        lateral += np.exp(-((x[None, :] - px) ** 2 + (y[:, None] - py) ** 2) / (2 * 2.2**2))
    depth = np.exp(-((z - 1.4) ** 2) / (2 * 0.4**2))
    auc = 0.8 * lateral[:, :, None] * depth[None, None, :] * tau
    times = np.array([0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8.0])
    concentration = auc[None] * (np.exp(-times / tau) / tau)[:, None, None, None]
    inside = np.broadcast_to((x >= 0) & (x <= w), lateral.shape) & ((y >= 0) & (y <= h))[:, None]
    if shape.ellipse_mm:
        inside = ((x[None, :] / w - 0.5) ** 2 + (y[:, None] / h - 0.5) ** 2) <= 0.25
    return AreaExposure(
        area=area,
        substance=substance,
        unit=unit,
        x_mm=x,
        y_mm=y,
        depth_mm=z,
        cell_mm=np.full(z.size, 0.1),
        inside=np.asarray(inside),
        auc=auc,
        times_h=times,
        concentration=concentration,
        free_share=np.ones(z.size),
        layer_bottom_mm=(0.06, 1.7, 12.0),
    )


def exposure(areas, pitch: float) -> Exposure:
    found = []
    for index, area in enumerate(areas):
        spots = places(area, pitch)
        found.append(area_exposure(index, area, spots, "onabotulinumtoxina", "U", 2.0))
        found.append(area_exposure(index, area, spots, "lidocaine", MG, 0.6))
    times = np.linspace(0, 8, 60)
    curve = 0.05 * (np.exp(-times / 2.2) - np.exp(-times / 0.3))
    return Exposure(
        areas=tuple(found),
        plasma=(PlasmaCurve("lidocaine", MG, times, curve, 1 - np.exp(-times), 0.11),),
        not_computed=(),
        spreads=tuple(spread(area) for area in found[:2]),
    )


def spread(area: AreaExposure) -> Spread:
    """Bands half and twice a made-up middle."""

    def band(at, middle) -> Band:
        return Band(at, 0.5 * middle, middle, 2.0 * middle)

    levels = np.linspace(0, 4, 21)
    times = np.linspace(0, 8, 12)
    plasma = band(times, 0.03 * np.exp(-times / 2)) if area.substance == "lidocaine" else None
    return Spread(
        substance=area.substance,
        unit=area.unit,
        runs=64,
        course=band(area.times_h, area.concentration[:, 5:9, 5:9].mean(axis=(1, 2, 3))),
        profile=band(area.depth_mm, area.auc.mean(axis=(0, 1))),
        histogram=band(levels, 0.5 * np.exp(-levels)),
        plasma=plasma,
        plasma_peak=None if plasma is None else (0.015, 0.06),
    )


FINDINGS = (
    Finding(
        rule="R3",
        severity="warning",
        checked=False,
        subjects=("medicines",),
        message="Medicines were not asked: interactions could not be checked.",
        clears_when="Ask, and write medicines = [] where there are none.",
        sources=("S1",),
        message_id="not-asked",
    ),
    Finding(
        rule="phototype",
        severity="warning",
        subjects=("phototype",),
        message="Phototype IV: punctures may leave dark marks.",
        clears_when="The clinician answers in writing.",
        sources=("S1",),
        trust="read",
        message_id="phototype",
    ),
    Finding(
        rule="R1",
        severity="warning",
        subjects=("cheek",),
        message="The tip lies in the dermis with a probability of only 0.71.",
        clears_when="Insert less, or a flatter angle.",
        sources=("S1",),
        trust="computed",
        message_id="plane",
    ),
    Finding(
        rule="R5",
        severity="info",
        subjects=("onabotulinumtoxina",),
        message="OnabotulinumtoxinA is licensed by injection, but off-label here.",
        clears_when="Nothing: the patient is told.",
        sources=("S2",),
        message_id="off-label",
    ),
)

CRITICAL = Finding(
    rule="R2",
    severity="critical",
    subjects=("lidocaine", "mepivacaine"),
    message="Lidocaine and mepivacaine given today reach 1.31 of their summed maximum.",
    clears_when="Give less, until the sum of the fractions is at most 1.",
    sources=("S113",),
    trust="read",
    message_id="sum",
)


def indicators(areas: int) -> tuple[Indicator, ...]:
    """Coverage that is missed, a value without one, the areas apart, and one of the geometry."""
    found = []
    for substance in ("lidocaine", "onabotulinumtoxina"):
        target = substance == "lidocaine"
        found += [
            Indicator(
                id="coverage",
                substance=substance,
                value=0.337,
                unit="1",
                definition="Share of the dermis with at least the stated exposure.",
                verdict="missed" if target else "none",
                limit=0.9 if target else None,
                sources=("S1",),
                low=0.121,
                high=0.613,
                runs=64,
                met_in=3 if target else None,
                drivers=(
                    Driver(input="clearance", correlation=-0.81),
                    Driver(input="tip-depth", correlation=0.44),
                ),
            ),
            Indicator(
                id="homogeneity",
                substance=substance,
                value=None,
                unit="1",
                definition="Spread of the dermal exposure over the area.",
                verdict="none",
            ),
        ]
        found += [
            Indicator(
                id="exposure-mean",
                substance=substance,
                value=0.77,
                unit="mg·h/mL",
                definition="Mean exposure.",
                verdict="none",
                area=area,
            )
            for area in (None, *range(areas))
        ]
    found.append(
        Indicator(
            id="target-distance",
            substance="",
            value=0.42,
            unit="mm",
            definition="Distance of the tip from the target depth.",
            verdict="none",
        )
    )
    return tuple(found)


def make_plan(**changes) -> Plan:
    areas = changes.pop("areas", AREAS)
    pitch = changes.pop("pitch", 10.0)
    passes = changes.pop("passes", 1)
    path = changes.pop("path", None)
    technique = changes.pop("technique", "papule")
    weight = changes.pop("weight_kg", 62.0)
    spots = points(areas, pitch, passes, 0.01, path)
    injected = sum(p.volume_ml for p in spots if p.syringe == 0)
    case = Case(
        name="mesobotox-cheeks",
        patient=Patient(
            age_years=46,
            sex="female",
            weight_kg=weight,
            phototype=4,
            allergies=(Named(written="penicillin", id=None),),
        ),
        treatment=Treatment(
            indication="mesobotox",
            intent="treat",
            date=dt.date(2026, 11, 22),
            country="FR",
        ),
        areas=areas,
        technique=TechniqueChoice(),
    )
    syringe = PlanSyringe(
        volume_ml=1.6,
        ph=None,
        osmolality_mosm_kg=None,
        substances=(
            Strength(
                substance="lidocaine",
                expressed_as="hydrochloride",
                amount=Quantity(value=10, unit="mg"),
                concentration=Quantity(value=6.25, unit="mg/mL"),
            ),
            Strength(
                substance="onabotulinumtoxina",
                expressed_as="potency units of this product",
                amount=Quantity(value=24, unit="U"),
                concentration=Quantity(value=15, unit="U/mL"),
            ),
        ),
        prepared_by="practitioner",
        drawn=(
            Drawn(
                item="lidocaine-hydrochloride-10",
                written="lidocaine-hydrochloride-10",
                product="lidocaine-hydrochloride-10",
                volume_ml=1.0,
                containers=1,
            ),
            Drawn(
                item="OnabotulinumtoxinA 100 U powder",
                written="onabotulinumtoxina-100",
                product="onabotulinumtoxina-100",
                volume_ml=0.6,
                containers=1,
                reconstitute_with="sodium-chloride-0.9",
                reconstitute_ml=2.5,
                discard_after_h=24.0,
            ),
        ),
        delivering="1 mL syringe, low dead space",
        graduation_ml=0.01,
        injected_ml=injected,
        lost_ml=0.06,
        fills=1,
        mixtures=1,
        left_over_ml=1.6 - injected - 0.06,
    )
    given = {
        "status": "open",
        "unchecked": 1,
        "case": case,
        "protocol": PlanProtocol(
            id="mesobotox-treat",
            version="1",
            name="Mesobotox, diluted toxin in the dermis",
            intent="treat",
            departures=("Volume per point 0.01 mL instead of 0.009 mL.",),
            evidence=PlanEvidence(
                grade="low",
                statement="Two small randomised trials; dilution and depth are not standardised.",
                sources=("S2",),
                trials=(
                    Trial(
                        result="positive",
                        text="Split-face, n = 10: better texture after four weeks.",
                        **READ,
                    ),
                    Trial(
                        result="negative",
                        text="No effect on pores or sebum, no brand difference.",
                        **READ,
                    ),
                ),
                alternative="Licensed intramuscular treatment of the glabella; topical retinoid.",
            ),
            scale="gais",
            instruments=("standardised photographs",),
            review="12 weeks",
        ),
        "syringes": tuple(syringe for _ in range(passes)),
        "placements": tuple(
            placement(spots, area, number, technique=technique)
            for number in range(passes)
            for area in range(len(areas))
        ),
        "points": spots,
        "totals": (
            Total(
                substance="lidocaine",
                expressed_as="hydrochloride",
                amount=Quantity(value=5.4375, unit="mg"),
                limit=Quantity(value=200, unit="mg"),
                fraction=0.0272,
                source="S113",
                injected=Quantity(value=5.4375, unit="mg"),
                limits=(
                    LimitRow(
                        per="session",
                        limit=Quantity(value=200, unit="mg"),
                        fraction=0.0272,
                        basis="label",
                        trust="read",
                        form="hydrochloride",
                        sources=("S113",),
                        text="label, per session",
                    ),
                ),
            ),
            Total(
                substance="onabotulinumtoxina",
                expressed_as="potency units of this product",
                amount=Quantity(value=13.05, unit="U"),
                limit=None,
                fraction=None,
                source=None,
                injected=Quantity(value=13.05, unit="U"),
            ),
        ),
        "findings": FINDINGS,
        "indicators": indicators(len(areas)),
        "systemic": (
            Systemic(
                substance="lidocaine",
                cmax=Quantity(value=0.03271, unit="mg/L"),
                tmax=Quantity(value=0.6912, unit="h"),
                sources=("S113",),
                reached=Quantity(value=5.3111, unit="mg"),
                cmax_range=Range(
                    low=Quantity(value=0.0211, unit="mg/L"),
                    high=Quantity(value=0.0444, unit="mg/L"),
                ),
                licensed=AgainstLicensed(
                    dose=Quantity(value=100, unit="mg"),
                    route="intravenous",
                    use="arrhythmia",
                    amount_ratio=0.0531,
                    auc_ratio=0.0533,
                    trust="read",
                    sources=("S113",),
                ),
                cream=Cream(
                    injected=Quantity(value=0.77, unit="mg·h/mL"),
                    cream=Quantity(value=0.0021, unit="mg·h/mL"),
                    low=Quantity(value=0.00021, unit="mg·h/mL"),
                    high=Quantity(value=0.021, unit="mg·h/mL"),
                    ratio=366.0,
                    note="One day of a cream.",
                    sources=("S2",),
                ),
                validity=(
                    Validity(
                        rule="binding-saturated",
                        message="The law binds more than the proteins can hold.",
                    ),
                ),
            ),
            Systemic(
                substance="onabotulinumtoxina",
                cmax=None,
                tmax=None,
                note="no published constants",
                cream=Cream(
                    injected=Quantity(value=9.1, unit="U·h/mL"),
                    cream=None,
                    low=None,
                    high=None,
                    ratio=None,
                    note="Not known: no law for a cream holds here.",
                ),
            ),
        ),
        "schedule": (
            Visit(session=1, date=dt.date(2026, 11, 22), kind="treatment"),
            Visit(session=1, date=dt.date(2026, 12, 6), kind="follow-up"),
            Visit(session=2, date=dt.date(2027, 3, 1), kind="treatment"),
            Visit(session=2, date=None, kind="review"),
        ),
        "supplies": (
            SupplyLine(item="needle 30G 4 mm", count=6),
            SupplyLine(item="1 mL syringe", count=1),
            SupplyLine(item="sterile gloves", count=2),
        ),
        "provenance": Provenance(
            mesoplan="0.1.0",
            catalogue="sha256:" + "c" * 64,
            inputs="sha256:" + "a1b2c3d4e5" + "0" * 54,
            engine="0.1.0",
        ),
        "exposure": exposure(areas, pitch),
    }
    return Plan(**(given | changes))
