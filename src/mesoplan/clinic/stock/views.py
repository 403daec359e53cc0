"""Pages of the stock: levels, receipts, lots, recall."""

import csv
import uuid
from io import StringIO
from typing import Any

from django.db.models import Sum
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.rights import ClinicRequest, needs
from mesoplan.clinic.stock import events, recall
from mesoplan.clinic.stock.forms import ReceiptForm
from mesoplan.clinic.stock.gs1 import read_pack
from mesoplan.clinic.stock.models import Lot
from mesoplan.core.errors import Fault, InputError

_SOON_DAYS = 60
_DIGITS = 7


@needs("stock.read")
def stock_list(request: ClinicRequest) -> HttpResponse:
    """Levels, first to expire first within each product."""
    today = timezone.localdate()
    lots = Lot.objects.annotate(level=Sum("events__containers", default=0))
    rows = [
        {
            "lot": lot,
            "expired": lot.expires_on < today,
            "soon": 0 <= (lot.expires_on - today).days <= _SOON_DAYS,
        }
        for lot in lots.order_by("product_name", "expires_on")
        if lot.level or lot.recalled_at or request.GET.get("all")
    ]
    return render(request, "clinic/stock/list.html", {"rows": rows, "days": _SOON_DAYS})


@needs("stock.write")
def receipt(request: ClinicRequest) -> HttpResponse:
    """Note what came; a scan fills what the pack says."""
    catalogue = clinic_catalogue()
    faults: tuple[Fault, ...] = ()
    form = ReceiptForm(catalogue=catalogue)
    scan = request.POST.get("scan", "")
    if request.method == "POST" and scan:
        try:
            form = ReceiptForm(catalogue=catalogue, initial=_scanned(scan))
        except InputError as error:
            faults = error.faults
    elif request.method == "POST":
        form = ReceiptForm(request.POST, catalogue=catalogue)
        if form.is_valid():
            values = dict(form.cleaned_data)
            values["single_dose"] = not values.pop("multi_dose")
            try:
                made = events.receive(
                    events.Receipt(**values),
                    by=request.user,
                    now=timezone.now(),
                    today=timezone.localdate(),
                )
            except InputError as error:
                faults = error.faults
            else:
                return redirect("lot", made.pk)
    status = 422 if faults or form.errors else 200
    context = {"form": form, "faults": faults}
    return render(request, "clinic/stock/receipt.html", context, status=status)


def _scanned(text: str) -> dict[str, Any]:
    """What a scan says; the product where a pack with this GTIN came before."""
    code = read_pack(text)
    known = Lot.objects.filter(gtin=code.gtin).order_by("-expires_on").first()
    return {
        "gtin": code.gtin,
        "lot_number": code.lot_number,
        "expires_on": code.expires_on,
        "product": known.product if known else "",
        "container_volume": f"{known.container_ml.normalize():f} mL"
        if known and known.container_ml is not None
        else "",
        "multi_dose": bool(known and not known.single_dose),
    }


@needs("stock.read")
def lot_page(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """A lot with its events."""
    return _lot(request, get_object_or_404(Lot, pk=pk))


def _lot(request: ClinicRequest, lot: Lot, faults: tuple[Fault, ...] = ()) -> HttpResponse:
    running, rows = 0, []
    for event in lot.events.select_related("by").order_by("at", "pk"):
        running += event.containers
        rows.append({"event": event, "sum": running})
    context = {
        "lot": lot,
        "rows": rows,
        "level": running,
        "faults": faults,
        "today": timezone.localdate(),
        "open_vials": lot.openings.filter(discarded_at=None).order_by("opened_at"),
    }
    return render(request, "clinic/stock/lot.html", context, status=422 if faults else 200)


@require_POST
@needs("stock.write")
def lot_change(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Waste, a count, a recall mark."""
    lot = get_object_or_404(Lot, pk=pk)
    act, reason, now = request.POST.get("act"), request.POST.get("reason", ""), timezone.now()
    try:
        if act == "recall":
            recall.mark_recalled(lot, reason, by=request.user, now=now)
        elif act in ("waste", "count"):
            number = request.POST.get("containers", "")
            if not (number.isascii() and number.isdigit() and len(number) <= _DIGITS):
                wrong, right = _("is no number"), _("count them")
                raise InputError([Fault("containers", wrong, right)])
            verb = events.waste if act == "waste" else events.count
            verb(lot, int(number), reason, by=request.user, now=now)
        else:
            raise InputError([Fault("act", _("is not known"), _("load the page anew"))])
    except InputError as error:
        return _lot(request, lot, error.faults)
    return redirect("lot", lot.pk)


@needs("recall.read")
def recall_page(request: ClinicRequest) -> HttpResponse:
    """A lot by its number or a scan, and who got of it."""
    text = request.GET.get("q", "").strip()
    lots = Lot.objects.filter(lot_number__iexact=text) if text else Lot.objects.none()
    faults: tuple[Fault, ...] = ()
    if text.startswith(("01", "]", "(01)")) and not lots.exists():
        try:
            code = read_pack(text)
            lots = Lot.objects.filter(gtin=code.gtin, lot_number=code.lot_number)
        except InputError as error:
            faults = error.faults
    found = [
        {"lot": lot, "treated": recall.treated_with(lot, by=request.user, now=timezone.now())}
        for lot in lots
    ]
    context = {"q": text, "found": found, "faults": faults}
    return render(request, "clinic/stock/recall.html", context, status=422 if faults else 200)


@needs("recall.read")
def recall_csv(request: ClinicRequest, pk: uuid.UUID) -> HttpResponse:
    """Who got of a lot, as CSV."""
    lot = get_object_or_404(Lot, pk=pk)
    made = StringIO()
    names = (
        "record_number", "name", "birth_date", "contact", "given_on", "state", "areas", "volume_ml",
        "restricted",
    )  # fmt: skip
    writer = csv.writer(made)
    writer.writerow(names)
    for row in recall.treated_with(lot, by=request.user, now=timezone.now()):
        writer.writerow([_safe(str(getattr(row, name))) for name in names])
    response = HttpResponse(made.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="recall.csv"'
    return response


def _safe(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
