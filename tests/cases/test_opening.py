"""Taking a case in: what is kept, what is refused, and what a second press does."""

import uuid

import pytest
from django.utils.translation import override

from huiyin.cases.models import Case
from huiyin.cases.opening import open_case, title_of
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import WrongInput
from tests.makers import NOON, hotline, make_category, make_wish
from tests.people import ma

pytestmark = pytest.mark.django_db


def opened(**facts):
    return open_case(make_wish(**facts), by=ma(), at=NOON, intake_unit=hotline())


def test_a_new_case_is_received_and_its_first_entry_says_by_whom():
    case = opened()
    line = entries_about(case.number)[0]
    assert (case.status, case.received_at, case.round_number) == ("received", NOON, 1)
    assert (line.code, line.official_id) == ("case.received", ma().pk)
    assert line.details["channel"] == "phone"
    assert line.words["text"] == case.text


@pytest.mark.parametrize(
    "facts",
    [
        {"text": "  \n "},
        {"text": "长" * 5001},
        {"text": "nul \x00 inside"},
        {"address": "nul \x00 inside"},
        {"request_kind": "wish"},
        {"channel": "pigeon"},
        {"longitude": 116.4},
        {"latitude": 39.9},
    ],
)
def test_a_wish_that_cannot_be_kept_is_refused_and_nothing_is_written(facts):
    with pytest.raises(WrongInput):
        opened(**facts)
    assert Case.objects.count() == 0


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"request_kind": "wish"}, "Choose the kind of request from the list."),
        ({"channel": "pigeon"}, "Choose from the list how the request reached the city."),
    ],
)
def test_what_is_not_on_the_list_is_named(facts, sentence):
    with override("en"), pytest.raises(WrongInput, match=sentence):
        opened(**facts)


def test_a_text_of_exactly_the_greatest_length_fits():
    assert len(opened(text="长" * 5000).text) == 5000


def test_the_second_press_finds_the_case_of_the_first():
    key = uuid.uuid4()
    first, second = opened(form_key=key), opened(form_key=key, text="Typed differently.")
    assert first == second
    assert (Case.objects.count(), len(entries_about(first.number))) == (1, 1)


def test_two_different_forms_are_two_cases():
    assert opened(form_key=uuid.uuid4()) != opened(form_key=uuid.uuid4())


def test_a_category_gives_the_case_its_deadline_class():
    gas = make_category("燃气泄漏", deadline_class="emergency")
    assert opened(category=gas).deadline_class == "emergency"
    assert opened().deadline_class == "general"


@pytest.mark.parametrize(
    ("title", "text", "kept"),
    [
        ("路灯不亮", "槐树街", "路灯不亮"),
        ("", "路灯不亮\n三天了", "路灯不亮"),
        ("  ", "长" * 41, "长" * 40 + "…"),
        ("长" * 300, "槐树街", "长" * 200),
        ("", "\n\n路灯不亮", "路灯不亮"),
    ],
)
def test_a_case_without_a_title_takes_the_first_words_of_the_text(title, text, kept):
    assert title_of(title, text) == kept
