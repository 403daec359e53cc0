"""Intervals: time since the last treatment, time within the course, amounts over months."""

import datetime as dt

from mesoplan.core.units import format_number
from mesoplan.evaluate.totals import limit_amount, weight_kg
from mesoplan.model.case import Earlier, Named
from mesoplan.model.finding import Finding
from mesoplan.model.plan import Total
from mesoplan.model.substance import Interval, Limit, Substance
from mesoplan.safety.situation import SLACK, Situation

_FILLERS = frozenset({"hyaluronic-acid-cross-linked"})
_FILLER_DAYS = 28


def intervals(s: Situation) -> list[Finding]:
    """Findings where a substance comes back too soon, or too much of it within months."""
    found: list[Finding] = []
    for substance in s.actives:
        for interval in substance.intervals:
            found += _since_last(s, substance, interval)
            found += _within_course(s, substance, interval)
        for limit in substance.limits:
            if limit.interval_months is not None:
                found += _over_months(s, substance, limit)
    return [*found, *_fillers(s)]


def _fillers(s: Situation) -> list[Finding]:
    """A filler of the last four weeks, stated in the history."""
    day = s.case.treatment.date
    recent = [
        h
        for h in s.case.patient.history or ()
        if h.substance.id in _FILLERS and day is not None and (day - h.date).days < _FILLER_DAYS
    ]
    if not recent:
        return []
    return [
        s.finding(
            "filler-recent",
            "warning",
            "filler-recent",
            tuple(h.substance.written for h in recent),
            sources=("general-knowledge",),
            trust="recalled",
            names=", ".join(f"{h.substance.written} ({h.date.isoformat()})" for h in recent),
        )
    ]


def _counts(s: Situation, name: Named, substance: Substance, whole_class: str | None) -> bool:
    """Whether an earlier treatment counts: the same substance, or any of its class."""
    if name.id == substance.id:
        return True
    if whole_class is None or name.id is None:
        return False
    if name.kind == "class":
        return whole_class in s.catalogue.class_line(name.id)
    return s.is_in(name.id, whole_class)


def _not_asked(s: Situation, substance: Substance) -> list[Finding]:
    if s.case.patient.history is None:
        return [
            s.unchecked(
                "interval",
                "history-not-asked",
                ("history", *s.written(substance.id)),
                substance=substance.name,
            )
        ]
    if s.case.treatment.date is None:
        return [
            s.unchecked(
                "interval",
                "date-not-given",
                ("date", *s.written(substance.id)),
                substance=substance.name,
            )
        ]
    return []


def _since_last(s: Situation, substance: Substance, interval: Interval) -> list[Finding]:
    missing = _not_asked(s, substance)
    day, history = s.case.treatment.date, s.case.patient.history
    if missing or day is None or history is None:
        return missing
    earlier = [h for h in history if _counts(s, h.substance, substance, interval.whole_class)]
    if not earlier:
        return []
    last = max(earlier, key=lambda entry: entry.date)
    days = (day - last.date).days
    if days >= interval.days:
        return []
    return [
        s.finding(
            "interval",
            "critical" if interval.critical else "warning",
            "interval",
            (last.substance.written, *s.written(substance.id)),
            sources=interval.sources,
            trust=interval.trust,
            substance=substance.name,
            earlier=last.substance.written,
            date=last.date.isoformat(),
            days=str(days),
            least=format_number(interval.days),
            due=(last.date + dt.timedelta(days=interval.days)).isoformat(),
        )
    ]


def _within_course(s: Situation, substance: Substance, interval: Interval) -> list[Finding]:
    if s.sessions >= 2 and s.interval_days is None:
        return [
            s.unchecked(
                "interval-course",
                "interval-unknown",
                ("interval", *s.written(substance.id)),
                substance=substance.name,
                sessions=str(s.sessions),
            )
        ]
    if s.sessions < 2 or s.interval_days is None or s.interval_days >= interval.days:
        return []
    return [
        s.finding(
            "interval-course",
            "critical" if interval.critical else "warning",
            "interval-course",
            s.written(substance.id),
            sources=interval.sources,
            trust=interval.trust,
            substance=substance.name,
            sessions=str(s.sessions),
            days=format_number(s.interval_days),
            least=format_number(interval.days),
        )
    ]


def _over_months(s: Situation, substance: Substance, limit: Limit) -> list[Finding]:
    """The amount of today, of the history and of the course within any window of the limit."""
    missing = _not_asked(s, substance)
    day, history = s.case.treatment.date, s.case.patient.history or ()
    if limit.interval_months is None:
        return []
    # What is planned counts even where nobody asked for more.
    start = months_before(day, limit.interval_months) if day is not None else None
    total = next(t for t in s.totals if t.substance == substance.id)
    unit = total.amount.unit
    recent = [
        h
        for h in history
        if start is not None and h.date > start and _may_be(s, h.substance, substance)
    ]
    known = [
        h.amount.value
        for h in recent
        if h.substance.id == substance.id and h.amount is not None and h.amount.unit == unit
    ]
    unknown = [
        h
        for h in recent
        if h.substance.id != substance.id or h.amount is None or h.amount.unit != unit
    ]
    allowed = limit_amount(limit, weight_kg(s.case)).value
    amount = max(sum(known) + total.injected.value, _course_amount(s, total, limit))
    # The rule about the last treatment already says what was not asked.
    found = missing if not substance.intervals else []
    if amount > allowed * (1 + SLACK):
        label = limit.basis == "label"
        found.append(
            s.finding(
                "dose-interval",
                "critical" if label else "warning",
                "dose-interval",
                s.written(substance.id),
                sources=limit.sources,
                trust=limit.trust,
                substance=substance.name,
                amount=f"{format_number(amount)} {total.amount.unit}",
                limit=f"{format_number(allowed)} {total.amount.unit}",
                months=format_number(limit.interval_months),
            )
        )
    if unknown:
        found.append(
            s.unchecked(
                "dose-interval", "history-amount", tuple(_texts(unknown)), substance=substance.name
            )
        )
    return found


def _may_be(s: Situation, name: Named, substance: Substance) -> bool:
    """Whether an earlier treatment was, or stated only by class may have been, the substance."""
    return name.id == substance.id or (
        name.kind == "class" and name.id is not None and s.is_in(substance.id, name.id)
    )


def _texts(entries: list[Earlier]) -> list[str]:
    return [entry.substance.written for entry in entries]


def _course_amount(s: Situation, total: Total, limit: Limit) -> float:
    """Injected by as many of the course's sessions as fall into one window of the limit."""
    if s.interval_days is None or limit.interval_months is None:
        return total.amount.value
    window_days = limit.interval_months * 365.25 / 12
    together = min(s.sessions, int(window_days // s.interval_days) + 1)
    return together * total.injected.value


def months_before(day: dt.date, months: float) -> dt.date:
    """The day a number of months earlier; a part of a month counts in days."""
    whole = int(months)
    index = day.year * 12 + day.month - 1 - whole
    year, month = divmod(index, 12)
    last = (dt.date(year + month // 11, (month + 1) % 12 + 1, 1) - dt.timedelta(days=1)).day
    start = dt.date(year, month + 1, min(day.day, last))
    return start - dt.timedelta(days=round((months - whole) * 30.4))
