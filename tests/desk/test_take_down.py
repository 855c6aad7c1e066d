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
from tests.places.ground import small_city

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
    assert second.url == f"{first.url}?again=1"
    assert Case.objects.count() == 1


def fetched(client, address=NEW):
    """The form as a browser gets it that kept nothing of the page before."""
    return re.search(r'name="form_key" value="([^"]+)"', text(client.get(address)))[1]


def test_going_back_to_a_page_that_is_fetched_anew_and_pressing_again_takes_it_down_once():
    client = at_desk(ma())
    first = client.post(NEW, words(form_key=fetched(client)))
    second = client.post(NEW, words(form_key=fetched(client)))
    assert Case.objects.count() == 1
    assert second.url == f"{first.url}?again=1"
    assert "was not taken down twice" in text(client.get(second.url))
    assert "was not taken down twice" not in text(client.get(first.url))


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "路灯又灭了一盏。"},
        {"address": "槐树街 13 号"},
        {"name": "李伯伯"},
        {"phone": "10000009999"},
        {"request_kind": "help"},
        {"is_confidential": "on"},
    ],
)
def test_whatever_was_changed_after_going_back_is_another_case(changed):
    client = at_desk(ma())
    key = fetched(client)
    client.post(NEW, words(form_key=key))
    client.post(NEW, words(form_key=key, **changed))
    assert Case.objects.count() == 2


def test_another_person_who_asks_for_the_same_is_taken_down_too():
    client, anonymous = at_desk(ma()), {"name": "", "phone": ""}
    first = client.post(NEW, words(form_key=fetched(client), **anonymous))
    again = client.post(NEW, words(form_key=fetched(client), **anonymous))
    like = re.search(r'href="([^"]+\?like=[^"]+)"', text(client.get(again.url)))[1]
    page = text(client.get(like))
    assert "槐树街的路灯三天不亮了。" in page
    for _ in range(2):
        second = client.post(NEW, words(form_key=fetched(client, like), **anonymous))
    assert Case.objects.count() == 2
    assert first.url not in second.url


def test_the_name_of_one_person_is_not_shown_in_the_form_for_the_other():
    client = at_desk(ma())
    client.post(NEW, words(form_key=fetched(client)))
    page = text(client.get(f"{NEW}?like={Case.objects.get().number}"))
    assert WANG.name not in page
    assert WANG.phone not in page


def test_two_operators_who_take_down_the_same_words_take_down_two_cases():
    for person in (ma(), lin()):
        client = at_desk(person)
        client.post(NEW, words(form_key=fetched(client)))
    assert Case.objects.count() == 2


@pytest.mark.parametrize(("meant", "point"), [("keep", (0.5, 0.5)), ("drop", (None, None))])
def test_a_point_outside_the_city_is_asked_about_first(meant, point):
    small_city()
    client, far = at_desk(ma()), {"longitude": "0.5", "latitude": "0.5"}
    asked = client.post(NEW, words(**far))
    assert (asked.status_code, Case.objects.count()) == (400, 0)
    assert "The point lies outside the city. Is that meant?" in text(asked)
    client.post(NEW, words(**far, outside=meant))
    case = Case.objects.get()
    assert (case.longitude, case.latitude) == point
    assert case.place is None


def test_what_is_too_long_is_counted_and_never_cut():
    page = text(at_desk(ma()).get(NEW))
    assert "maxlength" not in page.split('class="take-down"')[1]
    assert 'data-most="5000"' in page


def test_only_what_may_be_left_empty_is_marked_as_optional():
    page = text(at_desk(ma()).get(NEW)).split('class="take-down"')[1]
    labels = re.findall(r"<(?:label|legend)[^>]*>(.*?)</(?:label|legend)>", page, re.DOTALL)
    needed = {said.split("<")[0].strip() for said in labels if "(optional)" not in said}
    assert needed >= {"What is the matter?", "What does the person want?", "How did it reach us?"}
    assert not needed & {"Where is it?", "Category", "Title", "Name", "Phone"}


@pytest.mark.parametrize("leaf", ["steps/withdraw/", "person/", "files/"])
def test_after_a_wrong_form_the_language_can_be_changed_and_the_case_is_shown(leaf):
    case, client = make_case(), at_desk(ma())
    there = f"{address(case)}{leaf}"
    answer = client.post("/i18n/setlang/", {"language": "zh-hans", "next": there}, follow=True)
    assert (answer.status_code, answer.request["PATH_INFO"]) == (200, address(case))


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
        ({"text": "长" * 5007}, "5007 characters; at most 5000 fit. Take away 7."),
        ({"request_kind": None}, "Choose one."),
        ({"request_kind": "wish"}, "Choose one, and only one"),
        ({"channel": "web"}, "Choose one, and only one"),
        ({"longitude": "116.4"}, "Give both longitude and latitude"),
        ({"longitude": "200", "latitude": "30"}, "not on the globe"),
        ({"longitude": "east", "latitude": "30"}, "Enter a number"),
        ({"longitude": "nan", "latitude": "nan"}, "Enter a number"),
        ({"category": "999999"}, "Select a valid choice"),
        ({"form_key": "x"}, "load the page again"),
        ({"phone": "1" * 31}, "at most 30 fit"),
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
