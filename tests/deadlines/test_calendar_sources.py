"""Holidays from the packages and from files: two sources agree, and a broken file says where."""

import json
from datetime import date, timedelta

import holidays
import pytest

from huiyin.deadlines.calendar_sources import (
    is_confirmed,
    published_days,
    published_years,
    read_holiday_file,
)
from huiyin.deadlines.rules import DayKind, SpecialDate
from huiyin.office.problems import NotPossible, WrongInput
from tests.deadlines.calendars import CITY

NOTICE = {
    "year": 2027,
    "papers": [],
    "days": [
        {"name": "元旦", "date": "2027-01-01", "isOffDay": True},
        {"name": "春节", "date": "2027-01-31", "isOffDay": False},
    ],
}
DAYS = [
    SpecialDate(date(2027, 1, 1), DayKind.HOLIDAY, "元旦", "New Year's Day"),
    SpecialDate(date(2027, 1, 31), DayKind.MAKE_UP, "春节", "Spring Festival"),
]
TABLE = "日期,名称,类型\n2027-01-01,元旦,休\n2027/01/31,春节,班\n"


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_two_independent_packages_agree_on_every_day(year):
    other = holidays.country_holidays("CN", years=year)
    day = date(year, 1, 1)
    while day.year == year:
        assert bool(CITY.periods_on(day)) == other.is_working_day(day), day
        day += timedelta(days=1)
    assert is_confirmed(year)


def test_the_make_up_days_of_2026_are_the_announced_ones():
    made_up = [day.on for day in published_days(2026) if day.kind == DayKind.MAKE_UP]
    announced = [(1, 4), (2, 14), (2, 28), (5, 9), (9, 20), (10, 10)]
    assert made_up == [date(2026, *day) for day in announced]


def test_a_year_nobody_has_announced_is_refused_with_what_to_do():
    unknown = published_years()[-1] + 1
    with pytest.raises(NotPossible, match=rf"{unknown} are not known .*huiyin calendar import"):
        published_days(unknown)


@pytest.mark.parametrize(
    "content",
    [
        json.dumps(NOTICE).encode(),
        json.dumps(NOTICE["days"]).encode(),
        TABLE.encode(),
        TABLE.encode("utf-8-sig"),
        TABLE.encode("gbk"),
        "date,name,isOffDay\n2027-01-01,元旦,true\n2027-01-31,春节,False\n\n".encode(),
    ],
    ids=["holiday-cn", "list", "csv", "csv of a spreadsheet", "csv in GBK", "english csv"],
)
def test_a_notice_can_come_in_the_forms_people_have(content):
    file = read_holiday_file(content)
    assert (file.year, file.days) == (2027, DAYS)


def test_the_year_is_that_of_the_notice_not_of_a_december_day():
    days = [{"name": "元旦", "date": "2026-12-31", "isOffDay": True}]
    assert read_holiday_file(json.dumps(NOTICE | {"days": days}).encode()).year == 2027
    assert read_holiday_file(TABLE.encode(), year=2028).year == 2028


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"\xff\xfe\xfa\x00\x81", "neither UTF-8 nor GBK"),
        (b'{"year": 2027, "days": [', "broken JSON at line 1"),
        (b'{"year": 2027}', "no list “days”"),
        (b'{"days": [1]}', "no list “days”"),
        (b"date,name,isOffDay\n", "names no day"),
        (b"date,name,isOffDay\n2027-13-01,x,true\n", "Entry 1 .* date “2027-13-01”"),
        (b"a,b\n1,2\n", "Entry 1 .* date “”"),
        (b"date,name,isOffDay\n2027-01-01,x,maybe\n", "Entry 1 .* says “maybe”"),
        (b"date,name,isOffDay\n2027-01-01,x,1\n2027-01-01,y,0\n", "Entry 2 .* a second time"),
    ],
)
def test_a_broken_file_says_where_in_one_sentence(content, sentence):
    with pytest.raises(WrongInput, match=sentence):
        read_holiday_file(content)
