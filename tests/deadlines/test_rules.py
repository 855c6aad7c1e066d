"""What the clock promises: later is never earlier, parts add up, no end at a closed door."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyin.deadlines.rules import (
    DeadlineWarning,
    Period,
    Rule,
    TimeUnit,
    WarningKind,
    WorkCalendar,
    deadline,
    working_minutes_between,
)
from huiyin.office.problems import WrongInput
from tests.deadlines.calendars import (
    ALL,
    CITY,
    CLINIC,
    DEPOT,
    NEW_YORK,
    NEW_YORK_NIGHT,
    NEW_YORK_WATER,
    OFFICE,
    PORT,
    STARTS,
    WATERWORKS,
    WORKING,
    city,
    rules,
)
from tests.deadlines.walker import Walker

BEIJING, NEW_YORK_TIME = ZoneInfo("Asia/Shanghai"), ZoneInfo("America/New_York")
calendars, working_calendars = st.sampled_from(ALL), st.sampled_from(WORKING)
quick = settings(max_examples=150, deadline=None, derandomize=True)
slow_walk = settings(max_examples=50, deadline=None, derandomize=True)


def due(start, amount, unit, calendar=CITY):
    return deadline(start, Rule(amount, unit), calendar).due_at


def beijing(*parts):
    return datetime(*parts, tzinfo=BEIJING)


@given(STARTS, STARTS, rules(), calendars)
@quick
def test_a_later_start_never_gives_an_earlier_deadline(one, other, rule, calendar):
    early, late = sorted([one, other])
    assert deadline(early, rule, calendar).due_at <= deadline(late, rule, calendar).due_at


@given(STARTS, st.integers(1, 180), rules(), calendars)
@quick
def test_a_few_minutes_later_never_gives_an_earlier_deadline(start, minutes, rule, calendar):
    later = start + timedelta(minutes=minutes)
    assert deadline(start, rule, calendar).due_at <= deadline(later, rule, calendar).due_at


@given(STARTS, rules(), st.integers(0, 30), calendars)
@quick
def test_a_longer_limit_never_ends_earlier_nor_before_the_start(start, rule, more, calendar):
    longer = Rule(rule.amount + more, rule.unit)
    short, long = (deadline(start, r, calendar).due_at for r in (rule, longer))
    assert start <= short <= long


@given(STARTS, rules(), st.integers(0, 30), calendars)
@quick
def test_a_limit_in_two_parts_ends_where_the_whole_ends(start, rule, more, calendar):
    first = deadline(start, rule, calendar).due_at
    whole = due(start, rule.amount + more, rule.unit, calendar)
    assert due(first, more, rule.unit, calendar) == whole


@given(STARTS, st.integers(0, 59_999_999), rules(), working_calendars)
@quick
def test_a_working_limit_never_ends_at_a_closed_door(start, fraction, rule, calendar):
    if not rule.unit.is_working:
        return
    start += timedelta(microseconds=fraction)
    at = deadline(start, rule, calendar).due_at
    walker, minute = Walker(calendar), at.replace(second=0, microsecond=0)
    assert walker.day_of_minute(minute) or (at == minute and walker.is_open(minute))


@given(STARTS, rules(most_hours=20, most_days=5), calendars)
@slow_walk
def test_a_slow_walk_from_minute_to_minute_finds_the_same_deadline(start, rule, calendar):
    assert deadline(start, rule, calendar).due_at == Walker(calendar).deadline(start, rule)


@given(STARTS, st.integers(0, 5000), working_calendars)
@slow_walk
def test_a_slow_walk_counts_the_same_opening_minutes(start, minutes, calendar):
    end = start + timedelta(minutes=minutes)
    counted = Walker(calendar).minutes_between(start, end)
    assert working_minutes_between(start, end, calendar) == counted
    assert working_minutes_between(end, start, calendar) == -counted


@given(STARTS, st.integers(1, 60), working_calendars)
@quick
def test_as_many_opening_minutes_pass_as_the_limit_gives(start, hours, calendar):
    end = due(start, hours, TimeUnit.WORKING_HOURS, calendar)
    assert working_minutes_between(start, end, calendar) == hours * 60


@pytest.mark.parametrize(
    ("start", "amount", "unit", "end"),
    [
        # The Friday before Spring Festival is followed by a make-up Saturday.
        (beijing(2026, 2, 13, 17), 8, "working_hours", beijing(2026, 2, 14, 17, 30)),
        (beijing(2026, 9, 30, 16, 10), 7, "working_days", beijing(2026, 10, 15, 16, 10)),
        (beijing(2026, 9, 30, 16, 10), 7, "natural_days", beijing(2026, 10, 7, 16, 10)),
        (beijing(2026, 9, 30, 16, 10), 24, "natural_hours", beijing(2026, 10, 1, 16, 10)),
        # Lunch is not opening time; the closing moment still is.
        (beijing(2026, 3, 3, 11), 1, "working_hours", beijing(2026, 3, 3, 12)),
        (beijing(2026, 3, 3, 11, 30), 1, "working_hours", beijing(2026, 3, 3, 14)),
        (beijing(2026, 3, 3, 12, 15), 1, "working_days", beijing(2026, 3, 4, 13, 30)),
        # At night the clock waits for the morning, also for a limit of nothing.
        (beijing(2026, 3, 6, 22), 0, "working_hours", beijing(2026, 3, 9, 9)),
        (beijing(2026, 3, 6, 22), 1, "working_days", beijing(2026, 3, 10, 9)),
        (beijing(2026, 3, 6, 18), 1, "working_days", beijing(2026, 3, 9, 18)),
        (beijing(2026, 3, 6, 22), 0, "natural_days", beijing(2026, 3, 6, 22)),
    ],
)
def test_deadlines_a_clerk_can_check_by_hand(start, amount, unit, end):
    assert due(start, amount, TimeUnit(unit)) == end


def test_a_short_saturday_moves_the_time_of_day_to_its_closing():
    friday = beijing(2026, 6, 12, 17)
    assert due(friday, 1, TimeUnit.WORKING_DAYS, CLINIC) == beijing(2026, 6, 13, 11)
    assert due(friday, 2, TimeUnit.WORKING_DAYS, CLINIC) == beijing(2026, 6, 15, 11)


def test_a_longer_lunch_moves_the_time_of_day_to_its_end():
    tuesday = beijing(2026, 6, 16, 11, 30)
    assert due(tuesday, 1, TimeUnit.WORKING_DAYS, CLINIC) == beijing(2026, 6, 17, 15)


def test_a_make_up_day_with_hours_of_its_own_keeps_them():
    saturday = beijing(2026, 6, 6, 10)
    assert due(saturday, 2, TimeUnit.WORKING_HOURS, CLINIC) == beijing(2026, 6, 7, 9, 30)


@pytest.mark.parametrize("unit", TimeUnit)
def test_waterworks_know_neither_night_nor_holiday(unit):
    start = beijing(2026, 10, 1, 3, 7)
    step = timedelta(hours=2) if "hours" in unit else timedelta(days=2)
    found = deadline(start, Rule(2, unit), WATERWORKS)
    assert (found.due_at, found.specials, found.warnings) == (start + step, (), ())


def test_summer_time_keeps_the_wall_clock_for_days_and_the_hours_for_hours():
    saturday = datetime(2026, 3, 7, 12, tzinfo=NEW_YORK_TIME)
    sunday_noon = datetime(2026, 3, 8, 12, tzinfo=NEW_YORK_TIME)
    assert due(saturday, 1, TimeUnit.NATURAL_DAYS, NEW_YORK) == sunday_noon
    assert due(saturday, 24, TimeUnit.NATURAL_HOURS, NEW_YORK) == sunday_noon + timedelta(hours=1)


def test_a_time_that_summer_time_leaves_out_becomes_the_end_of_the_gap():
    saturday = datetime(2026, 3, 7, 2, 30, tzinfo=NEW_YORK_TIME)
    end_of_gap = datetime(2026, 3, 8, 3, tzinfo=NEW_YORK_TIME)
    assert due(saturday, 1, TimeUnit.NATURAL_DAYS, NEW_YORK_WATER) == end_of_gap


def test_in_the_hour_lived_twice_the_clock_stands_still():
    first = datetime(2026, 11, 1, 1, 45, tzinfo=NEW_YORK_TIME)
    second = first.replace(minute=15, fold=1)
    assert second.astimezone(UTC) > first.astimezone(UTC)
    monday = datetime(2026, 11, 2, 2, tzinfo=NEW_YORK_TIME)
    assert due(second, 1, TimeUnit.NATURAL_DAYS, NEW_YORK_WATER) == monday
    assert due(first, 1, TimeUnit.NATURAL_DAYS, NEW_YORK_WATER) == monday.replace(hour=1, minute=45)


def test_a_night_shop_has_one_hour_more_on_the_night_the_clocks_go_back():
    midnight = datetime(2026, 11, 1, tzinfo=NEW_YORK_TIME)
    two = datetime(2026, 11, 1, 2, tzinfo=NEW_YORK_TIME)
    assert working_minutes_between(midnight, two, NEW_YORK_NIGHT) == 180


def test_days_that_touch_at_midnight_are_one_stretch():
    monday = beijing(2026, 6, 1, 23)
    assert due(monday, 2, TimeUnit.WORKING_HOURS, PORT) == beijing(2026, 6, 2, 1)
    friday_midnight = beijing(2026, 6, 6, 0)
    assert due(friday_midnight, 0, TimeUnit.WORKING_DAYS, PORT) == friday_midnight


def test_the_midnight_that_ends_a_week_belongs_to_the_week():
    midnight = beijing(2026, 6, 6, 0)
    assert due(midnight, 0, TimeUnit.WORKING_DAYS, DEPOT) == midnight
    monday_midnight = due(midnight, 1, TimeUnit.WORKING_DAYS, DEPOT)
    assert monday_midnight == beijing(2026, 6, 9, 0)
    rest = due(monday_midnight, 4, TimeUnit.WORKING_DAYS, DEPOT)
    assert due(midnight, 5, TimeUnit.WORKING_DAYS, DEPOT) == rest


def test_the_midnight_that_ends_a_year_belongs_to_the_year():
    new_year = beijing(2028, 1, 1, 0)
    assert due(new_year, 0, TimeUnit.WORKING_HOURS, DEPOT) == new_year
    assert due(new_year, 1, TimeUnit.WORKING_HOURS, DEPOT) == beijing(2028, 1, 3, 1)


def test_a_year_without_a_calendar_is_counted_by_the_weekly_hours_and_says_so():
    start = beijing(2026, 12, 31, 10)
    found = deadline(start, Rule(2, TimeUnit.WORKING_DAYS), CITY)
    assert found.due_at == beijing(2027, 1, 4, 10)
    assert found.warnings == (DeadlineWarning(WarningKind.YEAR_UNKNOWN, 2027),)


@pytest.mark.parametrize("unit", [TimeUnit.NATURAL_DAYS, TimeUnit.NATURAL_HOURS])
def test_natural_time_needs_no_calendar_and_warns_of_nothing(unit):
    assert deadline(beijing(2031, 5, 1), Rule(90, unit), CITY).warnings == ()


def test_a_year_that_nobody_compared_with_the_notice_is_told_apart():
    calendar = city(unverified=[2026])
    found = deadline(beijing(2026, 5, 6, 10), Rule(1, TimeUnit.WORKING_HOURS), calendar)
    assert found.warnings == (DeadlineWarning(WarningKind.YEAR_UNVERIFIED, 2026),)


def test_a_deadline_tells_what_it_met_on_its_way():
    found = deadline(beijing(2026, 9, 30, 20), Rule(2, TimeUnit.WORKING_DAYS), CITY)
    assert found.counted_from == beijing(2026, 10, 8, 9)
    assert [special.on.day for special in found.specials] == [1, 2, 3, 4, 5, 6, 7, 10]
    assert found.due_at == beijing(2026, 10, 10, 9)
    open_time = timedelta(hours=15)
    assert found.closed == found.due_at - found.start - open_time


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Rule(-1, TimeUnit.NATURAL_DAYS),
        lambda: Rule(10_001, TimeUnit.WORKING_DAYS),
        lambda: Period(time(12), time(9)),
        lambda: WorkCalendar("closed", "Asia/Shanghai"),
        lambda: WorkCalendar("twice", "Asia/Shanghai", {0: (*OFFICE, Period(time(11), time(14)))}),
        lambda: due(datetime(9999, 12, 30, tzinfo=UTC), 9, TimeUnit.WORKING_DAYS),
        lambda: due(datetime(9999, 12, 30, tzinfo=UTC), 9, TimeUnit.NATURAL_DAYS),
    ],
)
def test_nonsense_is_refused_in_a_sentence(wrong):
    with pytest.raises(WrongInput, match=r"^[A-Z].+\.$"):
        wrong()


def test_a_start_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        due(datetime(2026, 3, 3, 12), 1, TimeUnit.NATURAL_DAYS)  # noqa: DTZ001


def test_every_working_day_of_three_years_follows_the_one_before():
    moment, seen = beijing(2024, 1, 2, 10), []
    while moment.year < 2027:
        seen.append(moment)
        moment = due(moment, 1, TimeUnit.WORKING_DAYS).astimezone(BEIJING)
    days = [at.date() for at in seen]
    assert all(first < second for first, second in pairwise(days))
    assert len([day for day in days if day.year == 2026]) == 248
    assert date(2026, 10, 10) in days
    assert date(2026, 10, 9) in days
    assert date(2026, 10, 1) not in days
