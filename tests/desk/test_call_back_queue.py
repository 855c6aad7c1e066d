"""The call-back queue: first those who wrote that nothing is solved, then by their time."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from huiyin.cases.models import Status
from huiyin.cases.rules import RESIDENT
from huiyin.followup.actions import ask_again, close_case, note_call_back, rate_case, reopen_case
from tests.desk.visits import at_desk, text
from tests.makers import (
    NOBODY,
    NOON,
    NOT_SOLVED,
    SOLVED,
    WANG,
    answer,
    make_case,
    minutes,
    twins,
)
from tests.people import EVERYBODY, chen, sun

pytestmark = pytest.mark.django_db
QUEUE = "/desk/call-backs/"
LATER = NOON + timedelta(hours=5)


@pytest.fixture(autouse=True)
def at_work(monkeypatch):
    """The clock of the city: the evening of the day, until a test turns it on."""

    def turn(moment):
        monkeypatch.setattr(timezone, "now", lambda: moment)

    turn(NOON + timedelta(hours=6))
    return turn


def listed(client):
    return re.findall(r'href="/desk/call-backs/cases/(HY[\d-]+)/"', text(client.get(QUEUE)))


def test_answered_cases_stand_there_in_the_order_of_their_time():
    late, early = make_case(Status.ANSWERED, at=NOON + minutes(9)), make_case(Status.ANSWERED)
    make_case(Status.CLOSED), make_case(Status.IN_HAND)
    assert listed(at_desk(sun())) == [early.number, late.number]


def test_whoever_wrote_that_nothing_is_solved_is_called_first():
    early, late = make_case(Status.ANSWERED), make_case(Status.ANSWERED, at=NOON + minutes(9))
    rate_case(late.number, NOT_SOLVED, at=LATER)
    client = at_desk(sun())
    assert listed(client) == [late.number, early.number]
    assert "The resident says: not over" in text(client.get(QUEUE))


def test_what_was_written_in_an_earlier_round_no_longer_goes_first():
    case, other = make_case(Status.ANSWERED), make_case(Status.ANSWERED)
    rate_case(case.number, NOT_SOLVED, at=LATER)
    reopen_case(case.number, NOT_SOLVED, by=sun(), at=LATER)
    answer(case.number, by=chen(), at=LATER + minutes(30))
    client = at_desk(sun())
    assert listed(client) == [other.number, case.number]
    assert "The resident says: not over" not in text(client.get(QUEUE))


def test_whoever_asks_again_stands_on_top_with_the_reason_and_since_when():
    waits, closed = make_case(Status.ANSWERED), make_case(Status.CLOSED, at=NOON + minutes(9))
    ask_again(closed.number, "It went dark in the rain.", by=RESIDENT, at=LATER)
    client = at_desk(sun())
    assert listed(client) == [closed.number, waits.number]
    on_top = text(client.get(QUEUE)).split("The others")[0]
    assert "asks again" in on_top
    assert "since 03-04 17:00" in on_top
    assert "It went dark in the rain." in on_top


def test_the_reason_of_an_earlier_round_is_not_told_again():
    case = make_case(Status.CLOSED)
    ask_again(case.number, "It went dark in the rain.", by=RESIDENT, at=LATER)
    reopen_case(case.number, NOT_SOLVED, by=sun(), at=LATER)
    answer(case.number, by=chen(), at=LATER + minutes(30))
    close_case(case.number, SOLVED, by=sun(), at=LATER + minutes(40))
    ask_again(case.number, "Dark once more.", by=RESIDENT, at=LATER + minutes(50))
    page = text(at_desk(sun()).get(QUEUE))
    assert "Dark once more." in page
    assert "in the rain" not in page


def test_a_rating_says_since_when_and_what_is_not_solved():
    case = make_case(Status.ANSWERED)
    rate_case(case.number, NOT_SOLVED, at=LATER)
    page = text(at_desk(sun()).get(QUEUE))
    assert "says it is not solved" in page
    assert "since 03-04 17:00" in page
    assert "Still dark." in page


def test_an_attempt_that_reaches_nobody_leaves_the_case_on_top_some_hours_later(at_work):
    make_case(Status.ANSWERED)
    case = make_case(Status.CLOSED, at=NOON + minutes(9))
    ask_again(case.number, "Dark again.", by=RESIDENT, at=LATER)
    note_call_back(case.number, NOBODY, by=sun(), at=LATER)
    at_work(LATER + minutes(30))
    assert case.number not in listed(at_desk(sun()))
    at_work(LATER + timedelta(hours=3))
    assert listed(at_desk(sun()))[0] == case.number


def test_no_name_and_no_number_of_a_person_stands_in_the_queue():
    make_case(Status.ANSWERED)
    page = text(at_desk(sun()).get(QUEUE))
    assert (WANG.phone in page, WANG.name in page) == (False, False)


@pytest.mark.parametrize("person", [name for name in EVERYBODY if name != "caller"])
def test_only_callers_enter(person):
    make_case(Status.ANSWERED)
    assert at_desk(EVERYBODY[person]()).get(QUEUE).status_code == 403


def test_an_empty_queue_says_so():
    assert "Nothing is waiting here." in text(at_desk(sun()).get(QUEUE))


@pytest.mark.parametrize("rows", [3, 200])
def test_the_queue_asks_the_database_as_little_for_many_as_for_few(
    django_assert_max_num_queries, rows
):
    twins(make_case(Status.ANSWERED), rows - 2)
    rate_case(make_case(Status.ANSWERED).number, NOT_SOLVED, at=LATER)
    ask_again(make_case(Status.CLOSED).number, "Dark again.", by=RESIDENT, at=LATER)
    client = at_desk(sun())
    with django_assert_max_num_queries(12):
        page = text(client.get(QUEUE))
    assert page.count("/desk/call-backs/cases/") == min(rows, 51) + 1
