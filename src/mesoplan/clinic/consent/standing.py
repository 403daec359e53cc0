"""Which consent stands: signed, not withdrawn, for this plan or for the same treatment."""

from mesoplan.clinic.consent.content import same_treatment
from mesoplan.clinic.consent.models import Consent
from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.planning.models import PlanVersion


def standing_consent(plan: PlanVersion) -> Consent | None:
    """The consent under which a plan may be delivered.

    One to an earlier version of the plan counts where areas, substances, amounts, technique and
    evidence are the same.
    """
    signed = Consent.objects.filter(
        patient_id=plan.patient_id,
        text__kind="treatment",
        signed_at__isnull=False,
        withdrawn_at=None,
        plan__number=plan.number,
    )
    for consent in signed.select_related("plan").order_by("-signed_at"):
        if consent.plan is not None and (
            consent.plan_id == plan.pk or same_treatment(consent.plan, plan)
        ):
            return consent
    return None


def photo_consent(patient: Patient) -> Consent | None:
    """The consent for photographs: signed and not withdrawn."""
    found = patient.consents.filter(text__kind="photograph", signed_at__isnull=False)
    return found.filter(withdrawn_at=None).order_by("-signed_at").first()
