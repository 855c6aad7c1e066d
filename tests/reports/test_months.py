"""What became of the cases received in a month, counted case by case."""

from datetime import datetime, timedelta

import pytest

from huiyin.departments.models import UnitLevel
from huiyin.departments.queries import forget_kept
from huiyin.office.problems import WrongInput
from huiyin.reports.months import (
    MonthRow,
    city_months,
    days_in,
    month_before,
    month_bounds,
    month_rows,
    read_month,
    unit_month,
)
from tests.makers import city, lighting, make_unit, parks
from tests.reports.lives import (
    LATER,
    MAY,
    NEW_YORK,
    SHANGHAI,
    answered,
    closed,
    lived,
    other_city,
    reopened,
    returned,
    sent,
    withdrawn,
)

pytestmark = pytest.mark.django_db
VERDICTS = ("on_time", "overdue", "not_yet_due", "withdrawn", "without_deadline")


def only_row(month: str = "2026-05", *, as_of: datetime = LATER) -> MonthRow:
    """The row of the only unit that leads a case."""
    [row] = month_rows(month, as_of=as_of)
    return row


def verdict(*, as_of: datetime = LATER) -> list[str]:
    """The verdicts of the only case: exactly one for each case that was received."""
    row = only_row(as_of=as_of)
    assert row.received == 1
    return [name for name in VERDICTS if getattr(row, name)]


def hours_after(hours: float) -> datetime:
    """A moment after the case of a test was received."""
    return MAY + timedelta(hours=hours)


def test_a_case_is_counted_where_it_was_received_whatever_came_of_it():
    lived(sent(1, due=24))
    row = only_row()
    assert (row.unit, row.unit_code, row.city) == ("路灯管理所", "lighting", "和安市")
    assert (row.received, row.answered, row.closed, row.reopened) == (1, 0, 0, 0)


def test_a_case_answered_by_its_deadline_is_on_time():
    lived(sent(1, due=24), answered(24), closed(90))
    assert verdict() == ["on_time"]


def test_a_case_answered_a_second_after_its_deadline_is_overdue():
    lived(sent(1, due=24), answered(24 + 1 / 3600), closed(25))
    assert verdict() == ["overdue"]


def test_an_open_case_is_not_yet_due_up_to_its_deadline_and_overdue_from_then_on():
    lived(sent(1, due=24))
    assert verdict(as_of=hours_after(24)) == ["not_yet_due"]
    assert verdict(as_of=hours_after(24.001)) == ["overdue"]


def test_one_late_round_makes_a_case_overdue_even_if_the_next_is_in_time():
    lived(sent(1, due=24), answered(30), reopened(31, due=80), answered(40), closed(41))
    assert verdict() == ["overdue"]


def test_a_reopened_case_is_on_time_only_if_its_second_round_is_too():
    lived(sent(1, due=24), answered(20), reopened(31, due=80))
    assert verdict(as_of=hours_after(70)) == ["not_yet_due"]
    assert verdict(as_of=hours_after(81)) == ["overdue"]


def test_a_case_without_any_deadline_is_neither_on_time_nor_overdue():
    lived(sent(1), answered(900), closed(901))
    assert verdict() == ["without_deadline"]


def test_a_case_answered_at_once_has_no_deadline_and_no_unit():
    lived(answered(0), closed(1))
    row = only_row()
    assert (row.unit, row.unit_code, row.label) == (None, "", "led by no unit")
    assert (row.answered, row.closed, row.without_deadline) == (1, 1, 1)


def test_a_case_withdrawn_in_time_owes_no_answer():
    lived(sent(1, due=24), withdrawn(24))
    assert verdict() == ["withdrawn"]


def test_a_case_withdrawn_before_it_was_sent_owes_no_answer():
    lived(withdrawn(2))
    assert verdict() == ["withdrawn"]


def test_a_withdrawal_after_the_deadline_hides_no_delay():
    lived(sent(1, due=24), withdrawn(25))
    assert verdict() == ["overdue"]


def test_an_earlier_round_that_was_late_stays_late_when_the_case_is_withdrawn():
    lived(sent(1, due=24), answered(30), reopened(31, due=80), withdrawn(40))
    assert verdict() == ["overdue"]


def test_a_returned_case_stands_in_the_row_of_nobody_and_its_clock_runs_on():
    lived(sent(1, due=24), returned(2))
    row = only_row()
    assert (row.unit, row.received, row.overdue) == (None, 1, 1)


def test_the_unit_that_leads_now_is_counted():
    lived(sent(1, due=24), returned(2), sent(3, to=parks()), answered(4))
    assert only_row().unit == "园林绿化局"


def test_answered_counts_cases_that_had_an_answer_at_least_once():
    lived(sent(1, due=24), answered(20), reopened(31, due=80))
    row = only_row()
    assert (row.answered, row.closed, row.reopened) == (1, 0, 1)


def test_a_case_that_was_closed_and_reopened_is_not_closed():
    lived(sent(1, due=24), answered(20), closed(21), reopened(31, due=80))
    row = only_row()
    assert (row.closed, row.reopened, row.median_hours) == (0, 1, None)


def test_the_median_hours_run_from_receipt_to_closing():
    for hours in (5, 7.5, 100):
        lived(sent(1), answered(4), closed(hours))
    lived(sent(1))
    assert only_row().median_hours == 7.5


def test_the_median_of_an_even_number_lies_between_the_middle_two():
    for hours in (5, 8, 9, 100):
        lived(sent(1), answered(4), closed(hours))
    assert only_row().median_hours == 8.5


def test_the_rows_sum_up_to_the_total_and_the_busiest_stands_first():
    for unit, count in ((lighting(), 1), (parks(), 2)):
        for _ in range(count):
            lived(sent(1, due=24, to=unit), answered(20), closed(30))
    lived(answered(0), closed(1))
    lived()
    [found] = city_months("2026-05", as_of=LATER)
    assert [row.unit for row in found.rows] == ["园林绿化局", "路灯管理所", None]
    assert (found.total.unit, found.total.received, found.total.on_time) == ("和安市", 5, 3)
    assert found.total.median_hours == 30


def test_what_happened_after_the_moment_of_counting_is_not_counted():
    lived(sent(1, due=24), answered(20), closed(30))
    lived(sent(1, due=24), withdrawn(10))
    lived(sent(1, due=24), answered(9.5), reopened(11, due=80))
    row = only_row(as_of=hours_after(10) - timedelta(minutes=1))
    assert (row.answered, row.closed, row.reopened, row.not_yet_due) == (1, 0, 0, 2)


def test_a_month_begins_and_ends_at_midnight_in_shanghai():
    for at in ((2026, 5, 1), (2026, 6, 1)):
        midnight = datetime(*at, tzinfo=SHANGHAI)
        lived(at=midnight)
        lived(at=midnight - timedelta(seconds=1))
    assert [only_row(f"2026-{m}").received for m in ("04", "05", "06")] == [1, 2, 1]


def test_a_month_in_new_york_is_an_hour_shorter_when_the_clocks_go_forward():
    boston = other_city("Boston", "America/New_York")
    start, end = month_bounds("2015-03", NEW_YORK)
    assert end.timestamp() - start.timestamp() == (31 * 24 - 1) * 3600
    for at in (start, end):
        lived(at=at, taken_in_by=boston)
        lived(at=at - timedelta(seconds=1), taken_in_by=boston)
    counted = [month_rows(f"2015-{m}", as_of=LATER)[0].received for m in ("02", "03", "04")]
    assert counted == [1, 2, 1]


def test_two_cities_count_each_in_its_own_time_zone_and_apart():
    boston = other_city("Boston", "America/New_York")
    works = make_unit("PWDx", parent=boston)
    # Already May in Shanghai, still April in New York.
    between = datetime(2026, 5, 1, 3, tzinfo=SHANGHAI)
    lived(sent(1, due=24), at=between)
    lived(sent(1, due=24, to=works), at=between, taken_in_by=boston)
    in_april, in_may = (month_rows(month, as_of=LATER) for month in ("2026-04", "2026-05"))
    assert [(row.city, row.unit) for row in in_april] == [("Boston", "PWDx")]
    assert [(row.city, row.unit) for row in in_may] == [("和安市", "路灯管理所")]


def test_a_city_without_a_time_zone_counts_in_that_of_the_installation(settings):
    settings.TIME_ZONE = "Pacific/Auckland"
    root = other_city("Elsewhere", "")
    forget_kept()
    lived(at=datetime(2026, 5, 1, 0, 30, tzinfo=SHANGHAI), taken_in_by=root)
    lived(at=datetime(2026, 4, 30, 21, tzinfo=SHANGHAI), taken_in_by=root)
    assert only_row().received == 2


def test_the_month_of_a_unit_counts_those_below_it_and_nobody_else():
    district = make_unit("东城区人民政府", level=UnitLevel.DISTRICT)
    street = make_unit("槐荫街道办事处", parent=district, level=UnitLevel.STREET)
    for unit in (district, street, lighting()):
        lived(sent(1, due=24, to=unit), answered(20))
    lived()
    found = unit_month(district, "2026-05", as_of=LATER, city=city())
    assert {row.unit for row in found.rows} == {"东城区人民政府", "槐荫街道办事处"}
    assert (found.total.unit, found.total.received) == ("东城区人民政府", 2)


def test_the_month_of_a_city_counts_what_nobody_leads_too():
    lived(sent(1, due=24))
    lived()
    assert unit_month(city(), "2026-05", as_of=LATER, city=city()).total.received == 2


def test_a_month_without_cases_has_no_rows_and_an_empty_total():
    lived(sent(1, due=24))
    [found] = city_months("2026-03", as_of=LATER)
    assert (found.rows, found.total.received, found.total.median_hours) == ([], 0, None)


def test_a_month_of_many_units_is_one_query_for_each_city(django_assert_num_queries):
    for _ in range(5):
        lived(sent(1, due=24, to=make_unit()), answered(20))
    forget_kept()
    # The cities, the time zone, the figures.
    with django_assert_num_queries(3):
        month_rows("2026-05", as_of=LATER)


@pytest.mark.parametrize(
    "text",
    ["2026-13", "2026-00", "26-1", "2026-5", "", "2026", "2026-05-01", "²026-05", "２０２６-05"],
)
def test_what_is_no_month_is_refused_in_a_sentence_that_shows_how_to_write_one(text):
    with pytest.raises(WrongInput) as refused:
        read_month(text)
    assert str(refused.value) == (
        f"“{text}” is not a month; write it as YYYY-MM, for example 2026-05."
    )


def test_months_know_the_one_before_and_their_days():
    assert (month_before("2026-01"), month_before("2026-11")) == ("2025-12", "2026-10")
    assert (days_in("2024-02"), days_in("2026-02"), days_in("2026-05")) == (29, 28, 31)
