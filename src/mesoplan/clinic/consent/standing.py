"""Which consent stands: signed, not withdrawn, for this plan or for the same treatment."""

from django.db.models import QuerySet

from mesoplan.clinic.consent.models import Consent
from mesoplan.clinic.consent.same import same_treatment
from mesoplan.clinic.patients.models import Patient
from mesoplan.clinic.planning.models import PlanVersion


def standing_consent(plan: PlanVersion) -> Consent | None:
    """The consent under which a plan may be delivered.

    One to an earlier version of the plan counts where areas, substances, amounts, technique and
    evidence are the same. Whoever withdraws a consent withdraws from the plan: what was signed
    before for another version of it does not stand either.
    """
    of_plan = Consent.objects.filter(
        patient_id=plan.patient_id, text__kind="treatment", plan__number=plan.number
    )
    earlier = of_plan.filter(plan__version__lte=plan.version).select_related("plan")
    for consent in _standing(earlier, of_plan):
        if consent.plan is not None and (
            consent.plan_id == plan.pk or same_treatment(consent.plan, plan)
        ):
            return consent
    return None


def photo_consent(patient: Patient) -> Consent | None:
    """The consent for photographs: signed, and nothing withdrawn since."""
    of_patient = Consent.objects.filter(patient=patient, text__kind="photograph")
    return _standing(of_patient, of_patient).first()


def _standing(found: QuerySet[Consent], related: QuerySet[Consent]) -> QuerySet[Consent]:
    """Signed and not withdrawn, after the last withdrawal of anything related; last first."""
    signed = found.filter(signed_at__isnull=False, withdrawn_at=None)
    last = related.filter(withdrawn_at__isnull=False).order_by("-withdrawn_at").first()
    if last is not None:
        signed = signed.filter(signed_at__gt=last.withdrawn_at)
    return signed.order_by("-signed_at")
