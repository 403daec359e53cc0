"""Standing facts: evidence, absence of a protocol, prevention, what was assumed."""

from mesoplan.model.finding import Finding
from mesoplan.safety.situation import Situation


def evidence(s: Situation) -> list[Finding]:
    """Info about evidence; a warning where no protocol stands behind the plan."""
    return [*_protocol(s), *_own(s), *_prevention(s), *_assumed(s)]


def _protocol(s: Situation) -> list[Finding]:
    treatment = s.case.treatment
    if s.protocol is None:
        return [
            s.finding(
                "no-protocol",
                "warning",
                "no-protocol",
                (treatment.indication,),
                indication=s.indication.name,
                intent=treatment.intent,
            )
        ]
    proof = s.protocol.evidence
    if s.dose_departs:
        return [
            s.finding(
                "evidence",
                "info",
                "evidence-departed",
                (s.protocol.id,),
                sources=proof.sources,
                alternative=proof.alternative,
            )
        ]
    return [
        s.finding(
            "evidence",
            "info",
            "evidence",
            (s.protocol.id,),
            sources=proof.sources,
            grade=proof.grade,
            statement=proof.statement,
            alternative=proof.alternative,
        )
    ]


def _own(s: Situation) -> list[Finding]:
    """What comes from the clinic's own formulary or a register, which nobody here reviewed."""
    products = [s.catalogue.products[p.product] for m in s.mixtures for p in m.parts if p.product]
    marks = {product.id: product.own for product in products if product.own}
    for syringe in s.case.syringes or ():
        mixture = s.catalogue.mixtures.get(syringe.mixture or "")
        if mixture is not None:
            marks[mixture.id] = mixture.own
    if s.protocol is not None and s.protocol.own:
        marks[s.protocol.id] = s.protocol.own
    if not marks:
        return []
    listed = ", ".join(f"{name} ({edition})" for name, edition in marks.items())
    return [
        s.finding(
            "own-unreviewed",
            "info",
            "own-unreviewed",
            tuple(marks),
            listed=listed,
        )
    ]


def _prevention(s: Situation) -> list[Finding]:
    treatment = s.case.treatment
    if treatment.intent != "prevent":
        return []
    found = []
    if treatment.reason is None:
        found.append(
            s.finding("prevention-reason", "warning", "prevention-reason", (treatment.indication,))
        )
    cure = s.catalogue.default_protocol(treatment.indication, "treat")
    most = round(cure.sessions.bounds[1]) if cure else None
    if most is not None and s.sessions > most:
        found.append(
            s.finding(
                "prevention-sessions",
                "warning",
                "prevention-sessions",
                ("sessions",),
                sources=("mesoplan-proposal",),
                trust="proposal",
                sessions=str(s.sessions),
                most=str(most),
            )
        )
    return found


def _assumed(s: Situation) -> list[Finding]:
    found = []
    if s.case.treatment.intent_assumed:
        found.append(s.finding("intent", "info", "intent-assumed", ("intent",)))
    if s.case.treatment.date is None:
        found.append(s.unchecked("date", "date-missing", ("date",)))
    return found
