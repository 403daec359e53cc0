"""Recall: a lot marked, and everybody who got something of it."""

import datetime as dt
import uuid
from dataclasses import dataclass

from mesoplan.clinic.audit.record import audited, note
from mesoplan.clinic.delivery.models import Draw
from mesoplan.clinic.people.models import User
from mesoplan.clinic.stock.events import REASON_LETTERS
from mesoplan.clinic.stock.models import Lot
from mesoplan.clinic.written import refuse_too_long
from mesoplan.core.errors import Fault, InputError


@dataclass(frozen=True)
class Treated:
    """One session in which something of a lot was drawn."""

    patient_id: uuid.UUID
    record_number: str
    name: str
    birth_date: dt.date
    contact: str
    restricted: bool
    delivery_id: uuid.UUID
    given_on: dt.date
    state: str
    areas: str
    volume_ml: str


def mark_recalled(lot: Lot, reason: str, *, by: User, now: dt.datetime) -> Lot:
    """Mark a lot as recalled. The mark is never taken away: a new receipt has a new lot.

    Raises
    ------
    InputError
        Without a reason, or if it is marked already.
    """
    if len(reason.strip()) < 3:
        raise InputError([Fault("reason", "says nothing", "name who recalls it and why")])
    refuse_too_long("reason", reason, REASON_LETTERS)
    with audited(by, "stock.recalled", now=now, details={"lot": str(lot.pk)}):
        locked = Lot.objects.select_for_update().get(pk=lot.pk)
        if locked.recalled_at is not None:
            raise InputError([Fault("lot", "is recalled already", "see its page")])
        locked.recalled_at, locked.recalled_by = now, by
        locked.recall_reason = reason.strip()
        locked.save()
    return locked


def treated_with(lot: Lot, *, by: User, now: dt.datetime) -> list[Treated]:
    """Patients, areas and days of a lot, the latest first; one line for each session.

    A recall is an act of safety: restricted records are among them, with their mark.
    """
    rows = (
        Draw.objects.filter(lot=lot)
        .values(
            "delivery_id", "delivery__given_on", "delivery__state", "volume_ml",
            "delivery__patient_id", "delivery__patient__record_number",
            "delivery__patient__family_name", "delivery__patient__given_names",
            "delivery__patient__birth_date", "delivery__patient__phone",
            "delivery__patient__email", "delivery__patient__restricted",
            "delivery__plan__document__case__areas",
        )
        .order_by("-delivery__given_on", "delivery_id")
    )  # fmt: skip
    found: dict[uuid.UUID, Treated] = {}
    volumes: dict[uuid.UUID, object] = {}
    for row in rows:
        key = row["delivery_id"]
        volumes[key] = volumes.get(key, 0) + row["volume_ml"]  # type: ignore[operator]
        found[key] = Treated(
            patient_id=row["delivery__patient_id"],
            record_number=row["delivery__patient__record_number"],
            name=f"{row['delivery__patient__family_name'].upper()}"
            f" {row['delivery__patient__given_names']}",
            birth_date=row["delivery__patient__birth_date"],
            contact=" ".join(
                filter(None, (row["delivery__patient__phone"], row["delivery__patient__email"]))
            ),
            restricted=row["delivery__patient__restricted"],
            delivery_id=key,
            given_on=row["delivery__given_on"],
            state=row["delivery__state"],
            areas=_areas(row["delivery__plan__document__case__areas"]),
            volume_ml=f"{volumes[key]:f}".rstrip("0").rstrip("."),
        )
    note(by, "stock.recall-query", now=now, details={"lot": str(lot.pk), "found": len(found)})
    return list(found.values())


def _areas(areas: list[dict[str, object]] | None) -> str:
    named = [
        " ".join(str(part) for part in (a.get("side"), a.get("region") or a.get("site")) if part)
        for a in areas or ()
    ]
    return ", ".join(dict.fromkeys(named))
