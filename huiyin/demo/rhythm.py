"""When people call: by the hour, by the day of the week, by the season, fewer on holidays."""

import random
from bisect import bisect
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from huiyin.deadlines.rules import DayKind, SpecialDate

ZONE = ZoneInfo("Asia/Shanghai")
# Share of each hour from midnight on.
HOURS = {
    "even": (3, 2, 2, 2, 2, 3, 4, 6, 8, 9, 9, 8, 6, 7, 8, 8, 8, 7, 7, 7, 6, 5, 4, 3),
    "office": (1, 0, 0, 0, 0, 1, 2, 5, 14, 18, 17, 13, 6, 9, 14, 15, 13, 8, 4, 3, 3, 2, 2, 1),
    "morning": (1, 1, 1, 1, 2, 4, 9, 16, 17, 14, 11, 8, 5, 5, 7, 7, 6, 5, 5, 4, 4, 3, 2, 1),
    "commute": (1, 1, 0, 0, 1, 3, 9, 17, 16, 9, 6, 5, 5, 5, 5, 5, 8, 14, 14, 8, 4, 3, 2, 1),
    "evening": (3, 1, 1, 0, 0, 1, 2, 4, 6, 6, 6, 5, 5, 5, 5, 6, 7, 9, 13, 16, 16, 13, 9, 5),
    "night": (16, 9, 6, 4, 3, 3, 5, 6, 5, 5, 4, 3, 2, 2, 2, 3, 3, 3, 4, 5, 8, 14, 20, 21),
}
# Share of each month from January on.
SEASONS = {
    "even": (9, 8, 10, 10, 10, 10, 10, 10, 10, 9, 10, 9),
    "spring": (6, 7, 13, 15, 15, 12, 9, 8, 8, 8, 7, 6),
    "summer": (4, 4, 6, 8, 12, 16, 18, 17, 12, 8, 5, 4),
    "winter": (16, 14, 9, 7, 6, 5, 5, 5, 7, 9, 13, 17),
    "rain": (4, 4, 6, 9, 12, 17, 19, 16, 10, 7, 5, 4),
    "heating": (26, 20, 11, 1, 0, 0, 0, 0, 1, 5, 28, 30),
    "school": (6, 7, 9, 10, 14, 20, 16, 14, 14, 8, 7, 6),
    "year-end": (18, 12, 7, 7, 7, 7, 7, 7, 8, 9, 12, 18),
}
# Questions wait for the offices to open; a leaking pipe does not.
WEEK = (21, 20, 20, 20, 20, 18, 17)
OFFICE_WEEK = (24, 22, 21, 21, 20, 9, 7)
HOLIDAY, OFFICE_HOLIDAY = 13, 4


class Rhythm:
    """Draws moments between two days for a season and a profile of the day."""

    def __init__(self, first: date, last: date, specials: Mapping[date, SpecialDate]) -> None:
        self.first = first
        days = [first + timedelta(days=at) for at in range((last - first).days + 1)]
        self.sums: dict[tuple[str, bool], list[int]] = {}
        for is_office, week in ((False, _any_day), (True, _office_day)):
            shares = [(day.month - 1, week(day, specials)) for day in days]
            for season, months in SEASONS.items():
                sums = accumulate(months[month] * share for month, share in shares)
                self.sums[season, is_office] = list(sums)
        self.hours = {name: list(accumulate(share)) for name, share in HOURS.items()}

    def moment(self, chance: random.Random, season: str, profile: str) -> datetime:
        """A moment in the local time of the city, with its zone."""
        sums = self.sums[season, profile == "office"]
        # A span of summer days knows no heating season; then any day will do.
        sums = sums if sums[-1] else self.sums["even", False]
        day = self.first + timedelta(days=bisect(sums, chance.random() * sums[-1]))
        return self.moment_on(chance, day, profile)

    def moment_on(self, chance: random.Random, day: date, profile: str) -> datetime:
        """A moment of one day."""
        sums = self.hours[profile]
        hour = bisect(sums, chance.random() * sums[-1])
        seconds = int(chance.random() * 3600)
        return datetime.combine(day, time(hour, seconds // 60, seconds % 60), tzinfo=ZONE)


def _any_day(day: date, specials: Mapping[date, SpecialDate]) -> int:
    return _share(day, specials.get(day), WEEK, HOLIDAY)


def _office_day(day: date, specials: Mapping[date, SpecialDate]) -> int:
    return _share(day, specials.get(day), OFFICE_WEEK, OFFICE_HOLIDAY)


def _share(day: date, special: SpecialDate | None, week: tuple[int, ...], holiday: int) -> int:
    if special is None:
        return week[day.weekday()]
    return holiday if special.kind == DayKind.HOLIDAY else week[0]
