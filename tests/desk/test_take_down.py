"""The phone desk: taken down once while the person speaks, with a receipt to read out."""

import re
import uuid

import pytest

from huiyin.cases.models import Case
from huiyin.cases.residents import resident_of
from huiyin.departments.models import Post
from huiyin.logbook.receipts import secret_is_right
from tests.desk.visits import address, at_desk, text
from tests.makers import NOON, WANG, hotline, make_case, make_category, make_official, make_unit
from tests.people import EVERYBODY, lin, ma

pytestmark = pytest.mark.django_db
NEW = "/desk/cases/new/"


def words(**changed):
    said = {
        "form_key": str(uuid.uuid4()),
        "text": "槐树街的路灯三天不亮了。",
        "address": "槐树街 12 号",
        "request_kind": "complaint",
        "channel": "phone",
        "name": WANG.name,
        "phone": WANG.phone,
    }
    return {name: value for name, value in (said | changed).items() if value is not None}


def test_what_the_caller_says_becomes_a_case_at_the_hotline():
    answer = at_desk(ma()).post(NEW, words())
    case = Case.objects.get()
    assert answer.url == f"{address(case)}taken-down/"
    assert (case.status, case.channel, case.received_at) == ("received", "phone", NOON)
    assert (case.intake_unit, case.address) == (hotline(), "槐树街 12 号")
    data = resident_of(case, by=ma(), at=NOON, why="to check")
    assert (data.name, data.phone) == (WANG.name, WANG.phone)


def test_number_and_secret_are_read_out_and_open_the_case():
    client = at_desk(ma())
    page = text(client.get(client.post(NEW, words()).url))
    number, secret = re.findall(r'<dd class="mono">([^<]+)</dd>', page)
    assert number == Case.objects.get().number
    assert secret_is_right(number, secret)


@pytest.mark.parametrize(
    ("person", "offered"), [("operator", ["answer_at_once"]), ("dispatcher", ["dispatch"])]
)
def test_the_next_step_is_offered_at_once(person, offered):
    client = at_desk(EVERYBODY[person]())
    page = text(client.get(client.post(NEW, words()).url))
    steps = re.findall(r"\?step=(\w+)#step", page)
    assert set(offered) <= set(steps)


def test_pressing_the_button_twice_takes_it_down_once():
    client, form = at_desk(ma()), words()
    first, second = client.post(NEW, form), client.post(NEW, form)
    assert first.url == second.url
    assert Case.objects.count() == 1


def test_each_form_has_a_key_of_its_own():
    client = at_desk(ma())
    keys = [re.search(r'name="form_key" value="([^"]+)"', text(client.get(NEW)))[1] for _ in "12"]
    assert keys[0] != keys[1]


def test_the_secret_is_shown_to_nobody_else_and_to_no_later_session():
    case = make_case()
    for person in (ma(), lin()):
        answer = at_desk(person).get(f"{address(case)}taken-down/")
        assert answer.status_code == 404
        assert "Secret" not in text(answer)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"text": ""}, "the text is empty"),
        ({"text": "长" * 5001}, "5000"),
        ({"request_kind": "wish"}, "Select a valid choice"),
        ({"channel": "web"}, "Select a valid choice"),
        ({"longitude": "116.4"}, "Give both longitude and latitude"),
        ({"longitude": "200", "latitude": "30"}, "not on the globe"),
        ({"longitude": "east", "latitude": "30"}, "Enter a number"),
        ({"longitude": "nan", "latitude": "nan"}, "Enter a number"),
        ({"category": "999999"}, "Select a valid choice"),
        ({"form_key": "x"}, "Enter a valid UUID"),
        ({"phone": "1" * 31}, "at most 30 characters"),
    ],
)
def test_what_cannot_be_kept_is_told_in_a_sentence_and_what_was_typed_stays(changed, sentence):
    answer = at_desk(ma()).post(NEW, words(**changed))
    page = text(answer)
    assert (answer.status_code, Case.objects.count()) == (400, 0)
    assert sentence in page
    assert "槐树街 12 号" in page


def test_a_request_without_a_person_is_taken_down_too():
    at_desk(ma()).post(NEW, words(name="", phone=""))
    assert Case.objects.get().resident is None


def test_a_category_is_chosen_from_its_branch():
    lamp = make_category("路灯")
    below = make_category("灯杆倾斜", parent=lamp)
    client = at_desk(ma())
    assert "　灯杆倾斜" in text(client.get(NEW))
    client.post(NEW, words(category=below.pk))
    assert Case.objects.get().category == below


def test_a_name_that_stays_with_the_hotline_is_kept_so():
    at_desk(ma()).post(NEW, words(is_confidential="on"))
    assert Case.objects.get().is_confidential


def test_an_operator_of_two_desks_says_at_which_it_was_taken_down():
    second = make_unit("第二热线")
    both = make_official(Post.OPERATOR, unit=hotline())
    both.posts.create(unit=second, post=Post.OPERATOR)
    client = at_desk(both)
    assert 'name="taken_at"' in text(client.get(NEW))
    client.post(NEW, words(taken_at=second.pk))
    assert Case.objects.get().intake_unit == second


@pytest.mark.parametrize(
    "person", [name for name in EVERYBODY if name not in {"operator", "dispatcher"}]
)
def test_only_operators_and_dispatchers_take_down(person):
    client = at_desk(EVERYBODY[person]())
    hotline()
    assert client.get(NEW).status_code == 403
    assert client.post(NEW, words()).status_code == 403
    assert Case.objects.count() == 0


def test_the_cursor_stands_in_the_first_field():
    page = text(at_desk(ma()).get(NEW))
    assert re.search(r'<textarea name="text"[^>]*autofocus', page)
    fields = re.findall(r'<(?:textarea|input|select)[^>]* name="(\w+)"', page)
    shown = [name for name in fields if name not in {"csrfmiddlewaretoken", "next", "form_key"}]
    assert shown[:2] == ["text", "address"]


def test_the_form_asks_the_database_little(django_assert_max_num_queries):
    client = at_desk(ma())
    with django_assert_max_num_queries(12):
        client.get(NEW)
