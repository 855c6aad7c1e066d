"""Opening hours as numbers: moments in microseconds, prefix sums of open time, one table a year.

Private to the room; pure arithmetic, no database. `rules.py` says what the numbers mean. Tables are
built when a year is first asked for (about 2 ms), after that an answer takes microseconds.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
BARE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the zero of wall-clock numbers, in no zone
EPOCH_ORDINAL = EPOCH.toordinal()
MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR
# Minutes after midnight at which something opens and closes; 1440 is the midnight that ends a day.
WallPeriods = tuple[tuple[int, int], ...]


def moment_number(moment: datetime) -> int:
    return (moment - EPOCH) // MICROSECOND


def moment_of(number: int) -> datetime:
    return EPOCH + timedelta(microseconds=number)


def midnight(ordinal: int) -> int:
    """Give the wall-clock number of the midnight that begins a day."""
    return (ordinal - EPOCH_ORDINAL) * DAY


def wall_number(number: int, zone: ZoneInfo) -> int:
    """Read the wall clock at a moment, as a number that never runs backwards.

    In the hour that is lived twice when summer time ends, the second pass reads as the end of that
    hour: otherwise a later start could get an earlier deadline.
    """
    local = moment_of(number).astimezone(zone)
    if local.fold:
        overlap = _offset(local.replace(fold=0)) - _offset(local)
        change = _first(number - overlap, number, zone, _offset(local))
        return change + _offset(local.replace(fold=0))
    return (local.replace(tzinfo=None) - BARE_EPOCH) // MICROSECOND


def moment_on_wall(wall: int, zone: ZoneInfo) -> int:
    """Find the moment at which the wall clock shows this; a time left out is the end of the gap."""
    local = (BARE_EPOCH + timedelta(microseconds=wall)).replace(tzinfo=zone)
    before, after = _offset(local), _offset(local.replace(fold=1))
    if before >= after:
        return wall - before
    return _first(wall - after, wall - before, zone, after)


def _offset(local: datetime) -> int:
    return (local.utcoffset() or timedelta()) // MICROSECOND


def _first(low: int, high: int, zone: ZoneInfo, offset: int) -> int:
    """Find the first whole second in (low, high] at which the zone has this offset."""
    while high - low > 1_000_000:
        middle = (low + high) // 2
        if _offset(moment_of(middle).astimezone(zone)) == offset:
            high = middle
        else:
            low = middle
    return high - high % 1_000_000


@lru_cache(maxsize=512)
def _changes(zone_name: str, year: int) -> tuple[int, ...]:
    """List the noons of a year before which, within a day, the zone changed its clock."""
    zone, first = ZoneInfo(zone_name), datetime(year, 1, 1, 12, tzinfo=UTC)
    noons = [first + timedelta(days=n) for n in range(-1, 366)]
    return tuple(
        moment_number(noon)
        for eve, noon in pairwise(noons)
        if _offset(eve.astimezone(zone)) != _offset(noon.astimezone(zone))
    )


def days_later(number: int, days: int, zone_name: str) -> int:
    """Go to the same wall-clock time so many days later, one day after the other.

    Where the clock does not change, the days are taken in one leap.
    """
    zone = ZoneInfo(zone_name)
    while days:
        leap = _steady_days(number, days, zone_name)
        if leap:
            number += leap * DAY
        else:
            leap, number = 1, moment_on_wall(wall_number(number, zone) + DAY, zone)
        days -= leap
    return number


def _steady_days(number: int, days: int, zone_name: str) -> int:
    """Say how many of the coming days are surely free of a change of the clock."""
    # An hour lived twice still reaches into the day after the change.
    first, last = moment_of(number - DAY).year, moment_of(number + days * DAY).year
    for year in range(first, last + 1):
        for noon in _changes(zone_name, year):
            if noon > number - DAY:
                return min(days, max(0, (noon - DAY - number) // DAY))
    return days


@dataclass(frozen=True, slots=True)
class OpenYear:
    """The open stretches of one local year, in order, and the working days they belong to."""

    starts: list[int]
    ends: list[int]
    before: list[int]  # open time of the year before each stretch
    upto: list[int]  # the same with the stretch itself
    day_of: list[int]  # the working day each stretch belongs to, as an index into `days`
    days: list[int]  # ordinals of the working days
    first_of: list[int]  # the first stretch of each working day, and one more at the end
    run_end: list[int]  # the last working day with the same hours and clock, without a break

    @property
    def total(self) -> int:
        return self.upto[-1] if self.upto else 0

    def open_before(self, number: int) -> int:
        at = bisect_right(self.starts, number) - 1
        if at < 0:
            return 0
        return self.before[at] + min(number, self.ends[at]) - self.starts[at]

    def after_open_time(self, need: int) -> int:
        at = bisect_left(self.upto, need)
        return self.starts[at] + need - self.before[at]

    def moved_into(self, day: int, number: int) -> int:
        """Move a moment into the opening time of a working day."""
        first, last = self.first_of[day], self.first_of[day + 1] - 1
        if number <= self.starts[first]:
            return self.starts[first]
        if number >= self.ends[last]:
            return self.ends[last]
        at = bisect_right(self.starts, number, first, last + 1) - 1
        return number if number <= self.ends[at] else self.starts[at + 1]


def open_year(zone: ZoneInfo, days: list[tuple[date, WallPeriods]]) -> OpenYear:
    """Build the table of a year from the hours of each of its days."""
    table = OpenYear([], [], [], [], [], [], [], [])
    shapes: list[tuple[tuple[int, int, int], ...]] = []
    for day, periods in days:
        stretches = _stretches(day, periods, zone)
        if not stretches:
            continue
        zero = midnight(day.toordinal())
        shapes.append(
            tuple(
                (start - zero, end - zero, _offset(moment_of(edge).astimezone(zone)))
                for start, end in stretches
                for edge in (start, end)
            )
        )
        table.first_of.append(len(table.starts))
        for start, end in stretches:
            table.before.append(table.total)
            table.upto.append(table.before[-1] + end - start)
            table.starts.append(start)
            table.ends.append(end)
            table.day_of.append(len(table.days))
        table.days.append(day.toordinal())
    table.first_of.append(len(table.starts))
    table.run_end.extend(_runs(shapes))
    return table


def _stretches(day: date, periods: WallPeriods, zone: ZoneInfo) -> list[tuple[int, int]]:
    zero = midnight(day.toordinal())
    stretches = [
        (moment_on_wall(zero + opens * MINUTE, zone), moment_on_wall(zero + closes * MINUTE, zone))
        for opens, closes in periods
    ]
    return [(start, end) for start, end in stretches if start < end]


def _runs(shapes: list[tuple[tuple[int, int, int], ...]]) -> list[int]:
    ends = list(range(len(shapes)))
    for at in range(len(shapes) - 2, -1, -1):
        if shapes[at] == shapes[at + 1]:
            ends[at] = ends[at + 1]
    return ends


def joined(periods: WallPeriods) -> WallPeriods:
    """Put the periods of a day in order; those that touch become one."""
    if any(left[1] > right[0] for left, right in pairwise(sorted(periods))):
        raise ValueError(periods)
    merged: list[tuple[int, int]] = []
    for opens, closes in sorted(periods):
        if merged and merged[-1][1] == opens:
            merged[-1] = (merged[-1][0], closes)
        else:
            merged.append((opens, closes))
    return tuple(merged)
