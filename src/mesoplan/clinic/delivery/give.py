"""Time-out, the points one by one, reactions, needle changes; and what was given in all."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from mesoplan.catalogue import Catalogue
from mesoplan.clinic.delivery.begin import refuse_if_in_the_way
from mesoplan.clinic.delivery.models import Delivery, DeliveryStep
from mesoplan.clinic.delivery.prepare import drawn_faults
from mesoplan.clinic.delivery.states import State, held
from mesoplan.clinic.formulary.load import clinic_catalogue
from mesoplan.clinic.people.models import User
from mesoplan.clinic.planning.make import case_in_folder
from mesoplan.core.errors import Fault, InputError
from mesoplan.core.units import parse_quantity
from mesoplan.workflow.given import Given, GivenPoint, screen_given

TIME_OUT = (
    "identity",
    "allergies",
    "consent",
    "side-and-areas",
    "products-and-lots",
    "labels",
    "asepsis",
    "emergency-kit",
)
"""What is said aloud and ticked before the first puncture; each singly."""
STATES = ("given", "skipped", "moved", "changed")


def tick(delivery: Delivery, key: str, *, by: User, now: dt.datetime) -> None:
    """Tick one line of the time-out.

    Raises
    ------
    InputError
        If there is no such line.
    """
    if key not in TIME_OUT:
        raise InputError([Fault("time-out", f"{key!r} is no line of it", "tick a line of it")])
    with held(
        delivery, (State.TIME_OUT,), "delivery.time-out", by=by, now=now, details={"line": key}
    ) as row:
        DeliveryStep.objects.get_or_create(
            delivery=row, kind="time-out", key=key, defaults={"at": now, "by": by}
        )


def to_giving(delivery: Delivery, *, by: User, now: dt.datetime) -> None:
    """Begin to inject.

    Raises
    ------
    InputError
        With every line of the time-out that is not ticked, and everything in the way.
    """
    refuse_if_in_the_way(delivery)
    with held(delivery, (State.TIME_OUT,), "delivery.to-giving", by=by, now=now) as row:
        refuse_if_in_the_way(row)
        ticked = set(row.steps.filter(kind="time-out").values_list("key", flat=True))
        faults = [
            Fault(f"time-out: {key}", "is not ticked", "say it aloud and tick it")
            for key in TIME_OUT
            if key not in ticked
        ]
        faults += drawn_faults(row, now)
        if faults:
            raise InputError(faults)
        row.state = State.GIVING


def mark(
    delivery: Delivery,
    points: Collection[int],
    state: str,
    values: Mapping[str, Any],
    *,
    by: User,
    now: dt.datetime,
) -> Delivery:
    """Mark points as given, skipped, moved or changed.

    Parameters
    ----------
    points : collection of int
        Ids of the plan's points; several only for given and skipped.
    state : str
        One of ``STATES``.
    values : mapping
        ``reason`` for all but given; ``x_mm`` and ``y_mm`` for moved; ``volume`` as a quantity
        with its unit for changed.

    Raises
    ------
    InputError
        For a point that the plan does not have, a missing reason, a volume without unit, or a
        place off the area.
    """
    marks = {str(number): _mark(state, values, by, now) for number in points}
    _refuse_unknown(delivery, points)
    if state in ("moved", "changed"):
        if len(marks) != 1:
            raise InputError(
                [Fault("points", "several at once", f"one point is {state} at a time")]
            )
        given_of(delivery, {**delivery.marks, **marks}, clinic_catalogue())
    details = {"state": state, "points": sorted(points)}
    with held(delivery, (State.GIVING,), "delivery.marked", by=by, now=now, details=details) as row:
        row.marks = {**row.marks, **marks}
        row.marks_revision += 1
    return delivery


def unmark(delivery: Delivery, point: int, *, by: User, now: dt.datetime) -> Delivery:
    """Take a mark back: it was a slip of the finger."""
    with held(
        delivery, (State.GIVING,), "delivery.unmarked", by=by, now=now, details={"points": [point]}
    ) as row:
        row.marks = {key: value for key, value in row.marks.items() if key != str(point)}
        row.marks_revision += 1
    return delivery


def change_needle(delivery: Delivery, *, by: User, now: dt.datetime) -> None:
    """Count one more needle."""
    with held(delivery, (State.GIVING,), "delivery.needle", by=by, now=now) as row:
        row.needle_changes += 1


def note_reaction(
    delivery: Delivery, what: str, action: str, *, by: User, now: dt.datetime
) -> None:
    """Note an immediate reaction and what was done.

    Raises
    ------
    InputError
        If it says nothing.
    """
    if len(what.strip()) < 3:
        raise InputError([Fault("reaction", "says nothing", "write what was seen")])
    states = (State.GIVING, State.OBSERVATION)
    with held(delivery, states, "delivery.reaction", by=by, now=now) as row:
        entry = {"what": what.strip(), "action": action.strip(), "at": now.isoformat()}
        row.reactions = [*row.reactions, entry | {"by": by.full_name}]


def tally(delivery: Delivery) -> dict[str, int]:
    """How many points are in each state, and how many are open."""
    found = dict.fromkeys(STATES, 0)
    for one in delivery.marks.values():
        found[one["state"]] += 1
    return found | {"open": len(delivery.plan.document["points"]) - len(delivery.marks)}


def given_of(delivery: Delivery, marks: Mapping[str, Any], catalogue: Catalogue) -> Given:
    """Totals and findings of what the marks say was given, by the library's rules."""
    planned = {point["id"]: point for point in delivery.plan.document["points"]}
    given = {}
    for key, one in marks.items():
        if one["state"] == "skipped":
            continue
        volume_ml = one.get("volume_ml", planned[int(key)]["volume_ml"])
        given[int(key)] = GivenPoint(volume_ml, one.get("x_mm"), one.get("y_mm"))
    case = delivery.screening["case"]
    with case_in_folder(case, delivery.patient, "delivery") as read:
        return screen_given(read, given, catalogue)


def _refuse_unknown(delivery: Delivery, points: Collection[int]) -> None:
    known = {point["id"] for point in delivery.plan.document["points"]}
    wrong = [number for number in points if number not in known]
    if wrong or not points:
        named = ", ".join(map(str, sorted(wrong))) or "none"
        raise InputError([Fault("points", f"{named}: no point of the plan", "load the page anew")])


def _mark(state: str, values: Mapping[str, Any], by: User, now: dt.datetime) -> dict[str, Any]:
    if state not in STATES:
        raise InputError([Fault("state", f"{state!r} is no mark", f"one of {', '.join(STATES)}")])
    made: dict[str, Any] = {"state": state, "at": now.isoformat(), "by": str(by.public_id)}
    reason = str(values.get("reason") or "").strip()
    if state != "given":
        if len(reason) < 3:
            raise InputError([Fault("reason", "says nothing", f"write why it was {state}")])
        made["reason"] = reason
    if state == "changed":
        quantity = parse_quantity(values.get("volume"), "volume", ("volume",), "0.02 mL")
        made |= {"volume_ml": quantity.value, "written": str(values["volume"])}
    if state == "moved":
        for key in ("x_mm", "y_mm"):
            try:
                made[key] = float(values[key])
            except (KeyError, TypeError, ValueError):
                right = "give the new place in millimetres"
                raise InputError([Fault(key, "is no number", right)]) from None
    return made
