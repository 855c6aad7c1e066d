"""When things happen in the demo city."""

import random
from datetime import date, datetime, time, timedelta

import pytest

from huiyin.deadlines.rules import DayKind, Period, SpecialDate, WorkCalendar
from huiyin.demo.hours import Hours
from huiyin.demo.rhythm import ZONE, Rhythm

DAYS = {
    date(2025, 10, 1): SpecialDate(date(2025, 10, 1), DayKind.HOLIDAY),
    date(2025, 9, 28): SpecialDate(date(2025, 9, 28), DayKind.MAKE_UP),
}
OPEN = (Period(time(9), time(12)), Period(time(13, 30), time(18)))
CALENDAR = WorkCalendar(
    code="city",
    time_zone="Asia/Shanghai",
    periods=dict.fromkeys(range(5), OPEN),
    days=DAYS,
    known_years=frozenset({2025}),
)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def is_open(moment: datetime) -> bool:
    minute = moment.hour * 60 + moment.minute
    periods = CALENDAR.periods_on(moment.date())
    return any(opens <= minute < closes for opens, closes in (p.minutes for p in periods))


MOMENTS = [at("2025-09-24T00:00") + timedelta(minutes=47 * n) for n in range(330)]


def test_an_office_acts_when_it_is_open_and_not_before_it_could():
    hours, chance = Hours(CALENDAR), random.Random(1)
    for moment in MOMENTS:
        acted, before = hours.office(chance, moment), hours.office_before(chance, moment)
        assert is_open(acted)
        assert is_open(before)
        assert before <= moment <= acted
        assert (acted == moment == before) == is_open(moment)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        # Saturday goes to the Sunday that is worked in place of a holiday.
        ("2025-09-27T10:00", "2025-09-28T09:00", "2025-09-28T12:00"),
        ("2025-09-30T18:00", "2025-10-02T09:00", "2025-10-02T12:00"),
        ("2025-09-30T12:10", "2025-09-30T13:30", "2025-09-30T18:00"),
    ],
)
def test_weekends_holidays_and_lunch_are_waited_out(asked, first, last):
    acted = Hours(CALENDAR).office(random.Random(1), at(asked))
    assert at(first) <= acted < at(last)


def test_residents_are_called_between_nine_and_eight():
    hours, chance = Hours(CALENDAR), random.Random(1)
    called = [hours.calling(chance, moment) for moment in MOMENTS]
    assert all(9 <= moment.hour < 20 for moment in called)
    assert all(then <= moment for then, moment in zip(MOMENTS, called, strict=True))


def test_somebody_is_on_duty_from_seven_to_ten():
    hours, chance = Hours(CALENDAR), random.Random(1)
    for moment in MOMENTS:
        assert hours.duty_before(chance, moment) <= moment <= hours.duty(chance, moment)
        assert 7 <= hours.duty(chance, moment).hour < 22


def drawn(season: str, profile: str) -> list[datetime]:
    rhythm, chance = Rhythm(date(2025, 1, 1), date(2025, 12, 31), DAYS), random.Random(1)
    return [rhythm.moment(chance, season, profile) for _ in range(6_000)]


def test_questions_wait_for_the_week_to_begin():
    days = [moment.weekday() for moment in drawn("even", "office")]
    assert days.count(6) < days.count(0) / 2


def test_a_burst_pipe_does_not_wait():
    days = [moment.weekday() for moment in drawn("even", "even")]
    assert days.count(6) > days.count(0) * 0.6


def test_a_holiday_is_quieter_than_the_day_after_it_and_a_worked_sunday_is_not():
    days = [moment.date() for moment in drawn("even", "office")]
    assert days.count(date(2025, 10, 1)) < days.count(date(2025, 10, 2)) / 2
    assert days.count(date(2025, 9, 28)) > days.count(date(2025, 9, 21))


def test_nobody_misses_the_heating_in_summer():
    assert {moment.month for moment in drawn("heating", "morning")} <= {9, 10, 11, 12, 1, 2, 3, 4}


def test_a_span_without_a_season_has_moments_all_the_same():
    rhythm = Rhythm(date(2025, 6, 1), date(2025, 6, 9), {})
    assert rhythm.moment(random.Random(1), "heating", "night").month == 6


def test_building_sites_are_heard_at_night():
    hours = [moment.hour for moment in drawn("spring", "night")]
    assert sum(hour >= 21 or hour < 3 for hour in hours) > len(hours) / 2
