"""Numbers of cases read well over the phone, and a slip of the tongue is found."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyin.cases.numbers import check_digit, next_numbers, number_for, tidy_number
from tests.makers import NOON

DIGITS = st.text("0123456789", min_size=1, max_size=20)
SERIALS = st.integers(0, 10**9)


def test_the_check_digit_of_the_published_example_is_four():
    # H. M. Damm's own example: 572 has the check digit 4.
    assert check_digit("572") == "4"


@given(DIGITS)
def test_a_row_of_digits_with_its_check_digit_adds_up_to_nothing(digits):
    assert check_digit(digits + check_digit(digits)) == "0"


@given(DIGITS, st.data())
def test_every_single_wrong_digit_is_found(digits, data):
    whole = digits + check_digit(digits)
    place = data.draw(st.integers(0, len(whole) - 1))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != whole[place]]))
    assert check_digit(whole[:place] + wrong + whole[place + 1 :]) != "0"


@given(DIGITS, st.data())
def test_every_swap_of_neighbours_is_found(digits, data):
    whole = digits + check_digit(digits)
    place = data.draw(st.integers(0, len(whole) - 2))
    a, b = whole[place], whole[place + 1]
    if a != b:
        assert check_digit(whole[:place] + b + a + whole[place + 2 :]) != "0"


@given(SERIALS)
def test_a_number_is_read_back_however_it_is_typed(serial):
    number = number_for(serial, on=NOON)
    plain = number.replace("-", "")
    for typed in (
        number,
        plain,
        plain.lower(),
        f" {number} ",
        " ".join(plain),
        f"{plain[:8]}—{plain[8:]}",
    ):
        assert tidy_number(typed) == number


@given(SERIALS, st.data())
def test_a_number_with_one_wrong_digit_is_no_number(serial, data):
    number = number_for(serial, on=NOON)
    places = [place for place, sign in enumerate(number) if sign.isdigit()]
    place = data.draw(st.sampled_from(places))
    wrong = data.draw(st.sampled_from([d for d in "0123456789" if d != number[place]]))
    assert tidy_number(number[:place] + wrong + number[place + 1 :]) is None


@given(st.text(max_size=40))
def test_no_text_breaks_the_reading_of_numbers(text):
    tidy = tidy_number(text)
    assert tidy is None or tidy_number(tidy) == tidy


def test_a_number_says_the_day_in_the_city():
    just_before_midnight = datetime(2026, 9, 30, 15, 59, tzinfo=ZoneInfo("UTC"))
    assert number_for(1, on=just_before_midnight).startswith("HY260930-000001")
    assert number_for(1, on=just_before_midnight + timedelta(minutes=2)).startswith("HY261001-")


@pytest.mark.django_db
def test_drawn_numbers_differ_and_keep_their_form():
    numbers = next_numbers([NOON] * 50)
    assert len(set(numbers)) == 50
    assert all(re.fullmatch(r"HY260304-\d{7}", number) for number in numbers)
