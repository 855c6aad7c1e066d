"""Bulk steps at the desk: what was ticked, what came of each row, and pressing twice."""

import re

import pytest

from huiyin.cases.models import Round, Status
from huiyin.replies.models import BulkRun, StandardText
from huiyin.replies.standard_texts import Wording, write_text
from tests.desk.visits import at_desk, text
from tests.makers import NOON, make_case, parks, status_of
from tests.people import chen, lin, zhao

pytestmark = pytest.mark.django_db


def key_of(page):
    """The key in the form."""
    return re.search(r'name="form_key" value="([^"]+)"', text(page))[1]


def opened(client, *cases):
    """The form for these cases."""
    return client.get("/desk/bulk/", {"case": [case.number for case in cases]})


def pressed(client, *cases, **words):
    """Fill the form in and press its button; ends on the page with the outcomes."""
    words.setdefault("form_key", key_of(opened(client, *cases)))
    words["case"] = [case.number for case in cases]
    return client.post("/desk/bulk/", words, follow=True)


def test_a_list_can_be_ticked_and_leads_to_the_form():
    case = make_case(Status.DISPATCHED)
    page = text(at_desk(chen()).get("/desk/"))
    assert f'type="checkbox" name="case" value="{case.number}"' in page
    assert 'action="/desk/bulk/"' in page
    assert case.title in text(opened(at_desk(chen()), case))


def test_a_case_one_may_not_see_is_not_shown_by_its_number():
    foreign = make_case(Status.DISPATCHED, unit=parks())
    assert foreign.title not in text(opened(at_desk(chen()), foreign))
    page = text(pressed(at_desk(chen()), foreign, act="accept"))
    assert foreign.title not in page
    assert "not done" in page
    assert status_of(foreign) == Status.DISPATCHED


def test_each_row_says_what_happened_or_why_not():
    good, gone = make_case(Status.DISPATCHED), make_case(Status.ANSWERED)
    page = text(pressed(at_desk(chen()), good, gone, act="accept"))
    assert "done: 1" in page
    assert "not done: 1" in page
    assert status_of(good) == Status.IN_HAND


def test_a_standard_text_is_filled_in_for_every_row_and_its_use_counted():
    cases, desk = [make_case(Status.IN_HAND) for _ in range(2)], at_desk(chen())
    reply = write_text(Wording("修好", "{工单编号}已修好。"), by=chen(), at=NOON)
    pressed(desk, *cases, act="answer", reply_text=reply.pk, resident_told="已电话告知")
    assert [Round.objects.get(case=case).reply for case in cases] == [
        f"{case.number}已修好。" for case in cases
    ]
    assert StandardText.objects.get().used == 2


def test_a_second_press_finds_what_the_first_one_did():
    case, desk = make_case(Status.DISPATCHED), at_desk(chen())
    key = key_of(opened(desk, case))
    first = pressed(desk, case, act="accept", form_key=key)
    second = pressed(desk, case, act="accept", form_key=key)
    assert first.redirect_chain == second.redirect_chain
    assert "done: 1" in text(second)
    assert BulkRun.objects.count() == 1


@pytest.mark.parametrize(
    "words",
    [
        {"act": "answer"},
        {"act": "nonsense"},
        {"act": "handler"},
        {"act": "answer", "reply": "{没有}"},
        {},
    ],
)
def test_what_cannot_be_done_with_any_row_is_asked_again_with_the_words_kept(words):
    case, desk = make_case(Status.IN_HAND), at_desk(chen())
    answer = pressed(desk, case, **words)
    assert answer.status_code == 400
    assert "Please look at this again" in text(answer)
    assert words.get("reply", "") in text(answer)


def test_nothing_ticked_is_told_so():
    assert pressed(at_desk(chen()), act="accept").status_code == 400


def test_the_outcomes_are_for_whoever_pressed():
    case, desk = make_case(Status.DISPATCHED), at_desk(chen())
    (there, _status), *_ = pressed(desk, case, act="watch").redirect_chain
    assert desk.get(there).status_code == 200
    for other in (lin, zhao):
        assert at_desk(other()).get(there).status_code == 404


def test_the_form_and_the_outcomes_ask_little_for_many_rows(django_assert_max_num_queries):
    cases, desk = [make_case(Status.DISPATCHED) for _ in range(12)], at_desk(chen())
    desk.get("/desk/")
    with django_assert_max_num_queries(12):
        opened(desk, *cases)
    (there, _status), *_ = pressed(desk, *cases, act="watch").redirect_chain
    with django_assert_max_num_queries(12):
        assert text(desk.get(there)).count('class="tag tag--good">done<') == 12
