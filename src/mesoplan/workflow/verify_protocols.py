"""Plans every protocol that states a mixture on an example area: none may break its own limits."""

from collections.abc import Iterator

from mesoplan.catalogue import Catalogue
from mesoplan.core.errors import InputError
from mesoplan.model.case import Area, Case, Patient, Treatment
from mesoplan.model.protocol import Protocol
from mesoplan.workflow.planning import plan_case

_WEIGHT_KG = 60.0


def broken_protocols(catalogue: Catalogue) -> Iterator[str]:
    """What is wrong with protocols when a healthy adult is planned by them.

    A protocol without a mixture asks for one and cannot be planned by itself.
    """
    for protocol in catalogue.protocols.values():
        if not protocol.syringes:
            continue
        try:
            plan = plan_case(example_case(protocol, catalogue), catalogue, with_exposure=False)
        except InputError as error:
            yield from (f"protocol {protocol.id}: {fault.line()}" for fault in error.faults)
            continue
        for finding in plan.findings:
            if finding.severity == "critical":
                yield f"protocol {protocol.id}: {finding.rule}: {finding.message}"


def example_case(protocol: Protocol, catalogue: Catalogue) -> Case:
    """A healthy adult who was asked everything, on the first site of the indication."""
    indication = catalogue.indications[protocol.indication]
    site = indication.sites[0] if indication.sites else "cheek"
    lesion = protocol.technique.id == "intralesional"
    area = Area(
        site=site,
        lesion_mm=(30.0, 20.0, 4.0) if lesion else None,
        rectangle_mm=None if lesion else (40.0, 30.0),
    )
    patient = Patient(
        age_years=40,
        sex="female",
        weight_kg=_WEIGHT_KG,
        phototype=2,
        pregnant=False,
        breastfeeding=False,
        allergies=(),
        conditions=(),
        medicines=(),
        history=(),
    )
    treatment = Treatment(
        indication=protocol.indication,
        intent=protocol.intent,
        protocol=protocol.id,
    )
    return Case(name=protocol.id, patient=patient, treatment=treatment, areas=(area,))
