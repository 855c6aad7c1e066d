"""Reading calendars and rules: the one in force on the day, few questions, never a stale answer."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from huiyin.deadlines.actions import adopt_preset, load_calendar_year
from huiyin.deadlines.models import Calendar, KnownYear, SpecialDay, WorkPeriod
from huiyin.deadlines.queries import (
    deadline_book,
    due_for,
    rule_in_force,
    work_calendar,
    years_without_calendar,
)
from huiyin.deadlines.rules import Period, TimeUnit, deadline
from huiyin.office.problems import NotFound, NotPossible
from tests.deadlines.calendars import city

pytestmark = pytest.mark.django_db
BEIJING = ZoneInfo("Asia/Shanghai")
DAY = date(2026, 5, 6)


def limit(*, on=DAY, deadline_class="general", request_kind=""):
    rule = rule_in_force(on=on, deadline_class=deadline_class, request_kind=request_kind)
    return rule.amount, rule.unit, rule.code


def test_the_city_calendar_has_the_hours_and_holidays_of_a_chinese_office():
    calendar, own = work_calendar("city"), city()
    assert calendar.periods == own.periods
    assert all(calendar.days[on] == special for on, special in own.days.items())
    assert {2024, 2025, 2026} <= calendar.known_years


def test_a_unit_without_a_calendar_of_its_own_goes_by_the_city():
    assert work_calendar("") == work_calendar("city")


def test_an_unknown_calendar_is_refused_in_a_sentence():
    with pytest.raises(NotFound, match="There is no calendar “moon”"):
        work_calendar("moon")


def test_a_city_that_adopted_nothing_goes_by_the_plain_default():
    assert limit() == (5, TimeUnit.WORKING_DAYS, "plain")
    assert limit(deadline_class="emergency") == (2, TimeUnit.NATURAL_HOURS, "plain")


def test_a_preset_is_in_force_from_its_first_day_to_its_last():
    adopt_preset("jinan", from_on=date(2026, 5, 1), to_on=date(2026, 5, 31))
    preset_on = [limit(on=date(2026, *day))[2] for day in [(4, 30), (5, 1), (5, 31), (6, 1)]]
    assert preset_on == ["plain", "jinan", "jinan", "plain"]


def test_of_two_presets_in_force_the_later_adopted_answers():
    adopt_preset("jinan", from_on=date(2026, 1, 1))
    adopt_preset("beijing-2021-draft", from_on=date(2026, 3, 1))
    assert limit(on=date(2026, 2, 28)) == (5, TimeUnit.WORKING_DAYS, "jinan")
    assert limit(on=date(2026, 3, 1)) == (7, TimeUnit.NATURAL_DAYS, "beijing-2021-draft")


def test_a_kind_of_request_can_have_its_own_limit():
    adopt_preset("qinglong", from_on=date(2026, 1, 1))
    kinds = ["consultation", "help", "suggestion", "report", "complaint"]
    assert [limit(request_kind=kind)[0] for kind in kinds] == [1, 5, 5, 10, 10]
    assert limit(request_kind="thanks") == (5, TimeUnit.WORKING_DAYS, "plain")


def test_what_an_adopted_preset_leaves_open_the_plain_default_answers():
    adopt_preset("jinan", from_on=date(2026, 1, 1))
    assert limit(deadline_class="emergency") == (2, TimeUnit.NATURAL_HOURS, "plain")


def test_a_class_nobody_knows_counts_as_general():
    assert limit(deadline_class="exposed_rubbish") == limit()
    adopt_preset("urban-management-a", from_on=date(2026, 1, 1))
    assert limit(deadline_class="exposed_rubbish")[0:2] == (4, TimeUnit.WORKING_HOURS)


def test_without_any_preset_no_deadline_is_guessed():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM deadlines_presetrule")
    with pytest.raises(NotPossible, match="No time limit is in force"):
        limit()


def test_a_deadline_follows_the_rule_of_its_first_day_in_the_city():
    adopt_preset("jinan", from_on=date(2026, 9, 30))
    start = datetime(2026, 9, 29, 16, 30, tzinfo=UTC)
    found = due_for(start, deadline_class="general", request_kind="help", calendar_code="city")
    assert found.rule.source == "济南条例 第24至32条"
    assert found.due_at == datetime(2026, 10, 13, 9, tzinfo=BEIJING)


def test_waterworks_are_open_at_night():
    start = datetime(2026, 10, 1, 3, tzinfo=BEIJING)
    found = due_for(start, deadline_class="sign_for", calendar_code="round-the-clock")
    assert found.due_at == datetime(2026, 10, 1, 7, tzinfo=BEIJING)


def test_a_known_calendar_costs_one_question_and_a_book_none(django_assert_num_queries):
    book = deadline_book()
    with django_assert_num_queries(1):
        work_calendar("city")
    start = datetime(2026, 10, 1, 3, tzinfo=BEIJING)
    with django_assert_num_queries(0):
        book.due_for(start, deadline_class="general")


def test_a_changed_calendar_is_read_again_with_two_questions(django_assert_num_queries):
    work_calendar("city")
    WorkPeriod.objects.filter(calendar__code="city", opens=time(9)).update(opens=time(8))
    with django_assert_num_queries(2):
        assert work_calendar("city").periods[0][0] == Period(time(8), time(12))


def test_a_day_written_past_the_application_counts_at_once():
    before = work_calendar("city")
    with connection.cursor() as cursor:
        cursor.execute(
            'INSERT INTO deadlines_specialday (calendar_id, "on", kind, name, name_en, source)'
            " SELECT id, '2026-07-03', 'holiday', '台风停工', '', '市政府' FROM deadlines_calendar"
            " WHERE code = 'city'"
        )
    rule = rule_in_force(on=DAY, deadline_class="general")
    start = datetime(2026, 7, 2, 10, tzinfo=BEIJING)
    assert deadline(start, rule, before).due_at < deadline(start, rule, work_calendar()).due_at


def test_a_make_up_day_may_have_hours_of_its_own():
    day = SpecialDay.objects.get(calendar__code="city", on=date(2026, 10, 10))
    day.periods.create(opens=time(9), closes=time(0))
    assert work_calendar().periods_on(day.on) == (Period(time(9), time(0)),)


def test_a_calendar_without_hours_is_no_calendar_yet():
    Calendar.objects.create(code="new", name="新单位", time_zone="Asia/Shanghai")
    with pytest.raises(NotFound, match="with opening hours"):
        work_calendar("new")


def test_the_coming_year_is_missed_before_it_begins():
    assert years_without_calendar("city", date(2026, 6, 1)) == []
    assert years_without_calendar("city", date(2026, 11, 23)) == [2027]
    assert years_without_calendar("city", date(2027, 1, 2)) == [2027]
    assert years_without_calendar("round-the-clock", date(2027, 1, 2)) == []


def test_a_year_that_is_loaded_again_is_missed_no_more():
    KnownYear.objects.filter(year=2025).delete()
    assert years_without_calendar("city", date(2025, 3, 1)) == [2025]
    load_calendar_year("city", 2025)
    assert years_without_calendar("city", date(2025, 3, 1)) == []
