"""The dispatch queue: the longest waiting first, one or several sent, each row with its result."""

import re
from datetime import timedelta

import pytest

from huiyin.cases.models import Status
from huiyin.dispatch.actions import dispatch_case
from tests.desk.visits import at_desk, text
from tests.makers import (
    NOON,
    fresh,
    give_back,
    hotline_staff,
    lighting,
    make_case,
    make_unit,
    minutes,
    parks,
    status_of,
    twins,
)
from tests.people import EVERYBODY, lin

pytestmark = pytest.mark.django_db
QUEUE = "/desk/dispatch/"


def send(client, *cases, unit=None):
    numbers = [case if isinstance(case, str) else case.number for case in cases]
    return client.post(QUEUE, {"case": numbers, "unit": (unit or parks()).pk})


def test_the_longest_waiting_case_stands_first():
    late, early = make_case(at=NOON + minutes(9)), make_case(at=NOON)
    make_case(Status.DISPATCHED)
    page = text(at_desk(lin()).get(QUEUE))
    assert re.findall(r'name="case" value="([^"]+)"', page) == [early.number, late.number]


def test_several_cases_are_sent_to_one_unit_at_once():
    cases, client = [make_case(), make_case()], at_desk(lin())
    stays = make_case()
    assert send(client, *cases).status_code == 302
    assert [fresh(case).unit for case in cases] == [parks(), parks()]
    assert status_of(stays) == Status.RECEIVED
    page = text(client.get(QUEUE))
    assert all(f"{case.number} was sent to" in page for case in cases)


def test_each_row_says_what_came_of_it_and_the_others_are_sent_all_the_same():
    gone, waits, client = make_case(), make_case(), at_desk(lin())
    dispatch_case(gone.number, lighting(), by=lin(), at=NOON)
    send(client, gone, waits)
    page = text(client.get(QUEUE))
    assert f"{gone.number}: This case is already dispatched" in page
    assert f"{waits.number} was sent to" in page
    assert (fresh(gone).unit, fresh(waits).unit) == (lighting(), parks())


def test_pressing_send_twice_sends_once():
    case, client = make_case(), at_desk(lin())
    send(client, case)
    send(client, case)
    assert case.assignments.count() == 1


def test_a_case_of_another_hotline_is_not_listed_and_not_sent():
    other = make_unit("邻市热线")
    case = make_case(intake_unit=other)
    client = at_desk(lin())
    assert case.number not in text(client.get(QUEUE))
    send(client, case)
    assert status_of(case) == Status.RECEIVED
    assert "There is no case" in text(client.get(QUEUE))


@pytest.mark.parametrize("words", [{}, {"unit": "x"}, {"unit": "999999"}])
def test_without_a_unit_nothing_is_sent_and_the_choice_stays(words):
    case = make_case()
    answer = at_desk(lin()).post(QUEUE, {"case": [case.number], **words})
    assert (answer.status_code, status_of(case)) == (400, Status.RECEIVED)
    assert re.search(rf'value="{case.number}" checked', text(answer))


def test_without_a_case_nothing_is_sent_and_a_sentence_says_so():
    make_case()
    answer = send(at_desk(lin()))
    assert (answer.status_code, "Choose at least one case" in text(answer)) == (400, True)


def test_a_returned_case_is_marked_as_returned():
    case = make_case(Status.DISPATCHED)
    client = at_desk(lin())
    give_back(case, at=NOON + timedelta(hours=1))
    assert ">returned</span>" in text(client.get(QUEUE))


def test_units_stand_level_by_level_in_the_order_of_their_names():
    lighting(), parks()
    make_unit("安宁街道", level="street"), make_unit("北门街道", level="street")
    make_case()
    page = text(at_desk(lin()).get(QUEUE))
    groups = re.findall(r'<optgroup label="([^"]+)">(.*?)</optgroup>', page)
    assert [name for name, _options in groups] == ["city", "street or town", "department"]
    assert re.findall(r">([^<]+)</option>", groups[1][1]) == ["安宁街道", "北门街道"]


@pytest.mark.parametrize("person", [name for name in EVERYBODY if name != "dispatcher"])
def test_only_dispatchers_enter_and_send(person):
    case, client = make_case(), at_desk(EVERYBODY[person]())
    assert client.get(QUEUE).status_code == 403
    assert send(client, case).status_code == 403
    assert status_of(case) == Status.RECEIVED


def test_a_person_with_several_posts_of_the_hotline_enters_too():
    assert at_desk(hotline_staff()).get(QUEUE).status_code == 200


@pytest.mark.parametrize("rows", [3, 200])
def test_the_queue_asks_the_database_as_little_for_many_as_for_few(
    django_assert_max_num_queries, rows
):
    twins(make_case(), rows - 1)
    client = at_desk(lin())
    with django_assert_max_num_queries(12):
        page = text(client.get(QUEUE))
    assert page.count('name="case"') == min(rows, 50)
