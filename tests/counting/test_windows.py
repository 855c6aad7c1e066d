"""Windows of time: they tile by the clock of the city, and each has one before and a year ago."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.counting.rules import DAILY, WEEKLY, Period, Window, WindowKind
from huiyin.counting.windows import (
    day_at,
    window_after,
    window_at,
    window_before,
    window_last_year,
    window_named,
    window_of,
)
from huiyin.office.problems import WrongInput
from tests.counting.calibers import plain, shipped

SHANGHAI = ZoneInfo("Asia/Shanghai")
ZONES = st.sampled_from(
    [SHANGHAI, *map(ZoneInfo, ("America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "UTC"))]
)
HOURS = st.integers(0, 23).map(time)
WINDOWS = st.one_of(
    st.builds(Window, st.just(WindowKind.MONTH), HOURS),
    st.builds(Window, st.just(WindowKind.MONTH_FROM_DAY), HOURS, first_day=st.integers(2, 28)),
    st.builds(
        Window,
        st.just(WindowKind.DAYS),
        HOURS,
        length=st.integers(1, 100),
        anchor=st.dates(date(1990, 1, 1), date(2050, 1, 1)),
    ),
)
MOMENTS = st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
DAYS = st.dates(date(1990, 1, 1), date(2100, 1, 1))


@given(WINDOWS, DAYS, ZONES)
def test_windows_tile_time_without_gap_or_overlap(window, day, zone):
    span = window_of(window, day, zone=zone)
    before = window_before(window, span, zone=zone)
    after = window_after(window, span, zone=zone)
    assert before.end == span.start < span.end == after.start
    assert before.last + timedelta(days=1) == span.first <= day <= span.last
    assert (
        window_after(window, before, zone=zone) == span == window_before(window, after, zone=zone)
    )


@given(WINDOWS, MOMENTS, ZONES)
def test_every_moment_lies_in_exactly_the_window_that_is_found_for_it(window, moment, zone):
    span = window_at(window, moment, zone=zone)
    assert span.holds(moment)
    assert window_at(window, span.start, zone=zone) == span
    assert window_at(window, span.end, zone=zone) == window_after(window, span, zone=zone)
    assert span.first <= day_at(window, moment, zone=zone) <= span.last


@given(WINDOWS, DAYS, ZONES)
def test_the_name_of_a_window_finds_it_again(window, day, zone):
    span = window_of(window, day, zone=zone)
    assert window_named(window, span.name, zone=zone) == span
    assert window_named(window, day.isoformat(), zone=zone) == span


def test_a_month_from_the_19th_is_named_for_the_month_it_ends_in():
    span = window_named(shipped("huairou-2025").window, "2026-10", zone=SHANGHAI)
    assert (span.first, span.last, span.days) == (date(2026, 9, 19), date(2026, 10, 18), 30)
    assert span.start == datetime(2026, 9, 18, 16, tzinfo=UTC)


def test_noon_to_noon_of_a_day_ends_on_that_day():
    span = window_named(shipped("huairou-2025").daily, "2026-10-19", zone=SHANGHAI)
    assert span.start == datetime(2026, 10, 18, 12, tzinfo=SHANGHAI)
    assert span.end == datetime(2026, 10, 19, 12, tzinfo=SHANGHAI)


def test_a_day_of_summer_time_has_its_own_length():
    zone = ZoneInfo("America/New_York")
    spring = window_of(DAILY, date(2026, 3, 8), zone=zone)
    autumn = window_of(DAILY, date(2026, 11, 1), zone=zone)
    assert spring.end - spring.start == timedelta(hours=23)
    assert autumn.end - autumn.start == timedelta(hours=25)


@pytest.mark.parametrize(
    ("window", "name", "year_ago"),
    [
        (plain().window, "2026-02", "2025-02"),
        (plain().window, "2025-02", "2024-02"),
        (shipped("huairou-2025").window, "2026-01", "2025-01"),
        (DAILY, "2024-02-29", "2023-02-28"),
        (WEEKLY, "2026-10-12/2026-10-18", "2025-10-13/2025-10-19"),
    ],
)
def test_a_window_is_set_beside_the_same_one_of_last_year(window, name, year_ago):
    span = window_named(window, name, zone=SHANGHAI)
    assert window_last_year(window, span, zone=SHANGHAI).name == year_ago


def test_a_list_of_windows_has_an_end():
    listed = Window(
        WindowKind.LISTED, periods=(Period("春节", date(2026, 2, 1), date(2026, 2, 20)),)
    )
    span = window_named(listed, "春节", zone=SHANGHAI)
    assert window_before(listed, span, zone=SHANGHAI) is None
    assert window_after(listed, span, zone=SHANGHAI) is None
    assert window_last_year(listed, span, zone=SHANGHAI) is None
    with pytest.raises(WrongInput, match="2026-03-01"):
        window_of(listed, date(2026, 3, 1), zone=SHANGHAI)


@pytest.mark.parametrize("name", ["", "2026-13", "2026-02-30", "0001-01-01", "10月", "2026-1"])
def test_what_names_no_window_is_refused(name):
    with pytest.raises(WrongInput):
        window_named(plain().window, name, zone=SHANGHAI)
