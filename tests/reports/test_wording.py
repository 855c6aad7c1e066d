"""Widths, shortening and shares as a table shows them."""

import pytest

from huiyin.reports.wording import hours, padded, share, shortened, width_of


def test_a_chinese_character_is_as_wide_as_two_latin_ones():
    assert (width_of("路灯"), width_of("lamp"), width_of("路灯 A"), width_of("é")) == (4, 4, 6, 1)


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [
        ("路灯", 4, "路灯"),
        ("路灯坏了", 7, "路灯坏…"),
        ("路灯坏了", 6, "路灯…"),
        ("a lamp is dark", 8, "a lamp…"),
        ("two\nlines", 20, "two lines"),
        ("路灯", 1, "…"),
    ],
)
def test_a_text_that_is_too_wide_keeps_its_beginning_and_a_mark(text, width, shown):
    assert shortened(text, width) == shown
    assert width_of(shortened(text, width)) <= width


@pytest.mark.parametrize(
    ("part", "whole", "shown"),
    [
        (0, 0, "–"),
        (0, 9, "0%"),
        (9, 9, "100%"),
        (1, 3, "33.3%"),
        (9_999, 10_000, "99.9%"),
        (1, 10_000, "0.1%"),
    ],
)
def test_a_share_is_only_nought_or_whole_where_it_is_exactly_so(part, whole, shown):
    assert share(part, whole) == shown


def test_hours_have_one_decimal_and_nothing_is_said_of_none():
    assert (hours(None), hours(3), hours(12_345.67)) == ("–", "3.0", "12,345.7")


def test_a_cell_is_filled_up_on_either_side():
    assert (padded("路灯", 6, right=False), padded("3", 3, right=True)) == ("路灯  ", "  3")
