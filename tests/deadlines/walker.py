"""A second, slow opinion: walk from minute to minute with a watch and a list of opening hours.

Shares nothing with `rules.py` but the words for a calendar. It knows the stated rule for the hour
that is lived twice when summer time ends: the clock stands still at the end of that hour, and the
hour is as open as the minute before it.
"""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from huiyin.deadlines.rules import DayKind, Rule, TimeUnit, WorkCalendar

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


class Walker:
    def __init__(self, calendar: WorkCalendar) -> None:
        self.calendar, self.zone = calendar, ZoneInfo(calendar.time_zone)

    def clock(self, at: datetime) -> datetime:
        local = at.astimezone(self.zone)
        if not local.fold:
            return local.replace(tzinfo=None)
        while at.astimezone(self.zone).fold:
            at -= MINUTE
        return at.astimezone(self.zone).replace(tzinfo=None) + MINUTE

    def day_of_minute(self, at: datetime) -> date | None:
        """Say on which working day the minute that begins here is open, if it is."""
        reading = self.clock(at) - (MINUTE if at.astimezone(self.zone).fold else timedelta())
        day, minute = reading.date(), reading.hour * 60 + reading.minute
        if self.calendar.round_the_clock:
            return day
        for period in self.hours(day):
            opens = period.opens.hour * 60 + period.opens.minute
            closes = period.closes.hour * 60 + period.closes.minute or 1440
            if opens <= minute < closes:
                return day
        return None

    def hours(self, day: date):
        special = self.calendar.days.get(day)
        usual = self.calendar.periods.get(day.weekday(), ())
        if special is None:
            return usual
        if special.kind == DayKind.HOLIDAY:
            return ()
        if special.periods or usual:
            return special.periods or usual
        return self.calendar.periods[min(d for d, p in self.calendar.periods.items() if p)]

    def is_open(self, at: datetime) -> bool:
        return bool(self.day_of_minute(at) or self.day_of_minute(at - MINUTE))

    def deadline(self, start: datetime, rule: Rule) -> datetime:
        at = start.astimezone(UTC)
        match rule.unit:
            case TimeUnit.NATURAL_HOURS:
                return at + rule.amount * timedelta(hours=1)
            case TimeUnit.NATURAL_DAYS:
                for _ in range(rule.amount):
                    at = self.next_day_same_time(at)
                return at
            case TimeUnit.WORKING_HOURS:
                return self.after_minutes(self.opening(at), rule.amount * 60)
            case TimeUnit.WORKING_DAYS:
                at = self.opening(at)
                for _ in range(rule.amount):
                    at = self.next_working_day(at)
                return at

    def opening(self, at: datetime) -> datetime:
        while not self.is_open(at):
            at += MINUTE
        return at

    def after_minutes(self, at: datetime, minutes: int) -> datetime:
        while minutes:
            minutes -= self.day_of_minute(at) is not None
            at += MINUTE
        return at

    def next_day_same_time(self, at: datetime) -> datetime:
        wanted = self.clock(at) + DAY
        at += timedelta(hours=20)
        return self.last_not_after(wanted, [at + n * MINUTE for n in range(60 * 8)])

    def last_not_after(self, wanted: datetime, moments: list[datetime]) -> datetime:
        """Give the last moment at which the clock shows this; else the first that is later."""
        exact = [at for at in moments if self.clock(at) == wanted]
        later = [at for at in moments if self.clock(at) > wanted]
        return exact[-1] if exact else later[0] if later else moments[-1]

    def next_working_day(self, at: datetime) -> datetime:
        today = self.day_of_minute(at) or self.day_of_minute(at - MINUTE)
        time_of_day = self.clock(at) - datetime.combine(today, datetime.min.time())
        while (day := self.day_of_minute(at)) in {None, today}:
            at += MINUTE
        open_moments = []
        while self.clock(at) - datetime.combine(day, datetime.min.time()) <= DAY:
            if day in {self.day_of_minute(at), self.day_of_minute(at - MINUTE)}:
                open_moments.append(at)
            at += MINUTE
        return self.last_not_after(
            datetime.combine(day, datetime.min.time()) + time_of_day, open_moments
        )

    def minutes_between(self, first: datetime, last: datetime) -> int:
        count = 0
        while first < last:
            count += self.day_of_minute(first) is not None
            first += MINUTE
        return count
