"""Screening: patient, mixture, plan and indicators to findings. The only place of limits."""

from mesoplan.safety.screening import screen
from mesoplan.safety.situation import Situation

__all__ = ["Situation", "screen"]
