"""Settles a case against its protocol: which numbers apply, where they come from, what departs."""

import math
from dataclasses import dataclass, replace

from mesoplan.catalogue import Catalogue
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.units import format_number
from mesoplan.model.case import Area, Case, CaseSyringe, TechniqueChoice
from mesoplan.model.figure import Figure
from mesoplan.model.mixture import Mixture
from mesoplan.model.protocol import Indication, Pattern, Protocol, Technique
from mesoplan.workflow.mixing import from_protocol, mix

_TECHNIQUE_HELP = {
    "id": 'name the technique, such as "papule"',
    "needle": 'give gauge and length, such as "30G 4 mm"',
    "angle_deg": "give the angle to the skin, such as 30",
    "inserted_mm": "give the inserted length, such as 2.0",
    "spacing_mm": "give the distance between points, such as 10.0",
}


Volumes = tuple[float | None, float | None, float | None, float | None]
"""Volume in mL per point, per area, per cm² of skin, per cm³ of lesion."""


@dataclass(frozen=True)
class Setting:
    """The technique as it applies: case first, protocol where the case is silent."""

    technique: Technique
    needle: str
    angle_deg: float
    inserted_mm: float
    spacing_mm: float
    row_spacing_mm: float
    margin_mm: float
    pattern: Pattern
    volume_per_point_ml: float | None
    volume_per_area_ml: float | None
    volume_per_cm2_ml: float | None
    volume_per_cm3_ml: float | None
    volume_is_stated: bool


@dataclass(frozen=True)
class Settled:
    """A case with its protocol, technique and mixtures; ``departures`` in plain words."""

    case: Case
    indication: Indication
    protocol: Protocol | None
    setting: Setting
    mixtures: tuple[Mixture, ...]
    sessions: int
    interval_days: float | None
    departures: tuple[str, ...]
    dose_departs: bool


def settle(case: Case, catalogue: Catalogue) -> Settled:
    """Merge case and protocol.

    Raises
    ------
    InputError
        If a protocol does not belong to the indication, a needle is shorter than its
        insertion, or neither case nor protocol states technique, mixture or dose.
    """
    settled, faults = settle_draft(case, catalogue)
    if faults or settled is None:
        raise InputError(faults)
    return settled


def settle_draft(case: Case, catalogue: Catalogue) -> tuple[Settled | None, list[Fault]]:
    """As ``settle``, with its faults beside what could be settled all the same."""
    faults: list[Fault] = []
    indication = catalogue.indications[case.treatment.indication]
    protocol = _protocol(case, catalogue, faults)
    setting = _setting(case, protocol, catalogue, faults)
    syringes = _syringes(case, protocol, faults)
    if setting is None:
        return None, faults
    mixtures = tuple(
        mix(syringe, index, len(case.areas), catalogue) for index, syringe in enumerate(syringes)
    )
    sessions = case.treatment.sessions
    interval = case.treatment.interval_days
    if protocol is not None:
        sessions = sessions or max(1, round(protocol.sessions.central))
        interval = interval or protocol.interval_days.central
    departures, dose_departs = _departures(case, protocol, setting, syringes)
    settled = Settled(
        case=case,
        indication=indication,
        protocol=protocol,
        setting=setting,
        mixtures=mixtures,
        sessions=sessions or 1,
        interval_days=interval,
        departures=departures,
        dose_departs=dose_departs,
    )
    return settled, faults


def _protocol(case: Case, catalogue: Catalogue, faults: list[Fault]) -> Protocol | None:
    treatment = case.treatment
    if treatment.protocol is None:
        return catalogue.default_protocol(treatment.indication, treatment.intent)
    protocol = catalogue.protocols[treatment.protocol]
    for field in ("indication", "intent"):
        wanted, found = getattr(treatment, field), getattr(protocol, field)
        if wanted != found:
            options = [
                p.id
                for p in catalogue.protocols.values()
                if (p.indication, p.intent) == (treatment.indication, treatment.intent)
            ]
            right = f"choose among {', '.join(options)}" if options else "leave it out"
            faults.append(
                Fault("treatment.protocol", f"{protocol.id} is for {field} {found}", right)
            )
    return protocol


def _setting(
    case: Case, protocol: Protocol | None, catalogue: Catalogue, faults: list[Fault]
) -> Setting | None:
    choice, own = case.technique, protocol.technique if protocol else None
    values: dict[str, object] = {}
    for field, right in _TECHNIQUE_HELP.items():
        value = getattr(choice, field)
        if value is None and own is not None:
            value = getattr(own, field)
            value = value.central if isinstance(value, Figure) else value
        if value is None:
            faults.append(Fault(f"technique.{field}", "is stated by no protocol", right))
        values[field] = value
    volumes = _volumes(choice, protocol)
    if values["id"] is not None:
        technique = catalogue.techniques[str(values["id"])]
        _check_volume(technique, choice, volumes, case.areas, faults)
    _check_insertion(choice, values["needle"], values["inserted_mm"], faults)
    if any(value is None for value in values.values()):
        return None
    same = own is not None and own.id == technique.id
    pattern = choice.pattern or (own.pattern if own and same else technique.pattern)
    spacing = float(str(values["spacing_mm"]))
    row_spacing = choice.row_spacing_mm
    if row_spacing is None and own and own.row_spacing_mm and choice.spacing_mm is None:
        row_spacing = own.row_spacing_mm.central
    margin = choice.margin_mm
    if margin is None:
        margin = own.margin_mm.central if own and own.margin_mm else 0.0
    return Setting(
        technique=technique,
        needle=str(values["needle"]),
        angle_deg=float(str(values["angle_deg"])),
        inserted_mm=float(str(values["inserted_mm"])),
        spacing_mm=spacing,
        row_spacing_mm=row_spacing or spacing,
        margin_mm=margin,
        pattern=pattern,
        volume_per_point_ml=volumes[0],
        volume_per_area_ml=volumes[1],
        volume_per_cm2_ml=volumes[2],
        volume_per_cm3_ml=volumes[3],
        volume_is_stated=_states_volume(choice),
    )


def _states_volume(choice: TechniqueChoice) -> bool:
    stated = (choice.volume_per_point, choice.volume_per_area, choice.volume_per_cm3)
    return any(volume is not None for volume in stated)


def _volumes(choice: TechniqueChoice, protocol: Protocol | None) -> Volumes:
    """What the case states, else the protocol; at most one of the four is given."""
    if choice.volume_per_point is not None:
        return choice.volume_per_point.value, None, None, None
    if choice.volume_per_area is not None:
        return None, choice.volume_per_area.value, None, None
    if choice.volume_per_cm3 is not None:
        return None, None, None, choice.volume_per_cm3.value
    if protocol is None:
        return None, None, None, None
    own = protocol.technique
    if own.volume_per_point_ml is not None:
        return own.volume_per_point_ml.central, None, None, None
    density = own.volume_per_cm2_ml
    return None, None, density.central if density else None, None


def _check_volume(
    technique: Technique,
    choice: TechniqueChoice,
    volumes: Volumes,
    areas: tuple[Area, ...],
    faults: list[Fault],
) -> None:
    if all(volume is None for volume in volumes):
        faults.append(
            Fault(
                "technique.volume_per_point",
                "no source states a volume for this",
                'give volume_per_point = "0.01 mL", or volume_per_area',
            )
        )
    flat = any(area.lesion_mm is None for area in areas)
    if choice.volume_per_cm3 is not None and flat:
        faults.append(
            Fault(
                "technique.volume_per_cm3",
                "an area of this case is no lesion and has no volume",
                "give lesion_mm in every area, or volume_per_point",
            )
        )
    if technique.deposit == "film" and choice.volume_per_point is not None:
        faults.append(
            Fault(
                "technique.volume_per_point",
                f"{technique.id} lays a film and has no single punctures",
                'give volume_per_area = "1.0 mL"',
            )
        )


def _check_insertion(
    choice: TechniqueChoice, needle: object, inserted_mm: object, faults: list[Fault]
) -> None:
    if needle is None or inserted_mm is None:
        return
    length_mm = needle_length_mm(str(needle))
    if float(str(inserted_mm)) > length_mm + 1e-9:
        key = "needle" if choice.inserted_mm is None and choice.needle else "inserted_mm"
        faults.append(
            Fault(
                f"technique.{key}",
                f"{format_number(float(str(inserted_mm)))} mm cannot be inserted of a {needle}",
                f"insert at most {format_number(length_mm)} mm, or take a longer needle",
            )
        )


def needle_length_mm(label: str) -> float:
    """Length of a needle written as ``30G 4 mm``."""
    return float(label.split()[1])


def _syringes(
    case: Case, protocol: Protocol | None, faults: list[Fault]
) -> tuple[CaseSyringe, ...]:
    if case.syringes is not None:
        return case.syringes
    if protocol is not None and protocol.syringes:
        return tuple(from_protocol(syringe) for syringe in protocol.syringes)
    if protocol is not None:
        faults.append(Fault("syringes", f"{protocol.id} states no mixture", protocol.ask))
    else:
        intent, name = case.treatment.intent, case.treatment.indication
        faults.append(
            Fault(
                "syringes",
                f"no protocol to {intent} {name} states a mixture and dose",
                "give [[syringes]] and [technique] yourself",
            )
        )
    return ()


def _departures(
    case: Case,
    protocol: Protocol | None,
    setting: Setting,
    syringes: tuple[CaseSyringe, ...],
) -> tuple[tuple[str, ...], bool]:
    """How the case departs from its protocol, and whether in mixture or dose."""
    if protocol is None:
        return (), False
    own = protocol.technique
    found: list[str] = []
    dose = False
    if case.syringes is not None:
        stated = tuple(from_protocol(s) for s in protocol.syringes)
        if not stated:
            found.append("mixture: stated by the practitioner, the protocol proposes none")
            dose = True
        elif tuple(_essence(s) for s in stated) != tuple(_essence(s) for s in syringes):
            found.append("mixture: other than the protocol's")
            dose = True
    if setting.volume_is_stated:
        before = own.volume_per_point_ml
        stated_ml = setting.volume_per_point_ml
        if before is None or stated_ml is None or not _close(before.central, stated_ml):
            was = f"{before.central:g} mL per point" if before else "as the protocol states it"
            if before is None and own.volume_per_cm2_ml is None:
                was = "none proposed"
            per = "per point" if stated_ml is not None else "per area"
            now = stated_ml if stated_ml is not None else setting.volume_per_area_ml
            if setting.volume_per_cm3_ml is not None:
                per, now = "per cm³ of lesion", setting.volume_per_cm3_ml
            found.append(f"volume: {format_number(now or 0.0)} mL {per} ({was})")
            dose = True
    for field, now, before_figure in (
        ("spacing", setting.spacing_mm, own.spacing_mm),
        ("inserted length", setting.inserted_mm, own.inserted_mm),
        ("angle", setting.angle_deg, own.angle_deg),
    ):
        if not _close(now, before_figure.central):
            unit = "°" if field == "angle" else " mm"
            was = format_number(before_figure.central)
            found.append(f"{field}: {format_number(now)}{unit} (protocol {was}{unit})")
            dose = dose or field == "spacing"
    for field, text, before_text in (
        ("technique", setting.technique.id, own.id),
        ("needle", setting.needle, own.needle),
        ("pattern", setting.pattern, own.pattern),
    ):
        if text != before_text:
            found.append(f"{field}: {text} (protocol {before_text})")
    found += _course_departures(case, protocol)
    return tuple(found), dose


def _course_departures(case: Case, protocol: Protocol) -> list[str]:
    found = []
    sessions, interval = case.treatment.sessions, case.treatment.interval_days
    if sessions is not None and not _within(sessions, protocol.sessions):
        found.append(f"sessions: {sessions} (protocol {format_number(protocol.sessions.central)})")
    if interval is not None and not _within(interval, protocol.interval_days):
        was = format_number(protocol.interval_days.central)
        found.append(f"interval: {format_number(interval)} days (protocol {was} days)")
    return found


def _within(value: float, figure: Figure) -> bool:
    low, high = figure.bounds
    return low <= value <= high


def _close(a: float, b: float) -> bool:
    return math.isclose(a, b, rel_tol=1e-9)


def _essence(syringe: CaseSyringe) -> CaseSyringe:
    """A syringe without what does not change its content."""
    contents = tuple(entry.model_copy(update={"written": ""}) for entry in syringe.contents)
    return CaseSyringe(contents=contents)


def with_spacing(settled: Settled, spacing_mm: float) -> Settled:
    """The same plan at another pitch, for the optimiser."""
    ratio = settled.setting.row_spacing_mm / settled.setting.spacing_mm
    setting = replace(settled.setting, spacing_mm=spacing_mm, row_spacing_mm=ratio * spacing_mm)
    return replace(settled, setting=setting)
