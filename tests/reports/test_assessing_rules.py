"""From the marks of the two-way assessment nobody can tell who gave which."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.reports.assessing.rules import (
    BOTTOM,
    FEWEST_RATERS,
    TOP,
    Mark,
    Sheet,
    are_kin,
    blocks,
    means_of,
    month_after,
    months_between,
    sheet_of,
    shown,
)

JANUARY = date(2026, 1, 1)
MARKS = range(1, 6)


def given_by(rater: int, mark: int, *, month: int = 1) -> Mark:
    return Mark(date(2026, month, 1), rater, {"work": mark})


def made(marks, *, least=3, last=12):
    months = months_between(JANUARY, date(2026, last, 1))
    return list(blocks(marks, ("work",), months=months, least=least))


@pytest.mark.parametrize("raters", [3, 4, 5])
def test_no_mean_tells_what_any_single_unit_gave(raters):
    could_be: dict[Decimal, set[tuple[int, ...]]] = {}
    for marks in product(MARKS, repeat=raters):
        told = shown(Fraction(sum(marks), raters))
        could_be.setdefault(told, set()).add(marks)
    certain = [
        told
        for told, worlds in could_be.items()
        if any(len({marks[at] for marks in worlds}) == 1 for at in range(raters))
    ]
    assert certain == []


def test_nothing_is_shown_below_the_least_number_of_raters():
    assert made([given_by(1, 5), given_by(2, 1)]) == []
    assert made([given_by(1, 5), given_by(1, 1), given_by(1, 3), given_by(2, 3)]) == []


def test_no_setting_goes_below_three():
    assert made([given_by(1, 5), given_by(2, 4)], least=1) == []
    assert FEWEST_RATERS == 3


def test_months_wait_for_each_other_until_enough_units_have_marked():
    marks = [given_by(1, 5), given_by(2, 4, month=2), given_by(3, 3, month=4)]
    [block] = made(marks)
    assert (block.first.month, block.last.month, block.raters) == (1, 4, 3)
    assert block.means == {"work": Decimal("4.0")}


def test_a_unit_that_marks_often_is_one_voice():
    marks = [given_by(1, 1)] * 20 + [given_by(2, 5), given_by(3, 5)]
    assert means_of(marks, ("work",)) == {"work": Decimal("3.7")}


def test_the_ends_of_the_scale_are_not_told():
    assert shown(Fraction(1)) == shown(Fraction(4, 3)) == BOTTOM == Decimal("1.5")
    assert shown(Fraction(5)) == TOP == Decimal("4.5")


marks_of_a_year = st.lists(
    st.builds(given_by, st.integers(1, 8), st.sampled_from(MARKS), month=st.integers(1, 12)),
    max_size=60,
)


@given(marks_of_a_year, st.integers(3, 6))
def test_no_two_blocks_share_a_month_and_none_has_too_few_raters(marks, least):
    found = made(marks, least=least)
    months = [month for one in found for month in months_between(one.first, one.last)]
    assert len(months) == len(set(months))
    for one in found:
        own = {mark.rater for mark in marks if one.first <= mark.month <= one.last}
        assert (len(own), one.raters >= least) == (one.raters, True)


@given(marks_of_a_year, st.integers(3, 6), st.integers(1, 11))
def test_what_was_shown_earlier_is_the_beginning_of_what_is_shown_later(marks, least, until):
    early = made([mark for mark in marks if mark.month.month <= until], least=least, last=until)
    assert made(marks, least=least)[: len(early)] == early


@pytest.mark.parametrize(
    ("rater", "rated", "was_called", "sheet"),
    [
        ("street", "department", True, Sheet.REPORTING),
        ("street", "utility", True, Sheet.REPORTING),
        ("department", "street", False, Sheet.WHISTLING),
        ("department", "street", True, None),
        ("street", "department", False, None),
        ("street", "street", True, None),
        ("department", "department", True, None),
    ],
)
def test_streets_mark_reporting_and_departments_mark_whistles(rater, rated, was_called, sheet):
    assert sheet_of(rater, rated, was_called=was_called) == sheet


def test_units_above_and_below_each_other_are_kin():
    assert are_kin("/1/2/", "/1/2/")
    assert are_kin("/1/2/", "/1/2/30/")
    assert are_kin("/1/2/30/", "/1/")
    assert not are_kin("/1/2/", "/1/20/")


def test_months_follow_each_other_over_the_turn_of_the_year():
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert month_after(date(2026, 1, 15), -1) == date(2025, 12, 1)
