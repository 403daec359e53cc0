"""The printed sheet, the patient's page, the map and the charts of a plan."""

from mesoplan.report.exposure import exposure_svg
from mesoplan.report.map import map_svg
from mesoplan.report.patient import patient_pdf
from mesoplan.report.sheet import sheet_pdf
from mesoplan.report.warm import warm_up
from mesoplan.report.write import write_report

__all__ = ["exposure_svg", "map_svg", "patient_pdf", "sheet_pdf", "warm_up", "write_report"]
