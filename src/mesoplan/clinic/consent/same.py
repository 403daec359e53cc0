"""Whether two versions of a plan are the same treatment to whoever consents to it."""

from mesoplan.clinic.planning.models import PlanVersion
from mesoplan.core.hashing import content_hash


def same_treatment(one: PlanVersion, other: PlanVersion) -> bool:
    """Whether two versions treat the same areas with the same substances and amounts."""
    return _essence(one) == _essence(other)


def _essence(plan: PlanVersion) -> str:
    document = plan.document
    return content_hash(
        {
            "areas": document["case"]["areas"],
            "amounts": [[t["substance"], t["injected"]] for t in document["totals"]],
            "techniques": [p["technique"] for p in document["placements"]],
            "evidence": document["protocol"] and document["protocol"]["evidence"]["grade"],
        }
    )
