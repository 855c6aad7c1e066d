"""Periods and their borders, against somebody who walks the calendar day by day."""

import itertools
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.neighbourhood.rules import Duty, Period, Span, State, span_of, spans, standings

DAY = timedelta(days=1)
DAYS = st.dates(date(2019, 12, 20), date(2032, 2, 10))
NAMES = {
    Period.DAY: lambda day: day,
    Period.WEEK: lambda day: day.isocalendar()[:2],
    Period.TEN_DAYS: lambda day: (day.year, day.month, "上中下"[(day.day > 10) + (day.day > 20)]),
    Period.MONTH: lambda day: (day.year, day.month),
    Period.QUARTER: lambda day: (day.year, "一一一二二二三三三四四四"[day.month - 1]),
    Period.YEAR: lambda day: day.year,
}


def walked_span(period, day):
    """The period of a day, found by walking until the name of the period changes."""
    name, first, last = NAMES[period], day, day
    while name(first - DAY) == name(day):
        first -= DAY
    while name(last + DAY) == name(day):
        last += DAY
    return Span(first, last)


@given(st.sampled_from(list(Period)), DAYS)
def test_a_period_begins_and_ends_where_the_walker_crosses_its_border(period, day):
    assert span_of(period, day) == walked_span(period, day)


@given(st.sampled_from(list(Period)), DAYS, st.integers(0, 800))
def test_periods_follow_each_other_without_gap_or_overlap(period, first, length):
    window = Span(first, first + DAY * length)
    found = spans(period, window)
    assert found[0].holds(window.first)
    assert found[-1].holds(window.last)
    assert all(a.last + DAY == b.first for a, b in itertools.pairwise(found))


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 3, 10), date(2026, 3, 1), date(2026, 3, 10)),
        (date(2026, 3, 11), date(2026, 3, 11), date(2026, 3, 20)),
        (date(2026, 2, 28), date(2026, 2, 21), date(2026, 2, 28)),
        (date(2028, 2, 29), date(2028, 2, 21), date(2028, 2, 29)),
        (date(2026, 12, 31), date(2026, 12, 21), date(2026, 12, 31)),
    ],
)
def test_ten_days_run_from_1_to_10_to_20_to_the_end_of_the_month(day, first, last):
    assert span_of(Period.TEN_DAYS, day) == Span(first, last)


@given(
    st.sampled_from(list(Period)),
    st.integers(1, 3),
    st.lists(st.dates(date(2025, 12, 1), date(2026, 4, 20)), max_size=40),
    st.dates(date(2025, 12, 10), date(2026, 2, 1)),
    st.integers(0, 120),
    st.dates(date(2026, 1, 1), date(2026, 5, 1)),
)
def test_what_was_missed_is_what_the_slow_walker_finds(period, times, walks, since, length, on):
    duty = Duty(period, times, since, since + DAY * length)
    window = Span(date(2025, 12, 20), date(2026, 3, 20))
    found = standings(duty, walks, window=window, on=on)
    assert [(row.span, row.state, row.missed_days) for row in found] == slowly(
        duty, walks, window, on
    )


def slowly(duty, walks, window, on):
    """Walk every day of the window and judge each period when it is first met."""
    told, day = [], window.first
    while day <= window.last:
        if duty.since <= day <= min(duty.until, on):
            span = walked_span(duty.period, day)
            if span not in [one[0] for one in told]:
                told.append((span, *judged(duty, walks, span, on)))
        day += DAY
    return told


def judged(duty, walks, span, on):
    days = [span.first + DAY * number for number in range((span.last - span.first).days + 1)]
    if len([walk for walk in walks if walk in days]) >= duty.times:
        return State.DONE, 0
    if not all(duty.since <= day <= duty.until for day in days):
        return State.PARTIAL, 0
    if on in days:
        return State.OPEN, 0
    return State.MISSED, len([n for n in range(400) if span.last < on - DAY * n])


def test_who_became_chief_in_the_middle_of_a_month_has_not_missed_it():
    duty = Duty(Period.MONTH, 1, date(2026, 1, 15))
    found = standings(
        duty, [], window=Span(date(2026, 1, 1), date(2026, 3, 4)), on=date(2026, 3, 4)
    )
    assert [row.state for row in found] == [State.PARTIAL, State.MISSED, State.OPEN]
    assert found[1].missed_days == 4
