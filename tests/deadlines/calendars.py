"""Calendars for the tests: a city with its real holidays, a clinic with short days, New York."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import strategies as st

from huiyin.deadlines.calendar_sources import published_days
from huiyin.deadlines.rules import DayKind, Period, Rule, SpecialDate, TimeUnit, WorkCalendar

OFFICE = (Period(time(9), time(12)), Period(time(13, 30), time(18)))
LONG_LUNCH = (Period(time(9), time(11)), Period(time(15), time(19)))
MORNING = (Period(time(8, 30), time(11)),)
NIGHT_AND_DAY = (Period(time(0), time(2)), Period(time(2, 30), time(0)))


def city(*, known=(2024, 2025, 2026), unverified=()):
    days = {special.on: special for year in (2024, 2025, 2026) for special in published_days(year)}
    return WorkCalendar(
        "city",
        "Asia/Shanghai",
        dict.fromkeys(range(5), OFFICE),
        days,
        frozenset(known),
        frozenset(unverified),
    )


def round_the_clock(time_zone="Asia/Shanghai"):
    return WorkCalendar("water", time_zone, round_the_clock=True)


CITY = city()
WATERWORKS = round_the_clock()
# A long lunch on Wednesdays, Saturday mornings, a make-up Sunday with own hours, one Monday off.
CLINIC = WorkCalendar(
    "clinic",
    "Asia/Shanghai",
    {**dict.fromkeys(range(5), OFFICE), 2: LONG_LUNCH, 5: MORNING},
    {
        date(2026, 6, 7): SpecialDate(date(2026, 6, 7), DayKind.MAKE_UP, periods=MORNING),
        date(2026, 6, 8): SpecialDate(date(2026, 6, 8), DayKind.HOLIDAY),
    },
    frozenset({2026}),
)
NEW_YORK = WorkCalendar("nyc", "America/New_York", dict.fromkeys(range(5), OFFICE))
# Open over the very hours at which the clocks change.
NEW_YORK_NIGHT = WorkCalendar(
    "nyc-night",
    "America/New_York",
    {**dict.fromkeys(range(4), OFFICE), 5: MORNING, 6: NIGHT_AND_DAY},
)
NEW_YORK_WATER = round_the_clock("America/New_York")
# Days that touch at midnight, and nights that end at two.
PORT = WorkCalendar(
    "port",
    "Asia/Shanghai",
    {
        0: (Period(time(0), time(0)),),
        1: (Period(time(0), time(0)),),
        2: (Period(time(0), time(6)),),
        4: (Period(time(22), time(0)),),
        5: (Period(time(0), time(2)),),
    },
)
# Five days and nights without a break, then a weekend.
DEPOT = WorkCalendar("depot", "Asia/Shanghai", dict.fromkeys(range(5), (Period(time(0), time(0)),)))
WORKING = [CITY, CLINIC, NEW_YORK, NEW_YORK_NIGHT, PORT, DEPOT]
ALL = [*WORKING, WATERWORKS, NEW_YORK_WATER]


def minutes_around(*centres: datetime, days: int) -> st.SearchStrategy[datetime]:
    return st.builds(
        lambda centre, minute: centre + timedelta(minutes=minute),
        st.sampled_from(centres),
        st.integers(-days * 1440, days * 1440),
    )


SPRING, AUTUMN = datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 11, 1, 6, tzinfo=UTC)
NATIONAL_DAY, NEW_YEAR = datetime(2026, 10, 1, tzinfo=UTC), datetime(2026, 2, 17, tzinfo=UTC)
TURN_OF_YEAR, CLINIC_WEEK = datetime(2025, 1, 1, tzinfo=UTC), datetime(2026, 6, 6, tzinfo=UTC)
STARTS = st.one_of(
    minutes_around(SPRING, AUTUMN, days=2),
    minutes_around(NATIONAL_DAY, NEW_YEAR, TURN_OF_YEAR, CLINIC_WEEK, days=9),
    minutes_around(datetime(2025, 7, 1, tzinfo=UTC), days=540),
)
HOURS = {TimeUnit.NATURAL_HOURS, TimeUnit.WORKING_HOURS}


def rules(*, most_hours: int = 60, most_days: int = 20) -> st.SearchStrategy[Rule]:
    return st.sampled_from(TimeUnit).flatmap(
        lambda unit: st.builds(
            Rule, st.integers(0, most_hours if unit in HOURS else most_days), st.just(unit)
        )
    )
