"""Windows of time by the clock of the city: of a day, of a moment, the one before, a year ago.

Windows are made of whole counting days, so they tile time without gap or overlap: a window ends
in the very moment in which the next one starts. Moments are given in UTC, since two moments of
one zone would be compared by their wall clock, which an hour of summer time repeats.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from django.utils.translation import gettext as _

from huiyin.counting.rules import NOON, Window, WindowKind
from huiyin.office.problems import WrongInput

MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
# Days beyond are typing errors; they would only overflow somewhere else.
EARLIEST, LATEST = date(1949, 10, 1), date(2199, 12, 31)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Span:
    """One window: its name, its counting days (both included), and from when until before when."""

    name: str
    first: date
    last: date
    start: datetime
    end: datetime

    @property
    def days(self) -> int:
        """How many counting days it has: windows of unequal length are compared per day."""
        return (self.last - self.first).days + 1

    def holds(self, moment: datetime) -> bool:
        """Whether a moment lies in it."""
        return self.start <= moment < self.end


def start_of(window: Window, day: date, *, zone: tzinfo) -> datetime:
    """The moment in which a counting day begins.

    A day that begins at noon or later begins on the evening before: “from noon to noon” of a day
    ends on that day.
    """
    begins = day - ONE_DAY if window.starts_at >= NOON else day
    return datetime.combine(begins, window.starts_at, zone).astimezone(UTC)


def day_at(window: Window, moment: datetime, *, zone: tzinfo) -> date:
    """The counting day in which a moment lies."""
    # Where a zone skips or repeats hours, the date on the clock can be one off.
    day = moment.astimezone(zone).date() + ONE_DAY
    while start_of(window, day, zone=zone) > moment:
        day -= ONE_DAY
    return day


def window_of(window: Window, day: date, *, zone: tzinfo) -> Span:
    """The window to which a counting day belongs; raises WrongInput where a list has none."""
    if not EARLIEST <= day <= LATEST:
        raise WrongInput(
            _("%(day)s lies too far away to be counted; check the year.") % {"day": day}
        )
    name, first, last = DAYS_OF[window.kind](window, day)
    return Span(
        name=name,
        first=first,
        last=last,
        start=start_of(window, first, zone=zone),
        end=start_of(window, last + ONE_DAY, zone=zone),
    )


def window_at(window: Window, moment: datetime, *, zone: tzinfo) -> Span:
    """The window in which a moment lies."""
    return window_of(window, day_at(window, moment, zone=zone), zone=zone)


def window_before(window: Window, span: Span, *, zone: tzinfo) -> Span | None:
    """The window that ends where this one starts; None before the first of a list."""
    return _if_any(window, span.first - ONE_DAY, zone)


def window_after(window: Window, span: Span, *, zone: tzinfo) -> Span | None:
    """The window that starts where this one ends; None after the last of a list."""
    return _if_any(window, span.last + ONE_DAY, zone)


def window_last_year(window: Window, span: Span, *, zone: tzinfo) -> Span | None:
    """The same window of the year before: the one that holds the same date as this one's middle.

    So October is set beside October, and a week beside the week around the same date.
    """
    middle = span.first + timedelta(days=(span.days - 1) // 2)
    leap = (middle.month, middle.day) == (2, 29)
    day = middle.replace(year=middle.year - 1, day=28 if leap else middle.day)
    return _if_any(window, day, zone)


def window_named(window: Window, name: str, *, zone: tzinfo) -> Span:
    """The window that somebody names: a month “2026-10”, any day of it, or its name in a list."""
    for period in window.periods:
        if period.name == name.strip():
            return window_of(window, period.first, zone=zone)
    return window_of(window, _day_named(window, name.strip()), zone=zone)


def _day_named(window: Window, name: str) -> date:
    try:
        if found := DAY.fullmatch(name.partition("/")[0]):
            return date(int(found[1]), int(found[2]), int(found[3]))
        month = MONTH.fullmatch(name)
        if month and window.kind in {WindowKind.MONTH, WindowKind.MONTH_FROM_DAY}:
            return date(int(month[1]), int(month[2]), 1)
    except ValueError:
        pass
    raise WrongInput(
        _("“%(name)s” names no window; write a month such as 2026-10, or a day such as 2026-10-19.")
        % {"name": name}
    )


def _if_any(window: Window, day: date, zone: tzinfo) -> Span | None:
    listed = any(period.first <= day <= period.last for period in window.periods)
    if not EARLIEST <= day <= LATEST or (window.kind == WindowKind.LISTED and not listed):
        return None
    return window_of(window, day, zone=zone)


def _month(_window: Window, day: date) -> tuple[str, date, date]:
    last = calendar.monthrange(day.year, day.month)[1]
    return f"{day:%Y-%m}", day.replace(day=1), day.replace(day=last)


def _month_from_day(window: Window, day: date) -> tuple[str, date, date]:
    """A month that begins on a day of the one before, and is named for the one it ends in."""
    ends_in = day.replace(day=1)
    if day.day >= window.first_day:
        ends_in = (ends_in + timedelta(days=31)).replace(day=1)
    first = (ends_in - ONE_DAY).replace(day=window.first_day)
    return f"{ends_in:%Y-%m}", first, ends_in.replace(day=window.first_day - 1)


def _days(window: Window, day: date) -> tuple[str, date, date]:
    past = (day - window.anchor).days // window.length * window.length
    first = window.anchor + timedelta(days=past)
    last = first + timedelta(days=window.length - 1)
    return (f"{first}" if first == last else f"{first}/{last}"), first, last


def _listed(window: Window, day: date) -> tuple[str, date, date]:
    for period in window.periods:
        if period.first <= day <= period.last:
            return period.name, period.first, period.last
    raise WrongInput(
        _("The caliber lists no window for %(day)s; adopt one whose list goes on.") % {"day": day}
    )


DAYS_OF = {
    WindowKind.MONTH: _month,
    WindowKind.MONTH_FROM_DAY: _month_from_day,
    WindowKind.DAYS: _days,
    WindowKind.LISTED: _listed,
}
