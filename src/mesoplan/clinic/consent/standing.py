"""Which consent stands. Placeholder until the consent part lands."""

from mesoplan.clinic.consent.models import Consent
from mesoplan.clinic.planning.models import PlanVersion


def standing_consent(plan: PlanVersion) -> Consent | None:
    """Signed and not withdrawn."""
    return plan.consents.filter(signed_at__isnull=False, withdrawn_at=None).first()
