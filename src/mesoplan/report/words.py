"""The words of the sheets: texts of the message catalogue, names of ids, numbers with units."""

import datetime as dt
from dataclasses import dataclass

from mesoplan.catalogue import Catalogue
from mesoplan.core.units import Quantity
from mesoplan.model.case import Area
from mesoplan.model.figure import Figure
from mesoplan.model.plan import Plan
from mesoplan.report.numbers import plain

_PLAIN_FORMS = frozenset({"", "substance", "unit"})


@dataclass(frozen=True)
class Words:
    """Everything that turns a plan's ids and numbers into text of one language."""

    catalogue: Catalogue

    def text(self, message_id: str, /, **parameters: str) -> str:
        """A fixed text of the sheets; ``message_id`` without its leading ``sheet.``."""
        return self.catalogue.messages.text(f"sheet.{message_id}", **parameters)

    def has(self, message_id: str) -> bool:
        """Whether the sheets have such a text."""
        return f"sheet.{message_id}" in self.catalogue.messages.texts

    def lines(self, group: str) -> list[str]:
        """All texts of a group, in the order of the message file."""
        start = f"sheet.{group}."
        texts = self.catalogue.messages.texts
        return [text for message_id, text in texts.items() if message_id.startswith(start)]

    def other(self, group: str, message_id: str) -> str:
        """A text of another room, which gave its id within its group."""
        return self.catalogue.messages.text(f"{group}.{message_id}")

    @property
    def unknown(self) -> str:
        """How an unknown value is printed."""
        return self.text("unknown")

    def substance(self, name: str) -> str:
        """Name of a substance; the text itself where the case named one without a record."""
        record = self.catalogue.substances.get(name)
        return record.name if record else name

    def product(self, name: str) -> str:
        """Name of a product; the text itself where the case named one without a record."""
        record = self.catalogue.products.get(name)
        return record.name if record else name

    def site(self, name: str) -> str:
        """Name of a body site."""
        record = self.catalogue.sites.get(name)
        return record.name if record else name

    def technique(self, name: str) -> str:
        """Name of a technique."""
        record = self.catalogue.techniques.get(name)
        return record.name if record else name

    def indication(self, name: str) -> str:
        """Name of an indication."""
        record = self.catalogue.indications.get(name)
        return record.name if record else name

    def scale(self, name: str) -> str:
        """Name of an outcome scale."""
        record = self.catalogue.scales.get(name)
        return record.name if record else name

    def citation(self, source: str) -> str:
        """Citation of a source."""
        record = self.catalogue.sources.get(source)
        return record.citation if record else self.text("record.no-citation")

    def area(self, area: Area) -> str:
        """Side and site in words, ``LEFT cheek``; on a face the region in place of the site."""
        region = self.catalogue.face_regions.get(area.region or "")
        site = region.name if region else self.site(area.site)
        parts = [self.text(f"side.{area.side}")] if area.side else []
        if area.position:
            parts.append(self.text(f"position.{area.position}"))
        return " ".join([*parts, site if not parts else site[:1].lower() + site[1:]])

    def numbered(self, plan: Plan, index: int) -> str:
        """An area with its number: ``1 LEFT cheek``."""
        return f"{index + 1} {self.area(plan.case.areas[index])}"

    def quantity(self, value: Quantity | None, digits: int = 3) -> str:
        """A quantity, or *not known*."""
        return self.unknown if value is None else f"{plain(value.value, digits)} {value.unit}"

    def form(self, expressed_as: str) -> str | None:
        """The form an amount is stated in, where that says more than the substance's name."""
        return None if expressed_as in _PLAIN_FORMS else expressed_as

    def number(self, value: float | None, unit: str = "", digits: int = 3) -> str:
        """A number with its unit, or *not known*."""
        return self.unknown if value is None else f"{plain(value, digits)} {unit}".strip()

    def figure(self, figure: Figure) -> str:
        """A published figure: its range where there is one."""
        if figure.low is not None and figure.high is not None and figure.low < figure.high:
            return f"{plain(figure.low)}–{plain(figure.high)} {figure.unit}"
        return f"{plain(figure.central)} {figure.unit}"

    def date(self, value: dt.date | None) -> str:
        """A date, day first, the month in letters so that it cannot be misread."""
        if value is None:
            return self.text("date.none")
        month = self.text(f"date.month-{value.month}")
        return self.text("date.form", day=str(value.day), month=month, year=str(value.year))

    def moment(self, value: dt.datetime) -> str:
        """A date with its time and, where it has one, the offset of its zone."""
        offset = f" {value:%Z}" if value.tzinfo else ""
        return f"{self.date(value.date())} {value:%H:%M}{offset}"


def plan_id(plan: Plan) -> str:
    """Short id of a plan: the first hexadecimal digits of the hash of its inputs."""
    return plan.provenance.inputs.removeprefix("sha256:")[:10]


def is_blocked(plan: Plan) -> bool:
    """Whether a critical finding keeps the plan from being released.

    An approval exists only where each was overridden; it releases what was overridden.
    """
    return plan.status == "blocked" and plan.approval is None


def injected(plan: Plan) -> tuple[str, ...]:
    """Ids of the substances that reach the skin."""
    return tuple(total.substance for total in plan.totals if total.injected.value > 0)
