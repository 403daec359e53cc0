"""Preparation: lots drawn from opened containers, appearance, second person, syringe by syringe."""

import datetime as dt
import uuid
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from mesoplan.catalogue import Catalogue
from mesoplan.clinic.delivery.begin import refuse_if_in_the_way
from mesoplan.clinic.delivery.lines import EXACT, Line, drawn_ml, is_drawn, lines_of
from mesoplan.clinic.delivery.lines import needs_second_person as needs_second
from mesoplan.clinic.delivery.models import Delivery, DeliveryStep, Draw, VialOpening
from mesoplan.clinic.delivery.states import State, held
from mesoplan.clinic.patients import entries
from mesoplan.clinic.people.models import User
from mesoplan.clinic.rights import may
from mesoplan.clinic.stock.models import Lot, StockEvent
from mesoplan.clinic.stock.pick import check_lot
from mesoplan.core.errors import Fault, InputError

PREPARED, SECOND = "prepared", "second-check"
LOOKS = ("clear", "even-suspension", "wrong")
"""Clear and free of particles; a suspension shaken even; neither, and then it is discarded."""


@dataclass(frozen=True)
class Source:
    """Where a volume is drawn from: a container already open, or a new one of the lot."""

    lot: Lot
    vial_id: uuid.UUID | None = None


def draw(
    delivery: Delivery,
    line: Line,
    source: Source,
    volume_ml: Decimal,
    *,
    by: User,
    now: dt.datetime,
    day_ends: dt.datetime,
) -> Draw:
    """Draw a volume for a line; opens a container where none is named.

    Parameters
    ----------
    line : Line
        What is drawn.
    source : Source
        The lot and, for a container already open, which.
    volume_ml : Decimal
        One line may be drawn in several goes, from several lots.
    day_ends : datetime
        Until when a container may be used whose keeping time is not known.

    Raises
    ------
    InputError
        For a lot that is expired, recalled or other than planned, a container past its time,
        of another patient or with too little in it, or more than the line needs.
    """
    details = {"lot": str(source.lot.pk), "ml": str(volume_ml), "syringe": line.syringe}
    with held(
        delivery, (State.PREPARATION,), "delivery.drawn", by=by, now=now, details=details
    ) as row:
        lot = Lot.objects.select_for_update().get(pk=source.lot.pk)
        faults = _faults(row, line, lot, volume_ml)
        if faults:
            raise InputError(faults)
        vial = _vial(row, line, lot, source.vial_id, by, now, day_ends)
        _refuse_too_much(line, lot, vial, volume_ml)
        DeliveryStep.objects.filter(
            delivery=row, kind__in=(PREPARED, SECOND), key=str(line.syringe)
        ).delete()
        return Draw.objects.create(
            delivery=row, lot=lot, vial=vial, syringe=line.syringe, item=line.item,
            volume_ml=volume_ml, at=now, by=by,
        )  # fmt: skip


def discard_draws(
    delivery: Delivery, syringe: int, reason: str, *, by: User, now: dt.datetime
) -> None:
    """Throw a syringe away and begin it anew; the containers stay used.

    Raises
    ------
    InputError
        Without a reason.
    """
    if len(reason.strip()) < 3:
        raise InputError([Fault("reason", "says nothing", "write why")])
    with held(delivery, (State.PREPARATION,), "delivery.syringe-discarded", by=by, now=now) as row:
        thrown = row.draws.filter(syringe=syringe)
        lost = [
            {"lot": str(d.lot_id), "ml": str(d.volume_ml), "vial": str(d.vial_id)} for d in thrown
        ]
        DeliveryStep.objects.create(
            delivery=row, kind="discarded", key=f"{syringe}:{now.isoformat()}", at=now, by=by,
            values={"reason": reason.strip(), "draws": lost},
        )  # fmt: skip
        single = VialOpening.objects.filter(draws__in=thrown, lot__single_dose=True)
        single.update(discarded_at=now)
        thrown.delete()
        row.steps.filter(kind__in=(PREPARED, SECOND), key=str(syringe)).delete()


def confirm(
    delivery: Delivery, syringe: int, look: str, *, by: User, now: dt.datetime, catalogue: Catalogue
) -> None:
    """Confirm that a syringe is drawn, mixed in order, labelled, and looks as it should.

    Raises
    ------
    InputError
        If a line is not drawn in full, or it does not look as it should.
    """
    lines = [
        line for line in lines_of(delivery.plan.document, catalogue) if line.syringe == syringe
    ]
    if look not in LOOKS or not lines:
        raise InputError([Fault("look", f"{look!r} is no answer", f"one of {', '.join(LOOKS)}")])
    if look == "wrong":
        right = "discard the syringe and draw it anew; report the lots"
        raise InputError([Fault("look", "cloudy or with particles: not to be injected", right)])
    details = {"syringe": syringe, "look": look}
    with held(
        delivery, (State.PREPARATION,), "delivery.prepared", by=by, now=now, details=details
    ) as row:
        faults = [
            Fault(
                f"syringe {syringe + 1}: {line.name}",
                f"{drawn_ml(row, line)} of {line.volume_ml} mL drawn",
                "draw what is missing",
            )
            for line in lines
            if not is_drawn(row, line)
        ]
        if faults:
            raise InputError(faults)
        DeliveryStep.objects.update_or_create(
            delivery=row, kind=PREPARED, key=str(syringe),
            defaults={"values": {"look": look, "discard_at": _discard_at(row, syringe)},
                      "at": now, "by": by},
        )  # fmt: skip


def second_check(delivery: Delivery, syringe: int, *, by: User, now: dt.datetime) -> None:
    """A second person has read product, strength, lot, expiry and volume.

    Raises
    ------
    InputError
        If it is the one who prepared, or may not prepare, or nothing is prepared.
    """
    prepared = delivery.steps.filter(kind=PREPARED, key=str(syringe)).first()
    faults = []
    if prepared is None:
        faults.append(Fault("syringe", "is not prepared", "prepare it first"))
    elif prepared.by_id == by.pk:
        faults.append(Fault("by", "prepared it", "another person checks"))
    if not may(by, "delivery.prepare"):
        faults.append(Fault("by", "may not check preparations", "a nurse or practitioner checks"))
    if faults:
        raise InputError(faults)
    details = {"syringe": syringe}
    with held(
        delivery, (State.PREPARATION,), "delivery.second-check", by=by, now=now, details=details
    ) as row:
        DeliveryStep.objects.update_or_create(
            delivery=row, kind=SECOND, key=str(syringe), defaults={"at": now, "by": by}
        )


def note_skin_test(
    delivery: Delivery, product: str, result: str, read_after_min: int, *,
    by: User, now: dt.datetime,
) -> None:  # fmt: skip
    """Note an intradermal test of a new product; a positive one becomes an allergy at once.

    Raises
    ------
    InputError
        For a product that is not named, a result that is none, or no time of reading.
    """
    product = " ".join(product.split())
    faults = []
    if len(product) < 3:
        faults.append(Fault("product", "is not named", "write what was tested"))
    if result not in ("negative", "positive"):
        faults.append(Fault("result", f"{result!r} is none", "negative or positive"))
    if not 0 < read_after_min <= 7 * 24 * 60:
        faults.append(Fault("read_after_min", "is no time", "give the minutes until the reading"))
    if faults:
        raise InputError(faults)
    states = (State.RECHECK, State.PREPARATION, State.TIME_OUT)
    details = {"positive": result == "positive"}
    with held(delivery, states, "delivery.skin-test", by=by, now=now, details=details) as row:
        values = {"product": product, "result": result, "read_after_min": read_after_min}
        DeliveryStep.objects.create(
            delivery=row,
            kind="intradermal-test",
            key=f"{now.isoformat()} {product}"[:80],
            values=values,
            at=now,
            by=by,
        )
        if result == "positive":
            said = {"written": product[:120], "reaction": "positive intradermal test"}
            entries.note(row.patient, "allergies", said, by=by, now=now)


def open_preparation(delivery: Delivery, catalogue: Catalogue) -> list[Fault]:
    """What of the preparation is not done."""
    done = {(step.kind, step.key) for step in delivery.steps.all()}
    faults = []
    for number in range(len(delivery.plan.document["syringes"])):
        name = f"syringe {number + 1}"
        if (PREPARED, str(number)) not in done:
            faults.append(Fault(name, "is not prepared", "draw and confirm it"))
        if needs_second(delivery.plan.document, number, catalogue) and (
            (SECOND, str(number)) not in done
        ):
            faults.append(Fault(name, "no second person has checked it", "have it checked"))
    return faults


def to_time_out(delivery: Delivery, *, by: User, now: dt.datetime, catalogue: Catalogue) -> None:
    """Go on to the time-out.

    Raises
    ------
    InputError
        With everything that is not done, or stands in the way.
    """
    refuse_if_in_the_way(delivery)
    with held(delivery, (State.PREPARATION,), "delivery.to-time-out", by=by, now=now) as row:
        refuse_if_in_the_way(row)
        faults = [*open_preparation(row, catalogue), *drawn_faults(row, now)]
        if faults:
            raise InputError(faults)
        row.state = State.TIME_OUT


def drawn_faults(delivery: Delivery, now: dt.datetime) -> list[Fault]:
    """Lots recalled or containers past their time since they were drawn."""
    faults = []
    for one in delivery.draws.select_related("lot", "vial"):
        faults += check_lot(one.lot, one.lot.product, delivery.given_on)
        if one.vial.use_by < now and not delivery.on_paper:
            wrong = f"was to be used by {one.vial.use_by:%Y-%m-%d %H:%M} UTC"
            faults.append(Fault(f"lot {one.lot.lot_number}", wrong, "discard and draw anew"))
    return faults


def _faults(delivery: Delivery, line: Line, lot: Lot, volume_ml: Decimal) -> list[Fault]:
    if line.product is None:
        wrong = "the plan names a substance and no product, so that no lot can be checked"
        return [Fault(line.name, wrong, "change the plan and name the product")]
    faults = list(check_lot(lot, line.product, delivery.given_on))
    if volume_ml <= 0:
        faults.append(Fault("volume", f"{volume_ml} mL is no volume", "give it in mL"))
    left = line.volume_ml - drawn_ml(delivery, line)
    if volume_ml > left * (1 + EXACT) + line.volume_ml * EXACT:
        wrong = f"{volume_ml} mL is more than the {left} mL that are still to be drawn"
        faults.append(Fault("volume", wrong, "draw what the plan says"))
    return faults


def _vial(
    delivery: Delivery, line: Line, lot: Lot, vial_id: uuid.UUID | None,
    by: User, now: dt.datetime, day_ends: dt.datetime,
) -> VialOpening:  # fmt: skip
    if vial_id is None:
        return _opened(delivery, line, lot, by, now, day_ends)
    vial = VialOpening.objects.filter(pk=vial_id, lot=lot).first()
    name = f"lot {lot.lot_number}"
    if vial is None:
        raise InputError([Fault(name, "there is no such open container", "choose it anew")])
    if vial.discarded_at is not None:
        raise InputError([Fault(name, "this container was discarded", "open a new one")])
    if vial.use_by < now:
        wrong = f"this container was to be used by {vial.use_by:%Y-%m-%d %H:%M} UTC"
        raise InputError([Fault(name, wrong, "discard it and open a new one")])
    if lot.single_dose and vial.patient_id != delivery.patient_id:
        wrong = "a single-dose container opened for another patient"
        raise InputError([Fault(name, wrong, "open a new one")])
    return vial


def level_of(lot: Lot) -> int:
    """Closed containers of a lot: the sum of its events."""
    return int(lot.events.aggregate(sum=Sum("containers"))["sum"] or 0)


def _opened(
    delivery: Delivery, line: Line, lot: Lot, by: User, now: dt.datetime, day_ends: dt.datetime
) -> VialOpening:
    if level_of(lot) < 1:
        wrong = "none is left in the stock"
        raise InputError([Fault(f"lot {lot.lot_number}", wrong, "receive or count the stock")])
    keeps = line.discard_after_h
    use_by = day_ends if keeps is None else now + dt.timedelta(hours=keeps)
    vial = VialOpening.objects.create(
        lot=lot, opened_at=now, opened_by=by, use_by=use_by,
        patient_id=delivery.patient_id if lot.single_dose else None,
    )  # fmt: skip
    StockEvent.objects.create(
        lot=lot, kind=StockEvent.Kind.USE, containers=-1, delivery=delivery.pk, at=now, by=by
    )
    return vial


def _refuse_too_much(line: Line, lot: Lot, vial: VialOpening, volume_ml: Decimal) -> None:
    """Refuse more than a container holds: what was put into it, or what the lot says."""
    holds = line.per_container_ml if line.per_container_ml is not None else lot.container_ml
    if holds is None:
        right = "note its content at the receipt of the lot"
        raise InputError([Fault(f"lot {lot.lot_number}", "nobody noted its content", right)])
    taken = vial.draws.aggregate(sum=Sum("volume_ml"))["sum"] or Decimal(0)
    if taken + volume_ml > holds:
        wrong = f"{volume_ml} mL is more than the {holds - taken} mL left in this container"
        raise InputError([Fault("volume", wrong, "draw the rest from another one")])


def _discard_at(delivery: Delivery, syringe: int) -> str | None:
    """When the first of its containers runs out; the mixture keeps no longer."""
    vials = VialOpening.objects.filter(draws__delivery=delivery, draws__syringe=syringe)
    first = vials.order_by("use_by").first()
    return first.use_by.isoformat() if first else None
