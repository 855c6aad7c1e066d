"""When officials of the demo city act: offices by the calendar, callers by day.

All moments are in the local time of the city; utilities work at any of them.
"""

import random
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from huiyin.deadlines.rules import WorkCalendar
from huiyin.demo.rhythm import ZONE

# Minutes after midnight between which residents are called back, and urgent matters are seen to.
CALLING = ((9 * 60, 20 * 60),)
ON_DUTY = ((7 * 60, 22 * 60),)
MINUTE = timedelta(minutes=1)
Periods = tuple[tuple[int, int], ...]


class Hours:
    """Moves moments into the hours in which somebody is at work."""

    def __init__(self, calendar: WorkCalendar) -> None:
        self.calendar = calendar
        self._known: dict[date, Periods] = {}

    def office(self, chance: random.Random, at: datetime) -> datetime:
        """The same moment, or one soon after the office opens next."""
        return self._later(chance, at, None)

    def office_before(self, chance: random.Random, at: datetime) -> datetime:
        """The same moment, or one in the hours before the office last closed."""
        return self._earlier(chance, at, None)

    def duty(self, chance: random.Random, at: datetime) -> datetime:
        """The same moment, or one after the office on duty begins."""
        return self._later(chance, at, ON_DUTY)

    def duty_before(self, chance: random.Random, at: datetime) -> datetime:
        """The same moment, or one before the office on duty ended."""
        return self._earlier(chance, at, ON_DUTY)

    def calling(self, chance: random.Random, at: datetime) -> datetime:
        """The same moment, or one when people may be called."""
        return self._later(chance, at, CALLING)

    def _of(self, day: date) -> Periods:
        known = self._known.get(day)
        if known is None:
            periods = self.calendar.periods_on(day)
            known = self._known[day] = tuple(period.minutes for period in periods)
        return known

    def _later(self, chance: random.Random, at: datetime, always: Periods | None) -> datetime:
        day, minute = at.date(), at.hour * 60 + at.minute
        while True:
            for opens, closes in self._of(day) if always is None else always:
                if opens <= minute < closes:
                    return at
                if minute < opens:
                    # Most begin the day with it, not all.
                    return _on(day, opens) + (closes - opens) * MINUTE * chance.random() ** 3
            day, minute = day + timedelta(days=1), -1

    def _earlier(self, chance: random.Random, at: datetime, always: Periods | None) -> datetime:
        day, minute = at.date(), at.hour * 60 + at.minute
        while True:
            periods = self._of(day) if always is None else always
            for opens, closes in _backwards(periods):
                if opens <= minute < closes:
                    return at
                if minute >= closes:
                    return _on(day, closes) - (closes - opens) * MINUTE * chance.uniform(0.01, 0.9)
            day, minute = day - timedelta(days=1), 24 * 60


def _backwards(periods: Periods) -> Iterable[tuple[int, int]]:
    return reversed(periods)


def _on(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZONE) + timedelta(minutes=minute)
