"""Finding a case by the phone number of whoever calls: for the hotline, and written down."""

import re

import pytest

from huiyin.cases.models import Status
from huiyin.cases.residents import ResidentData
from huiyin.logbook.queries import accesses_about
from tests.desk.visits import at_desk, text
from tests.makers import NOON, WANG, make_case, make_official, make_unit, minutes, parks
from tests.people import EVERYBODY, ma, sun

pytestmark = pytest.mark.django_db
PAGE = "/desk/callers/"
HOTLINE = {"operator", "dispatcher", "caller", "supervisor"}


def search(client, phone):
    return client.post(PAGE, {"phone": phone})


def found(client, phone):
    return re.findall(r'href="/desk/cases/(HY[\d-]+)/', text(search(client, phone)))


@pytest.mark.parametrize(
    "phone", [WANG.phone, "13800138000", "+86 138-0013-8000", "１３８００１３８０００"]
)
def test_the_cases_of_a_number_are_found_however_it_is_written(phone):
    early, late = make_case(Status.CLOSED), make_case(at=NOON + minutes(5))
    make_case(resident=ResidentData(phone="139 0000 0000"))
    assert found(at_desk(ma()), phone) == [late.number, early.number]


def test_each_case_that_is_found_is_written_in_the_access_log_with_who_and_why():
    case, other = make_case(), make_case(resident=ResidentData(phone="139 0000 0000"))
    search(at_desk(ma()), WANG.phone)
    look = accesses_about(case.number).get()
    assert (look.official_id, look.at, "phone number" in look.why) == (ma().pk, NOON, True)
    assert look.unit_id == case.intake_unit_id
    assert not accesses_about(other.number).exists()


def test_the_page_shows_neither_name_nor_address_of_the_person():
    make_case()
    page = text(search(at_desk(ma()), WANG.phone))
    assert (WANG.name in page, WANG.address in page) == (False, False)


@pytest.mark.parametrize("person", sorted(set(EVERYBODY) - HOTLINE))
def test_only_the_hotline_searches_by_phone(person):
    case, client = make_case(Status.DISPATCHED), at_desk(EVERYBODY[person]())
    assert client.get(PAGE).status_code == 403
    assert search(client, WANG.phone).status_code == 403
    assert not accesses_about(case.number).exists()


def test_a_case_taken_in_elsewhere_is_not_found_by_another_hotline():
    case = make_case(Status.DISPATCHED)
    stranger = make_official("operator", unit=make_unit("邻市热线"))
    assert found(at_desk(stranger), WANG.phone) == []
    assert not accesses_about(case.number).exists()


def test_whoever_only_sees_a_case_as_its_unit_does_not_find_it_by_phone():
    case = make_case(Status.DISPATCHED, unit=parks(), is_confidential=True)
    both = make_official("officer", "operator", unit=parks())
    assert found(at_desk(both), WANG.phone) == []
    assert found(at_desk(sun()), WANG.phone) == [case.number]


@pytest.mark.parametrize("phone", ["", "123456", "no number", "12-34"])
def test_what_is_no_whole_number_is_refused_with_a_sentence(phone):
    make_case()
    answer = search(at_desk(ma()), phone)
    assert (answer.status_code, 'class="errorlist"' in text(answer)) == (400, True)


def test_a_number_without_a_case_is_told_so():
    assert "No case was taken down with this number" in text(search(at_desk(ma()), "13900000000"))


def test_many_cases_of_one_number_cost_few_queries(django_assert_max_num_queries):
    for _case in range(6):
        make_case()
    client = at_desk(ma())
    with django_assert_max_num_queries(12):
        assert len(found(client, WANG.phone)) == 6
