"""The administrator's pages: who holds which post where, given and taken with an entry."""

import pytest
from django.test import Client

from huiyin.cases.access import visible_cases
from huiyin.cases.models import Status
from huiyin.departments.models import Official, Post
from huiyin.logbook.queries import entries_about
from huiyin.office.problems import WrongInput
from huiyin.organisation.appointments import NewAccount, enter
from tests.desk.visits import at_desk, text
from tests.makers import NOON, PASSWORD, lighting, make_case, make_official, make_unit, parks
from tests.people import EVERYBODY, chen, gao, he, outsider

pytestmark = pytest.mark.django_db
UNITS = "/desk/units/"
NEW = "a fresh lamp every year"


def unit_page(unit):
    return f"{UNITS}{unit.code}/"


def give(client, unit, name="outsider", post="officer"):
    return client.post(f"{unit_page(unit)}posts/", {"sign_in_name": name, "post": post})


def opened(client, unit, **changed):
    words = {"name": "周明", "sign_in_name": "zhou", "password": NEW, "post": "officer"} | changed
    return client.post(f"{unit_page(unit)}accounts/", words)


def refreshed(official):
    return Official.objects.get(pk=official.pk)


def test_the_units_one_sets_up_are_listed_and_found_by_name():
    lighting(), parks()
    client = at_desk(he())
    assert "路灯管理所" in text(client.get(UNITS))
    found = text(client.get(UNITS, {"q": "园林"}))
    assert ("园林绿化局" in found, "路灯管理所" in found) == (True, False)


def test_a_unit_shows_who_holds_which_post():
    chen()
    assert "陈国强" in text(at_desk(he()).get(unit_page(lighting())))


def test_a_post_that_was_given_opens_the_work_of_the_unit():
    case, newcomer = make_case(Status.DISPATCHED), outsider()
    assert give(at_desk(he()), lighting()).status_code == 302
    assert case in visible_cases(refreshed(newcomer))


def test_a_post_that_was_taken_back_closes_it_at_once():
    case, client = make_case(Status.DISPATCHED), at_desk(he())
    held = chen().posts.get()
    assert client.post(f"{unit_page(lighting())}posts/{held.pk}/").status_code == 302
    assert case not in visible_cases(refreshed(chen()))
    assert "Nobody holds a post here yet." in text(client.get(unit_page(lighting())))


def test_a_post_that_was_taken_back_can_be_given_again():
    client, held = at_desk(he()), chen().posts.get()
    client.post(f"{unit_page(lighting())}posts/{held.pk}/")
    give(client, lighting(), "chen")
    held.refresh_from_db()
    assert held.held_until is None


def test_giving_and_taking_stand_in_the_logbook_of_the_unit_and_of_the_official():
    client, newcomer, lamps = at_desk(he()), outsider(), lighting()
    give(client, lamps)
    client.post(f"{unit_page(lamps)}posts/{newcomer.posts.get().pk}/")
    for about in (f"unit:{lamps.code}", f"official:{newcomer.pk}"):
        lines = entries_about(about)
        assert [line.code.split(".")[1] for line in lines] == ["appointed", "dismissed"]
        assert {line.official_id for line in lines} == {he().pk}
        assert all(line.details["post"] == "officer" for line in lines)


def test_an_account_that_was_opened_signs_in_and_holds_its_post():
    assert opened(at_desk(he()), lighting()).status_code == 302
    browser = Client()
    browser.post("/desk/sign-in/", {"username": "zhou", "password": NEW})
    assert "My units must act" in text(browser.get("/desk/"))
    lines = entries_about(f"official:{Official.objects.get(sign_in_name='zhou').pk}")
    assert [line.code for line in lines] == ["official.entered", "official.appointed"]


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"sign_in_name": "he"}, "is taken"),
        ({"password": "short"}, "too short"),
        ({"password": "1234567890"}, "too common"),
        ({"name": ""}, "required"),
        ({"post": "king"}, "valid choice"),
    ],
)
def test_an_account_that_cannot_be_opened_says_why_and_leaves_nothing(changed, sentence):
    client = at_desk(he())
    answer = opened(client, lighting(), **changed)
    assert (answer.status_code, sentence in text(answer)) == (400, True)
    assert not Official.objects.filter(sign_in_name="zhou").exists()


def test_an_account_is_not_opened_without_the_post_it_was_opened_for():
    new, lamps = NewAccount("zhou", "周明", NEW), lighting()
    with pytest.raises(WrongInput):
        enter(new, "king", unit=lamps, by=he(), at=NOON)
    assert not Official.objects.filter(sign_in_name="zhou").exists()


def test_a_post_for_somebody_without_an_account_is_told_so():
    answer = give(at_desk(he()), lighting(), "nobody")
    assert (answer.status_code, "open an account first" in text(answer)) == (400, True)


def test_nobody_gives_or_takes_their_own_posts():
    client = at_desk(he())
    assert give(client, lighting(), "he").status_code == 403
    held = he().posts.get()
    assert client.post(f"{UNITS}he-an/posts/{held.pk}/").status_code == 403
    assert he().posts.count() == 1


def test_a_new_first_password_lets_a_forgetful_official_in():
    chen()
    words = {"sign_in_name": "chen", "password": NEW}
    at_desk(he()).post(f"{unit_page(lighting())}passwords/", words)
    answer = Client().post("/desk/sign-in/", {"username": "chen", "password": NEW})
    assert answer.status_code == 302


@pytest.mark.parametrize("name", ["gao", "he-below"])
def test_an_administrator_below_sets_no_password_that_leads_above_them_or_to_themselves(name):
    below = make_official(Post.ADMINISTRATOR, unit=lighting(), sign_in_name="he-below")
    gao()
    words = {"sign_in_name": name, "password": NEW}
    answer = at_desk(below).post(f"{unit_page(lighting())}passwords/", words)
    assert answer.status_code == 403
    assert (
        Client().post("/desk/sign-in/", {"username": "gao", "password": PASSWORD}).url == "/desk/"
    )


def test_an_administrator_below_neither_sees_nor_changes_other_units():
    below, stranger = make_official(Post.ADMINISTRATOR, unit=lighting()), make_unit("邻所")
    client = at_desk(below)
    outsider()
    assert "邻所" not in text(client.get(UNITS))
    assert client.get(unit_page(stranger)).status_code == 404
    assert give(client, stranger).status_code == 404
    assert opened(client, stranger).status_code == 404


def test_a_post_is_not_taken_back_through_another_unit():
    held = chen().posts.get()
    answer = at_desk(he()).post(f"{unit_page(parks())}posts/{held.pk}/")
    assert answer.status_code == 404
    held.refresh_from_db()
    assert held.held_until is None


@pytest.mark.parametrize("person", [name for name in EVERYBODY if name != "administrator"])
def test_only_administrators_enter_or_change_anything(person):
    client = at_desk(EVERYBODY[person]())
    outsider()
    assert client.get(UNITS).status_code == 403
    assert client.get(unit_page(lighting())).status_code == 403
    assert give(client, lighting()).status_code == 403
    assert opened(client, lighting()).status_code == 403


def test_many_units_and_officials_cost_no_more_queries(django_assert_max_num_queries):
    for _ in range(40):
        make_official(Post.OFFICER, unit=make_unit())
        make_official(Post.OFFICER, unit=lighting())
    client = at_desk(he())
    with django_assert_max_num_queries(12):
        client.get(UNITS)
    with django_assert_max_num_queries(12):
        client.get(unit_page(lighting()))
