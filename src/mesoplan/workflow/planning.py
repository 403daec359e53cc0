"""The main job: a case to a plan, with or without exposure."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from mesoplan.catalogue import Catalogue
from mesoplan.core.hashing import content_hash
from mesoplan.dose import ENGINE_VERSION
from mesoplan.dose.flow import FlowName
from mesoplan.evaluate.bands import spread_of, with_ranges
from mesoplan.evaluate.bed import EPINEPHRINE, Bed
from mesoplan.evaluate.blood import systemic
from mesoplan.evaluate.cream import creams
from mesoplan.evaluate.exposure import Laid, expose, laid_down
from mesoplan.evaluate.indicators import indicators
from mesoplan.evaluate.passes import passes_of
from mesoplan.evaluate.spread import run_all
from mesoplan.evaluate.totals import totals
from mesoplan.model.case import Case
from mesoplan.model.exposure import Exposure
from mesoplan.model.finding import Finding
from mesoplan.model.plan import (
    Plan,
    PlanEvidence,
    PlanProtocol,
    Provenance,
    Status,
    Systemic,
    Validity,
)
from mesoplan.safety import Situation, screen
from mesoplan.version import VERSION
from mesoplan.workflow.layout import Layout, lay_out
from mesoplan.workflow.schedule import schedule
from mesoplan.workflow.settle import Settled, settle
from mesoplan.workflow.supplies import supplies


def plan_case(case: Case, catalogue: Catalogue, *, with_exposure: bool) -> Plan:
    """Plan a case: points, totals, screening, and the exposure where asked for.

    Raises
    ------
    InputError
        If technique, mixture or areas of the case cannot be planned.
    """
    return plan_settled(settle(case, catalogue), catalogue, with_exposure=with_exposure)


def plan_settled(settled: Settled, catalogue: Catalogue, *, with_exposure: bool) -> Plan:
    """As ``plan_case``, from a case already settled against its protocol."""
    case = settled.case
    layout = lay_out(settled, catalogue)
    summed = totals(settled.mixtures, layout.injected_ml, case, catalogue)
    exposure = measured = in_blood = None
    if with_exposure:
        beds = _beds(settled, layout, catalogue)
        passes = passes_of(settled.mixtures, layout.placements, layout.points, beds)
        laid, _ = laid_down(passes, catalogue)
        exposure = expose(case, passes, catalogue)
        runs = run_all(case, laid, passes, exposure, catalogue)
        exposure = replace(exposure, spreads=tuple(spread_of(one, exposure) for one in runs))
        measured = indicators(case, exposure, passes, layout.points, catalogue)
        measured = with_ranges(measured, runs)
        rows = systemic(exposure, laid, passes, catalogue)
        in_blood = _with_notes(rows, laid, exposure, catalogue)
    findings = screen(situation_of(settled, layout, catalogue))
    return Plan(
        status=status_of(findings),
        unchecked=sum(not finding.checked for finding in findings),
        case=case,
        protocol=_protocol(settled),
        syringes=layout.syringes,
        placements=layout.placements,
        points=layout.points,
        mapped=layout.mapped,
        near=layout.near,
        totals=summed,
        findings=findings,
        indicators=measured,
        systemic=in_blood,
        schedule=schedule(settled, catalogue),
        supplies=supplies(settled, layout, catalogue),
        provenance=Provenance(
            mesoplan=VERSION,
            catalogue=catalogue.version,
            inputs=content_hash(case.model_dump(mode="json")),
            engine=ENGINE_VERSION,
        ),
        exposure=exposure,
    )


def status_of(findings: tuple[Finding, ...]) -> Status:
    """Blocked by a critical finding, open while a warning waits for an answer, else ok."""
    severities = {finding.severity for finding in findings}
    if "critical" in severities:
        return "blocked"
    return "open" if "warning" in severities else "ok"


def _with_notes(
    rows: Iterable[Systemic], laid: Sequence[Laid], exposure: Exposure, catalogue: Catalogue
) -> tuple[Systemic, ...]:
    """Rows of the blood with the cream beside them and the notes of the engine."""
    beside = creams(laid, exposure, catalogue)
    text = catalogue.messages.text
    return tuple(
        row.model_copy(
            update={
                "cream": beside.get(row.substance),
                "validity": tuple(
                    Validity(
                        rule=note.message,
                        message=text(f"validity.{note.message}", **dict(note.parameters)),
                    )
                    for note in exposure.validity
                    if note.substance == row.substance
                ),
            }
        )
        for row in rows
    )


def _beds(settled: Settled, layout: Layout, catalogue: Catalogue) -> tuple[Bed, ...]:
    engine = settled.case.engine
    least = catalogue.engine_figures["epinephrine-least"].central
    beds = []
    for number, (patch, area) in enumerate(zip(layout.patches, settled.case.areas, strict=True)):
        closed = any(
            number in mixture.areas
            and content.substance == EPINEPHRINE
            and content.concentration.value >= least
            for mixture in settled.mixtures
            for content in mixture.contents
        )
        as_mixed: FlowName = "epinephrine" if closed else "rest"
        beds.append(
            Bed(
                patch,
                patch.layers,
                catalogue.sites[area.site].flow_multiplier.central,
                lesion=area.lesion_mm is not None,
                law=engine.parameters,
                flow=as_mixed if engine.flow == "as-mixed" else engine.flow,
            )
        )
    return tuple(beds)


def situation_of(settled: Settled, layout: Layout, catalogue: Catalogue) -> Situation:
    """What the rules look at, of a layout."""
    stated = settled.setting.volume_is_stated
    undeliverable = [
        placement.volume_per_point_ml
        for placement in layout.placements
        if stated and not layout.deliveries[placement.syringe].fits
    ]
    return Situation(
        case=settled.case,
        catalogue=catalogue,
        indication=settled.indication,
        protocol=settled.protocol,
        mixtures=settled.mixtures,
        placements=layout.placements,
        mapped=layout.mapped,
        near=layout.near,
        totals=totals(settled.mixtures, layout.injected_ml, settled.case, catalogue),
        injected_ml=layout.injected_ml,
        sessions=settled.sessions,
        interval_days=settled.interval_days,
        undeliverable=tuple(dict.fromkeys(undeliverable)),
        fitted=layout.fitted,
        dose_departs=settled.dose_departs,
    )


def _protocol(settled: Settled) -> PlanProtocol | None:
    protocol = settled.protocol
    if protocol is None:
        return None
    evidence = protocol.evidence
    grade: str = evidence.grade
    statement = evidence.statement
    if settled.dose_departs:
        # The trials of a protocol say nothing of another mixture or dose.
        grade = "does not apply"
        statement = f"The evidence does not apply to this mixture. Of the protocol: {statement}"
    return PlanProtocol(
        id=protocol.id,
        version=protocol.version,
        name=protocol.name,
        intent=protocol.intent,
        departures=settled.departures,
        evidence=PlanEvidence(
            grade=grade,
            statement=statement,
            sources=evidence.sources,
            trials=evidence.trials,
            alternative=evidence.alternative,
        ),
        scale=protocol.scale,
        instruments=protocol.instruments,
        review=protocol.review,
    )
