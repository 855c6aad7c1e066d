"""How a wait stands in words: to the hour while days are left, then to the minute."""

from datetime import timedelta

import pytest
from django.utils.translation import override

from huiyin.desk.clocks import clock
from huiyin.desk.paging import moment_of
from tests.makers import NOON

LEFT = [
    (timedelta(days=6, hours=10, minutes=50), "6 d 10 h left", "剩余6天10小时"),
    (timedelta(days=1), "1 d 0 h left", "剩余1天0小时"),
    (timedelta(hours=23, minutes=59), "23 h 59 min left", "剩余23小时59分钟"),
    (timedelta(minutes=25, seconds=59), "25 min left", "剩余25分钟"),
    (timedelta(seconds=59), "less than a minute left", "剩余不到1分钟"),
    (timedelta(days=-14, hours=-3), "overdue by 14 d 3 h", "超期14天3小时"),
]


@pytest.mark.parametrize(("span", "english", "chinese"), LEFT)
def test_what_is_left_of_a_wait_is_told_exactly(span, english, chinese):
    with override("en"):
        assert clock(NOON + span, now=NOON).words == english
    with override("zh-hans"):
        assert clock(NOON + span, now=NOON).words == chinese


def test_the_last_day_of_a_wait_is_a_warning_and_its_end_is_not_yet_late():
    tones = [clock(NOON + timedelta(hours=h), now=NOON).tone for h in (24, 23, 0, -1)]
    assert tones == ["quiet", "warn", "warn", "bad"]


def test_a_moment_of_another_year_is_told_with_its_year():
    assert moment_of(NOON, now=NOON) == "03-04 12:00"
    assert moment_of(NOON - timedelta(days=80), now=NOON) == "2025-12-14 12:00"
