"""Where a medicine goes: tissue parameters, bolus, kernel, superposition, systemic uptake."""

from mesoplan.dose.bolus import Bolus, wheal_diameter_mm
from mesoplan.dose.capillary import (
    accessible_fraction,
    passes_pores,
    pore_permeability_ml_min_100g,
)
from mesoplan.dose.composition import DERMIS, EPIDERMIS, SUBCUTIS, Composition, dermal_parts
from mesoplan.dose.constants import CONSTANTS, Constant
from mesoplan.dose.drug import Drug
from mesoplan.dose.flow import RESPONSES, FlowResponse
from mesoplan.dose.kernel import Kernel
from mesoplan.dose.layer import Layer
from mesoplan.dose.medium import TOLERANCE, Medium
from mesoplan.dose.scattered import distances_mm, influence, superpose_along
from mesoplan.dose.skin import SkinColumn, Variation, skin_column
from mesoplan.dose.superposition import PatchGrid, Sources, superpose
from mesoplan.dose.systemic import PlasmaCurve, PlasmaModel
from mesoplan.dose.table import RadialTable, tabulate
from mesoplan.dose.timeline import Release, Window
from mesoplan.dose.tissue import LAWS, Law, Transport, holds_for, transport

ENGINE_VERSION = "2"
"""Changes whenever the same input gives other numbers; part of the hash of every plan."""

__all__ = [
    "CONSTANTS",
    "DERMIS",
    "ENGINE_VERSION",
    "EPIDERMIS",
    "LAWS",
    "RESPONSES",
    "SUBCUTIS",
    "TOLERANCE",
    "Bolus",
    "Composition",
    "Constant",
    "Drug",
    "FlowResponse",
    "Kernel",
    "Law",
    "Layer",
    "Medium",
    "PatchGrid",
    "PlasmaCurve",
    "PlasmaModel",
    "RadialTable",
    "Release",
    "SkinColumn",
    "Sources",
    "Transport",
    "Variation",
    "Window",
    "accessible_fraction",
    "dermal_parts",
    "distances_mm",
    "holds_for",
    "influence",
    "passes_pores",
    "pore_permeability_ml_min_100g",
    "skin_column",
    "superpose",
    "superpose_along",
    "tabulate",
    "transport",
    "wheal_diameter_mm",
]
