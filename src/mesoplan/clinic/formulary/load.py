"""The catalogue of this clinic. Placeholder until the formulary part lands."""

from mesoplan.catalogue import Catalogue
from mesoplan.workflow.calls import default_catalogue


def clinic_catalogue() -> Catalogue:
    """The shipped catalogue."""
    return default_catalogue()
