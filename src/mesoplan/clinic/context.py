"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from mesoplan.version import VERSION


def clinic(request: HttpRequest) -> dict[str, Any]:
    """The clinic's name, whether it is a demo, and the version that runs."""
    return {
        "clinic_name": settings.CLINIC_NAME,
        "is_demo": settings.CLINIC_DEMO,
        "mesoplan_version": VERSION,
        "idle_minutes": settings.IDLE_MINUTES,
    }
