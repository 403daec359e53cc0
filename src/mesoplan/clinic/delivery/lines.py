"""What the preparation of a plan draws: one line for each content, and for each diluent."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mesoplan.catalogue import Catalogue
from mesoplan.clinic.delivery.models import Delivery, Draw

DILUENT = 100
"""Added to the index of a powder's line for the diluent it is dissolved with."""
SECOND_PERSON = ("botulinum-toxin", "corticosteroid", "methylxanthine")
SECOND_PERSON_SUBSTANCES = ("fluorouracil",)
"""A second person checks the preparation of these."""
EXACT = Decimal("0.01")
"""Share by which what was drawn may differ from what is planned: reading of a graduation."""


@dataclass(frozen=True)
class Line:
    """One thing to draw. ``containers`` of a powder are opened whole."""

    syringe: int
    item: int
    name: str
    product: str | None
    volume_ml: Decimal
    containers: int | None
    per_container_ml: Decimal | None
    discard_after_h: float | None

    @property
    def is_diluent(self) -> bool:
        """Whether it only dissolves a powder."""
        return self.item >= DILUENT


def _exact(value: float) -> Decimal:
    return Decimal(repr(round(value, 6)))


def lines_of(document: dict[str, Any], catalogue: Catalogue) -> list[Line]:
    """All lines of a plan's document, syringe by syringe; a diluent stands before its powder."""
    found = []
    for number, syringe in enumerate(document["syringes"]):
        times = syringe["mixtures"]
        for index, drawn in enumerate(syringe["drawn"]):
            containers = None if drawn["containers"] is None else drawn["containers"] * times
            each = drawn["reconstitute_ml"]
            if drawn["reconstitute_with"] is not None and each is not None and containers:
                diluent = drawn["reconstitute_with"]
                found.append(
                    Line(
                        syringe=number,
                        item=index + DILUENT,
                        name=catalogue.products[diluent].name,
                        product=diluent,
                        volume_ml=_exact(each * containers),
                        containers=None,
                        per_container_ml=None,
                        discard_after_h=None,
                    )
                )
            found.append(
                Line(
                    syringe=number,
                    item=index,
                    name=drawn["item"],
                    product=drawn["product"],
                    volume_ml=_exact(drawn["volume_ml"] * times),
                    containers=containers,
                    per_container_ml=None if each is None else _exact(each),
                    discard_after_h=drawn["discard_after_h"],
                )
            )
    return found


def drawn_ml(delivery: Delivery, line: Line) -> Decimal:
    """What was drawn for a line, over all lots."""
    rows = Draw.objects.filter(delivery=delivery, syringe=line.syringe, item=line.item)
    return sum((row.volume_ml for row in rows), Decimal(0))


def is_drawn(delivery: Delivery, line: Line) -> bool:
    """Whether a line is drawn in full, to the reading of a graduation."""
    return abs(drawn_ml(delivery, line) - line.volume_ml) <= EXACT * line.volume_ml


def needs_second_person(document: dict[str, Any], syringe: int, catalogue: Catalogue) -> bool:
    """Whether a syringe holds what a second person checks."""
    held = [row["substance"] for row in document["syringes"][syringe]["substances"]]
    return any(
        name in SECOND_PERSON_SUBSTANCES or catalogue.classes_of(name) & set(SECOND_PERSON)
        for name in held
    )
