"""The course as dates: sessions, the calls and reviews that follow, and what to do at each."""

import datetime as dt

from mesoplan.catalogue import Catalogue
from mesoplan.model.plan import Visit
from mesoplan.workflow.settle import Settled

FOLLOW_UP_WEEKS = (1, 4, 8, 12)
"""After the last session: late infection shows 1 to 12 weeks after injection (S143)."""
CALL_DAYS = 2


def schedule(settled: Settled, catalogue: Catalogue) -> tuple[Visit, ...]:
    """Sessions and follow-up; dates are ``None`` where the case gives none."""
    day, text = settled.case.treatment.date, catalogue.messages.text
    interval = settled.interval_days
    visits: list[Visit] = []
    last: dt.date | None = day
    for number in range(settled.sessions):
        dated = number == 0 or interval is not None
        last = _after(day, number * (interval or 0)) if dated else None
        visits.append(
            Visit(session=number + 1, date=last, kind="treatment", text=text("schedule.session"))
        )
    count = settled.sessions
    call = Visit(
        session=count, date=_after(last, CALL_DAYS), kind="call", text=text("schedule.call")
    )
    visits.append(call)
    visits += [
        Visit(
            session=count,
            date=_after(last, 7 * week),
            kind="review" if week == FOLLOW_UP_WEEKS[-1] else "follow-up",
            text=text("schedule.follow-up" if week > 1 else "schedule.one-week", weeks=str(week)),
        )
        for week in FOLLOW_UP_WEEKS
    ]
    return tuple(visits)


def _after(day: dt.date | None, days: float) -> dt.date | None:
    return None if day is None else day + dt.timedelta(days=round(days))
