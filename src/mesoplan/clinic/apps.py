"""The clinic as one Django application: one record, one set of migrations."""

from django.apps import AppConfig


class ClinicConfig(AppConfig):
    """The record of a clinic."""

    name = "mesoplan.clinic"
    label = "clinic"
    verbose_name = "Clinic"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to sign-ins."""
        from mesoplan.clinic.people import signals  # noqa: F401
