"""Which lot may be drawn, and which first."""

import datetime as dt

from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.stock.models import Lot
from mesoplan.core.errors import Fault


def check_lot(lot: Lot, planned_product: str, day: dt.date) -> list[Fault]:
    """What speaks against drawing from a lot on a day; nothing, and it may be drawn.

    Expired is after its day; the product must be the one planned, to strength, salt and
    additive. A record that is not known says so instead of passing.
    """
    name = f"lot {lot.lot_number}"
    faults = []
    if lot.expires_on < day:
        faults.append(Fault(name, f"expired on {lot.expires_on}", "take a lot in date"))
    if lot.recalled_at is not None:
        wrong = f"is recalled: {lot.recall_reason}"
        faults.append(Fault(name, wrong, "set it aside and take another lot"))
    if lot.product != planned_product:
        wrong = f"is {_described(lot.product)}, planned is {_described(planned_product)}"
        faults.append(Fault(name, wrong, "take the planned product, or change the plan"))
    return faults


def _described(product: str) -> str:
    record = clinic_catalogue().products.get(product)
    if record is None:
        return product
    parts = [f"{c.substance} {c.form} {c.strength or c.per_container}" for c in record.contents]
    return f"{record.name} ({', '.join(parts)})"
