"""A deadline tells its reasons in the reader's language, from the facts kept with a case."""

import json
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.utils.translation import override

from huiyin.deadlines.explanation import explain, explain_basis, limit_words
from huiyin.deadlines.rules import DayKind, Rule, SpecialDate, TimeUnit, WorkCalendar, deadline
from tests.deadlines.calendars import CITY, CLINIC, NEW_YORK, OFFICE, WATERWORKS, city

BEIJING = ZoneInfo("Asia/Shanghai")
EVE = datetime(2026, 9, 30, 16, 10, tzinfo=BEIJING)


def told(language, amount, unit, *, start=EVE, calendar=CITY, **rule):
    return explain(deadline(start, Rule(amount, TimeUnit(unit), **rule), calendar), language)


def test_seven_working_days_over_the_national_day_in_english():
    assert told("en", 7, "working_days", source="济南条例", source_en="Jinan regulation") == [
        "7 working days, counted from 2026-09-30 16:10.",
        "Basis: Jinan regulation.",
        "2026-10-01 to 2026-10-07 (National Day) are holidays and are not counted.",
        "2026-10-10 (National Day) is worked in place of a holiday and is counted.",
        "Days on which the office is closed are not counted.",
        "Due by 2026-10-15 16:10.",
    ]


def test_seven_working_days_over_the_national_day_in_chinese():
    assert told("zh-hans", 7, "working_days", source="济南条例", source_en="Jinan regulation") == [
        "时限为7个工作日，自2026年9月30日16:10起算。",
        "依据：济南条例。",
        "2026年10月1日至2026年10月7日（国庆节）为节假日，不计入时限。",
        "2026年10月10日（国庆节）为调休上班日，计入时限。",
        "非工作日不计入时限。",
        "应于2026年10月15日16:10前办结。",
    ]


def test_natural_days_count_the_holidays_and_say_so():
    sentences = told("en", 12, "natural_days")
    assert (
        "2026-10-01 to 2026-10-07 (National Day) are holidays; "
        "natural time counts them all the same." in sentences
    )
    assert not any("not counted" in sentence for sentence in sentences)
    assert not any("in place of a holiday" in sentence for sentence in sentences)


def test_a_draft_is_called_a_draft():
    assert any(
        "a draft, not the final text" in sentence
        for sentence in told("en", 7, "natural_days", source="稿", is_draft=True)
    )
    assert not any("draft" in sentence for sentence in told("en", 7, "natural_days", source="稿"))


def test_a_start_at_night_says_when_counting_begins():
    night = EVE.replace(hour=20, minute=0)
    sentences = told("en", 6, "working_hours", start=night)
    assert "The office is closed at that time, so counting begins on 2026-10-08 09:00." in sentences
    assert (
        "Time outside opening hours is not counted: 7 days, 14 hours and 30 minutes." in sentences
    )


def test_a_short_day_says_what_became_of_the_time_of_day():
    friday = datetime(2026, 6, 12, 17, tzinfo=BEIJING)
    sentences = told("en", 1, "working_days", start=friday, calendar=CLINIC)
    assert "A day on the way is closed at that time of day, which becomes 11:00." in sentences


@pytest.mark.parametrize(
    ("calendar", "start", "warning"),
    [
        (CITY, datetime(2026, 12, 31, 10, tzinfo=BEIJING), "holidays of 2027 are not loaded"),
        (city(unverified=[2026]), EVE, "holidays of 2026 have not been compared"),
    ],
)
def test_a_year_one_cannot_rely_on_is_a_loud_last_word(calendar, start, warning):
    last = told("en", 2, "working_days", start=start, calendar=calendar)[-1]
    assert last.startswith("Warning:")
    assert warning in last


def test_a_single_holiday_is_told_as_one():
    day = SpecialDate(date(2026, 5, 4), DayKind.HOLIDAY, "五四", "Youth Day")
    calendar = WorkCalendar("x", "Asia/Shanghai", dict.fromkeys(range(5), OFFICE), {day.on: day})
    start = datetime(2026, 5, 3, 10, tzinfo=BEIJING)
    assert "2026-05-04 (Youth Day) is a holiday and is not counted." in told(
        "en", 1, "working_days", start=start, calendar=calendar
    )


def test_waterworks_explain_themselves_in_two_sentences():
    assert told("en", 1, "working_hours", calendar=WATERWORKS) == [
        "1 working hour, counted from 2026-09-30 16:10.",
        "Due by 2026-09-30 17:10.",
    ]


def test_a_calendar_of_another_zone_names_it():
    assert "Times are those of America/New_York." in told(
        "en", 1, "natural_days", calendar=NEW_YORK
    )
    assert not any("Times are" in sentence for sentence in told("en", 1, "natural_days"))


def test_the_kept_facts_are_plain_json_and_tell_the_same_later():
    found = deadline(EVE, Rule(3, TimeUnit.WORKING_DAYS, "济南条例", "jinan"), CITY)
    kept = json.loads(json.dumps(found.basis()))
    assert kept == found.basis()
    for language in ("en", "zh-hans"):
        assert explain_basis(kept, language) == explain(found, language)


def test_without_a_language_the_reader_decides():
    basis = deadline(EVE, Rule(3, TimeUnit.WORKING_DAYS), CITY).basis()
    for language, word in (("en", "Due by"), ("zh-hans", "前办结")):
        with override(language):
            assert word in explain_basis(basis)[-1]


@pytest.mark.parametrize("facts", [{}, {"source": "imported"}, {"version": 7}])
def test_facts_of_elsewhere_tell_nothing_rather_than_nonsense(facts):
    assert explain_basis(facts, "en") == []


def test_one_day_is_not_days():
    with override("en"):
        assert [limit_words(n, "working_days") for n in (1, 2)] == [
            "1 working day",
            "2 working days",
        ]
