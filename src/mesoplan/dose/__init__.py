"""Where a medicine goes: tissue parameters, bolus, kernel, superposition, systemic uptake."""

from mesoplan.dose.bolus import Bolus, wheal_diameter_mm
from mesoplan.dose.composition import DERMIS, EPIDERMIS, SUBCUTIS, Composition
from mesoplan.dose.constants import CONSTANTS, Constant
from mesoplan.dose.kernel import Kernel
from mesoplan.dose.layer import Layer
from mesoplan.dose.medium import Medium
from mesoplan.dose.superposition import PatchGrid, Sources, superpose
from mesoplan.dose.systemic import PlasmaCurve, PlasmaModel, uptake
from mesoplan.dose.table import RadialTable, tabulate
from mesoplan.dose.tissue import (
    Drug,
    Transport,
    pore_permeability_ml_min_100g,
    skin_medium,
    skin_transports,
    transport,
)

ENGINE_VERSION = "1"
"""Changes whenever the same input gives other numbers; part of the hash of every plan."""

__all__ = [
    "CONSTANTS",
    "DERMIS",
    "ENGINE_VERSION",
    "EPIDERMIS",
    "SUBCUTIS",
    "Bolus",
    "Composition",
    "Constant",
    "Drug",
    "Kernel",
    "Layer",
    "Medium",
    "PatchGrid",
    "PlasmaCurve",
    "PlasmaModel",
    "RadialTable",
    "Sources",
    "Transport",
    "pore_permeability_ml_min_100g",
    "skin_medium",
    "skin_transports",
    "superpose",
    "tabulate",
    "transport",
    "uptake",
    "wheal_diameter_mm",
]
