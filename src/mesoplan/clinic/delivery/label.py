"""The label of a prepared syringe: contents, patient, made, discard by, lots."""

import datetime as dt

from django.utils import timezone

from mesoplan.catalogue import Catalogue
from mesoplan.clinic.delivery.lines import needs_second_person
from mesoplan.clinic.delivery.models import Delivery, DeliveryStep
from mesoplan.clinic.delivery.prepare import SECOND
from mesoplan.core.units import format_number
from mesoplan.report.typeset import typeset


def label_pdf(
    delivery: Delivery, syringe: int, prepared: DeliveryStep, catalogue: Catalogue
) -> bytes:
    """The label as a PDF of 62 x 40 mm."""
    held = delivery.plan.document["syringes"][syringe]
    contents = [
        f"{_name(row['substance'], catalogue)}"
        f" {format_number(row['concentration']['value'])} {row['concentration']['unit']}"
        for row in held["substances"]
    ]
    draws = delivery.draws.filter(syringe=syringe).select_related("lot")
    lots = [f"{draw.lot.product_name} {draw.lot.lot_number}" for draw in draws]
    second = delivery.steps.filter(kind=SECOND, key=str(syringe)).first()
    checked = ""
    if needs_second_person(delivery.plan.document, syringe, catalogue):
        checked = f" · checked {second.by}" if second else " · NOT YET CHECKED"
    discard = prepared.values.get("discard_at")
    until = "not known" if discard is None else _moment(dt.datetime.fromisoformat(discard))
    data = {
        "title": f"Syringe {syringe + 1}",
        "patient": f"{delivery.patient}",
        "birth": f"born {delivery.patient.birth_date:%d %b %Y}",
        "contents": contents,
        "volume": f"Syringe {syringe + 1}: {format_number(held['volume_ml'])} mL",
        "made": f"Made {_moment(prepared.at)}",
        "by": f"{prepared.by}{checked}",
        "discard": f"Discard by {until}",
        "lots": "Lots: " + "; ".join(dict.fromkeys(lots)),
    }
    return typeset("label.typ", data, {})


def _name(substance: str, catalogue: Catalogue) -> str:
    record = catalogue.substances.get(substance)
    return record.name if record else substance


def _moment(at: dt.datetime) -> str:
    return f"{timezone.localtime(at):%d %b %Y %H:%M}"
