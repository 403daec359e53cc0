"""Findings: the result of a safety rule, as a message id with parameters and rendered."""

from typing import Literal

from mesoplan.core.hashing import content_hash
from mesoplan.model.base import Record

Severity = Literal["critical", "warning", "info"]


class Finding(Record):
    """What a rule says about a plan.

    ``checked`` false: the rule could not run, which is a warning and never a pass.
    ``subjects`` name what it is about by id as the case gave it; ``message_id`` and
    ``parameters`` let another language render it again.
    """

    rule: str
    severity: Severity
    checked: bool = True
    overridable: bool = False
    subjects: tuple[str, ...] = ()
    message: str
    clears_when: str
    sources: tuple[str, ...] = ()
    trust: str | None = None
    points: tuple[int, ...] = ()
    message_id: str
    parameters: dict[str, str] = {}

    @property
    def key(self) -> str:
        """Hash of what it says; an answer holds for a finding of exactly these words."""
        said = (self.rule, self.severity, self.checked, sorted(self.subjects), self.message)
        return content_hash(list(said))
