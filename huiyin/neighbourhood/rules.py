"""Patrol plans against the calendar: which periods there are, and in which nobody walked.

Pure: days go in, standings come out. The ten days (旬) of a month are 1–10, 11–20 and 21 to
its end; weeks begin on Monday. Frequencies themselves are data, each with its source.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)
# A phone whose clock is off by more than this is noted; less is the way of the message.
CLOCK_TOLERANCE_SECONDS = 120


class BeatKind(StrEnum):
    """What is walked along."""

    LANE = "lane"
    RIVER = "river"
    BLOCK = "block"
    GRID = "grid"


class Period(StrEnum):
    """How long a chief has for so many patrols."""

    DAY = "day"
    WEEK = "week"
    TEN_DAYS = "ten_days"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class State(StrEnum):
    """How a period stands: walked, missed, still running, or not wholly in the chief's time."""

    DONE = "done"
    MISSED = "missed"
    OPEN = "open"
    PARTIAL = "partial"


@dataclass(frozen=True)
class Span:
    """Days from the first to the last, both of them in it."""

    first: date
    last: date

    def holds(self, day: date) -> bool:
        """Whether a day lies in the span."""
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Duty:
    """So many patrols in each period, owed from a day on and until a day."""

    period: Period
    times: int
    since: date
    until: date | None = None


@dataclass(frozen=True)
class Standing:
    """One period of a duty: what was owed, what was done, and how long it has been missed."""

    span: Span
    needed: int
    done: int
    state: State
    missed_days: int = 0


def span_of(period: Period, day: date) -> Span:
    """The period that a day lies in."""
    if period == Period.DAY:
        return Span(day, day)
    if period == Period.WEEK:
        monday = day - DAY * day.weekday()
        return Span(monday, monday + DAY * 6)
    if period == Period.TEN_DAYS:
        return _ten_days(day)
    months = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}[period]
    first_month = (day.month - 1) // months * months + 1
    return Span(date(day.year, first_month, 1), _month_end(day.year, first_month + months - 1))


def _ten_days(day: date) -> Span:
    third = min((day.day - 1) // 10, 2)
    first = day.replace(day=third * 10 + 1)
    last = _month_end(day.year, day.month) if third == 2 else day.replace(day=third * 10 + 10)
    return Span(first, last)


def _month_end(year: int, month: int) -> date:
    if month == 12:
        return date(year, 12, 31)
    return date(year, month + 1, 1) - DAY


def spans(period: Period, window: Span) -> list[Span]:
    """Every period that has a day in the window, in order, each at its full length."""
    found, day = [], window.first
    while day <= window.last:
        span = span_of(period, day)
        found.append(span)
        day = span.last + DAY
    return found


def standings(duty: Duty, days: Iterable[date], *, window: Span, on: date) -> list[Standing]:
    """How each period of the window stands on a day; `days` has one for each patrol walked.

    A period counts only where the duty was owed on each of its days: nobody misses a month
    who became chief in the middle of it.
    """
    walked = sorted(days)
    first = max(window.first, duty.since)
    last = min(window.last, duty.until or window.last, on)
    if first > last:
        return []
    return [
        _standing(duty, span, sum(span.holds(day) for day in walked), on)
        for span in spans(duty.period, Span(first, last))
    ]


def _standing(duty: Duty, span: Span, done: int, on: date) -> Standing:
    partial = span.first < duty.since or (duty.until is not None and duty.until < span.last)
    if done >= duty.times:
        return Standing(span, duty.times, done, State.DONE)
    if partial:
        return Standing(span, duty.times, done, State.PARTIAL)
    if on <= span.last:
        return Standing(span, duty.times, done, State.OPEN)
    return Standing(span, duty.times, done, State.MISSED, (on - span.last).days)


def clock_is_off(seconds: int) -> bool:
    """Whether a phone's clock differs so much from the server's that it is noted."""
    return abs(seconds) > CLOCK_TOLERANCE_SECONDS
