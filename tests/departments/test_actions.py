"""Setting up units, accounts and posts."""

import pytest

from huiyin.departments.access import holds
from huiyin.departments.actions import add_official, add_unit, end_post, give_post, sort_key
from huiyin.departments.models import Official, Post, Unit, UnitLevel
from huiyin.departments.queries import active_units, below, calendar_code_of, time_zone_of
from huiyin.office.problems import WrongInput
from tests.makers import NOON, city, lighting, make_official, make_unit

pytestmark = pytest.mark.django_db


def test_the_path_of_a_unit_names_all_above_it():
    team = make_unit(parent=lighting())
    assert team.path == f"/{city().pk}/{lighting().pk}/{team.pk}/"
    assert set(below(lighting())) == {lighting(), team}


def test_a_unit_has_a_name():
    with pytest.raises(WrongInput):
        add_unit("x", "  ", level=UnitLevel.DEPARTMENT, parent=None)
    assert not Unit.objects.filter(code="x").exists()


def test_units_are_listed_as_their_names_are_spoken():
    for name in ("中心所", "安宁所", "北门所"):
        make_unit(name, parent=lighting())
    names = [unit.name for unit in active_units() if unit.parent_id == lighting().pk]
    assert names == ["安宁所", "北门所", "中心所"]
    assert sort_key("安宁") < sort_key("北门") < sort_key("中心")


def test_a_dissolved_unit_is_not_listed():
    gone = make_unit(dissolved_on=NOON.date())
    assert gone not in active_units()


def test_a_sign_in_name_belongs_to_one_person():
    add_official("lin", "林静", password="")
    with pytest.raises(WrongInput, match="lin"):
        add_official("lin", "林涛", password="")
    assert Official.objects.filter(sign_in_name="lin").count() == 1


def test_an_account_without_a_password_does_not_open():
    official = add_official("lin", "林静", password="")
    assert not official.has_usable_password()
    assert not official.check_password("")


def test_giving_a_post_twice_changes_nothing():
    by = make_official()
    first, second = (give_post(by, Post.OFFICER, unit=lighting()) for _ in range(2))
    assert (first.pk, by.posts.count()) == (second.pk, 1)


def test_a_post_is_held_at_once_by_the_one_who_was_just_asked_about():
    by = make_official()
    assert not holds(by, Post.OFFICER, lighting())
    give_post(by, Post.OFFICER, unit=lighting())
    assert holds(by, Post.OFFICER, lighting())


def test_a_post_that_ended_is_held_again_when_it_is_given_again():
    by = make_official(Post.OFFICER, unit=lighting())
    end_post(by.posts.get(), last_on=NOON.date().replace(year=2020))
    give_post(by, Post.OFFICER, unit=lighting())
    assert holds(Official.objects.get(pk=by.pk), Post.OFFICER, lighting())


def test_a_unit_works_by_its_own_calendar_or_the_nearest_above_it():
    team = make_unit(parent=lighting())
    assert calendar_code_of(team) == "city"
    water = make_unit(calendar_code="round-the-clock")
    crew = make_unit(parent=water)
    assert (calendar_code_of(water), calendar_code_of(crew)) == (
        "round-the-clock",
        "round-the-clock",
    )


def test_a_unit_counts_its_days_in_the_time_zone_of_its_city():
    assert str(time_zone_of(make_unit(parent=lighting()))) == "Asia/Shanghai"
