"""Texts from columns: what stands before a missing column goes with it."""

import pytest

from huiyin.exchange.imports.templates import alternatives_of, template_of
from huiyin.office.problems import WrongInput


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        ({"a": "Lamp", "b": "Quay"}, "Lamp. at Quay!"),
        ({"a": "Lamp"}, "Lamp!"),
        ({"b": "Quay"}, "at Quay!"),
        ({}, ""),
    ],
)
def test_missing_parts_leave_no_lonely_punctuation(texts, expected):
    assert template_of("{a}. at {b}!").render(texts) == expected


def test_labels_go_with_their_values():
    template = template_of("类型:{类型};地点:{地点}")
    assert template.render({"地点": "槐树街"}) == "地点:槐树街"


def test_a_text_without_columns_is_always_the_same():
    assert template_of("A letter").render({}) == "A letter"


def test_the_first_alternative_that_says_something_counts():
    either = alternatives_of(("{a}", "{b}", "none"))
    assert either.render({"a": " ", "b": "B"}) == "B"
    assert either.render({}) == "none"
    assert either.columns == ["a", "b"]


@pytest.mark.parametrize("text", ["{a", "{a} {b", "{{a}}"])
def test_a_brace_that_is_not_closed_is_refused(text):
    with pytest.raises(WrongInput, match="brace"):
        template_of(text)
