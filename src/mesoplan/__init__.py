"""mesoplan: open treatment planning for mesotherapy.

For planning, record and education; the clinician decides; not a certified medical device.
"""

from mesoplan.core.errors import InputError
from mesoplan.model.case import Case
from mesoplan.model.plan import Plan
from mesoplan.version import VERSION
from mesoplan.workflow.calls import check, plan, read_case, write_report

__version__ = VERSION

__all__ = [
    "Case",
    "InputError",
    "Plan",
    "__version__",
    "check",
    "plan",
    "read_case",
    "write_report",
]
