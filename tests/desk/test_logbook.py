"""The auditor's page: who looked at whose data, and the seals; never what people wrote."""

import pytest

from huiyin.cases.residents import resident_of
from huiyin.departments.models import Post
from huiyin.logbook.queries import last_seal
from huiyin.logbook.sealing import seal_all
from tests.desk.visits import at_desk, text
from tests.makers import NOON, WANG, make_case, make_official, make_unit
from tests.people import EVERYBODY, ma, qian

pytestmark = pytest.mark.django_db
PAGE = "/desk/logbook/"


def looked_at(why="回访核实"):
    case = make_case()
    resident_of(case, by=ma(), at=NOON, why=why)
    return case


def search(client, words):
    return client.get(PAGE, {"q": words})


def test_every_look_at_a_case_is_found_by_its_number():
    case = looked_at()
    page = text(search(at_desk(qian()), case.number.lower()))
    assert all(word in page for word in (ma().name, "回访核实", case.number))


def test_every_look_of_an_official_is_found_by_their_sign_in_name():
    case = looked_at()
    assert case.number in text(search(at_desk(qian()), "ma"))


def test_what_people_wrote_and_who_they_are_stands_nowhere_on_the_page():
    case = looked_at()
    page = text(search(at_desk(qian()), case.number))
    assert not [word for word in (case.text, case.title, WANG.name, WANG.phone) if word in page]


def test_a_case_nobody_looked_at_says_so():
    assert "Nobody has looked" in text(search(at_desk(qian()), make_case().number))


@pytest.mark.parametrize("words", ["HY000000-0000000", "nobody", "<b>"])
def test_neither_a_case_nor_an_official_is_a_400_with_a_sentence(words):
    answer = search(at_desk(qian()), words)
    assert (answer.status_code, "<b>" in text(answer)) == (400, False)


def test_an_auditor_of_one_unit_sees_no_looks_elsewhere():
    case = looked_at()
    client = at_desk(make_official(Post.AUDITOR, unit=make_unit("邻市热线")))
    assert search(client, case.number).status_code == 400
    assert case.number not in text(search(client, "ma"))


def test_the_latest_seals_stand_there_with_their_hashes():
    make_case()
    client = at_desk(qian())
    assert "No seal has been made yet" in text(client.get(PAGE))
    list(seal_all(at=NOON))
    assert last_seal().hash in text(client.get(PAGE))


def test_a_seal_is_told_in_the_time_of_the_city():
    make_case()
    list(seal_all(at=NOON))
    page = text(at_desk(qian()).get(PAGE))
    assert ">2026-03-04 12:00:00</time>" in page
    assert 'datetime="2026-03-04T04:00:00' in page


@pytest.mark.parametrize("person", [name for name in EVERYBODY if name != "auditor"])
def test_only_auditors_enter(person):
    assert at_desk(EVERYBODY[person]()).get(PAGE).status_code == 403
