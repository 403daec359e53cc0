"""Which lot may be drawn. Placeholder until the stock part lands."""

import datetime as dt

from mesoplan.clinic.stock.models import Lot
from mesoplan.core.errors import Fault


def check_lot(lot: Lot, planned_product_id: str, day: dt.date) -> list[Fault]:
    """What speaks against a lot."""
    faults = []
    if lot.expires_on < day:
        faults.append(Fault("lot", f"expired on {lot.expires_on}", "take another"))
    if lot.recalled_at is not None:
        faults.append(Fault("lot", "is recalled", "take another"))
    if lot.product != planned_product_id:
        faults.append(Fault("lot", f"is {lot.product}, planned {planned_product_id}", "take it"))
    return faults
