"""By when: start × rule × calendar → a moment, with what is needed to explain it.

Pure: no database, no clock, no language. `docs/reference/deadlines.md` states the semantics in
words. Promises: a later start or a longer limit never gives an earlier deadline; a limit counted
in two parts ends where the whole ends; a working limit never ends in closed time.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from huiyin.deadlines import _opening as opening
from huiyin.office.problems import WrongInput

# Nobody promises an answer in a hundred years; a typing error does.
MOST_AMOUNT = {"natural_hours": 876_000, "natural_days": 36_500, "working_hours": 40_000}


class TimeUnit(StrEnum):
    NATURAL_HOURS = "natural_hours"
    NATURAL_DAYS = "natural_days"
    WORKING_HOURS = "working_hours"
    WORKING_DAYS = "working_days"

    @property
    def is_working(self) -> bool:
        return self in {TimeUnit.WORKING_HOURS, TimeUnit.WORKING_DAYS}


# Where nothing ever closes, working time is all the time.
NATURAL_TWIN = {
    TimeUnit.WORKING_HOURS: TimeUnit.NATURAL_HOURS,
    TimeUnit.WORKING_DAYS: TimeUnit.NATURAL_DAYS,
}


class DayKind(StrEnum):
    """What makes a day differ from its weekday."""

    HOLIDAY = "holiday"
    MAKE_UP = "make_up"


class WarningKind(StrEnum):
    """What a person must know before relying on a deadline."""

    YEAR_UNKNOWN = "year_unknown"
    YEAR_UNVERIFIED = "year_unverified"


@dataclass(frozen=True)
class Rule:
    """A time limit: so much of a unit, and where that is written."""

    amount: int
    unit: TimeUnit
    source: str = ""
    code: str = ""
    source_en: str = ""
    is_draft: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "unit", TimeUnit(self.unit))
        most = MOST_AMOUNT.get(self.unit, 10_000)
        if not 0 <= self.amount <= most:
            raise WrongInput(f"A time limit is between 0 and {most} {self.unit.replace('_', ' ')}.")


@dataclass(frozen=True, order=True)
class Period:
    """One stretch of opening time in a day; closing at 00:00 is the midnight that ends the day."""

    opens: time
    closes: time

    def __post_init__(self) -> None:
        if self.minutes[0] >= self.minutes[1]:
            raise WrongInput(f"Opening time {self} must end after it begins.")

    def __str__(self) -> str:
        return f"{self.opens:%H:%M}–{self.closes:%H:%M}"

    @property
    def minutes(self) -> tuple[int, int]:
        opens, closes = (at.hour * 60 + at.minute for at in (self.opens, self.closes))
        return opens, closes or 1440


@dataclass(frozen=True)
class SpecialDate:
    """A holiday, or a day worked in place of one, with the normal hours unless it has its own."""

    on: date
    kind: DayKind
    name: str = ""
    name_en: str = ""
    periods: tuple[Period, ...] = ()


@dataclass(frozen=True)
class WorkCalendar:
    """When one city or unit is open: hours of each weekday (0 = Monday), special days, known years.

    `known_years` are the years whose holidays are loaded; `unverified_years` those of them that
    nobody has compared with the official notice. A unit that is open round the clock has neither
    closed time nor holidays.
    """

    code: str
    time_zone: str
    periods: Mapping[int, tuple[Period, ...]] = field(default_factory=dict)
    days: Mapping[date, SpecialDate] = field(default_factory=dict)
    known_years: frozenset[int] = frozenset()
    unverified_years: frozenset[int] = frozenset()
    round_the_clock: bool = False
    _years: dict[int, opening.OpenYear] = field(
        default_factory=dict, init=False, compare=False, repr=False
    )
    _special_dates: list[date] = field(default_factory=list, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        if not self.round_the_clock and not any(self.periods.values()):
            raise WrongInput(f"Calendar “{self.code}” has no opening hours.")
        for weekday, periods in [*self.periods.items(), *self._own_hours()]:
            try:
                opening.joined(tuple(period.minutes for period in periods))
            except ValueError:
                raise WrongInput(
                    f"Opening hours of calendar “{self.code}” overlap on {weekday}."
                ) from None
        self._special_dates.extend(sorted(self.days))

    def _own_hours(self) -> list[tuple[date, tuple[Period, ...]]]:
        return [(day, special.periods) for day, special in self.days.items()]

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def normal_periods(self) -> tuple[Period, ...]:
        """Give the hours of the first weekday that has any: a make-up day has these."""
        return next((self.periods[day] for day in range(7) if self.periods.get(day)), ())

    def periods_on(self, day: date) -> tuple[Period, ...]:
        """Say when this calendar is open on a day; nothing when it is closed all day."""
        if self.round_the_clock:
            return (Period(time(0), time(0)),)
        special = self.days.get(day)
        if special is None:
            return tuple(self.periods.get(day.weekday(), ()))
        if special.kind == DayKind.HOLIDAY:
            return ()
        return special.periods or tuple(self.periods.get(day.weekday(), ())) or self.normal_periods

    def specials_between(self, first: date, last: date) -> tuple[SpecialDate, ...]:
        low = bisect_left(self._special_dates, first)
        high = bisect_right(self._special_dates, last)
        return tuple(self.days[day] for day in self._special_dates[low:high])

    def open_year(self, year: int) -> opening.OpenYear:
        """Give the table of a year's open time, made at its first use."""
        table = self._years.get(year)
        if table is None:
            first = date(year, 1, 1).toordinal()
            days = [date.fromordinal(n) for n in range(first, date(year, 12, 31).toordinal() + 1)]
            hours = [
                (day, opening.joined(tuple(period.minutes for period in self.periods_on(day))))
                for day in days
            ]
            table = self._years[year] = opening.open_year(self.zone, hours)
        return table


@dataclass(frozen=True)
class DeadlineWarning:
    """A reason for not relying on a deadline yet."""

    kind: WarningKind
    year: int


@dataclass(frozen=True)
class Deadline:
    """A moment by which something is due, and the facts it rests on."""

    due_at: datetime
    start: datetime
    counted_from: datetime
    rule: Rule
    calendar_code: str
    time_zone: str
    specials: tuple[SpecialDate, ...]
    closed: timedelta
    warnings: tuple[DeadlineWarning, ...]

    def basis(self) -> dict[str, Any]:
        """Give the facts as plain JSON, to be kept with a case and explained later."""
        rule = self.rule
        return {
            "version": 1,
            "rule": {
                "amount": rule.amount,
                "unit": rule.unit.value,
                "source": rule.source,
                "source_en": rule.source_en,
                "code": rule.code,
                "is_draft": rule.is_draft,
            },
            "calendar": self.calendar_code,
            "time_zone": self.time_zone,
            "start": self.start.isoformat(),
            "counted_from": self.counted_from.isoformat(),
            "due_at": self.due_at.isoformat(),
            "special_days": _ranges(self.specials),
            "closed_minutes": self.closed // timedelta(minutes=1),
            "warnings": [{"kind": w.kind.value, "year": w.year} for w in self.warnings],
        }


def deadline(start: datetime, rule: Rule, calendar: WorkCalendar) -> Deadline:
    """Say by when something is due that began at `start` and has the time limit of `rule`."""
    if start.tzinfo is None:
        raise ValueError("A deadline needs a start with a time zone.")
    begin = opening.moment_number(start)
    working = rule.unit.is_working and not calendar.round_the_clock
    try:
        counted = _next_open(begin, calendar)[0] if working else begin
        due = _due(counted, rule, calendar)
    except (OverflowError, ValueError):
        raise WrongInput("The deadline lies outside the years a calendar can hold.") from None
    zone = calendar.zone
    due_at = opening.moment_of(due)
    first, last = start.astimezone(zone).date(), due_at.astimezone(zone).date()
    closed = due - begin - _open_between(begin, due, calendar) if working else 0
    return Deadline(
        due_at=due_at,
        start=start.astimezone(UTC),
        counted_from=opening.moment_of(counted),
        rule=rule,
        calendar_code=calendar.code,
        time_zone=calendar.time_zone,
        specials=() if calendar.round_the_clock else calendar.specials_between(first, last),
        closed=timedelta(microseconds=closed),
        warnings=_warnings(first.year, last.year, calendar) if working else (),
    )


def working_minutes_between(a: datetime, b: datetime, calendar: WorkCalendar) -> int:
    """Count the whole minutes of opening time from a to b; negative when b is the earlier one."""
    if b < a:
        return -working_minutes_between(b, a, calendar)
    first, last = opening.moment_number(a), opening.moment_number(b)
    if calendar.round_the_clock:
        return (last - first) // opening.MINUTE
    return _open_between(first, last, calendar) // opening.MINUTE


def years_unknown(first: int, last: int, calendar: WorkCalendar) -> list[int]:
    """List the years for which this calendar would have to count without knowing the holidays."""
    if calendar.round_the_clock:
        return []
    return [year for year in range(first, last + 1) if year not in calendar.known_years]


def _due(begin: int, rule: Rule, calendar: WorkCalendar) -> int:
    unit = rule.unit
    if calendar.round_the_clock:
        unit = NATURAL_TWIN.get(unit, unit)
    if rule.amount == 0:
        return begin
    if unit is TimeUnit.NATURAL_HOURS:
        return begin + rule.amount * opening.HOUR
    if unit is TimeUnit.NATURAL_DAYS:
        return opening.days_later(begin, rule.amount, calendar.time_zone)
    if unit is TimeUnit.WORKING_HOURS:
        return _open_hours_later(begin, rule.amount * opening.HOUR, calendar)
    return _working_days_later(begin, rule.amount, calendar)


def _local_year(number: int, calendar: WorkCalendar) -> int:
    return opening.moment_of(number).astimezone(calendar.zone).year


def _next_open(number: int, calendar: WorkCalendar) -> tuple[int, int, int]:
    """Move a moment to the next opening unless it is open; give it, its year and its stretch.

    The closing moment still counts as open, or a deadline at closing time would be in closed time.
    Where one stretch ends as the next begins, the moment belongs to the next.
    """
    year = _local_year(number, calendar)
    table = calendar.open_year(year)
    at = bisect_right(table.starts, number) - 1
    if at >= 0 and number <= table.ends[at]:
        return number, year, at
    if at < 0:
        last_year = calendar.open_year(year - 1)
        if last_year.ends and last_year.ends[-1] == number:
            return number, year - 1, len(last_year.ends) - 1
    at += 1
    while at >= len(table.starts):
        year, at = year + 1, 0
        table = calendar.open_year(year)
    return table.starts[at], year, at


def _open_hours_later(number: int, amount: int, calendar: WorkCalendar) -> int:
    year = _local_year(number, calendar)
    table = calendar.open_year(year)
    need = table.open_before(number) + amount
    while need > table.total:
        need -= table.total
        year += 1
        table = calendar.open_year(year)
    return table.after_open_time(need)


def _working_days_later(number: int, amount: int, calendar: WorkCalendar) -> int:
    """Take one working day after the other, in one leap where the hours of the days are alike.

    Taking them one by one is what makes a limit in two parts end where the whole ends, also where
    a short day in between moves the time of day.
    """
    while amount:
        number, year, at = _next_open(number, calendar)
        table = calendar.open_year(year)
        day = table.day_of[at]
        leap = min(amount, table.run_end[day] - day)
        # A moment at midnight between two open days belongs to both: it goes step by step.
        if leap and number < table.ends[table.first_of[day + 1] - 1]:
            number += (table.days[day + leap] - table.days[day]) * opening.DAY
            amount -= leap
        else:
            number = _next_working_day(number, year, day, calendar)
            amount -= 1
    return number


def _next_working_day(number: int, year: int, day: int, calendar: WorkCalendar) -> int:
    zone, table = calendar.zone, calendar.open_year(year)
    time_of_day = opening.wall_number(number, zone) - opening.midnight(table.days[day])
    day += 1
    while day >= len(table.days):
        year, day = year + 1, 0
        table = calendar.open_year(year)
    wanted = opening.moment_on_wall(opening.midnight(table.days[day]) + time_of_day, zone)
    return table.moved_into(day, wanted)


def _open_between(first: int, last: int, calendar: WorkCalendar) -> int:
    year, last_year = _local_year(first, calendar), _local_year(last, calendar)
    time_open = -calendar.open_year(year).open_before(first)
    for whole in range(year, last_year):
        time_open += calendar.open_year(whole).total
    return time_open + calendar.open_year(last_year).open_before(last)


def _warnings(first: int, last: int, calendar: WorkCalendar) -> tuple[DeadlineWarning, ...]:
    found = [
        DeadlineWarning(WarningKind.YEAR_UNKNOWN, year)
        for year in years_unknown(first, last, calendar)
    ]
    found += [
        DeadlineWarning(WarningKind.YEAR_UNVERIFIED, year)
        for year in range(first, last + 1)
        if year in calendar.known_years & calendar.unverified_years
    ]
    return tuple(sorted(found, key=lambda warning: warning.year))


def _ranges(specials: tuple[SpecialDate, ...]) -> list[dict[str, str]]:
    ranges: list[dict[str, str]] = []
    for special in specials:
        facts = {"kind": special.kind.value, "name": special.name, "name_en": special.name_en}
        yesterday = (special.on - timedelta(days=1)).isoformat()
        if ranges and ranges[-1].items() >= facts.items() and ranges[-1]["last"] == yesterday:
            ranges[-1]["last"] = special.on.isoformat()
        else:
            on = special.on.isoformat()
            ranges.append({"first": on, "last": on, **facts})
    return ranges
