"""Receipts, waste and counts of stock: each is an event, and a level is their sum."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from mesoplan.clinic.audit.record import audited
from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.people.models import User
from mesoplan.clinic.stock.models import Lot, StockEvent
from mesoplan.clinic.written import refuse_too_long
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.units import parse_quantity

_MOST = 100_000
REASON_LETTERS = 300


@dataclass(frozen=True)
class Receipt:
    """What came. ``container_volume`` is a quantity with its unit; of a powder it is empty."""

    product: str
    lot_number: str
    expires_on: dt.date
    containers: int
    container_volume: str = ""
    gtin: str = ""
    single_dose: bool = True
    other_expiry_confirmed: bool = False


def level(lot: Lot) -> int:
    """Closed containers of a lot."""
    return int(lot.events.aggregate(sum=Sum("containers"))["sum"] or 0)


def receive(receipt: Receipt, *, by: User, now: dt.datetime, today: dt.date) -> Lot:
    """Note what came. A lot that is known already gets one more event.

    Raises
    ------
    InputError
        For a product that nobody knows, a lot that is expired or recalled, a number that is
        none, a content without unit or other than the product's, or a lot known with another
        expiry and not confirmed.
    """
    catalogue = clinic_catalogue()
    product = catalogue.products.get(receipt.product)
    number = receipt.lot_number.strip()
    faults = []
    if product is None:
        faults.append(Fault("product", f"{receipt.product!r} is not known", "choose one"))
    if not number:
        faults.append(Fault("lot_number", "is missing", "write what the pack says"))
    if receipt.expires_on < today:
        wrong = f"expired on {receipt.expires_on}"
        faults.append(Fault("expires_on", wrong, "send it back; it is not received"))
    if not 0 < receipt.containers <= _MOST:
        faults.append(Fault("containers", f"{receipt.containers} is no number", "count them"))
    content = _content(receipt, product.container_volume_ml if product else None, faults)
    others = Lot.objects.filter(product=receipt.product, lot_number=number)
    others = others.exclude(expires_on=receipt.expires_on)
    if others.exists() and not receipt.other_expiry_confirmed:
        known = ", ".join(str(lot.expires_on) for lot in others)
        wrong = f"this lot is known with another expiry: {known}"
        faults.append(Fault("expires_on", wrong, "read the pack again, then confirm it"))
    if faults or product is None:
        raise InputError(faults)
    with audited(by, "stock.received", now=now) as note:
        lot, _new = Lot.objects.get_or_create(
            product=product.id,
            lot_number=number,
            expires_on=receipt.expires_on,
            defaults={
                "product_name": product.name,
                "gtin": receipt.gtin,
                "container_ml": content,
                "single_dose": receipt.single_dose,
            },
        )
        _refuse_recalled_or_other(lot, receipt, content)
        StockEvent.objects.create(
            lot=lot, kind=StockEvent.Kind.RECEIPT, containers=receipt.containers, at=now, by=by
        )
        note |= {"lot": str(lot.pk), "containers": receipt.containers}
    return lot


def _refuse_recalled_or_other(lot: Lot, receipt: Receipt, content: Decimal | None) -> None:
    """Refuse a lot that is recalled, and a pack unlike the ones that came of it before."""
    if lot.recalled_at is not None:
        right = "set it aside"
        raise InputError([Fault("lot_number", f"is recalled: {lot.recall_reason}", right)])
    right = "read the pack again; another pack of the same lot is not the same product"
    faults = []
    if content is not None and lot.container_ml is not None and content != lot.container_ml:
        wrong = f"{content.normalize():f} mL, of this lot came {lot.container_ml.normalize():f} mL"
        faults.append(Fault("container_volume", wrong, right))
    if lot.single_dose != receipt.single_dose:
        wrong = f"of this lot came {'single' if lot.single_dose else 'multi'}-dose containers"
        faults.append(Fault("multi_dose", wrong, right))
    if receipt.gtin and lot.gtin and receipt.gtin != lot.gtin:
        faults.append(Fault("gtin", f"of this lot came {lot.gtin}", right))
    if faults:
        raise InputError(faults)


def _content(receipt: Receipt, usual_ml: float | None, faults: list[Fault]) -> Decimal | None:
    text = receipt.container_volume.strip()
    if not text:
        return None if usual_ml is None else Decimal(repr(usual_ml))
    try:
        stated = parse_quantity(text, "container_volume", ("volume",), "10 mL").value
    except InputError as error:
        faults.extend(error.faults)
        return None
    if usual_ml is not None and abs(stated - usual_ml) > 1e-9:
        wrong = f"{stated:g} mL, the product's record says {usual_ml:g} mL"
        faults.append(Fault("container_volume", wrong, "choose the presentation on the pack"))
    exact = Decimal(repr(stated))
    if exact != round(exact, 3):
        right = "give it to 0.001 mL, as the pack does"
        faults.append(Fault("container_volume", f"{exact:f} mL is finer than 0.001 mL", right))
    return exact


def waste(lot: Lot, containers: int, reason: str, *, by: User, now: dt.datetime) -> None:
    """Note containers that were thrown away, with the reason.

    Raises
    ------
    InputError
        Without a reason, or for more than there are.
    """
    if len(reason.strip()) < 3:
        raise InputError([Fault("reason", "says nothing", "write why")])
    if not 0 < containers <= _MOST:
        raise InputError([Fault("containers", f"{containers} is no number", "count them")])
    with _changed(lot, StockEvent.Kind.WASTE, reason, by, now) as change:
        change.containers = -containers


def count(lot: Lot, found: int, reason: str, *, by: User, now: dt.datetime) -> int:
    """Note what was counted; the difference becomes an event, also where there is none.

    Returns
    -------
    int
        The difference.

    Raises
    ------
    InputError
        For a number that is none, or a difference without a reason.
    """
    if not 0 <= found <= _MOST:
        raise InputError([Fault("found", f"{found} is no number", "count them")])
    with _changed(lot, StockEvent.Kind.COUNT, reason, by, now) as change:
        # Within the lock: what is drawn meanwhile is not counted as missing.
        change.containers = found - level(lot)
        if change.containers and len(reason.strip()) < 3:
            wrong = f"{change.containers:+d} against the record"
            raise InputError([Fault("reason", wrong, "write what may have happened")])
    return change.containers


@contextmanager
def _changed(lot: Lot, kind: str, reason: str, by: User, now: dt.datetime) -> Iterator[StockEvent]:
    """One event of a lot, kept if it leaves no less than nothing; the lot is locked meanwhile."""
    refuse_too_long("reason", reason, REASON_LETTERS)
    with audited(by, f"stock.{kind}", now=now, details={"lot": str(lot.pk)}) as note:
        locked = Lot.objects.select_for_update().get(pk=lot.pk)
        event = StockEvent(lot=locked, kind=kind, reason=reason.strip(), at=now, by=by)
        yield event
        there = level(locked)
        if there + event.containers < 0:
            wrong = f"{-event.containers} is more than the {there} there are"
            raise InputError([Fault("containers", wrong, "count the stock first")])
        event.save()
        note["containers"] = event.containers
